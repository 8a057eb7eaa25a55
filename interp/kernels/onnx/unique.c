/* Unique: rows are sorted, equal ones stand together, and the first of each group is kept. */
#include "../move.h"
#include "../order.h"

#include <math.h>
#include <string.h>

/* ---- order of rows ---- */

/* `n` rows of `width` elements, one behind the other. */
typedef struct rows {
    int64_t n, width;
    const void *data;
} rows;

/* NaNs are equal, and behind all numbers. */
static int compare_doubles(double x, double y)
{
    if (isnan(x) || isnan(y))
        return (isnan(x) != 0) - (isnan(y) != 0);
    return (x > y) - (x < y);
}

#define COMPARE(NAME, T, comparison)                                                               \
    static int compare_##NAME(const void *items, int64_t i, int64_t j)                             \
    {                                                                                              \
        const rows *r = items;                                                                     \
        const T *a = (const T *)r->data + i * r->width, *b = (const T *)r->data + j * r->width;    \
        int order = 0;                                                                             \
        for (int64_t k = 0; k < r->width && order == 0; k++)                                       \
            order = comparison(a[k], b[k]);                                                        \
        return order;                                                                              \
    }
#define IN_ORDER(x, y) ((x) > (y)) - ((x) < (y))

/* Complex numbers by their real parts, then by their imaginary ones: rows of twice the width. */
typedef struct complex64 {
    float parts[2];
} complex64;
typedef struct complex128 {
    double parts[2];
} complex128;
#define COMPARE_PARTS(x, y)                                                                        \
    compare_doubles((x).parts[0], (y).parts[0]) ? compare_doubles((x).parts[0], (y).parts[0])      \
                                                : compare_doubles((x).parts[1], (y).parts[1])

FNC_INTEGERS(COMPARE, IN_ORDER)
FNC_BOOL(COMPARE, IN_ORDER)
FNC_FLOATS(COMPARE, compare_doubles)
COMPARE(COMPLEX64, complex64, COMPARE_PARTS)
COMPARE(COMPLEX128, complex128, COMPARE_PARTS)
COMPARE(STRING, finnc_string, fnc_compare_strings)

#define ENTRY(NAME, ...) [FINNC_ELEM_##NAME] = compare_##NAME,
static fnc_compare *const comparisons[FNC_NELEMS] = {FNC_ANY(ENTRY, ) ENTRY(COMPLEX64, )
                                                         ENTRY(COMPLEX128, ) ENTRY(STRING, )};

/* ---- groups ---- */

typedef struct groups {
    int64_t count;
    int64_t *first;   /* per group: its first row, n entries of room */
    int64_t *nrows;   /* per group */
    int64_t *inverse; /* per row: its group */
} groups;

static int compare_firsts(const void *items, int64_t a, int64_t b)
{
    const int64_t *first = items;
    return (first[a] > first[b]) - (first[a] < first[b]);
}

/* Numbers the groups by their first rows. */
static finnc_status renumber(fnc_call *call, int64_t n, groups *g)
{
    int64_t *order = FNC_SCRATCH(call, int64_t, g->count);
    int64_t *spare = FNC_SCRATCH(call, int64_t, g->count);
    int64_t *rank = FNC_SCRATCH(call, int64_t, g->count);
    int64_t *first = FNC_SCRATCH(call, int64_t, g->count);
    int64_t *nrows = FNC_SCRATCH(call, int64_t, g->count);
    if (!order || !spare || !rank || !first || !nrows)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < g->count; i++)
        order[i] = i;
    fnc_order(order, spare, g->count, compare_firsts, g->first);
    for (int64_t i = 0; i < g->count; i++) {
        rank[order[i]] = i;
        first[i] = g->first[order[i]];
        nrows[i] = g->nrows[order[i]];
    }
    for (int64_t i = 0; i < n; i++)
        g->inverse[i] = rank[g->inverse[i]];
    g->first = first;
    g->nrows = nrows;
    return FINNC_OK;
}

