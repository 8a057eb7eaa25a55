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

#define SIZES(dims, sizes, attrs)                                                                  \
    "n (float[1," dims "] x) => (y) <int64[4] s = {1," sizes "}> "                                 \
    "{ m = Transpose <perm = [0,3,1,2]> (x) "                                                      \
    "y = Resize <mode = \"nearest\"" attrs "> (m, , , s) }"
#define SIZES_LAST(dims, sizes, attrs)                                                             \
    "n (float[1," dims "] x) => (y) <int64[4] s = {1," sizes "}> "                                 \
    "{ m = Resize <mode = \"nearest\"" attrs "> (x, , , s) "                                       \
    "y = Transpose <perm = [0,3,1,2]> (m) }"

/* 3 * float32(7 / 3) is less than 7: as scales, they would make 6. */
Test(absorb_transpose_into_resize, sizes_that_are_no_exact_multiples_stay_sizes)
{
    check_pass("InferShapes, AbsorbTransposeIntoResize", SIZES("3,3,2", "2,7,7", ""),
               SIZES_LAST("3,3,2", "7,7,2", ""));
    check_pass("InferShapes, AbsorbTransposeIntoResize", SIZES("41,41,1", "1,47,47", ""),
               SIZES_LAST("41,41,1", "47,47,1", ""));
}

Test(absorb_transpose_into_resize, sizes_under_a_policy_stay_sizes)
{
    check_pass("InferShapes, AbsorbTransposeIntoResize",
               "<ir_version: 8, opset_import: [\"\" : 18]> " SIZES(
                   "2,3,2", "2,4,6", ", keep_aspect_ratio_policy = \"not_larger\""),
               "<ir_version: 8, opset_import: [\"\" : 18]> " SIZES_LAST(
                   "2,3,2", "4,6,2", ", keep_aspect_ratio_policy = \"not_larger\""));
}
