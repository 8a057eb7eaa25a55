#include "args.h"

#include <base/json.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

size_t fnc_pass_nparams(const finnc_pass *pass)
{
    size_t n = 0;
    while (n < FINNC_PASS_MAX_PARAMS && pass->params[n].name)
        n++;
    return n;
}

/* The number of parameters if there is none of that name. */
static size_t find_param(const finnc_pass *pass, const char *name)
{
    size_t n = fnc_pass_nparams(pass);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(pass->params[i].name, name))
            return i;
    return n;
}

size_t fnc_param_index(const finnc_pass *pass, const char *param)
{
    size_t i = find_param(pass, param);
    assert(i < fnc_pass_nparams(pass));
    return i;
}

const char *fnc_json_kind(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a truth value";
    case JSON_NULL:
        return "null";
    }
    return "nothing";
}

static const char *kind_wanted(finnc_param_kind kind)
{
    switch (kind) {
    case FINNC_PARAM_INT:
        return "an integer";
    case FINNC_PARAM_FLOAT:
        return "a number";
    case FINNC_PARAM_BOOL:
        return "true or false";
    case FINNC_PARAM_STRING:
        return "a string";
    case FINNC_PARAM_JSON:
        return "any JSON";
    }
    return "";
}

static bool fits(const finnc_param *param, const json_t *value)
{
    /* Upstream's None: allowed where it is what the parameter falls back to. */
    if (json_is_null(value) && param->fallback && !strcmp(param->fallback, "null"))
        return true;
    switch (param->kind) {
    case FINNC_PARAM_INT:
        return json_is_integer(value);
    case FINNC_PARAM_FLOAT:
        return json_is_number(value);
    case FINNC_PARAM_BOOL:
        return json_is_boolean(value);
    case FINNC_PARAM_STRING:
        return json_is_string(value);
    case FINNC_PARAM_JSON:
        return true;
    }
    return false;
}

/* JSON text in the arena. Goes through a buffer of ours, so that it counts as the context's memory.
 */
static finnc_status dump(finnc_ctx *cx, fnc_arena *arena, const json_t *value, const char **text)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    fnc_json_add(&buf, value, FNC_JSON_COMPACT);
    finnc_status status = fnc_buf_check(&buf);
    if (status == FINNC_OK) {
        *text = fnc_arena_strdup(arena, fnc_buf_text(&buf));
        if (!*text)
            status = finnc_no_memory(cx);
    }
    fnc_buf_clear(&buf);
    return status;
}

static finnc_status read_one(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                             const finnc_param *param, const json_t *value, fnc_arg *arg)
{
    if (!fits(param, value))
        return finnc_fail(cx, FINNC_BAD_VALUE, "parameter %s of %s wants %s, got %s", param->name,
                          pass->name, kind_wanted(param->kind), fnc_json_kind(value));
    arg->i = (int64_t)json_integer_value(value);
    arg->f = json_number_value(value);
    arg->b = json_is_true(value);
    if (json_is_string(value)) {
        arg->s = fnc_arena_strdup(arena, json_string_value(value));
        if (!arg->s)
            return finnc_no_memory(cx);
    }
    return dump(cx, arena, value, &arg->json);
}

static finnc_status read_fallback(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                                  const finnc_param *param, fnc_arg *arg)
{
    if (!param->fallback)
        return finnc_fail(cx, FINNC_BAD_VALUE, "parameter %s of %s has to be given: %s",
                          param->name, pass->name, param->summary);
    json_error_t error;
    json_t *value = json_loads(param->fallback, JSON_DECODE_ANY, &error);
    if (!value)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the fallback of parameter %s of %s is no JSON: %s",
                          param->name, pass->name, error.text);
    finnc_status status = read_one(cx, arena, pass, param, value, arg);
    json_decref(value);
    return status;
}

/* "it has k, axis and largest" */
static finnc_status fail_unknown(finnc_ctx *cx, const finnc_pass *pass, const char *name)
{
    size_t n = fnc_pass_nparams(pass);
    if (n == 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s has no parameter %s; it has none at all",
                          pass->name, name);
    char known[512] = "";
    size_t length = 0;
    for (size_t i = 0; i < n && length < sizeof known; i++) {
        const char *between = i == 0 ? "" : i + 1 == n ? " and " : ", ";
        int wrote =
            snprintf(known + length, sizeof known - length, "%s%s", between, pass->params[i].name);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
    return finnc_fail(cx, FINNC_BAD_VALUE, "%s has no parameter %s; it has %s", pass->name, name,
                      known);
}

finnc_status fnc_args_read(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                           const json_t *given, const fnc_arg **args)
{
    *args = NULL;
    size_t n = fnc_pass_nparams(pass);
    json_t *object = (json_t *)given; /* jansson iterates over what it may change */
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it))
        if (find_param(pass, json_object_iter_key(it)) == n)
            return fail_unknown(cx, pass, json_object_iter_key(it));
    if (n == 0)
        return FINNC_OK;
    fnc_arg *list = FNC_NEW_ARRAY(arena, fnc_arg, n);
    if (!list)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++) {
        const finnc_param *param = &pass->params[i];
        const json_t *value = given ? json_object_get(given, param->name) : NULL;
        if (value)
            FINNC_TRY(read_one(cx, arena, pass, param, value, &list[i]));
        else
            FINNC_TRY(read_fallback(cx, arena, pass, param, &list[i]));
    }
    *args = list;
    return FINNC_OK;
}
