/* Convolution whose taps are moved by the data. */
#include "../infer.h"

static finnc_status deform_conv_shapes(finnc_infer *in)
{
    return fnc_infer_conv(in, 1, finnc_infer_elem(in, 0));
}

const finnc_op fnc_op_onnx_deform_conv = {
    .name = "DeformConv",
    .summary = "convolution with every tap moved by an offset",
    .since = {19, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"},
           {"W", "(M, C / group, kernel...)", 0, "T"},
           {"offset", "(N, offset_group * taps * spatial axes, out spatial...)", 0, "T"},
           {"B", "(M)", FINNC_OPTIONAL, "T"},
           {"mask", "factors, (N, offset_group * taps, out spatial...)", FINNC_OPTIONAL, "T"}},
    .out = {{"Y", "(N, M, out spatial...)", 0, "T"}},
    .attrs = {{"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis; else from the weights", 0},
              {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends, per spatial axis", 0},
              {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},
              {"group", FINNC_ATTR_INT, "1", "groups of channels", 0},
              {"offset_group", FINNC_ATTR_INT, "1", "groups of channels with offsets in common",
               0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = deform_conv_shapes};
