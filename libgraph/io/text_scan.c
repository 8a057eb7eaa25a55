#include "text_scan.h"

#include "../base/limit.h"
#include "number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Not <ctype.h>: what a letter is must not depend on the locale. */
static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool starts_id(char c)
{
    return is_letter(c) || c == '_';
}

static bool continues_id(char c)
{
    return starts_id(c) || is_digit(c);
}

bool fnc_is_identifier(const char *text, size_t length)
{
    if (length == 0 || !starts_id(*text))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!continues_id(text[i]))
            return false;
    return true;
}

void fnc_scan_init(fnc_scan *scan, finnc_ctx *cx, fnc_arena *scratch, const char *text)
{
    *scan = (fnc_scan){
        .cx = cx,
        .scratch = scratch,
        .text = text,
        .next = text,
        .end = text + strlen(text),
        .line = 1,
        .line_start = text,
    };
}

/* Steps over one character, counting lines. */
static void step(fnc_scan *scan)
{
    if (*scan->next++ == '\n') {
        scan->line++;
        scan->line_start = scan->next;
    }
}

static void skip(fnc_scan *scan)
{
    for (;;) {
        while (is_blank(*scan->next))
            step(scan);
        if (*scan->next != '#')
            return;
        while (*scan->next && *scan->next != '\n')
            scan->next++;
    }
}

/* ---- failures ---- */

const char *fnc_scan_place(const fnc_scan *scan, const char *at)
{
    int line = 1;
    const char *start = scan->text;
    for (const char *p = scan->text; p < at; p++) {
        if (*p == '\n') {
            line++;
            start = p + 1;
        }
    }
    const char *place =
        fnc_arena_printf(scan->scratch, "line %d, column %td", line, at - start + 1);
    return place ? place : "this text";
}

const char *fnc_scan_here(fnc_scan *scan, char place[48])
{
    skip(scan);
    snprintf(place, 48, "line %d, column %td", scan->line, scan->next - scan->line_start + 1);
    return place;
}

finnc_status fnc_scan_fail(const fnc_scan *scan, const char *at, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    const char *place = fnc_scan_place(scan, at ? at : scan->next);
    return finnc_fail(scan->cx, FINNC_BAD_FILE, "%s: %s", place, words);
}

finnc_status fnc_scan_expected(const fnc_scan *scan, const char *wanted)
{
    fnc_scan ahead = *scan;
    skip(&ahead);
    const char *from = ahead.next;
    if (!*from)
        return fnc_scan_fail(scan, from, "%s is expected, the text ends here", wanted);
    if (strncmp(from, "...", 3) == 0)
        return fnc_scan_fail(scan, from,
                             "something was left out here ('...'); a text to be read back has to "
                             "be written with its weights");
    int length = 1;
    while (length < 24 && continues_id(from[0]) && continues_id(from[length]))
        length++;
    if ((unsigned char)from[0] < ' ' || (unsigned char)from[0] > '~')
        return fnc_scan_fail(scan, from, "%s is expected, not the byte 0x%02x", wanted,
                             (unsigned)(unsigned char)from[0]);
    return fnc_scan_fail(scan, from, "%s is expected, not '%.*s'", wanted, length, from);
}

/* ---- punctuation ---- */

char fnc_scan_peek(fnc_scan *scan)
{
    skip(scan);
    return *scan->next;
}

bool fnc_scan_at_end(fnc_scan *scan)
{
    return fnc_scan_peek(scan) == 0;
}

bool fnc_scan_is(fnc_scan *scan, const char *punctuation)
{
    skip(scan);
    return strncmp(scan->next, punctuation, strlen(punctuation)) == 0;
}

bool fnc_scan_take(fnc_scan *scan, const char *punctuation)
{
    if (!fnc_scan_is(scan, punctuation))
        return false;
    scan->next += strlen(punctuation);
    return true;
}

finnc_status fnc_scan_need(fnc_scan *scan, const char *punctuation)
{
    if (fnc_scan_take(scan, punctuation))
        return FINNC_OK;
    char wanted[16];
    snprintf(wanted, sizeof wanted, "'%s'", punctuation);
    return fnc_scan_expected(scan, wanted);
}

/* ---- names ---- */

static size_t id_length(fnc_scan *scan)
{
    skip(scan);
    size_t length = 0;
    if (starts_id(scan->next[0]))
        while (continues_id(scan->next[length]))
            length++;
    return length;
}

