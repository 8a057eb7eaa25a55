#include <support/infer_text.h>

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."
#define QUANT(x, s, more)                                                                          \
    "n (float[" x "] x, float[" s "] s, float z, float b) => (y) { y = " GENERAL                   \
    "Quant <signed = 1, narrow = 0> (x, s" more ") }"

/* Kernels broadcast. */
Test(quant, scales_may_enlarge_the_data)
{
    check_shapes(QUANT("1,2", "2,1", ", z, b"), "FLOAT[2,2]");
    check_shapes(QUANT("1,2", "2", ", z, b"), "FLOAT[1,2]");
    check_shapes(QUANT("2", "1,1", ", z, b"), "FLOAT[1,2]");
    check_shapes(QUANT("1,2", "1", ", s, b"), "FLOAT[1,2]");
    check_shapes(QUANT("1", "1", ", z, b"), "FLOAT[1]");
    check_shapes(QUANT("N,2", "2", ", z, b"), "FLOAT[N,2]");
    /* What is not known may be 1, or enlarge what is. */
    check_shapes(QUANT("1,3", "M,1", ", z, b"), "FLOAT[M,3]");
    check_shapes(QUANT("N,3", "M,M", ", z, b"), "FLOAT[?,3]");
    check_shapes(QUANT("N,3", "N,1", ", z, b"), "FLOAT[N,3]");
    check_shapes(QUANT("1,3", "", ", z, b"), "FLOAT"); /* of any rank */
    check_shapes("n (float[1,3] x, float[6] v, int64[K] k) => (y) { s = Reshape(v, k) y = " GENERAL
                 "BipolarQuant (x, s) }",
                 "FLOAT");
    check_shapes_fail(QUANT("1,2", "3", ", z, b"), "[1,2] and [3] do not broadcast");
    check_shapes("n (float[1,2] x, float[3,1] s) => (y) { y = " GENERAL "BipolarQuant (x, s) }",
                 "FLOAT[3,2]");
    /* Widths are one number, however deep it lies. */
    check_shapes("n (float[2] x, float s, float z, float[1,1] b) => (y) { y = " GENERAL
                 "Quant <signed = 1, narrow = 0> (x, s, z, b) }",
                 "FLOAT[2]");
    check_shapes("n (float[2] x, float s, float[3,1] e, float[1,1] m) => (y) { y = " GENERAL
                 "FloatQuant <has_inf = 0, has_nan = 0, has_subnormal = 0, saturation = 1>"
                 " (x, s, e, m) }",
                 "FLOAT[3,2]");
}

Test(quant, truncation_has_a_second_scale_in_version_2)
{
#define TRUNC(v)                                                                                   \
    "<opset_import: [\"\": 13, \"qonnx.custom_op.general\": " v "]> n (float[2] x, float s,"       \
    " float z, float b, float[1,1] o, float n) => (y) { y = " GENERAL "Trunc (x, s, z, b, o, n) }"
    check_shapes(TRUNC("1"), "FLOAT[2]");
    check_shapes(TRUNC("2"), "FLOAT[1,2]");
}
