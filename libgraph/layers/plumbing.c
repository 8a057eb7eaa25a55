/* Layers that only carry streams: width converters, FIFOs, memory, marks, checksums. Upstream takes
 * them as costing no cycles. */
#include "layer.h"

#include "../base/divisors.h"
#include "memories.h"

#include <inttypes.h>

/* ceil(log2(a / b)) for a >= b > 0. */
static int ceil_log2(int64_t a, int64_t b)
{
    int n = 0;
    while (fnc_ceil_div(a, b) > INT64_C(1) << n)
        n++;
    return n;
}

static int floor_log2(int64_t a, int64_t b)
{
    int n = 0;
    while (a / b >= INT64_C(2) << n)
        n++;
    return n;
}

/* The stream that an attribute gives as words; the tensor has the last two axes as one. */
static finnc_status as_folded(const fnc_layer_node *l, finnc_stream *stream)
{
    size_t n;
    const int64_t *folded;
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "folded_shape", &folded, &n));
    if (n < 1 || n > FINNC_MAX_RANK)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute folded_shape has %zu entries", n);
    stream->folded_rank = (int)n;
    stream->rank = n > 1 ? (int)n - 1 : 1;
    for (size_t i = 0; i < n; i++) {
        if (folded[i] < 1)
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute folded_shape holds %" PRId64,
                              folded[i]);
        stream->folded[i] = stream->dims[i] = folded[i];
    }
    const int64_t word = folded[n - 1];
    if (n > 1)
        FINNC_TRY(fnc_layer_product(l, &folded[n - 2], 2, &stream->dims[n - 2]));
    return fnc_layer_product(l, (const int64_t[]){word, finnc_dtype_bits(stream->dtype)}, 2,
                             &stream->width);
}

/* ---- StreamingDataWidthConverter ---- */

static bool divide_one_another(int64_t in, int64_t out)
{
    return in % out == 0 || out % in == 0;
}

static finnc_status widths(const fnc_layer_node *l, int64_t *in, int64_t *out)
{
    FINNC_TRY(fnc_layer_size(l, "inWidth", in));
    return fnc_layer_size(l, "outWidth", out);
}

static finnc_status dwc_stream(const fnc_layer_node *l, const char *width, finnc_stream *stream)
{
    size_t n;
    const int64_t *shape;
    int64_t in, out, bits;
    FINNC_TRY(widths(l, &in, &out));
    FINNC_TRY(fnc_layer_size(l, width, &bits));
    if (l->style == FINNC_STYLE_RTL && !divide_one_another(in, out))
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "of inWidth %" PRId64 " and outWidth %" PRId64
                          " neither divides the other, which RTL needs",
                          in, out);
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "shape", &shape, &n));
    if (n < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute shape is empty");
    FINNC_TRY(fnc_layer_dtype(l, "dataType", &stream->dtype));
    FINNC_TRY(fnc_layer_shape(l, "shape", shape, n - 1, shape[n - 1], stream));
    return fnc_layer_fold_bits(l, stream, width, bits);
}

static finnc_status dwc_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? dwc_stream(l, "inWidth", stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status dwc_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? dwc_stream(l, "outWidth", stream) : fnc_layer_no_stream(l, "output", o);
}

static finnc_status dwc_styles(const fnc_layer_node *l, const finnc_part *part,
                               fnc_layer_styles *styles)
{
    (void)part;
    int64_t in, out;
    FINNC_TRY(widths(l, &in, &out));
    if (!divide_one_another(in, out))
        fnc_layer_against(styles->against_rtl,
                          "of inWidth %" PRId64 " and outWidth %" PRId64
                          " neither divides the other, which RTL needs",
                          in, out);
    return FINNC_OK;
}

/* Shift registers as wide as the least common multiple, then as the output, each with a counter. */
static finnc_status dwc_resources(const fnc_layer_node *l, const finnc_part *part,
                                  finnc_resources *resources)
{
    (void)part;
    int64_t in, out, middle;
    FINNC_TRY(widths(l, &in, &out));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){in / fnc_gcd(in, out), out}, 2, &middle));
    if (in != middle)
        resources->lut += floor_log2(middle, in) + (double)middle;
    if (middle != out)
        resources->lut += ceil_log2(middle, out) + (double)out;
    return FINNC_OK;
}

const finnc_layer fnc_layer_streaming_data_width_converter = {.name = "StreamingDataWidthConverter",
                                                              .copies = 1,
                                                              .is_rigid = true,
                                                              .input = dwc_input,
                                                              .output = dwc_output,
                                                              .flow = fnc_flow_ratio,
                                                              .resources = dwc_resources,
                                                              .styles = dwc_styles};

/* ---- StreamingFIFO ---- */

static finnc_status fifo_stream(const fnc_layer_node *l, finnc_stream *stream)
{
    size_t n;
    const int64_t *normal;
    FINNC_TRY(fnc_layer_dtype(l, "dataType", &stream->dtype));
    FINNC_TRY(as_folded(l, stream));
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "normal_shape", &normal, &n));
    if (n < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute normal_shape is empty");
    return fnc_layer_shape(l, "normal_shape", normal, n - 1, normal[n - 1], stream);
}

static finnc_status fifo_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? fifo_stream(l, stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status fifo_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? fifo_stream(l, stream) : fnc_layer_no_stream(l, "output", o);
}

