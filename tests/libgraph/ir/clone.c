/* Cloning whole models is tested with the graph; this is about graphs that move in with others. */
#include "support/check_pass.h"
#include "support/poor.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const char *const guest =
    "guest (bool c, float[1] x) => (float[1] y) <float[1] w {INT2} = {1}> {"
    "    y = If <then_branch = t () => (float[1] a) { a = Add(x, w) },"
    "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }";

Test(import, names_that_are_taken_get_a_number_also_inside_subgraphs)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "g (float[1] a) => (float[1] w) { w = Relu(a) }");
    finnc_model *other = test_read_text(cx, guest);
    finnc_graph *graph = finnc_model_graph(model);
    finnc_value *inputs[2], *outputs[1];
    cr_assert_eq(finnc_graph_import(cx, graph, finnc_model_graph(other),
                                    finnc_graph_first_node(graph), inputs, outputs),
                 FINNC_OK);
    finnc_model_destroy(other); /* nothing of it is needed any more */

    /* The lists of inputs and outputs are the caller's matter. */
    cr_expect_eq(finnc_graph_ninputs(graph), 1);
    cr_expect(!finnc_value_is_input(inputs[1]) && !finnc_value_is_output(outputs[0]));
    finnc_value *const all[] = {finnc_graph_input(graph, 0), inputs[0], inputs[1]};
    cr_assert_eq(finnc_graph_set_inputs(cx, graph, all, 3), FINNC_OK);

    cr_expect_eq(finnc_graph_check(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_graph_nnodes(graph), 2);
    cr_expect_str_eq(finnc_value_name(inputs[1]), "x");
    const finnc_node *node = finnc_graph_first_node(graph);
    cr_expect_str_eq(finnc_node_op_type(node), "If");
    cr_expect_eq(finnc_node_input(node, 0), inputs[0]);
    cr_expect_eq(finnc_value_producer(outputs[0]), node);

    const finnc_graph *body = finnc_attr_graph(finnc_node_find_attr(node, "then_branch"), 0);
    const finnc_node *add = finnc_graph_first_node(body);
    cr_expect_str_neq(finnc_value_name(finnc_node_output(add, 0)), "a");
    cr_expect_eq(finnc_node_input(add, 0), inputs[1]);
    const finnc_value *constant = finnc_node_input(add, 1);
    cr_expect_eq(finnc_value_graph(constant), graph);
    cr_expect_str_neq(finnc_value_name(constant), "w");
    cr_expect_eq(finnc_tensor_get(finnc_value_tensor(constant), 0), 1);
    cr_expect(finnc_value_has_dtype(constant));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

static void *failing(void *user, void *ptr, size_t size)
{
    long *left = user;
    if (size > 0 && (*left)-- <= 0)
        return NULL;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

Test(import, survives_every_failing_allocation)
{
    long left;
    const finnc_ctx_options options = {.realloc = failing, .user = &left};
    bool done = false;
    for (long n = 0; !done; n++) {
        left = 1000000;
        finnc_ctx *cx = finnc_ctx_create(&options);
        finnc_model *model = test_read_text(cx, "g (float[1] a) => (float[1] w) { w = Relu(a) }");
        finnc_model *other = test_read_text(cx, guest);
        left = n;
        const finnc_status status = finnc_graph_import(cx, finnc_model_graph(model),
                                                       finnc_model_graph(other), NULL, NULL, NULL);
        done = status == FINNC_OK;
        cr_assert(done || status == FINNC_NO_MEMORY);
        left = 1000000;
        finnc_model_destroy(model);
        finnc_model_destroy(other);
        finnc_ctx_destroy(cx);
    }
}

/* ---- a part of a model ---- */

static const char *const whole =
    "<ir_version: 8, opset_import: [\"\" : 13, \"local\" : 1]>"
    "g (bool c, float[1] x) => (float[1] z) <float[1] w {INT2} = {1}, float[1] p {INT4},"
    "   float[1] y> {"
    "    p = Relu(x) u = local.F(p)"
    "    [if] y = If <then_branch = t () => (float[1] a) { a = Add(p, w) },"
    "                 else_branch = e () => (float[1] b) { b = Neg(p) }> (c)"
    "    z = Neg(y) }"
    "<domain: \"local\", opset_import: [\"\" : 13]> F (a) => (b) { b = Abs(a) }";

/* The If, which its bodies make use p and w. */
static finnc_status extract_if(finnc_ctx *cx, const finnc_model *model, finnc_model **part)
{
    const finnc_graph *graph = finnc_model_graph(model);
    finnc_node *node = finnc_graph_find_node(graph, "if");
    finnc_value *inputs[] = {finnc_graph_find_value(graph, "c"),
                             finnc_graph_find_value(graph, "p")};
    finnc_value *output = finnc_node_output(node, 0);
    return finnc_model_extract(cx, graph, &node, 1, inputs, 2, &output, 1, part);
}

Test(extract, takes_along_what_its_nodes_use)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, whole), *part;
    cr_assert_eq(extract_if(cx, model, &part), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model); /* nothing of it is needed any more */

    const finnc_graph *graph = finnc_model_graph(part);
    cr_expect_eq(finnc_graph_check(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_graph_check_ends(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_graph_nnodes(graph), 1);
    cr_expect_eq(finnc_graph_ninputs(graph), 2);
    cr_expect_str_eq(finnc_value_name(finnc_graph_input(graph, 1)), "p");
    cr_expect_eq(finnc_dtype_bits(finnc_value_dtype(finnc_graph_input(graph, 1))), 4);
    cr_expect_str_eq(finnc_value_name(finnc_graph_output(graph, 0)), "y");
    cr_expect(finnc_value_is_constant(finnc_graph_find_value(graph, "w")));
    cr_expect_null(finnc_graph_find_value(graph, "x"));
    cr_expect_eq(finnc_model_find_opset(part, "local"), 1);
    cr_expect_eq(finnc_model_nfunctions(part), 1);
    finnc_model_destroy(part);
    finnc_ctx_destroy(cx);
}

static finnc_status extract_once(finnc_ctx *cx, void *user)
{
    finnc_model *model, *part;
    (void)user;
    FINNC_TRY(finnc_model_read_text(cx, whole, &model));
    const finnc_status status = extract_if(cx, model, &part);
    if (status == FINNC_OK)
        finnc_model_destroy(part);
    finnc_model_destroy(model);
    return status;
}

Test(extract, survives_every_failing_allocation)
{
    check_poor(extract_once, NULL);
}
