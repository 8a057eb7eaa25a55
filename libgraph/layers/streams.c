/* Layers that take streams word by word, of PE channels each: AddStreams, StreamingEltwise,
 * ChannelwiseOp, DuplicateStreams; and StreamingConcat, whose words are whole vectors. */
#include "layer.h"

#include "../ops/finn/hardware.h"

#include <inttypes.h>

static finnc_status stream_of(const fnc_layer_node *l, finnc_dtype dtype, finnc_stream *stream)
{
    int64_t channels, pe;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    stream->dtype = dtype;
    FINNC_TRY(fnc_layer_vectors(l, channels, stream));
    return fnc_layer_fold(l, stream, "PE", pe);
}

static finnc_status stream_as(const fnc_layer_node *l, const char *type, finnc_stream *stream)
{
    finnc_dtype dtype;
    FINNC_TRY(fnc_layer_dtype(l, type, &dtype));
    return stream_of(l, dtype, stream);
}

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    int64_t channels;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    return fnc_layer_add_fold(l, "PE", channels, folds, count);
}

/* A word per cycle, whatever its type. */
static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(stream_of(l, finnc_dtype_uint(1), &stream));
    return fnc_layer_words(l, &stream, cycles);
}

/* ---- AddStreams ---- */

static finnc_status add_streams_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i < 2 ? stream_as(l, "inputDataType", stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status add_streams_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    finnc_dtype t;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &t));
    FINNC_TRY(fnc_hw_sums_dtype(l->cx, 2 * finnc_dtype_min(t), 2 * finnc_dtype_max(t), &t));
    return stream_of(l, t, stream);
}

const finnc_layer fnc_layer_add_streams = {.name = "AddStreams",
                                           .input = add_streams_input,
                                           .output = add_streams_output,
                                           .folds = folds,
                                           .set_folding = FNC_FOLDS_HLS,
                                           .cycles = cycles,
                                           .flow = fnc_flow_elementwise};

/* ---- StreamingEltwise ---- */

static const char *const eltwise_types[] = {"inputDataType0", "inputDataType1"};

static finnc_status eltwise_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i < 2 ? stream_as(l, eltwise_types[i], stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status eltwise_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    const char *op;
    finnc_dtype t[2];
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(finnc_node_need_string(l->cx, l->node, "eltwiseOp", &op));
    for (size_t i = 0; i < 2; i++)
        FINNC_TRY(fnc_layer_dtype(l, eltwise_types[i], &t[i]));
    FINNC_TRY(fnc_hw_eltwise_dtype(l->cx, op, t[0], t[1], &t[0]));
    return stream_of(l, t[0], stream);
}

const finnc_layer fnc_layer_streaming_eltwise = {.name = "StreamingEltwise",
                                                 .input = eltwise_input,
                                                 .output = eltwise_output,
                                                 .folds = folds,
                                                 .cycles = cycles,
                                                 .flow = fnc_flow_elementwise};

/* ---- ChannelwiseOp ---- */

static finnc_status channelwise_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    if (i == 0)
        return stream_as(l, "inputDataType", stream);
    if (i > 1)
        return fnc_layer_no_stream(l, "input", i);
    stream->rank = 1;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &stream->dims[0]));
    return fnc_layer_dtype(l, "paramDataType", &stream->dtype);
}

static finnc_status channelwise_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? stream_as(l, "outputDataType", stream) : fnc_layer_no_stream(l, "output", o);
}

/* As Thresholding in HLS with one step: both count bits of the input, not of the parameters. */
static finnc_status channelwise_resources(const fnc_layer_node *l, const finnc_part *part,
                                          finnc_resources *resources)
{
    (void)part;
    finnc_stream stream = {0};
    if (l->style != FINNC_STYLE_HLS)
        return FINNC_OK;
    FINNC_TRY(stream_as(l, "inputDataType", &stream));
    const int64_t depth = stream.folded[stream.folded_rank - 2];
    resources->lut = (double)stream.width;
    if (depth > 1 && fnc_layer_is(l, "ram_style", "block"))
        resources->bram_18k =
            (double)fnc_ceil_div(stream.width, 16) * (double)fnc_ceil_div(depth, 1024);
    else if (depth > 1 && fnc_layer_is(l, "ram_style", "distributed"))
        resources->lut += (double)stream.width * (double)fnc_ceil_div(depth, 64);
    return FINNC_OK;
}

const finnc_layer fnc_layer_channelwise_op = {.name = "ChannelwiseOp",
                                              .input = channelwise_input,
                                              .output = channelwise_output,
                                              .folds = folds,
                                              .set_folding = FNC_FOLDS_HLS,
                                              .cycles = cycles,
                                              .flow = fnc_flow_elementwise,
                                              .resources = channelwise_resources};

/* ---- DuplicateStreams ---- */

static finnc_status duplicate_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? stream_as(l, "inputDataType", stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status duplicate_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t copies;
    FINNC_TRY(fnc_layer_size(l, "NumOutputStreams", &copies));
    return o < (uint64_t)copies ? stream_as(l, "inputDataType", stream)
                                : fnc_layer_no_stream(l, "output", o);
}

const finnc_layer fnc_layer_duplicate_streams = {.name = "DuplicateStreams",
                                                 .copies = SIZE_MAX,
                                                 .input = duplicate_input,
                                                 .output = duplicate_output,
                                                 .folds = folds,
                                                 .set_folding = FNC_FOLDS_HLS,
                                                 .cycles = cycles,
                                                 .flow = fnc_flow_elementwise};

/* ---- StreamingConcat ---- */

static finnc_status vector_of(const fnc_layer_node *l, int64_t elems, finnc_stream *stream)
{
    if (elems < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute ElemsPerStream holds %" PRId64, elems);
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &stream->dtype));
    FINNC_TRY(fnc_layer_vectors(l, elems, stream));
    return fnc_layer_unfolded(l, stream);
}

static finnc_status concat_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    size_t count;
    const int64_t *elems;
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "ElemsPerStream", &elems, &count));
    return i < count ? vector_of(l, elems[i], stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status concat_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    size_t count;
    const int64_t *elems;
    int64_t sum = 0;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "ElemsPerStream", &elems, &count));
    for (size_t i = 0; i < count; i++)
        if (!fnc_add_i64(sum, elems[i], &sum))
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "its streams are too wide");
    return vector_of(l, sum, stream);
}

static finnc_status concat_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(concat_output(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

const finnc_layer fnc_layer_streaming_concat = {.name = "StreamingConcat",
                                                .input = concat_input,
                                                .output = concat_output,
                                                .cycles = concat_cycles,
                                                .flow = fnc_flow_elementwise};
