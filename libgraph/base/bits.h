/* Elements of 2, 4 and 6 bits, packed as ONNX stores them: a stream of bits, low ones first. Those
 * of 6 bits cross bytes, four of them fill three. */
#ifndef FNC_BITS_H
#define FNC_BITS_H

#include "compiler.h"

/* Bytes for `n` elements of `width` bits, rounded up; no product that could wrap. */
static inline size_t fnc_bits_nbytes(size_t n, unsigned width)
{
    return n / 8 * width + (n % 8 * width + 7) / 8;
}

static inline unsigned fnc_bits_load(const uint8_t *data, size_t i, unsigned width)
{
    const uint8_t *at = data + i / 8 * width + i % 8 * width / 8;
    unsigned shift = (unsigned)(i % 8) * width % 8, x = *at;
    if (shift + width > 8)
        x |= (unsigned)at[1] << 8;
    return x >> shift & ((1u << width) - 1);
}

/* Leaves the bits of its neighbours alone: the bytes have to hold something. */
static inline void fnc_bits_store(uint8_t *data, size_t i, unsigned width, unsigned code)
{
    uint8_t *at = data + i / 8 * width + i % 8 * width / 8;
    unsigned shift = (unsigned)(i % 8) * width % 8, mask = ((1u << width) - 1) << shift;
    code = code << shift & mask;
    at[0] = (uint8_t)((at[0] & ~mask) | code);
    if (shift + width > 8)
        at[1] = (uint8_t)((at[1] & ~(mask >> 8)) | code >> 8);
}

#endif
