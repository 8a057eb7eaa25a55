#include "codes.h"

#include <base/compiler.h>
#include <base/ctx.h>

typedef uint8_t sixteen __attribute__((vector_size(16), may_alias, aligned(1)));

void fnc_codes_to_bits(const uint8_t *codes, int64_t n, uint8_t *to)
{
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        to[i / 8] = fnc_eight_bits(codes + i, 0);
    if (i < n) {
        uint8_t rest[8] = {0};
        memcpy(rest, codes + i, (size_t)(n - i));
        to[i / 8] = fnc_eight_bits(rest, 0);
    }
}

static inline __attribute__((always_inline)) uint64_t eight_codes(const uint8_t *from,
                                                                  const bool is_packed, int64_t i)
{
    uint64_t eight;
    if (is_packed)
        return fnc_eight_codes(from[i / 8]);
    memcpy(&eight, from + i, sizeof eight);
    return eight;
}

static inline __attribute__((always_inline)) void add(const uint8_t *a, const bool a_is_packed,
                                                      const uint8_t *b, const bool b_is_packed,
                                                      int64_t n, uint8_t *to)
{
    int64_t i = 0;
    uint64_t sums;
    for (; i + 8 <= n; i += 8) {
        sums = eight_codes(a, a_is_packed, i) + eight_codes(b, b_is_packed, i);
        memcpy(to + i, &sums, sizeof sums);
    }
    if (i < n) {
        sums = eight_codes(a, a_is_packed, i) + eight_codes(b, b_is_packed, i);
        memcpy(to + i, &sums, (size_t)(n - i));
    }
}

void fnc_codes_add(const uint8_t *a, bool a_is_packed, const uint8_t *b, bool b_is_packed,
                   int64_t n, uint8_t *to)
{
    if (a_is_packed && b_is_packed)
        add(a, true, b, true, n, to);
    else if (a_is_packed)
        add(a, true, b, false, n, to);
    else if (b_is_packed)
        add(a, false, b, true, n, to);
    else
        add(a, false, b, false, n, to);
}

/* ---- maps ---- */

static int count_jumps(const uint8_t *map, int32_t high)
{
    int n = 0;
    for (int32_t k = 1; k <= high; k++)
        n += map[k] != map[k - 1];
    return n;
}

finnc_status fnc_jumps_find(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                            const fnc_layer *layer, fnc_jumps *jumps)
{
    const fnc_digits *d = &p->digits[layer->in];
    *jumps = (fnc_jumps){.stride = (d->c + 15) / 16 * 16};
    for (int64_t c = 0; c < d->c; c++) {
        int n = count_jumps(layer->map + c * 256, d->high);
        jumps->n = n > jumps->n ? n : jumps->n;
    }
    if (jumps->n > FNC_JUMPS) {
        jumps->n = -1;
        return FINNC_OK;
    }
    size_t stride = (size_t)jumps->stride, n = (size_t)jumps->n;
    uint8_t *first = FNC_NEW_ARRAY(arena, uint8_t, stride * (2 * n + 1));
    if (!first)
        return finnc_no_memory(cx);
    uint8_t *at = first + stride, *by = at + n * stride;
    for (int64_t c = 0; c < d->c; c++) {
        const uint8_t *map = layer->map + c * 256;
        first[c] = map[0];
        int64_t place = c;
        for (int32_t k = 1; k <= d->high; k++)
            if (map[k] != map[k - 1]) {
                at[place] = (uint8_t)k;
                by[place] = (uint8_t)(map[k] - map[k - 1]);
                place += jumps->stride;
            }
    }
    jumps->first = first;
    jumps->at = at;
    jumps->by = by;
    return FINNC_OK;
}

static inline sixteen jump(const fnc_jumps *jumps, int64_t channel, const uint8_t *from)
{
    const uint8_t *at = jumps->at + channel, *by = jumps->by + channel;
    const sixteen x = *(const sixteen *)from;
    sixteen y = *(const sixteen *)(jumps->first + channel);
    for (int j = 0; j < jumps->n; j++, at += jumps->stride, by += jumps->stride)
        y += (sixteen)(x >= *(const sixteen *)at) & *(const sixteen *)by;
    return y;
}

void fnc_codes_jump(const fnc_jumps *jumps, int64_t first, const uint8_t *from, int64_t n,
                    uint8_t *to)
{
    int64_t i = 0;
    sixteen y;
    for (; i + 16 <= n; i += 16) {
        y = jump(jumps, first + i, from + i);
        memcpy(to + i, &y, sizeof y);
    }
    if (i < n) {
        y = jump(jumps, first + i, from + i);
        memcpy(to + i, &y, (size_t)(n - i));
    }
}

