/* Floats of a tensor to codes, each checked to be foreseen. */
#include "codes.h"
#include "pack.h"

#include <string.h>

/* ---- who wants what ---- */

static bool maps_alike(const fnc_program *p, const fnc_layer *map)
{
    for (int64_t c = 1; c < p->digits[map->in].c; c++)
        if (memcmp(map->map, map->map + c * 256, (size_t)p->digits[map->in].high + 1) != 0)
            return false;
    return true;
}

static bool find_reader(const fnc_program *p, size_t source, bool has_maps, fnc_reader *reader)
{
    size_t users = 0;
    *reader = (fnc_reader){.source = source, .digits = source};
    for (size_t i = 0; i < p->nlayers; i++) {
        const fnc_layer *layer = &p->layers[i];
        if (layer->in != source && layer->in2 != source)
            continue;
        users++;
        reader->map = has_maps && layer->kind == FNC_LAYER_MAP ? layer : NULL;
    }
    if (users > 1)
        reader->map = NULL;
    if (reader->map) {
        reader->digits = reader->map->out;
        reader->is_for_all = maps_alike(p, reader->map);
    }
    return users > 0;
}

size_t fnc_readers(const fnc_program *p, bool has_maps, fnc_reader readers[2])
{
    size_t n = find_reader(p, 0, has_maps, &readers[0]);
    if (p->flat != SIZE_MAX)
        n += find_reader(p, p->flat, has_maps, &readers[n]);
    return n;
}

/* ---- reading ---- */

static bool find_codes(const fnc_isa *isa, const fnc_program *p, int64_t c, const float *x,
                       int64_t n, int64_t stride, uint8_t *codes)
{
    if (!p->stairs)
        return isa->find_codes(x, n, stride, p->levels[0], p->levels[1] - p->levels[0],
                               (float)p->digits[0].high, codes);
    /* A register that is hardly filled takes longer than one float after the other. */
    const fnc_isa *has = isa->count_steps && n >= 4 ? isa : fnc_isas[0];
    return has->count_steps(x, n, stride, &p->stairs[p->nstairs > 1 ? c : 0], codes);
}

static void put(const uint8_t *codes, int64_t n, size_t pixel, uint8_t *to)
{
    for (int64_t i = 0; i < n; i++)
        to[(size_t)i * pixel] = codes[i];
}

/* What most networks begin with: four bytes a pixel. */
static void put_mapped(const uint8_t *map, const uint8_t *codes, int64_t n, size_t pixel,
                       uint8_t *to)
{
    if (pixel == 4)
        for (int64_t i = 0; i < n; i++)
            to[4 * i] = map[codes[i]];
    else
        for (int64_t i = 0; i < n; i++)
            to[(size_t)i * pixel] = map[codes[i]];
}

static void map_codes(const uint8_t *map, int64_t step, int64_t n, uint8_t *codes)
{
    for (int64_t i = 0; i < n; i++)
        codes[i] = map[i * step + codes[i]];
}

static bool read_channel(const fnc_isa *isa, const fnc_program *p, const fnc_strides *at, int64_t c,
                         const float *x, int64_t first, int64_t n, uint8_t *codes)
{
    return find_codes(isa, p, c, x + c * at->channel + first * at->pixel, n, at->pixel, codes);
}

/* Channel by channel, pixels side by side. */
static bool read_channels(const fnc_isa *isa, const fnc_program *p, const fnc_reader *reader,
                          const float *x, uint8_t *to)
{
    const fnc_digits *d = &p->digits[reader->source], *made = &p->digits[reader->digits];
    const fnc_strides at = fnc_strides_of(p->source_axes, d);
    const int64_t pixels = d->h * d->w;
    uint8_t codes[FNC_CHUNK];
    bool is_foreseen = true;
    for (int64_t c = 0; c < d->c; c++)
        for (int64_t i = 0; i < pixels; i += FNC_CHUNK) {
            int64_t n = pixels - i < FNC_CHUNK ? pixels - i : FNC_CHUNK;
            uint8_t *pixel = to + (size_t)i * made->pixel + (size_t)c;
            is_foreseen &= read_channel(isa, p, &at, c, x, i, n, codes);
            if (reader->map)
                put_mapped(reader->map->map + c * 256, codes, n, made->pixel, pixel);
            else
                put(codes, n, made->pixel, pixel);
        }
    return is_foreseen;
}

/* Eight channels at a time, whose bits become a byte of each pixel. */
static bool read_bits(const fnc_isa *isa, const fnc_program *p, const fnc_reader *reader,
                      const float *x, uint8_t *to)
{
    const fnc_digits *d = &p->digits[reader->source], *made = &p->digits[reader->digits];
    const fnc_strides at = fnc_strides_of(p->source_axes, d);
    const int64_t pixels = d->h * d->w;
    uint8_t codes[FNC_CHUNK], bits[FNC_CHUNK];
    bool is_foreseen = true;
    for (int64_t first = 0; first < d->c; first += 8)
        for (int64_t i = 0; i < pixels; i += FNC_CHUNK) {
            int64_t n = pixels - i < FNC_CHUNK ? pixels - i : FNC_CHUNK;
            memset(bits, 0, sizeof bits);
            for (int64_t c = first; c < first + 8 && c < d->c; c++) {
                is_foreseen &= read_channel(isa, p, &at, c, x, i, n, codes);
                if (reader->map)
                    map_codes(reader->map->map + c * 256, 0, n, codes);
                for (int64_t k = 0; k < n; k++)
                    bits[k] |= (uint8_t)(codes[k] << (c - first));
            }
            put(bits, n, made->pixel, to + (size_t)i * made->pixel + (size_t)first / 8);
        }
    return is_foreseen;
}

/* Pixel by pixel, channels side by side. */
static bool read_pixels(const fnc_isa *isa, const fnc_program *p, const fnc_reader *reader,
                        const float *x, uint8_t *to)
{
    const fnc_digits *d = &p->digits[reader->source], *made = &p->digits[reader->digits];
    uint8_t codes[FNC_CHUNK + 15];
    bool is_foreseen = true;
    for (int64_t i = 0; i < d->h * d->w; i++, to += made->pixel)
        for (int64_t c = 0; c < d->c; c += FNC_CHUNK) {
            int64_t n = d->c - c < FNC_CHUNK ? d->c - c : FNC_CHUNK;
            is_foreseen &= find_codes(isa, p, c, x + i * d->c + c, n, 1, codes);
            if (reader->jumps && reader->jumps->n >= 0)
                fnc_codes_jump(reader->jumps, c, codes, n, codes);
            else if (reader->map)
                map_codes(reader->map->map + (reader->is_for_all ? 0 : c * 256),
                          reader->is_for_all ? 0 : 256, n, codes);
            if (made->is_packed)
                fnc_codes_to_bits(codes, n, to + c / 8);
            else
                memcpy(to + c, codes, (size_t)n);
        }
    return is_foreseen;
}

bool fnc_read_image(const fnc_isa *isa, const fnc_program *p, const fnc_reader *reader,
                    const float *x, int64_t n, uint8_t *to)
{
    enum { MANY = 16 }; /* channels */
    const fnc_digits *d = &p->digits[reader->source], *made = &p->digits[reader->digits];
    bool is_flat = reader->source == p->flat;
    bool are_adjacent = is_flat || fnc_strides_of(p->source_axes, d).channel == 1;
    x += n * d->h * d->w * d->c;
    if (are_adjacent && d->c >= MANY && (!p->stairs || p->nstairs == 1))
        return read_pixels(isa, p, reader, x, to);
    return (made->is_packed ? read_bits : read_channels)(isa, p, reader, x, to);
}
