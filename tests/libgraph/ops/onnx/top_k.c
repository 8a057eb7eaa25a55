#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(top_k, places_are_integers)
{
    check_shapes("n (float[2,3] x) => (a, b) { a = ArgMax <axis = 1> (x)"
                 " b = ArgMin <axis = -1, keepdims = 0> (x) }",
                 "INT64[2,1]; INT64[2]");
}

Test(top_k, the_largest_are_picked)
{
    check_shapes("n (float[2,9] x) => (y, i) <int64[1] k = {3}> { y, i = TopK(x, k) }",
                 "FLOAT[2,3]; INT64[2,3]");
    check_shapes("<opset_import: [\"\": 9]> n (float[2,9] x) => (y, i)"
                 " { y, i = TopK <k = 1, axis = 0> (x) }",
                 "FLOAT[1,9]; INT64[1,9]");
    check_shapes("n (float[2,9] x, int64[1] k) => (y, i) { y, i = TopK(x, k) }",
                 "FLOAT[2,?]; INT64[2,?]");
    check_shapes_fail("n (float[2,3] x) => (y, i) <int64[1] k = {4}> { y, i = TopK(x, k) }",
                      "TopK: ");
}
