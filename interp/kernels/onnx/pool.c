/* Pools: MaxPool, AveragePool and the global ones. */
#include "../pool.h"

#include <math.h>
#include <string.h>

/* The windows of a node, and the shape of what comes out. `is_global`: one over everything. */
static finnc_status read_window(fnc_call *call, bool is_global, fnc_windows *w, int64_t *dims)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank < 3)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    if (is_global)
        FINNC_TRY(fnc_windows_global(call, x->rank - 2, x->dims + 2, w));
    else
        FINNC_TRY(fnc_windows_need(call, &attrs, x->rank - 2, x->dims + 2, NULL, w));
    dims[0] = x->dims[0];
    dims[1] = x->dims[1];
    memcpy(dims + 2, w->out, (size_t)w->rank * sizeof *dims);
    return FINNC_OK;
}

/* ---- MaxPool ---- */

typedef struct search {
    const fnc_windows *w;
    const double *x;
    int64_t *indices;
    bool by_columns;
} search;

/* Where a window's greatest element lies in its plane: the first of equals, or of NaNs. */
static int64_t find_greatest(const search *s, const double *x, int64_t at)
{
    const fnc_windows *w = s->w;
    int64_t out_at[FINNC_MAX_RANK], tap[FINNC_MAX_RANK] = {0}, best = -1;
    double greatest = 0;
    for (int i = w->rank - 1; i >= 0; i--) {
        out_at[i] = at % w->out[i];
        at /= w->out[i];
    }
    for (int64_t t = 0; t < w->taps; t++) {
        int64_t place = 0, by_column = 0, scale = 1;
        bool inside = true;
        for (int i = 0; i < w->rank; i++) {
            int64_t in = fnc_windows_at(w, i, out_at[i], tap[i]);
            inside &= in >= 0 && in < w->in[i];
            place = place * w->in[i] + in;
            by_column += in * scale;
            scale *= w->in[i];
        }
        if (inside && (best < 0 || x[place] > greatest || (isnan(x[place]) && !isnan(greatest)))) {
            greatest = x[place];
            best = s->by_columns ? by_column : place;
        }
        for (int i = w->rank - 1; i >= 0 && ++tap[i] == w->kernel[i]; i--)
            tap[i] = 0;
    }
    return best;
}

/* Places are counted over the whole input, row by row or (storage_order 1) column by column; -1 for
 * a window that lies in the padding. Items: windows. */
static void find_indices(void *user, int64_t begin, int64_t end)
{
    const search *s = user;
    const fnc_windows *w = s->w;
    int64_t first = begin / w->out_size * w->in_size, at = begin % w->out_size;
    for (int64_t item = begin; item < end; item++) {
        int64_t best = find_greatest(s, s->x + first, at);
        s->indices[item] = best < 0 ? -1 : first + best;
        at = at + 1 < w->out_size ? at + 1 : 0;
        first += at == 0 ? w->in_size : 0;
    }
}

static finnc_status run_max(fnc_call *call, bool is_global)
{
    fnc_windows w;
    int64_t dims[FINNC_MAX_RANK];
    void *y;
    FINNC_TRY(read_window(call, is_global, &w, dims));
    const fnc_array *x = &call->in[0];
    int64_t planes = x->dims[0] * x->dims[1];
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &y));
    FINNC_TRY(fnc_max_pool(call, &w, x->elem, planes, x->data, y));
    if (!fnc_out_is_wanted(call, 1))
        return FINNC_OK;
    fnc_array numbers;
    const fnc_windows trimmed = fnc_windows_trimmed(&w);
    search s = {.w = &trimmed, .by_columns = finnc_node_attr_int(call->node, "storage_order") != 0};
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &numbers));
    s.x = numbers.data;
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_INT64, x->rank, dims, &s.indices));
    fnc_parallel_long(call, planes * w.out_size, fnc_cost((double)trimmed.taps * 16), find_indices,
                      &s);
    return FINNC_OK;
}

static finnc_status max_pool(fnc_call *call)
{
    return run_max(call, false);
}

static finnc_status global_max_pool(fnc_call *call)
{
    return run_max(call, true);
}

const fnc_kernel fnc_kernel_onnx_max_pool = {.run = max_pool};
const fnc_kernel fnc_kernel_onnx_global_max_pool = {.run = global_max_pool};

/* ---- AveragePool ---- */

static finnc_status run_average(fnc_call *call, bool is_global)
{
    fnc_windows w;
    int64_t dims[FINNC_MAX_RANK];
    void *y;
    FINNC_TRY(read_window(call, is_global, &w, dims));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &y));
    return fnc_average_pool(call, &w, x->elem, x->dims[0] * x->dims[1],
                            finnc_node_attr_int(call->node, "count_include_pad") != 0, x->data, y);
}

static finnc_status average_pool(fnc_call *call)
{
    return run_average(call, false);
}

static finnc_status global_average_pool(fnc_call *call)
{
    return run_average(call, true);
}

const fnc_kernel fnc_kernel_onnx_average_pool = {.run = average_pool};
const fnc_kernel fnc_kernel_onnx_global_average_pool = {.run = global_average_pool};
