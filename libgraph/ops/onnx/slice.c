/* Parts of a tensor. */
#include "../infer.h"

#include <inttypes.h>

/* How many elements start:end:step takes out of `size`, as Python counts. */
static int64_t range_length(int64_t size, int64_t start, int64_t end, int64_t step)
{
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    start = start < 0 ? start + size : start;
    start = start < low ? low : start > high ? high : start;
    end = end < -size ? low : end < 0 ? end + size : end;
    end = end < low ? low : end > high ? high : end;
    int64_t span = step > 0 ? end - start : start - end;
    /* Both ends lie on the tensor: only the step may be large. */
    uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    return span <= 0 ? 0 : (int64_t)(((uint64_t)span - 1) / stride + 1);
}

static finnc_status slice_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list starts, ends, axes, steps;
    FINNC_TRY(fnc_infer_list(in, "starts", 1, &starts));
    FINNC_TRY(fnc_infer_list(in, "ends", 2, &ends));
    FINNC_TRY(fnc_infer_list(in, "axes", 3, &axes));
    FINNC_TRY(fnc_infer_list(in, NULL, 4, &steps));
    if (starts.known && ends.known && starts.present && ends.present && starts.count != ends.count)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu starts, %zu ends", starts.count,
                          ends.count);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (!starts.known || !ends.known || !axes.known || !steps.known || starts.count != ends.count) {
        for (int i = 0; i < x.rank; i++)
            x.dims[i] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &x);
    }
    if ((axes.present && axes.count != starts.count) ||
        (steps.present && steps.count != starts.count))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu starts, %zu axes and %zu steps",
                          starts.count, axes.count, steps.count);
    uint64_t cut = 0;
    for (size_t i = 0; i < starts.count; i++) {
        int axis;
        int64_t step = steps.present ? steps.x[i] : 1;
        FINNC_TRY(fnc_infer_axis(in, axes.present ? axes.x[i] : (int64_t)i, x.rank, &axis));
        if (step == 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "step %zu is 0", i);
        if (cut >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        cut |= UINT64_C(1) << axis;
        if (x.dims[axis].size >= 0)
            x.dims[axis] = fnc_known(range_length(x.dims[axis].size, starts.x[i], ends.x[i], step));
        else
            x.dims[axis] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_slice = {
    .name = "Slice",
    .summary = "a range of elements along some axes",
    .since = {1, 10, 11, 13},
    .in = {{"data", "anything", 0, "T"},
           {"starts", "first index per axis", FINNC_SINCE(10), "Tind"},
           {"ends", "index behind the last", FINNC_SINCE(10), "Tind"},
           {"axes", "which axes; absent: the first ones", FINNC_OPTIONAL | FINNC_SINCE(10), "Tind"},
           {"steps", "strides, 1 if absent", FINNC_OPTIONAL | FINNC_SINCE(10), "Tind"}},
    .out = {{"output", "the range", 0, "T"}},
    .attrs = {{"starts", FINNC_ATTR_INTS, NULL, "as the input", FINNC_REQUIRED | FINNC_UNTIL(10)},
              {"ends", FINNC_ATTR_INTS, NULL, "as the input", FINNC_REQUIRED | FINNC_UNTIL(10)},
              {"axes", FINNC_ATTR_INTS, NULL, "as the input", FINNC_UNTIL(10)}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = slice_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};
