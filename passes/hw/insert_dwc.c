/*      layer, words of 8 bits -> layer, words of 24      becomes
 *      layer -> StreamingDataWidthConverter -> layer */
#include "hw.h"

#include <inttypes.h>

/* What is rigid need not be asked for its streams. */
static bool is_suitable(const finnc_node *node)
{
    return fnc_hw_is_dataflow(node) && !finnc_layer_is_rigid(node);
}

/* Upstream leaves the converter's output without a data type, until InferDataTypes. */
static finnc_status convert(finnc_pass_run *run, finnc_graph *graph, finnc_value *value,
                            finnc_use *use, const finnc_stream *from, const finnc_stream *to)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_node *consumer = finnc_use_node(use), *dwc;
    finnc_value *converted;
    int64_t width; /* a converter cuts words differently: its elements stay as they are */
    if (!fnc_mul_i64(finnc_stream_word(to), finnc_dtype_bits(from->dtype), &width))
        return finnc_fail(cx, FINNC_BAD_VALUE, "words of its output are too large");
    FINNC_TRY(fnc_hw_insert_untyped_stream(cx, graph, value, from, &converted));
    FINNC_TRY(finnc_node_set_input(cx, consumer, finnc_use_index(use), converted));
    FINNC_TRY(fnc_hw_insert(cx, graph, "StreamingDataWidthConverter", &value, 1, converted,
                            finnc_node_next(finnc_value_producer(value)), &dwc));
    FINNC_TRY(finnc_node_set_ints(cx, dwc, "shape", from->dims, (size_t)from->rank));
    FINNC_TRY(finnc_node_set_int(cx, dwc, "inWidth", from->width));
    FINNC_TRY(finnc_node_set_int(cx, dwc, "outWidth", width));
    finnc_pass_applied(run, consumer, "words of %" PRId64 " bits become words of %" PRId64,
                       from->width, width);
    return fnc_hw_attr_dtype(cx, dwc, "dataType", from->dtype);
}

static finnc_status look_at(finnc_pass_run *run, finnc_graph *graph, finnc_node *node, size_t o,
                            bool *has_inferred)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_value *value = finnc_node_output(node, o);
    finnc_stream from, to;
    if (!value || finnc_value_nuses(value) == 0)
        return FINNC_OK;
    if (finnc_value_nuses(value) > 1)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its output %s is read %zu times: a stream is read once, see "
                          "InferDuplicateStreamsLayer",
                          finnc_value_name(value), finnc_value_nuses(value));
    finnc_use *use = finnc_value_first_use(value);
    if (!is_suitable(finnc_use_node(use)) || !finnc_pass_may_rewrite(run))
        return FINNC_OK;
    FINNC_TRY(finnc_layer_output(cx, node, o, &from));
    FINNC_TRY(finnc_layer_input(cx, finnc_use_node(use), finnc_use_index(use), &to));
    if (!finnc_layer_converts(node, finnc_stream_word(&from), finnc_use_node(use),
                              finnc_stream_word(&to)))
        return FINNC_OK;
    FINNC_TRY(fnc_hw_need_shape(cx, graph, value, has_inferred));
    return convert(run, graph, value, use, &from, &to);
}

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    bool has_inferred = false;
    finnc_foreach_node (node, graph) {
        if (!is_suitable(node))
            continue;
        FNC_AT_NODE(cx, node);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            FINNC_TRY(look_at(run, graph, node, o, &has_inferred));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_dwc = {
    .name = "InsertDWC",
    .summary = "puts a width converter between layers whose words are not equally wide",
    .upstream = "finn.transformation.fpgadataflow.insert_dwc",
    .notes = "The width is that of the input that the stream goes to, and of the output that it "
             "comes from; upstream takes those of the first ones, which is wrong for a "
             "StreamingConcat of unequal parts. A converter's output has no data type until "
             "InferDataTypes gives it one, as upstream, and it has to be bound (SpecializeLayers).",
    .flags = FINNC_PASS_STABLE,
    .run = insert,
};
