/* Graphs, nodes, attributes, values: from messages and back. Each pair of functions is in one file,
 * so that what reading takes out of a message and what writing puts into it stand side by side.
 *
 * Reading takes the fields that the IR models out of a message and keeps the rest as `extra`;
 * writing unpacks `extra` and puts the fields back. A field that is there but empty (name: "") is
 * the same to the IR as one that is absent, so it is left in the rest. */
#ifndef FNC_ONNX_GRAPH_H
#define FNC_ONNX_GRAPH_H

#include "onnx_tensor.h"

typedef struct fnc_onnx_reader {
    finnc_ctx *cx;
    fnc_onnx_source *source;
    fnc_arena *scratch; /* of messages */
    finnc_model *model;
} fnc_onnx_reader;

typedef struct fnc_onnx_writer {
    finnc_ctx *cx;
    fnc_arena *arena; /* of messages, which live until they are packed */
    fnc_onnx_form form;
} fnc_onnx_writer;

/* ---- fields (onnx_field.c) ---- */

/* Moves a text from a message into the model: "" if there is none. */
FINNC_MUST_USE finnc_status fnc_onnx_take_text(fnc_onnx_reader *r, char **field, const char **text);
/* Keeps what is left of a message. */
FINNC_MUST_USE finnc_status fnc_onnx_keep(fnc_onnx_reader *r, const ProtobufCMessage *message,
                                          fnc_wire *extra);
/* Sets a text unless it is empty. */
void fnc_onnx_put_text(const char *text, char **field);
/* A message to put fields into: what was kept of the one that was read, or an empty one. */
FINNC_MUST_USE finnc_status fnc_onnx_begin(fnc_onnx_writer *w,
                                           const ProtobufCMessageDescriptor *type, fnc_wire extra,
                                           void *message);

/* ---- values (onnx_value.c): ValueInfoProto ---- */

FINNC_MUST_USE finnc_status fnc_onnx_type_read(fnc_onnx_reader *r, Onnx__TypeProto *proto,
                                               fnc_type *type);
FINNC_MUST_USE finnc_status fnc_onnx_type_write(fnc_onnx_writer *w, const fnc_type *type,
                                                Onnx__TypeProto **proto);
FINNC_MUST_USE finnc_status fnc_onnx_info_write(fnc_onnx_writer *w, const finnc_value *value,
                                                Onnx__ValueInfoProto **info);

/* Gives `value` what `info` tells. `first`: nobody told anything about it before. False in `told`
 * if the value would not be written like this: it was told something else before. */
FINNC_MUST_USE finnc_status fnc_onnx_info_read(fnc_onnx_reader *r, finnc_value *value, bool first,
                                               Onnx__ValueInfoProto *info, bool *told);
/* Marks an entry to be kept as it is: where it stood in its list, and what type `value` (may be
 * NULL) had then. */
FINNC_MUST_USE finnc_status fnc_onnx_info_mark(fnc_onnx_reader *r, const finnc_value *value,
                                               uint64_t order, Onnx__ValueInfoProto *info);
typedef struct fnc_onnx_mark {
    uint64_t order, type;
    bool has_type;
} fnc_onnx_mark;
/* Takes the mark away. */
fnc_onnx_mark fnc_onnx_info_unmark(Onnx__ValueInfoProto *info);
/* Does the entry still hold: is there the value (may be NULL) with the type that it had then? */
FINNC_MUST_USE finnc_status fnc_onnx_mark_holds(fnc_onnx_writer *w, const fnc_onnx_mark *mark,
                                                const finnc_value *value, bool *holds);

/* ---- attributes (onnx_attr.c): AttributeProto ---- */

FINNC_MUST_USE finnc_status fnc_onnx_attr_read(fnc_onnx_reader *r, finnc_node *node,
                                               Onnx__AttributeProto *proto);
FINNC_MUST_USE finnc_status fnc_onnx_attr_write(fnc_onnx_writer *w, const finnc_attr *attr,
                                                Onnx__AttributeProto **proto);

/* ---- lists of a graph (onnx_list.c): value_info and quantization_annotation ---- */

/* Each takes what it can into the graph's values and moves the entries that have to be kept as they
 * are to the list's beginning; `*count` becomes their number. */
FINNC_MUST_USE finnc_status fnc_onnx_infos_read(fnc_onnx_reader *r, finnc_graph *graph,
                                                size_t *count, Onnx__ValueInfoProto **infos);
FINNC_MUST_USE finnc_status fnc_onnx_annotations_read(fnc_onnx_reader *r, finnc_graph *graph,
                                                      size_t *count,
                                                      Onnx__TensorAnnotation **annotations);
/* Each takes the kept entries and makes the whole list of them and the graph's. */
FINNC_MUST_USE finnc_status fnc_onnx_infos_write(fnc_onnx_writer *w, const finnc_graph *graph,
                                                 size_t *count, Onnx__ValueInfoProto ***infos);
FINNC_MUST_USE finnc_status fnc_onnx_annotations_write(fnc_onnx_writer *w, const finnc_graph *graph,
                                                       size_t *count,
                                                       Onnx__TensorAnnotation ***annotations);

/* ---- nodes (onnx_node.c): NodeProto ---- */

/* Makes values of what nodes put out; two nodes that make the same one are an error. */
FINNC_MUST_USE finnc_status fnc_onnx_outputs_read(fnc_onnx_reader *r, finnc_graph *graph,
                                                  size_t count, Onnx__NodeProto *const *nodes);
/* Makes the nodes, once all values around them are there. */
FINNC_MUST_USE finnc_status fnc_onnx_nodes_read(fnc_onnx_reader *r, finnc_graph *graph,
                                                size_t count, Onnx__NodeProto *const *nodes);
FINNC_MUST_USE finnc_status fnc_onnx_nodes_write(fnc_onnx_writer *w, const finnc_graph *graph,
                                                 size_t *count, Onnx__NodeProto ***nodes);

/* ---- graphs (onnx_graph.c): GraphProto ---- */

FINNC_MUST_USE finnc_status fnc_onnx_graph_read(fnc_onnx_reader *r, Onnx__GraphProto *proto,
                                                finnc_graph *graph);
FINNC_MUST_USE finnc_status fnc_onnx_graph_write(fnc_onnx_writer *w, const finnc_graph *graph,
                                                 Onnx__GraphProto **proto);

/* ---- models (onnx_model.c): ModelProto, FunctionProto ---- */

FINNC_MUST_USE finnc_status fnc_onnx_model_read(fnc_onnx_reader *r, Onnx__ModelProto *proto);
FINNC_MUST_USE finnc_status fnc_onnx_model_write(fnc_onnx_writer *w, const finnc_model *model,
                                                 Onnx__ModelProto **proto);

#endif
