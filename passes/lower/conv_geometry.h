/* What a 2-D convolution does, read from its node once and for all. */
#ifndef FNC_LOWER_CONV_GEOMETRY_H
#define FNC_LOWER_CONV_GEOMETRY_H

#include <base/window.h>

#include <finnc/graph.h>

typedef struct fnc_conv_geometry {
    finnc_dim batch;
    int64_t channels, filters; /* of input and output */
    int64_t group_channels;    /* that one filter sees */
    fnc_windows w;             /* height, width */
    int64_t pads[4];           /* top, left, bottom, right */
} fnc_conv_geometry;

/* NULL, or why the node's geometry is not known, as a remark says it: maybe in words that lie in
 * `geometry`. */
const char *fnc_conv_geometry_read(const finnc_node *conv, fnc_conv_geometry *geometry);
/* Each filter sees one channel, each channel has one filter. One filter on one channel counts. */
bool fnc_conv_is_depthwise(const fnc_conv_geometry *geometry);
/* One pixel in, one pixel out: a matrix product as it is. */
bool fnc_conv_is_pointwise(const fnc_conv_geometry *geometry);

#endif
