/* A product of data and constant weights that becomes a hardware layer, together with the
 * thresholds behind it: what the passes that make MVAUs and VVAUs share. */
#ifndef FNC_HW_PRODUCT_H
#define FNC_HW_PRODUCT_H

#include "activation.h"

typedef struct fnc_hw_product {
    finnc_pass_run *run;
    finnc_node *node; /* of (x, weights) */
    finnc_value *x, *weights;
    int rank; /* of x */
    int64_t dims[FINNC_MAX_RANK];
    int64_t rows, columns; /* of the weights */
    fnc_activation activation;
} fnc_hw_product;

/* Infers data types if weights of a MatMul are BIPOLAR: whether a layer would add up what the node
 * does (fnc_hw_product_adds_up) turns on the type of the data, so that has to be right before a
 * pass looks at it. Elsewhere types may follow. */
FINNC_MUST_USE finnc_status fnc_hw_products_settle(finnc_pass_run *run, finnc_graph *graph);
/* Reads a node of `run`; false if no layer can do its work. */
bool fnc_hw_product_read(fnc_hw_reason *why, finnc_pass_run *run, finnc_node *node,
                         fnc_hw_product *p);
/* Are the data and weights integers, as layers take them? */
bool fnc_hw_product_has_integers(fnc_hw_reason *why, const fnc_hw_product *p);
/* As a layer, would it add up what the node does? FINN's layers count agreeing bits instead where
 * both operands are BIPOLAR. */
bool fnc_hw_product_adds_up(fnc_hw_reason *why, const fnc_hw_product *p);
/* Looks for thresholds behind it that the layer takes in. False if without them nothing says which
 * integers come out. */
bool fnc_hw_product_read_activation(fnc_hw_reason *why, fnc_hw_product *p);
/* Puts the layer in place of the product, and of the thresholds that it takes in; its name is
 * `prefix` and that of the node. Data types and what concerns the thresholds are said by
 * attributes. */
FINNC_MUST_USE finnc_status fnc_hw_product_replace(fnc_hw_product *p, const char *op_type,
                                                   const char *prefix, finnc_node **layer);
/* The same for an MVAU, which is then complete. What it makes has a shape; that of nothing else can
 * have changed, so the passes leave the rest of the graph alone, where upstream infers all shapes.
 */
FINNC_MUST_USE finnc_status fnc_hw_product_to_mvau(fnc_hw_product *p, const char *prefix,
                                                   bool counts_bits);

#endif
