/* Masks as text: what Python prints for a dict of sets, and what JSON makes of it. */
#include "mask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    finnc_ctx *cx;
    fnc_arena *arena;
    const char *begin, *at;
} reader;

static finnc_status fail(const reader *r, const char *wanted)
{
    return finnc_fail(r->cx, FINNC_BAD_VALUE, "%s expected at character %td", wanted,
                      r->at - r->begin + 1);
}

static void skip_blanks(reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool take(reader *r, char c)
{
    skip_blanks(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

/* A list's end, or a comma before its next element (a last comma is fine). */
static finnc_status take_comma_or(reader *r, char end, bool *ended)
{
    const bool comma = take(r, ',');
    *ended = take(r, end);
    if (*ended || comma)
        return FINNC_OK;
    return fail(r, end == '}' ? "a comma or }" : "a comma, or the list's end,");
}

static finnc_status read_number(reader *r, int64_t *x)
{
    skip_blanks(r);
    const size_t digits = strspn(r->at + (*r->at == '-'), "0123456789");
    if (digits == 0 || digits > 18)
        return fail(r, "a whole number");
    char *end;
    *x = strtoll(r->at, &end, 10);
    r->at = end;
    return FINNC_OK;
}

/* A name in either kind of quotes; a backslash stands before what is meant as it is. */
static finnc_status read_name(reader *r, const char **name)
{
    skip_blanks(r);
    const char quote = *r->at;
    if (quote != '"' && quote != '\'')
        return fail(r, "a tensor's name in quotes");
    char *copy = fnc_arena_strdup(r->arena, ++r->at);
    if (!copy)
        return finnc_no_memory(r->cx);
    size_t n = 0;
    for (; *r->at && *r->at != quote; r->at++) {
        if (*r->at == '\\' && r->at[1])
            r->at++;
        copy[n++] = *r->at;
    }
    copy[n] = '\0';
    *name = copy;
    return take(r, quote) ? FINNC_OK : fail(r, "the end of the name");
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* {0, 3}, [0, 3], (0, 3), set() */
static finnc_status read_channels(reader *r, fnc_mask *mask, int64_t axis)
{
    bool grew;
    skip_blanks(r);
    if (!strncmp(r->at, "set(", 4))
        r->at += 3;
    const char end = take(r, '{') ? '}' : take(r, '[') ? ']' : take(r, '(') ? ')' : '\0';
    if (!end)
        return fail(r, "a set of channels");
    /* No more numbers than characters. */
    int64_t *channels = FNC_NEW_ARRAY(r->arena, int64_t, strcspn(r->at, "}])") / 2 + 1);
    if (!channels)
        return finnc_no_memory(r->cx);
    size_t n = 0;
    for (bool ended = take(r, end); !ended; n++) {
        FINNC_TRY(read_number(r, &channels[n]));
        FINNC_TRY(take_comma_or(r, end, &ended));
    }
    qsort(channels, n, sizeof *channels, by_size);
    return fnc_mask_add(r->cx, r->arena, mask, axis, channels, n, &grew);
}

static finnc_status read_axis(reader *r, int64_t *axis)
{
    skip_blanks(r);
    const char quote = *r->at == '"' || *r->at == '\'' ? *r->at : '\0';
    if (quote)
        r->at++;
    FINNC_TRY(read_number(r, axis));
    return !quote || take(r, quote) ? FINNC_OK : fail(r, "the closing quote");
}

static finnc_status read_mask(reader *r, fnc_mask *mask)
{
    if (!take(r, '{'))
        return fail(r, "{axis: channels}");
    for (bool ended = take(r, '}'); !ended;) {
        int64_t axis;
        FINNC_TRY(read_axis(r, &axis));
        if (!take(r, ':'))
            return fail(r, "a colon");
        FINNC_TRY(read_channels(r, mask, axis));
        FINNC_TRY(take_comma_or(r, '}', &ended));
    }
    return FINNC_OK;
}

static finnc_status read_end(reader *r)
{
    skip_blanks(r);
    return *r->at ? fail(r, "nothing more") : FINNC_OK;
}

finnc_status fnc_mask_read(finnc_ctx *cx, fnc_arena *arena, const char *text, fnc_mask *mask)
{
    reader r = {cx, arena, text, text};
    *mask = (fnc_mask){NULL};
    FINNC_TRY(read_mask(&r, mask));
    return read_end(&r);
}

finnc_status fnc_mask_spec_read(finnc_ctx *cx, fnc_arena *arena, const char *text,
                                fnc_mask_spec **spec)
{
    reader r = {cx, arena, text, text};
    fnc_mask_spec **at = spec;
    *spec = NULL;
    if (!take(&r, '{'))
        return fail(&r, "{tensor: {axis: channels}}");
    for (bool ended = take(&r, '}'); !ended; at = &(*at)->next) {
        *at = FNC_NEW(arena, fnc_mask_spec);
        if (!*at)
            return finnc_no_memory(cx);
        FINNC_TRY(read_name(&r, &(*at)->tensor));
        if (!take(&r, ':'))
            return fail(&r, "a colon");
        FINNC_TRY(read_mask(&r, &(*at)->mask));
        FINNC_TRY(take_comma_or(&r, '}', &ended));
    }
    return read_end(&r);
}

void fnc_mask_write(const fnc_mask *mask, fnc_buf *buf)
{
    fnc_buf_putc(buf, '{');
    for (const fnc_mask_axis *a = mask->axes; a; a = a->next) {
        fnc_buf_printf(buf, "%s%" PRId64 ": ", a == mask->axes ? "" : ", ", a->axis);
        if (a->count == 0) {
            fnc_buf_puts(buf, "set()");
            continue;
        }
        for (size_t i = 0; i < a->count; i++)
            fnc_buf_printf(buf, "%s%" PRId64, i == 0 ? "{" : ", ", a->channels[i]);
        fnc_buf_putc(buf, '}');
    }
    fnc_buf_putc(buf, '}');
}
