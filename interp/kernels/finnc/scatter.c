/* Scatter and Pick: elements brought to places that are counted row by row, and fetched from there.
 */
#include "../../kernel.h"

#include <inttypes.h>

#define SCATTER(NAME, T, ...)                                                                      \
    static void scatter_##NAME(const int64_t *places, int64_t count, const void *from, void *to,   \
                               int64_t n)                                                          \
    {                                                                                              \
        const T *u = from;                                                                         \
        T *y = to;                                                                                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            y[i] = 0;                                                                              \
        for (int64_t i = 0; i < count; i++)                                                        \
            if (places[i] >= 0 && places[i] < n)                                                   \
                y[places[i]] += u[i];                                                              \
    }
FNC_FLOATS(SCATTER, )

static finnc_status scatter(fnc_call *call)
{
    enum { U, PLACES, LIKE };
    FINNC_TRY(fnc_need_inputs(call, 3));
    const fnc_array *like = &call->in[LIKE], *places = &call->in[PLACES], *u = &call->in[U];
    void *y;
    if (u->elem != FINNC_ELEM_FLOAT && u->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, U);
    if (places->nelems != u->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " elements for %" PRId64 " places",
                          u->nelems, places->nelems);
    FINNC_TRY(fnc_out(call, 0, u->elem, like->rank, like->dims, &y));
    (u->elem == FINNC_ELEM_FLOAT ? scatter_FLOAT : scatter_DOUBLE)(places->data, u->nelems, u->data,
                                                                   y, like->nelems);
    return FINNC_OK;
}

#define PICK(NAME, T, ...)                                                                         \
    static void pick_##NAME(const int64_t *places, int64_t count, const void *from, void *to,      \
                            int64_t n)                                                             \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        for (int64_t i = 0; i < count; i++)                                                        \
            y[i] = places[i] >= 0 && places[i] < n ? x[places[i]] : 0;                             \
    }
FNC_FLOATS(PICK, )

static finnc_status pick(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0], *places = &call->in[1];
    void *y;
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    FINNC_TRY(fnc_out(call, 0, x->elem, places->rank, places->dims, &y));
    (x->elem == FINNC_ELEM_FLOAT ? pick_FLOAT : pick_DOUBLE)(places->data, places->nelems, x->data,
                                                             y, x->nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finnc_scatter = {.run = scatter};
const fnc_kernel fnc_kernel_finnc_pick = {.run = pick};
