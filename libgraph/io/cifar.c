/* CIFAR-10's binary version: records of a label and three planes of pixels, one behind the other.
 */
#include "../ir/ir.h"

#include <finnc/io.h>

#include <string.h>

enum { SIDE = 32, PIXELS = 3 * SIDE * SIDE, RECORD = 1 + PIXELS, CLASSES = 10 };

static finnc_status check_records(finnc_ctx *cx, const uint8_t *data, size_t nbytes)
{
    if (nbytes == 0 || nbytes % RECORD)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "%zu bytes are no whole number of CIFAR-10's records of %d", nbytes,
                          RECORD);
    for (size_t i = 0; i < nbytes / RECORD; i++)
        if (data[i * RECORD] >= CLASSES)
            return finnc_fail(cx, FINNC_BAD_FILE,
                              "record %zu has the label %d, CIFAR-10 has %d classes", i,
                              data[i * RECORD], CLASSES);
    return FINNC_OK;
}

/* `length` bytes from place `offset` of each record. */
static finnc_status gather(finnc_ctx *cx, const uint8_t *data, size_t count, size_t offset,
                           size_t length, int rank, finnc_tensor **tensor)
{
    const int64_t dims[] = {(int64_t)count, 3, SIDE, SIDE};
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_UINT8, rank, dims, tensor));
    uint8_t *to = finnc_tensor_edit(*tensor);
    for (size_t i = 0; i < count; i++)
        memcpy(to + i * length, data + i * RECORD + offset, length);
    return FINNC_OK;
}

static finnc_status read_records(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                 finnc_tensor **pictures, finnc_tensor **labels)
{
    finnc_tensor *pixels = NULL, *classes = NULL;
    size_t count = nbytes / RECORD;
    FINNC_TRY(check_records(cx, data, nbytes));
    if (pictures)
        FINNC_TRY(gather(cx, data, count, 1, PIXELS, 4, &pixels));
    finnc_status status = labels ? gather(cx, data, count, 0, 1, 1, &classes) : FINNC_OK;
    if (status != FINNC_OK) {
        finnc_tensor_release(pixels);
        return status;
    }
    if (pictures)
        *pictures = pixels;
    if (labels)
        *labels = classes;
    return FINNC_OK;
}

finnc_status finnc_cifar_read(finnc_ctx *cx, const char *path, finnc_tensor **pictures,
                              finnc_tensor **labels)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *file;
    FINNC_TRY(fnc_file_map(cx, path, &file));
    finnc_status status = read_records(cx, file->data, file->nbytes, pictures, labels);
    fnc_backing_release(file);
    return status;
}
