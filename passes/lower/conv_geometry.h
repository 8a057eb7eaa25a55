/* What a 2-D convolution does, read from its node once and for all. */
#ifndef FNC_LOWER_CONV_GEOMETRY_H
#define FNC_LOWER_CONV_GEOMETRY_H

#include <finnc/graph.h>

typedef struct fnc_conv_geometry {
    finnc_dim batch;
    int64_t channels, height, width;        /* of the input */
    int64_t filters, out_height, out_width; /* of the output */
    int64_t group, group_channels;          /* channels that one filter sees */
    int64_t kernel[2], stride[2], dilation[2];
    int64_t pads[4]; /* top, left, bottom, right */
} fnc_conv_geometry;

/* NULL, or why the node's geometry is not known, as a remark says it. */
const char *fnc_conv_geometry_read(const finnc_node *conv, fnc_conv_geometry *geometry);
/* Each filter sees one channel, each channel has one filter. One filter on one channel counts. */
bool fnc_conv_is_depthwise(const fnc_conv_geometry *geometry);
/* One pixel in, one pixel out: a matrix product as it is. */
bool fnc_conv_is_pointwise(const fnc_conv_geometry *geometry);
/* What a side of length `size` needs at both ends together for an output of size / stride, rounded
 * up (auto_pad SAME_*). False: more than a number holds. */
bool fnc_same_padding(int64_t size, int64_t kernel, int64_t stride, int64_t dilation,
                      int64_t *total);

#endif
