/* A folding file with the depths of FIFOs. */
#include "report_json.h"

#include <finnc/fifo.h>

#include <base/compiler.h>

/* The entry of `node`, borrowed; made if it is not there. */
static json_t *entry_of(json_t *root, const finnc_node *node)
{
    const char *name = finnc_node_name(node);
    json_t *entry = json_object_get(root, name);
    if (entry)
        return entry;
    if (json_object_set_new_nocheck(root, name, json_object()) != 0)
        return NULL;
    return json_object_get(root, name);
}

/* Entry `i` of a list, which is 2 where nobody says anything. */
static bool set_depth(json_t *entry, const char *attr, size_t i, int64_t depth)
{
    json_t *list = json_object_get(entry, attr);
    if (!list && json_object_set_new(entry, attr, json_array()) != 0)
        return false;
    list = json_object_get(entry, attr);
    while (json_array_size(list) <= i)
        if (json_array_append_new(list, json_integer(2)) != 0)
            return false;
    return json_array_set_new(list, i, json_integer(depth)) == 0;
}

static finnc_status add_folds(finnc_ctx *cx, json_t *entry, const finnc_node *node)
{
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t n;
    FINNC_TRY(finnc_layer_folds(cx, node, folds, &n));
    for (size_t i = 0; i < n; i++)
        if (json_object_set_new(entry, folds[i].attr, json_integer(folds[i].now)) != 0)
            return finnc_no_memory(cx);
    return FINNC_OK;
}

static finnc_status add_depth(finnc_ctx *cx, json_t *root, const finnc_node *node, const char *attr,
                              size_t i, int64_t depth)
{
    json_t *entry = entry_of(root, node);
    if (!entry)
        return finnc_no_memory(cx);
    if (json_object_size(entry) == 0)
        FINNC_TRY(add_folds(cx, entry, node));
    return set_depth(entry, attr, i, depth) ? FINNC_OK : finnc_no_memory(cx);
}

/* Both ends ask for the same, which InsertFIFO takes the greater of; a converter between them has
 * a FIFO on either side, and each layer asks for its own. */
static finnc_status add_fifo(finnc_ctx *cx, json_t *root, const finnc_fifo *f)
{
    if (f->from && f->place != FINNC_FIFO_BEHIND)
        FINNC_TRY(add_depth(cx, root, f->from, "outFIFODepths", f->output, f->depth));
    if (f->to && f->place != FINNC_FIFO_BEFORE)
        FINNC_TRY(add_depth(cx, root, f->to, "inFIFODepths", f->input, f->depth));
    json_t *queue = f->queue ? entry_of(root, f->queue) : NULL;
    if (f->queue && (!queue || json_object_set_new(queue, "depth", json_integer(f->depth)) != 0))
        return finnc_no_memory(cx);
    return FINNC_OK;
}

static finnc_status fill(finnc_ctx *cx, const finnc_fifo_plan *plan, json_t *root)
{
    const finnc_fifo *f;
    if (!root)
        return finnc_no_memory(cx);
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(plan, i)); i++)
        FINNC_TRY(add_fifo(cx, root, f));
    return FINNC_OK;
}

finnc_status finnc_fifo_plan_write(finnc_ctx *cx, const finnc_fifo_plan *plan, finnc_write_fn write,
                                   void *user)
{
    json_t *root = fnc_report_put(json_object(), "Defaults", json_object());
    const finnc_status status = fill(cx, plan, root);
    if (status == FINNC_OK)
        return fnc_report_write(cx, root, write, user);
    json_decref(root);
    return status;
}
