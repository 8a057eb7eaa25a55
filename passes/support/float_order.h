/* The float32 numbers in their order, for finding by bisection where a computation that does not
 * fall reaches a value. */
#ifndef FNC_FLOAT_ORDER_H
#define FNC_FLOAT_ORDER_H

#include <stdint.h>
#include <string.h>

/** The place of `x` among all floats: from -infinity (0x007fffff) to +infinity (0xff800000). */
static inline uint32_t fnc_float_rank(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & UINT32_C(0x80000000) ? ~bits : bits | UINT32_C(0x80000000);
}

/** The float at that place. */
static inline float fnc_float_ranked(uint32_t rank)
{
    const uint32_t bits = rank & UINT32_C(0x80000000) ? rank & UINT32_C(0x7fffffff) : ~rank;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
