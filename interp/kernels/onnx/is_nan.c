/* What kind of float an element is. */
#include "../broadcast.h"

#include <math.h>

/* What counts. */
typedef struct kinds {
    bool negative, positive, nan;
} kinds;

#define LOOP(NAME, T, ...)                                                                         \
    static void is_##NAME(const void *const *in, const int64_t *step, void *to, int64_t n,         \
                          const void *user)                                                        \
    {                                                                                              \
        const T *x = in[0];                                                                        \
        const kinds *k = user;                                                                     \
        uint8_t *out = to;                                                                         \
        (void)step;                                                                                \
        for (int64_t i = 0; i < n; i++)                                                            \
            out[i] = isnan(x[i]) ? k->nan : isinf(x[i]) && (x[i] < 0 ? k->negative : k->positive); \
    }
FNC_FLOATS(LOOP, )

static finnc_status run(fnc_call *call, const kinds *k)
{
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    FINNC_TRY(fnc_broadcast_init(call, &shape, 1, &x));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_BOOL, x->rank, x->dims, &out));
    fnc_broadcast_run(call, &shape, &x, out, 1, x->elem == FINNC_ELEM_FLOAT ? is_FLOAT : is_DOUBLE,
                      k);
    return FINNC_OK;
}

static finnc_status is_nan(fnc_call *call)
{
    return run(call, &(kinds){.nan = true});
}

static finnc_status is_inf(fnc_call *call)
{
    return run(call, &(kinds){.negative = finnc_node_attr_int(call->node, "detect_negative") != 0,
                              .positive = finnc_node_attr_int(call->node, "detect_positive") != 0});
}

const fnc_kernel fnc_kernel_onnx_is_nan = {.run = is_nan};
const fnc_kernel fnc_kernel_onnx_is_inf = {.run = is_inf};
