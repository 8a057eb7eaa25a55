#include "schema.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct checker {
    const json_t *root;
    char place[512], words[1024];
} checker;

json_t *test_schema_read(void)
{
    json_error_t error;
    json_t *root =
        json_load_file(FNC_SOURCE_DIR "/docs/schema.json", JSON_REJECT_DUPLICATES, &error);
    cr_assert(root, "docs/schema.json: line %d: %s", error.line, error.text);
    return root;
}

static bool fail(checker *k, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(k->words, sizeof k->words, "%s: %s", k->place, what);
    return false;
}

static const char *type_of(const json_t *x)
{
    switch (json_typeof(x)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    case JSON_NULL:
        return "null";
    }
    return "";
}

static bool is_type(const json_t *x, const char *type)
{
    return !strcmp(type_of(x), type) || (json_is_integer(x) && !strcmp(type, "number"));
}

static bool check(checker *k, const json_t *schema, const json_t *x);

/* The same one step further in. */
static bool check_at(checker *k, const char *step, const json_t *schema, const json_t *x)
{
    const size_t length = strlen(k->place);
    snprintf(k->place + length, sizeof k->place - length, "/%s", step);
    const bool is_fine = check(k, schema, x);
    if (is_fine)
        k->place[length] = '\0';
    return is_fine;
}

static bool check_type(checker *k, const json_t *type, const json_t *x)
{
    if (json_is_string(type))
        return is_type(x, json_string_value(type)) ||
               fail(k, "is %s, not %s", type_of(x), json_string_value(type));
    for (size_t i = 0; i < json_array_size(type); i++)
        if (is_type(x, json_string_value(json_array_get(type, i))))
            return true;
    return fail(k, "is %s", type_of(x));
}

static bool check_choice(checker *k, const json_t *schema, const json_t *x)
{
    const json_t *one = json_object_get(schema, "const"), *some = json_object_get(schema, "enum");
    if (one && !json_equal(one, x))
        return fail(k, "is another constant");
    for (size_t i = 0; i < json_array_size(some); i++)
        if (json_equal(json_array_get(some, i), x))
            return true;
    return !some || fail(k, "'%s' is none of the choices", json_string_value(x));
}

static bool check_object(checker *k, const json_t *schema, json_t *x)
{
    const json_t *properties = json_object_get(schema, "properties"),
                 *others = json_object_get(schema, "additionalProperties"),
                 *required = json_object_get(schema, "required");
    for (size_t i = 0; i < json_array_size(required); i++)
        if (!json_object_get(x, json_string_value(json_array_get(required, i))))
            return fail(k, "lacks %s", json_string_value(json_array_get(required, i)));
    const char *key;
    json_t *value;
    json_object_foreach(x, key, value)
    {
        const json_t *known = json_object_get(properties, key);
        known = known ? known : others;
        if (known && !check_at(k, key, known, value))
            return false;
        if (!known && properties && !json_object_get(schema, "$ref"))
            return fail(k, "the schema has no %s", key);
    }
    return true;
}

static bool check_any(checker *k, const json_t *schemas, const json_t *x)
{
    const size_t length = strlen(k->place);
    for (size_t i = 0; i < json_array_size(schemas); i++) {
        k->place[length] = '\0';
        if (check(k, json_array_get(schemas, i), x))
            return true;
    }
    return false; /* with the words of the last one */
}

static bool check(checker *k, const json_t *schema, const json_t *x)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    const json_t *type = json_object_get(schema, "type"), *any = json_object_get(schema, "anyOf"),
                 *items = json_object_get(schema, "items");
    if (ref) {
        const json_t *defs = json_object_get(k->root, "$defs");
        const json_t *target = strncmp(ref, "#/$defs/", 8) ? NULL : json_object_get(defs, ref + 8);
        if (!target)
            return fail(k, "%s leads nowhere", ref);
        if (!check(k, target, x))
            return false;
    }
    if ((type && !check_type(k, type, x)) || !check_choice(k, schema, x) ||
        (any && !check_any(k, any, x)))
        return false;
    for (size_t i = 0; items && i < json_array_size(x); i++) {
        char step[32];
        snprintf(step, sizeof step, "%zu", i);
        if (!check_at(k, step, items, json_array_get(x, i)))
            return false;
    }
    return !json_is_object(x) || check_object(k, schema, (json_t *)x);
}

const char *test_schema_fault(const json_t *root, const json_t *schema, const json_t *answer)
{
    static checker k;
    k = (checker){.root = root};
    return check(&k, schema, answer) ? NULL : k.words;
}
