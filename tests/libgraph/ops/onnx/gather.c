#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(gather, picking_puts_the_indices_in_place_of_the_axis)
{
    check_shapes("n (float[5,4] x, int64[2,3] i, int64 j) => (y, z)"
                 " { y = Gather <axis = 1> (x, i) z = Gather(x, j) }",
                 "FLOAT[5,2,3]; FLOAT[4]");
    check_shapes_fail("n (float[5] x, int64 i) => (y) { y = Gather <axis = 1> (x, i) }", "axis 1");
}
