/* Dropout: nothing, except in training. */
#include "elementwise.h"

static finnc_status dropout_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    FINNC_TRY(fnc_infer_set(in, 0, &s));
    if (in->version >= 10)
        s.elem = FINNC_ELEM_BOOL;
    return finnc_infer_noutputs(in) > 1 ? fnc_infer_set(in, 1, &s) : FINNC_OK;
}

/* At first a node trained unless it said that it tests; then, up to version 11, none did. */
static bool dropout_trains(const finnc_node *node)
{
    const finnc_value *said = finnc_node_input(node, 2);
    if (finnc_node_version(node) < 7)
        return finnc_node_int(node, "is_test", 0) == 0;
    if (finnc_node_version(node) < 12 || !said)
        return false;
    const finnc_tensor *t = finnc_value_is_constant(said) ? finnc_value_tensor(said) : NULL;
    return !t || finnc_tensor_nelems(t) != 1 || finnc_tensor_get(t, 0) != 0;
}

static finnc_status dropout_range(finnc_infer *in, finnc_range_rule *rule)
{
    if (finnc_node_trains(in->node))
        return FINNC_OK;
    FINNC_TRY(fnc_range_moves(in, rule));
    rule->noutputs = 1;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_dropout = {
    .name = "Dropout",
    .summary = "hands its input on, except in training",
    .since = {1, 6, 7, 10, 12, 13, 22},
    .in = {{"data", "numbers of any shape", 0, "T"},
           {"ratio", "share of elements dropped in training: 0 up to, but not, 1",
            FINNC_OPTIONAL | FINNC_SINCE(12), "T1"},
           {"training_mode", "one truth value", FINNC_OPTIONAL | FINNC_SINCE(12), "BOOL"}},
    .out = {{"output", "as data, zeros where dropped", 0, "T"},
            {"mask", "what was kept; before version 10 of data's type", FINNC_OPTIONAL, "T2"}},
    .attrs = {{"ratio", FINNC_ATTR_FLOAT, "0.5", "of what is dropped", FINNC_UNTIL(12)},
              {"is_test", FINNC_ATTR_INT, "0", "0 means training", FINNC_UNTIL(7)},
              {"seed", FINNC_ATTR_INT, NULL, "of the random numbers", FINNC_SINCE(12)},
              FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8},
              {"T1", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8},
              {"T2",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = dropout_shapes,
    .range = dropout_range,
    .trains = dropout_trains};
