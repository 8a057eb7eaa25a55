/* BatchNormalization: (x - mean) / sqrt(variance + epsilon) * scale + bias, per channel. Computed
 * in double and rounded once: signs behind it decide bits. */
#include "../batchnorm.h"

static finnc_status run(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    return fnc_batchnorm(call, 1);
}

const fnc_kernel fnc_kernel_onnx_batch_normalization = {.run = run};
