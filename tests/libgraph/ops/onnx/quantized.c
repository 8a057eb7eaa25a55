#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(quantized, integer_convolutions_give_32_bits)
{
    check_shapes("n (uint8[N,2,9,9] x, int8[6,2,3,3] w) => (y)"
                 " { y = ConvInteger <strides = [2, 1]> (x, w) }",
                 "INT32[N,6,4,7]");
    check_shapes_fail("n (uint8[1,2,9] x, int8[6,1,3] w) => (y) { y = ConvInteger(x, w) }",
                      "weights take 1 channels");
}

#define SCALED(op, x, w, z)                                                                        \
    "n (uint8[" x "] x, float s, uint8 z, int8[" w "] w, int8 wz, " z " yz) => (y)"                \
    " { y = " op "(x, s, z, w, s, wz, s, yz) }"

Test(quantized, the_zero_point_tells_the_type)
{
    check_shapes(SCALED("QLinearConv", "N,2,9", "6,2,3", "int8"), "INT8[N,6,7]");
    check_shapes(SCALED("QLinearMatMul", "N,2,3", "3,4", "int8"), "INT8[N,2,4]");
    check_shapes(SCALED("QLinearMatMul", "3", "3,4", "uint8"), "UINT8[4]");
    check_shapes_fail(SCALED("QLinearMatMul", "2,3", "4,4", "uint8"), "rows of A have 3");
}

Test(quantized, ranges_are_single_numbers)
{
    check_shapes("n (float[2,N] x) => (y, s, z) { y, s, z = DynamicQuantizeLinear(x) }",
                 "UINT8[2,N]; FLOAT[]; UINT8[]");
}
