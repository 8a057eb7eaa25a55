/* The one-line form of a pipeline:
 *
 *      list  ::=  item {',' item}
 *      item  ::=  'fixpoint' '(' list ')'  |  name '(' list ')'  |  name ['{' [arg {',' arg}] '}']
 *      arg   ::=  key ('=' | ':') JSON
 *
 * Blanks and line breaks may stand anywhere between. A key is an identifier or a JSON string. */
#include "pipeline.h"

#include <base/text.h>

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

typedef struct reader {
    finnc_ctx *cx;
    const char *text;
    const char *at;
} reader;

static char peek(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
    return *r->at;
}

static bool take(reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* "column 7, before "{k=1": what" */
static finnc_status fail_at(reader *r, const char *at, const char *what)
{
    if (*at)
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "column %d of the passes, at \"%.20s\": %s",
                          (int)(at - r->text) + 1, at, what);
    return finnc_fail(r->cx, FINNC_BAD_VALUE, "column %d, the end of the passes: %s",
                      (int)(at - r->text) + 1, what);
}

/* Copies [from, to) into the pipeline. */
static finnc_status copy(reader *r, fnc_builder *builder, const char *from, const char *to,
                         char **text)
{
    *text = fnc_arena_strndup(&builder->pipeline->arena, from, (size_t)(to - from));
    return *text ? FINNC_OK : finnc_no_memory(r->cx);
}

/* The end of the JSON value at `from`: the first ',' or closing bracket outside of its brackets and
 * strings. */
static const char *end_of_value(const char *from)
{
    int depth = 0;
    const char *p = from;
    for (; *p; p++) {
        if (*p == '"') {
            for (p++; *p && *p != '"'; p++)
                if (*p == '\\' && p[1])
                    p++;
            if (!*p)
                break;
        } else if (strchr("[{", *p)) {
            depth++;
        } else if (strchr("]}", *p)) {
            if (depth-- == 0)
                break;
        } else if (*p == ',' && depth == 0) {
            break;
        }
    }
    return p;
}

static finnc_status read_value(reader *r, const char *key, json_t *args)
{
    peek(r);
    const char *from = r->at;
    const char *to = end_of_value(from);
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    if (to == from)
        return fail_at(r, from, "a value is missing");
    json_error_t error;
    json_t *value = json_loadb(from, (size_t)(to - from), JSON_DECODE_ANY, &error);
    if (!value)
        return fail_at(r, from, "this value is no JSON; text wants double quotes");
    r->at = to;
    return json_object_set_new(args, key, value) ? finnc_no_memory(r->cx) : FINNC_OK;
}

static finnc_status read_key(reader *r, fnc_builder *builder, char **key)
{
    bool quoted = take(r, '"');
    const char *from = r->at;
    while (quoted ? *r->at && *r->at != '"' : is_name_char(*r->at))
        r->at++;
    if (r->at == from)
        return fail_at(r, from, "expected the name of a parameter");
    FINNC_TRY(copy(r, builder, from, r->at, key));
    if (quoted && !take(r, '"'))
        return fail_at(r, r->at, "expected '\"'");
    return FINNC_OK;
}

/* What follows '{'. */
static finnc_status read_args(reader *r, fnc_builder *builder, json_t *args)
{
    if (take(r, '}'))
        return FINNC_OK;
    do {
        char *key = NULL;
        peek(r);
        const char *at = r->at;
        FINNC_TRY(read_key(r, builder, &key));
        if (json_object_get(args, key))
            return fail_at(r, at, "this parameter is given twice");
        if (!take(r, '=') && !take(r, ':'))
            return fail_at(r, r->at, "expected '='");
        FINNC_TRY(read_value(r, key, args));
    } while (take(r, ','));
    return take(r, '}') ? FINNC_OK : fail_at(r, r->at, "expected ',' or '}'");
}

static finnc_status read_pass(reader *r, fnc_builder *builder, const char *name)
{
    if (!take(r, '{'))
        return fnc_builder_add_named(builder, name, NULL);
    json_t *args = json_object();
    if (!args)
        return finnc_no_memory(r->cx);
    finnc_status status = read_args(r, builder, args);
    if (status == FINNC_OK)
        status = fnc_builder_add_named(builder, name, args);
    json_decref(args);
    return status;
}

static finnc_status read_list(reader *r, fnc_builder *builder);

/* A group runs once, under any label. */
static void warn_of_near_fixpoint(const reader *r, const char *label)
{
    fnc_nearest nearest = {.wanted = label};
    fnc_nearest_offer(&nearest, "fixpoint");
    if (nearest.best)
        finnc_log(r->cx, FINNC_WARNING,
                  "%s is the label of a group, which runs once; did you mean %s?", label,
                  nearest.best);
}

static finnc_status read_group(reader *r, fnc_builder *builder, const char *name)
{
    fnc_builder inner;
    bool fixpoint = fnc_same_loosely(name, "fixpoint");
    if (!fixpoint)
        warn_of_near_fixpoint(r, name);
    FINNC_TRY(fixpoint ? fnc_builder_add_fixpoint(builder, &inner)
                       : fnc_builder_open_group(builder, name, &inner));
    FINNC_TRY(read_list(r, &inner));
    if (!fixpoint)
        fnc_builder_close_group(builder, &inner);
    return take(r, ')') ? FINNC_OK : fail_at(r, r->at, "expected ',' or ')'");
}

static finnc_status read_item(reader *r, fnc_builder *builder)
{
    peek(r);
    const char *from = r->at;
    while (is_name_char(*r->at))
        r->at++;
    if (r->at == from)
        return fail_at(r, from, "expected the name of a pass");
    char *name;
    FINNC_TRY(copy(r, builder, from, r->at, &name));
    return take(r, '(') ? read_group(r, builder, name) : read_pass(r, builder, name);
}

static finnc_status read_list(reader *r, fnc_builder *builder)
{
    do
        FINNC_TRY(read_item(r, builder));
    while (take(r, ','));
    return FINNC_OK;
}

finnc_status fnc_builder_read_line(fnc_builder *builder, const char *text)
{
    reader r = {.cx = builder->cx, .text = text, .at = text};
    if (!peek(&r)) /* nothing to do is fine: --passes '' writes the model as it is */
        return FINNC_OK;
    FINNC_TRY(read_list(&r, builder));
    return peek(&r) ? fail_at(&r, r.at, "expected ','") : FINNC_OK;
}
