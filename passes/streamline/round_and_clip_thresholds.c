/* An integer reaches T where it reaches T rounded up, and thresholds that no input can reach, or
 * that all do, may as well lie just outside the input's range. The second time nothing changes, so
 * it ends. */
#include <pass.h>

#include <math.h>

/* Does float32, which values are computed in, not tell all numbers of the type apart? So wide is
 * what sums and products are called whatever they reach (InferDataTypes), and the largest number of
 * a Quant becomes the one beyond. */
static bool is_wide(finnc_dtype input)
{
    return finnc_dtype_max(input) + 1 > 0x1p24;
}

/* T rounded up and clipped, as upstream does it: an unsigned type at 0 from below, all types one
 * beyond their range. What is of a wide type may reach beyond it: it is clipped where no number of
 * 62 bits comes to, so that a type of integers still holds it, and not at all if it has as many
 * bits itself. Nothing reaches a NaN. */
static double tight(const finnc_tensor *thresholds, int64_t i, finnc_dtype input)
{
    const double t = finnc_tensor_get(thresholds, i);
    double lowest = finnc_dtype_min(input) - 1, highest = finnc_dtype_max(input) + 1;
    if (is_wide(input)) {
        highest = highest < 0x1p62 ? 0x1p62 : INFINITY;
        lowest = -highest;
    }
    if (!finnc_dtype_is_signed(input))
        lowest = 0;
    if (finnc_tensor_elem(thresholds) == FINNC_ELEM_FLOAT16) { /* whose numbers end at 65504 */
        highest = highest > 65504 ? INFINITY : highest;
        lowest = lowest < -65504 ? -INFINITY : lowest;
    }
    return isnan(t) ? highest : fmin(fmax(ceil(t), lowest), highest) + 0.0; /* no -0 */
}

static finnc_verdict loose(finnc_match *m)
{
    const finnc_dtype input = finnc_value_dtype(finnc_match_value(m, "x"));
    const finnc_tensor *t = finnc_match_tensor(m, "t");
    if (!finnc_dtype_is_integer(input)) {
        char name[FINNC_DTYPE_NAME_MAX];
        return finnc_skip(m, "the input is %s, not an integer", finnc_dtype_name(input, name));
    }
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        if (finnc_tensor_get(t, i) != tight(t, i, input))
            return FINNC_APPLY;
    return FINNC_SKIP;
}

static finnc_status tighten(finnc_match *m)
{
    const finnc_dtype input = finnc_value_dtype(finnc_match_value(m, "x"));
    const finnc_tensor *t = finnc_match_tensor(m, "t");
    finnc_tensor *rounded;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), finnc_tensor_elem(t), finnc_tensor_rank(t),
                                  finnc_tensor_dims(t), &rounded));
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        finnc_tensor_set(rounded, i, tight(t, i, input));
    const finnc_status status = finnc_match_bind(m, "t", rounded, NULL);
    finnc_tensor_release(rounded);
    return status;
}

/* The input's type. Where one stays farther out of its reach than by one, for it is of a wide type
 * or float16 has but infinity there, what holds that as well. Of signs there is a 0 as well where
 * something counts for them (a MultiThreshold, or the sign of 0), so a threshold at 0 stays, and
 * makes the type one that has it.
 */
static finnc_status as_input(finnc_match *m)
{
    finnc_value *t = finnc_match_value(m, "t");
    finnc_dtype dtype = finnc_value_dtype(finnc_match_value(m, "x"));
    const finnc_tensor *tensor = finnc_value_tensor(t);
    for (int64_t i = 0; dtype.kind == FINNC_DTYPE_BIPOLAR && i < finnc_tensor_nelems(tensor); i++)
        if (finnc_tensor_get(tensor, i) == 0)
            dtype = finnc_dtype_smallest(finnc_dtype_min(dtype) - 1);
    double low = finnc_dtype_min(dtype), high = finnc_dtype_max(dtype);
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++) {
        low = fmin(low, finnc_tensor_get(tensor, i));
        high = fmax(high, finnc_tensor_get(tensor, i));
    }
    if (low < finnc_dtype_min(dtype) - 1 || high > finnc_dtype_max(dtype) + 1)
        dtype = finnc_dtype_holding(low, high);
    return finnc_value_set_dtype(finnc_match_ctx(m), t, dtype);
}

const finnc_pass fnc_pass_round_and_clip_thresholds = {
    .name = "RoundAndClipThresholds",
    .summary = "thresholds on integers become integers within reach of their range",
    .upstream = "finn.transformation.streamline.round_thresholds",
    .notes = "As upstream, the thresholds are annotated with the input's type, although one beyond "
             "its range is not in it; and thresholds that were integers within reach before get no "
             "annotation.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "q:MultiThreshold(x, $t)",
        .want = "q(x, $t)",
        .when = loose,
        .make = tighten,
        .then = as_input,
    }},
};
