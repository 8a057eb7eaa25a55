/* A quantiser that counts 0..n followed by an addition, the way signed quantisers are exported, is
 * a quantiser with an offset: MultiThreshold has an attribute for it. Each application takes a node
 * away, so it ends. */
#include "../support/constants.h"

#include <math.h>

static double scale_of(const finnc_node *quantiser)
{
    return finnc_node_attr_float(quantiser, "out_scale");
}

static double bias_of(finnc_match *m)
{
    return finnc_node_attr_float(finnc_match_node(m, "q"), "out_bias") +
           finnc_tensor_get(finnc_match_tensor(m, "a"), 0);
}

static int64_t steps_of(finnc_match *m)
{
    const finnc_tensor *t = finnc_match_tensor(m, "t");
    return finnc_tensor_rank(t) > 0 ? finnc_tensor_dim(t, finnc_tensor_rank(t) - 1) : 1;
}

static finnc_verdict one_integer(finnc_match *m)
{
    const finnc_verdict verdict = fnc_when_number(m, "a", "x", 2, "the bias");
    if (verdict != FINNC_APPLY)
        return verdict;
    const finnc_verdict real = fnc_when_real(m, "a", "the bias");
    if (real != FINNC_APPLY)
        return real;
    if (bias_of(m) != floor(bias_of(m)))
        return finnc_skip(m, "the bias %g is no integer", bias_of(m));
    const double scale = scale_of(finnc_match_node(m, "q"));
    if (scale != floor(scale))
        return finnc_skip(m, "out_scale %g is no integer", scale);
    return FINNC_APPLY;
}

/* Upstream's choice, the signed type as wide as the number of steps needs, wherever it holds the
 * values; otherwise the smallest that does. */
static finnc_dtype type_of_range(int64_t steps, double lo, double hi)
{
    const finnc_dtype unsigned_type = finnc_dtype_smallest((double)steps);
    const int bits = finnc_dtype_bits(unsigned_type);
    finnc_dtype dtype = bits == 1 ? unsigned_type : finnc_dtype_int(bits);
    if (!finnc_dtype_allows(dtype, lo) || !finnc_dtype_allows(dtype, hi))
        dtype = lo >= 0 ? finnc_dtype_smallest(hi) : finnc_dtype_int(2);
    for (int n = 3; lo < 0 && n <= 64; n++) {
        if (finnc_dtype_allows(dtype, lo) && finnc_dtype_allows(dtype, hi))
            break;
        dtype = finnc_dtype_int(n);
    }
    return dtype;
}

static finnc_status offset(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_node *q = finnc_match_node(m, "q");
    const double bias = bias_of(m);
    const double other = bias + scale_of(q) * (double)steps_of(m);
    const finnc_dtype dtype = type_of_range(steps_of(m), fmin(bias, other), fmax(bias, other));
    char name[FINNC_DTYPE_NAME_MAX];
    FINNC_TRY(finnc_node_set_float(cx, q, "out_bias", bias));
    FINNC_TRY(finnc_node_set_string(cx, q, "out_dtype", finnc_dtype_name(dtype, name)));
    return finnc_value_set_dtype(cx, finnc_match_value(m, "y"), dtype);
}

const finnc_pass fnc_pass_absorb_sign_bias_into_multi_threshold = {
    .name = "AbsorbSignBiasIntoMultiThreshold",
    .summary = "the number added to a MultiThreshold becomes its offset, and its type signed",
    .upstream = "finn.transformation.streamline.absorb",
    .notes =
        "The output type is upstream's wherever that type holds all the values. Where it does "
        "not (one threshold and a bias of -1, a positive bias, an out_scale) upstream ends with "
        "an error; here the smallest type that does is taken. A bias that is no integer is left "
        "alone.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferDataTypes",
    .rules = {{
        .have = "y@Add(q:MultiThreshold(x, $t), $a)",
        .want = "q(x, $t)",
        .when = one_integer,
        .then = offset,
    }},
};
