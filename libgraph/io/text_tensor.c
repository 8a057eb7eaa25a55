#include "text_tensor.h"

#include "../base/bits.h"
#include "number.h"

#include <inttypes.h>
#include <string.h>

/* How the elements of a type are written. */
typedef enum spelling {
    SPELL_INT,     /* as the integer */
    SPELL_BITS,    /* small floats and bool: the bits as an unsigned integer */
    SPELL_FLOAT,   /* one number or, complex, two, in float or double */
    SPELL_STRING,  /* in quotes */
    SPELL_NOTHING, /* a type that we do not know */
} spelling;

static bool is_complex(finnc_elem elem)
{
    return elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128;
}

static bool is_double(finnc_elem elem)
{
    return elem == FINNC_ELEM_DOUBLE || elem == FINNC_ELEM_COMPLEX128;
}

static spelling spelling_of(finnc_elem elem)
{
    if (elem == FINNC_ELEM_STRING)
        return SPELL_STRING;
    if (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_DOUBLE || is_complex(elem))
        return SPELL_FLOAT;
    if (finnc_elem_bits(elem) == 0)
        return SPELL_NOTHING;
    return finnc_elem_is_integer(elem) ? SPELL_INT : SPELL_BITS;
}

/* ---- reading ---- */

/* Stores the low bits of `bits` as element `i`. */
static void store_bits(finnc_tensor *tensor, int64_t i, uint64_t bits)
{
    unsigned width = (unsigned)finnc_elem_bits(finnc_tensor_elem(tensor));
    uint8_t *data = finnc_tensor_edit(tensor);
    if (width >= 8) {
        for (unsigned b = 0; b < width / 8; b++)
            data[(size_t)i * (width / 8) + b] = (uint8_t)(bits >> (8 * b));
        return;
    }
    fnc_bits_store(data, (size_t)i, width, (unsigned)bits);
}

static bool integer_fits(const fnc_literal *literal, int width, bool is_signed)
{
    uint64_t top = (uint64_t)1 << (width - 1); /* one past the largest, if signed */
    if (is_signed)
        return literal->magnitude < top + literal->negative;
    return literal->negative ? literal->magnitude == 0 : literal->magnitude <= top - 1 + top;
}

static finnc_status store_integer(fnc_scan *scan, const fnc_literal *literal, finnc_tensor *tensor,
                                  int64_t i)
{
    finnc_elem elem = finnc_tensor_elem(tensor);
    bool is_small_float = finnc_elem_is_float(elem);
    if (is_small_float && literal->kind == FNC_LITERAL_FLOAT) {
        store_bits(tensor, i, finnc_elem_encode(elem, fnc_literal_double(literal)));
        return FINNC_OK;
    }
    int width = elem == FINNC_ELEM_BOOL ? 1 : finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem) && !is_small_float;
    char name[32];
    if (literal->kind != FNC_LITERAL_INT || !integer_fits(literal, width, is_signed))
        return fnc_scan_fail(scan, literal->at, "this is no %s%s", fnc_text_elem_name(elem, name),
                             is_small_float ? " (its bits, or a number with a point)" : "");
    store_bits(tensor, i, literal->negative ? 0 - literal->magnitude : literal->magnitude);
    return FINNC_OK;
}

/* `at` counts parts: two for each complex element. */
static finnc_status store_float(fnc_scan *scan, const fnc_literal *literal, finnc_tensor *tensor,
                                int64_t at)
{
    if (literal->kind == FNC_LITERAL_STRING)
        return fnc_scan_fail(scan, literal->at, "a number is expected, not a string");
    uint8_t *data = finnc_tensor_edit(tensor);
    if (is_double(finnc_tensor_elem(tensor))) {
        double x = fnc_literal_double(literal);
        memcpy(data + (size_t)at * sizeof x, &x, sizeof x);
    } else {
        float x;
        FINNC_TRY(fnc_literal_need_float(scan, literal, &x));
        memcpy(data + (size_t)at * sizeof x, &x, sizeof x);
    }
    return FINNC_OK;
}

