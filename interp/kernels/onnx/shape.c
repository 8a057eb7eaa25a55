/* The same elements under another shape: nothing is copied. */
#include "../../kernel.h"

#include <inttypes.h>

static finnc_status too_deep(fnc_call *call, int64_t rank)
{
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of %" PRId64 " axes", rank);
}

static finnc_status reshape(fnc_call *call)
{
    const int64_t *want;
    int64_t n, dims[FINNC_MAX_RANK], known = 1;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "shape", 1, &want, &n));
    const fnc_array *x = &call->in[0];
    bool keep_zero = finnc_node_int(call->node, "allowzero", 0) != 0;
    int unknown = -1;
    if (n > FINNC_MAX_RANK)
        return too_deep(call, n);
    for (int i = 0; i < n; i++) {
        dims[i] = want[i];
        if (dims[i] == 0 && !keep_zero) {
            if (i >= x->rank)
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "the shape copies axis %d of an input of rank %d", i, x->rank);
            dims[i] = x->dims[i];
        }
        if (dims[i] == -1 && unknown < 0)
            unknown = i;
        else if (dims[i] < 0 || !fnc_mul_i64(known, dims[i], &known))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "the shape has %" PRId64 " in it",
                              dims[i]);
    }
    if (unknown >= 0) {
        if (known == 0 || x->nelems % known)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " elements are no multiple of %" PRId64, x->nelems, known);
        dims[unknown] = x->nelems / known;
    }
    return fnc_out_reshape(call, 0, 0, (int)n, dims);
}

static finnc_status flatten(fnc_call *call)
{
    int axis;
    int64_t dims[2] = {1, 1};
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 1), x->rank + 1, &axis));
    if (finnc_node_int(call->node, "axis", 1) < 0)
        axis--; /* counted from the rank, not from behind it */
    for (int i = 0; i < x->rank; i++)
        dims[i >= axis] *= x->dims[i];
    return fnc_out_reshape(call, 0, 0, 2, dims);
}

static finnc_status squeeze(fnc_call *call)
{
    const int64_t *axes;
    int64_t n, dims[FINNC_MAX_RANK];
    bool gone[FINNC_MAX_RANK] = {false};
    int rank = 0, axis;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 1, &axes, &n));
    const fnc_array *x = &call->in[0];
    for (int i = 0; i < n; i++) {
        FINNC_TRY(fnc_axis(call, axes[i], x->rank, &axis));
        if (x->dims[axis] != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "axis %d has %" PRId64 " elements and cannot be squeezed", axis,
                              x->dims[axis]);
        gone[axis] = true;
    }
    for (int i = 0; i < x->rank; i++)
        if (axes ? !gone[i] : x->dims[i] != 1)
            dims[rank++] = x->dims[i];
    return fnc_out_reshape(call, 0, 0, rank, dims);
}

static finnc_status unsqueeze(fnc_call *call)
{
    const int64_t *axes;
    int64_t n, dims[FINNC_MAX_RANK];
    bool is_new[FINNC_MAX_RANK] = {false};
    int axis, from = 0;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 1, &axes, &n));
    const fnc_array *x = &call->in[0];
    if (n > FINNC_MAX_RANK - x->rank)
        return too_deep(call, n + x->rank);
    int rank = x->rank + (int)n;
    for (int i = 0; i < n; i++) {
        FINNC_TRY(fnc_axis(call, axes[i], rank, &axis));
        if (is_new[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        is_new[axis] = true;
    }
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
    int64_t start = finnc_node_int(call->node, "start", 0);
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
