/* MaxPoolNHWC: MaxPool of channels-last data. */
#include "../channels_last_pool.h"

static finnc_status run(fnc_call *call)
{
    return fnc_max_pool_last(call);
}

const fnc_kernel fnc_kernel_qonnx_max_pool_nhwc = {.run = run};
