/* ConvolutionInputGenerator: what its implementations in HLS and RTL see of it. */
#ifndef FNC_WINDOWS_H
#define FNC_WINDOWS_H

#include "layer.h"

/* The formulas are in doubles: whole numbers, exact up to 2^53, that do not wrap. */
typedef struct fnc_window {
    double h, w, oh, ow, kh, kw, sh, sw, dh, dw; /* picture, result, kernel, stride, dilation */
    double simd, fold;                           /* words of SIMD channels per pixel */
    double channels, word;                       /* bits of a word */
    bool is_depthwise, is_line;                  /* is_line: attribute is1D */
    bool wants_parallel;                         /* attribute parallel_window */
} fnc_window;

/* A picture of one column is a row: heights become widths. */
fnc_window fnc_window_as_row(fnc_window w);

/* What keeps words until they are needed. */
typedef enum fnc_window_buffer {
    FNC_WINDOW_IMAGE,      /* whole lines */
    FNC_WINDOW_CYCLIC,     /* from a window's first tap to its last */
    FNC_WINDOW_LINE,       /* the same, of pictures of one line */
    FNC_WINDOW_WHOLE_LINE, /* all of such a picture */
    FNC_WINDOW_REGISTERS   /* the same as CYCLIC, all taps in reach at once */
} fnc_window_buffer;
/* The phases that take `cycles` in all, FINN's number; `w` is as a row where it is a line. */
FINNC_MUST_USE finnc_status fnc_window_flow(const fnc_layer_node *l, const fnc_window *w,
                                            fnc_window_buffer buffer, double cycles,
                                            finnc_flow *flow);
fnc_window_buffer fnc_window_hls_buffer(const fnc_layer_node *l, const fnc_window *w);
fnc_window_buffer fnc_window_rtl_buffer(const fnc_window *w);

/* Does a word of the output hold a whole window? */
bool fnc_window_hls_is_parallel(const fnc_layer_node *l, const fnc_window *w);
double fnc_window_hls_cycles(const fnc_layer_node *l, const fnc_window *w);
void fnc_window_hls_resources(const fnc_layer_node *l, const fnc_window *w, finnc_resources *r);

/* BAD_VALUE if it cannot be built: the kernel does not fit, or SIMD is not all channels where they
 * have to be. */
FINNC_MUST_USE finnc_status fnc_window_rtl_check(const fnc_layer_node *l, const fnc_window *w);
double fnc_window_rtl_cycles(const fnc_window *w);
void fnc_window_rtl_resources(const fnc_layer_node *l, const fnc_window *w, finnc_resources *r);

#endif
