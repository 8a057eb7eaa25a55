/*      x -> n -> [layer -> layer] -> y     becomes     x -> n -> StreamingDataflowPartition -> y
 * with the layers in a file of their own, for the tools that build hardware of it. */
#include "hw.h"

#include "../partition/partition.h"

#include <inttypes.h>
#include <string.h>

static bool is_iodma(const finnc_node *node)
{
    return finnc_node_style(node) == FINNC_STYLE_HLS &&
           !strcmp(finnc_node_op_type(node), "IODMA_hls");
}

/* ---- which node belongs where ---- */

static bool is_layer(const finnc_node *node)
{
    return !finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
           !strcmp(finnc_node_string(node, "backend", ""), "fpgadataflow");
}

/* Ids in the order in which they come up. */
static finnc_status assign(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                           fnc_parts *parts)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    FINNC_TRY(fnc_parts_init(cx, scratch, graph, parts));
    int64_t *numbers = FNC_NEW_ARRAY(scratch, int64_t, parts->nnodes);
    const char **ids = FNC_NEW_ARRAY(scratch, const char *, parts->nnodes);
    if (!numbers || !ids)
        return finnc_no_memory(cx);
    parts->ids = ids;
    for (size_t i = 0, k; i < parts->nnodes; i++) {
        if (!is_layer(parts->nodes[i]))
            continue;
        const int64_t number = finnc_node_int(parts->nodes[i], "partition_id", 0);
        if (number == -1)
            continue;
        for (k = parts->count; k > 0 && numbers[k - 1] != number; k--)
            ;
        if (k == 0) {
            ids[parts->count] = fnc_arena_printf(scratch, "%" PRId64, number);
            if (!ids[parts->count])
                return finnc_no_memory(cx);
            numbers[parts->count++] = number;
            k = parts->count;
        }
        parts->part_of[i] = (int)k - 1;
    }
    return FINNC_OK;
}

/* ---- the partition's node ---- */

/* All layers of a partition are on one die ... */
static finnc_status find_slr(finnc_ctx *cx, finnc_node *const *nodes, size_t count, int64_t *slr)
{
    *slr = finnc_node_int(nodes[0], "slr", -1);
    for (size_t i = 1; i < count; i++) {
        const int64_t other = finnc_node_int(nodes[i], "slr", -1);
        char a[FINNC_NODE_WORDS_MAX], b[FINNC_NODE_WORDS_MAX];
        if (other != *slr)
            return finnc_fail(
                cx, FINNC_BAD_VALUE,
                "%s is on SLR %" PRId64 ", %s on SLR %" PRId64 ": a partition is on one",
                finnc_node_words(nodes[0], a), *slr, finnc_node_words(nodes[i], b), other);
    }
    return FINNC_OK;
}

/* ... and at most one uses a memory port. */
static finnc_status find_port(finnc_ctx *cx, finnc_node *const *nodes, size_t count,
                              const char **port)
{
    const finnc_node *first = NULL;
    *port = "";
    for (size_t i = 0; i < count; i++) {
        const char *own = finnc_node_string(nodes[i], "mem_port", "");
        if (!*own)
            continue;
        char a[FINNC_NODE_WORDS_MAX], b[FINNC_NODE_WORDS_MAX];
        if (first)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "%s uses memory port %s, %s uses %s: a partition has one at most",
                              finnc_node_words(first, a), *port, finnc_node_words(nodes[i], b),
                              own);
        first = nodes[i];
        *port = own;
    }
    return FINNC_OK;
}

