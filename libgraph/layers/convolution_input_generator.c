/* ConvolutionInputGenerator: an image in, for each place the window that a kernel sees there out.
 * SIMD channels at once; with parallel_window a whole window's SIMD channels. */
#include "windows.h"

#include "../base/window.h"

#include <inttypes.h>
#include <math.h>

typedef struct generator {
    int64_t in[2], out[2], kernel[2], stride[2], dilation[2], channels, simd;
    finnc_dtype dtype, out_dtype;
    fnc_window window;
} generator;

fnc_window fnc_window_as_row(fnc_window w)
{
    if (w.w != 1)
        return w;
    fnc_window row = w;
    row.h = w.w, row.oh = w.ow, row.kh = w.kw, row.sh = w.sw, row.dh = w.dw;
    row.w = w.h, row.ow = w.oh, row.kw = w.kh, row.sw = w.sh, row.dw = w.dh;
    return row;
}

/* ---- attributes ---- */

static finnc_status read_switches(const fnc_layer_node *l, fnc_window *w)
{
    int64_t is_depthwise, is_line, wants_parallel;
    FINNC_TRY(fnc_layer_int(l, "depthwise", &is_depthwise));
    FINNC_TRY(fnc_layer_int(l, "is1D", &is_line));
    FINNC_TRY(fnc_layer_int(l, "parallel_window", &wants_parallel));
    w->is_depthwise = is_depthwise != 0;
    w->is_line = is_line != 0;
    w->wants_parallel = wants_parallel != 0;
    return FINNC_OK;
}

static finnc_status read(const fnc_layer_node *l, generator *g)
{
    FINNC_TRY(fnc_layer_ints(l, "ConvKernelDim", 2, 1, g->kernel));
    FINNC_TRY(fnc_layer_ints(l, "IFMDim", 2, 1, g->in));
    FINNC_TRY(fnc_layer_ints(l, "OFMDim", 2, 1, g->out));
    FINNC_TRY(fnc_layer_ints(l, "Stride", 2, 1, g->stride));
    FINNC_TRY(fnc_layer_ints(l, "Dilation", 2, 1, g->dilation));
    FINNC_TRY(fnc_layer_size(l, "IFMChannels", &g->channels));
    FINNC_TRY(fnc_layer_int(l, "SIMD", &g->simd));
    FINNC_TRY(fnc_layer_divides(l, "SIMD", g->simd, "IFMChannels", g->channels));
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &g->dtype));
    FINNC_TRY(fnc_layer_dtype(l, "outputDataType", &g->out_dtype));
    const int64_t fold = g->channels / g->simd;
    g->window = (fnc_window){.h = (double)g->in[0],
                             .w = (double)g->in[1],
                             .oh = (double)g->out[0],
                             .ow = (double)g->out[1],
                             .kh = (double)g->kernel[0],
                             .kw = (double)g->kernel[1],
                             .sh = (double)g->stride[0],
                             .sw = (double)g->stride[1],
                             .dh = (double)g->dilation[0],
                             .dw = (double)g->dilation[1],
                             .simd = (double)g->simd,
                             .fold = (double)fold,
                             .channels = (double)g->channels,
                             .word = (double)g->simd * finnc_dtype_bits(g->dtype)};
    return read_switches(l, &g->window);
}

/* Which words the output has is known only of an implementation; FINN's abstract layer says
 * nothing about it, though without parallel_window there is no doubt. */
static finnc_status is_parallel(const fnc_layer_node *l, const generator *g, bool *yes)
{
    *yes = g->window.wants_parallel;
    if (l->style == FINNC_STYLE_HLS)
        *yes = fnc_window_hls_is_parallel(l, &g->window);
    else if (l->style == FINNC_STYLE_ABSTRACT && *yes)
        return finnc_fail(l->cx, FINNC_UNSUPPORTED,
                          "parallel_window is 1: what that gives depends on the implementation, "
                          "which SpecializeLayers chooses");
    return FINNC_OK;
}

/* ---- streams ---- */

static finnc_status input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    generator g;
    FINNC_TRY(read(l, &g));
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    stream->dtype = g.dtype;
    stream->rank = 4;
    stream->dims[0] = 1;
    stream->dims[1] = g.in[0];
    stream->dims[2] = g.in[1];
    stream->dims[3] = g.channels;
    return fnc_layer_fold(l, stream, "SIMD", g.simd);
}

