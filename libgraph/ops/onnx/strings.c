/* Ops on text. */
#include "../infer.h"

#include <inttypes.h>

/* ---- StringConcat, RegexFullMatch ---- */

const finnc_op fnc_op_onnx_string_concat = {
    .name = "StringConcat",
    .summary = "joins strings in pairs",
    .since = {20},
    .in = {{"X", "the first halves", 0, "T"}, {"Y", "the second halves, broadcast", 0, "T"}},
    .out = {{"Z", "of the broadcast shape", 0, "T"}},
    .types = {{"T", FINNC_TYPE(STRING)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_broadcast};

static finnc_status regex_full_match_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    y.elem = FINNC_ELEM_BOOL;
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_regex_full_match = {
    .name = "RegexFullMatch",
    .summary = "which strings a regular expression describes from end to end",
    .since = {20},
    .in = {{"X", "of any shape", 0, "T1"}},
    .out = {{"Y", "of that shape", 0, "T2"}},
    .attrs = {{"pattern", FINNC_ATTR_STRING, NULL, "in RE2's syntax", 0}},
    .types = {{"T1", FINNC_TYPE(STRING)}, {"T2", FINNC_TYPE(BOOL)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = regex_full_match_shapes};

/* ---- StringSplit ---- */

static finnc_status string_split_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0), z = y;
    y.elem = FINNC_ELEM_STRING;
    z.elem = FINNC_ELEM_INT64;
    if (y.rank == FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "strings of rank %d", y.rank);
    if (y.rank >= 0)
        y.dims[y.rank++] = fnc_unknown_dim();
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    return fnc_infer_set(in, 1, &z);
}

const finnc_op fnc_op_onnx_string_split = {
    .name = "StringSplit",
    .summary = "cuts strings at a delimiter",
    .since = {20},
    .in = {{"X", "of any shape", 0, "T1"}},
    .out = {{"Y", "the parts along a new last axis, filled up with empty strings", 0, "T2"},
            {"Z", "how many there are of each string", 0, "T3"}},
    .attrs = {{"maxsplit", FINNC_ATTR_INT, NULL, "cuts at most; absent or negative: any", 0},
              {"delimiter", FINNC_ATTR_STRING, NULL, "absent or empty: runs of white space", 0}},
    .types = {{"T1", FINNC_TYPE(STRING)}, {"T2", FINNC_TYPE(STRING)}, {"T3", FINNC_TYPE(INT64)}},
    .shapes = string_split_shapes};

/* ---- StringNormalizer ---- */

static finnc_status string_normalizer_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    x.elem = FINNC_ELEM_STRING;
    if (x.rank == 0 || x.rank > 2 || (x.rank == 2 && x.dims[0].size >= 0 && x.dims[0].size != 1))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input 0 (X) has to be a list or one row");
    if (x.rank == 2)
        x.dims[0] = fnc_known(1);
    if (x.rank > 0) {
        finnc_dim *last = &x.dims[x.rank - 1];
        if (finnc_node_find_attr(in->node, "stopwords") || last->size < 0)
            *last = fnc_unknown_dim(); /* a symbol may stand for 0 */
        else if (last->size == 0)
            *last = fnc_known(1); /* one empty string instead of none */
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_string_normalizer = {
    .name = "StringNormalizer",
    .summary = "drops stop words and changes the case",
    .since = {10},
    .in = {{"X", "UTF-8: a list, or one row", 0, "STRING"}},
    .out = {{"Y", "what is left; one empty string if nothing is", 0, "STRING"}},
    .attrs = {{"stopwords", FINNC_ATTR_STRINGS, NULL, "elements to drop", 0},
              {"locale", FINNC_ATTR_STRING, NULL,
               "whose letters, as in tr_TR; absent: no language's own", 0},
              {"is_case_sensitive", FINNC_ATTR_INT, "0", "have stop words to match exactly?", 0},
              {"case_change_action", FINNC_ATTR_STRING, "\"NONE\"", "LOWER, UPPER or NONE", 0}},
    .shapes = string_normalizer_shapes};

/* ---- TfIdfVectorizer ---- */

static finnc_status tf_idf_vectorizer_shapes(finnc_infer *in)
{
    size_t count;
    const int64_t *indexes = finnc_node_ints(in->node, "ngram_indexes", &count);
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = FINNC_ELEM_FLOAT, .rank = x.rank};
    int64_t size = 0;
    if (x.rank > 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input 0 (X) has rank %d, should have 1 or 2",
                          x.rank);
    for (size_t i = 0; indexes && i < count; i++) {
        if (indexes[i] < 0 || indexes[i] == INT64_MAX)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute ngram_indexes holds %" PRId64,
                              indexes[i]);
        size = indexes[i] + 1 > size ? indexes[i] + 1 : size;
    }
    if (x.rank == 2)
        y.dims[0] = x.dims[0];
    if (x.rank == 0)
        y.rank = 1;
    if (x.rank >= 0)
        y.dims[y.rank - 1] = fnc_known(size);
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_tf_idf_vectorizer = {
    .name = "TfIdfVectorizer",
    .summary = "counts the n-grams of a pool in sequences of words or numbers",
    .since = {9},
    .in = {{"X", "a sequence, or one per row", 0, "T"}},
    .out = {{"Y", "per sequence a (weighted) count at each n-gram's coordinate", 0, "T1"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, NULL,
               "TF: counts; IDF: weights of those found; TFIDF: weighted counts", FINNC_REQUIRED},
              {"ngram_indexes", FINNC_ATTR_INTS, NULL, "the coordinate of each n-gram",
               FINNC_REQUIRED},
              {"weights", FINNC_ATTR_FLOATS, NULL, "of each n-gram; absent: 1", 0},
              {"ngram_counts", FINNC_ATTR_INTS, NULL,
               "where in the pool 1-grams, 2-grams, ... begin", FINNC_REQUIRED},
              {"pool_int64s", FINNC_ATTR_INTS, NULL, "the n-grams, one after another", 0},
              {"pool_strings", FINNC_ATTR_STRINGS, NULL, "the same for strings", 0},
              {"max_skip_count", FINNC_ATTR_INT, NULL, "items that may be left out between two",
               FINNC_REQUIRED},
              {"min_gram_length", FINNC_ATTR_INT, NULL, "shortest n-grams that count",
               FINNC_REQUIRED},
              {"max_gram_length", FINNC_ATTR_INT, NULL, "longest", FINNC_REQUIRED}},
    .types = {{"T", FINNC_TYPE(INT32) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING)},
              {"T1", FINNC_TYPE(FLOAT)}},
    .shapes = tf_idf_vectorizer_shapes};
