/*      ConvolutionInputGenerator -> StreamingFIFO -> MVAU
 * The generator has a row of the image in a buffer of its own: a FIFO of one row more is enough. */
#include "fifo.h"

#include <inttypes.h>

/* Small ones are built from shift registers of 32. */
static int64_t round_depth(int64_t depth)
{
    return depth <= 2 ? 2 : depth <= 32 ? 32 : depth;
}

static bool is_in_a_convolution(const finnc_node *fifo)
{
    const finnc_value *x = finnc_node_input(fifo, 0), *y = finnc_node_output(fifo, 0);
    return fnc_hw_is(fifo, "StreamingFIFO") && x && y &&
           fnc_hw_is(finnc_value_producer(x), "ConvolutionInputGenerator") &&
           fnc_hw_is(finnc_value_first_user(y), "MVAU");
}

static finnc_status cap(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const int64_t max_srl = finnc_pass_int(run, "max_qsrl_depth");
    finnc_foreach_node (node, graph) {
        finnc_stream stream;
        int64_t depth, row;
        if (!is_in_a_convolution(node) || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        FINNC_TRY(finnc_node_need_int(cx, node, "depth", &depth));
        FINNC_TRY(finnc_layer_input(cx, node, 0, &stream));
        if (stream.folded_rank != 5) {
            finnc_pass_missed(run, node, "folded_shape has %d axes, not those of an image",
                              stream.folded_rank);
            continue;
        }
        if (!fnc_mul_i64(stream.folded[2], stream.folded[3], &row))
            return finnc_fail(cx, FINNC_BAD_VALUE, "a row of folded_shape is too large");
        const int64_t capped = round_depth(row) < depth ? round_depth(row) : depth;
        if (capped < depth)
            finnc_pass_applied(run, node, "%" PRId64 " words instead of %" PRId64 ", a row", capped,
                               depth);
        FINNC_TRY(finnc_node_set_int(cx, node, "depth", capped));
        FINNC_TRY(
            finnc_node_set_string(cx, node, "impl_style", capped > max_srl ? "vivado" : "rtl"));
        if (capped > max_srl)
            FINNC_TRY(finnc_node_set_string(cx, node, "ram_style", "auto"));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_cap_convolution_fifo_depths = {
    .name = "CapConvolutionFIFODepths",
    .summary = "caps the FIFOs inside convolutions at a row of the image",
    .upstream = "finn.transformation.fpgadataflow.set_fifo_depths",
    .flags = FINNC_PASS_STABLE,
    .params = {{"max_qsrl_depth", FINNC_PARAM_INT, "256", "words from which on they are Vivado's"}},
    .run = cap,
};
