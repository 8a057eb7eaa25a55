/* The attributes by which convolutions and pools say how their windows lie. */
#ifndef FNC_WINDOW_ATTRS_H
#define FNC_WINDOW_ATTRS_H

#include "../infer.h"

/* `dilated`, `ceiled`: the versions since which there are dilations and ceil_mode. */
#define FNC_WINDOW_ATTRS(dilated)                                                                  \
    {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},                        \
        {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends, per spatial axis", 0},                 \
        {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent",                      \
         FINNC_SINCE(dilated)},                                                                    \
    {                                                                                              \
        "auto_pad", FINNC_ATTR_STRING, "\"NOTSET\"", "NOTSET, SAME_UPPER, SAME_LOWER or VALID", 0  \
    }
#define FNC_CONV_ATTRS                                                                             \
    {"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis; else from the weights", 0},         \
        {"group", FINNC_ATTR_INT, "1", "groups of channels", 0}, FNC_WINDOW_ATTRS(0)
#define FNC_POOL_ATTRS(ceiled, dilated)                                                            \
    {"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},                   \
        {"ceil_mode", FINNC_ATTR_INT, "0", "round the number of windows up", FINNC_SINCE(ceiled)}, \
        FNC_WINDOW_ATTRS(dilated)

#endif
