/* Ops that select by what elements are: OneHot, NonZero, Compress. */
#include "../move.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- OneHot ---- */

typedef struct one_hot {
    const int64_t *hot; /* per index: the element that is set, or -1 */
    int64_t depth, inner;
    size_t size;
    const char *values;
    char *out;
} one_hot;

static void write_rows(void *user, int64_t begin, int64_t end)
{
    const one_hot *h = user;
    for (int64_t i = begin; i < end; i++) {
        int64_t at = i / h->inner * h->depth * h->inner + i % h->inner;
        for (int64_t k = 0; k < h->depth; k++, at += h->inner)
            memcpy(h->out + (size_t)at * h->size, h->values + (k == h->hot[i] ? h->size : 0),
                   h->size);
    }
}

/* Indices as 0 to depth - 1, or -1 for what is outside. Numbers that no int64_t can be are outside
 * and do not wrap around. */
static finnc_status read_indices(fnc_call *call, int64_t depth, const int64_t **hot)
{
    const fnc_array *x = &call->in[0];
    const int64_t *ints = NULL;
    const double *floats = NULL;
    int64_t n = x->nelems, *to = FNC_SCRATCH(call, int64_t, n);
    if (!to)
        return finnc_no_memory(call->cx);
    *hot = to;
    const bool is_float = finnc_elem_is_float(x->elem);
    if (is_float) {
        fnc_array array = {0};
        FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &array));
        floats = array.data;
    } else {
        FINNC_TRY(fnc_in_ints(call, 0, &ints, &n));
    }
    /* Before version 11 only 0 to depth - 1 were inside. */
    bool may_be_negative = call->version >= 11 && x->elem != FINNC_ELEM_UINT64;
    for (int64_t i = 0; i < n; i++) {
        int64_t index = -1;
        if (!is_float)
            index = ints[i];
        else if (floats[i] > -0x1p62 && floats[i] < 0x1p62)
            index = (int64_t)floats[i];
        else
            index = INT64_MAX;
        if (index < 0)
            index = may_be_negative && index >= -depth ? index + depth : -1;
        to[i] = index < depth ? index : -1;
    }
    return FINNC_OK;
}

static finnc_status run_one_hot(fnc_call *call)
{
    one_hot h = {.inner = 1};
    const int64_t *depth;
    int64_t n, dims[FINNC_MAX_RANK + 1];
    int axis;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(fnc_move_size(call, 2, &h.size));
    FINNC_TRY(fnc_in_ints(call, 1, &depth, &n));
    const fnc_array *x = &call->in[0], *values = &call->in[2];
    FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", -1), x->rank + 1, &axis));
    if (n != 1 || depth[0] < 0 || call->in[1].rank > 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "depth is %" PRId64 " (of %" PRId64 " elements), should be one number",
                          n ? depth[0] : 0, n);
    FINNC_TRY(fnc_need_shape(call, 2, 1, (const int64_t[]){2}));
    h.depth = depth[0];
    for (int i = 0; i <= x->rank; i++) {
        dims[i] = i == axis ? h.depth : x->dims[i - (i > axis)];
        h.inner *= i > axis ? dims[i] : 1;
    }
    FINNC_TRY(read_indices(call, h.depth, &h.hot));
    FINNC_TRY(fnc_out(call, 0, values->elem, x->rank + 1, dims, &h.out));
    h.values = values->data;
    fnc_parallel_long(call, x->nelems, h.depth, write_rows, &h);
    return FINNC_OK;
}

/* ---- NonZero ---- */

#define COMPLEX_IS_NONZERO(NAME, T, ...)                                                           \
    case FINNC_ELEM_##NAME:                                                                        \
        for (int64_t i = 0; i < x->nelems; i++)                                                    \
            to[i] = ((const T *)x->data)[i] != 0;                                                  \
        return FINNC_OK;

/* For each element of input 0: is it anything but zero? */
static finnc_status read_truth(fnc_call *call, const uint8_t **truth)
{
    const fnc_array *x = &call->in[0];
    uint8_t *to = FNC_SCRATCH(call, uint8_t, x->nelems);
    if (!to)
        return finnc_no_memory(call->cx);
    *truth = to;
    switch ((int)x->elem) {
        FNC_COMPLEX(COMPLEX_IS_NONZERO, )
    case FINNC_ELEM_STRING:
        for (int64_t i = 0; i < x->nelems; i++)
            to[i] = ((const finnc_string *)x->data)[i].length != 0;
        return FINNC_OK;
    }
    fnc_convert(x->elem, x->data, FINNC_ELEM_BOOL, to, x->nelems);
    return FINNC_OK;
}

static int64_t count_truth(const uint8_t *truth, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        count += truth[i] != 0;
    return count;
}

static finnc_status non_zero(fnc_call *call)
{
    const uint8_t *truth = NULL;
    int64_t *out, column = 0;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(read_truth(call, &truth));
    const fnc_array *x = &call->in[0];
    int64_t dims[2] = {x->rank, count_truth(truth, x->nelems)};
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 2, dims, &out));
    for (int64_t i = 0; i < x->nelems; i++) {
        if (!truth[i])
            continue;
        int64_t rest = i;
        for (int axis = x->rank - 1; axis >= 0; axis--) {
            out[axis * dims[1] + column] = rest % x->dims[axis];
            rest /= x->dims[axis];
        }
        column++;
    }
    return FINNC_OK;
}

/* ---- Compress ---- */

static finnc_status compress(fnc_call *call)
{
    size_t size;
    int axis = 0;
    void *out;
    int64_t dims[FINNC_MAX_RANK], picked = 0;
    const int64_t *maps[FINNC_MAX_RANK] = {NULL};
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0], *condition = &call->in[1];
    bool flat = !finnc_node_find_attr(call->node, "axis");
    int rank = flat ? 1 : x->rank;
    const int64_t *from = flat ? &x->nelems : x->dims;
    if (!flat)
        FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 0), rank, &axis));
    FINNC_TRY(fnc_need_shape(call, 1, 1, (const int64_t[]){-1}));
    const uint8_t *truth = condition->data;
    int64_t count = count_truth(truth, condition->nelems);
    int64_t *map = FNC_SCRATCH(call, int64_t, count);
    if (!map)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < condition->nelems; i++) {
        if (truth[i] && i >= from[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "condition picks element %" PRId64 " of %" PRId64, i, from[axis]);
        if (truth[i])
            map[picked++] = i;
    }
    memcpy(dims, from, (size_t)rank * sizeof *dims);
    dims[axis] = count;
    maps[axis] = map;
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &out));
    fnc_take(call, size, rank, from, x->data, dims, out, maps, NULL);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_one_hot = {.run = run_one_hot, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_non_zero = {.run = non_zero};
const fnc_kernel fnc_kernel_onnx_compress = {.run = compress, .takes = FNC_TAKES_BYTES};
