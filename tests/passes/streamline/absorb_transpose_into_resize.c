#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_transpose_into_resize, moves_it_behind_by_scales_or_by_sizes)
{
    check_pass(
        "InferShapes, AbsorbTransposeIntoResize",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 1, 2, 3}>"
        " { m = Transpose <perm = [0,3,1,2]> (x) y = Resize <mode = \"nearest\"> (m, , s) }",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 2, 3, 1},"
        " float[1,4,9,4] m>"
        " { m = Resize <mode = \"nearest\"> (x, , s) y = Transpose <perm = [0,3,1,2]> (m) }");
    check_pass(
        "InferShapes, AbsorbTransposeIntoResize",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <int64[4] s = {1, 4, 4, 9}>"
        " { m = Transpose <perm = [0,3,1,2]> (x)"
        "   y = Resize <mode = \"nearest\"> (m, , , s) }",
        "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 2, 3, 1}>"
        " { m = Resize <mode = \"nearest\"> (x, , s) y = Transpose <perm = [0,3,1,2]> (m) }");
}

Test(absorb_transpose_into_resize, says_why_not)
{
    check_remark("InferShapes, AbsorbTransposeIntoResize",
                 "n (float[1,2,3,4] x) => (float[1,4,4,9] y) <float[4] s = {1, 1, 2, 3}>"
                 " { m = Transpose <perm = [0,3,1,2]> (x)"
                 "   y = Resize <mode = \"linear\"> (m, , s) }",
                 "mode is linear, not nearest");
}
