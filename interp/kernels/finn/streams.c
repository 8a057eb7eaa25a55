/* Layers that pass elements on: side by side, added up, or picked. */
#include "../elementwise.h"
#include "../hardware.h"
#include "../select.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <tgmath.h>

FNC_KERNEL_BINARY(finn_add_streams, FNC_FLOATS, a + b)

/* ---- one of several operations, by attribute ---- */

FNC_BINARY_LOOP(FLOAT, float, added, FNC_SAME_TYPE, a + b)
FNC_BINARY_LOOP(FLOAT, float, multiplied, FNC_SAME_TYPE, a *b)
FNC_BINARY_LOOP(FLOAT, float, subtracted, FNC_SAME_TYPE, a - b)
FNC_BINARY_LOOP(FLOAT, float, apart, FNC_SAME_TYPE, fabs(a - b))

static finnc_status by_attribute(fnc_call *call, const char *attr)
{
    static const struct {
        const char *name;
        fnc_broadcast_loop *loop;
    } known[] = {{"add", added_FLOAT},
                 {"Add", added_FLOAT},
                 {"mul", multiplied_FLOAT},
                 {"Sub", subtracted_FLOAT},
                 {"AbsDiff", apart_FLOAT}};
    const char *wanted = finnc_node_string(call->node, attr, "");
    FINNC_TRY(fnc_need_inputs(call, 2));
    for (size_t i = 0; i < 2; i++)
        if (call->in[i].elem != FINNC_ELEM_FLOAT)
            return fnc_bad_elem(call, i);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (fnc_same(known[i].name, wanted))
            return fnc_binary_arrays(call, &call->in[0], &call->in[1], known[i].loop,
                                     FINNC_ELEM_FLOAT);
    return finnc_fail(call->cx, FINNC_UNSUPPORTED, "%s is %s, which is not executed", attr, wanted);
}

static finnc_status channelwise_op(fnc_call *call)
{
    return by_attribute(call, "Func");
}

static finnc_status streaming_eltwise(fnc_call *call)
{
    return by_attribute(call, "eltwiseOp");
}

const fnc_kernel fnc_kernel_finn_channelwise_op = {.run = channelwise_op};
const fnc_kernel fnc_kernel_finn_streaming_eltwise = {.run = streaming_eltwise};

/* ---- LabelSelect: the indices of the K largest ---- */

static finnc_status label_select(fnc_call *call)
{
    fnc_array x;
    int64_t k = finnc_node_int(call->node, "K", 1), dims[FINNC_MAX_RANK];
    const finnc_elem elem = fnc_hw_said_elem(call, 0, FINNC_ELEM_FLOAT);
    void *y;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    int64_t n = x.rank > 0 ? x.dims[x.rank - 1] : 0;
    if (k < 1 || k > n)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "K is %" PRId64 " of %" PRId64 " labels", k,
                          n);
    memcpy(dims, x.dims, (size_t)x.rank * sizeof *dims);
    dims[x.rank - 1] = k;
    int64_t *order = FNC_SCRATCH(call, int64_t, n), *keys = FNC_SCRATCH(call, int64_t, n);
    int64_t *labels = FNC_SCRATCH(call, int64_t, x.nelems / n * k);
    FINNC_TRY(fnc_out(call, 0, elem, x.rank, dims, &y));
    if (!order || !keys || !labels)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < x.nelems / n; i++) {
        fnc_select_keys(x.elem, (const double *)x.data + i * n, n, keys);
        fnc_select(keys, n, k, true, order);
        memcpy(labels + i * k, order, (size_t)k * sizeof *labels);
    }
    fnc_convert(FINNC_ELEM_INT64, labels, elem, y, x.nelems / n * k);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_label_select = {.run = label_select};

/* ---- StreamingConcat, Lookup ---- */

static finnc_status streaming_concat(fnc_call *call)
{
    int64_t dims[FINNC_MAX_RANK], width = 0, rows = 1;
    float *y;
    FINNC_TRY(fnc_need_inputs(call, call->ninputs > 0 ? call->ninputs : 1));
    const fnc_array *first = &call->in[0];
    for (size_t i = 0; i < call->ninputs; i++) {
        const fnc_array *x = &call->in[i];
        if (x->elem != FINNC_ELEM_FLOAT || x->rank != first->rank || x->rank == 0)
            return fnc_bad_elem(call, i);
        for (int k = 0; k < x->rank - 1; k++)
            if (x->dims[k] != first->dims[k])
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "input %zu has %" PRId64 " elements along axis %d, not %" PRId64,
                                  i, x->dims[k], k, first->dims[k]);
        width += x->dims[x->rank - 1];
    }
    for (int k = 0; k < first->rank - 1; k++)
        rows *= dims[k] = first->dims[k];
    dims[first->rank - 1] = width;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, first->rank, dims, &y));
    for (int64_t row = 0; row < rows; row++)
        for (size_t i = 0; i < call->ninputs; i++) {
            int64_t n = call->in[i].dims[first->rank - 1];
            for (int64_t k = 0; k < n; k++)
                *y++ = ((const float *)call->in[i].data)[row * n + k];
        }
    return FINNC_OK;
}

static finnc_status lookup(fnc_call *call)
{
    const int64_t *indices;
    int64_t n, dims[FINNC_MAX_RANK + 1];
    float *y;
    fnc_array table;
    FINNC_TRY(fnc_in_ints(call, 0, &indices, &n));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &table));
    const fnc_array *x = &call->in[0];
    if (table.rank != 2 || x->rank >= FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a table of rank %d", table.rank);
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[x->rank] = table.dims[1];
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, x->rank + 1, dims, &y));
    for (int64_t i = 0; i < n; i++) {
        if (indices[i] < 0 || indices[i] >= table.dims[0])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "index %" PRId64 " in a table of %" PRId64,
                              indices[i], table.dims[0]);
        memcpy(y + i * table.dims[1], (const float *)table.data + indices[i] * table.dims[1],
               (size_t)table.dims[1] * sizeof *y);
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_streaming_concat = {.run = streaming_concat};
const fnc_kernel fnc_kernel_finn_lookup = {.run = lookup};
