#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An entry that cannot be made is NULL, and jansson takes NULL for nothing to add: the answer would
 * go on without it. So its allocator remembers that it failed, once for all entries. */
static bool is_short;

static void *take(size_t nbytes)
{
    void *block = malloc(nbytes);
    is_short |= !block;
    return block;
}

void cli_json_watch(void)
{
    json_set_alloc_funcs(take, free);
}

json_t *cli_json_text(const char *text)
{
    return json_stringn_nocheck(text, strlen(text));
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
