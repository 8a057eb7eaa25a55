#include "gap.h"

#include <string.h>

static const char *layout_of(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    return layout ? layout : "";
}

static bool is_nchw(const finnc_value *value)
{
    return !strcmp(layout_of(value), "NCHW");
}

bool fnc_hw_are_channels_first(const finnc_value *x, const finnc_value *y)
{
    return is_nchw(x) || is_nchw(y);
}

static bool layout_fits(finnc_pass_run *run, const finnc_node *node, const finnc_value *value)
{
    const char *layout = layout_of(value);
    const int rank = finnc_value_rank(value);
    if (!*layout || rank < 0 || strlen(layout) == (size_t)rank)
        return true;
    finnc_pass_missed(run, node, "%s is annotated as %s, and has rank %d", finnc_value_name(value),
                      layout, rank);
    return false;
}

bool fnc_hw_layouts_agree(finnc_pass_run *run, const finnc_node *node, const finnc_value *x,
                          const finnc_value *y)
{
    const char *a = layout_of(x), *b = layout_of(y);
    if (!layout_fits(run, node, x) || !layout_fits(run, node, y))
        return false;
    if (!*a || !*b || !strcmp(a, b))
        return true;
    finnc_pass_missed(run, node, "%s is annotated as %s, %s as %s", finnc_value_name(x), a,
                      finnc_value_name(y), b);
    return false;
}

finnc_status fnc_hw_make_gap(finnc_ctx *cx, finnc_node *node, finnc_value *x, finnc_value *y,
                             fnc_hw_gap *gap)
{
    finnc_graph *graph = finnc_node_graph(node);
    finnc_node *next = finnc_node_next(node);
    if (fnc_hw_are_channels_first(x, y)) {
        FINNC_TRY(finnc_value_set_layout(cx, x, "NCHW"));
        FINNC_TRY(finnc_value_set_layout(cx, y, "NCHW"));
    }
    finnc_graph_erase_node(node);
    FINNC_TRY(fnc_hw_to_channels_last(cx, graph, x, next, &gap->x));
    FINNC_TRY(fnc_hw_from_channels_last(cx, graph, y, next, &gap->y));
    finnc_node *behind = finnc_value_producer(y);
    gap->before = behind ? behind : next;
    return FINNC_OK;
}
