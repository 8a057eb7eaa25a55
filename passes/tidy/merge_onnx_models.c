/*      pre: a -> b        this: c -> d        becomes        a -> b = c -> d
 * The first output of the other model feeds the first input of this one that has no initialiser. */
#include "pass.h"

#include "../support/opset.h"

#include <base/arena.h>

#include <inttypes.h>

typedef struct merging {
    finnc_ctx *cx;
    finnc_graph *graph, *pre;
    fnc_arena scratch;
    finnc_value **pre_inputs, **pre_outputs; /* what became of them in `graph` */
    finnc_value *joint, *old;                /* output 0 of pre, and the input that it replaces */
} merging;

static finnc_status check_fit(merging *m)
{
    const finnc_value *from = finnc_graph_output(m->pre, 0), *to = m->old;
    const int rank = finnc_value_rank(from);
    if (finnc_value_elem(from) != FINNC_ELEM_UNDEFINED &&
        finnc_value_elem(to) != FINNC_ELEM_UNDEFINED &&
        finnc_value_elem(from) != finnc_value_elem(to))
        return finnc_fail(m->cx, FINNC_BAD_VALUE, "its output '%s' is %s, the input '%s' %s",
                          finnc_value_name(from), finnc_elem_name(finnc_value_elem(from)),
                          finnc_value_name(to), finnc_elem_name(finnc_value_elem(to)));
    if (rank < 0 || finnc_value_rank(to) < 0)
        return FINNC_OK;
    if (rank != finnc_value_rank(to))
        return finnc_fail(m->cx, FINNC_BAD_VALUE, "its output '%s' has rank %d, the input '%s' %d",
                          finnc_value_name(from), rank, finnc_value_name(to), finnc_value_rank(to));
    for (int i = 0; i < rank; i++) {
        const int64_t a = finnc_value_dim(from, i).size, b = finnc_value_dim(to, i).size;
        if (a >= 0 && b >= 0 && a != b)
            return finnc_fail(m->cx, FINNC_BAD_VALUE,
                              "its output '%s' has %" PRId64 " elements along axis %d, the input "
                              "'%s' %" PRId64,
                              finnc_value_name(from), a, i, finnc_value_name(to), b);
    }
    return FINNC_OK;
}

/* Their models lie below the folder of the model that comes before, whose names may mean others
 * here. */
static finnc_status check_partitions(finnc_ctx *cx, const finnc_graph *graph)
{
    finnc_graph *body;
    finnc_foreach_node (node, graph) {
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
            return finnc_fail(cx, FINNC_UNSUPPORTED,
                              "its node '%s' is a partition, whose model lies in its own folder: "
                              "merge before partitioning, or use ExtendPartition",
                              finnc_node_name(node));
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(check_partitions(cx, body));
    }
    return FINNC_OK;
}

static finnc_status check(merging *m)
{
    FINNC_TRY(check_partitions(m->cx, m->pre));
    if (finnc_model_nfunctions(finnc_graph_model(m->pre)) > 0)
        return finnc_fail(m->cx, FINNC_UNSUPPORTED, "it has functions of its own");
    if (finnc_model_has_gradients(finnc_graph_model(m->pre)))
        return finnc_fail(m->cx, FINNC_UNSUPPORTED,
                          "it has Gradient nodes, which name tensors, and merging renames those "
                          "whose names are taken");
    if (finnc_graph_noutputs(m->pre) == 0)
        return finnc_fail(m->cx, FINNC_BAD_VALUE, "it has no output");
    if (!m->old)
        return finnc_fail(m->cx, FINNC_BAD_VALUE, "the model to come after it has no input");
    return check_fit(m);
}

/* Brings `model` to the versions that `other` imports, where these are newer. */
static finnc_status raise_opsets(finnc_ctx *cx, finnc_model *model, const finnc_model *other)
{
    for (size_t i = 0; i < finnc_model_nopsets(other); i++) {
        int64_t version;
        const char *domain = finnc_model_opset(other, i, &version);
        FINNC_TRY(fnc_raise_opset(cx, model, domain, version));
    }
    return FINNC_OK;
}

static void log_opsets(finnc_ctx *cx, const finnc_model *model, const finnc_model *pre)
{
    for (size_t i = 0; i < finnc_model_nopsets(pre); i++) {
        int64_t version;
        const char *domain = finnc_model_opset(pre, i, &version);
        const int64_t ours = finnc_model_find_opset(model, domain);
        if (ours > 0 && ours != version)
            finnc_log(cx, FINNC_WARNING,
                      "opset %s%sversion %" PRId64 " meets %" PRId64
                      "; nodes of the older one are written as the newer one has them",
                      domain, *domain ? " " : "", version, ours);
    }
}

static finnc_status join(merging *m)
{
    m->joint = m->pre_outputs[0];
    if (!finnc_value_has_type(m->joint) && finnc_value_has_type(m->old))
        FINNC_TRY(finnc_value_copy_type(m->cx, m->joint, m->old));
    if (!finnc_value_has_dtype(m->joint) && finnc_value_has_dtype(m->old))
        FINNC_TRY(finnc_value_set_dtype(m->cx, m->joint, finnc_value_dtype(m->old)));
    finnc_value_replace_uses(m->old, m->joint);
    return FINNC_OK;
}

