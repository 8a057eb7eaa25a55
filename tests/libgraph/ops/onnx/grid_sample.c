#include <support/infer_text.h>

#include <criterion/criterion.h>

#define V20 "<opset_import: [\"\": 20]> "

Test(grid_sample, channels_of_one_and_places_of_the_other)
{
    check_shapes(V20 "n (uint8[N,3,8,8] x, float[2,H,5,2] g) => (y) { y = GridSample(x, g) }",
                 "UINT8[2,3,H,5]");
    check_shapes(V20 "n (float[1,3,8] x, float[1,5,1] g) => (y) { y = GridSample(x, g) }",
                 "FLOAT[1,3,5]");
    check_shapes_fail(V20 "n (float[1,3,8,8] x, float[1,5,1] g) => (y) { y = GridSample(x, g) }",
                      "a grid of rank 3");
    check_shapes_fail("<opset_import: [\"\": 16]> n (float[1,3,8] x, float[1,5,1] g) => (y)"
                      " { y = GridSample(x, g) }",
                      "needs rank 4");
}

Test(grid_sample, grids_are_of_the_listed_size)
{
    check_shapes(V20
                 "n (double[N,2,3] m) => (y) <int64[4] s = {2, 3, 4, 5}> { y = AffineGrid(m, s) }",
                 "DOUBLE[2,4,5,2]");
    check_shapes(V20 "n (float[N,3,4] m, int64[5] s) => (y) { y = AffineGrid(m, s) }",
                 "FLOAT[N,?,?,?,3]");
    check_shapes_fail(V20 "n (float[1,2,3] m, int64[3] s) => (y) { y = AffineGrid(m, s) }",
                      "size has 3 entries");
}
