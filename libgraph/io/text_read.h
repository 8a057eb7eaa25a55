/* What the parts of the reader of the textual syntax share. */
#ifndef FNC_TEXT_READ_H
#define FNC_TEXT_READ_H

#include "../ir/ir.h"
#include "text_scan.h"

/* A node's input, kept by name until all values are known: what makes a value may stand behind
 * what uses it, and in an enclosing graph. */
typedef struct fnc_text_input {
    struct fnc_text_input *next;
    finnc_node *node;
    size_t index;
    const char *name;
    const char *at;
} fnc_text_input;

/* A body's output, until it is known whether something in the body makes it. */
typedef struct fnc_text_output {
    struct fnc_text_output *next;
    const finnc_value *value;
    const char *at;
} fnc_text_output;

typedef struct fnc_text_reader {
    fnc_scan scan;
    fnc_arena scratch;
    finnc_model *model;
    fnc_text_input *inputs, **inputs_end;
    fnc_text_output *outputs; /* last first */
} fnc_text_reader;

/* `name (inputs) => (outputs) <values> { nodes }`, into an empty graph. */
FINNC_MUST_USE finnc_status fnc_text_read_graph(fnc_text_reader *reader, finnc_graph *graph);
/* `<a = 1, b = "text">`, if it is there. */
FINNC_MUST_USE finnc_status fnc_text_read_attrs(fnc_text_reader *reader, finnc_node *node);
/* The rest of one attribute, behind its name. `node` NULL: a function's default, where graphs and
 * tensors are not supported. `attr` and what it holds live in the model's arena. */
FINNC_MUST_USE finnc_status fnc_text_read_attr(fnc_text_reader *reader, finnc_node *node,
                                               const char *name, finnc_attr *attr);
/* `{UINT8, NCHW, key: "text"}`, if it is there. */
FINNC_MUST_USE finnc_status fnc_text_read_annotations(fnc_text_reader *reader, finnc_value *value);
/* The functions behind the main graph, up to the end of the text. */
FINNC_MUST_USE finnc_status fnc_text_read_functions(fnc_text_reader *reader);
/* `(inputs) => (outputs) <values> { nodes }`, types being optional throughout. */
FINNC_MUST_USE finnc_status fnc_text_read_body(fnc_text_reader *reader, finnc_graph *graph);
/* `["": 17, "qonnx.custom_op.general": 1]` */
FINNC_MUST_USE finnc_status fnc_text_read_opsets(fnc_text_reader *reader, fnc_opset **opsets,
                                                 size_t *count);

#endif
