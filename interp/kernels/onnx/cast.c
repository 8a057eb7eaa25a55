/* Changes of element type. */
#include "../../kernel.h"

#include <base/text.h>

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers to strings ---- */

/* The smallest double is 323 zeros behind the point, and then its digits. */
enum { MAX_DIGITS = 17, NUMBER_LENGTH = 400 };

/* Do the digits of a decimal text read back as the number? */
static bool reads_back(finnc_elem elem, const char *text, double v)
{
    double back = strtod(text, NULL);
    if (elem == FINNC_ELEM_DOUBLE)
        return back == v;
    return finnc_elem_decode(elem, finnc_elem_encode(elem, back)) == v;
}

/* The fewest digits that read back as the number, without an exponent: 0.0001, 120. Whatever the
 * locale puts behind the first digit is left out. */
static size_t write_float(finnc_elem elem, double v, char *text)
{
    char shortest[MAX_DIGITS + 16], digits[MAX_DIGITS + 1];
    for (int n = 1; n <= MAX_DIGITS; n++) {
        snprintf(shortest, sizeof shortest, "%.*e", n - 1, v);
        if (reads_back(elem, shortest, v))
            break;
    }
    const char *at = shortest + (*shortest == '-');
    int count = 0, point = (int)strtol(strchr(at, 'e') + 1, NULL, 10) + 1;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    size_t length = 0;
    if (*shortest == '-')
        text[length++] = '-';
    const int start = point > 0 ? 0 : point - 1; /* zeros before the first digit */
    for (int i = start; i < count || i < point; i++) {
        if (i == point && i > start)
            text[length++] = '.';
        text[length++] = i < 0 || i >= count ? '0' : digits[i];
    }
    return length;
}

static size_t write_number(const fnc_array *array, const finnc_tensor *x, int64_t i, char *text)
{
    int n;
    finnc_elem elem = array->elem;
    double v = finnc_tensor_get(x, i);
    if (elem == FINNC_ELEM_BOOL)
        n = snprintf(text, NUMBER_LENGTH, "%d", v != 0);
    else if (elem == FINNC_ELEM_UINT64)
        n = snprintf(text, NUMBER_LENGTH, "%" PRIu64, ((const uint64_t *)array->data)[i]);
    else if (finnc_elem_is_integer(elem))
        n = snprintf(text, NUMBER_LENGTH, "%" PRId64, finnc_tensor_get_int(x, i));
    else if (isnan(v))
        n = snprintf(text, NUMBER_LENGTH, "NaN");
    else if (isinf(v))
        n = snprintf(text, NUMBER_LENGTH, v > 0 ? "INF" : "-INF");
    else
        return write_float(elem, v, text);
    return (size_t)n;
}

static finnc_status to_strings(fnc_call *call, const fnc_array *x)
{
    finnc_tensor *out;
    char text[NUMBER_LENGTH];
    FINNC_TRY(finnc_tensor_create(call->cx, FINNC_ELEM_STRING, x->rank, x->dims, &out));
    finnc_status status = FINNC_OK;
    for (int64_t i = 0; i < x->nelems && status == FINNC_OK; i++) {
        size_t n = write_number(x, fnc_in_tensor(call, 0), i, text);
        status = finnc_tensor_set_string(call->cx, out, i, text, n);
    }
    if (status == FINNC_OK)
        status = fnc_out_share(call, 0, out);
    finnc_tensor_release(out);
    return status;
}

/* ---- strings to numbers ---- */

/* Where integers on their way to that type are kept. */
static finnc_elem wide_int(finnc_elem to)
{
    return to == FINNC_ELEM_UINT64 ? to : FINNC_ELEM_INT64;
}

/* The bits of an integer, of 64 with a sign or, for UINT64, without. False: it is none, or larger.
 */
static bool read_int(const char *text, size_t length, finnc_elem to, int64_t *n)
{
    char *end;
    errno = 0;
    *n = to == FINNC_ELEM_UINT64 && *text != '-' ? (int64_t)strtoull(text, &end, 10)
                                                 : strtoll(text, &end, 10);
    return length && end == text + length && errno == 0;
}

/* Integers are read as such, so that 64 bits stay exact; what has a point or an exponent, or does
 * not fit 64 bits, becomes a double first, and INF and NaN are spelt in any case. */
static bool read_number(const char *text, size_t length, locale_t locale, finnc_elem to, int64_t *n,
                        double *x)
{
    char *end;
    if (finnc_elem_is_integer(to) && read_int(text, length, to, n))
        return true;
    *x = locale ? strtod_l(text, &end, locale) : strtod(text, &end);
    fnc_convert(FINNC_ELEM_DOUBLE, x, wide_int(to), n, 1);
    return length && end == text + length;
}

