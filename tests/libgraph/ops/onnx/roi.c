#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(roi, there_is_an_image_for_each_region)
{
    check_shapes("n (float[1,C,9,9] x, float[N,4] r, int64[7] b) => (y)"
                 " { y = RoiAlign <output_height = 3> (x, r, b) }",
                 "FLOAT[7,C,3,1]");
    check_shapes("n (float16[1,2,9,9] x, float16[R,5] r) => (y)"
                 " { y = MaxRoiPool <pooled_shape = [3, 4]> (x, r) }",
                 "FLOAT16[R,2,3,4]");
    check_shapes_fail("n (float[1,2,9] x, float[1,4] r, int64[1] b) => (y)"
                      " { y = RoiAlign(x, r, b) }",
                      "the input has rank 3");
    check_shapes_fail("n (float[1,2,9,9] x, float[1,4] r, int64[2] b) => (y)"
                      " { y = RoiAlign(x, r, b) }",
                      "1 regions and 2 batch indices");
    check_shapes_fail("n (float[1,2,9,9] x, float[1,5] r) => (y)"
                      " { y = MaxRoiPool <pooled_shape = [3]> (x, r) }",
                      "pooled_shape has 1 entries");
}
