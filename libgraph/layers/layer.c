/* Asks a node's layer, and what layers ask for: attributes and shapes. */
#include "layer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const finnc_layer *const rows[] = {
#define LAYER(name) &fnc_layer_##name,
#include "layers.def"
#undef LAYER
};
enum { NLAYERS = sizeof rows / sizeof *rows };

const finnc_layer *finnc_layer_at(size_t i)
{
    return i < NLAYERS ? rows[i] : NULL;
}

const char *finnc_layer_name(const finnc_layer *layer)
{
    return layer->name;
}

const finnc_layer *finnc_layer_find(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    if (!op || !(op->traits & FINNC_OP_HARDWARE))
        return NULL;
    for (size_t i = 0; i < NLAYERS; i++)
        if (!strcmp(rows[i]->name, op->name))
            return rows[i];
    return NULL;
}

static bool ends_with(const char *text, const char *tail)
{
    const size_t n = strlen(text), m = strlen(tail);
    return n > m && !strcmp(text + n - m, tail);
}

finnc_style finnc_node_style(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    if (!op || !(op->traits & FINNC_OP_HARDWARE))
        return FINNC_STYLE_ABSTRACT;
    if (ends_with(finnc_node_op_type(node), "_hls"))
        return FINNC_STYLE_HLS;
    return ends_with(finnc_node_op_type(node), "_rtl") ? FINNC_STYLE_RTL : FINNC_STYLE_ABSTRACT;
}

/* ---- the driver ---- */

finnc_status fnc_layer_need(finnc_ctx *cx, const finnc_node *node, fnc_layer_node *l,
                            const finnc_layer **layer)
{
    *layer = finnc_layer_find(node);
    *l = (fnc_layer_node){
        .cx = cx, .node = node, .op = finnc_node_find_op(node), .style = finnc_node_style(node)};
    if (!*layer)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "is no hardware layer that is known");
    return FINNC_OK;
}

static finnc_status count_words(const fnc_layer_node *l, finnc_stream *stream)
{
    if (stream->words || stream->folded_rank < 1)
        return FINNC_OK;
    return fnc_layer_words(l, stream, &stream->words);
}

finnc_status finnc_layer_input(finnc_ctx *cx, const finnc_node *node, size_t i,
                               finnc_stream *stream)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *stream = (finnc_stream){0};
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    if (!layer->input)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "nothing is known of its streams");
    FINNC_TRY(layer->input(&l, i, stream));
    return count_words(&l, stream);
}

finnc_status finnc_layer_output(finnc_ctx *cx, const finnc_node *node, size_t o,
                                finnc_stream *stream)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *stream = (finnc_stream){0};
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    if (!layer->output)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "nothing is known of its streams");
    FINNC_TRY(layer->output(&l, o, stream));
    return count_words(&l, stream);
}

int64_t finnc_stream_word(const finnc_stream *stream)
{
    return stream->folded_rank > 0 ? stream->folded[stream->folded_rank - 1] : 0;
}

int64_t finnc_stream_padded_width(const finnc_stream *stream)
{
    return fnc_ceil_div(stream->width, 8) * 8;
}

finnc_status finnc_fold_check(finnc_ctx *cx, const finnc_node *node, const finnc_fold *fold)
{
    if (fold->of <= UINT32_MAX)
        return FINNC_OK;
    FNC_AT_NODE(cx, node);
    return finnc_fail(cx, FINNC_UNSUPPORTED,
                      "%s has to divide %" PRId64 ", which is too large to be searched", fold->attr,
                      fold->of);
}

finnc_status finnc_layer_folds(finnc_ctx *cx, const finnc_node *node,
                               finnc_fold folds[FINNC_LAYER_MAX_FOLDS], size_t *count)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *count = 0;
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->folds ? layer->folds(&l, folds, count) : FINNC_OK;
}

bool finnc_layer_is_set_by_finn(const finnc_node *node)
{
    const finnc_layer *layer = finnc_layer_find(node);
    return layer && layer->set_folding & 1u << finnc_node_style(node);
}

bool finnc_layer_has_port(const finnc_node *node)
{
    const finnc_layer *layer = finnc_layer_find(node);
    const fnc_layer_node l = {
        .node = node, .op = finnc_node_find_op(node), .style = finnc_node_style(node)};
    return layer && layer->has_port && layer->has_port(&l);
}

bool finnc_layer_is_rigid(const finnc_node *node)
{
    const finnc_layer *layer = finnc_layer_find(node);
    return layer && layer->is_rigid;
}

bool finnc_layer_converts(const finnc_node *maker, int64_t made, const finnc_node *reader,
                          int64_t taken)
{
    return made > 0 && taken > 0 && made != taken && !finnc_layer_is_rigid(maker) &&
           !finnc_layer_is_rigid(reader);
}

finnc_status finnc_layer_inner_width(finnc_ctx *cx, const finnc_node *node, int64_t *bits)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *bits = 0;
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->inner_width ? layer->inner_width(&l, bits) : FINNC_OK;
}

