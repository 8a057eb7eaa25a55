#include "pipeline.h"

#include <base/alloc.h>

#include <string.h>

finnc_status fnc_pipeline_create(finnc_ctx *cx, finnc_pipeline **pipeline)
{
    finnc_pipeline *made = fnc_alloc(cx, sizeof *made);
    if (!made)
        return finnc_no_memory(cx);
    made->cx = cx;
    fnc_arena_init(&made->arena, cx);
    *pipeline = made;
    return FINNC_OK;
}

void finnc_pipeline_destroy(finnc_pipeline *pipeline)
{
    if (!pipeline)
        return;
    fnc_arena_clear(&pipeline->arena);
    fnc_free(pipeline->cx, pipeline);
}

size_t finnc_pipeline_nsteps(const finnc_pipeline *pipeline)
{
    size_t n = 0;
    for (const fnc_step *step = pipeline->first; step; step = step->next)
        n++;
    return n;
}

/* ---- building ---- */

fnc_builder fnc_builder_at_end(finnc_ctx *cx, finnc_pipeline *pipeline)
{
    fnc_step **end = &pipeline->first;
    while (*end)
        end = &(*end)->next;
    return (fnc_builder){.cx = cx, .pipeline = pipeline, .end = end};
}

static finnc_status append(fnc_builder *builder, fnc_step **step)
{
    finnc_pipeline *pipeline = builder->pipeline;
    if (pipeline->total >= FNC_PIPELINE_MAX_STEPS)
        return finnc_fail(builder->cx, FINNC_BAD_VALUE, "a pipeline has at most %d steps",
                          FNC_PIPELINE_MAX_STEPS);
    fnc_step *made = FNC_NEW(&pipeline->arena, fnc_step);
    if (!made)
        return finnc_no_memory(builder->cx);
    made->group = builder->group;
    pipeline->total++;
    *builder->end = made;
    builder->end = &made->next;
    *step = made;
    return FINNC_OK;
}

static finnc_status go_deeper(const fnc_builder *builder, fnc_builder *inner)
{
    *inner = *builder;
    if (++inner->depth > FNC_PIPELINE_MAX_DEPTH)
        return finnc_fail(builder->cx, FINNC_BAD_VALUE, "groups nest more than %d deep",
                          FNC_PIPELINE_MAX_DEPTH);
    return FINNC_OK;
}

finnc_status fnc_builder_add_pass(fnc_builder *builder, const finnc_pass *pass, const json_t *given)
{
    const fnc_arg *args;
    FINNC_TRY(fnc_args_read(builder->cx, &builder->pipeline->arena, pass, given, &args));
    fnc_step *step;
    FINNC_TRY(append(builder, &step));
    step->pass = pass;
    step->args = args;
    return FINNC_OK;
}

finnc_status fnc_builder_open_group(const fnc_builder *builder, const char *name,
                                    fnc_builder *inner)
{
    FINNC_TRY(go_deeper(builder, inner));
    inner->group = fnc_arena_strdup(&builder->pipeline->arena, name);
    return inner->group ? FINNC_OK : finnc_no_memory(builder->cx);
}

void fnc_builder_close_group(fnc_builder *builder, const fnc_builder *inner)
{
    builder->end = inner->end;
}

finnc_status fnc_builder_add_fixpoint(fnc_builder *builder, fnc_builder *inner)
{
    FINNC_TRY(go_deeper(builder, inner));
    fnc_step *step;
    FINNC_TRY(append(builder, &step));
    inner->end = &step->inner;
    return FINNC_OK;
}

/* A recipe is spliced in: its steps count, are verified and are timed as if written out. */
static finnc_status add_recipe(fnc_builder *builder, const finnc_recipe *recipe)
{
    fnc_builder inner;
    FINNC_TRY(fnc_builder_open_group(builder, recipe->name, &inner));
    FINNC_TRY(fnc_builder_read_yaml(&inner, recipe->yaml, strlen(recipe->yaml)));
    fnc_builder_close_group(builder, &inner);
    return FINNC_OK;
}

finnc_status fnc_builder_add_named(fnc_builder *builder, const char *name, const json_t *given)
{
    const finnc_pass *pass = finnc_ctx_find_pass(builder->cx, name);
    if (pass)
        return fnc_builder_add_pass(builder, pass, given);
    const finnc_recipe *recipe = finnc_recipe_find(name);
    if (recipe && given && json_object_size(given) > 0)
        return finnc_fail(builder->cx, FINNC_BAD_VALUE, "the recipe %s has no parameters",
                          recipe->name);
    if (recipe)
        return add_recipe(builder, recipe);
    const char *nearest = finnc_ctx_nearest_pass(builder->cx, name);
    if (nearest)
        return finnc_fail(builder->cx, FINNC_NOT_FOUND, "unknown pass %s; did you mean %s?", name,
                          nearest);
    return finnc_fail(builder->cx, FINNC_NOT_FOUND, "unknown pass %s", name);
}

finnc_status finnc_pipeline_add(finnc_ctx *cx, finnc_pipeline *pipeline, const finnc_pass *pass,
                                const char *arguments)
{
    fnc_builder builder = fnc_builder_at_end(cx, pipeline);
    if (!arguments)
        return fnc_builder_add_pass(&builder, pass, NULL);
    json_error_t error;
    json_t *given = json_loads(arguments, 0, &error);
    finnc_status status;
    if (!given)
        status = finnc_fail(cx, FINNC_BAD_VALUE, "the arguments of %s are no JSON: %s", pass->name,
                            error.text);
    else if (!json_is_object(given))
        status = finnc_fail(cx, FINNC_BAD_VALUE, "the arguments of %s have to be an object, not %s",
                            pass->name, fnc_json_kind(given));
    else
        status = fnc_builder_add_pass(&builder, pass, given);
    json_decref(given);
    return status;
}

/* ---- the public readers ---- */

/* Ends a pipeline whose reading failed. */
static finnc_status give(finnc_pipeline *made, finnc_status status, finnc_pipeline **pipeline)
{
    if (status == FINNC_OK)
        *pipeline = made;
    else
        finnc_pipeline_destroy(made);
    return status;
}

finnc_status finnc_pipeline_parse(finnc_ctx *cx, const char *text, finnc_pipeline **pipeline)
{
    finnc_pipeline *made = NULL;
    FINNC_TRY(fnc_pipeline_create(cx, &made));
    fnc_builder builder = fnc_builder_at_end(cx, made);
    return give(made, fnc_builder_read_line(&builder, text), pipeline);
}

finnc_status fnc_pipeline_read_bytes(finnc_ctx *cx, const char *yaml, size_t length,
                                     finnc_pipeline **pipeline)
{
    finnc_pipeline *made = NULL;
    FINNC_TRY(fnc_pipeline_create(cx, &made));
    fnc_builder builder = fnc_builder_at_end(cx, made);
    return give(made, fnc_builder_read_yaml(&builder, yaml, length), pipeline);
}

finnc_status finnc_pipeline_read_text(finnc_ctx *cx, const char *yaml, finnc_pipeline **pipeline)
{
    return fnc_pipeline_read_bytes(cx, yaml, strlen(yaml), pipeline);
}
