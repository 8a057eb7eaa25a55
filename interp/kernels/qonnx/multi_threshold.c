/* MultiThreshold: how many of its channel's thresholds an element reaches, scaled and shifted. */
#include "../threshold.h"

#include <nodes/threshold_axis.h>

static finnc_status run(fnc_call *call)
{
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_out_like(call, 0, x, &y));
    return fnc_threshold(call, x, &call->in[1], fnc_threshold_axis(call->node, x->rank),
                         finnc_node_float(call->node, "out_scale", 1),
                         finnc_node_float(call->node, "out_bias", 0), y);
}

const fnc_kernel fnc_kernel_qonnx_multi_threshold = {.run = run};
