/* Reasons why nodes are not fast. */
#include "networks.h"

TestSuite(why_not, .init = setup, .fini = teardown);

Test(why_not, why_not)
{
    /* The same of 2 rows and explicit padding, by which no side is as wide as the kernel:
     * -infinity, not the least code. */
    check_slow(HEAD "n (float[N,1,2,3] x {INT4}) => (y) <float[2,1,1,1] w = {1, -1}> {"
                    "z = MaxPool<kernel_shape = [2, 1], dilations = [3, 1], pads = [1, 0, 1, 0]>(x)"
                    "y = Conv(z, w) }",
               "a window may lie in the border alone");
    /* 3 rows and taps 4 apart: the second window's are at -1 and 3. */
    check_slow(HEAD "n (float[N,2,3,3] x {INT4}) => (y) { y = MaxPool<kernel_shape = [2, 2],"
                    "dilations = [4, 1], auto_pad = \"SAME_UPPER\">(x) }",
               "a window may lie in the border alone");
    check_slow(HEAD "n (float[N,2,4,4] x {INT4}) => (y) { y = AveragePool<kernel_shape = [2, 2],"
                    "auto_pad = \"SAME_UPPER\">(x) }",
               "its windows reach over the border");
    check_slow(HEAD "n (float[N,2] x) => (y) <float r = {0.5}, bool[0] t = {}>"
                    "{ y = Dropout(x, r, t) }",
               "it trains: what it drops is random");
    check_slow(HEAD "n (float[N,6] x) => (float[N,3] y) <float[6,3] w = @signs(18)>"
                    "{ y = MatMul(x, w) }",
               "not known to be of at most 256 integers");
    check_slow(HEAD "n (float[N,6] x {INT16}) => (float[N,3] y) <float[6,3] w = @signs(18)>"
                    "{ y = MatMul(x, w) }",
               "not known to be of at most 256 integers");
    check_slow(HEAD "n (float[N,6] x {UINT8}) => (float[N,3] y) <float[6,3] w = @reals(18)>"
                    "{ y = MatMul(x, w) }",
               "its weights are no integers");
    check_slow(HEAD "n (float[N,70000] x {UINT8}) => (y) <int64[2] shape = {70000, 1}> {"
                    "w = ConstantOfShape<value = float[1] {127}>(shape) y = MatMul(x, w) }",
               "its sums might pass 2^24");
    check_slow(HEAD "n (float[N,6] x {UINT8}, float[6,3] w) => (float[N,3] y) { y = MatMul(x, w) }",
               "no constant matrix");
    check_slow(HEAD "n (float[N,2,3,3] x {UINT8}) => (y) <float[2,2,3,3] w = @signs(36),"
                    "float one = {1}> { a = Add(x, one) y = Conv<pads = [1, 1, 1, 1]>(a, w) }",
               "pads with a number that its input does not have");
    check_slow(HEAD "n (float[N,2,3,3] x {UINT8}) => (y) <float[1,2,3,3] w = @signs(18),"
                    "float[1,1] b = {1}> { y = Conv(x, w, b) }",
               "do not fit");
    check_slow(HEAD "n (float[N,4] x {BIPOLAR}) => (y) <float[4,2] w = @signs(8)>"
                    "{ y = Gemm<alpha = 0.3>(x, w) }",
               "no power of two");
    check_slow(HEAD "n (float[N,4] x {BIPOLAR}) => (y) <float[4,2] w = @signs(8), float[3,2] c = "
                    "@reals(6)> { y = Gemm(x, w, c) }",
               "no constant for each column");
    check_slow(HEAD "n (float[N,4] x {BIPOLAR}) => (y) <float[4,2] w = @signs(8),"
                    "float[1,1,2] c = {1, 2}> { y = Gemm(x, w, c) }",
               "no constant for each column");
    check_slow("<ir_version: 8, opset_import: [\"\": 6]>"
               "n (float[N,4] x {BIPOLAR}) => (y) <float[4,2] w = @signs(8), float[1,2] c = {1, 2}>"
               "{ y = Gemm(x, w, c) }",
               "no constant for each column");
    check_slow(HEAD "n (float[N,4,3,3] x {UINT4}) => (y) <float[2,1,3,3] w = @signs(18)>"
                    "{ y = Conv<group = 2>(x, w) }",
               "do not fit");
    check_slow(HEAD "n (float[N,2,3,3] x {UINT2}) => (y) <float[2,2,1,1] w = @signs(4)>"
                    "{ y = Conv<kernel_shape = [2, 1]>(x, w) }",
               "not of a kind that the fast engine has");
    check_slow(HEAD "n (float[N,2] x {UINT8}) => (y) <float two = {2}> { y = Mul(x, two) }",
               "nothing is multiplied");
    check_slow(HEAD "n (float[N,2] x {INT5}) => (y) <float two = {2}>"
                    "{ t = Mul(x, two) y = Add(x, t) }",
               "not in the same steps");
    check_slow(HEAD "n (float[N,2,2,2] x {INT4}) => (y) { y = Concat<axis = 2>(x, x) }",
               "another axis than the channels'");
    check_slow(HEAD "n (float[N,2] x {UINT8}) => (y) <float k = {-1}>"
                    "{ t = Mul(x, k) y = Concat<axis = 1>(x, t) }",
               "more than 256 different values together");
    check_slow(HEAD "n (float[N,2] x {UINT8}) => (y) <int64[1] zero = {0}, int64[1] one = {1},"
                    "int64[1] two = {2}> { y = Slice(x, one, two, zero) }",
               "it makes no image of each image");
    check_slow(HEAD "n (float[N,4] x {UINT4}) => (y) <float[4,2] w = @signs(8)," BN(
                   4) ">"
                      "{ a = BatchNormalization<training_mode = 1>(x, g, b, m, v)"
                      "y = MatMul(a, w) }",
               "it trains: the statistics");
    check_slow("<ir_version: 8, opset_import: [\"\": 6]>"
               "n (float[N,4] x {UINT4}) => (y) <float[4,2] w = @signs(8)," BN(
                   4) ">"
                      "{ a = BatchNormalization(x, g, b, m, v) y = MatMul(a, w) }",
               "it trains: the statistics");
    check_slow(HEAD "n (float[N,4] x {UINT4}) => (y) <float[4,2] w = @signs(8), float r = {0.5},"
                    "bool yes = {1}> { a = Dropout<seed = 1>(x, r, yes) y = MatMul(a, w) }",
               "it trains: what it drops");
    check_slow(HEAD "n (float[N,1,3,4] x {INT4}) => (y) <" BN(
                   1) "> { t = Transpose<perm = [0, 2, 3, 1]>(x)"
                      "y = BatchNormalization(t, g, b, m, v) }",
               "does not run on data of its input's shape");
    check_slow(HEAD "n (float[N,2,3,3] x {UINT4}) => (y) <float[4] s = {1, 1, 2, 2}>"
                    "{ y = Resize<mode = \"linear\">(x, , s) }",
               "it does more than to move elements");
    check_slow(HEAD "n (float[N,2,3,3] x {UINT4}, int64[1] one) => (y) <int64[1] zero = {0}>"
                    "{ y = Slice(x, zero, one, one) }",
               "where it moves elements is no constant");
    check_slow(HEAD "n (float[N,2,4,4] x {INT4}) => (y) { y = AveragePool<kernel_shape = [2, 2],"
                    "pads = [1, 1, 0, 0]>(x) }",
               "windows reach over the border");
    check_slow(HEAD "n (float[N,2,4,4] x {INT4}) => (y) { y = ReduceMean<axes = [1, 2, 3]>(x) }",
               "something else than the pixels");
    check_slow(HEAD "n (float[N,2,4,4] x {INT4}) => (y) <float s = {0.3}>"
                    "{ t = Mul(x, s) y = GlobalAveragePool(t) }",
               "no integers times a power of two");
    check_slow(HEAD "n (float[N,4] x {BIPOLAR}) => (y) <float[4,2] w = @signs(8),"
                    "float[1,1] t = {1000}> { a = " MT "(x, t) y = MatMul(a, w) }",
               "always the same");
}
