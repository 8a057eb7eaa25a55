/* Tensors put together and taken apart along an axis. */
#include "../move.h"

#include <inttypes.h>
#include <string.h>

/* Elements before and from an axis on. */
static void split_at(const fnc_array *x, int axis, int64_t *outer, int64_t *inner)
{
    *outer = *inner = 1;
    for (int i = 0; i < axis; i++)
        *outer *= x->dims[i];
    for (int i = axis; i < x->rank; i++)
        *inner *= x->dims[i];
}

static finnc_status concat(fnc_call *call)
{
    int axis;
    int64_t dims[FINNC_MAX_RANK], outer, inner, row = 0;
    size_t size;
    char *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *first = &call->in[0];
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), first->rank, &axis));
    memcpy(dims, first->dims, (size_t)first->rank * sizeof *dims);
    for (size_t i = 1; i < call->ninputs; i++) {
        const fnc_array *x = &call->in[i];
        if (x->elem != first->elem || x->rank != first->rank)
            return finnc_fail(
                call->cx, FINNC_BAD_VALUE, "input %zu is %s of rank %d, input 0 %s of rank %d", i,
                finnc_elem_name(x->elem), x->rank, finnc_elem_name(first->elem), first->rank);
        for (int k = 0; k < x->rank; k++)
            if (k != axis && x->dims[k] != dims[k])
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "input %zu has %" PRId64
                                  " elements along axis %d, input 0 %" PRId64,
                                  i, x->dims[k], k, dims[k]);
        if (!fnc_add_i64(dims[axis], x->dims[axis], &dims[axis]))
            return finnc_no_memory(call->cx);
    }
    FINNC_TRY(fnc_out(call, 0, first->elem, first->rank, dims, &out));
    for (size_t i = 0; i < call->ninputs; i++) {
        split_at(&call->in[i], axis, &outer, &inner);
        row += inner;
    }
    fnc_patience patience = {.cx = call->cx};
    for (size_t i = 0; i < call->ninputs; i++) {
        const char *from = call->in[i].data;
        split_at(&call->in[i], axis, &outer, &inner);
        size_t nbytes = (size_t)inner * size;
        for (int64_t k = 0; k < outer && nbytes && fnc_patience_lasts(&patience, inner); k++)
            memcpy(out + (size_t)(k * row) * size, from + (size_t)k * nbytes, nbytes);
        out += nbytes;
    }
    return FINNC_OK;
}

/* Sizes from the attribute or input `split`, else equal parts (the last may be smaller). */
static finnc_status part_sizes(fnc_call *call, int64_t whole, int64_t **parts)
{
    const int64_t *split;
    int64_t n, sum = 0, count = (int64_t)call->noutputs;
    FINNC_TRY(fnc_attr_or_input(call, "split", 1, &split, &n));
    if (!(*parts = FNC_SCRATCH(call, int64_t, count)))
        return finnc_no_memory(call->cx);
    if (split && n != count)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "split has %" PRId64 " sizes for %" PRId64 " outputs", n, count);
    if (!split && call->version < 18 && count && whole % count)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not make %" PRId64 " equal parts", whole, count);
    int64_t part = count ? whole / count + (whole % count != 0) : 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t left = whole - sum;
        (*parts)[i] = split ? split[i] : left < part ? left : part;
        if ((*parts)[i] < 0 || (*parts)[i] > left)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "split has %" PRId64 " of %" PRId64 " elements", (*parts)[i], left);
        sum += (*parts)[i];
    }
    if (sum != whole)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "split makes %" PRId64 " of %" PRId64 " elements", sum, whole);
    return FINNC_OK;
}

static finnc_status split(fnc_call *call)
{
    int axis;
    int64_t dims[FINNC_MAX_RANK], outer, inner, *parts;
    size_t size;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), x->rank, &axis));
    FINNC_TRY(part_sizes(call, x->dims[axis], &parts));
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    split_at(x, axis, &outer, &inner);
    int64_t unit = x->dims[axis] > 0 ? inner / x->dims[axis] : 0;
    const char *from = x->data;
    for (size_t o = 0; o < call->noutputs; o++) {
        char *to;
        dims[axis] = parts[o];
        FINNC_TRY(fnc_out(call, o, x->elem, x->rank, dims, &to));
        size_t nbytes = (size_t)(parts[o] * unit) * size;
        for (int64_t k = 0; k < outer && nbytes; k++)
            memcpy(to + (size_t)k * nbytes, from + (size_t)(k * inner) * size, nbytes);
        from += nbytes;
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_concat = {.run = concat, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_split = {.run = split, .takes = FNC_TAKES_BYTES};
