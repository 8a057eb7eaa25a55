#include "dot_style.h"

#include <math.h>

/* Colours and shapes tell the kinds apart, either alone: in print, and to those who see colours
 * differently. */
const fnc_dot_node_style fnc_dot_node_styles[FNC_NKINDS] = {
    [FNC_KIND_STANDARD] = {"ONNX operator", "box", "rounded,filled", "#eaf1fb", "#5b84b8",
                           "0.14,0.05"},
    [FNC_KIND_QUANTISER] = {"quantiser", "hexagon", "filled", "#fff1cc", "#c98a00", "0.02,0.02"},
    [FNC_KIND_CUSTOM] = {"QONNX or FINN operator", "octagon", "filled", "#f2eafa", "#8257b5",
                         "0.06,0.02"},
    [FNC_KIND_HARDWARE] = {"hardware layer", "box3d", "filled", "#e0f3e3", "#2f7d3b", "0.14,0.06"},
    [FNC_KIND_CONTROL] = {"control flow", "house", "filled", "#f0f0f0", "#555555", "0.04,0.02"},
    [FNC_KIND_UNKNOWN] = {"unknown operator", "box", "dashed,filled", "#fdecea", "#c0392b",
                          "0.14,0.05"},
};

const fnc_dot_node_style fnc_dot_bottleneck_style = {"bottleneck", "box3d",   "bold,filled",
                                                     "#ffd7c9",    "#c0392b", "0.14,0.06"};

const fnc_dot_edge_style fnc_dot_edge_styles[FNC_NFLOWS] = {
    [FNC_FLOW_FEW_BITS] = {"1 or 2 bits", "#17805a"},
    [FNC_FLOW_INTEGER] = {"integer, fixed point", "#2a6099"},
    [FNC_FLOW_FLOAT] = {"floating point", "#b5533c"},
    [FNC_FLOW_UNKNOWN] = {"not known", "#888888"},
};

fnc_dot_flow fnc_dot_flow_of(const finnc_value *value)
{
    int bits = fnc_value_type_bits(value);
    if (bits == 0)
        return FNC_FLOW_UNKNOWN;
    switch (finnc_value_dtype(value).kind) {
    case FINNC_DTYPE_FLOAT32:
        /* Also what an absent annotation means: the element type knows better. */
        if (finnc_value_elem(value) == FINNC_ELEM_BOOL ||
            (finnc_elem_is_integer(finnc_value_elem(value)) && !finnc_value_has_dtype(value)))
            break;
        return FNC_FLOW_FLOAT;
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_MINIFLOAT:
        return FNC_FLOW_FLOAT;
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_BIPOLAR:
    case FINNC_DTYPE_TERNARY:
    case FINNC_DTYPE_FIXED:
    case FINNC_DTYPE_SCALEDINT:
        break;
    }
    return bits <= 2 ? FNC_FLOW_FEW_BITS : FNC_FLOW_INTEGER;
}

double fnc_dot_line_width(const finnc_value *value)
{
    int bits = fnc_value_type_bits(value);
    return bits == 0 ? 1.0 : fmin(1.0 + bits / 16.0, 4.0);
}
