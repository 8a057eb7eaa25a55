#include <support/infer_text.h>

#include <criterion/criterion.h>

#define CLIP(t, low, high)                                                                         \
    "n (float[2] x {" t "}, float c, float d {INT6}) => (y) <float l = {" low                      \
    "}, float h = {" high "}>"

/* Only a bound that elements can reach is one of the results. */
Test(clip, types_hold_the_bounds_that_cut)
{
    check_dtypes(CLIP("INT4", "0", "6") "{ y = Clip(x, l, h) }", "INT4");
    check_dtypes(CLIP("INT4", "0.5", "3") "{ y = Clip(x, l, h) }", "FLOAT32");
    check_dtypes(CLIP("INT4", "-8.5", "7.5") "{ y = Clip(x, l, h) }", "INT4");
    check_dtypes(CLIP("INT4", "100", "200") "{ y = Clip(x, l, h) }", "INT8");
    check_dtypes(CLIP("INT4", "100", "50.5") "{ y = Clip(x, l, h) }", "FLOAT32");
    check_dtypes(CLIP("BIPOLAR", "0", "1") "{ y = Clip(x, l, h) }", "INT2");
    check_dtypes(CLIP("INT4", "0", "0") "{ y = Clip(x) }", "INT4");
    check_dtypes(CLIP("INT4", "0", "0") "{ y = Clip(x, c) }", "FLOAT32");
    check_dtypes(CLIP("INT4", "0", "0") "{ y = Clip(x, , d) }", "INT6");
    check_dtypes("<opset_import: [\"\": 6]> n (float[2] x {INT4}) => (y)"
                 " { y = Clip <min = 0.5, max = 3.0> (x) }",
                 "FLOAT32");
}
