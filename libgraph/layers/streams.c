/* AddStreams: two streams in, word by word their sums. */
#include "layer.h"

/* Sums need a bit more than what they are made of; FINN's op says which type (finn/streams.c). */
static finnc_status stream_of(const fnc_layer_node *l, finnc_dtype dtype, finnc_stream *stream)
{
    int64_t channels, pe;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    stream->dtype = dtype;
    FINNC_TRY(fnc_layer_vectors(l, channels, stream));
    return fnc_layer_fold(l, stream, "PE", pe);
}

static finnc_status input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    finnc_dtype dtype;
    if (i > 1)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &dtype));
    return stream_of(l, dtype, stream);
}

static finnc_status output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    finnc_dtype dtype;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &dtype));
    return stream_of(l, finnc_dtype_holding(2 * finnc_dtype_min(dtype), 2 * finnc_dtype_max(dtype)),
                     stream);
}

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    folds[0] = (finnc_fold){.attr = "PE"};
    *count = 1;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &folds[0].of));
    return fnc_layer_int(l, "PE", &folds[0].now);
}

static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(input(l, 0, &stream));
    return fnc_layer_product(l, stream.folded, (size_t)stream.folded_rank - 1, cycles);
}

const finnc_layer fnc_layer_add_streams = {
    .name = "AddStreams", .input = input, .output = output, .folds = folds, .cycles = cycles};
