#include "re2.h"

#include <string.h>

/* RE2 repeats no more often. */
enum { MAX_REPEATS = 1000 };

typedef struct translation {
    fnc_call *call;
    const char *at, *end; /* what is left to read */
    char *to;             /* what is written; there is room */
    int depth;            /* open groups */
} translation;

/* Each character becomes at most so many: \S in a class is the longest. */
enum { GROWTH = 20 };

static void put(translation *t, const char *text)
{
    size_t n = strlen(text);
    memcpy(t->to, text, n);
    t->to += n;
}

static void put_bytes(translation *t, const char *from, const char *until)
{
    memcpy(t->to, from, (size_t)(until - from));
    t->to += until - from;
}

static bool begins(const translation *t, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(t->end - t->at) >= n && !memcmp(t->at, text, n);
}

static bool skip(translation *t, const char *text)
{
    if (!begins(t, text))
        return false;
    t->at += strlen(text);
    return true;
}

static FINNC_COLD finnc_status bad_pattern(const translation *t, const char *from, const char *what)
{
    int n = (int)(t->end - from < 20 ? t->end - from : 20);
    while (n > 0 && from + n < t->end && (from[n] & 0xc0) == 0x80) /* no half characters */
        n--;
    return finnc_fail(t->call->cx, FINNC_BAD_VALUE, "attribute pattern: %s at '%.*s'", what, n,
                      from);
}

/* Is `text` anywhere behind the next `n` bytes? */
static bool comes_later(translation t, size_t n, const char *text)
{
    for (t.at += n; t.at < t.end; t.at++)
        if (begins(&t, text))
            return true;
    return false;
}

static bool is_digit(char c, char top)
{
    return c >= '0' && c <= top;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character whose number is written from `digits` to `at`; PCRE2 checks it. */
static void put_number(translation *t, const char *digits, const char *until, unsigned base)
{
    unsigned x = 0;
    for (; digits < until && x <= 0x10ffff; digits++)
        x = x * base +
            (unsigned)(is_digit(*digits, '9') ? *digits - '0' : (*digits | 0x20) - 'a' + 10);
    put(t, "\\x{");
    for (int shift = 28; shift >= 0; shift -= 4)
        *t->to++ = "0123456789abcdef"[x >> shift & 15];
    *t->to++ = '}';
}

/* \x7f, \x{10ffff}; `at` is behind the x. */
static finnc_status hex_number(translation *t, const char *from)
{
    bool has_braces = skip(t, "{");
    const char *digits = t->at;
    while (t->at < t->end && (has_braces || t->at - digits < 2) &&
           (is_digit(*t->at, '9') || ((*t->at | 0x20) >= 'a' && (*t->at | 0x20) <= 'f')))
        t->at++;
    const char *until = t->at;
    if (until == digits || (has_braces ? !skip(t, "}") : until - digits != 2))
        return bad_pattern(t, from, "a bad escape");
    put_number(t, digits, until, 16);
    return FINNC_OK;
}

/* \pN, \p{Greek}, \P{^Greek}: RE2's scripts are the characters' own, not all that they go with. */
static finnc_status property(translation *t, const char *from, bool negate)
{
    const char *name = t->at;
    if (t->at < t->end && is_letter(*t->at)) {
        put(t, negate ? "\\P{" : "\\p{");
        put_bytes(t, name, ++t->at);
        put(t, "}");
        return FINNC_OK;
    }
    if (!skip(t, "{"))
        return bad_pattern(t, from, "a bad escape");
    if (skip(t, "^"))
        negate = !negate;
    for (name = t->at; t->at < t->end && (is_letter(*t->at) || *t->at == '_');)
        t->at++;
    const char *name_end = t->at;
    bool is_named = name < name_end && *name <= 'Z' && (name + 1 == name_end || name[1] > 'Z');
    if (!is_named || !skip(t, "}"))
        return bad_pattern(t, from, "a bad escape");
    bool is_any = name_end - name == 3 && !memcmp(name, "Any", 3);
    put(t, negate ? "\\P{" : "\\p{");
    if (name_end - name > 2 && !is_any)
        put(t, "sc:");
    put_bytes(t, name, name_end);
    put(t, "}");
    return FINNC_OK;
}

/* \d, \s, \w and their opposites, as ranges: those have both cases where case does not matter, as
 * in RE2, and Perl's \s has the vertical tab. */
static bool perl_class(translation *t, char c, bool in_class)
{
    switch (c) {
    case 'd':
        put(t, in_class ? "0-9" : "[0-9]");
        return true;
    case 'D':
        put(t, "\\D");
        return true;
    case 's':
        put(t, in_class ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]");
        return true;
    case 'S':
        put(t, in_class ? "\\x00-\\x08\\x0b\\x0e-\\x1f!-\\x{10ffff}" : "[^\\t\\n\\f\\r ]");
        return true;
    case 'w':
        put(t, in_class ? "0-9A-Za-z_" : "[0-9A-Za-z_]");
        return true;
    case 'W':
        put(t, in_class ? "\\W" : "[^0-9A-Za-z_]");
        return true;
    }
    return false;
}

/* What stands for one character or a class of them, `at` being behind the backslash. */
static finnc_status escape(translation *t, bool in_class)
{
    const char *from = t->at - 1;
    if (t->at == t->end)
        return bad_pattern(t, from, "a backslash at the end");
    char c = *t->at++;
    if (c == 'p' || c == 'P')
        return property(t, from, c == 'P');
    if (c == 'x')
        return hex_number(t, from);
    if (is_digit(c, '7') && (c == '0' || (t->at < t->end && is_digit(*t->at, '7')))) {
        const char *digits = t->at - 1;
        while (t->at < t->end && t->at - digits < 3 && is_digit(*t->at, '7'))
            t->at++;
        put_number(t, digits, t->at, 8);
        return FINNC_OK;
    }
    if (perl_class(t, c, in_class))
        return FINNC_OK;
    if (c == 'v') {
        put(t, "\\x0b"); /* Perl's is a class */
        return FINNC_OK;
    }
    bool is_letter_or_digit = is_letter(c) || is_digit(c, '9');
    if ((c & 0x80) != 0 || (is_letter_or_digit && !strchr("afnrt", c)))
        return bad_pattern(t, from, "a bad escape");
    put_bytes(t, from, t->at);
    return FINNC_OK;
}

/* [:alpha:] within a class, `at` being at its bracket; those of letters as ranges, see above. */
static finnc_status posix_class(translation *t)
{
    static const char *const classes[][2] = {
        {"alnum", "0-9A-Za-z"}, {"alpha", "A-Za-z"},    {"ascii", NULL}, {"blank", NULL},
        {"cntrl", NULL},        {"digit", "0-9"},       {"graph", NULL}, {"lower", "a-z"},
        {"print", NULL},        {"punct", NULL},        {"space", NULL}, {"upper", "A-Z"},
        {"word", "0-9A-Za-z_"}, {"xdigit", "0-9A-Fa-f"}};
    const char *from = t->at;
    skip(t, "[:");
    bool negate = skip(t, "^");
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (!skip(t, classes[i][0]) || !skip(t, ":]"))
            continue;
        if (classes[i][1] && !negate)
            put(t, classes[i][1]);
        else
            put_bytes(t, from, t->at);
        return FINNC_OK;
    }
    return bad_pattern(t, from, "an unknown class");
}

