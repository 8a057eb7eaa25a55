/* FINN's folding file. */
#include "report_json.h"

#include <finnc/fold.h>

static json_t *layer_json(const finnc_folded *f)
{
    json_t *object = json_object();
    for (size_t i = 0; i < f->nfolds; i++)
        object = fnc_report_put(object, f->folds[i].attr, json_integer(f->folds[i].now));
    return object;
}

finnc_status finnc_fold_plan_write(finnc_ctx *cx, const finnc_fold_plan *plan, finnc_write_fn write,
                                   void *user)
{
    const finnc_folded *f;
    json_t *object = fnc_report_put(json_object(), "Defaults", json_object());
    for (size_t i = 0; (f = finnc_fold_plan_layer(plan, i)); i++)
        if (f->nfolds > 0)
            object = fnc_report_put(object, finnc_node_name(f->node), layer_json(f));
    return fnc_report_write(cx, object, write, user);
}
