/* FINN's annotations: kept as the texts that files hold (qonnx.core.modelwrapper), understood as
 * they are set. */
#include "ir.h"

#include <ctype.h>
#include <string.h>

static const char datatype_key[] = "finn_datatype";
static const char layout_key[] = "tensor_layout";
static const char sparsity_key[] = "tensor_sparsity";

/* The letters of a Python list of one-letter strings, ['N', 'C'], into `letters`; false if the text
 * is something else. */
static bool read_layout(const char *text, char letters[FINNC_MAX_RANK + 1])
{
    size_t n = 0;
    const char *s = text;
    while (isspace((unsigned char)*s))
        s++;
    if (*s++ != '[')
        return false;
    for (;;) {
        while (isspace((unsigned char)*s) || *s == ',')
            s++;
        if (*s == ']')
            break;
        if ((*s != '\'' && *s != '"') || !s[1] || s[2] != *s || n == FINNC_MAX_RANK)
            return false;
        letters[n++] = s[1];
        s += 3;
    }
    letters[n] = '\0';
    for (s++; *s; s++)
        if (!isspace((unsigned char)*s))
            return false;
    return true;
}

static finnc_status understand(finnc_ctx *cx, finnc_value *value, const fnc_annotation *annotation)
{
    const char *text = annotation->text;
    if (!strcmp(annotation->key, datatype_key)) {
        value->dtype = finnc_dtype_float32();
        value->has_dtype = finnc_dtype_parse(cx, text, &value->dtype) == FINNC_OK;
        if (!value->has_dtype) { /* one that is newer than we are must not keep a model from being
                                    opened */
            finnc_ctx_clear(cx);
            finnc_log(
                cx, FINNC_WARNING,
                "'%s' is annotated with the data type '%s', which is not known: taken as FLOAT32",
                value->name, text);
        }
    } else if (!strcmp(annotation->key, layout_key)) {
        char letters[FINNC_MAX_RANK + 1];
        value->layout = NULL;
        if (read_layout(text, letters) &&
            !(value->layout = fnc_arena_strdup(fnc_graph_arena(value->graph), letters)))
            return finnc_no_memory(cx);
    } else if (!strcmp(annotation->key, sparsity_key)) {
        value->sparsity = text;
    }
    return FINNC_OK;
}

finnc_status finnc_value_annotate(finnc_ctx *cx, finnc_value *value, const char *key,
                                  const char *text)
{
    fnc_arena *arena = fnc_graph_arena(value->graph);
    fnc_annotation **at = &value->annotations;
    size_t count = 1;
    for (; *at && strcmp((*at)->key, key); count++)
        at = &(*at)->next;
    FINNC_TRY(fnc_check_few(cx, count, "annotations"));
    if (*at && !strcmp((*at)->text, text))
        return FINNC_OK;
    char *copy = fnc_arena_strdup(arena, text);
    if (!copy)
        return finnc_no_memory(cx);
    if (!*at) {
        fnc_annotation *fresh = FNC_NEW(arena, fnc_annotation);
        if (!fresh || !(fresh->key = fnc_arena_strdup(arena, key)))
            return finnc_no_memory(cx);
        *at = fresh;
    }
    (*at)->text = copy;
    if (!value->annotation_order)
        value->annotation_order = fnc_next_order(value->graph->model);
    fnc_touch(value->graph);
    return understand(cx, value, *at);
}

size_t finnc_value_nannotations(const finnc_value *value)
{
    size_t n = 0;
    for (const fnc_annotation *a = value->annotations; a; a = a->next)
        n++;
    return n;
}

const char *finnc_value_annotation(const finnc_value *value, size_t i, const char **key)
{
    const fnc_annotation *a = value->annotations;
    while (a && i--)
        a = a->next;
    if (key)
        *key = a ? a->key : NULL;
    return a ? a->text : NULL;
}

finnc_dtype finnc_value_dtype(const finnc_value *value)
{
    if (value->has_dtype)
        return value->dtype;
    if (value->type.known && value->type.elem == FINNC_ELEM_FLOAT16)
        return (finnc_dtype){.kind = FINNC_DTYPE_FLOAT16};
    return finnc_dtype_float32();
}

bool finnc_value_has_dtype(const finnc_value *value)
{
    return value->has_dtype;
}

finnc_status finnc_value_set_dtype(finnc_ctx *cx, finnc_value *value, finnc_dtype dtype)
{
    if (value->has_dtype && finnc_dtype_equal(value->dtype, dtype))
        return FINNC_OK;
    char name[FINNC_DTYPE_NAME_MAX];
    return finnc_value_annotate(cx, value, datatype_key, finnc_dtype_name(dtype, name));
}

const char *finnc_value_layout(const finnc_value *value)
{
    return value->layout;
}

finnc_status finnc_value_set_layout(finnc_ctx *cx, finnc_value *value, const char *layout)
{
    if (value->layout && !strcmp(value->layout, layout))
        return FINNC_OK;
    size_t n = strlen(layout);
    if (n > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a layout of %zu axes", n);
    char text[8 * FINNC_MAX_RANK];
    char *p = text;
    *p++ = '[';
    for (size_t i = 0; i < n; i++) {
        if (i) {
            *p++ = ',';
            *p++ = ' ';
        }
        *p++ = '\'';
        *p++ = layout[i];
        *p++ = '\'';
    }
    *p++ = ']';
    *p = '\0';
    return finnc_value_annotate(cx, value, layout_key, text);
}

const char *finnc_value_sparsity(const finnc_value *value)
{
    return value->sparsity;
}

finnc_status finnc_value_set_sparsity(finnc_ctx *cx, finnc_value *value, const char *sparsity)
{
    return finnc_value_annotate(cx, value, sparsity_key, sparsity);
}
