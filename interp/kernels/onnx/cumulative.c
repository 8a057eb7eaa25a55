/* CumSum and CumProd: one element after the other along an axis, in the type of the elements. */
#include "../../kernel.h"

#include <inttypes.h>

typedef struct lines {
    int64_t n, inner; /* elements of a line, and how far apart they are */
    bool is_reverse, is_exclusive;
    const void *x;
    void *y;
} lines;

typedef void range(void *user, int64_t begin, int64_t end);

/* Items: lines. 16-bit floats arrive as float, and are rounded once at the end. */
#define RUN(NAME, T, name, start, op)                                                              \
    static void name##_##NAME(void *user, int64_t begin, int64_t end)                              \
    {                                                                                              \
        const lines *l = user;                                                                     \
        for (int64_t line = begin; line < end; line++) {                                           \
            int64_t at = line / l->inner * l->n * l->inner + line % l->inner, step = l->inner;     \
            T so_far = start;                                                                      \
            if (l->is_reverse) {                                                                   \
                at += (l->n - 1) * step;                                                           \
                step = -step;                                                                      \
            }                                                                                      \
            for (int64_t i = 0; i < l->n; i++, at += step) {                                       \
                T with = (T)(so_far op((const T *)l->x)[at]);                                      \
                ((T *)l->y)[at] = l->is_exclusive ? so_far : with;                                 \
                so_far = with;                                                                     \
            }                                                                                      \
        }                                                                                          \
    }
#define ENTRY(NAME, T, name) [FINNC_ELEM_##NAME] = name##_##NAME,
FNC_NUMERIC(RUN, sum, 0, +)
FNC_NUMERIC(RUN, product, 1, *)

static finnc_status run(fnc_call *call, range *const *ranges)
{
    const int64_t *given;
    int64_t count;
    int axis;
    lines l = {.inner = 1};
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_in_ints(call, 1, &given, &count));
    if (count != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " axes where one belongs", count);
    FINNC_TRY(fnc_axis(call, *given, x->rank, &axis));
    if ((size_t)x->elem >= FNC_NELEMS || !ranges[x->elem])
        return fnc_bad_elem(call, 0);
    for (int i = axis + 1; i < x->rank; i++)
        l.inner *= x->dims[i];
    l.n = x->dims[axis];
    l.is_reverse = finnc_node_attr_int(call->node, "reverse") != 0;
    l.is_exclusive = finnc_node_attr_int(call->node, "exclusive") != 0;
    l.x = x->data;
    FINNC_TRY(fnc_out_like(call, 0, x, &l.y));
    if (x->nelems > 0)
        fnc_parallel_long(call, x->nelems / l.n, l.n, ranges[x->elem], &l);
    return FINNC_OK;
}

static finnc_status cum_sum(fnc_call *call)
{
    static range *const ranges[FNC_NELEMS] = {FNC_NUMERIC(ENTRY, sum)};
    return run(call, ranges);
}

static finnc_status cum_prod(fnc_call *call)
{
    static range *const ranges[FNC_NELEMS] = {FNC_NUMERIC(ENTRY, product)};
    return run(call, ranges);
}

const fnc_kernel fnc_kernel_onnx_cum_sum = {.run = cum_sum};
const fnc_kernel fnc_kernel_onnx_cum_prod = {.run = cum_prod};
