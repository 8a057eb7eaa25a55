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

Test(resize, either_scales_or_sizes_tell)
{
#define RESIZE(more)                                                                               \
    "n (float[4] x) => (y) <float[1] s = {2}, int64[1] z = {5}, float[0] none,"                    \
    " int64[0] nothing> { y = Resize" more " }"
    check_shapes_fail(RESIZE("(x, , s, z)"), "both scales and sizes are given");
    check_shapes_fail(RESIZE("(x)"), "neither scales nor sizes are given");
    check_shapes_fail(RESIZE("(x, , none)"), "neither scales nor sizes are given");
    check_shapes(RESIZE("(x, , none, z)"), "FLOAT[5]");
    check_shapes(RESIZE("(x, , s, nothing)"), "FLOAT[8]");
}

/* Scales were an attribute of Upsample, before version 9. */
Test(resize, the_attribute_scales_is_another_ops)
{
    check_shapes(
        "n (float[4] x) => (y) <float[1] s = {2}> { y = Resize <scales = [3.0]> (x, , s) }",
        "FLOAT[8]");
    check_shapes("<opset_import: [\"\": 8]> n (float[4] x) => (y)"
                 " { y = Upsample <scales = [3.0]> (x) }",
                 "FLOAT[12]");
    check_shapes("<opset_import: [\"\": 9]> n (float[4] x) => (y) <float[1] s = {2}>"
                 " { y = Upsample <scales = [3.0]> (x, s) }",
                 "FLOAT[8]");
}

Test(resize, nothing_cannot_grow)
{
    check_shapes_fail("n (float[1,2,0] x) => (y) <int64[3] s = {1, 2, 2}> { y = Resize(x, , , s) }",
                      "a size of 2 for an axis of 0");
}
