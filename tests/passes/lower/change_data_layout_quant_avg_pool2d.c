#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "ChangeDataLayoutQuantAvgPool2d"
#define POOL                                                                                       \
    "qonnx.custom_op.general.QuantAvgPool2d <stride = 1, kernel = 2, ibits = 4, obits = 4, "

Test(change_data_layout_quant_avg_pool2d, turns_the_images)
{
    static const char after[] = "g (float[1,3,4,5] x {UINT4}) => (float[1,3,3,4] y {UINT4})"
                                "    <float[1,4,5,3] a, float[1,3,4,3] b> {"
                                "    a = Transpose <perm = [0,2,3,1]> (x)"
                                "    b = " POOL "signed = 0, data_layout = \"NHWC\"> (a)"
                                "    y = Transpose <perm = [0,3,1,2]> (b) }";
    check_pass(PASS,
               "g (float[1,3,4,5] x {UINT4}) => (float[1,3,3,4] y {UINT4}) {"
               "    y = " POOL "signed = 0, data_layout = \"NCHW\"> (x) }",
               after);
    check_pass(PASS,
               "g (float[1,3,4,5] x {UINT4}) => (float[1,3,3,4] y {UINT4}) {"
               "    y = " POOL "signed = 0> (x) }",
               after);
}

Test(change_data_layout_quant_avg_pool2d, leaves_turned_ones)
{
    check_unchanged(PASS, "g (float[1,4,5,3] x {UINT4}) => (float[1,3,4,3] y {UINT4}) {"
                          "    y = " POOL "signed = 0, data_layout = \"NHWC\"> (x) }");
}
