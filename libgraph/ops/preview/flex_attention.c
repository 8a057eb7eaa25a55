/* FlexAttention: Attention whose scores and weights pass through subgraphs. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status need_rank_4(const finnc_infer *in, size_t i)
{
    int rank = finnc_infer_rank(in, i);
    if (rank >= 0 && rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu has rank %d, should have 4", i, rank);
    return FINNC_OK;
}

static finnc_status flex_attention_shapes(finnc_infer *in)
{
    for (size_t i = 0; i < 3; i++)
        FINNC_TRY(need_rank_4(in, i));
    fnc_shape q = fnc_shape_of(in, 0), v = fnc_shape_of(in, 2);
    if (q.rank == 4)
        q.dims[3] = v.rank == 4 ? v.dims[3] : fnc_unknown_dim();
    return fnc_infer_set(in, 0, &q);
}

const finnc_op fnc_op_preview_flex_attention = {
    .name = "FlexAttention",
    .domain = "ai.onnx.preview",
    .summary = "attention whose scores and weights pass through subgraphs",
    .since = {1},
    .in = {{"Q", "queries, (batch, heads, length, size)", 0, "T1"},
           {"K", "keys, of the same size; heads may be shared by groups of queries' heads", 0,
            "T1"},
           {"V", "values, as many as keys", 0, "T1"}},
    .out = {{"Y", "(batch, heads of queries, length of queries, size of values)", 0, "T1"}},
    .attrs = {{"scale", FINNC_ATTR_FLOAT, NULL, "of the products; 1 / sqrt(size) if absent", 0},
              {"score_mod", FINNC_ATTR_GRAPH, NULL, "what becomes of the scores", 0},
              {"prob_mod", FINNC_ATTR_GRAPH, NULL, "what becomes of the weights", 0},
              {"softmax_precision", FINNC_ATTR_INT, NULL,
               "element type of scores and weights; FLOAT if absent, DOUBLE for DOUBLE", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_CONTROL,
    .shapes = flex_attention_shapes};
