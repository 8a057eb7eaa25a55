#include "channels.h"

#include "build.h"

#include <finnc/op.h>

#include <string.h>

void fnc_channels_perm(fnc_channels order, int rank, int64_t perm[FINNC_MAX_RANK])
{
    perm[0] = 0;
    for (int i = 1; i < rank; i++)
        perm[i] = order == FNC_CHANNELS_LAST ? (i + 1 < rank ? i + 1 : 1)
                  : i == 1                   ? rank - 1
                                             : i - 1;
}

int fnc_batch_norm_axis(const finnc_node *node, int rank)
{
    return strcmp(finnc_node_home(node), "qonnx.custom_op.channels_last") == 0 ? rank - 1 : 1;
}

const int64_t *fnc_transpose_perm(const finnc_node *node, int *rank)
{
    size_t count;
    const int64_t *perm = finnc_node_ints(node, "perm", &count);
    if (!perm || count > FINNC_MAX_RANK)
        return NULL;
    *rank = (int)count;
    return perm;
}

bool fnc_brings_channels(const finnc_node *node, fnc_channels order)
{
    int rank;
    int64_t wanted[FINNC_MAX_RANK];
    if (!finnc_node_is(node, "Transpose"))
        return false;
    /* Without the attribute the axes are turned round, which is neither. */
    const int64_t *perm = fnc_transpose_perm(node, &rank);
    if (!perm || rank < 3)
        return false;
    fnc_channels_perm(order, rank, wanted);
    return memcmp(perm, wanted, (size_t)rank * sizeof *perm) == 0;
}

finnc_status fnc_insert_transpose(finnc_ctx *cx, finnc_graph *graph, finnc_value *x, int rank,
                                  const int64_t *perm, finnc_value *y, finnc_node *before,
                                  finnc_node **node)
{
    finnc_node *transpose;
    FINNC_TRY(fnc_insert_op(cx, graph, NULL, "Transpose", &x, 1, y, before, &transpose));
    if (node)
        *node = transpose;
    return finnc_node_set_ints(cx, transpose, "perm", perm, (size_t)rank);
}

finnc_status fnc_insert_turned(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                               const finnc_value *like, fnc_channels order, finnc_value **value)
{
    int64_t perm[FINNC_MAX_RANK];
    finnc_dim dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(like);
    if (rank > 1)
        fnc_channels_perm(order, rank, perm);
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(like, rank > 1 ? (int)perm[i] : i);
    FINNC_TRY(finnc_graph_insert_value(cx, graph, hint, value));
    FINNC_TRY(finnc_value_set_type(cx, *value, finnc_value_elem(like), rank, dims));
    return fnc_annotate_turned(cx, *value, like, order);
}

/* Only layouts that say which axis is the channels', and say it of the axis that moves. */
static const char *turned_layout(const char *layout, fnc_channels order)
{
    static const char *const pairs[][2] = {
        [FNC_CHANNELS_FIRST] = {"NCHW", "NCW"},
        [FNC_CHANNELS_LAST] = {"NHWC", "NWC"},
    };
    const fnc_channels other = order == FNC_CHANNELS_LAST ? FNC_CHANNELS_FIRST : FNC_CHANNELS_LAST;
    for (int i = 0; layout && i < 2; i++)
        if (strcmp(layout, pairs[other][i]) == 0)
            return pairs[order][i];
    return "";
}

finnc_status fnc_annotate_turned(finnc_ctx *cx, finnc_value *value, const finnc_value *like,
                                 fnc_channels order)
{
    const char *layout = turned_layout(finnc_value_layout(like), order);
    if (*layout || finnc_value_layout(value))
        FINNC_TRY(finnc_value_set_layout(cx, value, layout));
    if (finnc_value_has_dtype(like) || finnc_value_has_dtype(value))
        FINNC_TRY(finnc_value_set_dtype(cx, value, finnc_value_dtype(like)));
    return FINNC_OK;
}
