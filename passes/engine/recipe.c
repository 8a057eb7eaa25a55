/* The recipes that come with the library: recipes/NAME.yaml, built in so that nothing has to be
 * installed or found. */
#include <finnc/pass.h>

#define RECIPE(symbol, name, summary, ...) static const char text_of_##symbol[] = {__VA_ARGS__};
#include "recipes.inc"
#undef RECIPE

static const finnc_recipe recipes[] = {
#define RECIPE(symbol, name, summary, ...) {name, summary, text_of_##symbol},
#include "recipes.inc"
#undef RECIPE
};

const finnc_recipe *finnc_recipe_at(size_t i)
{
    return i < sizeof recipes / sizeof recipes[0] ? &recipes[i] : NULL;
}
