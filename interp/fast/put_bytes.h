/* What becomes of sums, in plain C. */
#ifndef FNC_FAST_PUT_BYTES_H
#define FNC_FAST_PUT_BYTES_H

#include "kernels.h"

#include <string.h>

/* The sums of a block's channels, of one pixel: as they are, as codes, or as bits. */
static inline void put_bytes(const fnc_dot *dot, int64_t block, const int32_t *sums, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BYTES, end = dot->channels - first;
    const int32_t *thresholds = dot->thresholds + block * dot->nthresholds * FNC_DOT_BYTES;
    uint8_t code[FNC_DOT_BYTES] = {0};
    if (end > FNC_DOT_BYTES)
        end = FNC_DOT_BYTES;
    if (dot->nthresholds == 0) {
        memcpy(pixel + 4 * first, sums, (size_t)end * sizeof *sums);
        return;
    }
    for (int64_t j = 0; j < dot->nthresholds; j++)
        for (int64_t k = 0; k < end; k++)
            code[k] = (uint8_t)(code[k] + (sums[k] >= thresholds[j * FNC_DOT_BYTES + k]));
    if (!dot->is_packed) {
        memcpy(pixel + first, code, (size_t)end);
        return;
    }
    for (int k = 0; k < FNC_DOT_BYTES; k += 8) {
        unsigned bits = 0;
        for (int i = 0; i < 8; i++)
            bits |= (unsigned)code[k + i] << i;
        pixel[(first + k) / 8] = (uint8_t)bits;
    }
}

#endif
