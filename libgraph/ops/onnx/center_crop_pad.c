/* Parts of tensors brought to the middle or turned round: CenterCropPad, ReverseSequence. */
#include "../infer.h"

#include <inttypes.h>

/* ---- CenterCropPad ---- */

static finnc_status center_crop_pad_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0), wanted;
    size_t naxes;
    const int64_t *axes = finnc_node_ints(in->node, "axes", &naxes);
    FINNC_TRY(fnc_shape_listed(in, 1, &wanted));
    if (y.rank < 0)
        return fnc_infer_set(in, 0, &y);
    if (!axes)
        naxes = (size_t)y.rank;
    if (wanted.rank >= 0 && (size_t)wanted.rank != naxes)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "shape has %d entries for %zu axes", wanted.rank,
                          naxes);
    uint64_t seen = 0;
    for (size_t i = 0; i < naxes; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes ? axes[i] : (int64_t)i, y.rank, &axis));
        if (seen >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        seen |= UINT64_C(1) << axis;
        y.dims[axis] = wanted.rank < 0 ? fnc_unknown_dim() : wanted.dims[i];
    }
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_center_crop_pad = {
    .name = "CenterCropPad",
    .summary = "cuts off or adds zeros on both sides until the size is right",
    .since = {18},
    .in = {{"input_data", "anything", 0, "T"}, {"shape", "the sizes along `axes`", 0, "Tind"}},
    .out = {{"output_data", "of those sizes", 0, "T"}},
    .attrs = {{"axes", FINNC_ATTR_INTS, NULL, "absent: all", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .shapes = center_crop_pad_shapes};

/* ---- ReverseSequence ---- */

static finnc_status reverse_sequence_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t batch = finnc_node_attr_int(in->node, "batch_axis"),
            time = finnc_node_attr_int(in->node, "time_axis");
    if ((batch != 0 && batch != 1) || time != 1 - batch)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "batch_axis %" PRId64 " and time_axis %" PRId64 " should be 0 and 1",
                          batch, time);
    if (x.rank >= 0 && x.rank < 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "sequences in a tensor of rank %d", x.rank);
    FINNC_TRY(fnc_infer_need_rank(in, 1, 1));
    if (x.rank >= 2)
        FINNC_TRY(fnc_infer_same_dim(in, 1, 0, &x.dims[batch]));
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_reverse_sequence = {
    .name = "ReverseSequence",
    .summary = "the first steps of each sequence in reverse order",
    .since = {10, 28},
    .in = {{"input", "batch and time, in either order, and more axes", 0, "T"},
           {"sequence_lens", "steps to reverse, one number per sequence", 0, "INT64"}},
    .out = {{"Y", "of that shape", 0, "T"}},
    .attrs = {{"batch_axis", FINNC_ATTR_INT, "1", "0 or 1", 0},
              {"time_axis", FINNC_ATTR_INT, "0", "the other of the two", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = reverse_sequence_shapes,
    .range = fnc_range_moves};
