#include <support/infer_text.h>

#include <criterion/criterion.h>

#define RESHAPE(attrs, x, n, target)                                                               \
    "n (float[" x "] x) => (y) <int64[" n "] s = {" target "}> { y = Reshape <" attrs "> (x, s) }"

Test(reshape, zeros_copy_and_one_dimension_is_found)
{
    check_shapes(RESHAPE("allowzero = 0", "2,3,4", "2", "0, -1"), "FLOAT[2,12]");
    check_shapes(RESHAPE("allowzero = 0", "2,3,4", "3", "4, 3, 2"), "FLOAT[4,3,2]");
    check_shapes(RESHAPE("allowzero = 0", "N,16,5,5", "2", "0, -1"), "FLOAT[N,400]");
    check_shapes(RESHAPE("allowzero = 0", "N,4,5", "2", "-1, 20"), "FLOAT[N,20]");
    check_shapes(RESHAPE("allowzero = 0", "N,M,5", "2", "-1, 5"), "FLOAT[?,5]");
    check_shapes(RESHAPE("allowzero = 1", "0,3", "2", "3, 0"), "FLOAT[3,0]");
    check_shapes("<opset_import: [\"\": 1]> n (float[2,6] x) => (y)"
                 " { y = Reshape <shape = [3, -1]> (x) }",
                 "FLOAT[3,4]");
    check_shapes_fail(RESHAPE("allowzero = 0", "2,3", "2", "4, -1"), "Reshape: ");
    check_shapes_fail(RESHAPE("allowzero = 0", "2,3", "2", "-1, -1"), "-1");
    check_shapes_fail(RESHAPE("allowzero = 0", "2,3", "1", "5"), "Reshape: ");
    check_shapes_fail(RESHAPE("allowzero = 0", "2,3", "3", "2, 3, 0"), "copies an axis");
}

Test(reshape, flatten_multiplies_both_sides_of_an_axis)
{
    check_shapes("n (float[2,3,4] x) => (y, z, v, w) { y = Flatten(x) z = Flatten <axis = 0> (x)"
                 " v = Flatten <axis = -1> (x) w = Flatten <axis = 3> (x) }",
                 "FLOAT[2,12]; FLOAT[1,24]; FLOAT[6,4]; FLOAT[24,1]");
    check_shapes("n (float[N,3,4] x) => (y) { y = Flatten(x) }", "FLOAT[N,12]");
    check_shapes("n (float[] x) => (y) { y = Flatten(x) }", "FLOAT[?,?]");
    check_shapes_fail("n (float[2,3] x) => (y) { y = Flatten <axis = 3> (x) }", "axis 3");
}

Test(reshape, axes_come_and_go)
{
    check_shapes("n (float[1,3,1] x) => (y, z) <int64[1] a = {-1}> { y = Squeeze(x)"
                 " z = Squeeze(x, a) }",
                 "FLOAT[3]; FLOAT[1,3]");
    check_shapes("<opset_import: [\"\": 11]> n (float[1,3,1] x) => (y, z)"
                 " { y = Squeeze <axes = [0]> (x) z = Unsqueeze <axes = [0, -1]> (x) }",
                 "FLOAT[3,1]; FLOAT[1,1,3,1,1]");
    check_shapes("n (float[N,3] x) => (y) <int64[2] a = {0, 3}> { y = Unsqueeze(x, a) }",
                 "FLOAT[1,N,3,1]");
    /* Which axes go is not known while one may have one element. */
    check_shapes("n (float[N,1] x) => (y) { y = Squeeze(x) }", "FLOAT");
    check_shapes_fail("n (float[2,3] x) => (y) <int64[1] a = {0}> { y = Squeeze(x, a) }",
                      "Squeeze: ");
    check_shapes_fail("n (float[2,3] x) => (y) <int64[1] a = {5}> { y = Unsqueeze(x, a) }",
                      "axis 5");
}

Test(reshape, shapes_and_sizes_are_numbers)
{
    check_shapes("n (float[2,N,4] x) => (y, z, v, s) { y = Shape(x) z = Shape <start = 1> (x)"
                 " v = Shape <start = -1, end = 9> (x) s = Size(x) }",
                 "INT64[3]; INT64[2]; INT64[1]; INT64[]");
    check_shapes("n (float[] x) => (y) { y = Shape(x) }", "INT64[?]");
}

/* However many elements there are. */
Test(reshape, nothing_follows_from_no_elements)
{
    check_shapes_fail(RESHAPE("allowzero = 1", "0,2", "2", "0, -1"),
                      "no elements, whatever its -1");
    check_shapes_fail(RESHAPE("allowzero = 1", "N,2", "2", "0, -1"),
                      "no elements, whatever its -1");
    check_shapes(RESHAPE("allowzero = 0", "0,2", "2", "0, -1"), "FLOAT[0,2]");
}
