/* In which order the elements of windows come. A generator of windows that is built lays them out
 * in groups of channels: (groups, taps, channels of a group). VVAU and Pool, which take windows
 * apart channel by channel, take groups of PE and do not say so; a matrix product takes all
 * channels of a tap together. FINN's layers do not hold one against the other. */
#include "layer.h"

#include <inttypes.h>

bool finnc_layer_hands_on(const finnc_node *node, size_t o)
{
    const finnc_layer *layer = finnc_layer_find(node);
    return layer && o < layer->copies && finnc_node_input(node, 0);
}

/* What went into the layer that hands `value` on; NULL: none does. */
static const finnc_value *handed_on(const finnc_value *value)
{
    const finnc_node *maker = finnc_value_producer(value);
    return maker && finnc_layer_hands_on(maker, finnc_value_producer_index(value))
               ? finnc_node_input(maker, 0)
               : NULL;
}

/* `behind` follows at half the speed: nobody keeps a program from making a cycle. */
const finnc_value *finnc_stream_source(const finnc_value *value)
{
    const finnc_value *before, *behind = value;
    for (size_t n = 1; (before = handed_on(value)) && before != behind; n++) {
        value = before;
        behind = n % 2 ? behind : handed_on(behind);
    }
    return value;
}

bool finnc_node_leaves_order_open(const finnc_node *maker)
{
    const finnc_layer *layer = finnc_layer_find(maker);
    if (!layer)
        return finnc_node_is(maker, "Im2Col");
    return layer->windows && finnc_node_style(maker) == FINNC_STYLE_ABSTRACT;
}

static finnc_status check_group(const fnc_layer_node *reader, int64_t taken, const char *by,
                                const finnc_node *maker, const fnc_layer_windows *w)
{
    if (taken == w->together)
        return FINNC_OK;
    char words[FINNC_NODE_WORDS_MAX];
    return finnc_fail(reader->cx, FINNC_BAD_VALUE,
                      "takes %" PRId64 " channels of a tap together%s, %s gives %" PRId64
                      "%s: they have to be equal",
                      taken, by, finnc_node_words(maker, words), w->together,
                      w->is_grouped ? " (SIMD)" : "");
}

static finnc_status check_order(const fnc_layer_node *l, const finnc_layer *layer,
                                const finnc_node *maker, const fnc_layer_windows *w)
{
    int64_t taps = 0, pe;
    finnc_constants c;
    if (layer->taps)
        FINNC_TRY(layer->taps(l, &taps));
    if (taps > 1) {
        FINNC_TRY(fnc_layer_int(l, "PE", &pe));
        return check_group(l, pe, " (PE)", maker, w);
    }
    FINNC_TRY(finnc_layer_constants(l->cx, l->node, &c));
    return taps == 0 && c.weights >= 0 ? check_group(l, w->channels, "", maker, w) : FINNC_OK;
}

finnc_status finnc_layer_check_order(finnc_ctx *cx, const finnc_node *maker,
                                     const finnc_node *reader)
{
    const finnc_layer *makes, *reads = finnc_layer_find(reader);
    fnc_layer_node l;
    fnc_layer_windows w = {0};
    {
        FNC_AT_NODE(cx, maker);
        FINNC_TRY(fnc_layer_need(cx, maker, &l, &makes));
        if (!reads || !makes->windows)
            return FINNC_OK;
        FINNC_TRY(makes->windows(&l, &w));
    }
    FNC_AT_NODE(cx, reader);
    FINNC_TRY(fnc_layer_need(cx, reader, &l, &reads));
    return check_order(&l, reads, maker, &w);
}
