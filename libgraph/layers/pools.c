/* Layers that make one number out of many: StreamingMaxPool, Pool, GlobalAccPool. */
#include "layer.h"

#include "../ops/finn/hardware.h"

#include <inttypes.h>

/* ---- StreamingMaxPool ---- */

/* Pictures of one row or column, and windows like them, have an implementation of their own, which
 * alone can be folded. */
typedef struct pooling {
    int64_t image[2], window[2], channels;
    bool is_line;
    int along; /* the axis of a line */
    bool rounds_up;
} pooling;

static finnc_status read_pooling(const fnc_layer_node *l, pooling *p)
{
    int64_t ceil_mode;
    FINNC_TRY(fnc_layer_ints(l, "ImgDim", 2, 1, p->image));
    FINNC_TRY(fnc_layer_ints(l, "PoolDim", 2, 1, p->window));
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &p->channels));
    FINNC_TRY(fnc_layer_int(l, "CeilMode", &ceil_mode));
    p->rounds_up = ceil_mode != 0;
    p->along = p->image[1] == 1 ? 0 : 1;
    p->is_line = p->image[1 - p->along] == 1 && p->window[1 - p->along] == 1;
    return FINNC_OK;
}

static finnc_status max_pool_stream(const fnc_layer_node *l, const pooling *p, int64_t height,
                                    int64_t width, finnc_stream *stream)
{
    int64_t pe = p->channels;
    if (p->is_line)
        FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    FINNC_TRY(fnc_layer_dtype(l, "dataType", &stream->dtype));
    stream->rank = 4;
    stream->dims[0] = 1;
    stream->dims[1] = height;
    stream->dims[2] = width;
    stream->dims[3] = p->channels;
    return fnc_layer_fold(l, stream, "PE", pe);
}

static finnc_status max_pool_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    pooling p;
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(read_pooling(l, &p));
    return max_pool_stream(l, &p, p.image[0], p.image[1], stream);
}

static finnc_status pooled(const fnc_layer_node *l, const pooling *p, int axis, int64_t *n)
{
    if (p->image[axis] < p->window[axis] || (!p->is_line && p->image[axis] % p->window[axis] != 0))
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "PoolDim %" PRId64 " does not divide ImgDim %" PRId64, p->window[axis],
                          p->image[axis]);
    *n = p->rounds_up ? fnc_ceil_div(p->image[axis], p->window[axis])
                      : p->image[axis] / p->window[axis];
    return FINNC_OK;
}

static finnc_status max_pool_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    pooling p;
    int64_t height, width;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(read_pooling(l, &p));
    FINNC_TRY(pooled(l, &p, 0, &height));
    FINNC_TRY(pooled(l, &p, 1, &width));
    return max_pool_stream(l, &p, height, width, stream);
}

static finnc_status max_pool_folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    pooling p;
    FINNC_TRY(read_pooling(l, &p));
    return p.is_line ? fnc_layer_add_fold(l, "PE", p.channels, folds, count) : FINNC_OK;
}

/* The picture's height does not come in, nor do channels: upstream calls the figure a lower bound.
 */
static finnc_status max_pool_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    pooling p;
    finnc_stream out = {0};
    FINNC_TRY(read_pooling(l, &p));
    FINNC_TRY(max_pool_output(l, 0, &out));
    const int64_t k = p.window[p.along], n = p.image[p.along];
    if (p.is_line)
        return fnc_layer_product(l, (const int64_t[]){out.dims[1 + p.along], out.folded[3], k + 1},
                                 3, cycles);
    const double all = (double)n * (double)n * (1 + 1 / ((double)k * (double)k));
    if (all >= (double)(INT64_MAX / 2))
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "ImgDim %" PRId64 " is too large", n);
    *cycles = (int64_t)all;
    return FINNC_OK;
}

/* Windows along a line: the last one may lack pixels, or pixels a window. */
static finnc_status line_flow(const fnc_layer_node *l, const pooling *p, const finnc_stream *in,
                              finnc_flow *flow)
{
    const int64_t k = p->window[p->along], n = p->image[p->along], rest = n % k;
    const int64_t words = in->folded[in->folded_rank - 2]; /* of a pixel */
    int64_t window;
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){k + 1, words}, 2, &window));
    fnc_flow_add(flow, (finnc_phase){
                           .repeat = n / k, .cycles = window, .reads = k * words, .writes = words});
    fnc_flow_add(flow, (finnc_phase){.repeat = rest > 0,
                                     .cycles = p->rounds_up ? window : rest * words,
                                     .reads = rest * words,
                                     .writes = p->rounds_up ? words : 0});
    return FINNC_OK;
}

/* As many lines as a window has come in, then a line of maxima goes out. */
static finnc_status max_pool_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    pooling p;
    finnc_stream in = {0}, out = {0};
    FINNC_TRY(read_pooling(l, &p));
    FINNC_TRY(max_pool_input(l, 0, &in));
    FINNC_TRY(max_pool_output(l, 0, &out));
    if (p.is_line)
        return line_flow(l, &p, &in, flow);
    const int64_t reads = p.window[0] * p.image[1]; /* of the image's pixels */
    flow->times = out.dims[1];
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = reads, .reads = reads});
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = out.dims[2], .writes = out.dims[2]});
    return FINNC_OK;
}

