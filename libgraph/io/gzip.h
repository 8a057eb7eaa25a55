/* Bytes that may come gzip'd: a file's contents read from the front, whichever they are. */
#ifndef FNC_GZIP_H
#define FNC_GZIP_H

#include "../base/compiler.h"

#include <zlib.h>

typedef struct fnc_gzip {
    finnc_ctx *cx;
    const uint8_t *data; /* what is left of them, if they are as they are */
    size_t nbytes;
    bool is_packed;
    bool is_over; /* the last member ended */
    z_stream stream;
} fnc_gzip;

/* How much `nbytes` of a file can come to, at most: what deflate can do and no more. */
size_t fnc_gzip_limit(const uint8_t *data, size_t nbytes);
/* On success, end it with fnc_gzip_end; on failure there is nothing to end. */
FINNC_MUST_USE finnc_status fnc_gzip_begin(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                           fnc_gzip *gzip);
void fnc_gzip_end(fnc_gzip *gzip);
/* Up to `nbytes` more; `*got` is less only at the end. BAD_FILE: it cannot be unpacked. */
FINNC_MUST_USE finnc_status fnc_gzip_read(fnc_gzip *gzip, void *to, size_t nbytes, size_t *got);

#endif
