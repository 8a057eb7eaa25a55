#include "config.h"

#include "../engine/args.h"
#include "hw.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char defaults_key[] = "Defaults";

/* ---- reading ---- */

static finnc_status read_file(finnc_ctx *cx, const char *path, json_t **root)
{
    json_error_t error;
    FNC_AT_FILE(cx, path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return finnc_fail(cx, errno == ENOENT ? FINNC_NOT_FOUND : FINNC_BAD_FILE,
                          "cannot be opened: %s", strerror(errno));
    *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    fclose(file);
    if (!*root)
        return finnc_fail(cx, FINNC_BAD_FILE, "line %d, column %d: %s", error.line, error.column,
                          error.text);
    return FINNC_OK;
}

static finnc_status read_text(finnc_ctx *cx, const char *text, json_t **root)
{
    json_error_t error;
    *root = json_loads(text, JSON_DECODE_ANY, &error);
    if (!*root)
        return finnc_no_memory(cx); /* it was read once */
    if (!json_is_string(*root))
        return FINNC_OK;
    json_t *path = *root;
    *root = NULL;
    const finnc_status status = read_file(cx, json_string_value(path), root);
    json_decref(path);
    return status;
}

/* ---- is it a configuration? ---- */

static bool are_types(const json_t *types)
{
    size_t i;
    json_t *type;
    if (json_is_string(types))
        return true;
    json_array_foreach(types, i, type)
    {
        if (!json_is_string(type))
            return false;
    }
    return json_is_array(types);
}

static finnc_status check_default(finnc_ctx *cx, const char *key, const json_t *value)
{
    const size_t n = json_array_size(value);
    if (!json_is_array(value) || n == 0 || n % 2 != 0)
        return finnc_fail(
            cx, FINNC_BAD_VALUE,
            "%s: %s is no list of a value and its op types, such as [1, [\"MVAU_hls\"]]",
            defaults_key, key);
    for (size_t i = 1; i < n; i += 2)
        if (!are_types(json_array_get(value, i)))
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "%s: %s has neither \"all\" nor a list of op types behind a value",
                              defaults_key, key);
    return FINNC_OK;
}

static finnc_status check(finnc_ctx *cx, json_t *root)
{
    const char *key;
    json_t *value;
    if (!json_is_object(root))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a configuration is an object, not %s",
                          fnc_json_kind(root));
    json_object_foreach(root, key, value)
    {
        if (!json_is_object(value))
            return finnc_fail(cx, FINNC_BAD_VALUE, "entry %s is %s, not an object of attributes",
                              key, fnc_json_kind(value));
    }
    json_object_foreach(json_object_get(root, defaults_key), key, value)
    {
        FINNC_TRY(check_default(cx, key, value));
    }
    return FINNC_OK;
}

/* ---- names of the past ---- */

/* The op that an entry such as StreamingFCLayer_Batch_3 names, without a style, and the number
 * behind; NULL if it is no such name. */
static const finnc_op *read_place(const char *key, const char **number)
{
    char type[64];
    const char *last = strrchr(key, '_');
    const size_t n = last ? (size_t)(last - key) : 0;
    if (n == 0 || n >= sizeof type || !last[1] ||
        strspn(last + 1, "0123456789") != strlen(last + 1))
        return NULL;
    memcpy(type, key, n);
    type[n] = '\0';
    if (n > 4 && (!strcmp(type + n - 4, "_hls") || !strcmp(type + n - 4, "_rtl")))
        return NULL; /* numbered among those of the style */
    *number = last + 1;
    const finnc_op *op = finnc_op_find(FNC_HW_DOMAIN, type);
    return op && op->traits & FINNC_OP_HARDWARE ? op : NULL;
}

/* Entries that are some node's name are that node's. */
static bool index_places(fnc_config *config, const finnc_graph *graph)
{
    json_t *names = json_object(), *value;
    const char *key, *number;
    char place[96];
    bool failed = !names;
    finnc_foreach_node (node, graph)
        if (json_object_get(config->root, finnc_node_name(node)))
            failed |= json_object_set_new(names, finnc_node_name(node), json_true()) != 0;
    json_object_foreach(config->root, key, value)
    {
        const finnc_op *op = read_place(key, &number);
        if (!op || json_object_get(names, key))
            continue;
        snprintf(place, sizeof place, "%s_%.20s", op->name, number);
        if (!json_object_get(config->by_place, place))
            failed |= json_object_set_new(config->by_place, place, json_string(key)) != 0;
    }
    json_decref(names);
    return !failed;
}

finnc_status fnc_config_read(finnc_ctx *cx, const char *text, const finnc_graph *graph,
                             fnc_config *config)
{
    *config = (fnc_config){.cx = cx};
    finnc_status status = read_text(cx, text, &config->root);
    if (status == FINNC_OK)
        status = check(cx, config->root);
    if (status == FINNC_OK) {
        config->by_place = json_object();
        config->used = json_object();
        config->defaults = json_object_get(config->root, defaults_key);
        if (!config->by_place || !config->used || !index_places(config, graph))
            status = finnc_no_memory(cx);
    }
    if (status != FINNC_OK)
        fnc_config_clear(config);
    return status;
}

void fnc_config_clear(fnc_config *config)
{
    json_decref(config->root);
    json_decref(config->by_place);
    json_decref(config->used);
    *config = (fnc_config){0};
}

/* ---- what is for whom ---- */

const json_t *fnc_config_find(fnc_config *config, const finnc_node *node, size_t place)
{
    const char *key = finnc_node_name(node);
    const finnc_op *op = finnc_node_find_op(node);
    const json_t *entry = strcmp(key, defaults_key) ? json_object_get(config->root, key) : NULL;
    if (!entry && op && op->traits & FINNC_OP_HARDWARE) {
        char name[96];
        snprintf(name, sizeof name, "%s_%zu", op->name, place);
        key = json_string_value(json_object_get(config->by_place, name));
        entry = key ? json_object_get(config->root, key) : NULL;
    }
    if (entry)
        json_object_set_new(config->used, key, json_true());
    return entry;
}

const char *fnc_config_next_unused(const fnc_config *config, void **at)
{
    for (*at = *at ? json_object_iter_next(config->root, *at) : json_object_iter(config->root); *at;
         *at = json_object_iter_next(config->root, *at)) {
        const char *key = json_object_iter_key(*at);
        if (strcmp(key, defaults_key) != 0 && !json_object_get(config->used, key))
            return key;
    }
    return NULL;
}

bool fnc_config_is_for(const json_t *types, const finnc_node *node)
{
    size_t i;
    json_t *type;
    const char *is = finnc_node_op_type(node);
    if (json_is_string(types))
        return !strcmp(json_string_value(types), "all") || !strcmp(json_string_value(types), is);
    json_array_foreach(types, i, type)
    {
        if (!strcmp(json_string_value(type), is))
            return true;
    }
    return false;
}
