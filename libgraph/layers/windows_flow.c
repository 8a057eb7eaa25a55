/* ConvolutionInputGenerator: when words come in and when they go out. FINN's formulas for cycles
 * tell how long it takes in all; what follows from the sizes is which words have to be there. */
#include "windows.h"

#include <math.h>

/* A phase whose figures are whole numbers in doubles. */
static finnc_status add(const fnc_layer_node *l, finnc_flow *flow, double repeat, double cycles,
                        double reads, double writes)
{
    finnc_phase p = {0};
    FINNC_TRY(fnc_layer_whole(l, repeat, &p.repeat));
    FINNC_TRY(fnc_layer_whole(l, cycles, &p.cycles));
    FINNC_TRY(fnc_layer_whole(l, reads, &p.reads));
    FINNC_TRY(fnc_layer_whole(l, writes, &p.writes));
    fnc_flow_add(flow, p);
    return FINNC_OK;
}

/* Pixels until the first window is whole, less the last one. */
static double reach(const fnc_window *w)
{
    return (w->kh - 1) * w->dh * w->w + (w->kw - 1) * w->dw;
}

/* ---- a buffer of lines ---- */

/* One line of windows in `cycles` cycles, `reads` words coming in meanwhile, as evenly as whole
 * numbers allow: there is room for them only as the window moves on. What is too many for that
 * comes behind. */
static finnc_status add_line(const fnc_layer_node *l, finnc_flow *flow, const fnc_window *w,
                             double cycles, double reads)
{
    const double taps = w->kh * w->kw * w->fold, each = fmax(taps, floor(cycles / w->ow));
    const double meanwhile = fmin(reads, w->ow * each), base = floor(meanwhile / w->ow);
    const double more = meanwhile - base * w->ow, rest = reads - meanwhile;
    FINNC_TRY(add(l, flow, more, each, base + 1, taps));
    FINNC_TRY(add(l, flow, w->ow - more, each, base, taps));
    return add(l, flow, 1, fmax(rest, cycles - w->ow * each), rest, 0);
}

static finnc_status lines(const fnc_layer_node *l, const fnc_window *w, double fill, double cycles,
                          finnc_flow *flow)
{
    const double all = w->h * w->w * w->fold;
    fill = fmin(fill, all);
    const double line = floor((cycles - fill) / w->oh);
    double reads = w->sh * w->w * w->fold;
    if (w->oh > 1)
        reads = fmin(reads, floor((all - fill) / (w->oh - 1)));
    FINNC_TRY(add(l, flow, 1, fill, fill, 0));
    if (w->oh > 1) {
        fnc_flow_begin_loop(flow);
        FINNC_TRY(add_line(l, flow, w, line, reads));
        fnc_flow_end_loop(flow, (int64_t)w->oh - 1);
    }
    return add_line(l, flow, w, cycles - fill - (w->oh - 1) * line,
                    all - fill - (w->oh - 1) * reads);
}

/* ---- others ---- */

/* Taps go out as they come in; later windows share all but a stride with the one before. */
static finnc_status line(const fnc_layer_node *l, const fnc_window *w, double cycles,
                         finnc_flow *flow)
{
    const double taps = w->kw * w->fold, first = (reach(w) + 1) * w->fold;
    const double step = w->sw * w->fold, each = fmax(taps, step);
    const double rest = w->w * w->fold - first - (w->ow - 1) * step;
    const double idle = cycles - fmax(taps, first) - (w->ow - 1) * each;
    FINNC_TRY(add(l, flow, 1, fmax(taps, first), first, taps));
    FINNC_TRY(add(l, flow, w->ow - 1, each, step, taps));
    return add(l, flow, 1, fmax(rest, idle), rest, 0);
}

static finnc_status whole(const fnc_layer_node *l, const fnc_window *w, finnc_flow *flow)
{
    const double in = w->w * w->fold, out = w->ow * w->kw * w->fold;
    FINNC_TRY(add(l, flow, 1, in, in, 0));
    return add(l, flow, 1, out, 0, out);
}

static finnc_status registers(const fnc_layer_node *l, const fnc_window *w, double cycles,
                              finnc_flow *flow)
{
    const double behind_line = (w->ow - 1) * w->sw + 1;
    const double behind = w->h * w->w - (w->oh - 1) * w->sh * w->w - reach(w) - behind_line;
    fnc_slide s = {0};
    FINNC_TRY(fnc_layer_whole(l, reach(w) * w->fold, &s.ahead));
    FINNC_TRY(fnc_layer_whole(l, w->oh, &s.lines));
    FINNC_TRY(fnc_layer_whole(l, w->ow, &s.places));
    FINNC_TRY(fnc_layer_whole(l, w->fold, &s.word));
    FINNC_TRY(fnc_layer_whole(l, w->sw * w->fold, &s.step));
    FINNC_TRY(fnc_layer_whole(l, (w->sh * w->w - behind_line) * w->fold, &s.between));
    FINNC_TRY(fnc_layer_whole(l, behind * w->fold, &s.behind));
    fnc_flow_slide(flow, &s);
    return add(l, flow, 1, cycles - w->h * w->w * w->fold, 0, 0);
}

finnc_status fnc_window_flow(const fnc_layer_node *l, const fnc_window *w, fnc_window_buffer buffer,
                             double cycles, finnc_flow *flow)
{
    switch (buffer) {
    case FNC_WINDOW_IMAGE:
        return lines(l, w, w->w * w->kh * w->dh * w->fold, cycles, flow);
    case FNC_WINDOW_CYCLIC:
        return lines(l, w, (reach(w) + 1) * w->fold, cycles, flow);
    case FNC_WINDOW_LINE:
        return line(l, w, cycles, flow);
    case FNC_WINDOW_WHOLE_LINE:
        return whole(l, w, flow);
    case FNC_WINDOW_REGISTERS:
        return registers(l, w, cycles, flow);
    }
    return FINNC_OK;
}
