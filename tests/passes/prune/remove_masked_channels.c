#include "support/check_pass.h"

#include <criterion/criterion.h>

#define MASK(text) "{tensor_sparsity: \"" text "\"}"
#define GONE       MASK("{}")

Test(remove_masked_channels, take_columns_rows_and_parameters)
{
    check_pass(
        "RemoveMaskedChannels",
        "g (float[1,2] x) => (float[1,2] y) <float[2,3] v " MASK("{1: {1}}") " = {1,2,3,4,5,6}, float[3] s " MASK(
            "{1: {1}}") " = {1,2,3},"
                        "    float t " MASK("{1: {1}}") " = {4}, float[1,3] a " MASK(
                            "{1: {1}}") ","
                                        "    float[1,3] m " MASK("{1: {1}}") ", float[1,3] n " MASK(
                                            "{1: {1}}") ","
                                                        "    float[3,2] w " MASK(
                                                            "{0: {1}, 1: set()}") " = {1,2,3,4,5,6}> {"
                                                                                  "    a = MatMul(x, v) m = Mul(a, s) n = Add(m, t) y = MatMul(n, w) }",
        "g (float[1,2] x) => (float[1,2] y) <float[2,2] v " GONE " = {1,3,4,6},"
        "    float[2] s " GONE " = {1,3}, float t " GONE " = {4}, float[1,2] a " GONE ","
        "    float[1,2] m " GONE ", float[1,2] n " GONE ","
        "    float[2,2] w " GONE " = {1,2,5,6}> {"
        "    a = MatMul(x, v) m = Mul(a, s) n = Add(m, t) y = MatMul(n, w) }");
}

Test(remove_masked_channels, take_rows_of_thresholds_and_groups_of_convolutions)
{
    check_pass(
        "RemoveMaskedChannels",
        "g (float[1,2,1,1] x " MASK("{1: {0}}") ") => (float[1,2,1,1] y " MASK(
            "{1: {0}}") ")"
                        "<float[2,1,1,1] w " MASK("{0: {0}}") " = {1,2}, float[2] b " MASK(
                            "{0: {0}}") " = {3,4},"
                                        "    float[1,2,1,1] c " MASK(
                                            "{1: {0}}") ","
                                                        "    float[2,3] t " MASK(
                                                            "{1: {0}}") " = {1,2,3,4,5,6}> {"
                                                                        "    c = Conv<group=2>(x, w, b)"
                                                                        "    y = qonnx.custom_op.general.MultiThreshold<out_dtype=\"UINT2\">(c, t) }",
        "g (float[1,1,1,1] x " GONE ") => (float[1,1,1,1] y " GONE ")"
        "<float[1,1,1,1] w " GONE " = {2}, float[1] b " GONE " = {4}, float[1,1,1,1] c " GONE ","
        "    float[1,3] t " GONE " = {4,5,6}> {"
        "    c = Conv<group=1>(x, w, b)"
        "    y = qonnx.custom_op.general.MultiThreshold<out_dtype=\"UINT2\">(c, t) }");
}

Test(remove_masked_channels, take_what_broadcasting_lines_up)
{
    check_pass(
        "RemoveMaskedChannels",
        "g (float[1,2,2,2] x " MASK("{1: {1}}") ") => (float[1,2,2,2] y " MASK(
            "{1: {1}}") ")"
                        "<float[2] row " MASK(
                            "{1: {1}}") " = {1,2},"
                                        "    float[2,1,1] c " MASK(
                                            "{1: {1}}") " = {3,4},"
                                                        "    float[1,1,2,1] r " MASK(
                                                            "{1: {1}}") " = {5,6},"
                                                                        "    float[1,2,2,2] a " MASK("{1: {1}}") ", float[1,2,2,2] b " MASK(
                                                                            "{1: {1}}") "> { a = Mul(x, row) b = Mul(a, c) y = Mul(b, r) }",
        "g (float[1,1,2,2] x " GONE ") => (float[1,1,2,2] y " GONE ")"
        "<float[2] row " GONE " = {1,2}, float[1,1,1] c " GONE " = {3},"
        "    float[1,1,2,1] r " GONE " = {5,6},"
        "    float[1,1,2,2] a " GONE ", float[1,1,2,2] b " GONE
        "> { a = Mul(x, row) b = Mul(a, c) y = Mul(b, r) }");
}

