#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

Test(move_op_past_fork, each_user_gets_its_own)
{
    check_pass(
        "MoveOpPastFork{op_name_list=[\"Relu\",\"Mul\"]}",
        "n (float[2] x {INT3}) => (float[2] y, float[2] z, float[2] w) <float s = {2}, m {INT4}>"
        " { m = Mul(x, s) y = Relu(m) z = Neg(m) w = Add(m, m) }",
        "n (float[2] x {INT3}) => (float[2] y, float[2] z, float[2] w) <float s = {2},"
        " float r = {2}, float q = {2}, a {INT4}, b {INT4}, c {INT4}>"
        " { a = Mul(x, s) y = Relu(a) b = Mul(x, r) z = Neg(b)"
        "   c = Mul(x, q) w = Add(c, c) }");
}

Test(move_op_past_fork, all_users_do_if_it_is_a_graph_output_too)
{
    check_pass("MoveOpPastFork{op_name_list=[\"Neg\"]}",
               "n (float[2] x) => (float[2] m, float[2] y) { m = Neg(x) y = Relu(m) }",
               "n (float[2] x) => (float[2] m, float[2] y)"
               " { m = Neg(x) k = Neg(x) y = Relu(k) }");
}

Test(move_op_past_fork, leaves_others_alone)
{
    check_unchanged("MoveOpPastFork{op_name_list=[\"Mul\"]}",
                    "n (float[2] x) => (float[2] y, float[2] z)"
                    " { m = Neg(x) y = Relu(m) z = Abs(m) }");
    check_unchanged("MoveOpPastFork{op_name_list=[\"Neg\"]}",
                    "n (float[2] x) => (float[2] y) { m = Neg(x) y = Mul(m, m) }");
    check_remark("MoveOpPastFork{op_name_list=[\"Add\"]}",
                 "n (float[2] x, float[2] u) => (float[2] y, float[2] z)"
                 " { m = Add(x, u) y = Relu(m) z = Neg(m) }",
                 "it combines several values");
    check_refused("MoveOpPastFork{op_name_list=\"Add\"}",
                  "n (float[2] x) => (float[2] y) { y = Relu(x) }", "op_name_list");
}

/* Each node gets as many copies as there are behind it: half a million in all. */
Test(move_op_past_fork, a_chain_of_forks_has_an_end)
{
    enum { COUNT = 1000 };
    char *text = malloc(COUNT * 80 + 200), *at = text;
    finnc_model *model;
    finnc_pipeline *pipeline;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    at += sprintf(at, "n (float c0) => (float y) <float k = {2}> {");
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, " c%d = Mul(c%d, k) r%d = Relu(c%d)", i + 1, i, i, i + 1);
    at += sprintf(at, " y = Sum(r0");
    for (int i = 1; i < COUNT; i++)
        at += sprintf(at, ", r%d", i);
    sprintf(at, ") }");
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK);
    cr_assert_eq(finnc_pipeline_parse(cx, "MoveOpPastFork{op_name_list=[\"Mul\"]}", &pipeline),
                 FINNC_OK);
    cr_expect_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
    const size_t n = finnc_graph_nnodes(finnc_model_graph(model));
    cr_expect(n > 100000 && n <= 1 << 17, "%zu", n);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    free(text);
}
