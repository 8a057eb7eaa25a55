/* --passes and --pipeline: what a command runs. */
#include "pipeline.h"

#include "json.h"

#include <stdlib.h>

/* Several --passes are one pipeline, in the order given. */
static finnc_status joined_passes(cli *c, finnc_pipeline **pipeline)
{
    char *text = NULL;
    size_t size;
    FILE *stream = cli_collect(&text, &size);
    if (!stream)
        return finnc_no_memory(c->cx);
    const char *passes;
    for (size_t i = 0; (passes = cli_nth(c, "passes", i)); i++)
        fprintf(stream, "%s%s", i ? "," : "", passes);
    finnc_status status =
        fclose(stream) ? finnc_no_memory(c->cx) : finnc_pipeline_parse(c->cx, text, pipeline);
    free(text);
    return status;
}

finnc_status cli_pipeline_read(cli *c, finnc_pipeline **pipeline)
{
    const char *file = cli_text(c, "pipeline", NULL);
    bool has_passes = cli_has(c, "passes");
    if (!file && !has_passes)
        return cli_wrong(c, "say what to do with --passes or --pipeline");
    finnc_status status =
        file ? finnc_pipeline_read(c->cx, file, pipeline) : joined_passes(c, pipeline);
    if (status == FINNC_NOT_FOUND && has_passes)
        cli_hint(c, "'finnc passes' lists them");
    return status;
}

/* ---- what commands run by themselves ---- */

static finnc_status run(cli *c, finnc_model *model, finnc_pipeline *pipeline,
                        const finnc_transform_options *options)
{
    const finnc_status status = finnc_transform(c->cx, model, pipeline, options);
    finnc_pipeline_destroy(pipeline);
    return status;
}

finnc_status cli_passes_run(cli *c, finnc_model *model, const char *passes)
{
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(c->cx, passes, &pipeline));
    return run(c, model, pipeline, NULL);
}

finnc_status cli_pipeline_add(cli *c, finnc_pipeline *pipeline, const char *name, json_t *arguments)
{
    const finnc_pass *pass = finnc_pass_find(name);
    char *text;
    FINNC_TRY(cli_json_collect(c, arguments, &text));
    const finnc_status status = pass
                                    ? finnc_pipeline_add(c->cx, pipeline, pass, text)
                                    : finnc_fail(c->cx, FINNC_NOT_FOUND, "unknown pass '%s'", name);
    free(text);
    return status;
}

static finnc_status run_pass(cli *c, finnc_model *model, const char *name, json_t *arguments,
                             const finnc_transform_options *options)
{
    finnc_pipeline *pipeline;
    finnc_status status = finnc_pipeline_parse(c->cx, "", &pipeline);
    if (status != FINNC_OK) {
        json_decref(arguments);
        return status;
    }
    status = cli_pipeline_add(c, pipeline, name, arguments);
    if (status == FINNC_OK)
        return run(c, model, pipeline, options);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* What is missed at no node is an entry for none: the layer that was meant stays as it was. */
static void warn(void *user, const finnc_remark *remark)
{
    const cli *c = user;
    if (remark->kind == FINNC_REMARK_MISSED && !remark->at && !*remark->node)
        finnc_log(c->cx, FINNC_WARNING, "%s", remark->text);
}

finnc_status cli_folding_apply(cli *c, finnc_model *model, const char *path)
{
    const finnc_transform_options options = {.remark = warn, .user = c};
    const int depth = finnc_ctx_enter(c->cx, "", path, NULL);
    const finnc_status status =
        run_pass(c, model, "ApplyConfig", json_pack("{s:s}", "config", path), &options);
    finnc_ctx_leave(c->cx, depth);
    return status;
}
