#include "npy.h"

#include "../ir/ir.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

/* One character as UTF-8; false if there is none of that number. */
static bool put_character(fnc_buf *buf, uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    if (c < 0x80) {
        fnc_buf_putc(buf, (char)c);
        return true;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    fnc_buf_putc(buf, (char)(uint8_t)(lead[more] | c >> (6 * more)));
    while (more-- > 0)
        fnc_buf_putc(buf, (char)(uint8_t)(0x80 | (c >> (6 * more) & 0x3f)));
    return true;
}

static uint32_t character_at(const fnc_npy_header *h, const uint8_t *item, size_t i)
{
    if (!h->is_wide)
        return item[i];
    const uint8_t *p = item + 4 * i;
    return h->is_swapped ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                         : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Zeros at the end only fill the place up. */
static finnc_status fill_string(finnc_ctx *cx, const fnc_npy_header *h, const uint8_t *item,
                                finnc_tensor *tensor, int64_t at, fnc_buf *text)
{
    size_t length = h->item_size / (h->is_wide ? 4 : 1);
    while (length > 0 && character_at(h, item, length - 1) == 0)
        length--;
    if (!h->is_wide)
        return finnc_tensor_set_string(cx, tensor, at, (const char *)item, length);
    fnc_buf_truncate(text, 0);
    for (size_t i = 0; i < length; i++)
        if (!put_character(text, character_at(h, item, i)))
            return finnc_fail(cx, FINNC_BAD_FILE, "string %" PRId64 " has no valid character %zu",
                              at, i);
    FINNC_TRY(fnc_buf_check(text));
    return finnc_tensor_set_string(cx, tensor, at, fnc_buf_text(text), text->length);
}

static finnc_status fill_strings(finnc_ctx *cx, const fnc_npy_header *h, const uint8_t *data,
                                 finnc_tensor *tensor)
{
    fnc_buf text;
    fnc_buf_init(&text, cx);
    finnc_status status = FINNC_OK;
    for (int64_t i = 0; i < h->nelems && status == FINNC_OK; i++)
        status = fill_string(cx, h, data + (size_t)i * h->item_size, tensor, i, &text);
    fnc_buf_clear(&text);
    return status;
}

/* Copies numbers, turning the bytes of each (of each part of a complex one) around if need be. */
static void fill_numbers(const fnc_npy_header *h, const uint8_t *data, uint8_t *to)
{
    bool is_complex = h->elem == FINNC_ELEM_COMPLEX64 || h->elem == FINNC_ELEM_COMPLEX128;
    size_t unit = is_complex ? h->item_size / 2 : h->item_size;
    if (!h->is_swapped || unit == 1) {
        if (h->nbytes > 0)
            memcpy(to, data, h->nbytes);
    } else {
        for (size_t at = 0; at < h->nbytes; at += unit)
            for (size_t i = 0; i < unit; i++)
                to[at + i] = data[at + unit - 1 - i];
    }
    if (h->elem == FINNC_ELEM_BOOL)
        for (size_t i = 0; i < h->nbytes; i++)
            to[i] = to[i] != 0;
}

/* In Fortran order the elements are those of the tensor with all axes reversed. */
static finnc_status read_elements(finnc_ctx *cx, const fnc_npy_header *h, const uint8_t *data,
                                  finnc_tensor **tensor)
{
    int64_t dims[FINNC_MAX_RANK];
    int perm[FINNC_MAX_RANK];
    for (int i = 0; i < h->rank; i++) {
        dims[i] = h->dims[h->is_fortran ? h->rank - 1 - i : i];
        perm[i] = h->rank - 1 - i;
    }
    finnc_tensor *made;
    FINNC_TRY(finnc_tensor_create(cx, h->elem, h->rank, dims, &made));
    finnc_status status = FINNC_OK;
    if (h->elem == FINNC_ELEM_STRING)
        status = fill_strings(cx, h, data, made);
    else
        fill_numbers(h, data, finnc_tensor_edit(made));
    if (status == FINNC_OK && h->is_fortran && h->rank > 1) {
        status = finnc_tensor_transpose(cx, made, perm, tensor);
    } else if (status == FINNC_OK) {
        *tensor = made;
        return FINNC_OK;
    }
    finnc_tensor_release(made);
    return status;
}

finnc_status finnc_npy_read_bytes(finnc_ctx *cx, const void *data, size_t nbytes,
                                  finnc_tensor **tensor)
{
    fnc_npy_header header;
    FINNC_TRY(fnc_npy_read_header(cx, data, nbytes, &header));
    size_t present = nbytes - header.offset;
    if (present != header.nbytes)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "the header tells of %zu bytes of elements, there are %zu", header.nbytes,
                          present);
    /* Strings of no characters take no bytes: nothing but this limits how many a header claims. */
    if (header.item_size == 0 && (uint64_t)header.nelems > nbytes)
        return finnc_fail(cx, FINNC_BAD_FILE, "%" PRId64 " empty strings in a file of %zu bytes",
                          header.nelems, nbytes);
    return read_elements(cx, &header, (const uint8_t *)data + header.offset, tensor);
}

finnc_status finnc_npy_read(finnc_ctx *cx, const char *path, finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *file;
    FINNC_TRY(fnc_file_map(cx, path, &file));
    finnc_status status = finnc_npy_read_bytes(cx, file->data, file->nbytes, tensor);
    fnc_backing_release(file);
    return status;
}

/* ---- writing ---- */

/* numpy's name for what the elements of a type are written as, and that type. */
static const char *written_as(finnc_elem elem, finnc_elem *as)
{
    static const struct {
        finnc_elem elem, as;
        const char *descr;
    } types[] = {
        {FINNC_ELEM_FLOAT, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_DOUBLE, FINNC_ELEM_DOUBLE, "<f8"},
        {FINNC_ELEM_FLOAT16, FINNC_ELEM_FLOAT16, "<f2"},
        {FINNC_ELEM_INT8, FINNC_ELEM_INT8, "|i1"},
        {FINNC_ELEM_UINT8, FINNC_ELEM_UINT8, "|u1"},
        {FINNC_ELEM_INT16, FINNC_ELEM_INT16, "<i2"},
        {FINNC_ELEM_UINT16, FINNC_ELEM_UINT16, "<u2"},
        {FINNC_ELEM_INT32, FINNC_ELEM_INT32, "<i4"},
        {FINNC_ELEM_UINT32, FINNC_ELEM_UINT32, "<u4"},
        {FINNC_ELEM_INT64, FINNC_ELEM_INT64, "<i8"},
        {FINNC_ELEM_UINT64, FINNC_ELEM_UINT64, "<u8"},
        {FINNC_ELEM_BOOL, FINNC_ELEM_BOOL, "|b1"},
        {FINNC_ELEM_COMPLEX64, FINNC_ELEM_COMPLEX64, "<c8"},
        {FINNC_ELEM_COMPLEX128, FINNC_ELEM_COMPLEX128, "<c16"},
        {FINNC_ELEM_BFLOAT16, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT8E4M3FN, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT8E4M3FNUZ, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT8E5M2, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT8E5M2FNUZ, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT8E8M0, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT4E2M1, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT6E2M3, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_FLOAT6E3M2, FINNC_ELEM_FLOAT, "<f4"},
        {FINNC_ELEM_INT4, FINNC_ELEM_INT8, "|i1"},
        {FINNC_ELEM_UINT4, FINNC_ELEM_UINT8, "|u1"},
        {FINNC_ELEM_INT2, FINNC_ELEM_INT8, "|i1"},
        {FINNC_ELEM_UINT2, FINNC_ELEM_UINT8, "|u1"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].elem == elem) {
            *as = types[i].as;
            return types[i].descr;
        }
    }
    return NULL;
}

