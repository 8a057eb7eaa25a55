/* Layers that carry a state from one step of a sequence to the next. */
#include "../infer.h"

#include <inttypes.h>

static finnc_dim dim_of(const fnc_shape *s, int axis)
{
    return s->rank > axis ? s->dims[axis] : fnc_unknown_dim();
}

static finnc_status need_rank(const finnc_infer *in, size_t i, const fnc_shape *s, int rank)
{
    if (s->rank >= 0 && s->rank != rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu has rank %d, should have %d", i,
                          s->rank, rank);
    return FINNC_OK;
}

static finnc_status causal_conv_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), w = fnc_shape_of(in, 1), past = fnc_shape_of(in, 3);
    FINNC_TRY(need_rank(in, 0, &x, 3));
    FINNC_TRY(need_rank(in, 1, &w, 3));
    FINNC_TRY(need_rank(in, 3, &past, 3));
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    fnc_shape state = {
        .elem = x.elem, .rank = 3, .dims = {dim_of(&x, 0), dim_of(&x, 1), dim_of(&past, 2)}};
    if (dim_of(&w, 2).size == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a kernel without taps");
    if (dim_of(&w, 2).size > 0)
        state.dims[2] = fnc_known(w.dims[2].size - 1);
    return fnc_infer_set(in, 1, &state);
}

const finnc_op fnc_op_onnx_causal_conv_with_state = {
    .name = "CausalConvWithState",
    .summary = "filters each channel of a sequence over its past, going on from a state",
    .since = {27},
    .in = {{"input", "(N, C, length)", 0, "T"},
           {"weight", "(C, 1, taps)", 0, "T"},
           {"bias", "(C)", FINNC_OPTIONAL, "T"},
           {"past_state", "what came before, (N, C, taps - 1); zeros if absent", FINNC_OPTIONAL,
            "T"}},
    .out = {{"output", "as input", 0, "T"},
            {"present_state", "the last elements, (N, C, taps - 1)", 0, "T"}},
    .attrs = {{"activation", FINNC_ATTR_STRING, "\"none\"", "none, silu or (the same) swish", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)}},
    .shapes = causal_conv_shapes};

/* `d` split into `heads` parts. */
static finnc_status per_head(const finnc_infer *in, finnc_dim d, int64_t heads, finnc_dim *part)
{
    *part = fnc_unknown_dim();
    if (d.size < 0)
        return FINNC_OK;
    if (d.size % heads)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not divide into %" PRId64 " heads", d.size,
                          heads);
    *part = fnc_known(d.size / heads);
    return FINNC_OK;
}

static finnc_status linear_attention_shapes(finnc_infer *in)
{
    fnc_shape q = fnc_shape_of(in, 0), v = fnc_shape_of(in, 2), past = fnc_shape_of(in, 3);
    int64_t q_heads = fnc_infer_int(in, "q_num_heads", 1);
    int64_t kv_heads = fnc_infer_int(in, "kv_num_heads", 1);
    finnc_dim dk, dv;
    FINNC_TRY(need_rank(in, 0, &q, 3));
    FINNC_TRY(need_rank(in, 2, &v, 3));
    FINNC_TRY(need_rank(in, 3, &past, 4));
    if (q_heads < 1 || kv_heads < 1 || q_heads % kv_heads)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " query heads are no multiple of %" PRId64 " key heads",
                          q_heads, kv_heads);
    FINNC_TRY(per_head(in, dim_of(&q, 2), q_heads, &dk));
    FINNC_TRY(per_head(in, dim_of(&v, 2), kv_heads, &dv));
    fnc_shape y = {.elem = q.elem, .rank = 3};
    y.dims[0] = dim_of(&q, 0);
    y.dims[1] = dim_of(&q, 1);
    y.dims[2] = fnc_dim_mul(dv, fnc_known(q_heads));
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    fnc_shape state = {.elem = finnc_infer_has(in, 3) ? past.elem : q.elem, .rank = 4};
    state.dims[0] = dim_of(&q, 0);
    state.dims[1] = fnc_known(kv_heads);
    state.dims[2] = dk;
    state.dims[3] = dv;
    return fnc_infer_set(in, 1, &state);
}

const finnc_op fnc_op_onnx_linear_attention = {
    .name = "LinearAttention",
    .summary = "attention by a matrix of sums that every step updates and the query reads",
    .since = {27},
    .in = {{"query", "(N, length, query heads * key size)", 0, "T"},
           {"key", "(N, length, key heads * key size)", 0, "T"},
           {"value", "(N, length, key heads * value size)", 0, "T"},
           {"past_state", "(N, key heads, key size, value size); zeros if absent", FINNC_OPTIONAL,
            "S"},
           {"decay", "logarithms, (N, length, key heads) or (N, length, key heads * key size)",
            FINNC_OPTIONAL, "T"},
           {"beta", "rates of update, (N, length, key heads) or (N, length, 1)", FINNC_OPTIONAL,
            "T"}},
    .out = {{"output", "(N, length, query heads * value size)", 0, "T"},
            {"present_state", "(N, key heads, key size, value size)", 0, "S"}},
    .attrs = {{"q_num_heads", FINNC_ATTR_INT, NULL, "of the query", FINNC_REQUIRED},
              {"kv_num_heads", FINNC_ATTR_INT, NULL, "of key and value", FINNC_REQUIRED},
              {"update_rule", FINNC_ATTR_STRING, "\"gated_delta\"",
               "linear, gated, delta or gated_delta", 0},
              {"scale", FINNC_ATTR_FLOAT, "0.0", "of the output; 0: 1 / sqrt(key size)", 0},
              {"chunk_size", FINNC_ATTR_INT, "64", "a hint, not needed here", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)},
              {"S", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)}},
    .shapes = linear_attention_shapes};
