/* Weights and thresholds in blocks of output channels. */
#include "pack.h"

#include <stdlib.h>
#include <string.h>

typedef struct packing {
    finnc_ctx *cx;
    fnc_arena *arena;
    const fnc_layer *layer;
    const fnc_digits *in;
    fnc_dot *dot;
    int64_t lanes; /* of a block */
    int64_t taps, depth, each;
    int64_t width; /* bytes of a pixel that a block sees */
} packing;

/* ---- which part of a window ---- */

/* Channels of the input in a byte. */
static int64_t density(const packing *p)
{
    return p->in->is_packed ? 8 : 1;
}

/* The channels that a block sees: those of its groups, from `*first` to `*end`. */
static void span_of(const packing *p, int64_t block, int64_t *first, int64_t *end)
{
    int64_t last =
        (block + 1) * p->lanes < p->dot->channels ? (block + 1) * p->lanes : p->dot->channels;
    *first = block * p->lanes / p->each * p->depth;
    *end = ((last - 1) / p->each + 1) * p->depth;
}

/* All blocks see as much, in whole units; the last ones begin early enough to find it. */
static finnc_status find_starts(packing *p)
{
    fnc_dot *dot = p->dot;
    int64_t unit = p->in->is_packed ? 8 : 4, pixel = (int64_t)p->in->pixel, first, end;
    p->width = pixel;
    if (p->layer->groups == 1)
        return FINNC_OK;
    dot->starts = fnc_pack_alloc(p->arena, sizeof *dot->starts, dot->blocks);
    if (!dot->starts)
        return finnc_no_memory(p->cx);
    p->width = 0;
    for (int64_t b = 0; b < dot->blocks; b++) {
        span_of(p, b, &first, &end);
        int64_t width = ((end - first) / density(p) + unit - 1) / unit * unit;
        p->width = width > p->width ? width : p->width;
    }
    for (int64_t b = 0; b < dot->blocks; b++) {
        span_of(p, b, &first, &end);
        first /= density(p);
        dot->starts[b] = first < pixel - p->width ? first : pixel - p->width;
    }
    return FINNC_OK;
}

static finnc_status find_units(packing *p, int64_t unit)
{
    const fnc_layer *layer = p->layer;
    fnc_dot *dot = p->dot;
    int64_t pixel = (int64_t)p->in->pixel, row = p->in->w * pixel, each = p->width / unit;
    dot->units = p->taps * each;
    dot->step_h = layer->sh * row;
    dot->step_w = layer->sw * pixel;
    dot->offsets = fnc_pack_alloc(p->arena, sizeof *dot->offsets, dot->units);
    if (!dot->offsets)
        return finnc_no_memory(p->cx);
    for (int64_t u = 0; u < dot->units; u++) {
        int64_t tap = u / each, y = tap / layer->kw, x = tap % layer->kw;
        dot->offsets[u] = y * layer->dh * row + x * layer->dw * pixel + u % each * unit;
    }
    return FINNC_OK;
}

/* Where in what its block sees an output channel's own channels begin. */
static int64_t place_of(const packing *p, int64_t channel)
{
    int64_t start = p->dot->starts ? p->dot->starts[channel / p->lanes] * density(p) : 0;
    return channel / p->each * p->depth - start;
}

/* ---- weights ---- */

static int32_t threshold(const packing *p, int64_t channel, int64_t j)
{
    return channel < p->dot->channels ? p->layer->thresholds[channel * p->dot->nthresholds + j]
                                      : INT32_MAX;
}

/* A bit for each weight that is 1, of the next 64 at most. */
static uint64_t pack_signs(const int8_t *w, int64_t n)
{
    uint64_t word = 0;
    for (int64_t k = 0; k < n && k < 64; k++)
        word |= (uint64_t)(w[k] > 0) << k;
    return word;
}

/* Words that output channel `o` sees and others do not are none of its block's: see takes_bits. */
static void pack_bit_channel(const packing *p, int64_t o)
{
    fnc_dot *dot = p->dot;
    int64_t words = p->width / 8, lane = o % p->lanes;
    const int8_t *w = p->layer->weights + o * p->taps * p->depth;
    uint64_t *bits = dot->bits + o / p->lanes * dot->units * p->lanes;
    for (int64_t tap = 0; tap < p->taps; tap++, w += p->depth)
        for (int64_t c = 0; c < p->depth; c += 64) {
            uint64_t *word = &bits[(tap * words + c / 64) * p->lanes + lane];
            *word = pack_signs(w + c, p->depth - c);
            dot->ones[o] += __builtin_popcountll(*word);
        }
}

static finnc_status pack_bits(packing *p)
{
    fnc_dot *dot = p->dot;
    const int64_t lanes = p->lanes, n = dot->nthresholds;
    FINNC_TRY(find_starts(p));
    FINNC_TRY(find_units(p, 8));
    dot->bits = fnc_pack_alloc(p->arena, sizeof *dot->bits, dot->blocks * dot->units * lanes);
    dot->ones = fnc_pack_alloc(p->arena, sizeof *dot->ones, dot->blocks * lanes);
    dot->limits = fnc_pack_alloc(p->arena, sizeof *dot->limits, dot->blocks * (n + 1) * lanes);
    if (!dot->bits || !dot->ones || !dot->limits)
        return finnc_no_memory(p->cx);
    for (int64_t o = 0; o < dot->blocks * lanes; o++) {
        if (o < dot->channels)
            pack_bit_channel(p, o);
        for (int64_t j = 0; j < n; j++) {
            int64_t t = threshold(p, o, j);
            dot->limits[(o / lanes * n + j) * lanes + o % lanes] = t == INT32_MAX ? -1
                                                                   : t == INT32_MIN
                                                                       ? INT32_MAX
                                                                       : dot->ones[o] - t;
        }
    }
    return FINNC_OK;
}

