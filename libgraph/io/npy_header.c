/* The header of a .npy file: a magic word, a version, a length, and a Python dictionary such as
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } padded with blanks. */
#include "npy.h"

#include <inttypes.h>
#include <string.h>

typedef struct literal {
    finnc_ctx *cx;
    const char *at, *end;
} literal;

static finnc_status bad(const literal *l, const char *what)
{
    return finnc_fail(l->cx, FINNC_BAD_FILE, "the header of this .npy has %s", what);
}

static void skip_blanks(literal *l)
{
    while (l->at < l->end && (*l->at == ' ' || *l->at == '\t' || *l->at == '\n'))
        l->at++;
}

/* Steps over blanks and then over `c`, if it is there. */
static bool take(literal *l, char c)
{
    skip_blanks(l);
    if (l->at == l->end || *l->at != c)
        return false;
    l->at++;
    return true;
}

static bool take_word(literal *l, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(l);
    if ((size_t)(l->end - l->at) < length || memcmp(l->at, word, length) != 0)
        return false;
    l->at += length;
    return true;
}

/* 'text' or "text"; no escapes, for there is nothing to escape. */
static bool take_string(literal *l, char *text, size_t room)
{
    char quote = take(l, '\'') ? '\'' : '"';
    if (quote == '"' && !take(l, '"'))
        return false;
    const char *close = memchr(l->at, quote, (size_t)(l->end - l->at));
    if (!close || (size_t)(close - l->at) >= room)
        return false;
    memcpy(text, l->at, (size_t)(close - l->at));
    text[close - l->at] = 0;
    l->at = close + 1;
    return true;
}

static bool take_size(literal *l, int64_t *size)
{
    skip_blanks(l);
    if (l->at == l->end || *l->at < '0' || *l->at > '9')
        return false;
    *size = 0;
    for (; l->at < l->end && *l->at >= '0' && *l->at <= '9'; l->at++)
        if (!fnc_mul_i64(*size, 10, size) || !fnc_add_i64(*size, *l->at - '0', size))
            return false;
    if (l->at < l->end && *l->at == 'L') /* Python 2 */
        l->at++;
    return true;
}

static finnc_status read_shape(literal *l, fnc_npy_header *h)
{
    if (!take(l, '('))
        return bad(l, "no shape in parentheses");
    h->rank = 0;
    while (!take(l, ')')) {
        if (h->rank == FINNC_MAX_RANK)
            return bad(l, "more dimensions than we can have");
        if (!take_size(l, &h->dims[h->rank]))
            return bad(l, "a dimension that is no number or too large");
        h->rank++;
        if (!take(l, ',') && !(l->at < l->end && *l->at == ')'))
            return bad(l, "a shape that does not end");
    }
    return FINNC_OK;
}

/* Numbers by kind and size, as numpy's dtype.str has them behind the byte order. */
static const struct {
    const char *code;
    finnc_elem elem;
    size_t size;
} codes[] = {
    {"f4", FINNC_ELEM_FLOAT, 4},     {"f8", FINNC_ELEM_DOUBLE, 8},
    {"f2", FINNC_ELEM_FLOAT16, 2},   {"i1", FINNC_ELEM_INT8, 1},
    {"u1", FINNC_ELEM_UINT8, 1},     {"i2", FINNC_ELEM_INT16, 2},
    {"u2", FINNC_ELEM_UINT16, 2},    {"i4", FINNC_ELEM_INT32, 4},
    {"u4", FINNC_ELEM_UINT32, 4},    {"i8", FINNC_ELEM_INT64, 8},
    {"u8", FINNC_ELEM_UINT64, 8},    {"b1", FINNC_ELEM_BOOL, 1},
    {"c8", FINNC_ELEM_COMPLEX64, 8}, {"c16", FINNC_ELEM_COMPLEX128, 16},
};

static finnc_status unknown_type(const literal *l, const char *descr)
{
    return finnc_fail(l->cx, FINNC_UNSUPPORTED,
                      "elements of numpy's type '%s' have no counterpart here", descr);
}

