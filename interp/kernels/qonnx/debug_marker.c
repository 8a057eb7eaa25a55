/* DebugMarker: what comes in goes out. */
#include "../../kernel.h"

static finnc_status run(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
}

const fnc_kernel fnc_kernel_qonnx_debug_marker = {.run = run, .takes = FNC_TAKES_ALL};