Test(remove_masked_channels, outputs_behind_them_follow)
{
    check_pass("RemoveMaskedChannels",
               "g (float[1,3,2] x " MASK("{1: {1}}") ") => (float[1,2,3] y)"
                                                     "{ y = Transpose<perm=[0,2,1]>(x) }",
               "g (float[1,2,2] x " GONE ") => (float[1,2,2] y)"
               "{ y = Transpose<perm=[0,2,1]>(x) }");
}

Test(remove_masked_channels, refuse_what_would_not_fit_together)
{
    check_refused("RemoveMaskedChannels",
                  "g (float[1,2] x) => (float[1,2] y) <float[2,3] v " MASK(
                      "{1: {1}}") " = {1,2,3,4,5,6}, float[3,2] w = {1,2,3,4,5,6}> {"
                                  "    a = MatMul(x, v) y = MatMul(a, w) }",
                  "rows of A have 2 elements, columns of B have 3");
    check_refused("RemoveMaskedChannels",
                  "g (float[1,2] x) => (float[1,2] y " MASK("{1: {1}}") ") { [r] y = Relu(x) }",
                  "r (Relu): its output 'y' is to have 1 channels on axis 1, but it makes 2");
    check_refused(
        "RemoveMaskedChannels",
        "g (float[1,4] x " MASK(
            "{1: {1}}") ") => (float[1,4] y) <int64[2] s = {2, 2},"
                        "    int64[2] t = {1, 4}> { [r] a = Reshape(x, s) y = Reshape(a, t) }",
        "r (Reshape): 3 elements do not fit the shape wanted, of 4");
}

Test(remove_masked_channels, refuse_channels_that_are_not_there_and_the_last_one)
{
#define NET(mask) "g (float[1,2] x " MASK(mask) ") => (float[1,2] y) { y = Relu(x) }"
    check_refused("RemoveMaskedChannels", NET("{1: {2}}"), "channel 2 is to go, axis 1 has 2");
    check_refused("RemoveMaskedChannels", NET("{1: {0, 1}}"), "all 2 channels of axis 1");
    check_refused("RemoveMaskedChannels", NET("{2: {0}}"), "its mask is on axis 2, its rank is 2");
}

Test(remove_masked_channels, refuse_axes_counted_from_the_end)
{
    check_refused("RemoveMaskedChannels", NET("{-1: {0}}"), "tensor x: its mask is on axis -1");
    check_refused("RemoveMaskedChannels", NET("{-900000000: {0}, 1: {0}}"), "axis -900000000");
    check_refused("PropagateMasks", NET("{-1: {0}}"), "tensor x: its mask is on axis -1");
}

Test(remove_masked_channels, take_scales_along_an_axis_counted_from_the_end)
{
    check_pass("PruneChannels{prune_spec={\"x\":{\"1\":[0]}}}",
               "g (int8[1,3,2,2] x) => (float[1,3,2,2] y) <float[3] s = {1,2,4}> "
               "{ y = DequantizeLinear<axis=-3>(x, s) }",
               "g (int8[1,2,2,2] x " GONE ") => (float[1,2,2,2] y " GONE ") "
               "<float[2] s " GONE " = {2,4}> { y = DequantizeLinear<axis=-3>(x, s) }");
}

/* Found by pruning published networks at every stage: the attribute stayed 2. */
Test(remove_masked_channels, a_layer_whose_attributes_count_its_channels_is_not_pruned)
{
    check_refused("PruneChannels{prune_spec={\"x\":{\"1\":[0]}}}",
                  "g (float[1,2] x {INT4}) => (float[1,2] y {UINT2}) <float[1,1] t = {1}> {"
                  "    [l] y = finn.custom_op.fpgadataflow.Thresholding<backend=\"fpgadataflow\","
                  "        PE=1, NumChannels=2, numSteps=1, inputDataType=\"INT4\","
                  "        weightDataType=\"INT4\", outputDataType=\"UINT2\">(x, t) }",
                  "l (Thresholding): axis 1 of input 0 (x) has 1 elements, attribute NumChannels "
                  "says 2");
}

#define LAST      "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.channels_last\" : 1]> "
#define CONV_LAST "qonnx.custom_op.channels_last.Conv<kernel_shape = [1,1]>"

Test(remove_masked_channels, of_filters_with_their_channels_last_the_last_axis)
{
    check_pass("PruneChannels{prune_spec={\"x\":{\"3\":[0]}}}",
               LAST "g (float[1,2,2,3] x) => (float[1,2,2,2] y) <float[2,1,1,3] w = {1,2,3,4,5,6}> "
                    "{ y = " CONV_LAST "(x, w) }",
               LAST "g (float[1,2,2,2] x " GONE ") => (float[1,2,2,2] y " GONE ") "
                    "<float[2,1,1,2] w " GONE " = {2,3,5,6}> { y = " CONV_LAST "(x, w) }");
}

