/* Attention: values, weighted by how their keys agree with queries. */
#include "../infer.h"

#include <inttypes.h>

/* Queries and a cache of keys and values, as (batch, heads, length, size). */
typedef struct heads {
    finnc_dim batch, count, length, size;
} heads;

/* Of (batch, heads, length, size), or (batch, length, heads * size) and an attribute. */
static finnc_status read_heads(const finnc_infer *in, size_t i, const char *attr, heads *h)
{
    int64_t count = fnc_infer_int(in, attr, 0);
    int rank = finnc_infer_rank(in, i);
    if (rank < 0)
        return FINNC_OK;
    FINNC_TRY(fnc_infer_same_dim(in, i, 0, &h->batch));
    if (rank == 4) {
        if (count > 0 && h->count.size < 0)
            h->count = fnc_known(count);
        FINNC_TRY(fnc_infer_same_dim(in, i, 1, &h->count));
        FINNC_TRY(fnc_infer_same_dim(in, i, 2, &h->length));
        return fnc_infer_same_dim(in, i, 3, &h->size);
    }
    FINNC_TRY(fnc_infer_need_rank(in, i, 3));
    finnc_dim hidden = finnc_infer_dim(in, i, 2);
    if (count <= 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "three axes need the attribute %s", attr);
    if (hidden.size >= 0 && hidden.size % count != 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not make %" PRId64 " heads", hidden.size, count);
    h->count = fnc_known(count);
    if (hidden.size >= 0)
        h->size = fnc_known(hidden.size / count);
    return fnc_infer_same_dim(in, i, 1, &h->length);
}

/* How long the cache is with what was there before. */
static finnc_dim add_past(const finnc_infer *in, size_t i, finnc_dim length)
{
    if (!finnc_infer_has(in, i))
        return length;
    finnc_dim past = finnc_infer_rank(in, i) == 4 ? finnc_infer_dim(in, i, 2) : fnc_unknown_dim();
    int64_t total;
    if (past.size < 0 || length.size < 0 || !fnc_add_i64(past.size, length.size, &total))
        return fnc_unknown_dim();
    return fnc_known(total);
}

static finnc_status attention_shapes(finnc_infer *in)
{
    const heads unknown = {fnc_unknown_dim(), fnc_unknown_dim(), fnc_unknown_dim(),
                           fnc_unknown_dim()};
    heads q = unknown, k = unknown, v = unknown;
    finnc_elem elem = finnc_infer_elem(in, 0), value_elem = finnc_infer_elem(in, 2);
    int rank = finnc_infer_rank(in, 0);
    if (rank < 0 || finnc_infer_rank(in, 1) < 0 || finnc_infer_rank(in, 2) < 0) {
        for (size_t o = 0; o < 4; o++)
            FINNC_TRY(finnc_infer_set_type(in, o, o == 2 ? value_elem : elem, -1, NULL));
        return FINNC_OK;
    }
    FINNC_TRY(read_heads(in, 0, "q_num_heads", &q));
    k.batch = q.batch;
    k.size = q.size;
    FINNC_TRY(fnc_infer_need_rank(in, 1, rank));
    FINNC_TRY(read_heads(in, 1, "kv_num_heads", &k));
    v = k;
    v.size = fnc_unknown_dim();
    FINNC_TRY(fnc_infer_need_rank(in, 2, rank));
    FINNC_TRY(read_heads(in, 2, "kv_num_heads", &v));
    if (q.count.size >= 0 && k.count.size > 0 && q.count.size % k.count.size != 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " heads of queries cannot share %" PRId64 " of keys",
                          q.count.size, k.count.size);
    finnc_dim total = add_past(in, 4, k.length);
    fnc_shape y = {elem, 4, {q.batch, q.count, q.length, v.size}};
    if (rank == 3)
        y = (fnc_shape){elem, 3, {q.batch, q.length, fnc_dim_mul(q.count, v.size)}};
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    FINNC_TRY(fnc_infer_set(in, 1, &(fnc_shape){elem, 4, {k.batch, k.count, total, k.size}}));
    FINNC_TRY(fnc_infer_set(in, 2, &(fnc_shape){value_elem, 4, {k.batch, k.count, total, v.size}}));
    return fnc_infer_set(in, 3, &(fnc_shape){elem, 4, {q.batch, q.count, q.length, total}});
}

const finnc_op fnc_op_onnx_attention = {
    .name = "Attention",
    .summary = "values averaged by how well their keys match queries: softmax(Q * K' * scale) * V",
    .since = {23, 24, 25},
    .in = {{"Q", "queries, (batch, q heads, length, size) or (batch, length, q heads * size)", 0,
            "T1"},
           {"K", "keys, as Q with kv heads", 0, "T1"},
           {"V", "values, as K, of a size of their own", 0, "T2"},
           {"attn_mask", "truth values that allow keys, or numbers added to scores", FINNC_OPTIONAL,
            "U"},
           {"past_key", "keys that come before K", FINNC_OPTIONAL, "T1"},
           {"past_value", "values that come before V", FINNC_OPTIONAL, "T2"},
           {"nonpad_kv_seqlen", "keys that count, for each of the batch",
            FINNC_OPTIONAL | FINNC_SINCE(24), "INT64"}},
    .out = {{"Y", "as Q, of the values' size", 0, "T1"},
            {"present_key", "past_key and K", FINNC_OPTIONAL, "T1"},
            {"present_value", "past_value and V", FINNC_OPTIONAL, "T2"},
            {"qk_matmul_output", "scores, (batch, q heads, length, keys)", FINNC_OPTIONAL, "T1"}},
    .attrs = {{"is_causal", FINNC_ATTR_INT, "0", "may queries see no later keys?", 0},
              {"kv_num_heads", FINNC_ATTR_INT, NULL, "heads of K and V, for three axes", 0},
              {"left_window_size", FINNC_ATTR_INT, "-1", "keys seen before a query's place",
               FINNC_SINCE(25)},
              {"q_num_heads", FINNC_ATTR_INT, NULL, "heads of Q, for three axes", 0},
              {"qk_matmul_output_mode", FINNC_ATTR_INT, "0",
               "which scores come out: 0 products, 1 capped, 2 masked, 3 after the softmax", 0},
              {"right_window_size", FINNC_ATTR_INT, "-1", "keys seen after a query's place",
               FINNC_SINCE(25)},
              {"scale", FINNC_ATTR_FLOAT, NULL, "of products; 1 / sqrt(size) if absent", 0},
              {"softcap", FINNC_ATTR_FLOAT, "0.0", "products become softcap * tanh(x / softcap)",
               0},
              {"softmax_precision", FINNC_ATTR_INT, NULL, "element type for the softmax", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT},
              {"T2", FINNC_TYPES_FLOAT},
              {"U", FINNC_TYPES_NUMERIC | FINNC_TYPE(BOOL)}},
    .shapes = attention_shapes};
