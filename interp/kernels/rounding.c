#include "rounding.h"

#include <math.h>
#include <strings.h>

finnc_status fnc_rounding_read(fnc_call *call, const char *fallback, fnc_rounding *rounding)
{
    static const struct {
        const char *name;
        fnc_rounding rounding;
    } names[] = {
        {"ROUND", FNC_ROUND_EVEN},      {"HALF_EVEN", FNC_ROUND_EVEN},
        {"CEIL", FNC_ROUND_CEIL},       {"FLOOR", FNC_ROUND_FLOOR},
        {"UP", FNC_ROUND_UP},           {"DOWN", FNC_ROUND_DOWN},
        {"HALF_UP", FNC_ROUND_HALF_UP}, {"HALF_DOWN", FNC_ROUND_HALF_DOWN},
    };
    const char *name = finnc_node_string(call->node, "rounding_mode", fallback);
    if (!*name)
        name = fallback;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i].name, name) == 0) {
            *rounding = names[i].rounding;
            return FINNC_OK;
        }
    return finnc_fail(call->cx, FINNC_BAD_VALUE,
                      "rounding_mode is '%s', may be ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, "
                      "HALF_UP or HALF_DOWN",
                      name);
}

float fnc_round_float(fnc_rounding rounding, float x)
{
    switch (rounding) {
    case FNC_ROUND_EVEN:
        return rintf(x);
    case FNC_ROUND_CEIL:
        return ceilf(x);
    case FNC_ROUND_FLOOR:
        return floorf(x);
    case FNC_ROUND_UP:
        return copysignf(ceilf(fabsf(x)), x);
    case FNC_ROUND_DOWN:
        return truncf(x);
    case FNC_ROUND_HALF_UP:
        return copysignf(floorf(fabsf(x) + 0.5f), x);
    case FNC_ROUND_HALF_DOWN:
        return copysignf(ceilf(fabsf(x) - 0.5f), x);
    }
    return x;
}

double fnc_round_double(fnc_rounding rounding, double x)
{
    switch (rounding) {
    case FNC_ROUND_EVEN:
        return rint(x);
    case FNC_ROUND_CEIL:
        return ceil(x);
    case FNC_ROUND_FLOOR:
        return floor(x);
    case FNC_ROUND_UP:
        return copysign(ceil(fabs(x)), x);
    case FNC_ROUND_DOWN:
        return trunc(x);
    case FNC_ROUND_HALF_UP:
        return copysign(floor(fabs(x) + 0.5), x);
    case FNC_ROUND_HALF_DOWN:
        return copysign(ceil(fabs(x) - 0.5), x);
    }
    return x;
}

void fnc_integer_bounds(double bits, bool is_signed, bool is_narrow, double *low, double *high)
{
    if (is_signed) {
        *low = -exp2(bits - 1) + (is_narrow ? 1 : 0);
        *high = exp2(bits - 1) - 1;
    } else {
        *low = 0;
        *high = exp2(bits) - (is_narrow ? 2 : 1);
    }
}

finnc_elem fnc_rounding_elem(const fnc_call *call, const size_t *inputs, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const fnc_array *x = &call->in[inputs[k]];
        if (x->elem == FINNC_ELEM_DOUBLE && (k == 0 || x->rank > 0))
            return FINNC_ELEM_DOUBLE;
    }
    return FINNC_ELEM_FLOAT;
}

finnc_status fnc_rounding_run(fnc_call *call, const fnc_broadcast *shape,
                              const fnc_array *const *operands, finnc_elem elem,
                              fnc_broadcast_loop *floats, fnc_broadcast_loop *doubles, void *out,
                              const void *user)
{
    if (elem == FINNC_ELEM_FLOAT) {
        fnc_broadcast_run(call, shape, operands, out, sizeof(float), floats, user);
        return FINNC_OK;
    }
    void *wide = fnc_scratch_array(call, sizeof(double), shape->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, shape, operands, wide, sizeof(double), doubles, user);
    fnc_convert(FINNC_ELEM_DOUBLE, wide, FINNC_ELEM_FLOAT, out, shape->nelems);
    return FINNC_OK;
}
