#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(center_crop_pad, an_axis_is_cut_once)
{
#define CROP(axes)                                                                                 \
    "<opset_import: [\"\": 18]> n (float[2,5] x) => (y) <int64[2] s = {3, 4}>"                     \
    " { y = CenterCropPad <axes = [" axes "]> (x, s) }"
    check_shapes(CROP("1, 0"), "FLOAT[4,3]");
    check_shapes_fail(CROP("1, 1"), "axis 1 is there twice");
    check_shapes_fail(CROP("1, -1"), "axis 1 is there twice");
}
