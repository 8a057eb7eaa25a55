#include "support/check_pass.h"

#include <criterion/criterion.h>

#define GONE "{tensor_sparsity: \"{}\"}"
#define NET                                                                                        \
    "g (float[1,2] x) => (float[1,2] y) <float[2,3] v = {1,2,3,4,5,6}, float[1,3] r,"              \
    "    float[3,2] w = {1,2,3,4,5,6}> { a = MatMul(x, v) r = Relu(a) y = MatMul(r, w) }"

Test(prune_channels, prunes_what_serves_only_them)
{
    check_pass("PruneChannels{prune_spec={\"r\":{\"1\":[1]}}}", NET,
               "g (float[1,2] x " GONE ") => (float[1,2] y " GONE ") <float[2,2] v " GONE
               " = {1,3,4,6}, a " GONE ", float[1,2] r " GONE ", float[2,2] w " GONE
               " = {1,2,5,6}> { a = MatMul(x, v) r = Relu(a) y = MatMul(r, w) }");
}

Test(prune_channels, prunes_weights_that_come_out_of_a_quantiser)
{
    check_pass("PruneChannels{prune_spec=\"{'q': {0: {0}}}\", lossy=false}",
               "g (float[1,2] x) => (float[1,1] y) <float[2,1] w = {1,2}, float s = {1},"
               "    float z = {0}, float b = {4}, float[2,1] q> {"
               "    q = qonnx.custom_op.general.Quant<signed=1,narrow=0>(w, s, z, b)"
               "    y = MatMul(x, q) }",
               "g (float[1,1] x " GONE ") => (float[1,1] y " GONE ") <float[1,1] w " GONE
               " = {2}, float s " GONE " = {1}, float z " GONE " = {0}, float b " GONE " = {4},"
               "    float[1,1] q " GONE "> {"
               "    q = qonnx.custom_op.general.Quant<signed=1,narrow=0>(w, s, z, b)"
               "    y = MatMul(x, q) }");
}

#define QUANTISED(layout)                                                                          \
    "{ a = MatMul(x, v) r = qonnx.custom_op.general.MultiThreshold"                                \
    "      <out_dtype = \"BINARY\", data_layout = \"" layout "\"> (a, t) y = MatMul(r, w) }"
#define THREE(layout)                                                                              \
    "g (float[1,2] x) => (float[1,2] y) <float[2,3] v = {1,2,3,4,5,6}, float[1,3] r,"              \
    "    float[3,1] t = {1,2,3}, float[3,2] w = {1,2,3,4,5,6}>" QUANTISED(layout)
#define TWO(layout)                                                                                \
    "g (float[1,2] x " GONE ") => (float[1,2] y " GONE ") <float[2,2] v " GONE                     \
    " = {1,3,4,6}, float[1,2] a " GONE ", float[1,2] r " GONE ", float[2,1] t " GONE               \
    " = {1,3}, float[2,2] w " GONE " = {1,2,5,6}>" QUANTISED(layout)

/* Of two axes the second is the last, so both say the same. */
Test(prune_channels, prunes_thresholds_wherever_their_channels_are)
{
    check_pass("PruneChannels{prune_spec={\"r\":{\"1\":[1]}}}", THREE("NCHW"), TWO("NCHW"));
    check_pass("PruneChannels{prune_spec={\"r\":{\"1\":[1]}}}", THREE("NHWC"), TWO("NHWC"));
    check_pass("PruneChannels{prune_spec={\"y\":{\"2\":[1]}}}",
               "g (float[1,2,2] x) => (float[1,2,2] y) <float[2,1] t = {1,2}> {"
               "    y = qonnx.custom_op.general.MultiThreshold"
               "        <out_dtype = \"BINARY\", data_layout = \"NC\"> (x, t) }",
               "g (float[1,2,1] x " GONE ") => (float[1,2,1] y " GONE ") <float[1,1] t " GONE
               " = {1}> { y = qonnx.custom_op.general.MultiThreshold"
               "        <out_dtype = \"BINARY\", data_layout = \"NC\"> (x, t) }");
}

Test(prune_channels, leaves_the_model_alone_if_it_would_break)
{
    check_refused("PruneChannels{prune_spec={\"r\":{\"1\":[3]}}}", NET, "channel 3 is to go");
    check_refused("PruneChannels{prune_spec={\"q\":{\"1\":[3]}}}", NET, "tensor q");
}