bool fnc_scan_is_word(fnc_scan *scan, const char *word)
{
    size_t length = id_length(scan);
    return length > 0 && length == strlen(word) && memcmp(scan->next, word, length) == 0;
}

finnc_status fnc_scan_find_id(fnc_scan *scan, const char **id)
{
    *id = NULL;
    size_t length = id_length(scan);
    if (length == 0)
        return FINNC_OK;
    FINNC_TRY(fnc_need_within(scan->cx, FINNC_LIMIT_STRING_BYTES, length));
    *id = fnc_arena_strndup(scan->scratch, scan->next, length);
    if (!*id)
        return finnc_no_memory(scan->cx);
    scan->next += length;
    return FINNC_OK;
}

finnc_status fnc_scan_need_id(fnc_scan *scan, const char *what, const char **id)
{
    FINNC_TRY(fnc_scan_find_id(scan, id));
    return *id ? FINNC_OK : fnc_scan_expected(scan, what);
}

/* A string in double quotes; a backslash stands for the character behind it, whichever that is. */
static finnc_status scan_quoted(fnc_scan *scan, finnc_string *string)
{
    const char *open = scan->next++;
    const char *close = scan->next;
    while (*close && *close != '"')
        close += close[0] == '\\' && close[1] ? 2 : 1;
    if (!*close)
        return fnc_scan_fail(scan, open, "this string has no closing quote");
    FINNC_TRY(fnc_need_within(scan->cx, FINNC_LIMIT_STRING_BYTES, (uint64_t)(close - scan->next)));
    char *copy = fnc_arena_alloc(scan->scratch, (size_t)(close - scan->next) + 1);
    if (!copy)
        return finnc_no_memory(scan->cx);
    size_t length = 0;
    for (const char *p = scan->next; p < close; p++) {
        if (*p == '\\')
            p++;
        copy[length++] = *p;
    }
    copy[length] = 0;
    *string = (finnc_string){copy, length};
    while (scan->next <= close)
        step(scan);
    return FINNC_OK;
}

finnc_status fnc_scan_find_name(fnc_scan *scan, const char **name)
{
    if (fnc_scan_peek(scan) != '"')
        return fnc_scan_find_id(scan, name);
    finnc_string string;
    FINNC_TRY(scan_quoted(scan, &string));
    *name = string.data;
    return FINNC_OK;
}

finnc_status fnc_scan_need_name(fnc_scan *scan, const char *what, const char **name)
{
    FINNC_TRY(fnc_scan_find_name(scan, name));
    return *name ? FINNC_OK : fnc_scan_expected(scan, what);
}

finnc_status fnc_scan_need_string(fnc_scan *scan, const char *what, const char **text)
{
    if (fnc_scan_peek(scan) != '"')
        return fnc_scan_expected(scan, what);
    return fnc_scan_find_name(scan, text);
}

/* ---- numbers ---- */

/* The length of "nan", "inf" or "infinity" (any case) at `p`, else 0. */
static size_t special_length(const char *p)
{
    size_t length = 0;
    while (continues_id(p[length]))
        length++;
    bool special =
        (length == 3 && (strncasecmp(p, "nan", 3) == 0 || strncasecmp(p, "inf", 3) == 0)) ||
        (length == 8 && strncasecmp(p, "infinity", 8) == 0);
    return special ? length : 0;
}

enum { FLOAT_BITS = 23, DOUBLE_BITS = 52 }; /* of a mantissa */

/* The (0x400001) of a NaN that is not the usual one: the bits of its mantissa, which are not all
 * zero, since that is infinity. */
static finnc_status scan_nan_bits(fnc_scan *scan, fnc_literal *literal)
{
    static const char digits[] = "0123456789abcdef";
    const char *open = scan->next, *p = open + 1, *digit;
    if (*open != '(' || strncasecmp(literal->at + literal->negative, "nan", 3) != 0)
        return FINNC_OK;
    const bool is_hex = strncmp(p, "0x", 2) == 0;
    for (p += is_hex ? 2 : 0;
         is_hex && *p && (digit = strchr(digits, *p)) && !(literal->nan_bits >> (DOUBLE_BITS - 4));
         p++)
        literal->nan_bits = literal->nan_bits << 4 | (uint64_t)(digit - digits);
    if (*p != ')' || !literal->nan_bits)
        return fnc_scan_fail(scan, open,
                             "the bits of a NaN are expected: (0x400001), not zero and %d at most",
                             (int)DOUBLE_BITS);
    scan->next = p + 1;
    return FINNC_OK;
}

