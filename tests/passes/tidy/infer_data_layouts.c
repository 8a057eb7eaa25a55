#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(infer_data_layouts, begins_at_the_first_input)
{
    check_pass(
        "InferDataLayouts",
        "g (float[1,2,3,4] x) => (float[1,3,4,2] y) { y = Transpose <perm = [0, 2, 3, 1]> (x) }",
        "g (float[1,2,3,4] x {NCHW}) => (float[1,3,4,2] y {NHWC}) {"
        "    y = Transpose <perm = [0, 2, 3, 1]> (x) }");
}

/* It takes NCHW, written out or not, as the op's default says. */
Test(infer_data_layouts, a_quant_avg_pool_without_a_layout_takes_nchw)
{
#define POOL(layout)                                                                               \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,3,4,4] x" layout ") => (float[1,3,1,1] y" layout ") <float[1,3,2,2] p" layout      \
    "> { p = qonnx.custom_op.general.QuantAvgPool2d"                                               \
    "        <stride = 2, kernel = 2, ibits = 4, obits = 4, signed = 0> (x)"                       \
    "    y = MaxPool <kernel_shape = [2, 2]> (p) }"
    check_pass("InferDataLayouts", POOL(""), POOL(" {NCHW}"));
}