static finnc_status from_strings(fnc_call *call, const fnc_array *x, fnc_array *numbers,
                                 finnc_elem to)
{
    const bool wants_int = finnc_elem_is_integer(to);
    const finnc_string *strings = x->data;
    size_t longest = 0;
    for (int64_t i = 0; i < x->nelems; i++)
        longest = strings[i].length > longest ? strings[i].length : longest;
    char *text = fnc_scratch(call, longest + 1);
    double *floats = FNC_SCRATCH(call, double, x->nelems);
    int64_t *ints = FNC_SCRATCH(call, int64_t, x->nelems);
    if (!text || !floats || !ints)
        return finnc_no_memory(call->cx);
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    int64_t i = 0;
    for (; i < x->nelems; i++) {
        if (strings[i].length)
            memcpy(text, strings[i].data, strings[i].length);
        text[strings[i].length] = '\0';
        if (!read_number(text, strings[i].length, plain, to, &ints[i], &floats[i]))
            break;
    }
    if (plain)
        freelocale(plain);
    if (i < x->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "element %" PRId64 " is no number: %.60s", i,
                          text);
    *numbers = *x;
    numbers->elem = wants_int ? wide_int(to) : FINNC_ELEM_DOUBLE;
    numbers->data = wants_int ? (const void *)ints : floats;
    return FINNC_OK;
}

/* ---- Cast, CastLike ---- */

static bool is_float8(finnc_elem elem)
{
    return finnc_elem_is_float(elem) && finnc_elem_bits(elem) == 8;
}

static finnc_rounding rounding_of(const fnc_call *call)
{
    const char *mode = finnc_node_string(call->node, "round_mode", "up");
    return fnc_same(mode, "down")      ? FINNC_ROUND_DOWN
           : fnc_same(mode, "nearest") ? FINNC_ROUND_NEAREST
                                       : FINNC_ROUND_UP;
}

static finnc_status to_float8(fnc_call *call, const fnc_array *x, finnc_elem to)
{
    bool saturate = finnc_node_attr_int(call->node, "saturate") != 0;
    finnc_rounding rounding = rounding_of(call);
    uint8_t *out;
    double *wide = FNC_SCRATCH(call, double, x->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_out(call, 0, to, x->rank, x->dims, &out));
    fnc_convert_to_odd(x->elem, x->data, wide, x->nelems);
    for (int64_t i = 0; i < x->nelems; i++)
        out[i] = (uint8_t)finnc_elem_encode_as(to, wide[i], saturate, rounding);
    return FINNC_OK;
}

static finnc_status cast_to(fnc_call *call, finnc_elem to)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    fnc_array x = call->in[0];
    void *out;
    if (x.elem == to)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    if (to == FINNC_ELEM_STRING)
        return to_strings(call, &x);
    if (!finnc_elem_bits(to) || to == FINNC_ELEM_COMPLEX64 || to == FINNC_ELEM_COMPLEX128)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "casts to element type %d", (int)to);
    if (x.elem == FINNC_ELEM_STRING)
        FINNC_TRY(from_strings(call, &x, &x, to));
    if (is_float8(to))
        return to_float8(call, &x, to);
    /* Beyond the range of 4 and 2 bits a float leaves its low bits, as integers do. */
    if (finnc_elem_is_integer(to) && finnc_elem_bits(to) < 8 && finnc_elem_is_float(x.elem)) {
        int64_t *whole = FNC_SCRATCH(call, int64_t, x.nelems);
        if (!whole)
            return finnc_no_memory(call->cx);
        fnc_convert(x.elem, x.data, FINNC_ELEM_INT64, whole, x.nelems);
        x.elem = FINNC_ELEM_INT64;
        x.data = whole;
    }
    FINNC_TRY(fnc_out(call, 0, to, x.rank, x.dims, &out));
    fnc_convert(x.elem, x.data, to, out, x.nelems);
    return FINNC_OK;
}

/* `to` was a string in opset 1. */
static finnc_status cast(fnc_call *call)
{
    int64_t to;
    if (call->version < 6)
        return cast_to(call, finnc_elem_find(finnc_node_string(call->node, "to", "")));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "to", &to));
    if (to <= 0 || to >= FNC_NELEMS)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "casts to element type %" PRId64, to);
    return cast_to(call, (finnc_elem)to);
}

const fnc_kernel fnc_kernel_onnx_cast = {.run = cast, .takes = FNC_TAKES_ALL};

static finnc_status cast_like(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    return cast_to(call, call->in[1].elem);
}

const fnc_kernel fnc_kernel_onnx_cast_like = {.run = cast_like, .takes = FNC_TAKES_ALL};
