#include "ctx.h"

#include <stdio.h>
#include <string.h>

void finnc_ctx_clear(finnc_ctx *cx)
{
    cx->message[0] = '\0';
}

const char *finnc_ctx_message(const finnc_ctx *cx)
{
    return cx->message;
}

int finnc_ctx_enter(finnc_ctx *cx, const char *kind, const char *name, const char *detail)
{
    int depth = cx->nplaces++;
    if (depth < FNC_MAX_PLACES)
        cx->places[depth] = (fnc_place_entry){kind, name, detail};
    return depth;
}

void finnc_ctx_leave(finnc_ctx *cx, int depth)
{
    cx->nplaces = depth;
}

/* Appends in printf's manner to a text of fixed room, cutting off what does not fit; returns the
 * new length. */
FINNC_PRINTF(4, 0)
static size_t append(char *text, size_t room, size_t length, const char *format, va_list args)
{
    if (length >= room)
        return length;
    int n = vsnprintf(text + length, room - length, format, args);
    if (n < 0)
        return length;
    size_t end = length + (size_t)n;
    return end < room ? end : room - 1;
}

FINNC_PRINTF(4, 5)
static size_t appendf(char *text, size_t room, size_t length, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    length = append(text, room, length, format, args);
    va_end(args);
    return length;
}

static bool has_text(const char *text)
{
    return text && *text;
}

/* Kinds are literals, of which each source may have its own; names and ops are the node's own
 * texts. Of two nodes without either nobody knows whether they are the same. */
static bool is_same_place(const fnc_place_entry *a, const fnc_place_entry *b)
{
    return (has_text(a->name) || has_text(a->detail)) && !strcmp(a->kind, b->kind) &&
           a->name == b->name && a->detail == b->detail;
}

/* The places entered so far, each followed by ": ". A node without a name is called by its op
 * alone. */
static size_t append_places(const finnc_ctx *cx, char *text, size_t room)
{
    size_t length = 0;
    for (int i = 0; i < cx->nplaces && i < FNC_MAX_PLACES; i++) {
        const fnc_place_entry *p = &cx->places[i];
        if (i > 0 && is_same_place(p - 1, p))
            continue; /* a pass and what it calls may both say at which node they are */
        bool named = has_text(p->name);
        if (p->kind[0])
            length = appendf(text, room, length, "%s ", p->kind);
        if (named && p->detail)
            length = appendf(text, room, length, "%s (%s): ", p->name, p->detail);
        else
            length = appendf(text, room, length, "%s: ",
                             named       ? p->name
                             : p->detail ? p->detail
                                         : "unnamed");
    }
    return length;
}

/* Control characters, which names from a file may hold, must not reach a terminal. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 127)
            *text = '?';
}

finnc_status finnc_fail(finnc_ctx *cx, finnc_status status, const char *format, ...)
{
    /* The words may quote the present message, so they are built aside. */
    char message[FNC_MESSAGE_SIZE] = "";
    size_t length = append_places(cx, message, sizeof message);
    va_list args;
    va_start(args, format);
    append(message, sizeof message, length, format, args);
    va_end(args);
    make_printable(message);
    memcpy(cx->message, message, sizeof message);
    return status;
}

const char *fnc_ctx_words(const finnc_ctx *cx)
{
    char places[FNC_MESSAGE_SIZE] = "";
    size_t length = append_places(cx, places, sizeof places);
    make_printable(places);
    return cx->message + (strncmp(cx->message, places, length) ? 0 : length);
}

finnc_status finnc_no_memory(finnc_ctx *cx)
{
    if (cx->options.max_memory)
        return finnc_fail(cx, FINNC_NO_MEMORY, "out of memory (at most %llu bytes are allowed)",
                          (unsigned long long)cx->options.max_memory);
    return finnc_fail(cx, FINNC_NO_MEMORY, "out of memory");
}

void finnc_log(finnc_ctx *cx, finnc_severity severity, const char *format, ...)
{
    if (!cx->options.log)
        return;
    char line[FNC_MESSAGE_SIZE] = "";
    size_t length = append_places(cx, line, sizeof line);
    va_list args;
    va_start(args, format);
    append(line, sizeof line, length, format, args);
    va_end(args);
    make_printable(line);
    cx->options.log(cx->options.user, severity, line);
}

void finnc_ctx_cancel(finnc_ctx *cx)
{
    atomic_store(&cx->cancelled, true);
}

void finnc_ctx_resume(finnc_ctx *cx)
{
    atomic_store(&cx->cancelled, false);
}

finnc_status finnc_progress(finnc_ctx *cx, const char *what, size_t done, size_t total)
{
    if (cx->options.progress)
        cx->options.progress(cx->options.user, what, done, total);
    return finnc_ctx_check(cx);
}

int finnc_ctx_threads(const finnc_ctx *cx)
{
    return cx->options.threads;
}

const struct finnc_own_op *finnc_ctx_ops(const finnc_ctx *cx)
{
    return cx->options.ops;
}

const struct finnc_pass *const *finnc_ctx_passes(const finnc_ctx *cx)
{
    return cx->options.passes;
}

uint64_t finnc_ctx_live_bytes(const finnc_ctx *cx)
{
    return atomic_load(&cx->live_bytes);
}

uint64_t finnc_ctx_peak_bytes(const finnc_ctx *cx)
{
    return atomic_load(&cx->peak_bytes);
}

void finnc_ctx_reset_peak(finnc_ctx *cx)
{
    atomic_store(&cx->peak_bytes, atomic_load(&cx->live_bytes));
}
