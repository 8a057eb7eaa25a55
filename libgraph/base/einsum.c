#include "einsum.h"

#include <inttypes.h>

/* ---- one term as it is written ---- */

typedef struct written {
    int nletters, ellipsis; /* where "..." stands among the letters; -1: nowhere */
    uint8_t letters[FINNC_MAX_RANK];
} written;

static uint8_t label_of(char letter)
{
    return (uint8_t)(letter <= 'Z' ? letter - 'A' : letter - 'a' + 26);
}

static char letter_of(int label)
{
    return (char)(label < 26 ? 'A' + label : 'a' + label - 26);
}

/* Reads up to a comma, an arrow or the end, and moves `at` there. */
static finnc_status read_term(finnc_ctx *cx, const char **at, written *w)
{
    *w = (written){.ellipsis = -1};
    for (; **at && **at != ',' && **at != '-'; ++*at) {
        char c = **at;
        if (c == ' ')
            continue;
        if (c == '.') {
            if (w->ellipsis >= 0 || (*at)[1] != '.' || (*at)[2] != '.')
                return finnc_fail(cx, FINNC_BAD_VALUE, "the equation has a misplaced dot: %s", *at);
            w->ellipsis = w->nletters;
            *at += 2;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            if (w->nletters == FINNC_MAX_RANK)
                return finnc_fail(cx, FINNC_BAD_VALUE, "a term of more than %d letters",
                                  FINNC_MAX_RANK);
            w->letters[w->nletters++] = label_of(c);
        } else {
            return finnc_fail(cx, FINNC_BAD_VALUE, "the equation has '%c' in it",
                              c > ' ' && c < 127 ? c : '?');
        }
    }
    return FINNC_OK;
}

/* Puts labels in the place of "...", `length` axes. */
static finnc_status fill(finnc_ctx *cx, const written *w, int length, fnc_einsum_term *term)
{
    term->rank = 0;
    if (w->ellipsis < 0)
        length = 0;
    if (w->nletters + length > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a term of %d axes", w->nletters + length);
    for (int i = 0; i <= w->nletters; i++) {
        for (int k = 0; i == w->ellipsis && k < length; k++)
            term->labels[term->rank++] = (uint8_t)(FNC_EINSUM_LETTERS + k);
        if (i < w->nletters)
            term->labels[term->rank++] = w->letters[i];
    }
    return FINNC_OK;
}

/* ---- the left side ---- */

typedef struct sides {
    size_t uses[FNC_EINSUM_LETTERS];
    bool has_ellipsis;
    int length; /* of "..."; -1: not known */
} sides;

/* How many axes "..." stands for: in every term the same number. */
static finnc_status measure(finnc_ctx *cx, size_t i, const written *w, int rank, sides *s)
{
    for (int k = 0; k < w->nletters; k++)
        s->uses[w->letters[k]]++;
    s->has_ellipsis |= w->ellipsis >= 0;
    if (rank < 0)
        return FINNC_OK;
    int rest = rank - w->nletters;
    if (rest < 0 || (rest > 0 && w->ellipsis < 0))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "term %zu of the equation has %d letters, its operand is of rank %d", i,
                          w->nletters, rank);
    if (w->ellipsis < 0)
        return FINNC_OK;
    if (s->length >= 0 && s->length != rest)
        return finnc_fail(cx, FINNC_BAD_VALUE, "an ellipsis stands for %d axes, and in term %zu %d",
                          s->length, i, rest);
    s->length = rest;
    return FINNC_OK;
}

static finnc_status read_left(finnc_ctx *cx, const char **at, size_t count,
                              const fnc_einsum_term *terms, sides *s)
{
    for (size_t i = 0;; i++) {
        written w;
        FINNC_TRY(read_term(cx, at, &w));
        if (i < count)
            FINNC_TRY(measure(cx, i, &w, terms[i].rank, s));
        if (**at == ',') {
            ++*at;
            continue;
        }
        if (i + 1 != count)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "the equation has %zu terms, there are %zu operands", i + 1, count);
        return FINNC_OK;
    }
}

/* ---- the right side ---- */

static finnc_status read_right(finnc_ctx *cx, const char *at, const sides *s, written *w)
{
    bool seen[FNC_EINSUM_LETTERS] = {false};
    FINNC_TRY(read_term(cx, &at, w));
    if (*at)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the equation goes on behind its result: %s", at);
    for (int i = 0; i < w->nletters; i++) {
        int label = w->letters[i];
        if (!s->uses[label] || seen[label])
            return finnc_fail(cx, FINNC_BAD_VALUE, "the result has the axis %c %s",
                              letter_of(label), seen[label] ? "twice" : "that no operand has");
        seen[label] = true;
    }
    return FINNC_OK;
}

/* Without an arrow: what occurs once, in the order of the alphabet, behind the ellipsis. */
static void understand(const sides *s, written *w)
{
    *w = (written){.ellipsis = s->has_ellipsis ? 0 : -1};
    for (int label = 0; label < FNC_EINSUM_LETTERS; label++)
        if (s->uses[label] == 1)
            w->letters[w->nletters++] = (uint8_t)label;
}

finnc_status fnc_einsum_parse(finnc_ctx *cx, const char *equation, size_t count,
                              fnc_einsum_term *terms, fnc_einsum_term *result)
{
    const char *at = equation;
    sides s = {.length = -1};
    written w;
    FINNC_TRY(read_left(cx, &at, count, terms, &s));
    if (*at == '-' && at[1] != '>')
        return finnc_fail(cx, FINNC_BAD_VALUE, "the equation has a '-' that begins no arrow");
    if (*at)
        FINNC_TRY(read_right(cx, at + 2, &s, &w));
    else
        understand(&s, &w);
    bool is_known = !s.has_ellipsis || s.length >= 0;
    result->rank = -1;
    if (is_known || w.ellipsis < 0)
        FINNC_TRY(fill(cx, &w, s.length > 0 ? s.length : 0, result));
    at = equation;
    for (size_t i = 0; i < count; i++, at += *at == ',') {
        FINNC_TRY(read_term(cx, &at, &w));
        terms[i].rank = -1;
        if (is_known || w.ellipsis < 0)
            FINNC_TRY(fill(cx, &w, s.length, &terms[i]));
    }
    return FINNC_OK;
}

finnc_status fnc_einsum_merge(finnc_ctx *cx, const fnc_einsum_term *term, const int64_t *dims,
                              int64_t *sizes)
{
    int64_t own[FNC_EINSUM_LABELS]; /* within an operand equal labels are of equal size */
    for (int i = 0; i < FNC_EINSUM_LABELS; i++)
        own[i] = -1;
    for (int i = 0; i < term->rank; i++) {
        int label = term->labels[i];
        char name = label < FNC_EINSUM_LETTERS ? letter_of(label) : '.';
        int64_t dim = dims[i], *size = &sizes[label];
        int64_t other = own[label] >= 0 ? own[label] : *size > 1 || *size == 0 ? *size : -1;
        bool may_stretch = own[label] < 0 && dim == 1;
        if (dim >= 0 && other >= 0 && dim != other && !may_stretch)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "axis %c is of %" PRId64 " and of %" PRId64 " elements", name, other,
                              dim);
        if (dim >= 0)
            own[label] = dim;
        if (*size == 1 || (*size < 0 && dim >= 0 && dim != 1))
            *size = dim;
    }
    return FINNC_OK;
}
