/* A convolution beside a change of resolution as one transposed convolution (Colbert et al. 2021,
 * "An Energy-Efficient Edge Computing Paradigm for Convolution-based Image Upsampling"). */
#ifndef FNC_LOWER_DECONVOLUTION_H
#define FNC_LOWER_DECONVOLUTION_H

#include "conv_geometry.h"

#include <finnc/tensor.h>

typedef struct fnc_deconvolution {
    finnc_node *conv;
    fnc_conv_geometry g;
    finnc_node *quant;           /* what makes the weights of `weights`, or NULL */
    const finnc_tensor *weights; /* (filters, channels, kh, kw) */
} fnc_deconvolution;

/* NULL, or why `conv` cannot become a transposed one: it has to be a 2-D convolution in one group,
 * of stride and dilation 1, that keeps its size; its weights constant, or a quantiser's that nobody
 * else uses. */
const char *fnc_deconvolution_read(finnc_node *conv, fnc_deconvolution *d);
/* Turns the convolution into a ConvTranspose on `x`, of stride `factor`, with `weights` (channels,
 * filters, kh, kw), which go where the old ones were and are released, also on failure. A pixel of
 * the convolution's padding counts for `pixels` of the new one's. */
FINNC_MUST_USE finnc_status fnc_deconvolution_build(finnc_ctx *cx, fnc_deconvolution *d,
                                                    finnc_value *x, int64_t factor, int64_t pixels,
                                                    finnc_tensor *weights);

#endif
