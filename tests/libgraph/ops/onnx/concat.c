#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(concat, joining_adds_along_an_axis)
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

Test(concat, parting_divides_an_axis)
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