/* Places that the kernel fits at, along one axis. */
static finnc_status places(const fnc_layer_node *l, const generator *g, int axis, int64_t *n)
{
    const fnc_window_axis windows = {.size = g->in[axis],
                                     .kernel = g->kernel[axis],
                                     .stride = g->stride[axis],
                                     .dilation = g->dilation[axis]};
    bool is_cut;
    if (!fnc_window_count(&windows, false, n, &is_cut))
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "a kernel of %" PRId64 " with dilation %" PRId64
                          " does not fit axis %d of %" PRId64 " elements",
                          g->kernel[axis], g->dilation[axis], axis + 1, g->in[axis]);
    return FINNC_OK;
}

static finnc_status output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    generator g;
    int64_t taps, word;
    bool whole_windows;
    FINNC_TRY(read(l, &g));
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(is_parallel(l, &g, &whole_windows));
    FINNC_TRY(fnc_layer_product(l, g.kernel, 2, &taps));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){g.simd, whole_windows ? taps : 1}, 2, &word));
    stream->dtype = g.out_dtype;
    stream->rank = 4;
    stream->dims[0] = 1;
    FINNC_TRY(places(l, &g, 0, &stream->dims[1]));
    FINNC_TRY(places(l, &g, 1, &stream->dims[2]));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){taps, g.channels}, 2, &stream->dims[3]));
    FINNC_TRY(fnc_layer_fold(l, stream, "SIMD", word));
    /* The width follows the input's type in FINN; the two are the same but in a model half edited.
     */
    return fnc_layer_product(l, (const int64_t[]){word, finnc_dtype_bits(g.dtype)}, 2,
                             &stream->width);
}

/* ---- folding ---- */

/* In RTL a window is parallel in dynamic layers never, and of a kernel of one tap always. */
static finnc_status can_be_parallel(const fnc_layer_node *l, const generator *g, bool *can)
{
    int64_t is_dynamic;
    fnc_window wanted = g->window;
    FINNC_TRY(fnc_layer_int(l, "dynamic_mode", &is_dynamic));
    wanted.wants_parallel = true;
    wanted.simd = wanted.channels; /* SIMD can be chosen, too */
    *can = !is_dynamic && (wanted.kh > 1 || wanted.kw > 1) &&
           (l->style == FINNC_STYLE_RTL ||
            (l->style == FINNC_STYLE_HLS && fnc_window_hls_is_parallel(l, &wanted)));
    return FINNC_OK;
}

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    generator g;
    bool can;
    FINNC_TRY(read(l, &g));
    FINNC_TRY(can_be_parallel(l, &g, &can));
    folds[0] = (finnc_fold){.attr = "SIMD", .of = g.channels, .now = g.simd};
    folds[1] = (finnc_fold){

        .attr = "parallel_window",
        .of = can,
        .is_switch = true,
        .is_last_resort = true,
        .now = g.window.wants_parallel};
    *count = 2;
    return FINNC_OK;
}

/* Words of SIMD channels: of a depthwise generator all taps of one before the next ones come. With
 * one tap that is no difference. */
static finnc_status windows(const fnc_layer_node *l, fnc_layer_windows *w)
{
    int64_t kernel[2], simd, is_depthwise;
    FINNC_TRY(fnc_layer_ints(l, "ConvKernelDim", 2, 1, kernel));
    FINNC_TRY(fnc_layer_size(l, "IFMChannels", &w->channels));
    FINNC_TRY(fnc_layer_size(l, "SIMD", &simd));
    FINNC_TRY(fnc_layer_int(l, "depthwise", &is_depthwise));
    w->is_grouped = is_depthwise && (kernel[0] > 1 || kernel[1] > 1);
    w->together = w->is_grouped ? simd : w->channels;
    return FINNC_OK;
}

static bool is_dynamic(const fnc_layer_node *l)
{
    return l->style == FINNC_STYLE_RTL && fnc_layer_says(l, "dynamic_mode");
}

/* Words of a depthwise generator are the channels that its reader takes at once. */
static bool follows(const fnc_layer_node *l)
{
    return finnc_node_int(l->node, "depthwise", 0) == 1;
}

