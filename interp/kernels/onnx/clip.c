/* Clip: bounds that are attributes at first and inputs later. */
#include "../../kernel.h"

/* A NaN comes through. Bounds that cross give the upper one, as numpy.clip. */
#define CLIP_LOOP(NAME, T, ...)                                                                    \
    static void clip_##NAME(const void *from, void *to, int64_t n, const void *low,                \
                            const void *high)                                                      \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        const T *least = low, *most = high;                                                        \
        for (int64_t i = 0; i < n; i++) {                                                          \
            T v = x[i];                                                                            \
            v = least && v < *least ? *least : v;                                                  \
            y[i] = most && v > *most ? *most : v;                                                  \
        }                                                                                          \
    }
FNC_NUMERIC(CLIP_LOOP, )

typedef void clip_loop(const void *, void *, int64_t, const void *, const void *);

/* A bound from input `i` or the attribute; NULL: none. */
static finnc_status find_bound(fnc_call *call, const char *name, size_t i, const void **bound)
{
    finnc_elem elem = call->in[0].elem;
    *bound = NULL;
    if (fnc_has(call, i)) {
        fnc_array x;
        FINNC_TRY(fnc_in_as(call, i, elem, &x));
        if (x.nelems != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is not one number", name);
        *bound = x.data;
    } else if (finnc_node_find_attr(call->node, name)) {
        double x = finnc_node_float(call->node, name, 0);
        void *copy = fnc_scratch(call, sizeof x);
        if (!copy)
            return finnc_no_memory(call->cx);
        fnc_convert(FINNC_ELEM_DOUBLE, &x, elem, copy, 1);
        *bound = copy;
    }
    return FINNC_OK;
}

static finnc_status clip(fnc_call *call)
{
#define CLIP_ENTRY(NAME, T, ...) [FINNC_ELEM_##NAME] = clip_##NAME,
    static clip_loop *const loops[FNC_NELEMS] = {FNC_NUMERIC(CLIP_ENTRY, )};
    const void *low, *high;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if ((size_t)x->elem >= FNC_NELEMS || !loops[x->elem])
        return fnc_bad_elem(call, 0);
    FINNC_TRY(find_bound(call, "min", 1, &low));
    FINNC_TRY(find_bound(call, "max", 2, &high));
    FINNC_TRY(fnc_out_like(call, 0, x, &out));
    loops[x->elem](x->data, out, x->nelems, low, high);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_clip = {.run = clip};
