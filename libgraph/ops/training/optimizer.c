/* Optimisers: one step of gradient descent for any number of tensors. */
#include "../infer.h"

/* Inputs after R and T are groups of n tensors each: the parameters, their gradients, then what is
 * remembered of earlier gradients. Outputs are the same without the gradients. */
static finnc_status shapes(finnc_infer *in, size_t groups)
{
    size_t ninputs = finnc_infer_ninputs(in), n = ninputs > 2 ? (ninputs - 2) / groups : 0;
    if (ninputs < 2 + groups || n * groups != ninputs - 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%zu tensors after R and T, should be %zu for each parameter",
                          ninputs > 2 ? ninputs - 2 : 0, groups);
    if (finnc_infer_noutputs(in) != n * (groups - 1))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu outputs for %zu parameters, should be %zu",
                          finnc_infer_noutputs(in), n, n * (groups - 1));
    for (size_t o = 0; o < n * (groups - 1); o++) {
        fnc_shape s = fnc_shape_of(in, 2 + (o < n ? o : o + n));
        FINNC_TRY(fnc_infer_set(in, o, &s));
    }
    return FINNC_OK;
}

static finnc_status shapes_of_3(finnc_infer *in)
{
    return shapes(in, 3);
}

static finnc_status shapes_of_4(finnc_infer *in)
{
    return shapes(in, 4);
}

/* clang-format off */
#define INPUTS(groups)                                                                             \
    {{"R", "learning rate, one number", 0, "T1"},                                                  \
     {"T", "steps taken before, one number", 0, "T2"},                                             \
     {"inputs", "parameters, gradients, then " groups, FINNC_VARIADIC | FINNC_MIXED, "T3"}}
#define OUTPUTS(groups) {{"outputs", "new parameters, then new " groups, FINNC_VARIADIC | FINNC_MIXED, "T3"}}
#define NORM(fallback, flags)                                                                      \
    {"norm_coefficient", FINNC_ATTR_FLOAT, fallback, "parameters times this are added to gradients", flags}
#define EPSILON {"epsilon", FINNC_ATTR_FLOAT, "1e-06", "added to divisors", 0}
#define TYPES                                                                                      \
    {{"T1", FINNC_TYPE(FLOAT) | FINNC_TYPE(DOUBLE)},                                               \
     {"T2", FINNC_TYPE(INT64)},                                                                    \
     {"T3", FINNC_TYPE(FLOAT) | FINNC_TYPE(DOUBLE)}}
/* clang-format on */

const finnc_op fnc_op_training_adagrad = {
    .name = "Adagrad",
    .domain = "ai.onnx.preview.training",
    .summary = "a step of gradient descent, shorter where gradients have been large",
    .since = {1},
    .in = INPUTS("sums of squared gradients"),
    .out = OUTPUTS("sums"),
    .attrs = {{"decay_factor", FINNC_ATTR_FLOAT, "0.0", "how fast the learning rate falls", 0},
              EPSILON,
              NORM("0.0", 0)},
    .types = TYPES,
    .shapes = shapes_of_3};

const finnc_op fnc_op_training_adam = {
    .name = "Adam",
    .domain = "ai.onnx.preview.training",
    .summary = "a step of gradient descent along running averages",
    .since = {1},
    .in = INPUTS("averages of gradients and of squared gradients"),
    .out = OUTPUTS("averages"),
    .attrs = {{"alpha", FINNC_ATTR_FLOAT, "0.9", "share of the old average gradient", 0},
              {"beta", FINNC_ATTR_FLOAT, "0.999", "share of the old average square", 0},
              EPSILON,
              NORM("0.0", 0),
              {"norm_coefficient_post", FINNC_ATTR_FLOAT, "0.0",
               "share that new parameters lose in the end", 0}},
    .types = TYPES,
    .shapes = shapes_of_4};

const finnc_op fnc_op_training_momentum = {
    .name = "Momentum",
    .domain = "ai.onnx.preview.training",
    .summary = "a step of gradient descent with momentum, plain or Nesterov's",
    .since = {1},
    .in = INPUTS("momenta"),
    .out = OUTPUTS("momenta"),
    .attrs = {{"alpha", FINNC_ATTR_FLOAT, NULL, "share of the old momentum", FINNC_REQUIRED},
              {"beta", FINNC_ATTR_FLOAT, NULL, "factor of gradients, after the first step",
               FINNC_REQUIRED},
              {"mode", FINNC_ATTR_STRING, NULL, "standard or nesterov", FINNC_REQUIRED},
              NORM(NULL, FINNC_REQUIRED)},
    .types = TYPES,
    .shapes = shapes_of_3};