static finnc_status pack_thresholds(packing *p)
{
    fnc_dot *dot = p->dot;
    const int64_t lanes = p->lanes, n = dot->nthresholds;
    dot->thresholds =
        fnc_pack_alloc(p->arena, sizeof *dot->thresholds, dot->blocks * (n + 1) * lanes);
    if (!dot->thresholds)
        return finnc_no_memory(p->cx);
    for (int64_t o = 0; o < dot->blocks * lanes; o++)
        for (int64_t j = 0; j < n; j++)
            dot->thresholds[(o / lanes * n + j) * lanes + o % lanes] = threshold(p, o, j);
    return FINNC_OK;
}

/* Can no sum of two products, of the first and second or of the third and fourth codes of a unit,
 * leave 16 bits? */
static bool do_pairs_fit(const int8_t *bytes, int64_t n, int32_t high)
{
    for (int64_t i = 0; i < n; i += 2) {
        int32_t least = (bytes[i] < 0 ? bytes[i] : 0) + (bytes[i + 1] < 0 ? bytes[i + 1] : 0);
        int32_t most = (bytes[i] > 0 ? bytes[i] : 0) + (bytes[i + 1] > 0 ? bytes[i + 1] : 0);
        if (least * high < INT16_MIN || most * high > INT16_MAX)
            return false;
    }
    return true;
}

static finnc_status pack_bytes(packing *p)
{
    fnc_dot *dot = p->dot;
    const int64_t lanes = p->lanes;
    FINNC_TRY(find_starts(p));
    FINNC_TRY(find_units(p, 4));
    dot->bytes = fnc_pack_alloc(p->arena, 4, dot->blocks * dot->units * lanes);
    if (!dot->bytes)
        return finnc_no_memory(p->cx);
    for (int64_t o = 0; o < dot->channels; o++) {
        const int8_t *w = p->layer->weights + o * p->taps * p->depth;
        int8_t *bytes = dot->bytes + (o / lanes * dot->units * lanes + o % lanes) * 4;
        for (int64_t i = 0; i < p->taps * p->depth; i++) {
            int64_t byte = i / p->depth * p->width + place_of(p, o) + i % p->depth;
            bytes[byte / 4 * lanes * 4 + byte % 4] = w[i];
        }
    }
    dot->pairs_fit = do_pairs_fit(dot->bytes, dot->blocks * dot->units * lanes * 4, p->in->high);
    return pack_thresholds(p);
}

/* ---- each channel by itself ---- */

/* Do sums stay in 16 bits, with one to spare that they never reach? */
static bool is_low(const packing *p)
{
    for (int64_t o = 0; o < p->dot->channels; o++) {
        int64_t most = 0;
        for (int64_t t = 0; t < p->taps; t++)
            most += abs(p->layer->weights[o * p->taps + t]) * (int64_t)p->in->high;
        if (most >= INT16_MAX)
            return false;
    }
    return true;
}

static finnc_status pack_each(packing *p)
{
    fnc_dot *dot = p->dot;
    const int64_t lanes = p->lanes, n = dot->blocks * dot->nthresholds * lanes;
    p->width = 1;
    FINNC_TRY(find_units(p, 1));
    FINNC_TRY(pack_thresholds(p));
    dot->is_low = is_low(p);
    dot->taps = fnc_pack_alloc(p->arena, sizeof *dot->taps, dot->blocks * dot->units * lanes);
    dot->low_thresholds = fnc_pack_alloc(p->arena, sizeof *dot->low_thresholds, n);
    if (!dot->taps || !dot->low_thresholds)
        return finnc_no_memory(p->cx);
    for (int64_t o = 0; o < dot->channels; o++)
        for (int64_t t = 0; t < p->taps; t++)
            dot->taps[(o / lanes * dot->units + t) * lanes + o % lanes] =
                p->layer->weights[o * p->taps + t];
    for (int64_t i = 0; i < n; i++) {
        int32_t t = dot->thresholds[i];
        dot->low_thresholds[i] = (int16_t)(t < INT16_MIN   ? INT16_MIN
                                           : t > INT16_MAX ? INT16_MAX
                                                           : t);
    }
    return FINNC_OK;
}

finnc_status fnc_pack_dot(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                          const fnc_layer *layer, fnc_dot *dot)
{
    const fnc_digits *in = &p->digits[layer->in], *out = &p->digits[layer->out];
    *dot = (fnc_dot){.channels = out->c,
                     .nthresholds = layer->nthresholds,
                     .is_packed = out->is_packed,
                     .is_each = fnc_layer_is_each(p, layer)};
    packing pack = {.cx = cx,
                    .arena = arena,
                    .layer = layer,
                    .in = in,
                    .dot = dot,
                    .lanes = dot->is_each    ? FNC_DOT_EACH
                             : in->is_packed ? FNC_DOT_BITS
                                             : FNC_DOT_BYTES,
                    .taps = layer->kh * layer->kw,
                    .depth = fnc_layer_depth(p, layer),
                    .each = out->c / layer->groups};
    dot->blocks = (out->c + pack.lanes - 1) / pack.lanes;
    if (dot->is_each)
        return pack_each(&pack);
    return in->is_packed ? pack_bits(&pack) : pack_bytes(&pack);
}
