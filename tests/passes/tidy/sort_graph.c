#include "support/check_pass.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *order_after(const char *passes, const char *text, char *order)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    order[0] = '\0';
    finnc_foreach_node (node, finnc_model_graph(model)) {
        strcat(order, finnc_node_op_type(node));
        strcat(order, " ");
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return order;
}

Test(sort_graph, orders_by_depth_and_keeps_every_node)
{
    char order[256];
    cr_expect_str_eq(order_after("SortGraph",
                                 "g (float[1] x) => (float[1] y, float[1] k) {"
                                 "    a = Relu(x) b = Neg(a) k = Constant <value = float[1] {1}> ()"
                                 "    c = Abs(x) y = Add(b, c) }",
                                 order),
                     "Relu Constant Abs Neg Add ");
}

/* Else it could not be run. */
Test(sort_graph, orders_bodies_too)
{
#define IN_BODY(first, second)                                                                     \
    "g (float[2] x, bool c) => (float[2] y) {"                                                     \
    "    y = If (c) <then_branch = t () => (float[2] p) {" first second "},"                       \
    "            else_branch = e () => (float[2] q) { q = Relu(x) }> }"
    check_pass("SortGraph", IN_BODY("p = Relu(r)", "r = Neg(x)"),
               IN_BODY("r = Neg(x)", "p = Relu(r)"));
}

/* What a Gradient names it needs, though no input shows it, and what names it in a body too. */
Test(sort_graph, a_gradient_stands_behind_what_it_names)
{
#define TRAINED  "<ir_version: 8, opset_import: [\"\" : 17, \"ai.onnx.preview.training\" : 1]>\n"
#define GRADIENT "d = ai.onnx.preview.training.Gradient <xs = [\"x\"], y = \"y\"> (x)"
    char order[256];
    cr_expect_str_eq(order_after("SortGraph",
                                 TRAINED "g (float[1] x) => (float[1] d) {"
                                         "    " GRADIENT " y = Neg(h) h = Exp(x) }",
                                 order),
                     "Exp Neg Gradient ");
    cr_expect_str_eq(order_after("SortGraph",
                                 TRAINED
                                 "g (float[1] x, bool c) => (float[1] o, float[1] y) {"
                                 "    o = If (c) <then_branch = t () => (float[1] d) { " GRADIENT
                                 " }, else_branch = e () => (float[1] e) { e = Abs(x) }>"
                                 "    h = Exp(x) y = Neg(h) }",
                                 order),
                     "Exp Neg If ");
    /* In order, but not by level: Gradient has to go behind Abs. */
    cr_expect_str_eq(order_after("SortGraph",
                                 TRAINED "g (float[1] x) => (float[1] d, float[1] a) {"
                                         "    h = Exp(x) y = Neg(h) " GRADIENT " a = Abs(h) }",
                                 order),
                     "Exp Neg Abs Gradient ");
}

Test(sort_graph, a_gradient_that_its_own_y_waits_for_is_a_cycle)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        test_read_text(cx, TRAINED "g (float[1] x) => (float[1] d) { " GRADIENT " y = Mul(x, d) }");
    cr_expect_eq(finnc_graph_sort(cx, finnc_model_graph(model)), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "cycle"), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
