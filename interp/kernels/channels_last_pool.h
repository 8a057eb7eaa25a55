/* MaxPool of channels-last data with MaxPool's own attributes. */
#ifndef FNC_CHANNELS_LAST_POOL_H
#define FNC_CHANNELS_LAST_POOL_H

#include "channels_last.h"
#include "pool.h"

FINNC_MUST_USE finnc_status fnc_max_pool_last(fnc_call *call);

#endif
