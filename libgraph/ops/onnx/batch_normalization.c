/* BatchNormalization: each channel by figures of its own. */
#include "../infer.h"

#include <inttypes.h>

finnc_status fnc_infer_need_figures(const finnc_infer *in, finnc_dim channels)
{
    for (size_t i = 1; i < 5 && channels.size >= 0; i++) {
        const finnc_value *figure = finnc_node_input(in->node, i);
        const int64_t n = figure ? finnc_value_nelems(figure) : -1;
        if (n >= 0 && n != channels.size)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "input %zu (%s) has %" PRId64 " elements for %" PRId64 " channels", i,
                              in->op->in[i].name, n, channels.size);
    }
    return FINNC_OK;
}

/* A vector has one channel. Before version 9 each element of an image could be one. */
static finnc_dim channels_of(const finnc_infer *in, const fnc_shape *x)
{
    if (x->rank < 2)
        return fnc_known(1);
    if (in->version >= 9 || fnc_infer_int(in, "spatial", 1) != 0)
        return x->dims[1];
    finnc_dim n = fnc_known(1);
    for (int i = 1; i < x->rank; i++)
        n = fnc_dim_mul(n, x->dims[i]);
    return n.size < 0 ? fnc_unknown_dim() : fnc_known(n.size);
}

static finnc_status batch_normalization_shapes(finnc_infer *in)
{
    const fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a single number has no channels");
    if (x.rank > 0)
        FINNC_TRY(fnc_infer_need_figures(in, channels_of(in, &x)));
    FINNC_TRY(fnc_shapes_as_first(in));
    fnc_shape c = fnc_shape_of(in, 3);
    for (size_t o = 1; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(fnc_infer_set(in, o, &c));
    return FINNC_OK;
}

/* Training was the rule until a node said is_test, then it was known by its outputs. */
static bool batch_normalization_trains(const finnc_node *node)
{
    const int version = finnc_node_version(node);
    if (version < 7)
        return finnc_node_int(node, "is_test", 0) == 0;
    if (version >= 14)
        return finnc_node_int(node, "training_mode", 0) != 0;
    size_t o = 1;
    while (o < finnc_node_noutputs(node) && !finnc_node_output(node, o))
        o++;
    return o < finnc_node_noutputs(node);
}

const finnc_op fnc_op_onnx_batch_normalization = {
    .name = "BatchNormalization",
    .summary = "scales and shifts each channel by its mean and variance",
    .since = {1, 6, 7, 9, 14, 15},
    .in = {{"X", "(N, C, ...)", 0, "T"},
           {"scale", "(C)", 0, "T1"},
           {"B", "(C)", 0, "T1"},
           {"mean", "(C)", 0, "T2"},
           {"var", "(C)", 0, "T2"}},
    .out = {{"Y", "as X", 0, "T"},
            {"running_mean", "in training", FINNC_OPTIONAL, "T2"},
            {"running_var", "in training", FINNC_OPTIONAL, "T2"},
            {"saved_mean", "in training", FINNC_OPTIONAL | FINNC_UNTIL(14), "T"},
            {"saved_var", "in training", FINNC_OPTIONAL | FINNC_UNTIL(14), "T"}},
    .attrs = {{"epsilon", FINNC_ATTR_FLOAT, "1e-05", "added to the variance", 0},
              {"momentum", FINNC_ATTR_FLOAT, "0.9", "of running figures in training", 0},
              {"training_mode", FINNC_ATTR_INT, "0", "figures of this batch?", FINNC_SINCE(14)},
              {"spatial", FINNC_ATTR_INT, "1", "0: figures per element of an image",
               FINNC_UNTIL(9)},
              {"is_test", FINNC_ATTR_INT, "0", "0: training", FINNC_UNTIL(7)},
              {"consumed_inputs", FINNC_ATTR_INTS, NULL, "without meaning", FINNC_UNTIL(6)}},
    .types = {{"T", FINNC_TYPES_FLOAT}, {"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPES_FLOAT}},
    .shapes = batch_normalization_shapes,
    .cost = fnc_cost_nothing,
    .range = fnc_range_normaliser,
    .trains = batch_normalization_trains};
