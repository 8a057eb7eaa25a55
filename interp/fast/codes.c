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
