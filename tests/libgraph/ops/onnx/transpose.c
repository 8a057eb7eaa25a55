#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(transpose, transposing_reorders_axes)
{
    check_shapes("n (float[2,N,4] x) => (y, z) { y = Transpose(x)"
                 " z = Transpose <perm = [0, 2, 1]> (x) }",
                 "FLOAT[4,N,2]; FLOAT[2,4,N]");
    check_shapes("n (x) => (y, z) { y = Transpose(x) z = Transpose <perm = [0, 2, 1]> (x) }",
                 "UNDEFINED; UNDEFINED[?,?,?]");
    check_shapes_fail("n (x) => (float[2,2] y) { y = Transpose <perm = [0, 2, 1]> (x) }",
                      "Transpose");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0, 0]> (x) }",
                      "Transpose: ");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0]> (x) }", "Transpose: ");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0, 2]> (x) }",
                      "Transpose: ");
}

Test(transpose, blocks_move_between_depth_and_space)
{
    check_shapes("n (float[1,12,2,N] x) => (y) { y = DepthToSpace <blocksize = 2> (x) }",
                 "FLOAT[1,3,4,?]");
    check_shapes("n (float[1,3,4,6] x) => (y) { y = SpaceToDepth <blocksize = 2> (x) }",
                 "FLOAT[1,12,2,3]");
    check_shapes_fail("n (float[1,6,2,2] x) => (y) { y = DepthToSpace <blocksize = 2> (x) }",
                      "DepthToSpace: ");
}
