/* Layers that spread pixels out, thin them, or put zeros around them: FMPadding, FMPadding_Pixel,
 * DownSampler, by words of SIMD channels; UpsampleNearestNeighbour by whole pixels. */
#include "layer.h"

#include <inttypes.h>

/* A picture (N, height, width, channels) of inputDataType; N is numInputVectors, one number here.
 * Upstream takes shapes with N = 1, but cycles with N. */
static finnc_status picture(const fnc_layer_node *l, int64_t height, int64_t width,
                            finnc_stream *stream)
{
    stream->rank = 4;
    FINNC_TRY(fnc_layer_size(l, "numInputVectors", &stream->dims[0]));
    stream->dims[1] = height;
    stream->dims[2] = width;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &stream->dims[3]));
    return fnc_layer_dtype(l, "inputDataType", &stream->dtype);
}

static finnc_status folded(const fnc_layer_node *l, int64_t height, int64_t width,
                           finnc_stream *stream)
{
    int64_t simd;
    FINNC_TRY(fnc_layer_int(l, "SIMD", &simd));
    FINNC_TRY(picture(l, height, width, stream));
    return fnc_layer_fold(l, stream, "SIMD", simd);
}

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    int64_t channels;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &channels));
    return fnc_layer_add_fold(l, "SIMD", channels, folds, count);
}

/* ImgDim of two axes, which is what FMPadding and FMPadding_Pixel are given. */
static finnc_status image_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    int64_t dim[2];
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_ints(l, "ImgDim", 2, 1, dim));
    return folded(l, dim[0], dim[1], stream);
}

/* ---- FMPadding ---- */

static finnc_status fm_padding_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t dim[2], pad[4];
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_ints(l, "ImgDim", 2, 1, dim));
    FINNC_TRY(fnc_layer_ints(l, "Padding", 4, 0, pad));
    for (int i = 0; i < 4; i++)
        if (!fnc_add_i64(dim[i % 2], pad[i], &dim[i % 2]))
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "its padding is too large");
    return folded(l, dim[0], dim[1], stream);
}

static finnc_status fm_padding_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(fm_padding_output(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

static bool is_dynamic(const fnc_layer_node *l)
{
    return l->style == FINNC_STYLE_RTL && fnc_layer_says(l, "dynamic_mode");
}

/* Zeros above, then lines with zeros on both sides, then zeros below. */
static finnc_status fm_padding_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    finnc_stream in = {0}, out = {0};
    int64_t pad[4]; /* above, left, below, right */
    FINNC_TRY(image_input(l, 0, &in));
    FINNC_TRY(fm_padding_output(l, 0, &out));
    FINNC_TRY(fnc_layer_ints(l, "Padding", 4, 0, pad));
    int64_t words; /* all are fewer than these */
    FINNC_TRY(fnc_layer_words(l, &out, &words));
    const int64_t pixel = out.folded[3], width = out.dims[2];
    const finnc_phase line = {.repeat = 1,
                              .cycles = in.dims[2] * pixel,
                              .reads = in.dims[2] * pixel,
                              .writes = in.dims[2] * pixel};
    const int64_t above = (pad[0] * width + pad[1]) * pixel, between = (pad[3] + pad[1]) * pixel;
    const int64_t below = (pad[2] * width + pad[3]) * pixel;
    flow->times = in.dims[0];
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = above, .writes = above});
    if (in.dims[1] > 1) {
        fnc_flow_begin_loop(flow);
        fnc_flow_add(flow, line);
        fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = between, .writes = between});
        fnc_flow_end_loop(flow, in.dims[1] - 1);
    }
    fnc_flow_add(flow, line);
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = below, .writes = below});
    return FINNC_OK;
}

const finnc_layer fnc_layer_fm_padding = {.name = "FMPadding",
                                          .has_port = is_dynamic,
                                          .input = image_input,
                                          .output = fm_padding_output,
                                          .folds = folds,
                                          .set_folding = FNC_FOLDS_HLS,
                                          .cycles = fm_padding_cycles,
                                          .flow = fm_padding_flow};

