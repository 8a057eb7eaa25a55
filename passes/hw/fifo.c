#include "fifo.h"

finnc_status fnc_fifo_insert(finnc_ctx *cx, finnc_graph *graph, const fnc_fifo *fifo,
                             finnc_value *input, finnc_value *output, finnc_node *before)
{
    finnc_node *node;
    const finnc_stream *s = fifo->stream;
    FINNC_TRY(fnc_hw_insert(cx, graph, "StreamingFIFO", &input, 1, output, before, &node));
    FINNC_TRY(finnc_node_set_int(cx, node, "depth", fifo->depth));
    FINNC_TRY(finnc_node_set_ints(cx, node, "folded_shape", s->folded, (size_t)s->folded_rank));
    FINNC_TRY(finnc_node_set_ints(cx, node, "normal_shape", s->dims, (size_t)s->rank));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "dataType", s->dtype));
    FINNC_TRY(finnc_node_set_string(cx, node, "impl_style", fifo->is_vendors ? "vivado" : "rtl"));
    return finnc_node_set_string(cx, node, "ram_style", fifo->ram_style);
}

int64_t fnc_fifo_depth(const finnc_node *node, const char *attr, size_t i)
{
    size_t count;
    const int64_t *depths = finnc_node_ints(node, attr, &count);
    return i < count ? depths[i] : 2;
}
