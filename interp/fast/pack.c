#include "pack.h"

#include <string.h>

void *fnc_pack_alloc(fnc_arena *arena, size_t size, int64_t count)
{
    size_t n, nbytes;
    if (!fnc_to_size(count, &n) || !fnc_mul(n, size, &nbytes) || !fnc_add(nbytes, 64, &nbytes))
        return NULL;
    char *block = fnc_arena_alloc(arena, nbytes);
    return block ? block + (-(uintptr_t)block & 63) : NULL;
}

/* ---- digits ---- */

/* One round; true if it changed anything. Bits are for products with signs; what moves or compares
 * codes takes and gives the same. */
static bool spread_bytes(const fnc_program *p, bool *is_bytes)
{
    bool has_changed = false;
    for (size_t i = p->nlayers; i-- > 0;) {
        const fnc_layer *layer = &p->layers[i];
        bool in = is_bytes[layer->in], out = is_bytes[layer->out];
        switch (layer->kind) {
        case FNC_LAYER_DOT:
            in |= !layer->is_bipolar;
            break;
        case FNC_LAYER_MAP:
            in = true;
            break;
        case FNC_LAYER_ADD:
            out = true;
            break;
        case FNC_LAYER_MAX:
        case FNC_LAYER_PAD:
            in = out = in || out;
            break;
        }
        has_changed |= in != is_bytes[layer->in] || out != is_bytes[layer->out];
        is_bytes[layer->in] = in;
        is_bytes[layer->out] = out;
    }
    return has_changed;
}

finnc_status fnc_pack_digits(finnc_ctx *cx, fnc_arena *scratch, fnc_program *p)
{
    bool *is_bytes = FNC_NEW_ARRAY(scratch, bool, p->ndigits);
    if (!is_bytes)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < p->ndigits; i++)
        is_bytes[i] = p->digits[i].is_sum || p->digits[i].high > 1;
    while (spread_bytes(p, is_bytes))
        continue;
    for (size_t i = 0; i < p->ndigits; i++) {
        fnc_digits *d = &p->digits[i];
        size_t c = (size_t)d->c;
        d->is_packed = !is_bytes[i];
        if (d->is_packed)
            d->pixel = (c + 63) / 64 * 8;
        else if (d->is_sum)
            d->pixel = c * sizeof(int32_t);
        else
            d->pixel = (c + 3) / 4 * 4;
    }
    return FINNC_OK;
}

/* ---- weights ---- */

static finnc_status find_units(finnc_ctx *cx, fnc_arena *arena, const fnc_digits *in,
                               const fnc_layer *layer, fnc_dot *dot)
{
    int64_t pixel = (int64_t)in->pixel, unit = in->is_packed ? 8 : 4, row = in->w * pixel;
    int64_t each = pixel / unit;
    dot->units = layer->kh * layer->kw * each;
    dot->step_h = layer->sh * row;
    dot->step_w = layer->sw * pixel;
    dot->offsets = fnc_pack_alloc(arena, sizeof *dot->offsets, dot->units);
    if (!dot->offsets)
        return finnc_no_memory(cx);
    for (int64_t u = 0; u < dot->units; u++) {
        int64_t tap = u / each, y = tap / layer->kw, x = tap % layer->kw;
        dot->offsets[u] = y * layer->dh * row + x * layer->dw * pixel + u % each * unit;
    }
    return FINNC_OK;
}

/* A bit for each weight that is 1, of the next 64 at most. */
static uint64_t pack_signs(const int8_t *w, int64_t n)
{
    uint64_t word = 0;
    for (int64_t k = 0; k < n && k < 64; k++)
        word |= (uint64_t)(w[k] > 0) << k;
    return word;
}

