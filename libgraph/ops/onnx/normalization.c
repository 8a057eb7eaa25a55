/* Ops that normalise: to a mean of 0, a variance of 1, or a norm of 1. */
#include "../infer.h"

#include <inttypes.h>

#define EPSILON                                                                                    \
    {                                                                                              \
        "epsilon", FINNC_ATTR_FLOAT, "1e-05", "added to what the root is taken of", 0              \
    }
#define STASH_TYPE(version)                                                                        \
    {                                                                                              \
        "stash_type", FINNC_ATTR_INT, "1", "element type of the statistics: FLOAT, unless said",   \
            FINNC_SINCE(version)                                                                   \
    }

const finnc_op fnc_op_onnx_instance_normalization = {
    .name = "InstanceNormalization",
    .summary = "each channel of each image to mean 0 and variance 1, then scaled and shifted",
    .since = {1, 6, 22},
    .in = {{"input", "(N, C, spatial...)", 0, "T"}, {"scale", "(C)", 0, "T"}, {"B", "(C)", 0, "T"}},
    .out = {{"output", "as input", 0, "T"}},
    .attrs = {EPSILON,
              {"consumed_inputs", FINNC_ATTR_INTS, NULL, "without meaning", FINNC_UNTIL(6)}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_as_first};

static finnc_status group_shapes(finnc_infer *in)
{
    int64_t groups = fnc_infer_int(in, "num_groups", 1);
    fnc_shape x = fnc_shape_of(in, 0);
    if (groups < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute num_groups is %" PRId64, groups);
    if (x.rank > 1 && x.dims[1].size >= 0 && x.dims[1].size % groups)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels do not divide into %" PRId64 " groups",
                          x.dims[1].size, groups);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_group_normalization = {
    .name = "GroupNormalization",
    .summary = "each group of channels to mean 0 and variance 1, then scaled and shifted",
    .since = {18, 21},
    .in = {{"X", "(N, C, spatial...)", 0, "T"},
           {"scale", "(C); before version 21 one per group", 0, "T"},
           {"bias", "as scale", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"num_groups", FINNC_ATTR_INT, NULL, "of channels", FINNC_REQUIRED},
              EPSILON,
              STASH_TYPE(21)},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = group_shapes};

static finnc_status layer_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    int axis, stash = 0;
    (void)fnc_to_int(finnc_node_attr_int(in->node, "stash_type"), &stash);
    x.elem = (finnc_elem)stash;
    if (x.elem != FINNC_ELEM_FLOAT && x.elem != FINNC_ELEM_BFLOAT16)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute stash_type is %d, should be 1 (FLOAT) or 16 (BFLOAT16)",
                          stash);
    if (x.rank >= 0) {
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
        for (int i = axis; i < x.rank; i++)
            x.dims[i] = fnc_known(1);
    }
    FINNC_TRY(fnc_infer_set(in, 1, &x));
    return fnc_infer_set(in, 2, &x);
}

const finnc_op fnc_op_onnx_layer_normalization = {
    .name = "LayerNormalization",
    .summary = "the last axes to mean 0 and variance 1, then scaled and shifted",
    .since = {17},
    .in = {{"X", "numbers", 0, "T"},
           {"Scale", "broadcasts to X", 0, "T"},
           {"B", "broadcasts to X", FINNC_OPTIONAL, "T"}},
    .out = {{"Y", "as X", 0, "T"},
            {"Mean", "with one element along the last axes", FINNC_OPTIONAL, "U"},
            {"InvStdDev", "as Mean", FINNC_OPTIONAL, "U"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "-1", "the first of the last axes", 0},
              EPSILON,
              STASH_TYPE(0)},
    .types = {{"T", FINNC_TYPES_FLOAT}, {"U", FINNC_TYPE(FLOAT) | FINNC_TYPE(BFLOAT16)}},
    .shapes = layer_shapes};

static finnc_status rms_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int axis;
    if (x.rank >= 0)
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
    x.elem = finnc_infer_elem(in, 1);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_rms_normalization = {
    .name = "RMSNormalization",
    .summary = "the last axes to a root mean square of 1, then scaled",
    .since = {23},
    .in = {{"X", "numbers", 0, "T"}, {"scale", "broadcasts to X", 0, "V"}},
    .out = {{"Y", "of X's shape", 0, "V"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "-1", "the first of the last axes", 0},
              EPSILON,
              STASH_TYPE(0)},
    .types = {{"T", FINNC_TYPES_FLOAT}, {"V", FINNC_TYPES_FLOAT}},
    .shapes = rms_shapes};

static finnc_status axes_shapes(finnc_infer *in)
{
    static const int64_t usual[] = {0, 2, 3};
    fnc_shape x = fnc_shape_of(in, 0);
    size_t count;
    const int64_t *axes = finnc_node_ints(in->node, "axes", &count);
    if (!axes) {
        axes = usual;
        count = 3;
    }
    for (size_t i = 0; x.rank >= 0 && i < count; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes[i], x.rank, &axis));
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_mean_variance_normalization = {
    .name = "MeanVarianceNormalization",
    .summary = "mean 0 and variance 1 over chosen axes",
    .since = {9, 13},
    .in = {{"X", "numbers", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"axes", FINNC_ATTR_INTS, "[0, 2, 3]", "what shares a mean and a variance", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = axes_shapes};

static finnc_status lp_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t p = finnc_node_attr_int(in->node, "p");
    int axis;
    if (p != 1 && p != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute p is %" PRId64 ", should be 1 or 2",
                          p);
    if (x.rank >= 0)
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_lp_normalization = {
    .name = "LpNormalization",
    .summary = "divides by the norm along an axis",
    .since = {1, 22},
    .in = {{"input", "numbers", 0, "T"}},
    .out = {{"output", "as input", 0, "T"}},
    .attrs = {{"p", FINNC_ATTR_INT, "2", "of the norm: 1 or 2", 0},
              {"axis", FINNC_ATTR_INT, "-1", "along which", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = lp_shapes};

static finnc_status lrn_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t size = fnc_infer_int(in, "size", 1);
    if (size < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute size is %" PRId64, size);
    if (x.rank >= 0 && x.rank < 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a tensor of rank %d has no channels", x.rank);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_lrn = {
    .name = "LRN",
    .summary = "divides by a power of the squares in neighbouring channels",
    .since = {1, 13},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"size", FINNC_ATTR_INT, NULL, "channels to a neighbourhood", FINNC_REQUIRED},
              {"alpha", FINNC_ATTR_FLOAT, "0.0001", "factor of the mean square", 0},
              {"beta", FINNC_ATTR_FLOAT, "0.75", "the power", 0},
              {"bias", FINNC_ATTR_FLOAT, "1.0", "added to the mean square", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = lrn_shapes};