/* [a-z\d[:alpha:]]; `at` is behind the bracket. */
static finnc_status bracket(translation *t)
{
    const char *from = t->at - 1;
    put(t, "[");
    if (skip(t, "^"))
        put(t, "^");
    for (bool is_first = true; t->at < t->end && (is_first || *t->at != ']'); is_first = false) {
        bool is_class = begins(t, "[:") && comes_later(*t, 2, ":]");
        if (is_class) {
            FINNC_TRY(posix_class(t));
        } else if (skip(t, "\\")) {
            is_class = t->at < t->end && strchr("pPdDsSwW", *t->at) && *t->at;
            FINNC_TRY(escape(t, true));
        } else {
            if (strchr("[]:.=", *t->at) && *t->at) /* alone they are themselves */
                put(t, "\\");
            *t->to++ = *t->at++;
        }
        if (is_class && begins(t, "-")) { /* no range begins with a class: it is itself */
            put(t, "\\-");
            t->at++;
        }
    }
    if (!skip(t, "]"))
        return bad_pattern(t, from, "a class without end");
    put(t, "]");
    return FINNC_OK;
}

/* What follows an opening parenthesis. */
static finnc_status group(translation *t)
{
    const char *from = t->at - 1;
    t->depth++;
    if (!skip(t, "?")) {
        put(t, "(?:");
        return FINNC_OK;
    }
    if (skip(t, "P<") || (begins(t, "<") && !begins(t, "<=") && !begins(t, "<!") && skip(t, "<"))) {
        const char *name = t->at;
        while (t->at < t->end &&
               (is_letter(*t->at) || is_digit(*t->at, '9') || *t->at == '_' || (*t->at & 0x80)))
            t->at++;
        put(t, "(?:");
        return t->at > name && skip(t, ">") ? FINNC_OK : bad_pattern(t, from, "a bad group name");
    }
    const char *flags = t->at;
    while (t->at < t->end && strchr("imsU-", *t->at) && *t->at)
        t->at++;
    bool is_setting = begins(t, ")");
    if ((!is_setting && !begins(t, ":")) || t->at[-1] == '-')
        return bad_pattern(t, from, "a group that RE2 does not know");
    t->depth -= is_setting;
    put(t, "(?");
    put_bytes(t, flags, ++t->at);
    return FINNC_OK;
}

