/* BatchNormalization: (x - mean) / sqrt(variance + epsilon) * scale + bias, per channel. Computed
 * in double and rounded once: signs behind it decide bits. */
#include "../batchnorm.h"

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
    return fnc_batchnorm(call, channels, finnc_node_trains(call->node));
}

/* The types of data, scales and figures are three. */
const fnc_kernel fnc_kernel_onnx_batch_normalization = {.run = run, .takes = FNC_TAKES_BYTES};
