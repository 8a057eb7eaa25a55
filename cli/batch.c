#include "batch.h"

#include <inttypes.h>
#include <string.h>

finnc_status cli_batch_init(cli_batch *b, cli *c, const finnc_model *model)
{
    const finnc_graph *graph = finnc_model_graph(model);
    const finnc_value *first = finnc_graph_ninputs(graph) ? finnc_graph_input(graph, 0) : NULL;
    *b = (cli_batch){.model = model, .old = 1, .group = 1};
    if (!cli_has(c, "batch-size"))
        return FINNC_OK;
    uint64_t size = cli_count(c, "batch-size", 1);
    if (!first || finnc_value_rank(first) < 1)
        return finnc_fail(c->cx, FINNC_BAD_VALUE,
                          "--batch-size: the model's first input has no batch for its first axis");
    int64_t old = finnc_value_dim(first, 0).size;
    b->is_dynamic = old < 1;
    b->old = old < 1 ? 1 : old;
    if (size > INT32_MAX || (int64_t)size % b->old)
        return cli_wrong(c,
                         "--batch-size: %" PRIu64 " is no multiple of the model's batch, %" PRId64,
                         size, b->old);
    b->group = (size_t)((int64_t)size / b->old);
    return FINNC_OK;
}

/* What the pass found that it could not change. */
typedef struct obstacle {
    char node[200], op_type[80], text[160];
} obstacle;

static void listen(void *user, const finnc_remark *remark)
{
    obstacle *o = user;
    if (remark->kind != FINNC_REMARK_MISSED || o->text[0])
        return;
    snprintf(o->node, sizeof o->node, "%s", remark->node);
    snprintf(o->op_type, sizeof o->op_type, "%s", remark->op_type ? remark->op_type : "");
    snprintf(o->text, sizeof o->text, "%s", remark->text);
}

static finnc_status change(cli *c, finnc_model *model, int64_t size)
{
    char text[64];
    finnc_pipeline *pipeline;
    obstacle o = {.text = ""};
    const finnc_transform_options options = {.remark = listen, .user = &o};
    snprintf(text, sizeof text, "ChangeBatchSize{bsize=%" PRId64 "}", size);
    FINNC_TRY(finnc_pipeline_parse(c->cx, text, &pipeline));
    finnc_status status = finnc_transform(c->cx, model, pipeline, &options);
    finnc_pipeline_destroy(pipeline);
    FINNC_TRY(status);
    if (!o.text[0])
        return FINNC_OK;
    int depth = finnc_ctx_enter(c->cx, "", o.node, o.op_type);
    status = finnc_fail(c->cx, FINNC_BAD_VALUE, "%s: the model cannot run %" PRId64 " at a time",
                        o.text, size);
    finnc_ctx_leave(c->cx, depth);
    return status;
}

finnc_status cli_batch_resize(const cli_batch *b, cli *c, size_t count, finnc_model **resized)
{
    finnc_model *clone;
    *resized = NULL;
    if (b->is_dynamic || count == 1)
        return FINNC_OK;
    FINNC_TRY(finnc_model_clone(c->cx, b->model, &clone));
    finnc_status status = change(c, clone, (int64_t)count * b->old);
    if (status == FINNC_OK)
        *resized = clone;
    else
        finnc_model_destroy(clone);
    if (status == FINNC_BAD_VALUE)
        cli_hint(c, "the batch size is baked in there; --batch%s runs the model as it is",
                 cli_knows(c, "batch") ? "" : "-size 1");
    return status;
}
