/* IDX, the format that MNIST's pictures and labels come in: two zeros, a byte for the element type,
 * a byte for the rank, dimensions in 32 bits each, then the elements; big endian throughout. */
#include "../ir/ir.h"
#include "gzip.h"

#include <finnc/io.h>

#include <inttypes.h>

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static finnc_elem elem_of(uint8_t code)
{
    switch (code) {
    case 0x08:
        return FINNC_ELEM_UINT8;
    case 0x09:
        return FINNC_ELEM_INT8;
    case 0x0b:
        return FINNC_ELEM_INT16;
    case 0x0c:
        return FINNC_ELEM_INT32;
    case 0x0d:
        return FINNC_ELEM_FLOAT;
    case 0x0e:
        return FINNC_ELEM_DOUBLE;
    }
    return FINNC_ELEM_UNDEFINED;
}

static finnc_status need(fnc_gzip *file, void *to, size_t nbytes, const char *what)
{
    size_t got;
    FINNC_TRY(fnc_gzip_read(file, to, nbytes, &got));
    if (got < nbytes)
        return finnc_fail(file->cx, FINNC_BAD_FILE,
                          "it is cut off: %zu bytes of %s, %zu belong there", got, what, nbytes);
    return FINNC_OK;
}

typedef struct header {
    finnc_elem elem;
    int rank;
    int64_t dims[FINNC_MAX_RANK];
} header;

static finnc_status read_header(fnc_gzip *file, header *h)
{
    uint8_t magic[4], dim[4];
    FINNC_TRY(need(file, magic, sizeof magic, "the header"));
    h->elem = elem_of(magic[2]);
    h->rank = magic[3];
    if (magic[0] || magic[1] || h->elem == FINNC_ELEM_UNDEFINED)
        return finnc_fail(file->cx, FINNC_BAD_FILE,
                          "this is no IDX file: it begins with %02x %02x %02x %02x", magic[0],
                          magic[1], magic[2], magic[3]);
    if (h->rank < 1 || h->rank > FINNC_MAX_RANK)
        return finnc_fail(file->cx, FINNC_BAD_FILE, "an IDX file of rank %d", h->rank);
    for (int i = 0; i < h->rank; i++) {
        FINNC_TRY(need(file, dim, sizeof dim, "the header"));
        h->dims[i] = big_endian(dim);
    }
    return FINNC_OK;
}

/* Turns the bytes of each element around, where there is more than one. */
static void turn_around(uint8_t *data, size_t nbytes, size_t unit)
{
    for (size_t at = 0; unit > 1 && at < nbytes; at += unit)
        for (size_t i = 0; i < unit / 2; i++) {
            uint8_t byte = data[at + i];
            data[at + i] = data[at + unit - 1 - i];
            data[at + unit - 1 - i] = byte;
        }
}

static finnc_status read_elements(fnc_gzip *file, const header *h, finnc_tensor *tensor)
{
    size_t nbytes = finnc_tensor_nbytes(tensor), more;
    uint8_t *data = finnc_tensor_edit(tensor), beyond;
    FINNC_TRY(need(file, data, nbytes, "elements"));
    FINNC_TRY(fnc_gzip_read(file, &beyond, 1, &more));
    if (more)
        return finnc_fail(file->cx, FINNC_BAD_FILE,
                          "the header tells of %zu bytes of elements, there are more", nbytes);
    turn_around(data, nbytes, (size_t)finnc_elem_bits(h->elem) / 8);
    return FINNC_OK;
}

/* `limit`: bytes that the file can come to. A header that tells of more is not believed. */
static finnc_status read_idx(fnc_gzip *file, size_t limit, finnc_tensor **tensor)
{
    header h;
    int64_t nelems;
    size_t nbytes;
    FINNC_TRY(read_header(file, &h));
    FINNC_TRY(finnc_shape_nelems(file->cx, h.rank, h.dims, &nelems));
    if (!fnc_mul((size_t)nelems, (size_t)finnc_elem_bits(h.elem) / 8, &nbytes) || nbytes > limit)
        return finnc_fail(file->cx, FINNC_BAD_FILE,
                          "the header tells of %" PRId64 " elements, more than the file can hold",
                          nelems);
    finnc_tensor *made;
    FINNC_TRY(finnc_tensor_create(file->cx, h.elem, h.rank, h.dims, &made));
    finnc_status status = read_elements(file, &h, made);
    if (status == FINNC_OK)
        *tensor = made;
    else
        finnc_tensor_release(made);
    return status;
}

finnc_status finnc_idx_read(finnc_ctx *cx, const char *path, finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *backing;
    fnc_gzip file;
    FINNC_TRY(fnc_file_map(cx, path, &backing));
    finnc_status status = fnc_gzip_begin(cx, backing->data, backing->nbytes, &file);
    if (status == FINNC_OK) {
        status = read_idx(&file, fnc_gzip_limit(backing->data, backing->nbytes), tensor);
        fnc_gzip_end(&file);
    }
    fnc_backing_release(backing);
    return status;
}
