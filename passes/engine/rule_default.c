/* An attribute that is not there has the value that its op's schema says. Which ops say the value
 * that a picture wants is found out once, when the picture is parsed. */
#include "rule.h"

#include <string.h>

static bool may_be(const fnc_picture *picture, const finnc_op *op)
{
    for (size_t i = 0; i < picture->nops; i++)
        if (!strcmp(picture->ops[i], op->name))
            return true;
    return picture->any;
}

/* The default in JSON, or NULL. */
static const char *default_of(const finnc_op *op, const char *attr)
{
    const finnc_attr_spec *spec;
    for (size_t i = 0; (spec = finnc_op_attr(op, i)); i++)
        if (!strcmp(spec->name, attr))
            return spec->fallback;
    return NULL;
}

static bool same_value(const fnc_pic_attr *a, const fnc_pic_attr *b)
{
    bool same = a->kind == b->kind && a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->floats[i] == b->floats[i] && !strcmp(a->strings[i], b->strings[i]);
    return same;
}

static finnc_status has_default(finnc_ctx *cx, const finnc_op *op, const fnc_pic_attr *attr,
                                bool *has)
{
    const char *json = default_of(op, attr->name);
    *has = false;
    if (!json)
        return FINNC_OK;
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    fnc_pic_attr said = {0};
    finnc_status status = fnc_pic_attr_read(cx, &scratch, json, strlen(json), &said);
    *has = status == FINNC_OK && same_value(&said, attr);
    fnc_arena_clear(&scratch);
    return status;
}

static finnc_status find_defaults(finnc_ctx *cx, fnc_arena *arena, const fnc_picture *picture,
                                  fnc_pic_attr *attr)
{
    size_t candidates = 0;
    for (size_t i = 0; finnc_op_at(i); i++)
        candidates += may_be(picture, finnc_op_at(i));
    attr->defaults = FNC_NEW_ARRAY(arena, const finnc_op *, candidates);
    if (!attr->defaults)
        return finnc_no_memory(cx);
    for (size_t i = 0; finnc_op_at(i); i++) {
        bool has = false;
        if (may_be(picture, finnc_op_at(i)))
            FINNC_TRY(has_default(cx, finnc_op_at(i), attr, &has));
        if (has)
            attr->defaults[attr->ndefaults++] = finnc_op_at(i);
    }
    return FINNC_OK;
}

finnc_status fnc_picture_find_defaults(finnc_ctx *cx, fnc_arena *arena, const fnc_picture *picture)
{
    for (size_t i = 0; i < picture->nattrs; i++)
        FINNC_TRY(find_defaults(cx, arena, picture, &picture->attrs[i]));
    return FINNC_OK;
}
