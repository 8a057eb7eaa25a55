#include "layout.h"

#include "../support/channels.h"

#include <string.h>

static const char *layout_of(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    return layout ? layout : "";
}

bool fnc_hw_are_channels_first(finnc_value *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(layout_of(values[i]), "NCHW"))
            return true;
    return false;
}

bool fnc_hw_layouts_agree(fnc_hw_reason *why, finnc_value *const *values, size_t count)
{
    const finnc_value *known = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *layout = layout_of(values[i]), *name = finnc_value_name(values[i]);
        const int rank = finnc_value_rank(values[i]);
        if (!*layout)
            continue;
        if (rank >= 0 && strlen(layout) != (size_t)rank)
            return fnc_hw_decline(why, "%s is annotated as %s, and has rank %d", name, layout,
                                  rank);
        if (known && strcmp(layout_of(known), layout) != 0)
            return fnc_hw_decline(why, "%s is annotated as %s, %s as %s", finnc_value_name(known),
                                  layout_of(known), name, layout);
        known = values[i];
    }
    return true;
}

/* ---- Transposes ---- */

finnc_status fnc_hw_insert_turn(finnc_ctx *cx, finnc_graph *graph, finnc_value *x, finnc_value *y,
                                bool is_back, finnc_node *before)
{
    int64_t perm[FINNC_MAX_RANK];
    fnc_channels_perm(is_back ? FNC_CHANNELS_FIRST : FNC_CHANNELS_LAST, 4, perm);
    return fnc_insert_transpose(cx, graph, x, 4, perm, y, before, NULL);
}

/* An NCHW `value` with the channels last, to be made of it or (`is_back`) it of that. What shape it
 * has may not be known yet. */
static finnc_status turn(finnc_ctx *cx, finnc_graph *graph, finnc_value *value, bool is_back,
                         finnc_node *before, finnc_value **nhwc)
{
    FINNC_TRY(finnc_value_set_layout(cx, value, "NCHW"));
    if (finnc_value_rank(value) >= 0 && finnc_value_rank(value) != 4)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is annotated as NCHW, but has rank %d",
                          finnc_value_name(value), finnc_value_rank(value));
    FINNC_TRY(
        fnc_insert_turned(cx, graph, finnc_value_name(value), value, FNC_CHANNELS_LAST, nhwc));
    return fnc_hw_insert_turn(cx, graph, is_back ? *nhwc : value, is_back ? value : *nhwc, is_back,
                              before);
}

finnc_status fnc_hw_make_gap(finnc_ctx *cx, finnc_node *node, finnc_value *const *x, size_t count,
                             finnc_value *y, fnc_hw_gap *gap)
{
    finnc_graph *graph = finnc_node_graph(node);
    finnc_node *next = finnc_node_next(node);
    const bool is_first = fnc_hw_are_channels_first(x, count) || fnc_hw_are_channels_first(&y, 1);
    *gap = (fnc_hw_gap){.y = y, .before = next};
    finnc_graph_erase_node(node);
    for (size_t i = 0; i < count; i++) {
        gap->x[i] = x[i];
        if (is_first)
            FINNC_TRY(turn(cx, graph, x[i], false, next, &gap->x[i]));
    }
    if (!is_first)
        return FINNC_OK;
    FINNC_TRY(turn(cx, graph, y, true, next, &gap->y));
    gap->before = finnc_value_producer(y);
    return FINNC_OK;
}
