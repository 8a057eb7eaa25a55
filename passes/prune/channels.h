/* How the channels of what a node reads and makes belong together. */
#ifndef FNC_PRUNE_CHANNELS_H
#define FNC_PRUNE_CHANNELS_H

#include <finnc/op.h>

typedef enum fnc_channel_flow {
    FNC_CHANNELS_END,     /* nothing is known: masks end here */
    FNC_CHANNELS_STAY,    /* an output channel is made of the input channel at its place */
    FNC_CHANNELS_MAT_MUL, /* every output channel is made of all input channels */
    FNC_CHANNELS_CONV,    /* the same, in channels and filters */
    FNC_CHANNELS_DW_CONV  /* a convolution with one filter per channel */
} fnc_channel_flow;

fnc_channel_flow fnc_channel_flow_of(const finnc_node *node);

/* Of a MatMul or convolution; -1 where there is no such axis. */
typedef struct fnc_product_axes {
    int in, out;               /* of input 0 and output 0 */
    int weight_in, weight_out; /* of input 1 */
} fnc_product_axes;
fnc_product_axes fnc_product_axes_of(const finnc_node *node);

/* The axis of constant input `i` that lies along `axis` of what the node makes, or -1: the mask of
 * a parameter speaks of the axes of the data, as upstream has it, that of weights of their own. */
int fnc_own_axis(const finnc_node *node, size_t i, int64_t axis);
/* The value whose rank fnc_own_axis has to know, or NULL. */
const finnc_value *fnc_axis_decider(const finnc_node *node, size_t i);
/* Axes are told by ranks: infers shapes if there is a mask and a rank is not known. */
finnc_status fnc_learn_masked_shapes(finnc_ctx *cx, finnc_graph *graph);

#endif
