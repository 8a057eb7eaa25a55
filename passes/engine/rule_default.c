/* An attribute that is not there has the value that its op's schema says, in the node's version.
 * Which schemas say the value that a picture wants is found out once, when the picture is parsed.
 */
#include "rule.h"

#include <string.h>

static bool may_be(const fnc_picture *picture, const finnc_op *op)
{
    for (size_t i = 0; i < picture->nops; i++)
        if (!strcmp(picture->ops[i], op->name))
            return true;
    return picture->any;
}

static bool same_value(const fnc_pic_attr *a, const fnc_pic_attr *b)
{
    bool same = a->kind == b->kind && a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->floats[i] == b->floats[i] && !strcmp(a->strings[i], b->strings[i]);
    return same;
}

static finnc_status has_default(finnc_ctx *cx, const finnc_attr_spec *spec,
                                const fnc_pic_attr *attr, bool *has)
{
    *has = false;
    if (!spec->fallback)
        return FINNC_OK;
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    fnc_pic_attr said = {0};
    finnc_status status =
        fnc_pic_attr_read(cx, &scratch, spec->fallback, strlen(spec->fallback), &said);
    *has = status == FINNC_OK && same_value(&said, attr);
    fnc_arena_clear(&scratch);
    return status;
}

/* The next attribute of that name of the ops from `*o`, `*a` on; NULL: there is none. */
static const finnc_attr_spec *next_candidate(const fnc_picture *picture, const char *name,
                                             size_t *o, size_t *a)
{
    for (const finnc_op *op; (op = finnc_op_at(*o)); (*o)++, *a = 0) {
        const finnc_attr_spec *spec;
        while (may_be(picture, op) && (spec = finnc_op_attr(op, *a))) {
            (*a)++;
            if (!strcmp(spec->name, name))
                return spec;
        }
    }
    return NULL;
}

static finnc_status find_defaults(finnc_ctx *cx, fnc_arena *arena, const fnc_picture *picture,
                                  fnc_pic_attr *attr)
{
    const finnc_attr_spec *spec;
    size_t candidates = 0;
    for (size_t o = 0, a = 0; next_candidate(picture, attr->name, &o, &a);)
        candidates++;
    attr->defaults = FNC_NEW_ARRAY(arena, const finnc_attr_spec *, candidates + 1);
    if (!attr->defaults)
        return finnc_no_memory(cx);
    for (size_t o = 0, a = 0; (spec = next_candidate(picture, attr->name, &o, &a));) {
        bool has;
        FINNC_TRY(has_default(cx, spec, attr, &has));
        if (has)
            attr->defaults[attr->ndefaults++] = spec;
    }
    return FINNC_OK;
}

finnc_status fnc_picture_find_defaults(finnc_ctx *cx, fnc_arena *arena, const fnc_picture *picture)
{
    for (size_t i = 0; i < picture->nattrs; i++)
        FINNC_TRY(find_defaults(cx, arena, picture, &picture->attrs[i]));
    return FINNC_OK;
}
