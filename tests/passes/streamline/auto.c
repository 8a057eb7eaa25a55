#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define GENERAL  "qonnx.custom_op.general."
#define SIGNED   GENERAL "Quant <signed = 1, narrow = 0>"
#define POSITIVE GENERAL "Quant <signed = 0, narrow = 0>"
#define PARAMS   "float s = {0.25}, float z = {0}, float n = {2}"

/* Rounding to even, 0.5 is 0 and 1.5 is 2. Behind the sum N of channel 0 stands (N / 8 + 1/4) * 2,
 * which has to pass 1/8, to reach 3/8 and to pass 5/8; in channel 1 it is -(N / 8 + 1/8).
 *
 * x * 0.25 goes into -2..1; sums of it times weights 0.5, a bias, a scale that falls in one
 * channel; again to 0..3, which leaves one scale at the end. */
#define LAYER                                                                                      \
    "g (float[1,2] x) => (float[1,2] y) <" PARAMS ", float[2,2] w = {0.5, -0.5, 1, 0.5}, float t " \
    "= {0.5}, float[2] b = {0.25, 0.125}, float[2] f = {2, -1}> { q = " SIGNED                     \
    "(x, s, z, n) v = " SIGNED "(w, t, z, n) m = MatMul(q, v) a = Add(m, b) c = Mul(a, f) r = "    \
    "Relu(c) y = " POSITIVE "(r, s, z, n) }"

Test(auto_pass, leaves_integers_between_quantisers)
{
    check_pass("Auto", LAYER,
               "g (float[1,2] x {NC}) => (float[1,2] y {NC}) <"
               "float[2,3] t = {-0.37499997, -0.125, 0.12500001, -0.37499997, -0.125, 0.12500001}, "
               "float[2,2] w {INT2} = {1, 1, 1, -1}, "
               "float[2,3] u {INT32} = {-1, 0, 1, 3, 4, 7}, float s = {0.25}, "
               "float[1,2] i {INT2, NC}, float[1,2] p {INT32, NC}, float[1,2] o {UINT2, NC}> "
               "{ i = " GENERAL "MultiThreshold <out_dtype = \"INT2\", out_bias = -2.0> (x, t) "
               "p = MatMul(i, w) o = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (p, u) "
               "y = Mul(o, s) }");
}

/* Twice gives what once gave. */
Test(auto_pass, finds_nothing_more_the_second_time)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, LAYER);
    finnc_pipeline *pipeline = test_pipeline(cx, "Auto", NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    char *once = strdup(test_print(cx, model));
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_str_eq(test_print(cx, model), once);
    free(once);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

#define BLOCK(first, second)                                                                       \
    "g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float a = {" first "}, float b = {" second        \
    "}, float z = {0}, float n = {2}, float[1,1,1,1] w = {1}> { q = " SIGNED                       \
    "(x, a, z, n) v = " SIGNED "(w, a, z, n) c = Conv(q, v) d = " SIGNED                           \
    "(c, b, z, n) e = Add(q, d) r = Relu(e) "                                                      \
    "y = " POSITIVE "(r, a, z, n) }"

/* Two branches on one grid are added as integers; on two there is no common scale. */
Test(auto_pass, says_what_stands_in_the_way)
{
    check_remark("Auto", BLOCK("0.25", "0.5"),
                 "Add_0 (Add): computes with floats between MultiThreshold_");
    check_remark("Auto", BLOCK("0.25", "0.5"), "MoveLinearPastEltwiseAdd: the factors differ");
    check_no_remark("Auto", "g (float[1,2] x {INT4}) => (float[1,2] y) <" PARAMS "> { y = " SIGNED
                            "(x, s, z, n) }");
}

static size_t count_floats(const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, "Auto", NULL);
    const finnc_transform_options options = {.verify_each = true, .check_each = true};
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    size_t count = 0;
    finnc_foreach_node (node, finnc_model_graph(model))
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            count += !finnc_dtype_is_integer(finnc_value_dtype(finnc_node_input(node, i))) &&
                     !finnc_value_is_constant(finnc_node_input(node, i));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return count;
}

Test(auto_pass, residual_branches_of_one_scale_are_added_as_integers)
{
    cr_expect_eq(count_floats(BLOCK("0.25", "0.25")), 1); /* the input's quantiser */
    cr_expect_gt(count_floats(BLOCK("0.25", "0.5")), 1);
}

/* Tools that write QDQ networks leave integer weights with a DequantizeLinear behind them. */
Test(auto_pass, weights_that_are_dequantised_become_integers)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "g (float[1,2] x {INT4}) => (float[1,2] y) <int8[2,2] w = {1, -2, 3, 100}, "
            "float s = {0.1}, int8 z = {0}> { v = DequantizeLinear(w, s, z) y = MatMul(x, v) }");
    finnc_pipeline *pipeline = test_pipeline(cx, "Auto", NULL);
    const finnc_transform_options options = {.verify_each = true, .check_each = true};
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_assert(finnc_node_is(node, "MatMul"), "%s", test_print(cx, model));
    cr_expect(finnc_dtype_is_integer(finnc_value_dtype(finnc_node_input(node, 1))), "%s",
              test_print(cx, model));
    cr_expect_eq(finnc_tensor_get(finnc_value_tensor(finnc_node_input(node, 1)), 3), 100);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(auto_pass, leaves_networks_without_quantisers_alone)
{
    check_pass("Auto",
               "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1, 2, 3, 4}> "
               "{ m = MatMul(x, w) y = Relu(m) }",
               "g (float[1,2] x {NC}) => (float[1,2] y {NC}) <float[2,2] w = {1, 2, 3, 4}, "
               "float[1,2] m {NC}> { m = MatMul(x, w) y = Relu(m) }");
}

/* A limit on rewrites counts those inside, and ends the run there. */
Test(auto_pass, stops_at_a_limit)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_pipeline *pipeline = test_pipeline(cx, "Auto", NULL);
    for (uint64_t limit = 1; limit < 12; limit++) {
        finnc_model *model = test_read_text(cx, LAYER);
        const finnc_transform_options options = {
            .rewrite_limit = limit, .verify_each = true, .check_each = true};
        cr_expect_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK, "%d: %s", (int)limit,
                     finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
    finnc_pipeline_destroy(pipeline);
    finnc_ctx_destroy(cx);
}
