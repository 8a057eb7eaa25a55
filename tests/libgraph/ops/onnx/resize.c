#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(resize, scaling_rounds_down)
{
    check_shapes("n (float[1,3,5,N] x) => (y) <float[4] s = {1, 1, 1.5, 2}>"
                 " { y = Resize(x, , s) }",
                 "FLOAT[1,3,7,?]");
    check_shapes("n (float[1,3,5,5] x) => (y) <int64[4] s = {1, 3, 8, 9}> { y = Resize(x, , , s) }",
                 "FLOAT[1,3,8,9]");
    check_shapes("<opset_import: [\"\": 9]> n (float[1,3,5,5] x) => (y)"
                 " <float[4] s = {1, 1, 2, 2}> { y = Upsample(x, s) }",
                 "FLOAT[1,3,10,10]");
}

Test(resize, types_hold_what_lies_outside_of_a_region)
{
#define CROP(t, more)                                                                              \
    "n (float[1,2] x {" t "}) => (y) <float[4] r = {0, 0, 1, 2}, float[2] s = {1, 2}>"             \
    " { y = Resize <coordinate_transformation_mode = \"tf_crop_and_resize\"" more "> (x, r, s) }"
    check_dtypes(CROP("INT4", ""), "INT4");
    check_dtypes(CROP("BIPOLAR", ""), "INT2");
    check_dtypes(CROP("INT4", ", extrapolation_value = 100.0"), "INT8");
    check_dtypes(CROP("INT4", ", extrapolation_value = 0.5"), "FLOAT32");
    check_dtypes("n (float[1,2] x {BIPOLAR}) => (y) <float[2] s = {1, 2}>"
                 " { y = Resize <extrapolation_value = 0.5> (x, , s) }",
                 "BIPOLAR");
}
