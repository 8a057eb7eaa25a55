/* What the parts of the writer of the textual syntax share. */
#ifndef FNC_TEXT_WRITE_H
#define FNC_TEXT_WRITE_H

#include "../base/buf.h"
#include "../base/sink.h"
#include "../ir/ir.h"

typedef struct fnc_text_writer {
    fnc_sink sink;
    bool weights; /* all of it, or an error: nothing is left out */
    int indent;   /* blanks before a node */
} fnc_text_writer;

/* `name (inputs) => (outputs) <values> { nodes }` */
FINNC_MUST_USE finnc_status fnc_text_write_graph(fnc_text_writer *writer, const finnc_graph *graph);
/* What stands behind the name. `brief`: inputs and outputs by name alone, as functions have them.
 */
FINNC_MUST_USE finnc_status fnc_text_write_body(fnc_text_writer *writer, const finnc_graph *graph,
                                                bool brief);
/* ` <a = 1, b = "text">`, or nothing. */
FINNC_MUST_USE finnc_status fnc_text_write_attrs(fnc_text_writer *writer, const finnc_node *node);
FINNC_MUST_USE finnc_status fnc_text_write_attr(fnc_text_writer *writer, const finnc_attr *attr);
/* ` {UINT8, NCHW}`, or nothing. */
FINNC_MUST_USE finnc_status fnc_text_write_annotations(fnc_text_writer *writer,
                                                       const finnc_value *value);
FINNC_MUST_USE finnc_status fnc_text_write_functions(fnc_text_writer *writer,
                                                     const finnc_model *model);
/* UNSUPPORTED with weights if a file said something that the syntax cannot express and the IR keeps
 * as wire bytes (text_rest.c): of the model, a function, a graph with its values and nodes, an
 * attribute. */
FINNC_MUST_USE finnc_status fnc_text_check_model(fnc_text_writer *writer, const finnc_model *model);
FINNC_MUST_USE finnc_status fnc_text_check_function(fnc_text_writer *writer,
                                                    const fnc_function *function);
FINNC_MUST_USE finnc_status fnc_text_check_graph(fnc_text_writer *writer, const finnc_graph *graph);
FINNC_MUST_USE finnc_status fnc_text_check_attr(fnc_text_writer *writer, const finnc_attr *attr);
/* A text in quotes; what it cannot hold (a zero byte) is left out, or UNSUPPORTED with weights. */
FINNC_MUST_USE finnc_status fnc_text_write_string(fnc_text_writer *writer, finnc_string string);

#endif
