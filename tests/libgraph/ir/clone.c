/* Cloning whole models is tested with the graph; this is about graphs that move in with others. */
#include "support/check_pass.h"

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