/* ---- FMPadding_Pixel ---- */

static finnc_status fm_padding_pixel_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t dim[2], stride[2];
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_ints(l, "ImgDim", 2, 1, dim));
    FINNC_TRY(fnc_layer_ints(l, "Stride", 2, 1, stride));
    for (int i = 0; i < 2; i++)
        if (!fnc_mul_i64(dim[i] - 1, stride[i], &dim[i]) || !fnc_add_i64(dim[i], 1, &dim[i]))
            return finnc_fail(l->cx, FINNC_BAD_VALUE, "its stride is too large");
    return folded(l, dim[0], dim[1], stream);
}

static finnc_status fm_padding_pixel_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(fm_padding_pixel_output(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

/* Behind each pixel but a line's last zeros, behind each line but the last lines of zeros. */
static finnc_status fm_padding_pixel_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    finnc_stream in = {0}, out = {0};
    int64_t stride[2], words;
    FINNC_TRY(image_input(l, 0, &in));
    FINNC_TRY(fm_padding_pixel_output(l, 0, &out));
    FINNC_TRY(fnc_layer_ints(l, "Stride", 2, 1, stride));
    FINNC_TRY(fnc_layer_words(l, &out, &words));
    const int64_t pixel = out.folded[3];
    const int64_t spread = in.dims[2] > 1 ? stride[1] * pixel : 0;
    const finnc_phase spreading = {
        .repeat = in.dims[2] - 1, .cycles = spread, .reads = pixel, .writes = spread};
    const finnc_phase last = {.repeat = 1, .cycles = pixel, .reads = pixel, .writes = pixel};
    flow->times = in.dims[0];
    if (in.dims[1] > 1) {
        const int64_t zeros = (stride[0] - 1) * out.dims[2] * pixel;
        fnc_flow_begin_loop(flow);
        fnc_flow_add(flow, spreading);
        fnc_flow_add(flow, last);
        fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = zeros, .writes = zeros});
        fnc_flow_end_loop(flow, in.dims[1] - 1);
    }
    fnc_flow_add(flow, spreading);
    fnc_flow_add(flow, last);
    return FINNC_OK;
}

const finnc_layer fnc_layer_fm_padding_pixel = {.name = "FMPadding_Pixel",
                                                .input = image_input,
                                                .output = fm_padding_pixel_output,
                                                .folds = folds,
                                                .set_folding = FNC_FOLDS_HLS,
                                                .cycles = fm_padding_pixel_cycles,
                                                .flow = fm_padding_pixel_flow};

/* ---- DownSampler ---- */

/* Of one axis if is1D says so: which one is1D_unitx tells. */
static finnc_status line_or_square(const fnc_layer_node *l, int64_t side, finnc_stream *stream)
{
    int64_t is_line, is_column;
    FINNC_TRY(fnc_layer_int(l, "is1D", &is_line));
    FINNC_TRY(fnc_layer_int(l, "is1D_unitx", &is_column));
    return folded(l, is_line && !is_column ? 1 : side, is_line && is_column ? 1 : side, stream);
}

static finnc_status down_sampler_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    int64_t side;
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_size(l, "ImgDim", &side));
    return line_or_square(l, side, stream);
}

static finnc_status down_sampler_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t side, stride;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_size(l, "ImgDim", &side));
    FINNC_TRY(fnc_layer_size(l, "Stride", &stride));
    return line_or_square(l, (side - 1) / stride + 1, stream);
}

