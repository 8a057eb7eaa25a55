/* How a drawing looks: one row per kind of node, one per class of data type. */
#ifndef FNC_DOT_STYLE_H
#define FNC_DOT_STYLE_H

#include "kind.h"

typedef struct fnc_dot_node_style {
    const char *legend;
    const char *shape, *style, *fill, *line;
    const char *margin; /* around the label, in inches: shapes with corners need less */
} fnc_dot_node_style;

typedef enum fnc_dot_flow {
    FNC_FLOW_FEW_BITS, /* one or two: BIPOLAR, BINARY, TERNARY, INT2 */
    FNC_FLOW_INTEGER,  /* and fixed point */
    FNC_FLOW_FLOAT,
    FNC_FLOW_UNKNOWN
} fnc_dot_flow;
enum { FNC_NFLOWS = FNC_FLOW_UNKNOWN + 1 };

typedef struct fnc_dot_edge_style {
    const char *legend;
    const char *colour;
} fnc_dot_edge_style;

extern const fnc_dot_node_style fnc_dot_node_styles[FNC_NKINDS];
/* The hardware layer, or layers, that take most cycles. */
extern const fnc_dot_node_style fnc_dot_bottleneck_style;
extern const fnc_dot_edge_style fnc_dot_edge_styles[FNC_NFLOWS];

fnc_dot_flow fnc_dot_flow_of(const finnc_value *value);
/* The line's width grows with the bits of an element: what is wide on a chip is wide on paper. */
double fnc_dot_line_width(const finnc_value *value);

#endif
