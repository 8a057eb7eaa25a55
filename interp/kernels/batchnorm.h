/* BatchNormalization over any channel axis. */
#ifndef FNC_BATCHNORM_H
#define FNC_BATCHNORM_H

#include "../kernel.h"

/* The node at hand: inputs x, scale, bias, mean, variance; channels along `axis` of x. */
FINNC_MUST_USE finnc_status fnc_batchnorm(fnc_call *call, int axis);

#endif
