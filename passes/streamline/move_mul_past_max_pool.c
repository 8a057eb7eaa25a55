/* The largest of some numbers times a factor >= 0 is the largest times that factor, as one factor
 * per channel does not mix them. Pushes factors towards the outputs; no pass pushes them back over
 * a pool, so it ends. */
#include "../support/constants.h"
#include "../support/window.h"

static bool has_zero(const finnc_tensor *s)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(s); i++)
        if (finnc_tensor_get(s, i) == 0)
            return true;
    return false;
}

static finnc_verdict per_channel(finnc_match *m)
{
    const finnc_verdict verdict = fnc_when_not_negative(m, "s", "the factor");
    if (verdict != FINNC_APPLY)
        return verdict;
    const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(m, "s"));
    if (!finnc_elem_is_float(elem))
        return finnc_skip(m, "the factor is %s, whose products wrap around", finnc_elem_name(elem));
    if (has_zero(finnc_match_tensor(m, "s")) && fnc_pool_may_miss(finnc_match_node(m, "p")))
        return finnc_skip(m, "the factor has zeros, and a window over padding alone gives "
                             "-infinity: their product is no number");
    const finnc_value *x = finnc_match_value(m, "x");
    const int rank = finnc_value_rank(x);
    if (rank < 0)
        return fnc_when_number(m, "s", "x", 3, "the factor");
    const int64_t nchannels = rank > 1 ? finnc_value_dim(x, 1).size : -1;
    return fnc_when_along(m, "s", rank, 1, nchannels, "the factor");
}

static finnc_status forget_types(finnc_match *m)
{
    return fnc_not_quantised(m, "v", "y");
}

const finnc_pass fnc_pass_move_mul_past_max_pool = {
    .name = "MoveMulPastMaxPool",
    .summary = "multiplies after a MaxPool instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "Pools of any rank, where upstream takes those over two axes only. The data type of "
             "the pool's new input is kept; upstream overwrites it with FLOAT32.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@p:MaxPool(v@Mul(x, $s))",
        .want = "Mul(v@p(x), $s)",
        .when = per_channel,
        .then = forget_types,
    }},
};