static finnc_status store(fnc_scan *scan, const fnc_literal *literal, finnc_tensor *tensor,
                          int64_t at)
{
    switch (spelling_of(finnc_tensor_elem(tensor))) {
    case SPELL_INT:
    case SPELL_BITS:
        return store_integer(scan, literal, tensor, at);
    case SPELL_FLOAT:
        return store_float(scan, literal, tensor, at);
    case SPELL_STRING:
        if (literal->kind != FNC_LITERAL_STRING)
            return fnc_scan_fail(scan, literal->at, "a string is expected, not a number");
        return finnc_tensor_set_string(scan->cx, tensor, at, literal->string.data,
                                       literal->string.length);
    case SPELL_NOTHING:
        break;
    }
    return fnc_scan_fail(scan, literal->at, "elements of this type cannot be written");
}

static finnc_status count_differs(fnc_scan *scan, const char *at, int64_t wanted)
{
    return fnc_scan_fail(scan, at, "the shape wants %" PRId64 " numbers, and these are not as many",
                         wanted);
}

static finnc_status read_elements(fnc_scan *scan, finnc_tensor *tensor, int64_t wanted)
{
    const char *open = scan->next;
    FINNC_TRY(fnc_scan_need(scan, "{"));
    int64_t at = 0;
    if (fnc_scan_peek(scan) != '}') {
        do {
            fnc_literal literal;
            FINNC_TRY(fnc_scan_need_literal(scan, &literal));
            if (at == wanted)
                return count_differs(scan, literal.at, wanted);
            FINNC_TRY(store(scan, &literal, tensor, at++));
            if (at % 65536 == 0)
                FINNC_TRY(finnc_ctx_check(scan->cx));
        } while (fnc_scan_take(scan, ","));
    }
    FINNC_TRY(fnc_scan_need(scan, "}"));
    return at == wanted ? FINNC_OK : count_differs(scan, open, wanted);
}

/* There is not enough text left for all elements: they were left out, or miscounted. */
static finnc_status too_few(fnc_scan *scan, int64_t wanted)
{
    const char *open = scan->next;
    FINNC_TRY(fnc_scan_need(scan, "{"));
    while (!fnc_scan_at_end(scan) && !fnc_scan_is(scan, "}")) {
        fnc_literal literal;
        FINNC_TRY(fnc_scan_need_literal(scan, &literal));
        if (!fnc_scan_take(scan, ","))
            break;
    }
    return count_differs(scan, open, wanted);
}

static finnc_status create_tensor(fnc_scan *scan, const fnc_text_type *type, int64_t *wanted,
                                  finnc_tensor **tensor)
{
    FNC_AT_WORD(scan);
    int64_t dims[FINNC_MAX_RANK];
    if (type->elem == FINNC_ELEM_UNDEFINED || type->rank < 0)
        return finnc_fail(scan->cx, FINNC_BAD_FILE,
                          "a constant needs a tensor type with a known shape");
    for (int i = 0; i < type->rank; i++) {
        dims[i] = type->dims[i].size;
        if (dims[i] < 0)
            return finnc_fail(scan->cx, FINNC_BAD_FILE,
                              "dimension %d of a constant is not a number", i);
    }
    if (fnc_scan_is(scan, "["))
        return finnc_fail(scan->cx, FINNC_UNSUPPORTED,
                          "a text has no folder for external data to lie in");
    FINNC_TRY(finnc_shape_nelems(scan->cx, type->rank, dims, wanted));
    if (!fnc_mul_i64(*wanted, is_complex(type->elem) ? 2 : 1, wanted))
        *wanted = INT64_MAX;
    /* An element takes a character and, but for the last, a comma: a shape alone makes nobody
     * allocate. */
    if (*wanted > (scan->end - scan->next) / 2 + 1)
        return FINNC_OK;
    return finnc_tensor_create(scan->cx, type->elem, type->rank, dims, tensor);
}

finnc_status fnc_text_read_tensor(fnc_scan *scan, const fnc_text_type *type, finnc_tensor **tensor)
{
    int64_t wanted;
    *tensor = NULL;
    FINNC_TRY(create_tensor(scan, type, &wanted, tensor));
    if (!*tensor)
        return too_few(scan, wanted);
    finnc_status status = read_elements(scan, *tensor, wanted);
    if (status != FINNC_OK) {
        finnc_tensor_release(*tensor);
        *tensor = NULL;
    }
    return status;
}