bool finnc_layer_follows(const finnc_node *node)
{
    const finnc_layer *layer = finnc_layer_find(node);
    const fnc_layer_node l = {
        .node = node, .op = finnc_node_find_op(node), .style = finnc_node_style(node)};
    return layer && layer->follows && layer->follows(&l);
}

finnc_status finnc_layer_taps(finnc_ctx *cx, const finnc_node *node, int64_t *taps)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *taps = 0;
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->taps ? layer->taps(&l, taps) : FINNC_OK;
}

finnc_status finnc_layer_cycles(finnc_ctx *cx, const finnc_node *node, int64_t *cycles)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *cycles = 0;
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->cycles ? layer->cycles(&l, cycles) : FINNC_OK;
}

finnc_layer_choice finnc_layer_find_choice(const finnc_node *node)
{
    const finnc_layer *layer = finnc_layer_find(node);
    return layer ? layer->choice : (finnc_layer_choice){0};
}

finnc_status finnc_layer_resources_if(finnc_ctx *cx, const finnc_node *node, const char *attr,
                                      const char *word, const finnc_part *part,
                                      finnc_resources *resources)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *resources = (finnc_resources){.bram_efficiency = 1, .uram_efficiency = 1};
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    l.attr = attr;
    l.word = word;
    return layer->resources ? layer->resources(&l, part, resources) : FINNC_OK;
}

finnc_status finnc_layer_resources(finnc_ctx *cx, const finnc_node *node, const finnc_part *part,
                                   finnc_resources *resources)
{
    return finnc_layer_resources_if(cx, node, NULL, NULL, part, resources);
}

finnc_status finnc_layer_counts(finnc_ctx *cx, const finnc_node *node,
                                finnc_layer_count counts[FINNC_LAYER_MAX_COUNTS], size_t *count)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *count = 0;
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->counts ? layer->counts(&l, counts, count) : FINNC_OK;
}

finnc_status finnc_layer_constants(finnc_ctx *cx, const finnc_node *node,
                                   finnc_constants *constants)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    FNC_AT_NODE(cx, node);
    *constants = (finnc_constants){.weights = -1, .thresholds = -1};
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    return layer->constants ? layer->constants(&l, constants) : FINNC_OK;
}

/* ---- attributes ---- */

static const char *fallback_of(const fnc_layer_node *l, const char *name)
{
    const finnc_attr_spec *spec = finnc_op_find_attr(l->op, name, finnc_node_version(l->node));
    return spec ? spec->fallback : NULL;
}

finnc_status fnc_layer_int(const fnc_layer_node *l, const char *name, int64_t *x)
{
    const char *fallback = fallback_of(l, name);
    if (!fallback)
        return finnc_node_need_int(l->cx, l->node, name, x);
    *x = finnc_node_int(l->node, name, strtoll(fallback, NULL, 10));
    return FINNC_OK;
}

finnc_status fnc_layer_size(const fnc_layer_node *l, const char *name, int64_t *x)
{
    FINNC_TRY(fnc_layer_int(l, name, x));
    if (*x < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s is %" PRId64, name, *x);
    return FINNC_OK;
}

/* The node's word, or the record's, which is JSON: between quotes. */
static bool find_word(const fnc_layer_node *l, const char *name, const char **word, size_t *length)
{
    *word = l->attr && !strcmp(l->attr, name) ? l->word : finnc_node_string(l->node, name, NULL);
    if (*word) {
        *length = strlen(*word);
        return true;
    }
    const char *fallback = fallback_of(l, name);
    if (!fallback || *fallback != '"')
        return false;
    *word = fallback + 1;
    *length = strlen(fallback) - 2;
    return true;
}

bool fnc_layer_is(const fnc_layer_node *l, const char *name, const char *word)
{
    const char *is;
    size_t n;
    return find_word(l, name, &is, &n) && n == strlen(word) && !memcmp(is, word, n);
}

bool fnc_layer_says(const fnc_layer_node *l, const char *name)
{
    return finnc_node_int(l->node, name, 0) != 0;
}

bool fnc_layer_is_writeable(const fnc_layer_node *l)
{
    return fnc_layer_says(l, "runtime_writeable_weights") &&
           fnc_layer_is(l, "mem_mode", "internal_decoupled");
}

finnc_status fnc_layer_dtype(const fnc_layer_node *l, const char *name, finnc_dtype *dtype)
{
    const char *word;
    size_t n;
    char text[FINNC_DTYPE_NAME_MAX];
    if (!find_word(l, name, &word, &n))
        return finnc_node_need_string(l->cx, l->node, name, &word);
    if (n >= sizeof text)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s is no data type", name);
    memcpy(text, word, n);
    text[n] = '\0';
    return finnc_dtype_parse(l->cx, text, dtype);
}

finnc_status fnc_layer_ints(const fnc_layer_node *l, const char *name, size_t count, int64_t least,
                            int64_t *x)
{
    size_t n;
    const int64_t *list;
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, name, &list, &n));
    if (n != count)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s has %zu entries, should have %zu",
                          name, n, count);
    for (size_t i = 0; i < n; i++) {
        if (list[i] < least)
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s holds %" PRId64, name, list[i]);
        x[i] = list[i];
    }
    return FINNC_OK;
}

