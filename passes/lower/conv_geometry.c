#include "conv_geometry.h"

#include "../support/window.h"

static const char *read_shapes(const finnc_node *conv, fnc_conv_geometry *g)
{
    const finnc_value *x = finnc_node_input(conv, 0), *w = finnc_node_input(conv, 1);
    int64_t weights[4];
    if (!x || !w || finnc_value_rank(x) < 0)
        return "the shape of its input is not known";
    if (finnc_value_rank(x) != 4)
        return "it is not two-dimensional";
    g->batch = finnc_value_dim(x, 0);
    g->channels = finnc_value_dim(x, 1).size;
    if (g->channels < 1 || finnc_value_dim(x, 2).size < 1 || finnc_value_dim(x, 3).size < 1)
        return "the shape of its input is not known";
    if (!finnc_value_dims(w, 4, weights))
        return "the shape of its weights is not known";
    g->filters = weights[0];
    g->group_channels = weights[1];
    return g->filters < 1 ? "it has no filters" : NULL;
}

const char *fnc_conv_geometry_read(const finnc_node *conv, fnc_conv_geometry *g)
{
    const char *reason = read_shapes(conv, g);
    if (!reason)
        reason = fnc_node_windows(conv, true, &g->w);
    if (!reason)
        reason = fnc_windows_check_channels(&g->w, g->channels, g->group_channels, g->filters);
    if (reason)
        return reason;
    fnc_windows_list_pads(&g->w, g->pads);
    for (int i = 0; i < 4; i++)
        if (g->pads[i] < 0)
            return "its padding is negative";
    return NULL;
}

bool fnc_conv_is_depthwise(const fnc_conv_geometry *g)
{
    return g->w.group == g->channels && g->channels == g->filters;
}

bool fnc_conv_is_pointwise(const fnc_conv_geometry *g)
{
    return !fnc_windows_are_padded(&g->w) && g->w.kernel[0] == 1 && g->w.kernel[1] == 1 &&
           g->w.stride[0] == 1 && g->w.stride[1] == 1;
}
