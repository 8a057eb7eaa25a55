#include <support/infer_text.h>

#include <finnc/finnc.h>
#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(matmul, products_are_numpys)
{
#define PRODUCT(a, b) "n (float[" a "] a, float[" b "] b) => (y) { y = MatMul(a, b) }"
    check_shapes(PRODUCT("2,3", "3,4"), "FLOAT[2,4]");
    check_shapes(PRODUCT("5,1,2,3", "6,3,4"), "FLOAT[5,6,2,4]");
    check_shapes(PRODUCT("3", "3,4"), "FLOAT[4]");
    check_shapes(PRODUCT("2,3", "3"), "FLOAT[2]");
    check_shapes(PRODUCT("3", "3"), "FLOAT[]");
    check_shapes(PRODUCT("N,K", "3,4"), "FLOAT[N,4]");
    check_shapes(PRODUCT("B,2,3", "C,3,4"), "FLOAT[?,2,4]");
    check_shapes(PRODUCT("B,2,3", "B,3,4"), "FLOAT[B,2,4]");
    check_shapes(PRODUCT("B,2,3", "1,3,4"), "FLOAT[B,2,4]");
    check_shapes(PRODUCT("B,2,3", "5,3,4"), "FLOAT[5,2,4]");
    check_shapes(PRODUCT("1,2,3", "0,3,4"), "FLOAT[0,2,4]");
    check_shapes_fail(PRODUCT("2,2,3", "4,3,5"), "2 matrices on the left, 4 on the right");
    check_shapes_fail(PRODUCT("2,3", "4,5"), "MatMul: ");
    check_shapes_fail("n (float a, float[2] b) => (y) { y = MatMul(a, b) }", "MatMul: ");
}

Test(matmul, gemm_may_turn_its_matrices)
{
    check_shapes("n (float[3,2] a, float[4,3] b) => (y)"
                 " { y = Gemm <transA = 1, transB = 1> (a, b) }",
                 "FLOAT[2,4]");
    check_shapes_fail("n (float[3,2] a, float[4,3] b) => (y) { y = Gemm(a, b) }", "Gemm: ");
    check_shapes_fail("n (float[2,3,2] a, float[4,3] b) => (y) { y = Gemm(a, b) }", "Gemm: ");
}

static finnc_cost cost_of(const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_graph *graph = finnc_model_graph(model);
    finnc_cost cost;
    cr_assert_eq(finnc_graph_infer_shapes(cx, graph), FINNC_OK);
    cr_assert_eq(finnc_node_cost(cx, finnc_graph_first_node(graph), &cost), FINNC_OK);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return cost;
}

/* Figures by upstream's inference_cost. */
Test(matmul, multiplications_are_counted)
{
    finnc_cost c = cost_of("n (float[4,64,32] a, float[4,32,64] b) => (y) { y = MatMul(a, b) }");
    cr_expect_eq(c.macs, 4 * 64 * 64 * 32);
    cr_expect_eq(c.weights, 0);
    cr_expect_eq(c.outputs, 4 * 64 * 64);
    c = cost_of("n (float[1,3] a) => (y) <float[3,2] b = {1, 2, 3, 4, 5, 6}> { y = MatMul(a, b) }");
    cr_expect_eq(c.macs, 6);
    cr_expect_eq(c.weights, 6);
    c = cost_of(
        "n (float[2,4,8,8] x) => (y) <float[6,2,1,1] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,"
        " 12}> { y = Conv <group = 2> (x, w) }");
    cr_expect_eq(c.macs, 2 * 6 * 8 * 8 * 2);
    cr_expect_eq(c.weights, 12);
    cr_expect_eq(c.outputs, 2 * 6 * 8 * 8);
    c = cost_of("n (float[2,2] x) => (y) { y = Relu(x) }");
    cr_expect_eq(c.macs, 0);
    cr_expect_eq(c.kind, FINNC_COST_NOTHING);
    c = cost_of("n (float[2,2] x) => (y) { y = Softmax(x) }");
    cr_expect_eq(c.kind, FINNC_COST_UNKNOWN);
}

Test(matmul, factors_of_gemm_have_a_say_in_its_type)
{
#define GEMM(t, attrs, more)                                                                       \
    "n (float[1,2] x {" t "}, float[1,2] c {" t "}) => (y) <float[2,2] w {" t "} = {1, 2, 3, 1}>"  \
    " { y = Gemm" attrs "(x, w" more ") }"
    check_dtypes(GEMM("UINT4", "", ", c"), "UINT32");
    check_dtypes(GEMM("UINT4", "<alpha = 2.0>", ""), "UINT32");
    check_dtypes(GEMM("UINT4", "<alpha = -1.0>", ""), "INT32");
    check_dtypes(GEMM("UINT4", "<beta = -1.0>", ", c"), "INT32");
    check_dtypes(GEMM("UINT4", "<beta = -0.5>", ""), "UINT32");
    check_dtypes(GEMM("INT4", "<alpha = 0.5>", ""), "FLOAT32");
    check_dtypes(GEMM("INT4", "<beta = 0.5>", ", c"), "FLOAT32");
}

Test(matmul, an_addend_of_old_is_as_large_as_the_product)
{
#define OLD_GEMM(opset, attrs, c)                                                                  \
    "<opset_import: [\"\": " opset "]> n (float[2,2] x, float[2,3] w, float[" c "] c) => (y) {"    \
    " y = Gemm" attrs "(x, w, c) }"
    check_shapes(OLD_GEMM("6", "", "2,3"), "FLOAT[2,3]");
    check_shapes_fail(OLD_GEMM("6", "", "3"), "C of shape [3] does not broadcast");
    check_shapes_fail(OLD_GEMM("6", "", "1,3"), "C of shape [1,3] does not broadcast");
    check_shapes(OLD_GEMM("6", "<broadcast = 1>", "3"), "FLOAT[2,3]");
    check_shapes(OLD_GEMM("7", "", "3"), "FLOAT[2,3]");
}
