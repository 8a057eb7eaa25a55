/* Layers that multiply with weights, MVAU and VVAU: what FINN's formulas take of them. */
#ifndef FNC_PRODUCTS_H
#define FNC_PRODUCTS_H

#include "layer.h"

/* In the layer's code, in a memory beside it, or streamed from outside. */
typedef enum fnc_weights_place {
    FNC_WEIGHTS_EMBEDDED,
    FNC_WEIGHTS_DECOUPLED,
    FNC_WEIGHTS_EXTERNAL
} fnc_weights_place;

/* Each of `outputs` results is a product of `length` elements with as many weights, `repeats` times
 * in an inference; `pe` results and `simd` elements at once. */
typedef struct fnc_product {
    int64_t length, outputs, repeats; /* set by the layer */
    int64_t pe, simd;
    finnc_dtype input, weight, sum, output;
    bool has_activation;
    fnc_weights_place place;
    int64_t wmem; /* words of pe * simd weights */
    int64_t tmem; /* words of pe thresholds; 0 without activation */
} fnc_product;

/* Fills in the rest from the attributes. BAD_VALUE if PE and SIMD divide not what `outputs_name`
 * and `length_name` call outputs and length. */
FINNC_MUST_USE finnc_status fnc_product_read(const fnc_layer_node *l, const char *length_name,
                                             const char *outputs_name, fnc_product *p);

FINNC_MUST_USE finnc_status fnc_product_cycles(const fnc_layer_node *l, const fnc_product *p,
                                               int64_t *cycles);
/* Multiplications, weights, and with an activation one threshold per output (not one per step: so
 * FINN counts). */
FINNC_MUST_USE finnc_status fnc_product_counts(const fnc_layer_node *l, const fnc_product *p,
                                               finnc_layer_count *counts, size_t *count);
/* The stream of weights of a layer that gets them from outside: `rank` axes `dims` are repeated.
 * Others have none, and the stream stays as it is. */
FINNC_MUST_USE finnc_status fnc_product_weight_stream(const fnc_layer_node *l, const fnc_product *p,
                                                      const int64_t *dims, int rank,
                                                      finnc_stream *stream);

/* Bits of a word of weights from a memory; of embedded ones, of what one PE takes. */
FINNC_MUST_USE finnc_status fnc_product_inner_width(const fnc_layer_node *l, const fnc_product *p,
                                                    int64_t *bits);

/* Weights are input 1, thresholds, unless noActivation says that there are none, input 2. The layer
 * tells how columns are formed. */
FINNC_MUST_USE finnc_status fnc_product_constants(const fnc_layer_node *l,
                                                  finnc_constants *constants);

/* ---- resources ---- */

/* Bits of one word of weights. */
static inline double fnc_product_word(const fnc_product *p)
{
    return (double)p->simd * finnc_dtype_bits(p->weight) * (double)p->pe;
}
/* Are the weights in LUTs? */
bool fnc_product_uses_lutram(const fnc_layer_node *l, const fnc_product *p);
/* LUTs for one PE's thresholds and comparators, in `words` words of LUTRAM. */
double fnc_product_threshold_luts(const fnc_product *p, double words);
/* LUTs of the layer in HLS, `thresholds` being those of one PE. */
double fnc_product_luts(const fnc_layer_node *l, const fnc_product *p, double thresholds);
/* DSP blocks for one product of an element and a weight in HLS; 0 if LUTs form it. */
double fnc_product_dsps(const fnc_layer_node *l, const fnc_product *p);

/* ---- styles ---- */

finnc_status fnc_mvau_styles(const fnc_layer_node *l, const finnc_part *part,
                             fnc_layer_styles *styles);
finnc_status fnc_vvau_styles(const fnc_layer_node *l, const finnc_part *part,
                             fnc_layer_styles *styles);

#endif
