#include "activation.h"

#include <nodes/threshold_axis.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Of no threshold reached, and of all of them; a layer's type has to hold both. */
static bool holds_results(fnc_hw_reason *why, const fnc_activation *a)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const bool is_bipolar = a->dtype.kind == FINNC_DTYPE_BIPOLAR;
    const int64_t steps = finnc_tensor_dim(finnc_value_tensor(a->thresholds), 1);
    const double low = is_bipolar ? -1 : (double)a->act_val;
    const double high = low + (is_bipolar ? 2 : 1) * (double)steps;
    return (finnc_dtype_allows(a->dtype, low) && finnc_dtype_allows(a->dtype, high)) ||
           fnc_hw_decline(why, "its results reach from %g to %g, its output is %s", low, high,
                          finnc_dtype_name(a->dtype, name));
}

bool fnc_activation_read(fnc_hw_reason *why, finnc_node *quantiser, fnc_activation *a)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const double scale = finnc_node_float(quantiser, "out_scale", 1);
    const double bias = finnc_node_float(quantiser, "out_bias", 0);
    const finnc_dtype dtype = finnc_value_dtype(finnc_node_output(quantiser, 0));
    const bool is_bipolar = dtype.kind == FINNC_DTYPE_BIPOLAR;
    if (!finnc_dtype_is_integer(dtype))
        return fnc_hw_decline(why, "its output is %s: InferDataTypes finds its type",
                              finnc_dtype_name(dtype, name));
    if (is_bipolar && !(scale == 2 && bias == -1))
        return fnc_hw_decline(
            why, "out_scale %g and out_bias %g make no signs, which need 2 and -1", scale, bias);
    if (!is_bipolar && scale != 1)
        return fnc_hw_decline(why, "out_scale is %g, not 1", scale);
    if (nearbyint(bias) != bias || fabs(bias) > INT32_MAX)
        return fnc_hw_decline(why, "out_bias is %g, not an integer", bias);
    if (!is_bipolar && finnc_dtype_is_signed(dtype) && bias >= 0)
        return fnc_hw_decline(why, "its output is %s, and out_bias %g is not below zero",
                              finnc_dtype_name(dtype, name), bias);
    const fnc_activation read = {.node = quantiser,
                                 .thresholds = finnc_node_input(quantiser, 1),
                                 .dtype = dtype,
                                 .act_val = is_bipolar ? 0 : (int64_t)bias};
    if (!holds_results(why, &read))
        return false;
    *a = read;
    return true;
}

bool fnc_thresholds_fit(fnc_hw_reason *why, const finnc_node *quantiser, int rank, int axis,
                        int64_t channels)
{
    const finnc_value *value = finnc_node_input(quantiser, 1);
    const finnc_tensor *t = value ? finnc_value_tensor(value) : NULL;
    if (!t)
        return fnc_hw_decline(why, "its thresholds are no constant");
    if (finnc_tensor_rank(t) != 2)
        return fnc_hw_decline(why, "its thresholds have %d axes, not two", finnc_tensor_rank(t));
    if (finnc_tensor_elem(t) != FINNC_ELEM_FLOAT)
        return fnc_hw_decline(why, "its thresholds are %s, layers take FLOAT",
                              finnc_elem_name(finnc_tensor_elem(t)));
    if (finnc_tensor_nelems(t) == 0)
        return fnc_hw_decline(why, "it has no thresholds: layers count some");
    const int64_t rows = finnc_tensor_dim(t, 0);
    if (rows == 1)
        return true;
    if (rows != channels)
        return fnc_hw_decline(why,
                              "it has %" PRId64
                              " rows of thresholds, neither one nor one for each of %" PRId64
                              " channels",
                              rows, channels);
    const int own = fnc_threshold_axis(quantiser, rank);
    if (own == axis)
        return true;
    return fnc_hw_decline(
        why, "its thresholds belong to axis %d (data_layout is %s), the channels are axis %d", own,
        finnc_node_string(quantiser, "data_layout", "NCHW"), axis);
}

finnc_status fnc_thresholds_widen(finnc_ctx *cx, finnc_value *thresholds, finnc_dtype *dtype)
{
    const finnc_tensor *t = finnc_value_tensor(thresholds);
    int64_t index;
    FINNC_TRY(finnc_dtype_find_forbidden(cx, *dtype, t, &index));
    if (index < 0 || !finnc_dtype_is_integer(*dtype))
        return FINNC_OK;
    double low = finnc_dtype_min(*dtype), high = finnc_dtype_max(*dtype);
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++) {
        low = fmin(low, finnc_tensor_get(t, i));
        high = fmax(high, finnc_tensor_get(t, i));
    }
    if (low == finnc_dtype_min(*dtype) && high == finnc_dtype_max(*dtype))
        return FINNC_OK; /* something else is wrong with them */
    *dtype = finnc_dtype_holding(low, high);
    return finnc_value_set_dtype(cx, thresholds, *dtype);
}

/* May thresholds go into the layer that makes `sums`? */
static bool can_absorb(fnc_hw_reason *why, finnc_value *sums, finnc_node *thresholds, int rank,
                       int64_t channels, fnc_activation *a)
{
    if (!fnc_hw_has_inputs(why, thresholds, 2))
        return false;
    if (finnc_value_only_user(sums) != thresholds)
        return fnc_hw_decline(why, "others use %s", finnc_value_name(sums));
    return fnc_thresholds_fit(why, thresholds, rank, rank - 1, channels) &&
           fnc_activation_read(why, thresholds, a);
}

void fnc_activation_find(finnc_pass_run *run, const finnc_node *node, int rank, int64_t channels,
                         fnc_activation *a)
{
    fnc_hw_reason why;
    finnc_value *sums = finnc_node_output(node, 0);
    finnc_node *user = finnc_value_first_user(sums);
    *a = (fnc_activation){0};
    if (!user || !finnc_node_is(user, "MultiThreshold") || finnc_node_input(user, 0) != sums)
        return;
    if (!can_absorb(&why, sums, user, rank, channels, a))
        finnc_pass_missed(run, user, "its thresholds stay outside of the layer: %s", why.text);
}
