/* Recurrent layers: RNN, GRU and LSTM. They differ by their gates; shapes are the same. */
#include "../infer.h"

#include <string.h>

/* Sequences of `steps` for a batch of `sequences`, layout 1 with these two exchanged. */
typedef struct sizes {
    finnc_dim steps, sequences, inputs, hidden, directions;
    bool batch_first;
} sizes;

static finnc_status read_directions(const finnc_infer *in, sizes *s)
{
    const char *direction = finnc_node_string(in->node, "direction", "forward");
    bool both = !strcmp(direction, "bidirectional");
    if (!both && strcmp(direction, "forward") != 0 && strcmp(direction, "reverse") != 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "direction is %s, it may be forward, reverse or bidirectional",
                          direction);
    s->directions = fnc_known(both ? 2 : 1);
    return FINNC_OK;
}

/* The size of `gates` vectors side by side. */
static finnc_dim times(finnc_dim hidden, int gates)
{
    return hidden.size < 0 ? fnc_unknown_dim() : fnc_dim_mul(hidden, fnc_known(gates));
}

/* Weights and states: rank 3, directions first (or second, in states of layout 1). */
static finnc_status read_weights(const finnc_infer *in, int gates, sizes *s)
{
    finnc_dim rows;
    for (size_t i = 0; i < 3; i++)
        FINNC_TRY(fnc_infer_need_rank(in, i, 3));
    FINNC_TRY(fnc_infer_same_dim(in, 2, 2, &s->hidden));
    FINNC_TRY(fnc_infer_same_dim(in, 0, 2, &s->inputs));
    FINNC_TRY(fnc_infer_same_dim(in, 1, 2, &s->inputs));
    for (size_t i = 1; i < 3; i++) {
        rows = times(s->hidden, gates);
        FINNC_TRY(fnc_infer_same_dim(in, i, 0, &s->directions));
        FINNC_TRY(fnc_infer_same_dim(in, i, 1, &rows));
    }
    rows = times(s->hidden, 2 * gates);
    FINNC_TRY(fnc_infer_need_rank(in, 3, 2));
    FINNC_TRY(fnc_infer_same_dim(in, 3, 1, &rows));
    FINNC_TRY(fnc_infer_need_rank(in, 4, 1));
    return fnc_infer_same_dim(in, 4, 0, &s->sequences);
}

static finnc_status read_state(const finnc_infer *in, size_t i, sizes *s)
{
    FINNC_TRY(fnc_infer_need_rank(in, i, 3));
    FINNC_TRY(fnc_infer_same_dim(in, i, s->batch_first ? 1 : 0, &s->directions));
    FINNC_TRY(fnc_infer_same_dim(in, i, s->batch_first ? 0 : 1, &s->sequences));
    return fnc_infer_same_dim(in, i, 2, &s->hidden);
}

static finnc_status shapes(finnc_infer *in, int gates, size_t nstates)
{
    int64_t hidden = fnc_infer_int(in, "hidden_size", -1);
    sizes s = {.steps = fnc_unknown_dim(),
               .sequences = fnc_unknown_dim(),
               .inputs = fnc_unknown_dim(),
               .hidden = hidden >= 0 ? fnc_known(hidden) : fnc_unknown_dim(),
               .batch_first = finnc_node_attr_int(in->node, "layout") != 0};
    FINNC_TRY(read_directions(in, &s));
    FINNC_TRY(read_weights(in, gates, &s));
    FINNC_TRY(fnc_infer_same_dim(in, 0, s.batch_first ? 1 : 0, &s.steps));
    FINNC_TRY(fnc_infer_same_dim(in, 0, s.batch_first ? 0 : 1, &s.sequences));
    for (size_t i = 0; i < nstates; i++)
        FINNC_TRY(read_state(in, 5 + i, &s));
    finnc_elem elem = finnc_infer_elem(in, 0);
    fnc_shape y = {elem, 4, {s.steps, s.directions, s.sequences, s.hidden}};
    fnc_shape last = {elem, 3, {s.directions, s.sequences, s.hidden}};
    if (s.batch_first) {
        y = (fnc_shape){elem, 4, {s.sequences, s.steps, s.directions, s.hidden}};
        last = (fnc_shape){elem, 3, {s.sequences, s.directions, s.hidden}};
    }
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    for (size_t i = 0; i < nstates; i++)
        FINNC_TRY(fnc_infer_set(in, 1 + i, &last));
    return FINNC_OK;
}

