/* TopK, ArgMax and ArgMin. */
#include "../select.h"

#include <inttypes.h>
#include <string.h>

typedef struct lines {
    int axis;
    int64_t n, inner, count; /* elements of a line, how far apart, lines in all */
    int64_t *line;           /* keys */
    int64_t *order;
} lines;

static finnc_status init(fnc_call *call, int64_t axis, lines *l)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_axis(call, axis, x->rank, &l->axis));
    l->n = x->dims[l->axis];
    l->inner = 1;
    for (int i = l->axis + 1; i < x->rank; i++)
        l->inner *= x->dims[i];
    l->count = l->n > 0 ? x->nelems / l->n : 0;
    l->line = FNC_SCRATCH(call, int64_t, l->n);
    l->order = FNC_SCRATCH(call, int64_t, l->n);
    return l->line && l->order ? FINNC_OK : finnc_no_memory(call->cx);
}

/* Reads line `i`; its elements begin at the result. */
static int64_t load(const fnc_array *x, const lines *l, int64_t i)
{
    int64_t at = i / l->inner * l->n * l->inner + i % l->inner;
    size_t size = fnc_elem_size(x->elem);
    if (l->inner == 1) {
        fnc_select_keys(x->elem, (const char *)x->data + (size_t)at * size, l->n, l->line);
        return at;
    }
    for (int64_t k = 0; k < l->n; k++)
        fnc_select_keys(x->elem, (const char *)x->data + (size_t)(at + k * l->inner) * size, 1,
                        &l->line[k]);
    return at;
}

static finnc_status topk(fnc_call *call)
{
    lines l;
    double wanted = (double)finnc_node_attr_int(call->node, "k");
    int64_t dims[FINNC_MAX_RANK], *indices;
    char *values;
    FINNC_TRY(init(call, finnc_node_attr_int(call->node, "axis"), &l));
    if (fnc_has(call, 1))
        FINNC_TRY(fnc_in_scalar(call, 1, &wanted));
    const fnc_array *x = &call->in[0];
    if (!(wanted >= 0 && wanted <= (double)l.n))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "k is %g, the axis has %" PRId64 " elements",
                          wanted, l.n);
    int64_t k = (int64_t)wanted;
    bool largest = finnc_node_attr_int(call->node, "largest") != 0;
    size_t size = fnc_elem_size(x->elem);
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[l.axis] = k;
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &values));
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_INT64, x->rank, dims, &indices));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < l.count && fnc_patience_lasts(&patience, 16 * l.n); i++) {
        int64_t from = load(x, &l, i), to = i / l.inner * k * l.inner + i % l.inner;
        fnc_select(l.line, l.n, k, largest, l.order);
        for (int64_t j = 0; j < k; j++) {
            memcpy(values + (size_t)(to + j * l.inner) * size,
                   (const char *)x->data + (size_t)(from + l.order[j] * l.inner) * size, size);
            indices[to + j * l.inner] = l.order[j];
        }
    }
    return FINNC_OK;
}

/* Where the first, or the last, of the best elements of a line is. */
static int64_t find_best(const lines *l, bool largest, bool last)
{
    int64_t best = 0;
    for (int64_t k = 1; k < l->n; k++) {
        int64_t a = l->line[k], b = l->line[best];
        if (a == b ? last : (a > b) == largest)
            best = k;
    }
    return best;
}

static finnc_status arg(fnc_call *call, bool largest)
{
    lines l;
    int64_t dims[FINNC_MAX_RANK], *indices;
    int rank = 0;
    FINNC_TRY(init(call, finnc_node_attr_int(call->node, "axis"), &l));
    const fnc_array *x = &call->in[0];
    bool keep = finnc_node_attr_int(call->node, "keepdims") != 0;
    bool last = finnc_node_attr_int(call->node, "select_last_index") != 0;
    bool nan_is_least = !largest && finnc_elem_is_float(x->elem); /* numpy finds it first, too */
    if (l.n == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "an axis of 0 elements");
    for (int i = 0; i < x->rank; i++)
        if (i != l.axis || keep)
            dims[rank++] = i == l.axis ? 1 : x->dims[i];
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, rank, dims, &indices));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < l.count && fnc_patience_lasts(&patience, 4 * l.n); i++) {
        load(x, &l, i);
        for (int64_t k = 0; nan_is_least && k < l.n; k++)
            l.line[k] = l.line[k] == FNC_SELECT_NAN ? INT64_MIN : l.line[k];
        indices[i] = find_best(&l, largest, last);
    }
    return FINNC_OK;
}

static finnc_status arg_max(fnc_call *call)
{
    return arg(call, true);
}

static finnc_status arg_min(fnc_call *call)
{
    return arg(call, false);
}

const fnc_kernel fnc_kernel_onnx_top_k = {.run = topk};
const fnc_kernel fnc_kernel_onnx_arg_max = {.run = arg_max};
const fnc_kernel fnc_kernel_onnx_arg_min = {.run = arg_min};