static finnc_status find_groups(fnc_call *call, const rows *r, fnc_compare *compare, groups *g)
{
    int64_t *order = FNC_SCRATCH(call, int64_t, r->n);
    int64_t *spare = FNC_SCRATCH(call, int64_t, r->n);
    *g = (groups){.first = FNC_SCRATCH(call, int64_t, r->n),
                  .nrows = FNC_SCRATCH(call, int64_t, r->n),
                  .inverse = FNC_SCRATCH(call, int64_t, r->n)};
    if (!order || !spare || !g->first || !g->nrows || !g->inverse)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < r->n; i++)
        order[i] = i;
    fnc_order(order, spare, r->n, compare, r);
    for (int64_t i = 0; i < r->n; i++) {
        if (i == 0 || compare(r, order[i - 1], order[i]) != 0) {
            g->first[g->count] = order[i];
            g->nrows[g->count++] = 0;
        }
        g->nrows[g->count - 1]++;
        g->inverse[order[i]] = g->count - 1;
    }
    return finnc_node_attr_int(call->node, "sorted") ? FINNC_OK : renumber(call, r->n, g);
}

/* ---- the op ---- */

/* The slices of input 0 along `axis`, each made one row. */
static finnc_status slices_to_rows(fnc_call *call, int axis, size_t size, rows *r)
{
    const fnc_array *x = &call->in[0];
    int64_t dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], from[FINNC_MAX_RANK], to[FINNC_MAX_RANK];
    *r = (rows){.n = x->dims[axis], .width = 1, .data = x->data};
    for (int i = 0; i < x->rank; i++)
        r->width *= i == axis ? 1 : x->dims[i];
    if (axis == 0 || x->nelems == 0)
        return FINNC_OK;
    void *copy = fnc_scratch_array(call, size, x->nelems);
    if (!copy)
        return finnc_no_memory(call->cx);
    fnc_strides(x->rank, x->dims, strides);
    for (int i = 0; i < x->rank; i++) {
        int source = i == 0 ? axis : i - (i <= axis);
        dims[i] = x->dims[source];
        from[i] = strides[source];
    }
    fnc_strides(x->rank, dims, to);
    fnc_copy_block(call, size, x->rank, dims, x->data, from, copy, to);
    r->data = copy;
    return finnc_ctx_check(call->cx); /* strings among them are compared */
}

static finnc_status write_list(fnc_call *call, size_t o, int64_t n, const int64_t *list)
{
    int64_t *out;
    FINNC_TRY(fnc_out(call, o, FINNC_ELEM_INT64, 1, &n, &out));
    if (n > 0)
        memcpy(out, list, (size_t)n * sizeof *list);
    return FINNC_OK;
}

static finnc_status unique(fnc_call *call)
{
    size_t size;
    int axis = 0;
    void *out;
    int64_t dims[FINNC_MAX_RANK];
    const int64_t *maps[FINNC_MAX_RANK] = {NULL};
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    fnc_compare *compare = comparisons[x->elem];
    if (!compare)
        return fnc_bad_elem(call, 0);
    bool flat = !finnc_node_find_attr(call->node, "axis");
    rows r = {.n = x->nelems, .width = 1, .data = x->data};
    if (!flat) {
        FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 0), x->rank, &axis));
        FINNC_TRY(slices_to_rows(call, axis, size, &r));
    }
    groups g;
    FINNC_TRY(find_groups(call, &r, compare, &g));
    int rank = flat ? 1 : x->rank;
    const int64_t *from = flat ? &x->nelems : x->dims;
    memcpy(dims, from, (size_t)rank * sizeof *dims);
    dims[axis] = g.count;
    maps[axis] = g.first;
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &out));
    fnc_take(call, size, rank, from, x->data, dims, out, maps, NULL);
    FINNC_TRY(write_list(call, 1, g.count, g.first));
    FINNC_TRY(write_list(call, 2, r.n, g.inverse));
    return write_list(call, 3, g.count, g.nrows);
}

const fnc_kernel fnc_kernel_onnx_unique = {.run = unique};
