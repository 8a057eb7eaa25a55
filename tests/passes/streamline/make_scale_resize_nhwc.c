#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(make_scale_resize_nhwc, brings_the_transpose_to_the_other_side)
{
    check_pass(
        "MakeScaleResizeNHWC",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 1, 2, 3},"
        " float[1,4,2,3] m {NCHW}>"
        " { m = Transpose <perm = [0,3,1,2]> (x) y = Resize <mode = \"nearest\"> (m, , s) }",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 2, 3, 1},"
        " float[1,4,9,4] m {NCHW}>"
        " { m = Resize <mode = \"nearest\"> (x, , s) y = Transpose <perm = [0,3,1,2]> (m) }");
    check_pass("MakeScaleResizeNHWC",
               "n (float[1,4,2,3] x {NCHW}) => (float[1,4,9,4] y) <float[4] s = {1, 1, 2, 3}>"
               " { m = Resize <mode = \"nearest\"> (x, , s) y = Transpose <perm = [0,2,3,1]> (m) }",
               "n (float[1,4,2,3] x {NCHW}) => (float[1,4,9,4] y) <float[4] s = {1, 2, 3, 1}>"
               " { m = Transpose <perm = [0,2,3,1]> (x)"
               "   y = Resize <mode = \"nearest\"> (m, , s) }");
}

Test(make_scale_resize_nhwc, knows_upsample)
{
    check_pass(
        "MakeScaleResizeNHWC",
        "<ir_version: 8, opset_import: [\"\": 9]>"
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 1, 2, 3},"
        " float[1,4,2,3] m {NCHW}>"
        " { m = Transpose <perm = [0,3,1,2]> (x) y = Upsample <mode = \"nearest\"> (m, s) }",
        "<ir_version: 8, opset_import: [\"\": 9]>"
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 2, 3, 1},"
        " m {NCHW}>"
        " { m = Upsample <mode = \"nearest\"> (x, s) y = Transpose <perm = [0,3,1,2]> (m) }");
}

Test(make_scale_resize_nhwc, says_why_not)
{
    check_remark("MakeScaleResizeNHWC",
                 "n (float[1,4,2,3] x) => (float[1,4,9,4] y) <float[4] s = {1, 1, 2, 3}>"
                 " { m = Resize <mode = \"nearest\"> (x, , s)"
                 "   y = Transpose <perm = [0,2,3,1]> (m) }",
                 "the layout of x is not known, not NCHW");
}
