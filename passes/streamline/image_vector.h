/* A vector of channels written as an image of one pixel: [n, 1, 1, c], channels last. */
#ifndef FNC_STREAMLINE_IMAGE_VECTOR_H
#define FNC_STREAMLINE_IMAGE_VECTOR_H

#include <finnc/graph.h>

/** Is `value` laid out as NHWC with one pixel? If not, `why` (room for 128) says so. */
bool fnc_is_image_vector(const finnc_value *value, char why[128]);

#endif
