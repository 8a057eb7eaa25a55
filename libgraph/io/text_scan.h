/* The words of ONNX's textual syntax: names, numbers, strings, punctuation, and where they stand.
 *
 * White space separates, `#` starts a comment that ends with its line. Every failure names line and
 * column. What scanning finds lives in `scratch`. */
#ifndef FNC_TEXT_SCAN_H
#define FNC_TEXT_SCAN_H

#include "../base/arena.h"

#include <finnc/tensor.h>

typedef struct fnc_scan {
    finnc_ctx *cx;
    fnc_arena *scratch;
    const char *text; /* all of it, ended by a zero byte */
    const char *next; /* what is not read yet */
    const char *end;
    int line;               /* of `next` */
    const char *line_start; /* and where it starts */
} fnc_scan;

typedef enum fnc_literal_kind {
    FNC_LITERAL_INT,
    FNC_LITERAL_FLOAT, /* has a point, an exponent, or is nan or inf */
    FNC_LITERAL_STRING
} fnc_literal_kind;

typedef struct fnc_literal {
    fnc_literal_kind kind;
    const char *at;      /* where it starts */
    bool negative;       /* INT: a minus stands before the magnitude */
    uint64_t magnitude;  /* INT */
    uint64_t nan_bits;   /* FLOAT: of nan(0x1); 0: none are said */
    finnc_string string; /* STRING: without quotes and escapes; ended by a zero byte */
} fnc_literal;

void fnc_scan_init(fnc_scan *scan, finnc_ctx *cx, fnc_arena *scratch, const char *text);

/* BAD_FILE with "line 3, column 14: " before the words. `at` NULL: at the next word. */
FINNC_PRINTF(3, 4)
FINNC_COLD finnc_status fnc_scan_fail(const fnc_scan *scan, const char *at, const char *format,
                                      ...);
/* "line 3, column 14", in scratch ("this text" when there is no memory left for it). */
const char *fnc_scan_place(const fnc_scan *scan, const char *at);
/* Declares the place of the next word around calls that know no places; undone when the block ends.
 */
#define FNC_AT_WORD(scan)                                                                          \
    char FNC_JOIN(fnc_word_, __LINE__)[48];                                                        \
    FNC_AT((scan)->cx, "", fnc_scan_here((scan), FNC_JOIN(fnc_word_, __LINE__)), NULL)
const char *fnc_scan_here(fnc_scan *scan, char place[48]);
/* BAD_FILE: `wanted` in words, and what stands there instead. */
FINNC_COLD finnc_status fnc_scan_expected(const fnc_scan *scan, const char *wanted);

/* Skips white space and comments, then: */
char fnc_scan_peek(fnc_scan *scan); /* the next character, 0 at the end */
bool fnc_scan_at_end(fnc_scan *scan);
bool fnc_scan_is(fnc_scan *scan, const char *punctuation);
bool fnc_scan_take(fnc_scan *scan, const char *punctuation); /* steps over it if it is there */
FINNC_MUST_USE finnc_status fnc_scan_need(fnc_scan *scan, const char *punctuation);
/* Is the next word this identifier? */
bool fnc_scan_is_word(fnc_scan *scan, const char *word);

/* An identifier; *id is NULL if the next word is none. */
FINNC_MUST_USE finnc_status fnc_scan_find_id(fnc_scan *scan, const char **id);
FINNC_MUST_USE finnc_status fnc_scan_need_id(fnc_scan *scan, const char *what, const char **id);
/* An identifier or a quoted string; *name is NULL if the next word is neither. */
FINNC_MUST_USE finnc_status fnc_scan_find_name(fnc_scan *scan, const char **name);
FINNC_MUST_USE finnc_status fnc_scan_need_name(fnc_scan *scan, const char *what, const char **name);

FINNC_MUST_USE finnc_status fnc_scan_need_literal(fnc_scan *scan, fnc_literal *literal);
FINNC_MUST_USE finnc_status fnc_scan_need_string(fnc_scan *scan, const char *what,
                                                 const char **text);
FINNC_MUST_USE finnc_status fnc_scan_need_int(fnc_scan *scan, const char *what, int64_t *x);
bool fnc_scan_is_number(fnc_scan *scan); /* would a literal that is no string follow? */

/* The literal as a signed number, if it fits. */
bool fnc_literal_int(const fnc_literal *literal, int64_t *x);
/* INT or FLOAT; it fails at the bits of a NaN that a float has no room for. */
FINNC_MUST_USE finnc_status fnc_literal_need_float(const fnc_scan *scan, const fnc_literal *literal,
                                                   float *x);
double fnc_literal_double(const fnc_literal *literal);

/* Is it nan, inf or infinity, whatever the case? */
bool fnc_is_number_word(const char *text);
bool fnc_is_identifier(const char *text, size_t length);

#endif
