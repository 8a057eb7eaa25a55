/* Dropout: nothing happens but in training, where it zeroes a share of the elements at random and
 * scales the others up. */
#include "../../generator.h"
#include "../../kernel.h"

typedef struct dropping {
    uint64_t key;
    double ratio, scale;
    uint8_t *kept;
} dropping;

/* One number per element: which ones go does not depend on the number of threads. */
static void drop(void *user, int64_t begin, int64_t end)
{
    const dropping *d = user;
    for (int64_t i = begin; i < end; i++)
        d->kept[i] = fnc_random_uniform(fnc_random_at(d->key, i)) >= d->ratio;
}

#define KEEP(NAME, T, ...)                                                                         \
    static void keep_##NAME(const void *from, const dropping *d, void *to, int64_t n)              \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            y[i] = d->kept[i] ? (T)(x[i] * d->scale) : 0;                                          \
    }
FNC_FLOATS(KEEP, )

/* The share to drop: 0 outside of training. */
static finnc_status find_ratio(fnc_call *call, double *ratio)
{
    double training = finnc_node_trains(call->node);
    *ratio = finnc_node_float(call->node, "ratio", 0.5);
    if (fnc_has(call, 1))
        FINNC_TRY(fnc_in_scalar(call, 1, ratio));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_scalar(call, 2, &training));
    if (training == 0)
        *ratio = 0;
    if (!(*ratio >= 0 && *ratio < 1))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "ratio is %g, it may be 0 up to, but not, 1",
                          *ratio);
    return FINNC_OK;
}

static finnc_status write_mask(fnc_call *call, const fnc_array *x, const uint8_t *kept)
{
    finnc_elem elem = call->version < 10 ? x->elem : FINNC_ELEM_BOOL;
    void *mask;
    FINNC_TRY(fnc_out(call, 1, elem, x->rank, x->dims, &mask));
    fnc_convert(FINNC_ELEM_BOOL, kept, elem, mask, x->nelems);
    return FINNC_OK;
}

static finnc_status dropout(fnc_call *call)
{
    dropping d = {.key = fnc_random_key(call->node)};
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(find_ratio(call, &d.ratio));
    const fnc_array *x = &call->in[0];
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    if (d.ratio == 0 && !fnc_out_is_wanted(call, 1))
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    d.kept = FNC_SCRATCH(call, uint8_t, x->nelems);
    if (!d.kept)
        return finnc_no_memory(call->cx);
    fnc_parallel_long(call, x->nelems, 8, drop, &d);
    FINNC_TRY(write_mask(call, x, d.kept));
    if (d.ratio == 0)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    d.scale = 1 / (1 - d.ratio);
    FINNC_TRY(fnc_out_like(call, 0, x, &y));
    (x->elem == FINNC_ELEM_FLOAT ? keep_FLOAT : keep_DOUBLE)(x->data, &d, y, x->nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_dropout = {.run = dropout};