/* ---- many thresholds ---- */

/* No sum is as large: 2^24 bounds the numbers that a layer adds up, and its codes, which begin with
 * 0, are up to twice as far from it. A threshold farther out is reached by all sums or by none. */
enum { BEYOND = 1 << 26 };

static int64_t guess(const fnc_guess *g, int32_t sum)
{
    float code = (float)sum * g->scale + g->offset;
    code = code > g->low ? code : g->low;
    code = code < g->high ? code : g->high;
    return (int64_t)code;
}

static int64_t search(const int32_t *steps, int64_t n, int32_t sum)
{
    int64_t low = 0;
    for (int64_t rest = n; rest > 0;) {
        const int64_t half = (rest + 1) / 2;
        low += sum >= steps[low + half] ? half : 0;
        rest -= half;
    }
    return low;
}

/* A line through the first and the last threshold that tell sums apart. A channel may have few of
 * them: there are as many thresholds as the channel needs that makes most codes. */
static fnc_guess make_guess(const int32_t *steps, int64_t n)
{
    int64_t low = 0, high = n;
    while (low < n && steps[low + 1] <= -BEYOND)
        low++;
    while (high > low && steps[high] >= BEYOND)
        high--;
    fnc_guess g = {.low = (float)low, .high = (float)high};
    if (low == high)
        return g;
    const double first = steps[low + 1], span = steps[high] - first;
    g.scale = span > 0 ? (float)((double)(high - low - 1) / span) : 0;
    g.offset = (float)((double)(low + 1) - (double)g.scale * first);
    return g;
}

/* Is the guess off by one at most, whatever the sum? Neither it nor the code falls as sums rise,
 * whether or not a float holds them, and the code stays the same between two thresholds: so the
 * guess is farthest off at the ends of such a stretch, which are tried. Sums below the first
 * threshold that tells them apart have the least code that there is, and those from the last one on
 * the greatest. The guess goes no further than these, so that it is no farther off there than
 * beside that threshold. */
static bool guesses_right(const fnc_guess *g, const int32_t *steps, int64_t n)
{
    for (int64_t k = (int64_t)g->low + 1; k <= (int64_t)g->high; k++)
        for (int32_t sum = steps[k] - 1; sum <= steps[k]; sum++) {
            const int64_t off = guess(g, sum) - search(steps, n, sum);
            if (off < -1 || off > 1)
                return false;
        }
    return true;
}

finnc_status fnc_ladder_make(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                             const fnc_layer *layer, fnc_ladder *ladder)
{
    const int64_t channels = p->digits[layer->out].c, n = layer->nthresholds;
    int32_t *steps = FNC_NEW_ARRAY(arena, int32_t, (size_t)(channels * (n + 2)));
    fnc_guess *guesses = FNC_NEW_ARRAY(arena, fnc_guess, (size_t)channels);
    if (!steps || !guesses)
        return finnc_no_memory(cx);
    *ladder = (fnc_ladder){.n = n, .steps = steps, .guesses = guesses, .has_guess = true};
    for (int64_t c = 0; c < channels; c++, steps += n + 2) {
        steps[0] = INT32_MIN;
        memcpy(steps + 1, layer->thresholds + c * n, (size_t)n * sizeof *steps);
        steps[n + 1] = INT32_MAX;
        guesses[c] = make_guess(steps, n);
        ladder->has_guess = ladder->has_guess && guesses_right(&guesses[c], steps, n);
    }
    return FINNC_OK;
}

/* A guess that is one too low is at the threshold behind it, or past that; one that is one too high
 * is below its own. One that is right is neither. */
void fnc_ladder_climb(const fnc_ladder *ladder, int64_t first, const int32_t *sums, int64_t n,
                      uint8_t *codes)
{
    const int64_t stride = ladder->n + 2;
    const int32_t *steps = ladder->steps + first * stride;
    const fnc_guess *guesses = ladder->guesses + first;
    if (!ladder->has_guess) {
        for (int64_t i = 0; i < n; i++)
            codes[i] = (uint8_t)search(steps + i * stride, ladder->n, sums[i]);
        return;
    }
    for (int64_t i = 0; i < n; i++, steps += stride) {
        const int64_t code = guess(&guesses[i], sums[i]);
        codes[i] = (uint8_t)(code + (sums[i] >= steps[code + 1]) - (sums[i] < steps[code]));
    }
}
