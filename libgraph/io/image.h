/* A picture between its file and a tensor. */
#ifndef FNC_IMAGE_H
#define FNC_IMAGE_H

#include "../base/compiler.h"

typedef struct fnc_picture {
    int64_t width, height;
    uint8_t *pixels; /* red, green, blue and something else, row by row: fnc_free ends them */
} fnc_picture;

/* Checks the size and makes room for the pixels, which counts against the context's cap: to be
 * called with what a header says, before anything is decoded. */
FINNC_MUST_USE finnc_status fnc_picture_init(finnc_ctx *cx, int64_t width, int64_t height,
                                             fnc_picture *picture);

/* Readers, of one format or several. On failure the caller still frees the pixels. */
FINNC_MUST_USE finnc_status fnc_picture_read_bmp(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                                 fnc_picture *picture);
bool fnc_picture_is_pnm(const uint8_t *data, size_t nbytes);
FINNC_MUST_USE finnc_status fnc_picture_read_pnm(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                                 fnc_picture *picture);
FINNC_MUST_USE finnc_status fnc_picture_read_leptonica(finnc_ctx *cx, const uint8_t *data,
                                                       size_t nbytes, fnc_picture *picture);

/* Where in a TIFF the first number of a tag of its first directory lies, of 16 bits, and what it
 * is; 0 if it is no TIFF, or has no such. */
size_t fnc_tiff_find(const uint8_t *data, size_t nbytes, unsigned tag, unsigned *value);
/* Puts another number there. */
void fnc_tiff_put(uint8_t *data, size_t at, unsigned value);

#endif
