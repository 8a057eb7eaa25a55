/*      y = Layer{output_hook = "checksum"}(x)       becomes
 *      y' = Layer(x)        y, sum = CheckSum(y')
 * which hands its words on and sums them up, frame by frame, for whoever debugs the hardware. */
#include "hw.h"

#include <inttypes.h>
#include <string.h>

static const char *const hls = "finn.custom_op.fpgadataflow.hls";
static const char *const rtl = "finn.custom_op.fpgadataflow.rtl";

typedef struct hooking {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *layer;
    bool has_inferred; /* shapes of the whole graph */
    bool at_the_end;   /* a graph output moved behind a checksum */
} hooking;

static const char *hook_of(const finnc_node *node)
{
    const char *domain = finnc_node_domain(node);
    if (strcmp(domain, hls) != 0 && strcmp(domain, rtl) != 0)
        return "";
    return finnc_node_string(node, "output_hook", "");
}

static bool is_summed(finnc_value *value)
{
    finnc_foreach_use (use, value)
        if (!strcmp(finnc_node_op_type(finnc_use_node(use)), "CheckSum_hls"))
            return true;
    return false;
}

/* What the layer says of its output `o`; false, with a remark, if a checksum cannot take that. */
static finnc_status read_stream(hooking *h, size_t o, finnc_stream *stream, bool *fits)
{
    const finnc_value *value = finnc_node_output(h->layer, o);
    const finnc_elem elem = finnc_value_elem(value);
    int64_t nelems = 0;
    finnc_status status = finnc_layer_output(h->cx, h->layer, o, stream);
    if (status == FINNC_OK)
        status = finnc_shape_nelems(h->cx, stream->rank, stream->dims, &nelems);
    *fits = false;
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    if (status != FINNC_OK) {
        finnc_pass_missed(h->run, h->layer, "its stream is not known: %s",
                          finnc_ctx_message(h->cx));
        finnc_ctx_clear(h->cx);
    } else if (elem != FINNC_ELEM_FLOAT && elem != FINNC_ELEM_UNDEFINED)
        finnc_pass_missed(
            h->run, h->layer,
            "the elements of its output are not FLOAT, which is what a checksum takes");
    else if (finnc_stream_word(stream) == 0)
        finnc_pass_missed(h->run, h->layer, "it does not say how it folds its output");
    else if (finnc_value_nelems(value) >= 0 && finnc_value_nelems(value) != nelems)
        finnc_pass_missed(h->run, h->layer,
                          "%s has %" PRId64 " elements, the layer's attributes make it %" PRId64,
                          finnc_value_name(value), finnc_value_nelems(value), nelems);
    else
        *fits = true;
    return FINNC_OK;
}

static finnc_status set_attrs(hooking *h, finnc_node *checksum, const finnc_stream *stream)
{
    FINNC_TRY(finnc_node_set_string(h->cx, checksum, "backend", "fpgadataflow"));
    FINNC_TRY(finnc_node_set_ints(h->cx, checksum, "folded_shape", stream->folded,
                                  (size_t)stream->folded_rank));
    FINNC_TRY(fnc_hw_attr_dtype(h->cx, checksum, "inputDataType", stream->dtype));
    FINNC_TRY(finnc_node_set_int(h->cx, checksum, "items_per_word", finnc_stream_word(stream)));
    return finnc_node_set_int(h->cx, checksum, "words_per_frame", stream->words);
}

/* Who read `value` reads the copy; a graph output is the copy, under its own name. */
static finnc_status insert_checksum(hooking *h, size_t o, const finnc_stream *stream)
{
    finnc_value *value = finnc_node_output(h->layer, o), *copy, *sum;
    const int64_t one = 1;
    finnc_node *checksum;
    FINNC_TRY(finnc_graph_insert_value(h->cx, h->graph, finnc_value_name(value), &copy));
    FINNC_TRY(finnc_graph_insert_value(h->cx, h->graph, "checksum", &sum));
    FINNC_TRY(finnc_value_set_shape(h->cx, sum, FINNC_ELEM_FLOAT, 1, &one));
    if (finnc_value_is_output(value)) {
        FINNC_TRY(finnc_value_copy_type(h->cx, copy, value));
        FINNC_TRY(finnc_node_set_output(h->cx, h->layer, o, copy));
        h->at_the_end = true;
    } else {
        int64_t dims[FINNC_MAX_RANK];
        const int rank = finnc_value_rank(value);
        if (finnc_value_dims(value, rank, dims))
            FINNC_TRY(finnc_value_set_shape(h->cx, copy, finnc_value_elem(value), rank, dims));
        finnc_value_replace_uses(value, copy);
        finnc_value *first = value;
        value = copy;
        copy = first;
    }
    FINNC_TRY(fnc_insert_op(h->cx, h->graph, hls, "CheckSum_hls", &copy, 1, value,
                            finnc_node_next(h->layer), &checksum));
    FINNC_TRY(finnc_node_set_output(h->cx, checksum, 1, sum));
    finnc_pass_applied(h->run, h->layer, "output %zu, of %" PRId64 " words, is summed up", o,
                       stream->words);
    return set_attrs(h, checksum, stream);
}

/* The layer's attributes are held against the shape that the tensor has. */
static finnc_status need_shapes(hooking *h)
{
    bool is_known = h->has_inferred;
    for (size_t o = 0; !is_known && o < finnc_node_noutputs(h->layer); o++)
        is_known =
            finnc_node_output(h->layer, o) && finnc_value_rank(finnc_node_output(h->layer, o)) >= 0;
    if (is_known)
        return FINNC_OK;
    h->has_inferred = true;
    return finnc_graph_infer_shapes(h->cx, h->graph);
}

static finnc_status hook_outputs(hooking *h)
{
    FINNC_TRY(need_shapes(h));
    for (size_t o = 0; o < finnc_node_noutputs(h->layer); o++) {
        finnc_value *value = finnc_node_output(h->layer, o);
        if (!value || is_summed(value) || !finnc_pass_may_rewrite(h->run))
            continue;
        finnc_stream stream;
        bool fits;
        FINNC_TRY(read_stream(h, o, &stream, &fits));
        if (fits)
            FINNC_TRY(insert_checksum(h, o, &stream));
    }
    return FINNC_OK;
}

static finnc_status insert_hooks(finnc_pass_run *run, finnc_graph *graph)
{
    hooking h = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    finnc_foreach_node (node, graph) {
        const char *hook = hook_of(node);
        if (!*hook)
            continue;
        FNC_AT_NODE(h.cx, node);
        h.layer = node;
        if (strcmp(hook, "checksum") != 0)
            finnc_pass_missed(run, node, "its output_hook %s is none that is known", hook);
        else
            FINNC_TRY(hook_outputs(&h));
    }
    if (!h.at_the_end)
        return FINNC_OK;
    return finnc_pass_call(run, "GiveUniqueNodeNames, GiveReadableTensorNames");
}

const finnc_pass fnc_pass_insert_hook = {
    .name = "InsertHook",
    .summary = "puts a checksum behind the hardware layers that ask for one",
    .upstream = "finn.transformation.fpgadataflow.insert_hook",
    .notes =
        "A layer asks by its attribute output_hook. All readers of its output read behind the "
        "checksum; upstream allows one, and rewires its first input. What the checksum is told "
        "of the stream, the layer's attributes say. The copy has no data "
        "type until InferDataTypes gives it one, as upstream; behind a graph output nodes "
        "and tensors get new names, as there.",
    .flags = FINNC_PASS_STABLE,
    .run = insert_hooks,
};
