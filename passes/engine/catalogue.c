#include "catalogue.h"

#include "pass.h"

#include <base/text.h>

static const struct {
    const finnc_pass *pass;
    const char *room;
} rows[] = {
#define PASS(room, name) {&fnc_pass_##name, #room},
#include "passes.def"
#undef PASS
    {NULL, NULL},
};

static const size_t nrows = sizeof rows / sizeof rows[0] - 1;

const finnc_pass *finnc_pass_at(size_t i)
{
    return i < nrows ? rows[i].pass : NULL;
}

const char *finnc_pass_room(size_t i)
{
    return i < nrows ? rows[i].room : NULL;
}

const finnc_pass *finnc_pass_find(const char *name)
{
    for (size_t i = 0; i < nrows; i++)
        if (fnc_same_loosely(rows[i].pass->name, name))
            return rows[i].pass;
    return NULL;
}

const finnc_pass *finnc_ctx_find_pass(const finnc_ctx *cx, const char *name)
{
    const finnc_pass *pass = finnc_pass_find(name);
    const finnc_pass *const *own = finnc_ctx_passes(cx);
    for (; !pass && own && *own; own++)
        if (fnc_same_loosely((*own)->name, name))
            pass = *own;
    return pass;
}

const finnc_recipe *finnc_recipe_find(const char *name)
{
    for (size_t i = 0; finnc_recipe_at(i); i++)
        if (fnc_same_loosely(finnc_recipe_at(i)->name, name))
            return finnc_recipe_at(i);
    return NULL;
}

static const char *find_nearest(const char *name, const finnc_pass *const *own)
{
    fnc_nearest nearest = {.wanted = name};
    for (; own && *own; own++)
        fnc_nearest_offer(&nearest, (*own)->name);
    for (size_t i = 0; i < nrows; i++)
        fnc_nearest_offer(&nearest, rows[i].pass->name);
    for (size_t i = 0; finnc_recipe_at(i); i++)
        fnc_nearest_offer(&nearest, finnc_recipe_at(i)->name);
    return nearest.best;
}

const char *finnc_pass_nearest(const char *name)
{
    return find_nearest(name, NULL);
}

const char *finnc_ctx_nearest_pass(const finnc_ctx *cx, const char *name)
{
    return find_nearest(name, finnc_ctx_passes(cx));
}

/* What upstream runs after every transformation, unasked (qonnx's ModelWrapper.transform with
 * cleanup=True). It puts nodes in a canonical order and gives each use of a constant its own copy,
 * which later passes count on. */
const char *const fnc_clean_up = "RemoveUnusedTensors, RemoveStaticGraphInputs, SortGraph, "
                                 "SortCommutativeInputsInitializerLast, GiveUniqueParameterTensors";
