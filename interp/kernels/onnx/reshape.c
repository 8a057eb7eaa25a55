/* The same elements under another shape: nothing is copied. */
#include "../../kernel.h"

#include <inttypes.h>

static finnc_status too_deep(fnc_call *call, int64_t rank)
{
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of %" PRId64 " axes", rank);
}

/* What -1 at `hole` stands for: copied axes count on neither side, so that a copied 0 leaves it
 * determined. */
static finnc_status solve_hole(fnc_call *call, const bool *copied, int rank, int hole,
                               int64_t *dims)
{
    const fnc_array *x = &call->in[0];
    int64_t have = 1, known = 1;
    for (int i = 0; i < x->rank; i++)
        have *= i < rank && copied[i] ? 1 : x->dims[i];
    for (int i = 0; i < rank; i++)
        if (i != hole && !copied[i] && !fnc_mul_i64(known, dims[i], &known))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of more than 2^63 elements");
    if (known == 0 || have % known)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements are no multiple of %" PRId64, have, known);
    dims[hole] = have / known;
    return FINNC_OK;
}

static finnc_status reshape(fnc_call *call)
{
    const int64_t *want;
    int64_t n, dims[FINNC_MAX_RANK];
    bool copied[FINNC_MAX_RANK] = {false};
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "shape", 1, &want, &n));
    const fnc_array *x = &call->in[0];
    bool keep_zero = finnc_node_attr_int(call->node, "allowzero") != 0;
    int hole = -1;
    if (n > FINNC_MAX_RANK)
        return too_deep(call, n);
    for (int i = 0; i < n; i++) {
        dims[i] = want[i];
        copied[i] = dims[i] == 0 && !keep_zero;
        if (copied[i]) {
            if (i >= x->rank)
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "the shape copies axis %d of an input of rank %d", i, x->rank);
            dims[i] = x->dims[i];
        }
        if (dims[i] < -1 || (dims[i] == -1 && hole >= 0))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "the shape has %" PRId64 " in it%s",
                              dims[i], dims[i] == -1 ? ", for the second time" : "");
        if (dims[i] == -1)
            hole = i;
    }
    if (hole >= 0)
        FINNC_TRY(solve_hole(call, copied, (int)n, hole, dims));
    return fnc_out_reshape(call, 0, 0, (int)n, dims);
}

static finnc_status flatten(fnc_call *call)
{
    int64_t dims[2] = {1, 1}, axis = finnc_node_attr_int(call->node, "axis");
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    /* Counted from the rank, not from behind it; the rank itself is fine. */
    if (axis < -x->rank || axis > x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "axis %" PRId64 " is outside a tensor of rank %d", axis, x->rank);
    axis = axis < 0 ? axis + x->rank : axis;
    for (int i = 0; i < x->rank; i++)
        dims[i >= axis] *= x->dims[i];
    return fnc_out_reshape(call, 0, 0, 2, dims);
}

/* Marks `n` different axes of `rank`. */
static finnc_status mark_axes(fnc_call *call, const int64_t *axes, int64_t n, int rank,
                              bool *is_marked)
{
    for (int64_t i = 0; i < n; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes[i], rank, &axis));
        if (is_marked[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        is_marked[axis] = true;
    }
    return FINNC_OK;
}

static finnc_status squeeze(fnc_call *call)
{
    const int64_t *axes;
    int64_t n, dims[FINNC_MAX_RANK];
    bool is_named[FINNC_MAX_RANK] = {false};
    int rank = 0;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 1, &axes, &n));
    const fnc_array *x = &call->in[0];
    bool all = !fnc_has(call, 1) && !finnc_node_find_attr(call->node, "axes");
    FINNC_TRY(mark_axes(call, axes, n, x->rank, is_named));
    for (int i = 0; i < x->rank; i++) {
        if (is_named[i] && x->dims[i] != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "axis %d has %" PRId64 " elements and cannot be squeezed", i,
                              x->dims[i]);
        if (all ? x->dims[i] != 1 : !is_named[i])
            dims[rank++] = x->dims[i];
    }
    return fnc_out_reshape(call, 0, 0, rank, dims);
}

static finnc_status unsqueeze(fnc_call *call)
{
    const int64_t *axes;
    int64_t n, dims[FINNC_MAX_RANK];
    bool is_new[FINNC_MAX_RANK] = {false};
    int from = 0;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 1, &axes, &n));
    const fnc_array *x = &call->in[0];
    if (n > FINNC_MAX_RANK - x->rank)
        return too_deep(call, n + x->rank);
    int rank = x->rank + (int)n;
    FINNC_TRY(mark_axes(call, axes, n, rank, is_new));
    for (int i = 0; i < rank; i++)
        dims[i] = is_new[i] ? 1 : x->dims[from++];
    return fnc_out_reshape(call, 0, 0, rank, dims);
}

/* Of sequences and optionals too. */
static finnc_status identity(fnc_call *call)
{
    const finnc_tensor *x = fnc_in_tensor(call, 0);
    return x ? fnc_out_share(call, 0, x) : fnc_need_inputs(call, 1);
}

static finnc_status shape(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    int64_t start = finnc_node_attr_int(call->node, "start");
    int64_t end = finnc_node_int(call->node, "end", x->rank), *dims;
    start = start < 0 ? start + x->rank : start;
    end = end < 0 ? end + x->rank : end;
    start = start < 0 ? 0 : start > x->rank ? x->rank : start;
    end = end < start ? start : end > x->rank ? x->rank : end;
    const int64_t n = end - start;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 1, &n, &dims));
    for (int64_t i = 0; i < n; i++)
        dims[i] = x->dims[start + i];
    return FINNC_OK;
}

static finnc_status size(fnc_call *call)
{
    int64_t *n;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 0, NULL, &n));
    *n = call->in[0].nelems;
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_reshape = {.run = reshape, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_flatten = {.run = flatten, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_squeeze = {.run = squeeze, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_unsqueeze = {.run = unsqueeze, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_identity = {.run = identity, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_shape = {.run = shape, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_size = {.run = size, .takes = FNC_TAKES_ALL};
