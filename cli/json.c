#include "json.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An entry that cannot be made is NULL, and jansson takes NULL for nothing to add: the answer would
 * go on without it. So its allocator remembers that it failed, once for all entries. */
static atomic_bool is_short;

/* Its parser is worse off: where the buffer for a text cannot grow it goes on without that byte,
 * and if that is the closing quote, reads and writes beyond the end. What a parameter, a folding
 * file or a specification needs, and the error after it, comes from here once the system gives
 * nothing; then nothing is lost. The pages are touched only then. */
enum { RESERVE = 1 << 20 };
static alignas(max_align_t) char reserve[RESERVE];
static atomic_size_t reserved;

static void *take_reserve(size_t nbytes)
{
    const size_t unit = alignof(max_align_t);
    if (nbytes > RESERVE)
        return NULL;
    const size_t room = (nbytes + unit - 1) / unit * unit;
    size_t at = atomic_load(&reserved);
    do {
        if (room > RESERVE - at)
            return NULL;
    } while (!atomic_compare_exchange_weak(&reserved, &at, at + room));
    return &reserve[at];
}

static void *take(size_t nbytes)
{
    void *block = malloc(nbytes);
    if (!block)
        block = take_reserve(nbytes);
    if (!block)
        is_short = true;
    return block;
}

/* What comes from the reserve is not used again: a process that needs it is about to end. */
static void give(void *block)
{
    const uintptr_t at = (uintptr_t)block, first = (uintptr_t)reserve;
    if (at < first || at - first >= RESERVE)
        free(block);
}

void cli_json_watch(void)
{
    json_set_alloc_funcs(take, give);
}

/* Bytes of the character at `text`, which ends with a zero; 0: that is none. jansson knows what
 * UTF-8 is, the first byte how long it should be. */
static size_t character_length(const char *text)
{
    const unsigned char first = (unsigned char)*text;
    const size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (strnlen(text, n) < n)
        return 0;
    json_t *character = json_stringn(text, n);
    json_decref(character);
    return character ? n : 0;
}

static json_t *mended_text(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *mended = malloc((sizeof replacement - 1) * strlen(text) + 1), *to = mended;
    if (!mended)
        is_short = true;
    while (mended && *text) {
        const size_t n = character_length(text);
        memcpy(to, n ? text : replacement, n ? n : sizeof replacement - 1);
        to += n ? n : sizeof replacement - 1;
        text += n ? n : 1;
    }
    json_t *string = mended ? json_stringn_nocheck(mended, (size_t)(to - mended)) : NULL;
    free(mended);
    return string;
}

json_t *cli_json_text(const char *text)
{
    json_t *string = text ? json_string(text) : NULL;
    return string || !text ? string : mended_text(text);
}

void cli_json_set(json_t *object, const char *key, json_t *value)
{
    json_t *name = cli_json_text(key);
    /* Of what is mended alike, the next free number is mostly that of the entry. */
    for (size_t n = json_object_size(object) + 1; name; n++) {
        const json_t *there = json_object_get(object, json_string_value(name));
        if (!there || json_equal(there, value))
            break;
        json_decref(name);
        json_t *text = cli_json_text(key);
        name = text ? json_sprintf("%s (%zu)", json_string_value(text), n) : NULL;
        json_decref(text);
    }
    if (name)
        json_object_set_new(object, json_string_value(name), value);
    else
        json_decref(value);
    json_decref(name);
}

/* jansson doesn't say why it failed; the stream knows whether it was the cause. */
static finnc_status dump(cli *c, const json_t *json, FILE *to)
{
    errno = 0;
    if (json_dumpf(json, to, JSON_INDENT(1)) == 0 && putc('\n', to) != EOF)
        return FINNC_OK;
    return ferror(to) && errno && errno != ENOMEM
               ? finnc_fail(c->cx, FINNC_BAD_FILE, "cannot write: %s", strerror(errno))
               : finnc_no_memory(c->cx);
}

/* Takes `json` over; NULL is "no memory". */
static finnc_status print(cli *c, json_t *json, FILE *to)
{
    const finnc_status status = json && !is_short ? dump(c, json, to) : finnc_no_memory(c->cx);
    json_decref(json);
    return status;
}

finnc_status cli_json_write(cli *c, json_t *json, const char *path)
{
    cli_output output;
    const finnc_status status = cli_output_open(c, path, &output);
    if (status != FINNC_OK) {
        json_decref(json);
        return status;
    }
    return cli_output_close(c, &output, print(c, json, output.stream));
}

finnc_status cli_json_collect(cli *c, json_t *json, char **text)
{
    size_t length;
    *text = NULL;
    FILE *to = cli_collect(text, &length);
    if (!to) {
        json_decref(json);
        return finnc_no_memory(c->cx);
    }
    finnc_status status = print(c, json, to);
    if (fclose(to) && status == FINNC_OK)
        status = finnc_no_memory(c->cx);
    if (status != FINNC_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

finnc_status cli_json_answer(cli *c, const char *kind, json_t *body, FILE *to)
{
    json_t *root = json_pack("{s:{s:s, s:i, s:s}}", "finnc", "kind", kind, "schema",
                             CLI_JSON_SCHEMA, "version", finnc_version());
    if (!body || (root && json_object_update(root, body))) {
        json_decref(root);
        root = NULL;
    }
    json_decref(body);
    return print(c, root, to);
}

finnc_status cli_json_answer_list(cli *c, const char *kind, json_t *list, FILE *to)
{
    return cli_json_answer(c, kind, json_pack("{s:o}", kind, list), to);
}

void cli_json_open(const char *kind, FILE *to)
{
    fprintf(to, "{\n\"finnc\": {\"kind\": \"%s\", \"schema\": %d, \"version\": \"%s\"}", kind,
            CLI_JSON_SCHEMA, finnc_version());
}