/* ---- writing ---- */

static uint64_t load_bits(const uint8_t *data, int64_t i, unsigned width)
{
    uint64_t bits = 0;
    if (width < 8) {
        size_t bit = (size_t)i * width;
        return ((unsigned)data[bit / 8] >> (bit % 8)) & ((1u << width) - 1);
    }
    for (unsigned b = 0; b < width / 8; b++)
        bits |= (uint64_t)data[(size_t)i * (width / 8) + b] << (8 * b);
    return bits;
}

static void write_integer(fnc_buf *buf, uint64_t bits, unsigned width, bool is_signed)
{
    bool is_negative = is_signed && (bits >> (width - 1) & 1);
    if (is_negative)
        bits = (width < 64 ? (uint64_t)1 << width : 0) - bits;
    fnc_buf_printf(buf, "%s%" PRIu64, is_negative ? "-" : "", bits);
}

static void write_one_float(fnc_buf *buf, const uint8_t *data, int64_t at, bool wide)
{
    char text[FNC_NUMBER_MAX];
    if (wide) {
        double x;
        memcpy(&x, data + (size_t)at * sizeof x, sizeof x);
        fnc_buf_puts(buf, fnc_double_text(x, text));
    } else {
        float x;
        memcpy(&x, data + (size_t)at * sizeof x, sizeof x);
        fnc_buf_puts(buf, fnc_float_text(x, text));
    }
}

static void write_element(fnc_buf *buf, finnc_elem elem, const void *data, int64_t i)
{
    unsigned width = (unsigned)finnc_elem_bits(elem);
    switch (spelling_of(elem)) {
    case SPELL_INT:
        write_integer(buf, load_bits(data, i, width), width, finnc_elem_is_signed(elem));
        break;
    case SPELL_BITS:
        if (elem == FINNC_ELEM_BOOL) /* a file may hold any byte */
            fnc_buf_putc(buf, load_bits(data, i, width) ? '1' : '0');
        else
            write_integer(buf, load_bits(data, i, width), width, false);
        break;
    case SPELL_FLOAT:
        if (is_complex(elem)) {
            write_one_float(buf, data, 2 * i, is_double(elem));
            fnc_buf_puts(buf, ", ");
            write_one_float(buf, data, 2 * i + 1, is_double(elem));
        } else {
            write_one_float(buf, data, i, is_double(elem));
        }
        break;
    case SPELL_STRING: {
        const finnc_string *strings = data;
        fnc_text_write_quoted(buf, strings[i].data, strings[i].length);
        break;
    }
    case SPELL_NOTHING:
        break;
    }
}

/* Can all elements be written? A zero byte would end the text. */
static finnc_status is_writable(finnc_ctx *cx, const finnc_tensor *tensor, bool *writable)
{
    spelling how = spelling_of(finnc_tensor_elem(tensor));
    *writable = how != SPELL_NOTHING;
    if (how != SPELL_STRING)
        return FINNC_OK;
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    const finnc_string *strings = data;
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor) && *writable; i++)
        *writable = !strings[i].length || !memchr(strings[i].data, 0, strings[i].length);
    return FINNC_OK;
}

finnc_status fnc_text_write_elements(finnc_ctx *cx, fnc_buf *buf, const finnc_tensor *tensor,
                                     int64_t limit)
{
    bool writable;
    FINNC_TRY(is_writable(cx, tensor, &writable));
    if (!writable && limit == 0)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express the elements of a tensor");
    int64_t nelems = finnc_tensor_nelems(tensor);
    int64_t shown = !writable ? 0 : limit > 0 && nelems > limit ? limit : nelems;
    const void *data = NULL;
    if (shown > 0)
        FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    fnc_buf_putc(buf, '{');
    for (int64_t i = 0; i < shown; i++) {
        fnc_buf_puts(buf, i > 0 ? ", " : "");
        write_element(buf, finnc_tensor_elem(tensor), data, i);
    }
    if (shown < nelems || !writable)
        fnc_buf_puts(buf, shown > 0 ? ", ..." : "...");
    fnc_buf_putc(buf, '}');
    return fnc_buf_check(buf);
}
