#include "two_streams.h"

#include "hw.h"

#include <stdio.h>
#include <string.h>

static bool has_layout(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    return layout && *layout;
}

/* Elements meet where they lie, so one value's layout is the others'. */
static bool read_layout(fnc_hw_reason *why, fnc_hw_two_streams *s)
{
    const finnc_value *all[] = {s->in[0], s->in[1], s->out}, *known = NULL;
    for (int i = 0; i < 3; i++) {
        if (!has_layout(all[i]))
            continue;
        if (known && strcmp(finnc_value_layout(known), finnc_value_layout(all[i])) != 0)
            return fnc_hw_decline(why, "%s is laid out as %s, %s as %s", finnc_value_name(known),
                                  finnc_value_layout(known), finnc_value_name(all[i]),
                                  finnc_value_layout(all[i]));
        known = all[i];
    }
    s->is_channels_first = known && !strcmp(finnc_value_layout(known), "NCHW");
    if (s->is_channels_first && finnc_value_rank(s->in[0]) != 4)
        return fnc_hw_decline(why, "%s is laid out as NCHW, but has rank %d",
                              finnc_value_name(known), finnc_value_rank(s->in[0]));
    return true;
}

bool fnc_hw_two_streams_read(fnc_hw_reason *why, const finnc_node *node, finnc_value *out,
                             fnc_hw_two_streams *s)
{
    int64_t dims[2][FINNC_MAX_RANK];
    s->out = out;
    for (size_t i = 0; i < 2; i++) {
        s->in[i] = finnc_node_input(node, i);
        if (s->in[i] && finnc_value_is_constant(s->in[i]))
            return fnc_hw_decline(why, "%s is a constant, no stream", finnc_value_name(s->in[i]));
        if (!fnc_hw_is_stream(why, s->in[i], -1, dims[i]))
            return false;
    }
    const int rank = finnc_value_rank(s->in[0]);
    if (rank != finnc_value_rank(s->in[1]) ||
        memcmp(dims[0], dims[1], (size_t)rank * sizeof **dims) != 0)
        return fnc_hw_decline(why, "%s and %s have different shapes: streams are not broadcast",
                              finnc_value_name(s->in[0]), finnc_value_name(s->in[1]));
    return read_layout(why, s);
}

/* The layout that the others say it has. */
static finnc_status say_channels_first(finnc_ctx *cx, finnc_value *value)
{
    return has_layout(value) ? FINNC_OK : finnc_value_set_layout(cx, value, "NCHW");
}

finnc_status fnc_hw_two_streams_insert(finnc_ctx *cx, finnc_graph *graph, const char *op_type,
                                       const fnc_hw_two_streams *s, const finnc_node *old,
                                       finnc_node *before, finnc_node **node)
{
    finnc_value *in[2] = {s->in[0], s->in[1]}, *out = s->out;
    if (s->is_channels_first) {
        for (int i = 0; i < 2; i++) {
            FINNC_TRY(say_channels_first(cx, s->in[i]));
            FINNC_TRY(fnc_hw_to_channels_last(cx, graph, s->in[i], before, &in[i]));
        }
        FINNC_TRY(say_channels_first(cx, s->out));
        if (finnc_value_rank(s->out) < 0)
            FINNC_TRY(finnc_value_copy_type(cx, s->out, s->in[0]));
        FINNC_TRY(fnc_hw_from_channels_last(cx, graph, s->out, before, &out));
        before = finnc_value_first_user(out);
    }
    int64_t dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(in[0]);
    if (!finnc_value_dims(in[0], rank, dims))
        return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of %s is not known",
                          finnc_value_name(in[0]));
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s_", op_type);
    FINNC_TRY(fnc_hw_insert(cx, graph, op_type, in, 2, out, before, node));
    FINNC_TRY(fnc_hw_name_after(cx, *node, prefix, old));
    FINNC_TRY(finnc_node_set_int(cx, *node, "NumChannels", dims[rank - 1]));
    FINNC_TRY(finnc_node_set_int(cx, *node, "PE", 1));
    return fnc_hw_attr_vectors(cx, *node, dims, rank);
}
