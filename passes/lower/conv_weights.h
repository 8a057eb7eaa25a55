/* The weights of a convolution as a matrix: (O, I, kh, kw) becomes (kh*kw*C, O), a row per element
 * of the patch that Im2Col makes (kernel row, kernel column, channel). Channels that a filter of a
 * grouped convolution does not see are rows of zeros. */
#ifndef FNC_LOWER_CONV_WEIGHTS_H
#define FNC_LOWER_CONV_WEIGHTS_H

#include "conv_geometry.h"

/* NULL, or why the weights of `conv` cannot become a matrix: they have to be a constant, or a
 * quantiser's output for constants. */
const char *fnc_conv_weights_obstacle(finnc_ctx *cx, const finnc_node *conv,
                                      const fnc_conv_geometry *geometry);
/* Makes the matrix; `matrix` is the constant itself or the output of the quantiser. The old
 * constants and quantiser stay as they are if somebody else reads them. */
FINNC_MUST_USE finnc_status fnc_conv_weights_lower(finnc_ctx *cx, finnc_node *conv,
                                                   const fnc_conv_geometry *geometry,
                                                   finnc_value **matrix);

#endif
