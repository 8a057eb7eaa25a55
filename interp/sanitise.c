#include "sanitise.h"

#include <nodes/rounding.h>

#include <math.h>

static const double TOLERANCE = 1e-2;

/* Adding and taking away 1.5 * 2^23 rounds |x| < 2^22 to an integer, and vectorises where rint
 * does not; larger floats go the slow way. */
static bool are_integers_float(const float *x, int64_t n)
{
    const float magic = 12582912.0f, limit = 4194304.0f;
    for (int64_t i = 0; i < n; i += 1024) {
        int64_t end = n - i < 1024 ? n : i + 1024;
        int odd = 0;
        for (int64_t k = i; k < end; k++)
            odd |= !((x[k] + magic) - magic == x[k]) | !(fabsf(x[k]) < limit);
        for (int64_t k = i; odd && k < end; k++)
            if (rintf(x[k]) != x[k])
                return false;
    }
    return true;
}

static bool are_integers_double(const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(rint(x[i]) == x[i]))
            return false;
    return true;
}

static finnc_status round_all(finnc_ctx *cx, const finnc_value *value, const finnc_tensor *from,
                              finnc_tensor *to)
{
    int64_t n = finnc_tensor_nelems(from);
    for (int64_t i = 0; i < n; i++) {
        double x = finnc_tensor_get(from, i), r = rint(x);
        if (!(fabs(r - x) <= TOLERANCE)) {
            char name[FINNC_DTYPE_NAME_MAX];
            return finnc_fail(cx, FINNC_BAD_VALUE, "%s is annotated %s but has %g among its values",
                              finnc_value_name(value),
                              finnc_dtype_name(finnc_value_dtype(value), name), x);
        }
        finnc_tensor_set(to, i, r);
    }
    return FINNC_OK;
}

bool fnc_sanitises(const fnc_runner *runner, const finnc_value *value)
{
    return !(runner->options && runner->options->unsanitised) && fnc_is_of_integers(value);
}

finnc_status fnc_sanitise_truth(finnc_ctx *cx, const finnc_tensor **tensor)
{
    const finnc_tensor *t = *tensor;
    const void *data;
    finnc_tensor *truth;
    if (finnc_tensor_elem(t) != FINNC_ELEM_BOOL)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(cx, t, &data));
    const uint8_t *x = data;
    const int64_t n = finnc_tensor_nelems(t);
    unsigned all = 0;
    for (int64_t i = 0; i < n; i++)
        all |= x[i];
    if (all <= 1)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_BOOL, finnc_tensor_rank(t), finnc_tensor_dims(t),
                                  &truth));
    uint8_t *to = finnc_tensor_edit(truth);
    for (int64_t i = 0; i < n; i++)
        to[i] = x[i] != 0;
    finnc_tensor_release(t);
    *tensor = truth;
    return FINNC_OK;
}

finnc_status fnc_sanitise(const fnc_runner *runner, const finnc_value *value,
                          const finnc_tensor **tensor)
{
    finnc_ctx *cx = runner->cx;
    FINNC_TRY(fnc_sanitise_truth(cx, tensor));
    const finnc_tensor *t = *tensor;
    finnc_elem elem = finnc_tensor_elem(t);
    if (!fnc_is_rounded(value, elem) || !fnc_sanitises(runner, value))
        return FINNC_OK;
    const void *data;
    int64_t n = finnc_tensor_nelems(t);
    FINNC_TRY(finnc_tensor_need_data(cx, t, &data));
    if (elem == FINNC_ELEM_FLOAT ? are_integers_float(data, n) : are_integers_double(data, n))
        return FINNC_OK;
    finnc_tensor *rounded;
    FINNC_TRY(finnc_tensor_create(cx, elem, finnc_tensor_rank(t), finnc_tensor_dims(t), &rounded));
    finnc_status status = round_all(cx, value, t, rounded);
    if (status != FINNC_OK) {
        finnc_tensor_release(rounded);
        return status;
    }
    finnc_tensor_release(t);
    *tensor = rounded;
    return FINNC_OK;
}