/* ---- streams ---- */

finnc_status fnc_layer_shape(const fnc_layer_node *l, const char *name, const int64_t *dims,
                             size_t n, int64_t last, finnc_stream *stream)
{
    if (n >= FINNC_MAX_RANK)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s has %zu entries", name, n);
    stream->rank = (int)n + 1;
    for (size_t i = 0; i < n; i++) {
        if (dims[i] < 0)
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute %s holds %" PRId64, name, dims[i]);
        stream->dims[i] = dims[i];
    }
    stream->dims[n] = last;
    return FINNC_OK;
}

finnc_status fnc_layer_vectors(const fnc_layer_node *l, int64_t last, finnc_stream *stream)
{
    static const int64_t one[] = {1};
    size_t n;
    const int64_t *vectors = finnc_node_ints(l->node, "numInputVectors", &n);
    return fnc_layer_shape(l, "numInputVectors", vectors ? vectors : one, vectors ? n : 1, last,
                           stream);
}

finnc_status fnc_layer_divides(const fnc_layer_node *l, const char *attr, int64_t by,
                               const char *of, int64_t n)
{
    if (by < 1 || n % by != 0)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "%s %" PRId64 " does not divide %s %" PRId64,
                          attr, by, of, n);
    return FINNC_OK;
}

finnc_status fnc_layer_fold(const fnc_layer_node *l, finnc_stream *stream, const char *attr,
                            int64_t by)
{
    const int last = stream->rank - 1;
    FINNC_TRY(fnc_layer_divides(l, attr, by, "the last axis,", stream->dims[last]));
    for (int i = 0; i < last; i++)
        stream->folded[i] = stream->dims[i];
    stream->folded[last] = stream->dims[last] / by;
    stream->folded[last + 1] = by;
    stream->folded_rank = stream->rank + 1;
    return fnc_layer_product(l, (const int64_t[]){by, finnc_dtype_bits(stream->dtype)}, 2,
                             &stream->width);
}

finnc_status fnc_layer_fold_bits(const fnc_layer_node *l, finnc_stream *stream, const char *attr,
                                 int64_t width)
{
    const int bits = finnc_dtype_bits(stream->dtype);
    if (width < 1 || bits < 1 || width % bits != 0)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "%s %" PRId64 " is no multiple of the %d bits of an element", attr, width,
                          bits);
    const int64_t elems = width / bits, last = stream->dims[stream->rank - 1];
    if (last % elems != 0)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "%s %" PRId64 " is %" PRId64 " elements, which do not divide the last "
                          "axis, %" PRId64,
                          attr, width, elems, last);
    return fnc_layer_fold(l, stream, attr, elems);
}

finnc_status fnc_layer_unfolded(const fnc_layer_node *l, finnc_stream *stream)
{
    stream->folded_rank = stream->rank;
    memcpy(stream->folded, stream->dims, (size_t)stream->rank * sizeof *stream->folded);
    return fnc_layer_product(
        l, (const int64_t[]){stream->dims[stream->rank - 1], finnc_dtype_bits(stream->dtype)}, 2,
        &stream->width);
}

finnc_status fnc_layer_words(const fnc_layer_node *l, const finnc_stream *stream, int64_t *words)
{
    return fnc_layer_product(l, stream->folded, (size_t)stream->folded_rank - 1, words);
}

finnc_status fnc_layer_no_stream(const fnc_layer_node *l, const char *what, size_t i)
{
    return finnc_fail(l->cx, FINNC_NOT_FOUND, "has no %s %zu", what, i);
}

finnc_status fnc_layer_add_fold(const fnc_layer_node *l, const char *attr, int64_t of,
                                finnc_fold *folds, size_t *count)
{
    finnc_fold *fold = &folds[(*count)++];
    *fold = (finnc_fold){.attr = attr, .of = of};
    return fnc_layer_int(l, attr, &fold->now);
}

finnc_status fnc_layer_product(const fnc_layer_node *l, const int64_t *factors, size_t count,
                               int64_t *product)
{
    *product = 1;
    for (size_t i = 0; i < count; i++)
        if (!fnc_mul_i64(*product, factors[i], product))
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "its sizes are too large");
    return FINNC_OK;
}

finnc_status fnc_layer_whole(const fnc_layer_node *l, double x, int64_t *whole)
{
    const double exact = 9007199254740992; /* 2^53 */
    if (!(x > -exact && x < exact))
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "its sizes are too large");
    *whole = (int64_t)x;
    return FINNC_OK;
}