static void put_header(fnc_buf *buf, const char *descr, const finnc_tensor *tensor)
{
    size_t start = buf->length;
    fnc_buf_add(buf, "\x93NUMPY\x01\x00\x00\x00", 10);
    fnc_buf_printf(buf, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    int rank = finnc_tensor_rank(tensor);
    for (int i = 0; i < rank; i++)
        fnc_buf_printf(buf, "%s%" PRId64, i > 0 ? ", " : "", finnc_tensor_dim(tensor, i));
    fnc_buf_puts(buf, rank == 1 ? ",), }" : "), }");
    while ((buf->length + 1 - start) % 64 != 0 && !buf->failed)
        fnc_buf_putc(buf, ' ');
    fnc_buf_putc(buf, '\n');
    if (buf->failed)
        return;
    size_t length = buf->length - start - 10; /* 64 dimensions take less than 64 KiB */
    buf->data[start + 8] = (char)(uint8_t)length;
    buf->data[start + 9] = (char)(uint8_t)(length >> 8);
}

/* The character at *at, stepping over it; false if that is no UTF-8. */
static bool next_character(const uint8_t **at, const uint8_t *end, uint32_t *c)
{
    *c = *(*at)++;
    if (*c < 0x80)
        return true;
    int more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (*c < 0xc2 || *c > 0xf4 || end - *at < more)
        return false;
    *c &= 0x3fu >> more;
    for (int i = 0; i < more; i++) {
        if ((**at & 0xc0) != 0x80)
            return false;
        *c = *c << 6 | (*(*at)++ & 0x3fu);
    }
    return *c >= least[more] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff);
}

