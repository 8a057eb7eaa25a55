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
    /* Each version has its own name for the attribute, whatever else is there. */
    check_shapes("<opset_import: [\"\": 1]> n (float[2,3] x) => (y)"
                 " { y = Pad <pads = [1, 1, 1, 1], paddings = [2, 2, 2, 2]> (x) }",
                 "FLOAT[6,7]");
    check_shapes("<opset_import: [\"\": 2]> n (float[2,3] x) => (y)"
                 " { y = Pad <pads = [1, 1, 1, 1], paddings = [2, 2, 2, 2]> (x) }",
                 "FLOAT[4,5]");
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

#define PAD(x, more)                                                                               \
    "n (float[2] " x ", float c, int64[2] q) => (y) <int64[2] p = {0, 1}, int64[2]"                \
    " none = {0, -1}, float hundred = {100}, float half = {0.5}> { y = Pad" more " }"

/* The constant is an element like others. */
Test(pad, types_hold_the_constant_too)
{
    check_dtypes(PAD("x {INT4}", "(x, p)"), "INT4");
    check_dtypes(PAD("x {INT4}", "(x, p, hundred)"), "INT8");
    check_dtypes(PAD("x {UINT4}", "(x, p, half)"), "FLOAT32");
    check_dtypes(PAD("x {BIPOLAR}", "(x, p)"), "INT2");
    check_dtypes(PAD("x {FIXED<4,2>}", "(x, p, half)"), "FIXED<4,2>");
    check_dtypes(PAD("x {FIXED<4,2>}", "(x, p, hundred)"), "FLOAT32");
    check_scaled_dtypes(PAD("x {SCALEDINT<8>}", "(x, p)"), "SCALEDINT<8>");
    check_scaled_dtypes(PAD("x {SCALEDINT<8>}", "(x, p, half)"), "FLOAT32");
    check_dtypes(PAD("x {INT4}", "(x, p, c)"), "FLOAT32");
    check_dtypes(PAD("x {BIPOLAR}", "(x, q)"), "INT2");
    check_dtypes("<opset_import: [\"\": 10]> n (float[2] x {INT4}) => (y)"
                 " { y = Pad <pads = [0, 1], value = 9.0> (x) }",
                 "INT5");
}

Test(pad, types_stay_where_no_constant_comes_in)
{
    check_dtypes(PAD("x {INT4}", "<mode = \"edge\"> (x, p, hundred)"), "INT4");
    check_dtypes(PAD("x {BIPOLAR}", "(x, none)"), "BIPOLAR");
}

Test(pad, nothing_cannot_be_repeated)
{
    check_shapes_fail("n (float[2,0] x) => (y) <int64[4] p = {0, 3, 0, 3}> {"
                      " y = Pad<mode = \"edge\">(x, p) }",
                      "axis 1 of 0 elements cannot be padded by 3 and 3");
    check_shapes("n (float[2,0] x) => (y) <int64[4] p = {0, 3, 0, 3}> { y = Pad(x, p) }",
                 "FLOAT[2,6]");
}