bool fnc_is_number_word(const char *text)
{
    const size_t length = special_length(text);
    return length > 0 && !text[length];
}

bool fnc_scan_is_number(fnc_scan *scan)
{
    skip(scan);
    const char *p = scan->next;
    return is_digit(*p) || *p == '-' || special_length(p) > 0;
}

static finnc_status scan_number(fnc_scan *scan, fnc_literal *literal)
{
    const char *p = scan->next;
    literal->negative = *p == '-';
    if (literal->negative)
        p++;
    size_t special = special_length(p);
    if (special > 0) {
        literal->kind = FNC_LITERAL_FLOAT;
        scan->next = p + special;
        return scan_nan_bits(scan, literal);
    }
    if (!is_digit(*p))
        return fnc_scan_expected(scan, "a number");
    literal->kind = FNC_LITERAL_INT;
    bool fits = true;
    for (; is_digit(*p); p++)
        fits =
            fits && !__builtin_mul_overflow(literal->magnitude, 10u, &literal->magnitude) &&
            !__builtin_add_overflow(literal->magnitude, (unsigned)(*p - '0'), &literal->magnitude);
    if (*p == '.' && p[1] != '.') {
        literal->kind = FNC_LITERAL_FLOAT;
        do
            p++;
        while (is_digit(*p));
    }
    if (*p == 'e' || *p == 'E') {
        const char *digits = p + 1 + (p[1] == '-' || p[1] == '+');
        if (!is_digit(*digits))
            return fnc_scan_fail(scan, p, "an exponent has no digits");
        literal->kind = FNC_LITERAL_FLOAT;
        for (p = digits; is_digit(*p); p++)
            continue;
    }
    if (continues_id(*p))
        return fnc_scan_fail(scan, p, "a number runs into '%c'", *p);
    if (literal->kind == FNC_LITERAL_INT && !fits)
        return fnc_scan_fail(scan, scan->next, "the integer %.*s needs more than 64 bits",
                             (int)(p - scan->next > 40 ? 40 : p - scan->next), scan->next);
    scan->next = p;
    return FINNC_OK;
}

finnc_status fnc_scan_need_literal(fnc_scan *scan, fnc_literal *literal)
{
    char c = fnc_scan_peek(scan);
    *literal = (fnc_literal){.kind = FNC_LITERAL_STRING, .at = scan->next};
    if (c == '"')
        return scan_quoted(scan, &literal->string);
    if (!fnc_scan_is_number(scan))
        return fnc_scan_expected(scan, "a number or a string");
    return scan_number(scan, literal);
}

bool fnc_literal_int(const fnc_literal *literal, int64_t *x)
{
    uint64_t limit = (uint64_t)INT64_MAX + (literal->negative ? 1 : 0);
    if (literal->kind != FNC_LITERAL_INT || literal->magnitude > limit)
        return false;
    *x = (int64_t)(literal->negative ? 0 - literal->magnitude : literal->magnitude);
    return true;
}

finnc_status fnc_scan_need_int(fnc_scan *scan, const char *what, int64_t *x)
{
    if (!fnc_scan_is_number(scan))
        return fnc_scan_expected(scan, what);
    fnc_literal literal;
    FINNC_TRY(fnc_scan_need_literal(scan, &literal));
    if (!fnc_literal_int(&literal, x))
        return fnc_scan_fail(scan, literal.at, "%s is expected, and this is no 64-bit integer",
                             what);
    return FINNC_OK;
}

/* Never as doubles: converting a NaN changes its bits. */
finnc_status fnc_literal_need_float(const fnc_scan *scan, const fnc_literal *literal, float *x)
{
    if (literal->nan_bits >> FLOAT_BITS)
        return fnc_scan_fail(scan, literal->at, "a float's NaN has %d bits at most",
                             (int)FLOAT_BITS);
    *x = literal->nan_bits ? fnc_make_nan_float(literal->negative, (uint32_t)literal->nan_bits)
                           : fnc_parse_float(literal->at, NULL);
    return FINNC_OK;
}

double fnc_literal_double(const fnc_literal *literal)
{
    return literal->nan_bits ? fnc_make_nan_double(literal->negative, literal->nan_bits)
                             : fnc_parse_double(literal->at, NULL);
}