static finnc_status rnn_shapes(finnc_infer *in)
{
    return shapes(in, 1, 1);
}

static finnc_status gru_shapes(finnc_infer *in)
{
    return shapes(in, 3, 1);
}

static finnc_status lstm_shapes(finnc_infer *in)
{
    return shapes(in, 4, 2);
}

/* clang-format off */
#define INPUTS(gates)                                                                              \
    {"X", "(steps, sequences, inputs); the first two exchanged in layout 1", 0, "T"},              \
    {"W", "weights of inputs, (directions, " gates " hidden, inputs)", 0, "T"},                    \
    {"R", "weights of the state, (directions, " gates " hidden, hidden)", 0, "T"},                 \
    {"B", "biases of W and of R side by side, (directions, 2 * " gates " hidden)",                 \
     FINNC_OPTIONAL, "T"},                                                                         \
    {"sequence_lens", "steps that each sequence has", FINNC_OPTIONAL, "T1"},                       \
    {"initial_h", "states to begin with, (directions, sequences, hidden)", FINNC_OPTIONAL, "T"}
#define OUTPUTS                                                                                    \
    {"Y", "states after every step, (steps, directions, sequences, hidden)", FINNC_OPTIONAL, "T"}, \
    {"Y_h", "the last states", FINNC_OPTIONAL, "T"}
#define ATTRS(count, activations)                                                                  \
    {"activation_alpha", FINNC_ATTR_FLOATS, NULL, "first parameters, of the activations that have one", 0}, \
    {"activation_beta", FINNC_ATTR_FLOATS, NULL, "second parameters", 0},                          \
    {"activations", FINNC_ATTR_STRINGS, activations, count " for each direction", 0},              \
    {"clip", FINNC_ATTR_FLOAT, NULL, "limit of what goes into an activation, either way", 0},      \
    {"direction", FINNC_ATTR_STRING, "\"forward\"", "forward, reverse or bidirectional", 0},       \
    {"hidden_size", FINNC_ATTR_INT, NULL, "elements of a state", 0},                               \
    {"layout", FINNC_ATTR_INT, "0", "1: sequences come before steps and directions", FINNC_SINCE(14)},           \
    {"output_sequence", FINNC_ATTR_INT, "0", "is Y wanted?", FINNC_UNTIL(7)}
#define TYPES {{"T", FINNC_TYPES_FLOAT}, {"T1", FINNC_TYPE(INT32)}}
/* clang-format on */

const finnc_op fnc_op_onnx_rnn = {.name = "RNN",
                                  .summary =
                                      "a recurrent layer: f(X * W + H * R + B) for each step",
                                  .since = {1, 7, 14, 22},
                                  .in = {INPUTS("")},
                                  .out = {OUTPUTS},
                                  .attrs = {ATTRS("one", "[\"Tanh\", \"Tanh\"]")},
                                  .types = TYPES,
                                  .shapes = rnn_shapes};

const finnc_op fnc_op_onnx_gru = {
    .name = "GRU",
    .summary = "a recurrent layer of gated units: update, reset and hidden gates",
    .since = {1, 3, 7, 14, 22},
    .in = {INPUTS("3 *")},
    .out = {OUTPUTS},
    .attrs = {ATTRS("two (gates, hidden gate)", NULL),
              {"linear_before_reset", FINNC_ATTR_INT, "0",
               "is the state multiplied by R before it is reset?", FINNC_SINCE(3)}},
    .types = TYPES,
    .shapes = gru_shapes};

const finnc_op fnc_op_onnx_lstm = {
    .name = "LSTM",
    .summary = "a recurrent layer of long short-term memory: input, output, forget and cell gates",
    .since = {1, 7, 14, 22},
    .in = {INPUTS("4 *"),
           {"initial_c", "cells to begin with, as initial_h", FINNC_OPTIONAL, "T"},
           {"P", "weights from cells to input, output and forget gates", FINNC_OPTIONAL, "T"}},
    .out = {OUTPUTS, {"Y_c", "the last cells", FINNC_OPTIONAL, "T"}},
    .attrs = {ATTRS("three (gates, cell gate, cells)", NULL),
              {"input_forget", FINNC_ATTR_INT, "0", "is the forget gate 1 - the input gate?", 0}},
    .types = TYPES,
    .shapes = lstm_shapes};
