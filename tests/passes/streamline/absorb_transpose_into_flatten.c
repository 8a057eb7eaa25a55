#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_transpose_into_flatten, goes_where_only_axes_of_one_element_move)
{
    check_pass("AbsorbTransposeIntoFlatten",
               "n (float[2,1,1,4] x) => (float[2,4] y)"
               " { m = Transpose <perm = [0,3,1,2]> (x) y = Flatten(m) }",
               "n (float[2,1,1,4] x) => (float[2,4] y) { y = Flatten(x) }");
    check_pass("AbsorbTransposeIntoFlatten",
               "n (float[1,3,1,4] x) => (float[1,12] y) <int64[2] shape = {1, -1}>"
               " { m = Transpose <perm = [0,1,3,2]> (x) y = Reshape(m, shape) }",
               "n (float[1,3,1,4] x) => (float[1,12] y) { y = Flatten(x) }");
}

Test(absorb_transpose_into_flatten, says_why_not)
{
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[1,2,2,4] x) => (float[1,16] y)"
                 " { m = Transpose <perm = [0,3,1,2]> (x) y = Flatten(m) }",
                 "the Transpose changes the order of the elements");
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[1,2] x) => (float[2,1] y) { m = Transpose(x) y = Flatten(m) }", "");
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[1,1,1,4] x) => (float[4,1] y) { m = Transpose <perm = [3,0,1,2]> (x)"
                 " y = Flatten(m) }",
                 "the Transpose moves the first axis");
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[1,1,1,4] x) => (float[4,1] y) { m = Transpose <perm = [0,3,1,2]> (x)"
                 " y = Flatten <axis = 2> (m) }",
                 "the Flatten is at axis 2, not 1");
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[1,1,1,4] x) => (float[2,2] y) <int64[2] shape = {2, 2}>"
                 " { m = Transpose <perm = [0,3,1,2]> (x) y = Reshape(m, shape) }",
                 "the Reshape is not to [1,-1]");
    check_remark("AbsorbTransposeIntoFlatten",
                 "n (float[2,1,1,4] x) => (float[1,8] y) <int64[2] shape = {1, -1}>"
                 " { m = Transpose <perm = [0,3,1,2]> (x) y = Reshape(m, shape) }",
                 "the batch is 2, not 1");
}
