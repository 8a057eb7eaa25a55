#include <support/infer_text.h>

#include <criterion/criterion.h>

#define SLICE(x, n, starts, ends, axes, steps)                                                     \
    "n (float[" x "] x) => (y) <int64[" n "] s = {" starts "}, int64[" n "] e = {" ends            \
    "}, int64[" n "] a = {" axes "}, int64[" n "] t = {" steps "}> { y = Slice(x, s, e, a, t) }"

Test(slice, slices_count_as_python_does)
{
    check_shapes(SLICE("10,4", "1", "2", "9", "0", "3"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "-3", "9223372036854775807", "0", "1"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "-1", "-9223372036854775807", "0", "-1"), "FLOAT[10,4]");
    check_shapes(SLICE("10,4", "1", "9", "0", "0", "-4"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "5", "2", "0", "1"), "FLOAT[0,4]");
    check_shapes(SLICE("10,4", "1", "9", "0", "0", "-9223372036854775808"), "FLOAT[1,4]");
    check_shapes(SLICE("10,4", "2", "1, 1", "3, 3", "0, -1", "1, 2"), "FLOAT[2,1]");
    check_shapes(SLICE("N,4", "1", "0", "1", "0", "1"), "FLOAT[?,4]");
    check_shapes("n (float[5,4] x, int64[1] s) => (y) <int64[1] e = {3}> { y = Slice(x, s, e) }",
                 "FLOAT[?,?]");
    check_shapes("<opset_import: [\"\": 9]> n (float[5,4] x) => (y)"
                 " { y = Slice <starts = [1], ends = [3]> (x) }",
                 "FLOAT[2,4]");
    check_shapes_fail(SLICE("10,4", "1", "0", "1", "0", "0"), "step");
    check_shapes_fail(SLICE("10,4", "1", "0", "1", "2", "1"), "axis 2");
}

Test(slice, as_many_starts_as_ends)
{
    check_shapes_fail("n (float[4,4] x) => (y) <int64[1] s = {1}, int64[2] e = {2, 3}> {"
                      " y = Slice(x, s, e) }",
                      "1 starts, 2 ends");
}
