#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold"

Test(absorb_transpose_into_multi_threshold, moves_it_behind)
{
    check_pass("AbsorbTransposeIntoMultiThreshold",
               "n (float[1,3,3,2] x {INT8}) => (float[1,2,3,3] y) <float[2,1] t = {1, 2},"
               " float[1,2,3,3] m> { m = Transpose <perm = [0,3,1,2]> (x)"
               " y = " T " <out_dtype = \"BINARY\", data_layout = \"NCHW\"> (m, t) }",
               "n (float[1,3,3,2] x {INT8}) => (float[1,2,3,3] y {BINARY})"
               " <float[2,1] t = {1, 2}, float[1,3,3,2] m {BINARY, NHWC}>"
               " { m = " T " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (x, t)"
               "   y = Transpose <perm = [0,3,1,2]> (m) }");
}

Test(absorb_transpose_into_multi_threshold, moves_it_behind_a_chain_that_forks)
{
    check_pass("AbsorbTransposeIntoMultiThreshold",
               "n (float[1,3,3,2] x) => (float[1,2,3,3] y, float[1,2,3,3] z)"
               " <float[2,1] t = {1, 2}, float[1,1] u = {1}>"
               " { m = Transpose <perm = [0,3,1,2]> (x)"
               "   k = " T " <out_dtype = \"BINARY\"> (m, t)"
               "   y = " T " <out_dtype = \"BINARY\"> (k, u) z = Relu(k) }",
               "n (float[1,3,3,2] x) => (float[1,2,3,3] y {BINARY}, float[1,2,3,3] z)"
               " <float[2,1] t = {1, 2}, float[1,1] u = {1}, k {BINARY}, q {BINARY, NHWC}>"
               " { q = " T " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (x, t)"
               "   k = Transpose <perm = [0,3,1,2]> (q)"
               "   y = " T " <out_dtype = \"BINARY\"> (k, u) z = Relu(k) }");
}

Test(absorb_transpose_into_multi_threshold, says_why_not)
{
    check_remark("AbsorbTransposeIntoMultiThreshold",
                 "n (float[1,3,3,2] x) => (float[1,2,3,3] y) <float[3,1] t = {1, 2, 3}>"
                 " { m = Transpose <perm = [0,3,1,2]> (x)"
                 "   y = " T " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (m, t) }",
                 "data_layout is NHWC already");
    check_unchanged("AbsorbTransposeIntoMultiThreshold",
                    "n (float[1,3,3,2] x) => (float[1,2,3,3] y, float[1,2,3,3] z)"
                    " <float[1,1] t = {1}> { m = Transpose <perm = [0,3,1,2]> (x)"
                    "   y = " T " <out_dtype = \"BINARY\"> (m, t) z = Relu(m) }");
    check_remark("AbsorbTransposeIntoMultiThreshold",
                 "n (float[1,3,3,2] x) => (float[1,3,2,3] y) <float[1,1] t = {1}>"
                 " { m = Transpose <perm = [0,1,3,2]> (x)"
                 "   y = " T " <out_dtype = \"BINARY\"> (m, t) }",
                 "perm");
}
