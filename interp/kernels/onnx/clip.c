/* Clip: bounds that are attributes at first and inputs later. */
#include "../../kernel.h"

#include <float.h>
#include <math.h>

/* A NaN comes through, on either side. Bounds that cross give the upper one, as numpy.clip. */
#define CLIP_LOOP(NAME, T, ...)                                                                    \
    static void clip_##NAME(const void *from, void *to, int64_t n, const void *low,                \
                            const void *high)                                                      \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        const T *least = low, *most = high;                                                        \
        for (int64_t i = 0; i < n; i++) {                                                          \
            T v = x[i];                                                                            \
            v = v < *least || *least != *least ? *least : v;                                       \
            y[i] = v > *most || *most != *most ? *most : v;                                        \
        }                                                                                          \
    }
FNC_NUMERIC(CLIP_LOOP, )

typedef void clip_loop(const void *, void *, int64_t, const void *, const void *);

/* The largest number of the type of input 0; infinity where nothing need be clipped. What a node
 * leaves out stands for it, so that infinities become numbers; in version 1 nothing did, and
 * version 6 spelt the largest FLOAT. */
static double largest(const fnc_call *call)
{
    if (call->version < 6)
        return INFINITY;
    if (call->version < 11)
        return FLT_MAX;
    switch ((int)finnc_tensor_elem(fnc_in_tensor(call, 0))) {
    case FINNC_ELEM_FLOAT16:
        return 65504;
    case FINNC_ELEM_BFLOAT16:
        return 0x1.fep127;
    case FINNC_ELEM_FLOAT:
        return FLT_MAX;
    case FINNC_ELEM_DOUBLE:
        return DBL_MAX;
    default:
        return INFINITY;
    }
}

/* A bound from input `i`, the attribute or, where neither is there, `absent`. */
static finnc_status find_bound(fnc_call *call, const char *name, size_t i, double absent,
                               const void **bound)
{
    finnc_elem elem = call->in[0].elem;
    if (fnc_has(call, i)) {
        fnc_array x;
        FINNC_TRY(fnc_in_as(call, i, elem, &x));
        if (x.nelems != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is not one number", name);
        *bound = x.data;
        return FINNC_OK;
    }
    double x = finnc_node_float(call->node, name, absent);
    void *copy = fnc_scratch(call, sizeof x);
    if (!copy)
        return finnc_no_memory(call->cx);
    fnc_convert(FINNC_ELEM_DOUBLE, &x, elem, copy, 1);
    *bound = copy;
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
    FINNC_TRY(find_bound(call, "min", 1, -largest(call), &low));
    FINNC_TRY(find_bound(call, "max", 2, largest(call), &high));
    FINNC_TRY(fnc_out_like(call, 0, x, &out));
    loops[x->elem](x->data, out, x->nelems, low, high);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_clip = {.run = clip};