static finnc_status finish(finnc_ctx *cx, finnc_node *partition, finnc_node *const *nodes,
                           size_t count, int64_t position)
{
    int64_t slr;
    const char *port;
    FINNC_TRY(find_slr(cx, nodes, count, &slr));
    FINNC_TRY(find_port(cx, nodes, count, &port));
    FINNC_TRY(fnc_import(cx, finnc_node_graph(partition), FNC_HW_DOMAIN));
    FINNC_TRY(finnc_node_set_op(cx, partition, "StreamingDataflowPartition", FNC_HW_DOMAIN));
    FINNC_TRY(finnc_node_set_int(cx, partition, "partition_id", position));
    FINNC_TRY(finnc_node_set_int(cx, partition, "slr", slr));
    return finnc_node_set_string(cx, partition, "mem_port", port);
}

/* ---- what lies between ---- */

typedef struct reasons {
    fnc_buf *words;
    size_t count;
} reasons;

enum { MOST_REASONS = 6 };

static void hear(void *user, const finnc_remark *remark)
{
    reasons *r = user;
    if (remark->kind != FINNC_REMARK_MISSED || r->count++ >= MOST_REASONS)
        return;
    char words[FINNC_NODE_WORDS_MAX];
    fnc_buf_printf(r->words, "; %s of %s: %s", remark->pass,
                   remark->at ? finnc_node_words(remark->at, words) : "the model", remark->text);
}

static bool makes_layers(size_t i)
{
    return !strcmp(finnc_pass_room(i), "hw") && !strncmp(finnc_pass_at(i)->name, "Infer", 5);
}

/* Asks each pass that makes layers what it has against these nodes. One that fails has said it. */
static finnc_status explain(finnc_pass_run *run, finnc_model *between, fnc_buf *words)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    reasons r = {.words = words};
    const finnc_transform_options options = {.remark = hear, .user = &r};
    for (size_t i = 0; finnc_pass_at(i); i++) {
        finnc_pipeline *pipeline;
        if (!makes_layers(i))
            continue;
        FINNC_TRY(finnc_pipeline_parse(cx, finnc_pass_at(i)->name, &pipeline));
        const finnc_status status = finnc_transform(cx, between, pipeline, &options);
        finnc_pipeline_destroy(pipeline);
        if (status == FINNC_NO_MEMORY)
            return status;
        if (status != FINNC_OK) {
            fnc_buf_printf(words, "; %s", finnc_ctx_message(cx));
            finnc_ctx_clear(cx);
        }
    }
    if (r.count > MOST_REASONS)
        fnc_buf_puts(words, "; ...");
    return FINNC_OK;
}

/* ---- the pass ---- */

static finnc_status create(finnc_pass_run *run, finnc_graph *graph)
{
    static const fnc_partition_kind kind = {.assign = assign,
                                            .folder_param = "partition_model_dir",
                                            .finish = finish,
                                            .explain = explain};
    finnc_foreach_node (node, graph) {
        if (!is_iodma(node) || strcmp(finnc_node_string(node, "burstMode", ""), "wrap") != 0)
            continue;
        FINNC_TRY(finnc_pass_call(run, "ExternalizeParams"));
        break;
    }
    return fnc_partition(run, graph, &kind);
}

const finnc_pass fnc_pass_create_dataflow_partition = {
    .name = "CreateDataflowPartition",
    .summary = "moves hardware layers into models of their own, one per partition_id",
    .upstream = "finn.transformation.fpgadataflow.create_dataflow_partition",
    .notes = "Layers with the same attribute partition_id (0 if they have none) belong together; "
             "-1 stays in the parent, as do nodes that are no layers. Where such a node lies "
             "between the layers of a partition, the error names it, and what the passes that make "
             "layers have against it.\n\n"
             "A partition is on one SLR and has at most one memory port; weights that are streamed "
             "from memory become inputs first (ExternalizeParams). Its node is named "
             "GenericPartition_ID, as upstream, and its model is written with it, to "
             "partition_ID.onnx in partition_model_dir, which is relative to the folder that the "
             "model is written to, and made if it is missing (upstream: a new folder for builds, "
             "if it is null).",
    .params = {{"partition_model_dir", FINNC_PARAM_STRING, "null", "where the models go"}},
    .run = create,
};