/* "U7" or "S7": strings of so many characters. */
static finnc_status read_string_type(const literal *l, const char *descr, const char *code,
                                     fnc_npy_header *h)
{
    literal digits = {l->cx, code + 1, code + strlen(code)};
    int64_t length;
    h->elem = FINNC_ELEM_STRING;
    h->is_wide = *code == 'U';
    if (!take_size(&digits, &length) || digits.at != digits.end ||
        !fnc_to_size(length, &h->item_size) ||
        !fnc_mul(h->item_size, h->is_wide ? 4 : 1, &h->item_size))
        return unknown_type(l, descr);
    return FINNC_OK;
}

static finnc_status read_type(literal *l, fnc_npy_header *h)
{
    char descr[32];
    if (!take_string(l, descr, sizeof descr))
        return finnc_fail(l->cx, FINNC_UNSUPPORTED,
                          "records and other types without a simple name are not supported");
    h->is_swapped = *descr == '>';
    const char *code = descr + (*descr != 0 && strchr("<>|=", *descr));
    if (*code == 'U' || *code == 'S' || *code == 'a')
        return read_string_type(l, descr, code, h);
    if (*code == 'O')
        return finnc_fail(l->cx, FINNC_UNSUPPORTED,
                          "this .npy holds Python objects, not numbers (numpy's allow_pickle)");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(code, codes[i].code) == 0) {
            h->elem = codes[i].elem;
            h->item_size = codes[i].size;
            return FINNC_OK;
        }
    }
    return unknown_type(l, descr);
}

static finnc_status read_order(literal *l, fnc_npy_header *h)
{
    h->is_fortran = take_word(l, "True");
    return h->is_fortran || take_word(l, "False") ? FINNC_OK
                                                  : bad(l, "no True or False for its order");
}

static finnc_status read_dictionary(literal *l, fnc_npy_header *h)
{
    bool has_type = false, has_order = false, has_shape = false;
    if (!take(l, '{'))
        return bad(l, "no dictionary");
    while (!take(l, '}')) {
        char key[32];
        if (!take_string(l, key, sizeof key) || !take(l, ':'))
            return bad(l, "something other than keys and values");
        if (strcmp(key, "descr") == 0) {
            FINNC_TRY(read_type(l, h));
            has_type = true;
        } else if (strcmp(key, "fortran_order") == 0) {
            FINNC_TRY(read_order(l, h));
            has_order = true;
        } else if (strcmp(key, "shape") == 0) {
            FINNC_TRY(read_shape(l, h));
            has_shape = true;
        } else {
            return bad(l, "a key that numpy does not write");
        }
        if (!take(l, ',') && !(l->at < l->end && *l->at == '}'))
            return bad(l, "an entry that does not end");
    }
    skip_blanks(l);
    if (!has_type || !has_order || !has_shape || l->at != l->end)
        return bad(l, has_type && has_order && has_shape
                          ? "something behind its dictionary"
                          : "no descr, no fortran_order or no shape");
    return FINNC_OK;
}

finnc_status fnc_npy_read_header(finnc_ctx *cx, const void *data, size_t nbytes,
                                 fnc_npy_header *header)
{
    const uint8_t *bytes = data;
    *header = (fnc_npy_header){0};
    if (nbytes < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "this is no .npy file");
    if (bytes[6] < 1 || bytes[6] > 3)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "version %d of the .npy format is not known",
                          bytes[6]);
    size_t start = bytes[6] == 1 ? 10 : 12;
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] > 1 && nbytes >= start)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (nbytes < start || length > nbytes - start)
        return finnc_fail(cx, FINNC_BAD_FILE, "this .npy ends within its header");
    literal l = {cx, (const char *)bytes + start, (const char *)bytes + start + length};
    FINNC_TRY(read_dictionary(&l, header));
    header->offset = start + length;
    FINNC_TRY(finnc_shape_nelems(cx, header->rank, header->dims, &header->nelems));
    if (!fnc_mul((size_t)header->nelems, header->item_size, &header->nbytes))
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "%" PRId64 " elements of %zu bytes are more than there can be",
                          header->nelems, header->item_size);
    return FINNC_OK;
}
