#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferGlobalAccPoolLayer"
#define AFTER                                                                                      \
    "g (float[1,3,2,4] x {INT4, NCHW}) => (float[1,3,1,1] y {NCHW}) <float f = {0.125},"           \
    "    float[1,2,4,3] a {INT4, NHWC}, float[1,1,1,3] s {INT7, NHWC}, float[1,1,1,3] m {NHWC}> {" \
    "    a = Transpose <perm = [0, 2, 3, 1]> (x)"                                                  \
    "    s = finn.custom_op.fpgadataflow.GlobalAccPool <backend = \"fpgadataflow\","               \
    "        NumChannels = 3, PE = 1, inputDataType = \"INT4\", numInputVectors = [1, 2, 4]> (a)"  \
    "    m = Mul(s, f) y = Transpose <perm = [0, 3, 1, 2]> (m) }"

Test(infer_global_acc_pool_layer, an_average_is_a_sum_and_a_factor)
{
    check_pass(PASS,
               "g (float[1,3,2,4] x {INT4, NCHW}) => (float[1,3,1,1] y {NCHW}) {"
               "    y = GlobalAveragePool(x) }",
               AFTER);
}

/* Upstream takes it for channels-last then, and averages something else. */
Test(infer_global_acc_pool_layer, needs_no_annotation)
{
    check_pass(PASS,
               "g (float[1,3,2,4] x {INT4}) => (float[1,3,1,1] y) { y = GlobalAveragePool(x) }",
               AFTER);
}

Test(infer_global_acc_pool_layer, says_why_not)
{
    check_remark(PASS, "g (float[1,3,2,4] x) => (float[1,3,1,1] y) { y = GlobalAveragePool(x) }",
                 "x is FLOAT32: layers take integers");
    check_remark(PASS, "g (float[1,3,4] x {INT4}) => (float[1,3,1] y) { y = GlobalAveragePool(x) }",
                 "x has rank 3, not 4");
    check_remark(PASS,
                 "g (float[1,3,2,4] x {INT4, NHWC}) => (float[1,3,1,1] y) {"
                 "    y = GlobalAveragePool(x) }",
                 "x is annotated as NHWC, the op averages as if it were NCHW");
    check_remark(PASS,
                 "g (float[1,3,2,4] x {INT4, NCHW}) => (float[1,3,1,1] y {NHWC}) {"
                 "    y = GlobalAveragePool(x) }",
                 "x is annotated as NCHW, y as NHWC");
    check_remark(PASS,
                 "<ir_version: 3, opset_import: [\"\": 6]>"
                 "g (float[1,3,2,4] x {INT4}) => (float[1,3,1,1] y) { y = GlobalAveragePool(x) }",
                 "its Mul of opset 6 does not broadcast");
}
