#include <support/infer_text.h>

#include <criterion/criterion.h>

#define UNPOOL(x, more)                                                                            \
    "n (float[" x "] x, int64[" x "] i) => (y)"                                                    \
    " { y = MaxUnpool <kernel_shape = [3, 2], strides = [2, 2]" more "> (x, i) }"

Test(max_unpool, sizes_are_those_before_the_pool)
{
    check_shapes(UNPOOL("1,C,4,N", ""), "FLOAT[1,C,9,?]");
    check_shapes(UNPOOL("1,2,4,4", ", pads = [1, 0, 1, 0]"), "FLOAT[1,2,7,8]");
    check_shapes_fail(UNPOOL("1,2,1,1", ", pads = [4, 0, 0, 0]"), "do not make an axis");
    check_shapes_fail(UNPOOL("4,4", ""), "a tensor of rank 2");
}

Test(max_unpool, output_shape_says_them)
{
    check_shapes("n (float[1,2,4] x, int64[1,2,4] i) => (y) <int64[3] s = {1, 2, 9}>"
                 " { y = MaxUnpool <kernel_shape = [2]> (x, i, s) }",
                 "FLOAT[1,2,9]");
    check_shapes("n (float[1,2,4] x, int64[1,2,4] i, int64[3] s) => (y)"
                 " { y = MaxUnpool <kernel_shape = [2]> (x, i, s) }",
                 "FLOAT[?,?,?]");
    check_shapes_fail("n (float[1,2,4] x, int64[1,2,4] i) => (y) <int64[1] s = {9}>"
                      " { y = MaxUnpool <kernel_shape = [2]> (x, i, s) }",
                      "output_shape has 1 dimensions");
}
