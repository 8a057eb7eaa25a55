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