const finnc_layer fnc_layer_streaming_max_pool = {.name = "StreamingMaxPool",
                                                  .input = max_pool_input,
                                                  .output = max_pool_output,
                                                  .folds = max_pool_folds,
                                                  .cycles = max_pool_cycles,
                                                  .flow = max_pool_flow};

/* ---- Pool ---- */

/* (BatchSize, OutImgDims..., elems * Channels). */
static finnc_status pool_stream(const fnc_layer_node *l, int64_t elems, const char *type,
                                finnc_stream *stream)
{
    int64_t batch, channels, pe, last, shape[FINNC_MAX_RANK];
    size_t n;
    const int64_t *dims;
    FINNC_TRY(fnc_layer_size(l, "BatchSize", &batch));
    FINNC_TRY(fnc_layer_size(l, "Channels", &channels));
    FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "OutImgDims", &dims, &n));
    FINNC_TRY(fnc_layer_divides(l, "PE", pe, "Channels", channels));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){elems, channels}, 2, &last));
    if (n >= FINNC_MAX_RANK)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "attribute OutImgDims has %zu entries", n);
    shape[0] = batch;
    for (size_t i = 0; i < n; i++)
        shape[i + 1] = dims[i];
    FINNC_TRY(fnc_layer_dtype(l, type, &stream->dtype));
    FINNC_TRY(fnc_layer_shape(l, "OutImgDims", shape, n + 1, last, stream));
    return fnc_layer_fold(l, stream, "PE", pe);
}

static finnc_status pool_taps(const fnc_layer_node *l, int64_t *taps)
{
    size_t n;
    const int64_t *kernel;
    FINNC_TRY(finnc_node_need_ints(l->cx, l->node, "KernelSize", &kernel, &n));
    FINNC_TRY(fnc_layer_product(l, kernel, n, taps));
    if (*taps < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "KernelSize is empty");
    return FINNC_OK;
}

static finnc_status pool_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    int64_t elems;
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(pool_taps(l, &elems));
    return pool_stream(l, elems, "InputDataType", stream);
}

static finnc_status pool_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? pool_stream(l, 1, "OutputDataType", stream)
                  : fnc_layer_no_stream(l, "output", o);
}

static finnc_status pool_folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    int64_t channels;
    FINNC_TRY(fnc_layer_size(l, "Channels", &channels));
    return fnc_layer_add_fold(l, "PE", channels, folds, count);
}

static finnc_status pool_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(pool_input(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

static finnc_status pool_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    int64_t taps;
    finnc_stream out = {0};
    FINNC_TRY(pool_taps(l, &taps));
    FINNC_TRY(pool_output(l, 0, &out));
    FINNC_TRY(fnc_layer_words(l, &out, &flow->times));
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = taps, .reads = taps, .writes = 1});
    return FINNC_OK;
}

const finnc_layer fnc_layer_pool = {.name = "Pool",
                                    .input = pool_input,
                                    .output = pool_output,
                                    .folds = pool_folds,
                                    .set_folding = FNC_FOLDS_HLS,
                                    .taps = pool_taps,
                                    .cycles = pool_cycles,
                                    .flow = pool_flow};

/* ---- GlobalAccPool ---- */

static finnc_status global_acc_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    int64_t channels, pe;
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &stream->dtype));
    FINNC_TRY(fnc_layer_vectors(l, channels, stream));
    return fnc_layer_fold(l, stream, "PE", pe);
}

/* Its axes between the first and the last are summed over. */
static finnc_status global_acc_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    double places = 1;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(global_acc_input(l, 0, stream));
    for (int i = 1; i < stream->rank - 1; i++) {
        places *= (double)stream->dims[i];
        stream->dims[i] = 1;
    }
    const int64_t pe = stream->folded[stream->folded_rank - 1];
    FINNC_TRY(fnc_hw_sums_dtype(l->cx, places * finnc_dtype_min(stream->dtype),
                                places * finnc_dtype_max(stream->dtype), &stream->dtype));
    return fnc_layer_fold(l, stream, "PE", pe);
}

static finnc_status global_acc_folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    int64_t channels;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    return fnc_layer_add_fold(l, "PE", channels, folds, count);
}

/* All words come in before the first sum goes out. */
static finnc_status global_acc_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream in = {0};
    FINNC_TRY(global_acc_input(l, 0, &in));
    FINNC_TRY(fnc_layer_words(l, &in, cycles));
    if (!fnc_add_i64(*cycles, in.folded[in.folded_rank - 2], cycles))
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "its sizes are too large");
    return FINNC_OK;
}

static finnc_status global_acc_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    int64_t in_words, out_words;
    finnc_stream in = {0}, out = {0};
    FINNC_TRY(global_acc_input(l, 0, &in));
    FINNC_TRY(global_acc_output(l, 0, &out));
    FINNC_TRY(fnc_layer_words(l, &in, &in_words));
    FINNC_TRY(fnc_layer_words(l, &out, &out_words));
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = in_words, .reads = in_words});
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = out_words, .writes = out_words});
    return FINNC_OK;
}

const finnc_layer fnc_layer_global_acc_pool = {.name = "GlobalAccPool",
                                               .input = global_acc_input,
                                               .output = global_acc_output,
                                               .folds = global_acc_folds,
                                               .set_folding = FNC_FOLDS_HLS,
                                               .cycles = global_acc_cycles,
                                               .flow = global_acc_flow};
