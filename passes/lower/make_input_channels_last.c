/*      x (N, C, H, W) -> f        becomes        x (N, H, W, C) -> Transpose -> f
 * for the first graph input without a default: whoever calls the network gives it its pictures as
 * cameras do. */
#include "pass.h"

#include "../support/build.h"

#include <stdio.h>
#include <string.h>

static const char *layout_of(int rank, bool last)
{
    if (rank == 3)
        return last ? "NWC" : "NCW";
    if (rank == 4)
        return last ? "NHWC" : "NCHW";
    return NULL;
}

static const char *obstacle(const finnc_value *x)
{
    const int rank = finnc_value_rank(x);
    const char *layout = finnc_value_layout(x);
    if (rank < 0)
        return "the shape of the first graph input is not known";
    if (rank < 3)
        return "the first graph input has no axes besides batch and channels";
    if (!layout_of(rank, true))
        return "the first graph input has more axes than a picture";
    if (layout && strcmp(layout, layout_of(rank, true)) == 0)
        return "the first graph input has its channels last already";
    if (finnc_value_is_output(x))
        return "the first graph input is a graph output as well";
    return NULL;
}

/* `first`, with what is known of `x`, takes its readers. */
static finnc_status insert_twin(finnc_ctx *cx, finnc_value *x, finnc_value **first)
{
    char hint[256];
    const char *name = finnc_value_name(x);
    const bool fits = strlen(name) + sizeof "_transposed" <= sizeof hint;
    snprintf(hint, sizeof hint, "%s_transposed", fits ? name : "input");
    FINNC_TRY(finnc_graph_insert_value(cx, finnc_value_graph(x), hint, first));
    FINNC_TRY(finnc_value_copy_type(cx, *first, x));
    FINNC_TRY(finnc_value_set_layout(cx, *first, layout_of(finnc_value_rank(x), false)));
    finnc_value_replace_uses(x, *first);
    return FINNC_OK;
}

static finnc_status turn(finnc_ctx *cx, finnc_graph *graph, finnc_value *x)
{
    enum { MAX = 4 };
    const int rank = finnc_value_rank(x);
    finnc_value *first;
    finnc_dim dims[MAX];
    int64_t perm[MAX];
    FINNC_TRY(insert_twin(cx, x, &first));
    for (int i = 0; i < rank; i++) {
        /* axis i of the data as they were is axis perm[i] of the data as they are given */
        perm[i] = i == 0 ? 0 : i == 1 ? rank - 1 : i - 1;
        dims[perm[i]] = finnc_value_dim(first, i);
    }
    FINNC_TRY(finnc_value_set_type(cx, x, finnc_value_elem(first), rank, dims));
    FINNC_TRY(finnc_value_set_layout(cx, x, layout_of(rank, true)));
    finnc_node *node;
    FINNC_TRY(fnc_insert_op(cx, graph, NULL, "Transpose", &x, 1, first,
                            finnc_graph_first_node(graph), &node));
    return finnc_node_set_ints(cx, node, "perm", perm, (size_t)rank);
}

static finnc_status make_last(finnc_pass_run *run, finnc_graph *graph)
{
    /* What an input with a default holds is a weight, whoever may replace it. */
    finnc_value *x = finnc_graph_next_free_input(graph, &(size_t){0});
    if (!x)
        return FINNC_OK;
    const char *reason = obstacle(x);
    if (reason) {
        finnc_pass_missed(run, finnc_value_first_user(x), "%s", reason);
        return FINNC_OK;
    }
    return turn(finnc_pass_ctx(run), graph, x);
}

const finnc_pass fnc_pass_make_input_channels_last = {
    .name = "MakeInputChannelsLast",
    .summary = "the first graph input takes its channels as the last axis",
    .upstream = "qonnx.transformation.make_input_chanlast",
    .notes =
        "Inputs with a default are passed over: they are weights. A second run changes nothing, since the input is annotated as channels-last then.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .run = make_last,
};
