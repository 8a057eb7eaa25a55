/* The attributes by which convolutions and pools say how their windows lie. */
#ifndef FNC_WINDOW_ATTRS_H
#define FNC_WINDOW_ATTRS_H

#include "../infer.h"

#define FNC_WINDOW_ATTRS                                                                           \
    {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},                        \
        {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends, per spatial axis", 0},                 \
        {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},                  \
    {                                                                                              \
        "auto_pad", FINNC_ATTR_STRING, "\"NOTSET\"", "NOTSET, SAME_UPPER, SAME_LOWER or VALID", 0  \
    }
#define FNC_CONV_ATTRS                                                                             \
    {"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis; else from the weights", 0},         \
        {"group", FINNC_ATTR_INT, "1", "groups of channels", 0}, FNC_WINDOW_ATTRS
#define FNC_POOL_ATTRS                                                                             \
    {"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},                   \
        {"ceil_mode", FINNC_ATTR_INT, "0", "round the number of windows up", 0}, FNC_WINDOW_ATTRS

#endif
