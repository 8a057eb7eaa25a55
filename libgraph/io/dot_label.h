/* The texts of a drawing, escaped as Graphviz reads labels: a backslash stands for more than
 * itself, and a text has to be UTF-8. */
#ifndef FNC_DOT_LABEL_H
#define FNC_DOT_LABEL_H

#include "../base/buf.h"

#include <finnc/op.h>

/* Appends `text`, at most `limit` characters of it (0: all) and then an ellipsis. */
void fnc_dot_put_text(fnc_buf *buf, const char *text, size_t limit);

/* Op type, name, and a line per constant input: "W 64×3×3×3 BIPOLAR", "B = 0.5". */
void fnc_dot_node_label(fnc_buf *buf, const finnc_node *node);
/* Name, and the attributes that are numbers or texts: shown where the mouse rests. */
void fnc_dot_node_tooltip(fnc_buf *buf, const finnc_node *node);
/* "UINT8 1×3×32×32 NCHW" over two lines. */
void fnc_dot_value_label(fnc_buf *buf, const finnc_value *value);
/* An input or output of the graph: its name and what it holds. */
void fnc_dot_terminal_label(fnc_buf *buf, const finnc_value *value);

#endif
