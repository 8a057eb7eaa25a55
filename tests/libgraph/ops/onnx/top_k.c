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

Test(top_k, nothing_that_there_is_not)
{
    check_shapes_fail("n (float[2,3] x) => (y, i) <int64[1] k = {-1}> { y, i = TopK(x, k) }",
                      "k is -1");
    check_shapes_fail("n (float[2,0] x) => (y) { y = ArgMax<axis = 1>(x) }",
                      "an axis of 0 elements");
}

Test(compress, a_condition_may_be_longer_where_it_picks_nothing)
{
    check_shapes_fail("n (float[2,3] x) => (y) <bool[7] c = {0, 0, 0, 0, 0, 0, 1}> {"
                      " y = Compress(x, c) }",
                      "picks element 6 of 6");
    check_shapes_fail("n (float[2,N] x) => (y) <bool[3] c = {0, 0, 1}> {"
                      " y = Compress<axis = 0>(x, c) }",
                      "picks element 2 of 2");
    check_shapes("n (float[2,N] x) => (y) <bool[4] c = {1, 1, 0, 0}> {"
                 " y = Compress<axis = 0>(x, c) }",
                 "FLOAT[2,N]");
    check_shapes("n (float[2,N] x) => (y) <bool[4] c = {1, 1, 0, 1}> { y = Compress(x, c) }",
                 "FLOAT[3]");
}
