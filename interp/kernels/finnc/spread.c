/* SumTo, Spread and SwapAxes: broadcasting and transposing, backwards and forwards. */
#include "../move.h"

#include <inttypes.h>
#include <string.h>

/* Two shapes one over the other: strides of the smaller one over the axes of the larger one, 0
 * where it has one element or no axis. */
static finnc_status align(fnc_call *call, const fnc_array *large, const fnc_array *small,
                          int64_t *strides)
{
    int64_t dense[FINNC_MAX_RANK];
    int begin = large->rank - small->rank;
    if (finnc_node_find_attr(call->node, "axis"))
        FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 0), large->rank + 1, &begin));
    if (begin < 0 || begin + small->rank > large->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a shape of rank %d does not lie within one of rank %d", small->rank,
                          large->rank);
    fnc_strides(small->rank, small->dims, dense);
    for (int i = 0; i < large->rank; i++) {
        bool is_there = i >= begin && i < begin + small->rank;
        int64_t dim = is_there ? small->dims[i - begin] : 1;
        if (dim != 1 && dim != large->dims[i])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " elements do not broadcast to %" PRId64 " along axis %d",
                              dim, large->dims[i], i);
        strides[i] = dim == 1 ? 0 : dense[i - begin];
    }
    return FINNC_OK;
}

/* ---- SumTo ---- */

typedef struct sums {
    int kept, gone; /* axes of either kind; of those kept, none are left out of y */
    int64_t kept_dims[FINNC_MAX_RANK], kept_strides[FINNC_MAX_RANK];
    int64_t gone_dims[FINNC_MAX_RANK], gone_strides[FINNC_MAX_RANK];
    int64_t gone_nelems;
    const void *x;
    void *y;
} sums;

static int64_t place(int rank, const int64_t *dims, const int64_t *strides, int64_t index)
{
    int64_t at = 0;
    for (int i = rank; i-- > 0;) {
        at += index % dims[i] * strides[i];
        index /= dims[i];
    }
    return at;
}

/* In double, in the order of the elements. */
#define SUM_TO(NAME, T, ...)                                                                       \
    static void sum_to_##NAME(void *user, int64_t begin, int64_t end)                              \
    {                                                                                              \
        const sums *s = user;                                                                      \
        int inner = s->gone - 1;                                                                   \
        int64_t n = s->gone ? s->gone_dims[inner] : 1,                                             \
                stride = s->gone ? s->gone_strides[inner] : 0;                                     \
        for (int64_t o = begin; o < end; o++) {                                                    \
            const T *x = (const T *)s->x + place(s->kept, s->kept_dims, s->kept_strides, o);       \
            double sum = 0;                                                                        \
            for (int64_t i = 0; i < s->gone_nelems; i += n) {                                      \
                const T *row = x + place(inner, s->gone_dims, s->gone_strides, i / n);             \
                for (int64_t k = 0; k < n; k++)                                                    \
                    sum += row[k * stride];                                                        \
            }                                                                                      \
            ((T *)s->y)[o] = (T)sum;                                                               \
        }                                                                                          \
    }
FNC_FLOATS(SUM_TO, )

static bool same_shape(const fnc_array *a, const fnc_array *b)
{
    return a->rank == b->rank &&
           (!a->rank || !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims));
}

static finnc_status sum_to(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0], *like = &call->in[1];
    int64_t strides[FINNC_MAX_RANK], dense[FINNC_MAX_RANK];
    sums s = {.gone_nelems = x->nelems ? 1 : 0, .x = x->data};
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    if (same_shape(x, like))
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    FINNC_TRY(align(call, x, like, strides));
    fnc_strides(x->rank, x->dims, dense);
    for (int i = 0; i < x->rank; i++) {
        int *n = strides[i] ? &s.kept : &s.gone;
        (strides[i] ? s.kept_dims : s.gone_dims)[*n] = x->dims[i];
        (strides[i] ? s.kept_strides : s.gone_strides)[*n] = dense[i];
        s.gone_nelems *= strides[i] ? 1 : x->dims[i];
        ++*n;
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, like->rank, like->dims, &s.y));
    fnc_parallel_long(call, like->nelems, s.gone_nelems,
                      x->elem == FINNC_ELEM_FLOAT ? sum_to_FLOAT : sum_to_DOUBLE, &s);
    return FINNC_OK;
}

/* ---- Spread ---- */

static finnc_status spread(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0], *like = &call->in[1];
    int64_t strides[FINNC_MAX_RANK], dense[FINNC_MAX_RANK];
    void *y;
    if (same_shape(x, like))
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    FINNC_TRY(align(call, like, x, strides));
    fnc_strides(like->rank, like->dims, dense);
    FINNC_TRY(fnc_out(call, 0, x->elem, like->rank, like->dims, &y));
    if (like->nelems > 0)
        fnc_copy_block(call, fnc_elem_size(x->elem), like->rank, like->dims, x->data, strides, y,
                       dense);
    return FINNC_OK;
}

/* ---- SwapAxes ---- */

static void swap(int64_t *list, int rank)
{
    int64_t last = list[rank - 1];
    list[rank - 1] = list[rank - 2];
    list[rank - 2] = last;
}

static finnc_status swap_axes(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    int64_t dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], dense[FINNC_MAX_RANK];
    void *y;
    if (x->rank < 2 || finnc_node_attr_int(call->node, "unless") != 0)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    fnc_strides(x->rank, dims, strides);
    swap(dims, x->rank);
    swap(strides, x->rank);
    fnc_strides(x->rank, dims, dense);
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &y));
    if (x->nelems > 0)
        fnc_copy_block(call, fnc_elem_size(x->elem), x->rank, dims, x->data, strides, y, dense);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finnc_sum_to = {.run = sum_to};
const fnc_kernel fnc_kernel_finnc_spread = {.run = spread, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_finnc_swap_axes = {.run = swap_axes, .takes = FNC_TAKES_BYTES};
