#include "two_streams.h"

#include "hw.h"

#include <stdio.h>
#include <string.h>

bool fnc_hw_two_streams_read(fnc_hw_reason *why, const finnc_node *node, finnc_value *out,
                             fnc_hw_two_streams *s)
{
    int64_t dims[2][FINNC_MAX_RANK];
    s->out = out;
    if (!fnc_hw_has_inputs(why, node, 2))
        return false;
    for (size_t i = 0; i < 2; i++) {
        s->in[i] = finnc_node_input(node, i);
        if (finnc_value_is_constant(s->in[i]))
            return fnc_hw_decline(why, "%s is a constant, no stream", finnc_value_name(s->in[i]));
        if (!fnc_hw_is_stream(why, s->in[i], -1, dims[i]))
            return false;
    }
    const int rank = finnc_value_rank(s->in[0]);
    if (rank != finnc_value_rank(s->in[1]) ||
        memcmp(dims[0], dims[1], (size_t)rank * sizeof **dims) != 0)
        return fnc_hw_decline(why, "%s and %s have different shapes: streams are not broadcast",
                              finnc_value_name(s->in[0]), finnc_value_name(s->in[1]));
    /* Elements meet where they lie, so one value's layout is the others'. */
    return fnc_hw_layouts_agree(why, (finnc_value *const[]){s->in[0], s->in[1], s->out}, 3);
}

finnc_status fnc_hw_two_streams_replace(finnc_ctx *cx, finnc_node *last, const char *op_type,
                                        const fnc_hw_two_streams *s, const finnc_node *old,
                                        finnc_node **node)
{
    fnc_hw_gap gap;
    FINNC_TRY(fnc_hw_make_gap(cx, last, s->in, 2, s->out, &gap));
    int64_t dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(gap.x[0]);
    if (!finnc_value_dims(gap.x[0], rank, dims))
        return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of %s is not known",
                          finnc_value_name(gap.x[0]));
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s_", op_type);
    FINNC_TRY(
        fnc_hw_insert(cx, finnc_node_graph(last), op_type, gap.x, 2, gap.y, gap.before, node));
    FINNC_TRY(fnc_hw_name_after(cx, *node, prefix, old));
    FINNC_TRY(finnc_node_set_int(cx, *node, "NumChannels", dims[rank - 1]));
    FINNC_TRY(finnc_node_set_int(cx, *node, "PE", 1));
    return fnc_hw_attr_vectors(cx, *node, dims, rank);
}
