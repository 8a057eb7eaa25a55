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

static finnc_status dropout_range(finnc_infer *in, finnc_range_rule *rule)
{
    /* In training elements are dropped. */
    if (finnc_infer_has(in, 2) || (in->version < 7 && !fnc_infer_int(in, "is_test", 0)))
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
    .range = dropout_range};