static finnc_status pack_bits(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                              const fnc_layer *layer, fnc_dot *dot)
{
    const fnc_digits *in = &p->digits[layer->in];
    int64_t taps = layer->kh * layer->kw, words = (int64_t)in->pixel / 8, units = taps * words;
    int64_t lanes = FNC_DOT_BITS, n = dot->nthresholds;
    dot->blocks = (dot->channels + lanes - 1) / lanes;
    dot->bits = fnc_pack_alloc(arena, sizeof *dot->bits, dot->blocks * units * lanes);
    dot->ones = fnc_pack_alloc(arena, sizeof *dot->ones, dot->blocks * lanes);
    dot->limits = fnc_pack_alloc(arena, sizeof *dot->limits, dot->blocks * (n + 1) * lanes);
    if (!dot->bits || !dot->ones || !dot->limits)
        return finnc_no_memory(cx);
    for (int64_t o = 0; o < dot->blocks * lanes; o++) {
        int64_t block = o / lanes, lane = o % lanes;
        const int8_t *w = layer->weights + o * taps * in->c;
        bool is_there = o < dot->channels;
        for (int64_t tap = 0; is_there && tap < taps; tap++, w += in->c)
            for (int64_t c = 0; c < in->c; c += 64) {
                uint64_t *word = &dot->bits[(block * units + tap * words + c / 64) * lanes + lane];
                *word = pack_signs(w + c, in->c - c);
                dot->ones[o] += __builtin_popcountll(*word);
            }
        for (int64_t j = 0; j < n; j++) {
            int64_t *limit = &dot->limits[(block * n + j) * lanes + lane];
            int64_t t = is_there ? layer->thresholds[o * n + j] : INT32_MAX;
            *limit = t == INT32_MAX ? -1 : t == INT32_MIN ? INT32_MAX : dot->ones[o] - t;
        }
    }
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

static finnc_status pack_bytes(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                               const fnc_layer *layer, fnc_dot *dot)
{
    const fnc_digits *in = &p->digits[layer->in];
    int64_t taps = layer->kh * layer->kw, pixel = (int64_t)in->pixel, lanes = FNC_DOT_BYTES;
    int64_t units = taps * pixel / 4, n = dot->nthresholds;
    dot->blocks = (dot->channels + lanes - 1) / lanes;
    dot->bytes = fnc_pack_alloc(arena, 4, dot->blocks * units * lanes);
    dot->thresholds = fnc_pack_alloc(arena, sizeof *dot->thresholds, dot->blocks * (n + 1) * lanes);
    if (!dot->bytes || !dot->thresholds)
        return finnc_no_memory(cx);
    for (int64_t o = 0; o < dot->blocks * lanes; o++) {
        int64_t block = o / lanes, lane = o % lanes;
        const int8_t *w = layer->weights + o * taps * in->c;
        bool is_there = o < dot->channels;
        for (int64_t i = 0; is_there && i < taps * in->c; i++) {
            int64_t byte = i / in->c * pixel + i % in->c;
            dot->bytes[((block * units + byte / 4) * lanes + lane) * 4 + byte % 4] = w[i];
        }
        for (int64_t j = 0; j < n; j++)
            dot->thresholds[(block * n + j) * lanes + lane] =
                is_there ? layer->thresholds[o * n + j] : INT32_MAX;
    }
    dot->pairs_fit = do_pairs_fit(dot->bytes, dot->blocks * units * lanes * 4, in->high);
    return FINNC_OK;
}

finnc_status fnc_pack_dot(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                          const fnc_layer *layer, fnc_dot *dot)
{
    const fnc_digits *in = &p->digits[layer->in], *out = &p->digits[layer->out];
    *dot = (fnc_dot){
        .channels = out->c, .nthresholds = layer->nthresholds, .is_packed = out->is_packed};
    FINNC_TRY(find_units(cx, arena, in, layer, dot));
    return in->is_packed ? pack_bits(cx, arena, p, layer, dot)
                         : pack_bytes(cx, arena, p, layer, dot);
}

/* ---- images ---- */

fnc_strides fnc_strides_of(fnc_axes axes, const fnc_digits *d)
{
    bool is_first = axes == FNC_AXES_FIRST || axes == FNC_AXES_FLAT_FIRST;
    return is_first ? (fnc_strides){1, d->h * d->w} : (fnc_strides){d->c, 1};
}

void fnc_put_codes(const fnc_digits *d, int64_t pixel, int64_t c, const uint8_t *codes, int64_t n,
                   uint8_t *to)
{
    to += (size_t)pixel * d->pixel;
    if (d->is_packed)
        for (int64_t i = 0; i < n; i++)
            to[(size_t)i * d->pixel + (size_t)c / 8] |= (uint8_t)(codes[i] << c % 8);
    else
        for (int64_t i = 0; i < n; i++)
            to[(size_t)i * d->pixel + (size_t)c] = codes[i];
}

void fnc_take_codes(const fnc_digits *d, int64_t pixel, int64_t c, int64_t n, const uint8_t *from,
                    uint8_t *codes)
{
    from += (size_t)pixel * d->pixel;
    if (d->is_packed)
        for (int64_t i = 0; i < n; i++)
            codes[i] = from[(size_t)i * d->pixel + (size_t)c / 8] >> c % 8 & 1;
    else
        for (int64_t i = 0; i < n; i++)
            codes[i] = from[(size_t)i * d->pixel + (size_t)c];
}

void fnc_write_image(const fnc_program *p, const fnc_program_output *output, const uint8_t *from,
                     int64_t n, float *y)
{
    const fnc_digits *d = &p->digits[output->digits];
    const fnc_strides at = fnc_strides_of(output->axes, d);
    const fnc_table *t = &output->table;
    const int64_t pixels = d->h * d->w;
    y += n * pixels * d->c;
    for (int64_t i = 0; i < pixels; i++) {
        const uint8_t *pixel = from + (size_t)i * d->pixel;
        for (int64_t c = 0; c < d->c; c++) {
            int64_t k;
            if (d->is_sum)
                k = ((const int32_t *)(const void *)pixel)[c] - t->low;
            else
                k = d->is_packed ? pixel[c / 8] >> c % 8 & 1 : pixel[c];
            y[i * at.pixel + c * at.channel] = t->y[k * t->channels + c];
        }
    }
}

void fnc_write_element(const fnc_program *p, const fnc_program_output *output, int64_t pixel,
                       int64_t channel, const int32_t *x, int64_t n, float *y, int64_t step)
{
    const fnc_strides at = fnc_strides_of(output->axes, &p->digits[output->digits]);
    const fnc_table *t = &output->table;
    y += pixel * at.pixel + channel * at.channel;
    for (int64_t k = 0; k < n; k++)
        y[k * step] = t->y[(x[k] - t->low) * t->channels + channel];
}