/* What the caller gives: all that pre takes, then what else this model takes. What he gets: all
 * that this model gives, then what else pre gives. */
static finnc_status set_ends(merging *m)
{
    const size_t npre_in = finnc_graph_ninputs(m->pre), npre_out = finnc_graph_noutputs(m->pre);
    const size_t nin = finnc_graph_ninputs(m->graph), nout = finnc_graph_noutputs(m->graph);
    finnc_value **inputs = FNC_NEW_ARRAY(&m->scratch, finnc_value *, npre_in + nin);
    finnc_value **outputs = FNC_NEW_ARRAY(&m->scratch, finnc_value *, npre_out + nout);
    if (!inputs || !outputs)
        return finnc_no_memory(m->cx);

    size_t n = 0;
    for (size_t i = 0; i < npre_in; i++)
        inputs[n++] = m->pre_inputs[i];
    for (size_t i = 0; i < nin; i++)
        if (finnc_graph_input(m->graph, i) != m->old)
            inputs[n++] = finnc_graph_input(m->graph, i);
    FINNC_TRY(finnc_graph_set_inputs(m->cx, m->graph, inputs, n));

    n = 0;
    for (size_t i = 0; i < nout; i++) {
        finnc_value *value = finnc_graph_output(m->graph, i);
        outputs[n++] = value == m->old ? m->joint : value;
    }
    for (size_t i = 1; i < npre_out; i++)
        outputs[n++] = m->pre_outputs[i];
    return finnc_graph_set_outputs(m->cx, m->graph, outputs, n);
}

static finnc_status merge(merging *m)
{
    finnc_model *model = finnc_graph_model(m->graph);
    const int64_t ir_version = finnc_model_ir_version(finnc_graph_model(m->pre));
    FINNC_TRY(check(m));
    FINNC_TRY(raise_opsets(m->cx, finnc_graph_model(m->pre), model));
    if (ir_version > finnc_model_ir_version(model))
        finnc_model_set_ir_version(model, ir_version);
    m->pre_inputs = FNC_NEW_ARRAY(&m->scratch, finnc_value *, finnc_graph_ninputs(m->pre) + 1);
    m->pre_outputs = FNC_NEW_ARRAY(&m->scratch, finnc_value *, finnc_graph_noutputs(m->pre));
    if (!m->pre_inputs || !m->pre_outputs)
        return finnc_no_memory(m->cx);
    FINNC_TRY(finnc_graph_import(m->cx, m->graph, m->pre, finnc_graph_first_node(m->graph),
                                 m->pre_inputs, m->pre_outputs));
    FINNC_TRY(join(m));
    FINNC_TRY(set_ends(m));
    finnc_graph_erase_value(m->old);
    return FINNC_OK;
}

static finnc_status merge_read(finnc_ctx *cx, finnc_graph *graph, const char *path,
                               const finnc_model *pre)
{
    FNC_AT_FILE(cx, path);
    size_t at = 0;
    merging m = {.cx = cx,
                 .graph = graph,
                 .pre = finnc_model_graph(pre),
                 .old = finnc_graph_next_free_input(graph, &at)};
    fnc_arena_init(&m.scratch, cx);
    const finnc_status status = merge(&m);
    fnc_arena_clear(&m.scratch);
    return status;
}

static finnc_status merge_models(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *path = finnc_pass_string(run, "pre_model");
    finnc_model *pre;
    if (!path)
        return finnc_fail(cx, FINNC_BAD_VALUE, "pre_model is no file name");
    FINNC_TRY(finnc_model_read(cx, path, &pre));
    log_opsets(cx, finnc_graph_model(graph), pre);
    finnc_status status = raise_opsets(cx, finnc_graph_model(graph), pre);
    if (status == FINNC_OK)
        status = merge_read(cx, graph, path, pre);
    finnc_model_destroy(pre);
    return status;
}

const finnc_pass fnc_pass_merge_onnx_models = {
    .name = "MergeONNXModels",
    .summary = "puts another model before this one, say its preprocessing",
    .upstream = "qonnx.transformation.merge_onnx_models",
    .notes =
        "The first output of the other model becomes the first input of this one that has no "
        "initialiser; a shape or element type that does not fit is an error. Of two versions of a "
        "domain the newer one is imported, and nodes of the older one are written as they have to "
        "be there; where that cannot be, the pass fails and names the node. All other inputs and "
        "outputs stay, the other model's inputs first, its outputs last, and so do the opset "
        "imports of all domains: upstream keeps one input, one output and the standard domain.",
    .flags = FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .params = {{"pre_model", FINNC_PARAM_STRING, NULL,
                "file of the model that goes before, relative to the working directory"}},
    .run = merge_models,
    .finish = "InferShapes,InferDataTypes,InferDataLayouts,GiveUniqueNodeNames,"
              "GiveUniqueParameterTensors,GiveReadableTensorNames",
};
