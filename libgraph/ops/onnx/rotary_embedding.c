/* RotaryEmbedding: positions, as angles by which pairs of elements are turned. */
#include "../infer.h"

static finnc_status rotary_shapes(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    if (rank >= 0 && rank != 3)
        FINNC_TRY(fnc_infer_need_rank(in, 0, 4));
    return fnc_shapes_as_first(in);
}

const finnc_op fnc_op_onnx_rotary_embedding = {
    .name = "RotaryEmbedding",
    .summary = "pairs of elements turned by angles that depend on the position",
    .since = {23},
    .in = {{"X", "(batch, heads, length, size) or (batch, length, heads * size)", 0, "T"},
           {"cos_cache",
            "cosines for every position, (positions, pairs); (batch, length, pairs) without "
            "position_ids",
            0, "T"},
           {"sin_cache", "sines, as cos_cache", 0, "T"},
           {"position_ids", "(batch, length)", FINNC_OPTIONAL, "M"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"interleaved", FINNC_ATTR_INT, "0",
               "are pairs neighbours, not elements half the size apart?", 0},
              {"num_heads", FINNC_ATTR_INT, NULL, "for three axes", 0},
              {"rotary_embedding_dim", FINNC_ATTR_INT, "0",
               "elements of a head that are turned; 0: all", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)},
              {"M", FINNC_TYPE(INT64)}},
    .shapes = rotary_shapes};
