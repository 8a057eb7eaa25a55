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

/* Words of signs have to be those of the channels that eight output channels see, all of them. */
static bool takes_bits(const fnc_program *p, const fnc_layer *layer)
{
    int64_t each = p->digits[layer->out].c / layer->groups;
    return layer->is_bipolar && (layer->groups == 1 ||
                                 (fnc_layer_depth(p, layer) % 64 == 0 && each % FNC_DOT_BITS == 0));
}

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
            in |= !takes_bits(p, layer);
            break;
        case FNC_LAYER_MAP:
            in = true;
            break;
        case FNC_LAYER_ADD:
            out = true;
            break;
        case FNC_LAYER_JOIN:
            in = out = is_bytes[layer->in2] = in || out || is_bytes[layer->in2];
            break;
        case FNC_LAYER_MAX:
        case FNC_LAYER_PAD:
        case FNC_LAYER_MOVE:
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

/* ---- images ---- */

/* Pixels that are written channel by channel: where the model has channels first, elements that are
 * neighbours in memory follow each other. */
enum { NEAR = 64 };

/* Channel c of `n` pixels. */
static void take(const fnc_digits *d, const uint8_t *from, int64_t c, int64_t n, int32_t *k)
{
    if (d->is_sum)
        for (int64_t i = 0; i < n; i++, from += d->pixel)
            k[i] = ((const int32_t *)(const void *)from)[c];
    else if (d->is_packed)
        for (int64_t i = 0; i < n; i++, from += d->pixel)
            k[i] = from[c / 8] >> c % 8 & 1;
    else
        for (int64_t i = 0; i < n; i++, from += d->pixel)
            k[i] = from[c];
}

void fnc_write_image(const fnc_program *p, const fnc_program_output *output, const uint8_t *from,
                     int64_t n, float *y)
{
    const fnc_digits *d = &p->digits[output->digits];
    const fnc_strides at = fnc_strides_of(output->axes, d);
    const fnc_table *t = &output->table;
    const int64_t pixels = d->h * d->w;
    y += n * pixels * d->c;
    for (int64_t first = 0; first < pixels; first += NEAR)
        for (int64_t c = 0; c < d->c; c++) {
            int32_t k[NEAR];
            const int64_t count = pixels - first < NEAR ? pixels - first : NEAR;
            take(d, from + (size_t)first * d->pixel, c, count, k);
            for (int64_t i = 0; i < count; i++)
                y[(first + i) * at.pixel + c * at.channel] =
                    t->y[(k[i] - t->low) * t->channels + c];
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
