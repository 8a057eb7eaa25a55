/* BMP: Windows' and OS/2's headers, palettes, 16 and 32 bits with masks, runs. Leptonica reads
 * fewer of them, and 16-bit ones wrongly. */
#include "image.h"

#include <inttypes.h>
#include <string.h>

typedef struct bmp {
    const uint8_t *data;
    size_t nbytes, pixels_at;
    int64_t width, height;
    bool is_top_down;
    int bits; /* of a pixel */
    uint32_t compression;
    uint32_t masks[3];       /* red, green, blue; of pixels of 16 and 32 bits */
    uint8_t palette[256][3]; /* black where the file has none */
} bmp;

enum { RGB = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHA_BITFIELDS = 6 };
enum { FILE_HEADER = 14, CORE_HEADER = 12, INFO_HEADER = 40 };

static uint32_t get16(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | get16(p + 2) << 16;
}

static finnc_status too_short(finnc_ctx *cx)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .bmp ends too early");
}

/* ---- the header ---- */

static void read_palette(bmp *b, size_t at, size_t entry_size, uint32_t count)
{
    size_t end = b->pixels_at < b->nbytes ? b->pixels_at : b->nbytes;
    for (uint32_t i = 0; i < count && i < 256 && at + entry_size <= end; i++, at += entry_size)
        for (int c = 0; c < 3; c++)
            b->palette[i][c] = b->data[at + 2 - (size_t)c];
}

static finnc_status read_core_header(finnc_ctx *cx, bmp *b)
{
    const uint8_t *h = b->data + FILE_HEADER;
    b->width = get16(h + 4);
    b->height = get16(h + 6);
    b->bits = (int)get16(h + 10);
    if (b->bits > 8 && b->bits != 24)
        return finnc_fail(cx, FINNC_BAD_FILE, "this .bmp has %d bits in a pixel", b->bits);
    read_palette(b, FILE_HEADER + CORE_HEADER, 3, b->bits <= 8 ? 1u << b->bits : 0);
    return FINNC_OK;
}

static finnc_status read_masks(finnc_ctx *cx, bmp *b)
{
    static const uint32_t of_16[] = {0x7c00, 0x3e0, 0x1f}, of_32[] = {0xff0000, 0xff00, 0xff};
    memcpy(b->masks, b->bits == 16 ? of_16 : of_32, sizeof b->masks);
    if (b->compression != BITFIELDS && b->compression != ALPHA_BITFIELDS)
        return FINNC_OK;
    size_t at = FILE_HEADER + INFO_HEADER; /* behind the smallest header, or in a larger one */
    if (b->nbytes < at + 12 || (b->bits != 16 && b->bits != 32))
        return finnc_fail(cx, FINNC_BAD_FILE, "this .bmp has masks for pixels of %d bits", b->bits);
    for (size_t c = 0; c < 3; c++)
        b->masks[c] = get32(b->data + at + 4 * c);
    return FINNC_OK;
}

static finnc_status read_info_header(finnc_ctx *cx, bmp *b, uint32_t header)
{
    const uint8_t *h = b->data + FILE_HEADER;
    int64_t height = (int32_t)get32(h + 8);
    b->width = (int32_t)get32(h + 4);
    b->height = height < 0 ? -height : height;
    b->is_top_down = height < 0;
    b->bits = (int)get16(h + 14);
    b->compression = get32(h + 16);
    FINNC_TRY(read_masks(cx, b));
    uint32_t ncolours = get32(h + 32);
    if (b->bits <= 8)
        read_palette(b, FILE_HEADER + header, 4, ncolours ? ncolours : 1u << b->bits);
    return FINNC_OK;
}

static finnc_status read_header(finnc_ctx *cx, const uint8_t *data, size_t nbytes, bmp *b)
{
    *b = (bmp){.data = data, .nbytes = nbytes};
    if (nbytes < FILE_HEADER + CORE_HEADER)
        return too_short(cx);
    uint32_t header = get32(data + FILE_HEADER);
    b->pixels_at = get32(data + 10);
    if (header != CORE_HEADER && (header < INFO_HEADER || header > nbytes - FILE_HEADER))
        return finnc_fail(cx, FINNC_BAD_FILE, "this .bmp has a header of %" PRIu32 " bytes",
                          header);
    FINNC_TRY(header == CORE_HEADER ? read_core_header(cx, b) : read_info_header(cx, b, header));
    bool is_run =
        (b->compression == RLE8 && b->bits == 8) || (b->compression == RLE4 && b->bits == 4);
    bool is_plain = b->bits == 1 || b->bits == 2 || b->bits == 4 || b->bits == 8 || b->bits == 16 ||
                    b->bits == 24 || b->bits == 32;
    if (!is_plain || (!is_run && b->compression != RGB && b->compression != BITFIELDS &&
                      b->compression != ALPHA_BITFIELDS))
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "this .bmp has %d bits in a pixel, compressed in manner %" PRIu32,
                          b->bits, b->compression);
    return b->pixels_at <= nbytes ? FINNC_OK : too_short(cx);
}