/* ---- time and space: of implementations alone ---- */

static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    generator g;
    FINNC_TRY(read(l, &g));
    switch (l->style) {
    case FINNC_STYLE_ABSTRACT:
        return FINNC_OK;
    case FINNC_STYLE_HLS:
        return fnc_layer_whole(l, fnc_window_hls_cycles(l, &g.window), cycles);
    case FINNC_STYLE_RTL:
        FINNC_TRY(fnc_window_rtl_check(l, &g.window));
        return fnc_layer_whole(l, fnc_window_rtl_cycles(&g.window), cycles);
    }
    return FINNC_OK;
}

static finnc_status flow(const fnc_layer_node *l, finnc_flow *flow)
{
    generator g;
    int64_t all = 0;
    bool parallel;
    FINNC_TRY(read(l, &g));
    FINNC_TRY(is_parallel(l, &g, &parallel)); /* fails where nothing is known */
    FINNC_TRY(cycles(l, &all));
    /* The places are counted anew, as for streams: OFMDim may say something else. */
    int64_t out[2];
    for (int axis = 0; axis < 2; axis++)
        FINNC_TRY(places(l, &g, axis, &out[axis]));
    g.window.oh = (double)out[0];
    g.window.ow = (double)out[1];
    const fnc_window row = fnc_window_as_row(g.window);
    const fnc_window_buffer buffer = l->style == FINNC_STYLE_HLS
                                         ? fnc_window_hls_buffer(l, &g.window)
                                         : fnc_window_rtl_buffer(&g.window);
    return fnc_window_flow(l, buffer == FNC_WINDOW_IMAGE ? &g.window : &row, buffer, (double)all,
                           flow);
}

static finnc_status resources(const fnc_layer_node *l, const finnc_part *part, finnc_resources *r)
{
    generator g;
    (void)part;
    FINNC_TRY(read(l, &g));
    switch (l->style) {
    case FINNC_STYLE_ABSTRACT:
        break;
    case FINNC_STYLE_HLS:
        fnc_window_hls_resources(l, &g.window, r);
        break;
    case FINNC_STYLE_RTL:
        FINNC_TRY(fnc_window_rtl_check(l, &g.window));
        fnc_window_rtl_resources(l, &g.window, r);
        break;
    }
    return FINNC_OK;
}

/* ---- styles ---- */

/* HLS knows lines, and squares without dilation. */
static finnc_status styles(const fnc_layer_node *l, const finnc_part *part,
                           fnc_layer_styles *styles)
{
    static const char *const square[] = {"ConvKernelDim", "IFMDim", "OFMDim", "Stride", "Dilation"};
    (void)part;
    int64_t is_dynamic, is_line, x[2];
    FINNC_TRY(fnc_layer_int(l, "dynamic_mode", &is_dynamic));
    FINNC_TRY(fnc_layer_int(l, "is1D", &is_line));
    if (is_dynamic)
        fnc_layer_against(styles->against_hls, "dynamic_mode is %" PRId64 ", HLS has fixed sizes",
                          is_dynamic);
    for (size_t i = 0; !is_line && i < sizeof square / sizeof *square; i++) {
        FINNC_TRY(fnc_layer_ints(l, square[i], 2, 1, x));
        if (x[0] != x[1])
            fnc_layer_against(styles->against_hls,
                              "%s is %" PRId64 ", %" PRId64 ", HLS takes squares", square[i], x[0],
                              x[1]);
    }
    if (!is_line && x[0] != 1) /* Dilation, the last one */
        fnc_layer_against(styles->against_hls, "Dilation is %" PRId64 ", HLS takes 1", x[0]);
    return FINNC_OK;
}

const finnc_layer fnc_layer_convolution_input_generator = {
    .name = "ConvolutionInputGenerator",
    .has_port = is_dynamic,
    .input = input,
    .output = output,
    .folds = folds,
    .set_folding = FNC_FOLDS_HLS | FNC_FOLDS_RTL,
    .windows = windows,
    .follows = follows,
    .cycles = cycles,
    .flow = flow,
    .resources = resources,
    .choice = {"ram_style", {"block", "distributed", "ultra"}},
    .styles = styles};
