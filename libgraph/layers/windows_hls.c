/* ConvolutionInputGenerator in HLS: finn-hlslib's slidingwindow.h has a variant for each case. */
#include "memories.h"
#include "windows.h"

#include <math.h>

typedef enum variant {
    IMAGE,         /* two axes: a buffer of lines */
    LINE_PARALLEL, /* one axis, a window at once: shift registers */
    LINE,
    LINE_DEPTHWISE,
    LINE_DEPTHWISE_NAIVE /* keeps the whole line */
} variant;

bool fnc_window_hls_is_parallel(const fnc_layer_node *l, const fnc_window *w)
{
    const bool has_registers =
        fnc_layer_is(l, "ram_style", "auto") || fnc_layer_is(l, "ram_style", "distributed");
    return w->is_line && w->wants_parallel && w->simd == w->channels && !w->is_depthwise &&
           w->sh == 1 && w->sw == 1 && w->dh == 1 && w->dw == 1 && has_registers;
}

static variant variant_of(const fnc_layer_node *l, const fnc_window *w)
{
    if (!w->is_line)
        return IMAGE;
    if (fnc_window_hls_is_parallel(l, w))
        return LINE_PARALLEL;
    if (!w->is_depthwise)
        return LINE;
    const double stride = w->sh * w->sw;
    return stride > 2 || w->dh * w->dw > 1 ? LINE_DEPTHWISE_NAIVE : LINE_DEPTHWISE;
}

double fnc_window_hls_cycles(const fnc_layer_node *l, const fnc_window *window)
{
    const variant v = variant_of(l, window);
    const fnc_window w = v == IMAGE ? *window : fnc_window_as_row(*window);
    const double line = w.ow * w.kw * w.fold; /* words out, along one line */
    switch (v) {
    case IMAGE:
        return w.w * w.kh * w.dh * w.fold + w.oh * fmax(line * w.kh, w.sw * w.w * w.fold);
    case LINE_PARALLEL:
        return w.kw + w.ow;
    case LINE:
        return 1 + line;
    case LINE_DEPTHWISE:
        return 1 + line + w.fold * (w.kw - 1) - (w.kw - 1);
    case LINE_DEPTHWISE_NAIVE:
        return w.w * w.fold + line;
    }
    return 0;
}

fnc_window_buffer fnc_window_hls_buffer(const fnc_layer_node *l, const fnc_window *w)
{
    static const fnc_window_buffer buffers[] = {[IMAGE] = FNC_WINDOW_IMAGE,
                                                [LINE_PARALLEL] = FNC_WINDOW_REGISTERS,
                                                [LINE] = FNC_WINDOW_LINE,
                                                [LINE_DEPTHWISE] = FNC_WINDOW_LINE,
                                                [LINE_DEPTHWISE_NAIVE] = FNC_WINDOW_WHOLE_LINE};
    return buffers[variant_of(l, w)];
}

/* Words that one buffer keeps. */
static double depth_of(variant v, const fnc_window *w)
{
    switch (v) {
    case IMAGE: /* the image is taken for a square */
        return w->h * w->fold;
    case LINE_PARALLEL:
        return 0;
    case LINE:
        return (w->kw - 1) * w->fold;
    case LINE_DEPTHWISE:
        return w->kw * w->fold;
    case LINE_DEPTHWISE_NAIVE:
        return w->w * w->fold;
    }
    return 0;
}

static double luts_of(variant v, const fnc_window *w)
{
    const double depth = depth_of(v, w);
    switch (v) {
    case IMAGE:
        return (w->kh + w->sh) * w->word * ceil(depth / 64);
    case LINE_PARALLEL:
        return ceil(w->word * (w->kw + 1) / 64);
    case LINE:
    case LINE_DEPTHWISE:
    case LINE_DEPTHWISE_NAIVE:
        return ceil(w->word * depth / 64);
    }
    return 0;
}

void fnc_window_hls_resources(const fnc_layer_node *l, const fnc_window *window, finnc_resources *r)
{
    const variant v = variant_of(l, window);
    const fnc_window w = v == IMAGE ? *window : fnc_window_as_row(*window);
    const double depth = depth_of(v, &w);
    const double buffers = v == IMAGE ? w.kh + w.sh : 1;
    r->lut = 300;
    if (fnc_layer_is(l, "ram_style", "distributed"))
        r->lut += luts_of(v, &w);
    else if (v == LINE_PARALLEL)
        return;
    else if (fnc_layer_is(l, "ram_style", "ultra"))
        r->uram = buffers * ceil(w.word / (v == IMAGE ? 64 : 72)) * ceil(depth / 4096);
    else
        r->bram_18k = buffers * ceil(w.word / fnc_bram18_port(depth)) *
                      (v == IMAGE ? 1 : ceil(depth / 18432));
}