/* ---- pixels in rows ---- */

/* The bits of a pixel that `mask` takes, stretched to 0 to 255. */
static uint8_t masked(uint32_t pixel, uint32_t mask)
{
    if (!mask)
        return 0;
    uint64_t unit = mask & -mask, most = mask / unit, x = (pixel & mask) / unit;
    return (uint8_t)((x * 255 + most / 2) / most);
}

static void read_pixel(const bmp *b, const uint8_t *row, int64_t x, uint8_t *rgb)
{
    if (b->bits <= 8) {
        int64_t bit = x * b->bits;
        int shift = 8 - b->bits - (int)(bit % 8);
        memcpy(rgb, b->palette[row[bit / 8] >> shift & ((1 << b->bits) - 1)], 3);
        return;
    }
    row += x * (b->bits / 8);
    for (int c = 0; c < 3; c++)
        rgb[c] = b->bits == 24 ? row[2 - c]
                               : masked(b->bits == 16 ? get16(row) : get32(row), b->masks[c]);
}

static uint8_t *row_of(const bmp *b, const fnc_picture *picture, int64_t y)
{
    int64_t from_top = b->is_top_down ? y : b->height - 1 - y;
    return picture->pixels + (size_t)(from_top * b->width) * 4;
}

static finnc_status read_rows(finnc_ctx *cx, const bmp *b, fnc_picture *picture)
{
    if (b->width < 1 || b->height < 1) /* the words are fnc_picture_init's */
        return fnc_picture_init(cx, b->width, b->height, picture);
    /* Sizes come from 32 bits: these products fit 64. The last row may lack its filling. */
    uint64_t used = ((uint64_t)b->width * (uint64_t)b->bits + 7) / 8, stride = (used + 3) / 4 * 4;
    uint64_t have = b->nbytes - b->pixels_at;
    if (used > have || (have - used) / stride < (uint64_t)b->height - 1)
        return too_short(cx);
    FINNC_TRY(fnc_picture_init(cx, b->width, b->height, picture));
    for (int64_t y = 0; y < b->height; y++) {
        const uint8_t *row = b->data + b->pixels_at + (size_t)y * (size_t)stride;
        uint8_t *to = row_of(b, picture, y);
        for (int64_t x = 0; x < b->width; x++)
            read_pixel(b, row, x, to + 4 * x);
    }
    return FINNC_OK;
}

/* ---- pixels in runs ---- */

typedef struct runs {
    const bmp *b;
    const fnc_picture *picture;
    int64_t x, y;
} runs;

static void put(runs *r, uint8_t index)
{
    if (r->x < r->b->width && r->y < r->b->height)
        memcpy(row_of(r->b, r->picture, r->y) + 4 * r->x, r->b->palette[index], 3);
    r->x++;
}

/* `count` pixels of `from`, which holds one (repeated) or all of them. */
static void put_all(runs *r, const uint8_t *from, int count, bool is_repeated)
{
    for (int i = 0; i < count; i++) {
        if (r->b->bits == 8) {
            put(r, from[is_repeated ? 0 : i]);
            continue;
        }
        uint8_t two = from[is_repeated ? 0 : i / 2];
        put(r, i % 2 ? two & 15 : two >> 4);
    }
}

static finnc_status read_runs(finnc_ctx *cx, const bmp *b, fnc_picture *picture)
{
    FINNC_TRY(fnc_picture_init(cx, b->width, b->height, picture));
    runs r = {.b = b, .picture = picture};
    for (int64_t i = 0; i < b->width * b->height; i++) /* what no run covers */
        memcpy(picture->pixels + 4 * i, b->palette[0], 3);
    const uint8_t *p = b->data + b->pixels_at, *end = b->data + b->nbytes;
    while (end - p >= 2) {
        int count = p[0], code = p[1];
        p += 2;
        if (count > 0) {
            put_all(&r, p - 1, count, true);
        } else if (code == 0) { /* the next row */
            r.x = 0;
            r.y++;
        } else if (code == 1) {
            return FINNC_OK;
        } else if (code == 2) { /* a step to the right and up */
            if (end - p < 2)
                break;
            r.x += p[0];
            r.y += p[1];
            p += 2;
        } else { /* pixels one by one, filled up to an even number of bytes */
            int nbytes = (code * b->bits + 7) / 8;
            if (end - p < nbytes)
                break;
            put_all(&r, p, code, false);
            p += nbytes + nbytes % 2 <= end - p ? nbytes + nbytes % 2 : nbytes;
        }
    }
    return too_short(cx);
}

finnc_status fnc_picture_read_bmp(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                  fnc_picture *picture)
{
    bmp b;
    FINNC_TRY(read_header(cx, data, nbytes, &b));
    return b.compression == RLE8 || b.compression == RLE4 ? read_runs(cx, &b, picture)
                                                          : read_rows(cx, &b, picture);
}
