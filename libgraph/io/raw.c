/* Files of nothing but elements: what they mean is known elsewhere. */
#include "../ir/ir.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <string.h>

/* Fills in the dimension that is -1: what `nbytes` make of it, rounded down. */
static finnc_status complete(finnc_ctx *cx, finnc_elem elem, size_t nbytes, int rank, int64_t *dims)
{
    int64_t others = 1, open = -1;
    for (int i = 0; i < rank; i++) {
        if (dims[i] == -1 && open < 0)
            open = i;
        else if (dims[i] < 0 || !fnc_mul_i64(others, dims[i], &others))
            return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of a raw file is not known");
    }
    if (open < 0)
        return FINNC_OK;
    int64_t bits = finnc_elem_bits(elem), unit;
    if (!others || !fnc_mul_i64(others, bits, &unit) || nbytes > INT64_MAX / 8)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of a raw file is not known");
    dims[open] = (int64_t)nbytes * 8 / unit;
    return FINNC_OK;
}

static finnc_status read_elements(finnc_ctx *cx, const fnc_backing *file, finnc_elem elem, int rank,
                                  const int64_t *dims, finnc_tensor **tensor)
{
    int64_t nelems;
    size_t n, bits, nbytes;
    FINNC_TRY(finnc_shape_nelems(cx, rank, dims, &nelems));
    if (!fnc_to_size(nelems, &n) || !fnc_mul(n, (size_t)finnc_elem_bits(elem), &bits))
        return finnc_no_memory(cx);
    nbytes = bits / 8 + (bits % 8 != 0);
    if (nbytes != file->nbytes)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "the file has %zu bytes, %" PRId64 " elements of %s take %zu",
                          file->nbytes, nelems, finnc_elem_name(elem), nbytes);
    FINNC_TRY(finnc_tensor_create(cx, elem, rank, dims, tensor));
    uint8_t *to = finnc_tensor_edit(*tensor);
    if (nbytes > 0)
        memcpy(to, file->data, nbytes);
    for (size_t i = 0; elem == FINNC_ELEM_BOOL && i < nbytes; i++)
        to[i] = to[i] != 0;
    return FINNC_OK;
}

finnc_status finnc_raw_read(finnc_ctx *cx, const char *path, finnc_elem elem, int rank,
                            const int64_t *dims, finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    int64_t whole[FINNC_MAX_RANK];
    fnc_backing *file;
    if (!finnc_elem_bits(elem))
        return finnc_fail(cx, FINNC_UNSUPPORTED, "a raw file cannot hold elements of type %s",
                          finnc_elem_name(elem) ? finnc_elem_name(elem) : "unknown");
    if (rank < 0 || rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of a raw file is not known");
    if (rank > 0)
        memcpy(whole, dims, (size_t)rank * sizeof *whole);
    FINNC_TRY(fnc_file_map(cx, path, &file));
    finnc_status status = complete(cx, elem, file->nbytes, rank, whole);
    if (status == FINNC_OK)
        status = read_elements(cx, file, elem, rank, whole, tensor);
    fnc_backing_release(file);
    return status;
}
