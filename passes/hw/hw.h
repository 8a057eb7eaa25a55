/* Putting hardware layers into a graph: what the Infer... passes and those that insert FIFOs, width
 * converters and the like have in common. */
#ifndef FNC_HW_H
#define FNC_HW_H

#include <pass.h>

#include "../support/build.h"

#include <finnc/layer.h>

#define FNC_HW_DOMAIN     "finn.custom_op.fpgadataflow"
#define FNC_HW_DOMAIN_HLS FNC_HW_DOMAIN ".hls"
#define FNC_HW_DOMAIN_RTL FNC_HW_DOMAIN ".rtl"

/* Inserts an abstract layer `output` = op_type(inputs...) before `before` (NULL: at the end), its
 * backend said. `node` may be NULL. */
FINNC_MUST_USE finnc_status fnc_hw_insert(finnc_ctx *cx, finnc_graph *graph, const char *op_type,
                                          finnc_value *const *inputs, size_t ninputs,
                                          finnc_value *output, finnc_node *before,
                                          finnc_node **node);
/* Names `node` prefix + the name of `old`, as upstream's Infer... passes do. */
FINNC_MUST_USE finnc_status fnc_hw_name_after(finnc_ctx *cx, finnc_node *node, const char *prefix,
                                              const finnc_node *old);
/* An attribute that names a data type. */
FINNC_MUST_USE finnc_status fnc_hw_attr_dtype(finnc_ctx *cx, finnc_node *node, const char *name,
                                              finnc_dtype dtype);
/* Attribute numInputVectors: all dimensions but the last. */
FINNC_MUST_USE finnc_status fnc_hw_attr_vectors(finnc_ctx *cx, finnc_node *node,
                                                const int64_t *dims, int rank);

/* Is it that layer ("MVAU"), abstract or bound? */
bool fnc_hw_is(const finnc_node *node, const char *layer);
/* Is the node part of the hardware: has it the attribute backend = "fpgadataflow"? */
bool fnc_hw_is_dataflow(const finnc_node *node);
/* BAD_VALUE, naming it, if a node of the graph is none; `who` needs that. */
FINNC_MUST_USE finnc_status fnc_hw_need_dataflow(finnc_ctx *cx, const finnc_graph *graph,
                                                 const char *who);
/* A new value of the shape and data type of `value`, in a container of floats, as all streams are.
 */
FINNC_MUST_USE finnc_status fnc_hw_insert_twin(finnc_ctx *cx, finnc_graph *graph,
                                               const finnc_value *value, finnc_value **twin);
/* Infers shapes, but once (`has_inferred`), if that of `value` is not known: what the attributes of
 * a layer say is then held against it. */
FINNC_MUST_USE finnc_status fnc_hw_need_shape(finnc_ctx *cx, finnc_graph *graph,
                                              const finnc_value *value, bool *has_inferred);
/* A new value that holds what `stream`, which is `like`, carries, its data type said. BAD_VALUE if
 * `like` is of another size. */
FINNC_MUST_USE finnc_status fnc_hw_insert_stream(finnc_ctx *cx, finnc_graph *graph,
                                                 const finnc_value *like,
                                                 const finnc_stream *stream, finnc_value **value);
/* The same without saying its data type. */
FINNC_MUST_USE finnc_status fnc_hw_insert_untyped_stream(finnc_ctx *cx, finnc_graph *graph,
                                                         const finnc_value *like,
                                                         const finnc_stream *stream,
                                                         finnc_value **value);
/* The node that makes the stream which `node` reads as input 0, in front of layers that hand it on;
 * NULL: none does. */
finnc_node *fnc_hw_stream_maker(const finnc_node *node);
/* Is it a layer bound to HLS or RTL? */
static inline bool fnc_hw_is_bound(const finnc_node *node)
{
    return finnc_node_style(node) != FINNC_STYLE_ABSTRACT;
}

#endif