/* `v` says no shape: the scale's axis would be taken for the second of two. */
Test(remove_masked_channels, ranks_are_found_first)
{
    check_pass("PropagateMasks,RemoveMaskedChannels",
               "g (float[1,3] x) => (float[3,1] y) <float[3] s {tensor_sparsity: \"{1: {1}}\"} = "
               "{2,3,4}> { v = Mul(x, s) y = Transpose(v) }",
               "g (float[1,2] x " GONE ") => (float[2,1] y) <float[2] s " GONE " = {2,4}, "
               "float[1,2] v " GONE "> { v = Mul(x, s) y = Transpose(v) }");
    check_refused("RemoveMaskedChannels",
                  "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]> "
                  "g (x) => (y) <float[3] s {tensor_sparsity: \"{1: {1}}\"} = {2,3,4}> "
                  "{ v = Mul(x, s) y = com.acme.Foo(v) }",
                  "its mask is on axis 1 of 'v', whose rank is not known");
    check_refused("RemoveMaskedChannels",
                  "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1,"
                  " \"qonnx.custom_op.general\" : 1]> "
                  "g (x) => (y) <float[2,1] t {tensor_sparsity: \"{1: {1}}\"} = {2,3}> "
                  "{ v = com.acme.Foo(x) y = qonnx.custom_op.general.MultiThreshold"
                  "<out_dtype = \"BINARY\", data_layout = \"NHWC\">(v, t) }",
                  "its mask is on axis 1 of 'v', whose rank is not known");
}

/* The one that is left of two factors would be stretched over both channels. */
Test(remove_masked_channels, refuse_a_mask_that_ends_beside_a_channel)
{
    check_refused("RemoveMaskedChannels",
                  "g (float[1,2] x) => (float[1,2] y) <float[2] s {tensor_sparsity: "
                  "\"{1: {1}}\"} = {2,3}> { v = Mul(x, s) y = Softmax(v) }",
                  "its input 's' loses channels, its output 'v' none");
}

/* ---- where a mask ends ---- */

/* Channels of `a` on axis 1 go, and `node` reads them. */
#define BEHIND(shape, parameter, node)                                                             \
    "g (float" shape " x) => (y) <float" shape " a" parameter "> { a = Relu(x) " node " }"
#define PRUNE "PruneChannels{prune_spec={\"a\":{\"1\":[0]}}}"
#define COUNTS                                                                                     \
    "its input 'a' loses channels, which it counts by their place, or all of them together: the "  \
    "mask ends here"

Test(remove_masked_channels, refuse_nodes_that_count_channels_by_their_place)
{
    check_refused(PRUNE, BEHIND("[1,4]", ", int64[2] i = {1,2}", "y = Gather<axis=1>(a, i)"),
                  COUNTS);
    check_refused(PRUNE,
                  BEHIND("[1,4]", ", int64[1] b = {1}, int64[1] e = {3}, int64[1] n = {1}",
                         "y = Slice(a, b, e, n)"),
                  COUNTS);
    check_refused(PRUNE,
                  BEHIND("[2,4]", ", int64[2] b = {0,1}, int64[2] e = {1,3}", "y = Slice(a, b, e)"),
                  COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", "", "y = ArgMax<axis=1>(a)"), COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", ", int64[1] k = {2}", "y, i = TopK(a, k)"), COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", ", int64[4] p = {0,1,0,0}", "y = Pad(a, p)"), COUNTS);
    check_refused("PruneChannels{prune_spec={\"a\":{\"1\":[0,1,2,3]}}}",
                  BEHIND("[1,8,2,2]", "", "y = DepthToSpace<blocksize=2>(a)"), COUNTS);
}

Test(remove_masked_channels, refuse_nodes_that_take_all_channels_together)
{
    check_refused(PRUNE, BEHIND("[1,4]", "", "y = ReduceMean<axes=[1]>(a)"), COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", "", "y = ReduceMax(a)"), COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", "", "y = Softmax(a)"), COUNTS);
    check_refused(PRUNE,
                  "<ir_version: 8, opset_import: [\"\" : 11]> " BEHIND("[1,4,2]", "",
                                                                       "y = Softmax<axis=1>(a)"),
                  COUNTS);
    check_refused(PRUNE, BEHIND("[1,4]", ", float g = {1}", "y = LayerNormalization(a, g)"),
                  COUNTS);
    check_refused(PRUNE, BEHIND("[1,4,2,2]", "", "y = LRN<size=3>(a)"), COUNTS);
}

