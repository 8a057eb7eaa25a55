#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(movement, transposing_reorders_axes)
{
    check_shapes("n (float[2,N,4] x) => (y, z) { y = Transpose(x)"
                 " z = Transpose <perm = [0, 2, 1]> (x) }",
                 "FLOAT[4,N,2]; FLOAT[2,4,N]");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0, 0]> (x) }",
                      "Transpose: ");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0]> (x) }", "Transpose: ");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Transpose <perm = [0, 2]> (x) }",
                      "Transpose: ");
}

Test(movement, joining_adds_along_an_axis)
{
    check_shapes("n (float[2,3] a, float[2,4] b, float[2,N] c) => (y, z)"
                 " { y = Concat <axis = 1> (a, b) z = Concat <axis = -1> (a, c) }",
                 "FLOAT[2,7]; FLOAT[2,?]");
    check_shapes("n (float[2,3] a, float[N,3] b) => (y) { y = Concat <axis = 1> (b, a) }",
                 "FLOAT[2,6]");
    check_shapes_fail("n (float[2,3] a, float[3,3] b) => (y) { y = Concat <axis = 1> (a, b) }",
                      "Concat: ");
    check_shapes_fail("n (float[2,3] a, float[3] b) => (y) { y = Concat <axis = 0> (a, b) }",
                      "Concat: ");
    check_shapes_fail("n (float[2] a, float[3] b) => (y) { y = Concat <axis = 1> (a, b) }",
                      "axis 1");
}

Test(movement, parting_divides_an_axis)
{
    check_shapes("n (float[6,2] x) => (a, b) <int64[2] s = {2, 4}> { a, b = Split(x, s) }",
                 "FLOAT[2,2]; FLOAT[4,2]");
    check_shapes("n (float[6,2] x) => (a, b, c) { a, b, c = Split(x) }",
                 "FLOAT[2,2]; FLOAT[2,2]; FLOAT[2,2]");
    check_shapes("<opset_import: [\"\": 18]> n (float[7] x) => (a, b, c)"
                 " { a, b, c = Split <num_outputs = 3> (x) }",
                 "FLOAT[3]; FLOAT[3]; FLOAT[1]");
    check_shapes_fail("n (float[6] x) => (a, b) <int64[2] s = {2, 5}> { a, b = Split(x, s) }",
                      "the parts have 7 elements, the axis has 6");
    check_shapes_fail("n (float[6] x) => (a) <int64[2] s = {2, 4}> { a = Split(x, s) }",
                      "2 sizes for 1 outputs");
    check_shapes_fail("n (float[N] x) => (a, b) <int64[2] s = {-2, 4}> { a, b = Split(x, s) }",
                      "part 0");
}

#define SLICE(x, n, starts, ends, axes, steps)                                                     \
    "n (float[" x "] x) => (y) <int64[" n "] s = {" starts "}, int64[" n "] e = {" ends            \
    "}, int64[" n "] a = {" axes "}, int64[" n "] t = {" steps "}> { y = Slice(x, s, e, a, t) }"

Test(movement, slices_count_as_python_does)
{
    check_shapes(SLICE("10,4", "1", "2", "9", "0", "3"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "-3", "9223372036854775807", "0", "1"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "-1", "-9223372036854775807", "0", "-1"), "FLOAT[10,4]");
    check_shapes(SLICE("10,4", "1", "9", "0", "0", "-4"), "FLOAT[3,4]");
    check_shapes(SLICE("10,4", "1", "5", "2", "0", "1"), "FLOAT[0,4]");
    check_shapes(SLICE("10,4", "1", "9", "0", "0", "-9223372036854775808"), "FLOAT[1,4]");
    check_shapes(SLICE("10,4", "2", "1, 1", "3, 3", "0, -1", "1, 2"), "FLOAT[2,1]");
    check_shapes(SLICE("N,4", "1", "0", "1", "0", "1"), "FLOAT[?,4]");
    check_shapes("n (float[5,4] x, int64[1] s) => (y) <int64[1] e = {3}> { y = Slice(x, s, e) }",
                 "FLOAT[?,?]");
    check_shapes("<opset_import: [\"\": 9]> n (float[5,4] x) => (y)"
                 " { y = Slice <starts = [1], ends = [3]> (x) }",
                 "FLOAT[2,4]");
    check_shapes_fail(SLICE("10,4", "1", "0", "1", "0", "0"), "step");
    check_shapes_fail(SLICE("10,4", "1", "0", "1", "2", "1"), "axis 2");
}

Test(movement, picking_puts_the_indices_in_place_of_the_axis)
{
    check_shapes("n (float[5,4] x, int64[2,3] i, int64 j) => (y, z)"
                 " { y = Gather <axis = 1> (x, i) z = Gather(x, j) }",
                 "FLOAT[5,2,3]; FLOAT[4]");
    check_shapes_fail("n (float[5] x, int64 i) => (y) { y = Gather <axis = 1> (x, i) }", "axis 1");
}

Test(movement, padding_adds_on_both_sides)
{
    check_shapes("n (float[2,N] x) => (y) <int64[4] p = {1, 0, 2, 0}> { y = Pad(x, p) }",
                 "FLOAT[5,N]");
    check_shapes("<opset_import: [\"\": 18]> n (float[2,3] x) => (y) <int64[2] p = {1, -1},"
                 " int64[1] a = {1}> { y = Pad(x, p, , a) }",
                 "FLOAT[2,3]");
    check_shapes("<opset_import: [\"\": 10]> n (float[2,3] x) => (y)"
                 " { y = Pad <pads = [0, 1, 0, 1]> (x) }",
                 "FLOAT[2,5]");
    check_shapes_fail("n (float[2,3] x) => (y) <int64[2] p = {1, 0}> { y = Pad(x, p) }", "Pad: ");
}

Test(movement, repeating_multiplies)
{
    check_shapes("n (float[2,N] x) => (y, z) <int64[2] r = {3, 1}, int64[3] s = {4, 1, 5}>"
                 " { y = Tile(x, r) z = Expand(x, s) }",
                 "FLOAT[6,N]; FLOAT[4,2,5]");
    check_shapes("n (float[3,1] x, int64[3] s) => (y) { y = Expand(x, s) }", "FLOAT[?,3,?]");
    check_shapes_fail("n (float[2] x) => (y) <int64[1] s = {3}> { y = Expand(x, s) }",
                      "do not broadcast");
}

Test(movement, blocks_move_between_depth_and_space)
{
    check_shapes("n (float[1,12,2,N] x) => (y) { y = DepthToSpace <blocksize = 2> (x) }",
                 "FLOAT[1,3,4,?]");
    check_shapes("n (float[1,3,4,6] x) => (y) { y = SpaceToDepth <blocksize = 2> (x) }",
                 "FLOAT[1,12,2,3]");
    check_shapes_fail("n (float[1,6,2,2] x) => (y) { y = DepthToSpace <blocksize = 2> (x) }",
                      "DepthToSpace: ");
}

Test(movement, scaling_rounds_down)
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
