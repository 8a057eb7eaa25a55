/* BatchNormalization over any channel axis. */
#ifndef FNC_BATCHNORM_H
#define FNC_BATCHNORM_H

#include "../kernel.h"

/* How the data are seen: figures per channel, elements before and behind. */
typedef struct fnc_channels {
    int64_t outer, count, inner;
} fnc_channels;

fnc_channels fnc_channels_along(const fnc_array *x, int axis);
/* The node at hand: inputs x, scale, bias, mean, variance; one of the latter four per channel. In
 * training mean and variance are those of x, outputs 1 and 2 the inputs' moved towards them, and
 * outputs 3 and 4 these themselves. */
FINNC_MUST_USE finnc_status fnc_batchnorm(fnc_call *call, fnc_channels channels, bool is_training);

#endif