static finnc_status fifo_resources(const fnc_layer_node *l, const finnc_part *part,
                                   finnc_resources *resources)
{
    (void)part;
    int64_t depth;
    finnc_stream stream = {0};
    enum { DEEPEST = 1 << 30 };
    FINNC_TRY(fnc_layer_size(l, "depth", &depth));
    FINNC_TRY(fifo_stream(l, &stream));
    if (depth > DEEPEST)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "depth is %" PRId64, depth);
    const bool is_vendors = fnc_layer_is(l, "impl_style", "vivado");
    if (is_vendors) /* they come in powers of two */
        depth = INT64_C(1) << ceil_log2(depth, 1);
    resources->lut = 2 * ceil_log2(depth, 1);
    if (!is_vendors || fnc_layer_is(l, "ram_style", "distributed"))
        resources->lut += (double)fnc_ceil_div(depth, 32) * (double)fnc_ceil_div(stream.width, 2);
    else if (fnc_layer_is(l, "ram_style", "ultra"))
        resources->uram = fnc_uram((double)depth, (double)stream.width);
    else if (fnc_layer_is(l, "ram_style", "block")) {
        resources->bram_18k = fnc_bram18((double)depth, (double)stream.width, 9);
        resources->has_efficiency = true;
        resources->bram_efficiency = fnc_memory_efficiency((double)stream.width * (double)depth,
                                                           resources->bram_18k, FNC_BRAM18_BITS);
    }
    return FINNC_OK;
}

static finnc_status fifo_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    flow->is_queue = true;
    return fnc_layer_size(l, "depth", &flow->depth);
}

const finnc_layer fnc_layer_streaming_fifo = {.name = "StreamingFIFO",
                                              .copies = 1,
                                              .input = fifo_input,
                                              .output = fifo_output,
                                              .flow = fifo_flow,
                                              .resources = fifo_resources};

/* ---- IODMA ---- */

/* One side is memory, whose words are not aligned with vectors; the other a stream. Vectors that
 * fill no whole number of words are padded to one word each, as streams of weights are. */
static finnc_status dma_side(const fnc_layer_node *l, bool is_stream, finnc_stream *stream)
{
    int64_t channels, width, bits;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    FINNC_TRY(fnc_layer_size(l, is_stream ? "streamWidth" : "intfWidth", &width));
    FINNC_TRY(fnc_layer_dtype(l, "dataType", &stream->dtype));
    FINNC_TRY(fnc_layer_vectors(l, channels, stream));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){channels, finnc_dtype_bits(stream->dtype)}, 2,
                                &bits));
    if (is_stream && fnc_ceil_div(bits, 8) * 8 == width)
        FINNC_TRY(fnc_layer_fold(l, stream, "NumChannels", channels));
    else if (is_stream)
        FINNC_TRY(fnc_layer_fold_bits(l, stream, "streamWidth", width));
    stream->width = width;
    if (is_stream)
        return FINNC_OK;
    FINNC_TRY(fnc_layer_product(l, stream->dims, (size_t)stream->rank - 1, &stream->words));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){stream->words, bits}, 2, &stream->words));
    stream->words = fnc_ceil_div(stream->words, width);
    return FINNC_OK;
}

static finnc_status dma_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? dma_side(l, fnc_layer_is(l, "direction", "out"), stream)
                  : fnc_layer_no_stream(l, "input", i);
}

static finnc_status dma_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? dma_side(l, fnc_layer_is(l, "direction", "in"), stream)
                  : fnc_layer_no_stream(l, "output", o);
}

/* It is told where and how much. */
static bool always(const fnc_layer_node *l)
{
    (void)l;
    return true;
}

const finnc_layer fnc_layer_iodma = {.name = "IODMA",
                                     .copies = 1,
                                     .is_rigid = true,
                                     .has_port = always,
                                     .input = dma_input,
                                     .output = dma_output,
                                     .flow = fnc_flow_ratio};

/* ---- TLastMarker ---- */

/* It knows the width of elements, not their type; and words may be padded. */
static finnc_status marked(const fnc_layer_node *l, finnc_stream *stream)
{
    int64_t iters, width, elem;
    FINNC_TRY(fnc_layer_size(l, "NumIters", &iters));
    FINNC_TRY(fnc_layer_size(l, "StreamWidth", &width));
    FINNC_TRY(fnc_layer_size(l, "ElemWidth", &elem));
    if (elem > width || elem > INT32_MAX)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "ElemWidth %" PRId64 " is more than StreamWidth %" PRId64, elem, width);
    stream->dtype = finnc_dtype_uint((int)elem);
    stream->rank = 2;
    stream->folded_rank = 3;
    stream->dims[0] = stream->folded[0] = 1;
    stream->folded[1] = iters;
    stream->folded[2] = width / elem;
    stream->width = width;
    return fnc_layer_product(l, &stream->folded[1], 2, &stream->dims[1]);
}

static finnc_status tlast_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? marked(l, stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status tlast_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? marked(l, stream) : fnc_layer_no_stream(l, "output", o);
}

static bool is_told_how_many(const fnc_layer_node *l)
{
    return finnc_node_int(l->node, "DynIters", 1) == 1;
}

const finnc_layer fnc_layer_tlast_marker = {.name = "TLastMarker",
                                            .copies = 1,
                                            .has_port = is_told_how_many,
                                            .input = tlast_input,
                                            .output = tlast_output,
                                            .flow = fnc_flow_elementwise};

/* ---- CheckSum ---- */

static finnc_status check_sum_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &stream->dtype));
    return as_folded(l, stream);
}

/* The sum is in a register that a processor reads, no stream. */
static finnc_status check_sum_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    if (o > 1)
        return fnc_layer_no_stream(l, "output", o);
    if (o == 0)
        return check_sum_input(l, 0, stream);
    stream->dtype = finnc_dtype_uint(32);
    stream->rank = 1;
    stream->dims[0] = 1;
    return FINNC_OK;
}

const finnc_layer fnc_layer_check_sum = {.name = "CheckSum",
                                         .copies = 1,
                                         .has_port = always,
                                         .input = check_sum_input,
                                         .output = check_sum_output,
                                         .flow = fnc_flow_elementwise};
