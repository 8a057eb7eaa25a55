/* Codes of an image whose channels lie side by side, a byte or a bit each: what takes few
 * instructions for many channels in plain vectors of C, so that no instruction set needs a kernel.
 * All of them may read up to 15 bytes behind their data. */
#ifndef FNC_FAST_CODES_H
#define FNC_FAST_CODES_H

#include "program.h"

#include <base/arena.h>

#include <string.h>

/* The bits `b` of eight codes, as one byte: that times 2^7k shifts code k below the highest byte's
 * bit k. */
static inline uint8_t fnc_eight_bits(const uint8_t *codes, int b)
{
    uint64_t eight;
    memcpy(&eight, codes, sizeof eight);
    eight = (eight >> b & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080);
    return (uint8_t)(eight >> 56);
}

/* Eight bits to eight codes. */
static inline uint64_t fnc_eight_codes(uint8_t bits)
{
    uint64_t eight = bits * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
    return (eight + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
}

/* `n` codes 0 and 1 to bits; those that fill up the last byte are 0. */
void fnc_codes_to_bits(const uint8_t *codes, int64_t n, uint8_t *to);
/* Sums of `n` codes each, which are bytes or bits, to bytes. */
void fnc_codes_add(const uint8_t *a, bool a_is_packed, const uint8_t *b, bool b_is_packed,
                   int64_t n, uint8_t *to);

/* Thresholds of sums by channel, more than kernels compare with each: a code is how many of them a
 * sum reaches. A guess is put right by looking at the thresholds beside it, where it is known to be
 * off by one at most; else they are searched by halving. */
enum { FNC_LADDER = 16 }; /* up to so many are compared with each */

/* Sum times scale and offset, cut to the codes that there are and rounded down. */
typedef struct fnc_guess {
    float scale, offset;
    float low, high; /* whole */
} fnc_guess;

typedef struct fnc_ladder {
    int64_t n;
    const int32_t *steps;     /* by channel: INT32_MIN, n thresholds, ascending, INT32_MAX */
    const fnc_guess *guesses; /* by channel */
    bool has_guess;
} fnc_ladder;

/* Of a DOT layer with thresholds; sums are below 2^26. */
FINNC_MUST_USE finnc_status fnc_ladder_make(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                                            const fnc_layer *layer, fnc_ladder *ladder);
/* Codes of the sums of channels [first, first + n) of a pixel. */
void fnc_ladder_climb(const fnc_ladder *ladder, int64_t first, const int32_t *sums, int64_t n,
                      uint8_t *codes);

/* A map of codes to others, as the places at which it changes: y = first + the sum of by[j] over
 * those j for which x >= at[j], modulo 256. */
enum { FNC_JUMPS = 8 }; /* for more, looking codes up is faster */
typedef struct fnc_jumps {
    int n; /* of the channel that has most of them; -1: more than there may be */
    int64_t stride;
    const uint8_t *first, *at, *by; /* by jump, then channel */
} fnc_jumps;

/* Of a MAP layer. */
FINNC_MUST_USE finnc_status fnc_jumps_find(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                                           const fnc_layer *layer, fnc_jumps *jumps);
/* Channels [first, first + n) of a pixel, `first` being a multiple of 16. jumps->n is not -1. */
void fnc_codes_jump(const fnc_jumps *jumps, int64_t first, const uint8_t *from, int64_t n,
                    uint8_t *to);

#endif
