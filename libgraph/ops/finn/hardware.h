/* What FINN's hardware layers have in common. */
#ifndef FNC_HARDWARE_H
#define FNC_HARDWARE_H

#include "../infer.h"

#define FNC_HW_DOMAIN "finn.custom_op.fpgadataflow"
#define FNC_HW_BACKEND                                                                             \
    {                                                                                              \
        "backend", FINNC_ATTR_STRING, "\"fpgadataflow\"", "marks a hardware layer", 0              \
    }
#define FNC_HW_INT(name, doc)                                                                      \
    {                                                                                              \
        name, FINNC_ATTR_INT, NULL, doc, FINNC_REQUIRED                                            \
    }
#define FNC_HW_INTS(name, doc)                                                                     \
    {                                                                                              \
        name, FINNC_ATTR_INTS, NULL, doc, FINNC_REQUIRED                                           \
    }
#define FNC_HW_TYPE(name, doc)                                                                     \
    {                                                                                              \
        name, FINNC_ATTR_STRING, NULL, doc, FINNC_REQUIRED                                         \
    }
#define FNC_HW_PE                                                                                  \
    {                                                                                              \
        "PE", FINNC_ATTR_INT, "1", "output channels at once", 0                                    \
    }
#define FNC_HW_SIMD                                                                                \
    {                                                                                              \
        "SIMD", FINNC_ATTR_INT, "1", "input channels at once", 0                                   \
    }
#define FNC_HW_VECTORS                                                                             \
    {                                                                                              \
        "numInputVectors", FINNC_ATTR_INTS, "[1]", "axes before the channels", 0                   \
    }

/* numInputVectors, or if that is absent the dimensions of input 0 before its last, and then the
 * attribute `name`. A layer may drop axes of one element: only the vectors' number has to agree. */
FINNC_MUST_USE finnc_status fnc_hw_shape(const finnc_infer *in, const char *name, fnc_shape *y);
/* That is output 0. */
FINNC_MUST_USE finnc_status fnc_hw_set_shape(finnc_infer *in, const char *name);
/* Output 0 has the data type that an attribute names. */
FINNC_MUST_USE finnc_status fnc_hw_set_dtype(finnc_infer *in, const char *name);
/* inputDataType follows input 0, output 0 follows outputDataType. */
finnc_status fnc_hw_dtypes(finnc_infer *in);
/* inputDataType follows input 0, and so does output 0. */
finnc_status fnc_hw_dtypes_as_first(finnc_infer *in);
/* An attribute of `length` integers, which has to be there. */
FINNC_MUST_USE finnc_status fnc_hw_list(const finnc_infer *in, const char *name, size_t length,
                                        const int64_t **x);
/* BAD_VALUE unless it is an image (N, H, W, C), or unknown. */
FINNC_MUST_USE finnc_status fnc_hw_image(const finnc_infer *in, const fnc_shape *x);
/* The smallest type that holds low and high; signed if low is below zero. */
finnc_dtype fnc_hw_span(double low, double high);

#endif
