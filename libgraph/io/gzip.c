#include "gzip.h"

#include "../ir/ir.h"

#include <string.h>

static bool is_packed(const uint8_t *data, size_t nbytes)
{
    return nbytes >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

size_t fnc_gzip_limit(const uint8_t *data, size_t nbytes)
{
    const size_t most = 1032; /* a byte of deflate stands for so many */
    size_t limit;
    if (!is_packed(data, nbytes))
        return nbytes;
    return fnc_mul(nbytes, most, &limit) ? limit : SIZE_MAX;
}

/* zlib's memory counts as ours. */
static void *take(void *user, unsigned count, unsigned size)
{
    return fnc_alloc_array(user, size, count);
}

static void give_back(void *user, void *block)
{
    fnc_free(user, block);
}

finnc_status fnc_gzip_begin(finnc_ctx *cx, const uint8_t *data, size_t nbytes, fnc_gzip *gzip)
{
    *gzip = (fnc_gzip){
        .cx = cx,
        .data = data,
        .nbytes = nbytes,
        .is_packed = is_packed(data, nbytes),
        .stream = {.zalloc = take, .zfree = give_back, .opaque = cx},
    };
    const int gzip_alone = 16 + MAX_WBITS;
    if (gzip->is_packed && inflateInit2(&gzip->stream, gzip_alone) != Z_OK)
        return finnc_no_memory(cx);
    return FINNC_OK;
}

void fnc_gzip_end(fnc_gzip *gzip)
{
    if (gzip->is_packed)
        inflateEnd(&gzip->stream);
}

/* zlib counts in unsigned: larger pieces are handed over in turns. */
static unsigned turn(size_t nbytes)
{
    const size_t most = 1u << 30;
    return (unsigned)(nbytes < most ? nbytes : most);
}

/* Bytes that follow a member are another member, or are none of ours. */
static finnc_status next_member(fnc_gzip *gzip)
{
    gzip->is_over = !is_packed(gzip->data, gzip->nbytes);
    if (gzip->is_over && gzip->nbytes > 0)
        return finnc_fail(gzip->cx, FINNC_BAD_FILE, "%zu bytes stand behind its gzip'd part",
                          gzip->nbytes);
    if (!gzip->is_over)
        inflateReset(&gzip->stream);
    return FINNC_OK;
}

finnc_status fnc_gzip_read(fnc_gzip *gzip, void *to, size_t nbytes, size_t *got)
{
    *got = 0;
    if (!gzip->is_packed) {
        *got = nbytes < gzip->nbytes ? nbytes : gzip->nbytes;
        if (*got > 0)
            memcpy(to, gzip->data, *got);
        gzip->data += *got;
        gzip->nbytes -= *got;
        return FINNC_OK;
    }
    z_stream *z = &gzip->stream;
    while (*got < nbytes && !gzip->is_over) {
        unsigned in = turn(gzip->nbytes), out = turn(nbytes - *got);
        z->next_in = (z_const Bytef *)gzip->data;
        z->avail_in = in;
        z->next_out = (Bytef *)to + *got;
        z->avail_out = out;
        int answer = inflate(z, Z_NO_FLUSH);
        gzip->data += in - z->avail_in;
        gzip->nbytes -= in - z->avail_in;
        *got += out - z->avail_out;
        if (answer == Z_MEM_ERROR)
            return finnc_no_memory(gzip->cx);
        if (answer == Z_BUF_ERROR || (answer == Z_OK && !gzip->nbytes && z->avail_out > 0))
            return finnc_fail(gzip->cx, FINNC_BAD_FILE, "its gzip'd part is cut off");
        if (answer != Z_OK && answer != Z_STREAM_END)
            return finnc_fail(gzip->cx, FINNC_BAD_FILE, "it cannot be unpacked: %s",
                              z->msg ? z->msg : "damaged");
        if (answer == Z_STREAM_END)
            FINNC_TRY(next_member(gzip));
    }
    return FINNC_OK;
}
