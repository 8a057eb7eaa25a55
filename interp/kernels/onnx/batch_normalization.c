/* BatchNormalization: (x - mean) / sqrt(variance + epsilon) * scale + bias, per channel. Computed
 * in double and rounded once: signs behind it decide bits. */
#include "../batchnorm.h"

/* Training was the rule until a node said is_test, then it was known by its outputs. */
static bool is_training(const fnc_call *call)
{
    if (call->version < 7)
        return finnc_node_int(call->node, "is_test", 0) == 0;
    if (call->version < 14)
        return call->noutputs > 1;
    return finnc_node_int(call->node, "training_mode", 0) != 0;
}

static finnc_status run(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a single number has no channels");
    fnc_channels channels = {.outer = x->dims[0], .count = 1, .inner = 1}; /* of a vector */
    if (x->rank > 1)
        channels = fnc_channels_along(x, 1);
    if (call->version < 9 && finnc_node_int(call->node, "spatial", 1) == 0) {
        channels.count *= channels.inner;
        channels.inner = 1;
    }
    return fnc_batchnorm(call, channels, is_training(call));
}

/* The types of data, scales and figures are three. */
const fnc_kernel fnc_kernel_onnx_batch_normalization = {.run = run, .takes = FNC_TAKES_BYTES};