/* It looks at every pixel, those that it drops too. */
static finnc_status down_sampler_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(down_sampler_input(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

/* The first pixel of `stride` is kept, in a line that is. */
static finnc_status down_sampler_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    finnc_stream in = {0}, out = {0};
    int64_t stride, words;
    FINNC_TRY(down_sampler_input(l, 0, &in));
    FINNC_TRY(down_sampler_output(l, 0, &out));
    FINNC_TRY(fnc_layer_size(l, "Stride", &stride));
    FINNC_TRY(fnc_layer_words(l, &in, &words)); /* all are fewer than these */
    const int64_t pixel = in.folded[3], height = in.dims[1], width = in.dims[2];
    const int64_t skipped_lines = out.dims[1] > 1 ? stride - 1 : 0;
    const int64_t in_line = out.dims[2] > 1 ? (out.dims[2] - 1) * stride : 0;
    const int64_t in_image = out.dims[1] > 1 ? (out.dims[1] - 1) * stride : 0;
    const fnc_slide slide = {.lines = out.dims[1],
                             .places = out.dims[2],
                             .word = pixel,
                             .step = out.dims[2] > 1 ? stride * pixel : 0,
                             .between = (width - 1 - in_line + skipped_lines * width) * pixel,
                             .behind =
                                 (width - 1 - in_line + (height - 1 - in_image) * width) * pixel};
    flow->times = in.dims[0];
    fnc_flow_slide(flow, &slide);
    return FINNC_OK;
}

const finnc_layer fnc_layer_down_sampler = {.name = "DownSampler",
                                            .input = down_sampler_input,
                                            .output = down_sampler_output,
                                            .folds = folds,
                                            .set_folding = FNC_FOLDS_HLS,
                                            .cycles = down_sampler_cycles,
                                            .flow = down_sampler_flow};

/* ---- UpsampleNearestNeighbour ---- */

/* A whole pixel is a word: it cannot be folded. */
static finnc_status pixels(const fnc_layer_node *l, const char *name, finnc_stream *stream)
{
    int64_t side, mode;
    FINNC_TRY(fnc_layer_size(l, name, &side));
    FINNC_TRY(fnc_layer_int(l, "DimMode", &mode));
    FINNC_TRY(picture(l, side, mode == 0 ? side : 1, stream));
    return fnc_layer_unfolded(l, stream);
}

static finnc_status upsample_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    return i == 0 ? pixels(l, "IFMDim", stream) : fnc_layer_no_stream(l, "input", i);
}

static finnc_status upsample_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    return o == 0 ? pixels(l, "OFMDim", stream) : fnc_layer_no_stream(l, "output", o);
}

/* Upstream's formula: along one axis it leaves the number of pictures out. */
static finnc_status upsample_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(pixels(l, "OFMDim", &stream));
    int64_t mode;
    FINNC_TRY(fnc_layer_int(l, "DimMode", &mode));
    if (mode != 0)
        stream.folded[0] = 1;
    return fnc_layer_words(l, &stream, cycles);
}

/* A line goes out as it comes in, each pixel as often as it is wider then, and is kept. */
static finnc_status upsample_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    finnc_stream in = {0}, out = {0};
    FINNC_TRY(pixels(l, "IFMDim", &in));
    FINNC_TRY(pixels(l, "OFMDim", &out));
    const int64_t times = in.dims[1] > 0 ? out.dims[1] / in.dims[1] : 0;
    const bool is_square = out.dims[2] > 1;
    if (times * in.dims[1] != out.dims[1])
        return fnc_flow_ratio(l, flow);
    flow->times = in.dims[0];
    fnc_flow_begin_loop(flow);
    fnc_flow_add(flow, (finnc_phase){.repeat = is_square ? in.dims[2] : 1,
                                     .cycles = times,
                                     .reads = 1,
                                     .writes = times});
    fnc_flow_add(flow, (finnc_phase){.repeat = is_square ? times - 1 : 0,
                                     .cycles = out.dims[2],
                                     .writes = out.dims[2]});
    fnc_flow_end_loop(flow, in.dims[1]);
    return FINNC_OK;
}

const finnc_layer fnc_layer_upsample_nearest_neighbour = {.name = "UpsampleNearestNeighbour",
                                                          .input = upsample_input,
                                                          .output = upsample_output,
                                                          .cycles = upsample_cycles,
                                                          .flow = upsample_flow};
