/* numpy's .npy format, in memory: what .npz archives are made of. */
#ifndef FNC_NPY_H
#define FNC_NPY_H

#include "../base/buf.h"

#include <finnc/io.h>

/* What the header of a .npy file says. */
typedef struct fnc_npy_header {
    finnc_elem elem;
    size_t item_size; /* bytes of an element in the file; of strings: four or one per character */
    bool is_wide;     /* strings of four-byte characters */
    bool is_swapped;  /* big endian */
    bool is_fortran;  /* the first axis varies fastest */
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    int64_t nelems;
    size_t nbytes; /* of all elements */
    size_t offset; /* where they start */
} fnc_npy_header;

/* Reads the header at the start of `data`. BAD_FILE, UNSUPPORTED. */
FINNC_MUST_USE finnc_status fnc_npy_read_header(finnc_ctx *cx, const void *data, size_t nbytes,
                                                fnc_npy_header *header);

/* Appends a whole .npy file. */
FINNC_MUST_USE finnc_status fnc_npy_encode(finnc_ctx *cx, const finnc_tensor *tensor, fnc_buf *buf);

#endif
