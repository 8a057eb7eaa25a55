/* Gradient is gone by the time that anything runs: a session has put its meaning in its place. Only
 * who runs the op by itself, without the graph that it is about, comes here. */
#include "../../kernel.h"

static finnc_status gradient(fnc_call *call)
{
    return finnc_fail(call->cx, FINNC_UNSUPPORTED, "Gradient means nothing without a graph around");
}

const fnc_kernel fnc_kernel_training_gradient = {.run = gradient, .takes = FNC_TAKES_ALL};
