#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_flatten_past_top_k, flattens_the_indices)
{
    check_pass("MoveFlattenPastTopK",
               "n (float[2,1,1,8] x {INT2, NHWC}) => (int64[2,3] i) <int64[1] k = {3}>"
               " { f = Flatten(x) v, i = TopK(f, k) }",
               "n (float[2,1,1,8] x {INT2, NHWC}) => (int64[2,3] i) <int64[1] k = {3},"
               " int64[2,1,1,3] j> { v, j = TopK(x, k) i = Flatten(j) }");
}

Test(move_flatten_past_top_k, says_why_not)
{
    check_remark("MoveFlattenPastTopK",
                 "n (float[2,1,1,8] x {NHWC}) => (float[2,3] v, int64[2,3] i) <int64[1] k = {3}>"
                 " { f = Flatten(x) v, i = TopK(f, k) }",
                 "the largest values are used, not only their indices");
    check_remark("MoveFlattenPastTopK",
                 "n (float[2,8,1,1] x {NCHW}) => (int64[2,3] i) <int64[1] k = {3}>"
                 " { f = Flatten(x) v, i = TopK(f, k) }",
                 "the layout of the value to flatten is NCHW, not NHWC");
    check_remark("MoveFlattenPastTopK",
                 "n (float[2,1,1,8] x {NHWC}) => (int64[1,8] i) <int64[1] k = {1}>"
                 " { f = Flatten(x) v, i = TopK <axis = 0> (f, k) }",
                 "the axis of TopK is not -1");
}
