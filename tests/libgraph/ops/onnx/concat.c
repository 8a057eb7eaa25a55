#include <support/infer_text.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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

/* More than a tensor has axes. */
Test(concat, parts_may_be_many)
{
    enum { PARTS = 70 };
    char names[PARTS * 8] = "", ones[PARTS * 8] = "", text[4 * PARTS * 8], want[PARTS * 16] = "";
    for (int i = 0; i < PARTS; i++) {
        snprintf(names + strlen(names), sizeof names - strlen(names), "%so%d", i ? ", " : "", i);
        snprintf(ones + strlen(ones), sizeof ones - strlen(ones), "%s1", i ? ", " : "");
        snprintf(want + strlen(want), sizeof want - strlen(want), "%sFLOAT[1]", i ? "; " : "");
    }
    snprintf(text, sizeof text, "n (float[70] x) => (%s) <int64[70] s = {%s}> { %s = Split(x, s) }",
             names, ones, names);
    check_shapes(text, want);
    snprintf(text, sizeof text,
             "<opset_import: [\"\": 11]> n (float[70] x) => (%s) { %s = Split <split = [%s]> (x) }",
             names, names, ones);
    check_shapes(text, want);
    snprintf(text, sizeof text, "n (float[71] x) => (%s) <int64[70] s = {%s}> { %s = Split(x, s) }",
             names, ones, names);
    check_shapes_fail(text, "the parts have 70 elements, the axis has 71");
    check_shapes("n (float[6] x, int64[2] s) => (a, b) { a, b = Split(x, s) }",
                 "FLOAT[?]; FLOAT[?]");
}