/* {2}, {2,} or {2,5}, `at` being at the brace. False: it is but a brace. */
static bool read_counts(translation *t, int64_t counts[2])
{
    const char *from = t->at;
    int n = 0;
    t->at++;
    counts[0] = counts[1] = 0;
    while (n < 2) {
        const char *digits = t->at;
        for (; t->at < t->end && is_digit(*t->at, '9'); t->at++)
            if (counts[n] <= MAX_REPEATS)
                counts[n] = counts[n] * 10 + (*t->at - '0');
        if (t->at == digits && n == 0)
            break;
        n++;
        if (skip(t, "}"))
            return true;
        if (!skip(t, ","))
            break;
    }
    t->at = from;
    return false;
}

/* A repetition, if there is one at `at`. */
static finnc_status repetition(translation *t, bool *is_there)
{
    const char *from = t->at;
    int64_t counts[2];
    *is_there = false;
    if (t->at == t->end || !strchr("*+?{", *t->at) || !*t->at)
        return FINNC_OK;
    if (*t->at != '{')
        t->at++;
    else if (!read_counts(t, counts))
        return FINNC_OK;
    else if (counts[0] > MAX_REPEATS || counts[1] > MAX_REPEATS)
        return bad_pattern(t, from, "more than 1000 repetitions");
    *is_there = true;
    skip(t, "?");
    put_bytes(t, from, t->at);
    return FINNC_OK;
}

/* \Q...\E: every character is itself. */
static void quoted(translation *t)
{
    while (t->at < t->end && !skip(t, "\\E")) {
        if (strchr("\\^$.[]|()?*+{}#", *t->at) && *t->at)
            put(t, "\\");
        *t->to++ = *t->at++;
    }
}

/* One thing of a pattern; `is_item`: it may be repeated. */
static finnc_status item(translation *t, bool *is_item)
{
    *is_item = true;
    if (skip(t, "\\Q")) {
        const char *from = t->to;
        quoted(t);
        *is_item = t->to > from;
        return FINNC_OK;
    }
    /* Perl does not repeat what matches a place. */
    if (begins(t, "\\A") || begins(t, "\\z") || begins(t, "\\b") || begins(t, "\\B")) {
        put(t, "(?:");
        put_bytes(t, t->at, t->at + 2);
        put(t, ")");
        t->at += 2;
        return FINNC_OK;
    }
    if (begins(t, "\\C"))
        return bad_pattern(t, t->at, "a part of a character");
    char c = *t->at++;
    switch (c) {
    case '\\':
        return escape(t, false);
    case '[':
        return bracket(t);
    case '(':
        *is_item = false;
        return group(t);
    case ')':
        if (t->depth-- == 0)
            return bad_pattern(t, t->at - 1, "a closing parenthesis too many");
        put(t, ")");
        return FINNC_OK;
    case '|':
        *is_item = false;
        put(t, "|");
        return FINNC_OK;
    case '^':
        put(t, "(?:^)");
        return FINNC_OK;
    case '$':
        put(t, "(?:$)");
        return FINNC_OK;
    case '{': /* no counts: repetition() has looked */
        put(t, "\\{");
        return FINNC_OK;
    }
    *t->to++ = c;
    while ((c & 0x80) && t->at < t->end && (*t->at & 0xc0) == 0x80) /* a whole character */
        *t->to++ = *t->at++;
    return FINNC_OK;
}

finnc_status fnc_re2_translate(fnc_call *call, finnc_string pattern, finnc_string *translated)
{
    size_t room;
    if (!fnc_mul(pattern.length, GROWTH, &room) || !fnc_add(room, GROWTH, &room))
        return finnc_no_memory(call->cx);
    char *text = fnc_scratch(call, room);
    if (!text)
        return finnc_no_memory(call->cx);
    translation t = {
        .call = call, .at = pattern.data, .end = pattern.data + pattern.length, .to = text};
    bool is_item = false, is_repetition;
    while (t.at < t.end) {
        const char *from = t.at;
        FINNC_TRY(repetition(&t, &is_repetition));
        if (is_repetition && !is_item)
            return bad_pattern(&t, from, "nothing to repeat");
        if (is_repetition)
            is_item = false;
        else
            FINNC_TRY(item(&t, &is_item));
    }
    if (t.depth > 0)
        return bad_pattern(&t, t.end, "a group without end");
    *translated = (finnc_string){text, (size_t)(t.to - text)};
    return FINNC_OK;
}