/* Two filters of the first group would make room for two of the second. */
Test(remove_masked_channels, refuse_groups_of_convolutions)
{
    check_refused("PruneChannels{prune_spec={\"w\":{\"0\":[0,1]}}}",
                  "g (float[1,4,1,1] x {INT4}) => (float[1,4,1,1] y) "
                  "<float[4,2,1,1] w = {0,0,0,0,1,2,3,4}> { [c] y = Conv<group=2>(x, w) }",
                  "c (Conv): its input 'w' loses channels, which it counts by their place");
}

/* What is left of two would be stretched over both. */
Test(remove_masked_channels, refuse_operands_that_would_be_stretched)
{
    check_refused("PruneChannels{prune_spec={\"w\":{\"0\":[0]}}}",
                  "g (float[2,1,2] x) => (float[2,1,1] y) <float[2,2,1] w = {1,2,3,4}> "
                  "{ [m] y = MatMul(x, w) }",
                  "m (MatMul): its input 'w' loses elements along an axis that is not one of "
                  "channels");
    check_refused(
        "PruneChannels{prune_spec={\"c\":{\"0\":[0]}}}",
        "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1,2,3,4}, float[2] c = {5,7}>"
        " { [p] y = Gemm(x, w, c) }",
        "p (Gemm): its input 'c' loses channels");
}

/* Rows of two become rows of three, with other neighbours. */
Test(remove_masked_channels, refuse_axes_that_are_cut_up)
{
    check_refused("PruneChannels{prune_spec={\"a\":{\"1\":[0,1,2]}}}",
                  BEHIND("[1,6]", ", int64[2] s = {-1,3}", "y = Reshape(a, s)"), COUNTS);
    check_refused("PruneChannels{prune_spec={\"a\":{\"1\":[0,1]}}}",
                  BEHIND("[4,4]", ", int64[2] s = {-1,4}", "y = Reshape(a, s)"), COUNTS);
}

/* `b` and `c` lose a channel each, but not the same one. */
Test(remove_masked_channels, refuse_pairs_of_which_no_mask_speaks)
{
    check_refused("PruneChannels{prune_spec={\"a\":{\"1\":[0]},\"b\":{\"1\":[1]}}}",
                  "g (float[1,3] x, float[1,3] z) => (float[3,1] y) { a = Relu(x) b = Relu(z) "
                  "c = Transpose(a) d = Transpose(b) [s] y = Add(c, d) }",
                  "s (Add): its inputs 'c' and 'd' both lose channels, and no mask says whether "
                  "these are the same");
}

#define FOLLOWS(shape, pruned, parameter, node)                                                    \
    check_pass(PRUNE, BEHIND("[" shape "]", parameter, node),                                      \
               "g (float[" pruned "] x " GONE ") => (y) <float[" pruned "] a " GONE parameter      \
               "> { a = Relu(x) " node " }")

Test(remove_masked_channels, nodes_that_carry_channels_along_follow)
{
    FOLLOWS("1,3,2,2", "1,2,2,2", "", "y = Flatten(a)");
    FOLLOWS("1,3,2,2", "1,2,2,2", ", int64[2] s = {0,-1}", "y = Reshape(a, s)");
    FOLLOWS("N,3,2,2", "N,2,2,2", ", int64[2] s = {0,-1}", "y = Reshape(a, s)");
    FOLLOWS("1,3", "1,2", ", int64[3] s = {1,-1,1}", "y = Reshape(a, s)");
    FOLLOWS("1,3", "1,2", ", float[1,2] c = {1,2}", "y = Concat<axis=1>(a, c)");
    FOLLOWS("1,3,2", "1,2,2", "", "y = Softmax(a)");
    FOLLOWS("1,3,2", "1,2,2", "", "y = ReduceMean<axes=[2]>(a)");
    FOLLOWS("1,3,2", "1,2,2", "", "y = ReduceSum(a)"); /* they are zero */
    FOLLOWS("1,3,2", "1,2,2", ", int64 i = {1}", "y = Gather<axis=2>(a, i)");
    FOLLOWS("1,3,2", "1,2,2", ", int64[6] p = {0,0,1,0,0,0}", "y = Pad(a, p)");
    FOLLOWS("1,3,2,2", "1,2,2,2", ", float[4] s = {1,1,2,2}", "y = Resize(a, , s)");
}
