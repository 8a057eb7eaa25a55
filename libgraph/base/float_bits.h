/* Floats by their bits: what a comparison of numbers takes for the same, 0 and -0, differs here,
 * and a NaN is what it is. */
#ifndef FNC_FLOAT_BITS_H
#define FNC_FLOAT_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t fnc_float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline bool fnc_float_is_same(float a, float b)
{
    return fnc_float_bits(a) == fnc_float_bits(b);
}

#endif
