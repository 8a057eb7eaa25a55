/* Convolution of channels-first data. */
#ifndef FNC_CONV_H
#define FNC_CONV_H

#include "window.h"

typedef struct fnc_conv {
    finnc_elem elem; /* computed in: FLOAT or DOUBLE */
    fnc_windows window;
    int64_t images, groups;
    int64_t in_channels, out_channels; /* of one group */
    int out_rank;
    int64_t out_dims[FINNC_MAX_RANK];
    int64_t out_nelems;
} fnc_conv;

/* Shapes and attributes of the node at hand; x (N, C, ...), w (M, C / groups, ...). */
FINNC_MUST_USE finnc_status fnc_conv_read(fnc_call *call, const fnc_array *x, const fnc_array *w,
                                          fnc_conv *conv);
/* All arrays of conv.elem; `bias` may be NULL, else it has `nbias` elements (checked). */
FINNC_MUST_USE finnc_status fnc_conv_run(fnc_call *call, const fnc_conv *conv, const void *x,
                                         const void *w, const void *bias, int64_t nbias, void *y);

#endif
