#include "constants.h"

#include <finnc/run.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

int fnc_tensor_axis(const finnc_tensor *tensor, int rank)
{
    const int own = finnc_tensor_rank(tensor);
    int axis = FNC_AXIS_NONE;
    for (int i = 0; i < own; i++) {
        if (finnc_tensor_dim(tensor, i) == 1)
            continue;
        if (axis != FNC_AXIS_NONE || own > rank)
            return FNC_AXIS_SEVERAL;
        axis = i + rank - own;
    }
    return axis;
}

finnc_verdict fnc_when_no_new_axes(finnc_match *match, const char *c, const char *x, int least,
                                   const char *what)
{
    const int own = finnc_tensor_rank(finnc_match_tensor(match, c));
    const int rank = finnc_value_rank(finnc_match_value(match, x));
    if (own <= (rank < 0 ? least : rank))
        return FINNC_APPLY;
    if (rank < 0)
        return finnc_skip(match,
                          "%s has %d axes and the rank of %s is not known: InferShapes finds it",
                          what, own, finnc_value_name(finnc_match_value(match, x)));
    return finnc_skip(match, "%s has %d axes, more than %s with %d", what, own,
                      finnc_value_name(finnc_match_value(match, x)), rank);
}

finnc_verdict fnc_when_number(finnc_match *match, const char *c, const char *x, int least,
                              const char *what)
{
    char spread[FNC_SPREAD_MAX];
    if (finnc_match_nelems(match, c) != 1)
        return finnc_skip(match, "%s is not one number: %s", what,
                          fnc_tensor_spread(finnc_match_tensor(match, c), spread));
    return fnc_when_no_new_axes(match, c, x, least, what);
}

finnc_verdict fnc_when_along(finnc_match *match, const char *c, int rank, int axis,
                             int64_t nchannels, const char *what)
{
    const finnc_tensor *tensor = finnc_match_tensor(match, c);
    char spread[FNC_SPREAD_MAX];
    if (finnc_tensor_nelems(tensor) == 0)
        return finnc_skip(match, "%s is empty", what);
    if (finnc_tensor_rank(tensor) > rank)
        return finnc_skip(match, "%s has %d axes, more than the value of %d", what,
                          finnc_tensor_rank(tensor), rank);
    const int varies = fnc_tensor_axis(tensor, rank);
    if (varies == FNC_AXIS_SEVERAL)
        return finnc_skip(match, "%s varies along several axes: %s", what,
                          fnc_tensor_spread(tensor, spread));
    if (varies != FNC_AXIS_NONE && varies != axis)
        return finnc_skip(match, "%s varies along axis %d, the channels are axis %d: %s", what,
                          varies, axis, fnc_tensor_spread(tensor, spread));
    if (varies != FNC_AXIS_NONE && nchannels >= 0 && finnc_tensor_nelems(tensor) != nchannels)
        return finnc_skip(match, "%s has %" PRId64 " values for %" PRId64 " channels", what,
                          finnc_tensor_nelems(tensor), nchannels);
    return FINNC_APPLY;
}

finnc_verdict fnc_when_not_negative(finnc_match *match, const char *c, const char *what)
{
    const finnc_tensor *tensor = finnc_match_tensor(match, c);
    const int64_t n = finnc_tensor_nelems(tensor);
    int64_t others = 0;
    for (int64_t i = 0; i < n; i++)
        others += !(finnc_tensor_get(tensor, i) >= 0);
    char spread[FNC_SPREAD_MAX];
    if (others > 0)
        return finnc_skip(match, "%s has %" PRId64 " negative elements: %s", what, others,
                          fnc_tensor_spread(tensor, spread));
    return FINNC_APPLY;
}

finnc_verdict fnc_when_as_many(finnc_match *match, const char *c, const char *x, int axis,
                               const char *what)
{
    const finnc_value *value = finnc_match_value(match, x);
    const int64_t n = finnc_match_nelems(match, c);
    const int64_t size = axis < finnc_value_rank(value) ? finnc_value_dim(value, axis).size : -1;
    if (n == 1 || n == size)
        return FINNC_APPLY;
    if (size < 0)
        return finnc_skip(match, "%s has %" PRId64 " values and the channels of %s are not known",
                          what, n, finnc_value_name(value));
    return finnc_skip(match, "%s has %" PRId64 " values for %" PRId64 " channels of %s", what, n,
                      size, finnc_value_name(value));
}

finnc_verdict fnc_when_real(finnc_match *match, const char *c, const char *what)
{
    const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(match, c));
    if (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_DOUBLE)
        return FINNC_APPLY;
    return finnc_skip(match, "%s is %s, whose sums and products %s", what, finnc_elem_name(elem),
                      finnc_elem_is_float(elem) ? "are rounded to few bits" : "wrap around");
}

finnc_status fnc_between_retype(finnc_match *match, const char *v, const char *x,
                                const char *result)
{
    finnc_value *between = finnc_match_value(match, v);
    if (!finnc_dtype_is_integer(finnc_value_dtype(between)))
        return FINNC_OK;
    const bool integers = finnc_dtype_is_integer(finnc_value_dtype(finnc_match_value(match, x)));
    return finnc_value_set_dtype(finnc_match_ctx(match), between,
                                 integers ? finnc_value_dtype(finnc_match_value(match, result))
                                          : finnc_dtype_float32());
}

finnc_status fnc_not_quantised(finnc_match *match, const char *v, const char *result)
{
    finnc_ctx *cx = finnc_match_ctx(match);
    FINNC_TRY(finnc_value_set_dtype(cx, finnc_match_value(match, v), finnc_dtype_float32()));
    return finnc_value_set_dtype(cx, finnc_match_value(match, result), finnc_dtype_float32());
}

finnc_status fnc_bind_image(finnc_match *m, const char *n, finnc_tensor *x, const char *w,
                            const char *a)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(m, a));
    finnc_tensor *weights = NULL;
    finnc_tensor *sums = NULL;
    finnc_tensor *image = NULL;
    finnc_status status =
        finnc_tensor_cast(cx, finnc_match_tensor(m, w), FINNC_ELEM_DOUBLE, &weights);
    if (status == FINNC_OK)
        status = finnc_node_eval(cx, finnc_match_node(m, n), (const finnc_tensor *[]){x, weights},
                                 2, &sums, 1);
    if (status == FINNC_OK)
        status = finnc_tensor_cast(cx, sums, elem, &image);
    if (status == FINNC_OK)
        status = finnc_match_bind(m, a, image, NULL);
    finnc_tensor_release(image);
    finnc_tensor_release(sums);
    finnc_tensor_release(weights);
    finnc_tensor_release(x);
    return status;
}
