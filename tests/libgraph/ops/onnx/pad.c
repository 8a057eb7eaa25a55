#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(pad, padding_adds_on_both_sides)
{
    check_shapes("n (float[2,N] x) => (y) <int64[4] p = {1, 0, 2, 0}> { y = Pad(x, p) }",
                 "FLOAT[5,N]");
    check_shapes("<opset_import: [\"\": 18]> n (float[2,3] x) => (y) <int64[2] p = {1, -1},"
                 " int64[1] a = {1}> { y = Pad(x, p, , a) }",
                 "FLOAT[2,3]");
    check_shapes("<opset_import: [\"\": 10]> n (float[2,3] x) => (y)"
                 " { y = Pad <pads = [0, 1, 0, 1]> (x) }",
                 "FLOAT[2,5]");
    check_shapes_fail("n (float[2,3] x) => (y) <int64[2] p = {1, 0}> { y = Pad(x, p) }", "Pad: ");
}

Test(pad, repeating_multiplies)
{
    check_shapes("n (float[2,N] x) => (y, z) <int64[2] r = {3, 1}, int64[3] s = {4, 1, 5}>"
                 " { y = Tile(x, r) z = Expand(x, s) }",
                 "FLOAT[6,N]; FLOAT[4,2,5]");
    check_shapes("n (float[3,1] x, int64[3] s) => (y) { y = Expand(x, s) }", "FLOAT[?,3,?]");
    check_shapes_fail("n (float[2] x) => (y) <int64[1] s = {3}> { y = Expand(x, s) }",
                      "do not broadcast");
}
