/* What works element by element does not care for the order of the axes, so a Transpose to channels
 * last may as well come before it. Pushes these Transposes towards the inputs, past one node at a
 * time, so it ends; MoveChanFirstDownstream pushes the other kind the other way. */
#include "pass.h"

#include "../support/channels.h"
#include "../support/quantiser.h"
#include "../support/turn.h"

static finnc_verdict may_pass(finnc_match *m)
{
    if (!fnc_brings_channels(finnc_match_root(m), FNC_CHANNELS_LAST))
        return FINNC_SKIP;
    return finnc_value_is_constant(finnc_match_value(m, "x")) ? FINNC_SKIP : FINNC_APPLY;
}

/* One number for all elements, which has no axes that could be in the wrong place? */
static bool is_number(const finnc_value *value)
{
    const int rank = finnc_value_rank(value);
    return rank == 0 || (rank == 1 && finnc_value_nelems(value) == 1);
}

static finnc_verdict by_number(finnc_match *m)
{
    const finnc_value *s = finnc_match_value(m, "s");
    const finnc_verdict verdict = may_pass(m);
    if (verdict != FINNC_APPLY)
        return verdict;
    /* Of a commutative node either operand may be the one matched. */
    if (finnc_node_input(finnc_match_node(m, "e"), 1) != s)
        return FINNC_SKIP;
    if (!is_number(s))
        return finnc_skip(m, "its second operand %s is more than one number", finnc_value_name(s));
    return FINNC_APPLY;
}

/* A quantiser that makes more of its data than there is gives axes that its data lack. */
static finnc_verdict may_pass_quantiser(finnc_match *m)
{
    const finnc_verdict verdict = may_pass(m);
    if (verdict != FINNC_APPLY)
        return verdict;
    const char *reason = fnc_quantiser_enlarges(finnc_match_node(m, "e"));
    return reason ? finnc_skip(m, "%s", reason) : FINNC_APPLY;
}

static finnc_verdict by_numbers(finnc_match *m)
{
    static const char *const params[] = {"s", "z", "b"};
    const finnc_verdict verdict = may_pass_quantiser(m);
    if (verdict != FINNC_APPLY)
        return verdict;
    for (size_t i = 0; i < 3; i++) {
        const finnc_value *param = finnc_match_value(m, params[i]);
        if (!is_number(param))
            return finnc_skip(m, "its parameter %s is neither a number nor a constant",
                              finnc_value_name(param));
    }
    return FINNC_APPLY;
}

/* The Transpose's value is to be the other node's: a data type known of that is known of it. */
static finnc_status hand_on_type(finnc_match *m)
{
    finnc_value *v = finnc_match_value(m, "v"), *y = finnc_match_value(m, "y");
    if (!finnc_value_has_dtype(v) || finnc_value_has_dtype(y))
        return FINNC_OK;
    return finnc_value_set_dtype(finnc_match_ctx(m), y, finnc_value_dtype(v));
}

/* Parameters per channel follow the channels. */
static finnc_status turn_parameters(finnc_match *m)
{
    static const char *const params[] = {"s", "z", "b"};
    int rank;
    finnc_ctx *cx = finnc_match_ctx(m);
    FINNC_TRY(hand_on_type(m));
    const int64_t *perm = fnc_transpose_perm(finnc_match_node(m, "t"), &rank);
    for (size_t i = 0; i < 3; i++) {
        finnc_tensor *turned;
        if (is_number(finnc_match_value(m, params[i])))
            continue;
        FINNC_TRY(fnc_turn_tensor(cx, finnc_match_tensor(m, params[i]), rank, perm, &turned));
        const finnc_status status = finnc_match_bind(m, params[i], turned, NULL);
        finnc_tensor_release(turned);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

/* The value between was made by the node behind the Transpose; it is what was before that now. */
static finnc_status annotate(finnc_match *m)
{
    return fnc_annotate_turned(finnc_match_ctx(m), finnc_match_value(m, "v"),
                               finnc_match_value(m, "x"), FNC_CHANNELS_LAST);
}

const finnc_pass fnc_pass_move_chan_last_upstream = {
    .name = "MoveChanLastUpstream",
    .summary = "a Transpose to channels last comes before what works on each element by itself",
    .upstream = "qonnx.transformation.channels_last",
    .notes = "Past activation functions and quantisers, and past Mul, Div, Sub and Add of one "
             "number as the second operand. Parameters of a quantiser that differ per channel "
             "are turned too; upstream leaves them, to be applied along another axis.",
    .flags = FINNC_PASS_STABLE,
    .rules =
        {
            {
                .have = "y@t:Transpose(v@e:Relu|Selu|LeakyRelu|Sigmoid|Tanh(x))",
                .want = "e(v@t(x))",
                .when = may_pass,
                .make = hand_on_type,
                .then = annotate,
            },
            {
                .have = "y@t:Transpose(v@e:Mul|Div|Sub|Add(x, s))",
                .want = "e(v@t(x), s)",
                .when = by_number,
                .make = hand_on_type,
                .then = annotate,
            },
            {
                .have = "y@t:Transpose(v@e:Quant|IntQuant(x, $s, $z, $b))",
                .want = "e(v@t(x), $s, $z, $b)",
                .when = may_pass_quantiser,
                .make = turn_parameters,
                .then = annotate,
            },
            {
                .have = "y@t:Transpose(v@e:Quant|IntQuant(x, s, z, b))",
                .want = "e(v@t(x), s, z, b)",
                .when = by_numbers,
                .make = hand_on_type,
                .then = annotate,
            },
        },
};
