#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(reduce, axes_stay_as_one_element_or_go)
{
    check_shapes("n (float[2,3,N] x) => (a, b, c) <int64[1] i = {1}> { a = ReduceSum(x, i)"
                 " b = ReduceSum <keepdims = 0> (x, i) c = ReduceSum(x) }",
                 "FLOAT[2,1,N]; FLOAT[2,N]; FLOAT[1,1,1]");
    check_shapes("n (float[2,3] x) => (a, b) { a = ReduceMean <axes = [-1], keepdims = 0> (x)"
                 " b = ReduceMean <keepdims = 0> (x) }",
                 "FLOAT[2]; FLOAT[]");
    check_shapes("n (float[2,3] x) => (a) { a = ReduceSum <noop_with_empty_axes = 1> (x) }",
                 "FLOAT[2,3]");
    check_shapes("n (float[2,3] x, int64[1] i) => (a, b) { a = ReduceSum(x, i)"
                 " b = ReduceSum <keepdims = 0> (x, i) }",
                 "FLOAT[?,?]; FLOAT");
    check_shapes_fail("n (float[2,3] x) => (a) { a = ReduceMax <axes = [2]> (x) }", "axis 2");
}
