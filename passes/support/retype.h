/* Data types of constants whose elements changed. */
#ifndef FNC_SUPPORT_RETYPE_H
#define FNC_SUPPORT_RETYPE_H

#include <finnc/graph.h>

/** A constant's data type that does not allow its elements becomes the smallest that does. One that
 *  is not annotated stays so, and so does one with a sparsity, whose zeros are no elements. */
FINNC_MUST_USE finnc_status fnc_value_retype(finnc_ctx *cx, finnc_value *value);

#endif
