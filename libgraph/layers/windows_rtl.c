/* ConvolutionInputGenerator in RTL (finn-rtllib/swg): an addressable cyclic buffer, or registers
 * with line buffers between them where a whole window comes out at once. */
#include "memories.h"
#include "windows.h"

#include <math.h>

/* A kernel of one tap is a window at once, too. */
static bool has_registers(const fnc_window *w)
{
    return w->kh * w->kw == 1 || w->wants_parallel;
}

static bool is_line(const fnc_window *w)
{
    return w->h == 1 || w->w == 1;
}

finnc_status fnc_window_rtl_check(const fnc_layer_node *l, const fnc_window *w)
{
    if ((w->kh - 1) * w->dh + 1 > w->h || (w->kw - 1) * w->dw + 1 > w->w)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "a kernel of %.0f x %.0f with dilation %.0f x %.0f does not fit an image "
                          "of %.0f x %.0f",
                          w->kh, w->kw, w->dh, w->dw, w->h, w->w);
    if (w->sh > w->h || w->sw > w->w)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "a stride of %.0f x %.0f is more than an image of %.0f x %.0f", w->sh,
                          w->sw, w->h, w->w);
    if (has_registers(w) && w->kh * w->kw > 1 && !w->is_depthwise && w->simd != w->channels)
        return finnc_fail(l->cx, FINNC_BAD_VALUE,
                          "with parallel_window SIMD has to be IFMChannels, %.0f, and is %.0f",
                          w->channels, w->simd);
    return FINNC_OK;
}

/* Words until the first window is whole, less the last one. */
static double reach(const fnc_window *w)
{
    return (w->kh - 1) * w->dh * w->w + (w->kw - 1) * w->dw;
}

double fnc_window_rtl_cycles(const fnc_window *window)
{
    if (has_registers(window))
        return window->h * window->w * window->fold + 2;
    const fnc_window w = is_line(window) ? fnc_window_as_row(*window) : *window;
    const double taps = w.ow * w.kw * w.fold; /* words out, along one line of a kernel's row */
    if (is_line(window))
        return taps + 2 + (w.is_depthwise ? w.fold * (w.kw - 1) * (w.sw - 1) - (w.kw - 1) : 0);
    double line = fmax(taps * w.kh, w.sw * w.w * w.fold);
    if (w.is_depthwise)
        line += w.ow * (w.sw - 1) * (w.fold - 1);
    return (reach(&w) + 1) * w.fold + w.oh * line +
           (w.is_depthwise ? (w.sh - 1) * w.w * w.fold : 0);
}

fnc_window_buffer fnc_window_rtl_buffer(const fnc_window *w)
{
    if (has_registers(w))
        return FNC_WINDOW_REGISTERS;
    return is_line(w) ? FNC_WINDOW_LINE : FNC_WINDOW_CYCLIC;
}

/* ---- resources ---- */

/* Besides a window, what lets inputs be loaded ahead where the stride skips some. */
static double buffer_depth(const fnc_window *w)
{
    if (has_registers(w))
        return reach(w) * w->fold + 2;
    const double taps = w->kh * w->kw;
    return (reach(w) + 1) * w->fold + fmax(0, (w->sw - 1 - taps) * w->fold) +
           fmax(0, ((w->sh - 1) * w->w - taps) * w->fold);
}

/* The buffer, or the line buffers between the registers; a line needs none of these. */
static double buffers(const fnc_window *w, double *depth)
{
    *depth = buffer_depth(w);
    if (!has_registers(w))
        return 1;
    *depth = w->w - ((w->kw - 1) * w->dw + 1) + w->w * (w->dh - 1);
    return is_line(w) ? 0 : w->kh - 1;
}

/* Beyond 16384 words blocks are cascaded; the last one need not be that deep, and so is wider. */
static double cascade(double depth, double width)
{
    const double wide = ceil(width / fnc_bram18_port(depth));
    double blocks = ceil(depth / 16384) * wide;
    if (depth > 16384)
        blocks -= wide - ceil(width / fnc_bram18_port(fmod(depth, 16384)));
    return blocks;
}

void fnc_window_rtl_resources(const fnc_layer_node *l, const fnc_window *w, finnc_resources *r)
{
    double depth;
    const double count = buffers(w, &depth);
    r->lut = 300;
    if (fnc_layer_is(l, "ram_style", "distributed"))
        r->lut += w->word * ceil(buffer_depth(w) / 38);
    else if (fnc_layer_is(l, "ram_style", "ultra"))
        r->uram = count * fnc_uram(depth, w->word);
    else
        r->bram_18k = count * cascade(depth, w->word);
}
