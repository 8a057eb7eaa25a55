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

const finnc_recipe *finnc_recipe_find(const char *name)
{
    for (size_t i = 0; finnc_recipe_at(i); i++)
        if (fnc_same_loosely(finnc_recipe_at(i)->name, name))
            return finnc_recipe_at(i);
    return NULL;
}

const char *finnc_pass_nearest(const char *name)
{
    fnc_nearest nearest = {.wanted = name};
    for (size_t i = 0; i < nrows; i++)
        fnc_nearest_offer(&nearest, rows[i].pass->name);
    for (size_t i = 0; finnc_recipe_at(i); i++)
        fnc_nearest_offer(&nearest, finnc_recipe_at(i)->name);
    return nearest.best;
}

/* What upstream runs after every transformation, unasked (qonnx's ModelWrapper.transform with
 * cleanup=True). It puts nodes in a canonical order and gives each use of a constant its own copy,
 * which later passes count on. */
const char *const fnc_clean_up = "RemoveUnusedTensors, RemoveStaticGraphInputs, SortGraph, "
                                 "SortCommutativeInputsInitializerLast, GiveUniqueParameterTensors";
