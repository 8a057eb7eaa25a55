#include "node_filter.h"

#include <base/compiler.h>

#include <fnmatch.h>
#include <string.h>

enum { MAX_DEPTH = 16 };

/* ---- is it a filter? ---- */

static bool are_texts(const json_t *texts)
{
    size_t i;
    json_t *text;
    if (!json_is_array(texts))
        return json_is_string(texts);
    json_array_foreach(texts, i, text)
    {
        if (!json_is_string(text))
            return false;
    }
    return true;
}

static finnc_status check(finnc_ctx *cx, const char *param, const json_t *filter, int depth);

static finnc_status check_key(finnc_ctx *cx, const char *param, const char *key,
                              const json_t *value, int depth)
{
    if (!strcmp(key, "not"))
        return check(cx, param, value, depth + 1);
    if (!strcmp(key, "attribute"))
        return json_is_object(value)
                   ? FINNC_OK
                   : finnc_fail(cx, FINNC_BAD_VALUE, "%s: attribute is no object", param);
    if (strcmp(key, "op_type") != 0 && strcmp(key, "domain") != 0 && strcmp(key, "name") != 0)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "%s: a filter has no %s, but op_type, domain, name, attribute and not",
                          param, key);
    return are_texts(value)
               ? FINNC_OK
               : finnc_fail(cx, FINNC_BAD_VALUE, "%s: %s is neither a text nor a list of texts",
                            param, key);
}

static finnc_status check(finnc_ctx *cx, const char *param, const json_t *filter, int depth)
{
    size_t i;
    const char *key;
    json_t *value;
    if (depth > MAX_DEPTH)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s: filters lie more than %d deep in one another",
                          param, MAX_DEPTH);
    if (json_is_string(filter))
        return FINNC_OK;
    if (!json_is_array(filter) && !json_is_object(filter))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s: a filter is an op type, a list or an object",
                          param);
    json_array_foreach(filter, i, value)
    {
        FINNC_TRY(check(cx, param, value, depth + 1));
    }
    /* jansson walks without changing anything, but says so nowhere. */
    json_object_foreach((json_t *)filter, key, value)
    {
        FINNC_TRY(check_key(cx, param, key, value, depth));
    }
    return FINNC_OK;
}

finnc_status fnc_node_filter_check(finnc_ctx *cx, const char *param, const json_t *filter)
{
    return check(cx, param, filter, 0);
}

finnc_status fnc_node_filter_read(finnc_ctx *cx, const char *param, const char *text,
                                  json_t **filter)
{
    json_error_t error;
    *filter = json_loads(text, JSON_DECODE_ANY, &error);
    if (!*filter)
        return finnc_no_memory(cx);
    const finnc_status status = fnc_node_filter_check(cx, param, *filter);
    if (status == FINNC_OK)
        return FINNC_OK;
    json_decref(*filter);
    *filter = NULL;
    return status;
}

/* ---- does it hold? ---- */

static bool is_one_of(const json_t *texts, const char *text)
{
    size_t i;
    json_t *one;
    if (json_is_string(texts))
        return !strcmp(json_string_value(texts), text);
    json_array_foreach(texts, i, one)
    {
        if (!strcmp(json_string_value(one), text))
            return true;
    }
    return false;
}

bool fnc_pattern_fits(const json_t *patterns, const char *name)
{
    size_t i;
    json_t *pattern;
    if (json_is_string(patterns))
        return fnmatch(json_string_value(patterns), name, 0) == 0;
    json_array_foreach(patterns, i, pattern)
    {
        if (fnc_pattern_fits(pattern, name))
            return true;
    }
    return false;
}

static bool is_element(const json_t *value, const finnc_attr *attr, size_t i)
{
    finnc_string text;
    switch (finnc_attr_get_kind(attr)) {
    case FINNC_ATTR_INT:
    case FINNC_ATTR_INTS:
        if (json_is_boolean(value))
            return json_is_true(value) == (finnc_attr_int(attr, i) != 0);
        return json_is_number(value) && json_number_value(value) == (double)finnc_attr_int(attr, i);
    case FINNC_ATTR_FLOAT:
    case FINNC_ATTR_FLOATS:
        return json_is_number(value) &&
               (float)json_number_value(value) == finnc_attr_float(attr, i);
    case FINNC_ATTR_STRING:
    case FINNC_ATTR_STRINGS:
        text = finnc_attr_string(attr, i);
        return json_is_string(value) && json_string_length(value) == text.length &&
               !memcmp(json_string_value(value), text.data, text.length);
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_TENSOR:
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_TENSORS:
    case FINNC_ATTR_GRAPHS:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        return false;
    }
    return false;
}

static bool has_attribute(const finnc_node *node, const char *key, const json_t *value)
{
    const finnc_attr *attr = finnc_node_find_attr(node, key);
    if (json_is_null(value) || !attr)
        return json_is_null(value) && !attr;
    if (!json_is_array(value))
        return finnc_attr_count(attr) == 1 && is_element(value, attr, 0);
    if (json_array_size(value) != finnc_attr_count(attr))
        return false;
    for (size_t i = 0; i < finnc_attr_count(attr); i++)
        if (!is_element(json_array_get(value, i), attr, i))
            return false;
    return true;
}

static bool has_attributes(const finnc_node *node, json_t *attributes)
{
    const char *key;
    json_t *value;
    json_object_foreach(attributes, key, value)
    {
        if (!has_attribute(node, key, value))
            return false;
    }
    return true;
}

static bool holds(const json_t *filter, const finnc_node *node)
{
    const json_t *types = json_object_get(filter, "op_type");
    const json_t *domains = json_object_get(filter, "domain");
    const json_t *names = json_object_get(filter, "name");
    const json_t *not = json_object_get(filter, "not");
    return (!types || is_one_of(types, finnc_node_op_type(node))) &&
           (!domains || is_one_of(domains, finnc_node_domain(node))) &&
           (!names || fnc_pattern_fits(names, finnc_node_name(node))) &&
           has_attributes(node, json_object_get(filter, "attribute")) &&
           (!not || !fnc_node_filter_accepts(not, node));
}

bool fnc_node_filter_accepts(const json_t *filter, const finnc_node *node)
{
    size_t i;
    json_t *one;
    if (json_is_string(filter))
        return !strcmp(json_string_value(filter), finnc_node_op_type(node));
    if (json_is_object(filter))
        return holds(filter, node);
    json_array_foreach(filter, i, one)
    {
        if (fnc_node_filter_accepts(one, node))
            return true;
    }
    return false;
}
