/* How outputs follow from inputs, for intervals: the rules that many ops have in common. A rule has
 * to hold for what kernels compute, rounding included. That is so for whatever rounds one exact
 * result, since rounding never turns the order of two numbers round; and for sums that are always
 * added in the same order. */
#include "infer.h"

#include <math.h>
#include <string.h>

finnc_status fnc_range_moves(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_RISES;
    rule->integers = FINNC_INTEGERS_KEPT;
    rule->varying = 1;
    rule->noutputs = SIZE_MAX;
    rule->moves = true;
    return FINNC_OK;
}

finnc_status fnc_range_joins(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_moves(in, rule));
    rule->varying = UINT64_MAX;
    return FINNC_OK;
}

finnc_status fnc_range_pads(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_moves(in, rule));
    rule->moves = false;
    rule->pads = true;
    return FINNC_OK;
}

finnc_status fnc_range_rises(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_RISES;
    return FINNC_OK;
}

finnc_status fnc_range_rises_alone(finnc_infer *in, finnc_range_rule *rule)
{
    rule->varying = 1;
    return fnc_range_rises(in, rule);
}

finnc_status fnc_range_rises_whole(finnc_infer *in, finnc_range_rule *rule)
{
    rule->integers = FINNC_INTEGERS_KEPT;
    return fnc_range_rises(in, rule);
}

finnc_status fnc_range_reduces(finnc_infer *in, finnc_range_rule *rule)
{
    rule->wraps = true;
    rule->varying = 1;
    return fnc_range_rises_whole(in, rule);
}

finnc_status fnc_range_picks(finnc_infer *in, finnc_range_rule *rule)
{
    rule->picks = true;
    rule->varying = 1;
    return fnc_range_rises_whole(in, rule);
}

finnc_status fnc_range_rounds(finnc_infer *in, finnc_range_rule *rule)
{
    rule->integers = FINNC_INTEGERS_MADE;
    return fnc_range_rises_alone(in, rule);
}

finnc_status fnc_range_sum(finnc_infer *in, finnc_range_rule *rule)
{
    rule->is_affine = true;
    rule->wraps = true;
    return fnc_range_rises_whole(in, rule);
}

finnc_status fnc_range_monotone(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->integers = FINNC_INTEGERS_KEPT;
    rule->is_affine = true;
    rule->wraps = true;
    return FINNC_OK;
}

/* Integers are divided with a rest, which is another matter. */
finnc_status fnc_range_quotient(finnc_infer *in, finnc_range_rule *rule)
{
    if (!finnc_elem_is_float(finnc_infer_elem(in, 0)))
        return FINNC_OK;
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->divisor = 1;
    /* Of x alone: a constant by x is none. */
    rule->is_affine = finnc_infer_const(in, 1) != NULL;
    return FINNC_OK;
}

finnc_status fnc_range_reciprocal(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->divisor = 0;
    return FINNC_OK;
}

/* One way below zero, one way above: whatever the signs of slopes. */
finnc_status fnc_range_turns(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_TURNS;
    rule->varying = 1;
    rule->integers = FINNC_INTEGERS_UNKNOWN;
    rule->wraps = true;
    return FINNC_OK;
}

static bool is_slope(double x)
{
    return x > 0 && isfinite(x);
}

/* Slopes that are attributes: where none is negative, it rises all the way. */
finnc_status fnc_range_slopes(finnc_infer *in, finnc_range_rule *rule)
{
    const bool has_gamma = finnc_node_attr_spec(in->node, "gamma") != NULL;
    if (is_slope(finnc_node_attr_float(in->node, "alpha")) &&
        (!has_gamma || is_slope(finnc_node_attr_float(in->node, "gamma"))))
        return fnc_range_rises_alone(in, rule);
    return fnc_range_turns(in, rule);
}

finnc_status fnc_range_linear(finnc_infer *in, finnc_range_rule *rule)
{
    double alpha = finnc_node_float(in->node, "alpha", 1),
           beta = finnc_node_float(in->node, "beta", 1);
    rule->kind = FINNC_RANGE_LINEAR;
    rule->varying = 3;
    rule->wraps = true;
    if (alpha == nearbyint(alpha) && beta == nearbyint(beta))
        rule->integers = FINNC_INTEGERS_KEPT;
    return FINNC_OK;
}

static finnc_status bounded(finnc_range_rule *rule, double lo, double hi)
{
    rule->kind = FINNC_RANGE_BOUNDED;
    rule->lo = lo;
    rule->hi = hi;
    return FINNC_OK;
}

finnc_status fnc_range_up_to(int64_t most, finnc_range_rule *rule)
{
    if (most < 0)
        return FINNC_OK;
    rule->integers = FINNC_INTEGERS_MADE;
    return bounded(rule, 0, (double)most);
}

finnc_status fnc_range_agreements(int64_t places, finnc_dtype takes, finnc_range_rule *rule)
{
    rule->takes = takes;
    return fnc_range_up_to(places, rule);
}

finnc_status fnc_range_truth(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->integers = FINNC_INTEGERS_MADE;
    return bounded(rule, 0, 1);
}

finnc_status fnc_range_share(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    return bounded(rule, 0, 1);
}

finnc_status fnc_range_circle(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    return bounded(rule, -1, 1);
}

/* Training takes mean and variance of the data themselves. */
finnc_status fnc_range_normaliser(finnc_infer *in, finnc_range_rule *rule)
{
    if (finnc_node_trains(in->node))
        return FINNC_OK;
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->is_affine = true;
    return FINNC_OK;
}

/* Cubic interpolation overshoots. */
finnc_status fnc_range_resample(finnc_infer *in, finnc_range_rule *rule)
{
    const char *mode = finnc_node_string(in->node, "mode", "nearest");
    const char *where = finnc_node_string(in->node, "coordinate_transformation_mode", "");
    if (!strcmp(where, "tf_crop_and_resize"))
        return FINNC_OK;
    if (!strcmp(mode, "nearest"))
        return fnc_range_moves(in, rule);
    return !strcmp(mode, "linear") ? fnc_range_rises_alone(in, rule) : FINNC_OK;
}
