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