/* Characters of the string, or false if it is not UTF-8. */
static bool count_characters(finnc_string s, size_t *count)
{
    const uint8_t *at = (const uint8_t *)s.data;
    const uint8_t *end = at + s.length;
    uint32_t c;
    for (*count = 0; s.length > 0 && at < end; ++*count)
        if (!next_character(&at, end, &c))
            return false;
    return true;
}

static void put_wide(fnc_buf *buf, finnc_string s, size_t width)
{
    const uint8_t *at = (const uint8_t *)s.data;
    const uint8_t *end = at + s.length;
    for (size_t i = 0; i < width && !buf->failed; i++) {
        uint32_t c = 0;
        if (at < end)
            (void)next_character(&at, end, &c);
        uint8_t bytes[] = {(uint8_t)c, (uint8_t)(c >> 8), (uint8_t)(c >> 16), 0};
        fnc_buf_add(buf, bytes, 4);
    }
}

static void put_narrow(fnc_buf *buf, finnc_string s, size_t width)
{
    fnc_buf_add(buf, s.data, s.length);
    for (size_t i = s.length; i < width && !buf->failed; i++)
        fnc_buf_putc(buf, 0);
}

/* Writes each as wide as the widest, `width` characters. */
static finnc_status put_strings(finnc_ctx *cx, const finnc_tensor *tensor, bool is_text,
                                size_t width, fnc_buf *buf)
{
    size_t nbytes;
    if (!fnc_mul(width, is_text ? 4 : 1, &nbytes) ||
        !fnc_mul(nbytes, (size_t)finnc_tensor_nelems(tensor), &nbytes))
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_need_within(cx, FINNC_LIMIT_TENSOR_BYTES, nbytes));
    char descr[32];
    snprintf(descr, sizeof descr, "%s%zu", is_text ? "<U" : "|S", width);
    put_header(buf, descr, tensor);
    fnc_buf_reserve(buf, nbytes);
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor) && !buf->failed; i++) {
        FINNC_TRY(finnc_ctx_check(cx));
        (is_text ? put_wide : put_narrow)(buf, finnc_tensor_get_string(tensor, i), width);
    }
    return fnc_buf_check(buf);
}

/* Text as numpy's str, anything else as bytes. */
static finnc_status encode_strings(finnc_ctx *cx, const finnc_tensor *tensor, fnc_buf *buf)
{
    size_t widest = 1, longest = 1, count;
    bool is_text = true;
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++) {
        const finnc_string s = finnc_tensor_get_string(tensor, i);
        is_text = is_text && count_characters(s, &count);
        if (is_text && count > widest)
            widest = count;
        if (s.length > longest)
            longest = s.length;
    }
    return put_strings(cx, tensor, is_text, is_text ? widest : longest, buf);
}

finnc_status fnc_npy_encode(finnc_ctx *cx, const finnc_tensor *tensor, fnc_buf *buf)
{
    if (finnc_tensor_elem(tensor) == FINNC_ELEM_STRING)
        return encode_strings(cx, tensor, buf);
    if (finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "is a %s, which numpy does not have",
                          finnc_kind_name(finnc_tensor_kind(tensor)));
    finnc_elem as;
    const char *descr = written_as(finnc_tensor_elem(tensor), &as);
    if (!descr)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "elements of type %d cannot be written for numpy",
                          (int)finnc_tensor_elem(tensor));
    finnc_tensor *plain;
    FINNC_TRY(finnc_tensor_cast(cx, tensor, as, &plain));
    const void *data;
    finnc_status status = finnc_tensor_need_data(cx, plain, &data);
    if (status == FINNC_OK) {
        put_header(buf, descr, plain);
        fnc_buf_add(buf, data, finnc_tensor_nbytes(plain));
        status = fnc_buf_check(buf);
    }
    finnc_tensor_release(plain);
    return status;
}

finnc_status finnc_npy_write(finnc_ctx *cx, const char *path, const finnc_tensor *tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    finnc_status status = fnc_npy_encode(cx, tensor, &buf);
    if (status == FINNC_OK)
        status = finnc_file_write(cx, path, fnc_buf_text(&buf), buf.length);
    fnc_buf_clear(&buf);
    return status;
}
