/* FINN's folding file. */
#include <finnc/fold.h>

#include <base/compiler.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Owns what it is given; NULL, as jansson gives it without memory, makes the whole NULL. */
static json_t *put(json_t *object, const char *key, json_t *value)
{
    if (object && json_object_set_new_nocheck(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *layer_json(const finnc_folded *f)
{
    json_t *object = json_object();
    for (size_t i = 0; i < f->nfolds; i++)
        object = put(object, f->folds[i].attr, json_integer(f->folds[i].now));
    return object;
}

finnc_status finnc_fold_plan_write(finnc_ctx *cx, const finnc_fold_plan *plan, finnc_write_fn write,
                                   void *user)
{
    const finnc_folded *f;
    json_t *object = put(json_object(), "Defaults", json_object());
    for (size_t i = 0; (f = finnc_fold_plan_layer(plan, i)); i++)
        if (f->nfolds > 0)
            object = put(object, finnc_node_name(f->node), layer_json(f));
    char *text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
    json_decref(object);
    if (!text)
        return finnc_no_memory(cx);
    finnc_status status = write(user, cx, text, strlen(text));
    if (status == FINNC_OK)
        status = write(user, cx, "\n", 1);
    free(text);
    return status;
}
