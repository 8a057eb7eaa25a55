/* What derivatives need and ONNX has no op for. Sessions make these nodes; a model may hold them,
 * too. */
#include "../infer.h"

static finnc_status elem_as_first(finnc_infer *in)
{
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(finnc_infer_set_type(in, o, finnc_infer_elem(in, 0), -1, NULL));
    return FINNC_OK;
}

/* The element type of input 0, the shape of input 1. */
static finnc_status shape_as_second(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 1);
    s.elem = finnc_infer_elem(in, 0);
    return fnc_infer_set(in, 0, &s);
}

#define ALIGNED                                                                                    \
    {                                                                                              \
        {                                                                                          \
            "axis", FINNC_ATTR_INT, NULL,                                                          \
                "of the larger one, where the first of the smaller one lies; absent: the last "    \
                "axes lie over one another",                                                       \
                0                                                                                  \
        }                                                                                          \
    }

const finnc_op fnc_op_finnc_sum_to = {
    .name = "SumTo",
    .domain = "finnc",
    .summary = "sums over what broadcasting repeated",
    .since = {1},
    .in = {{"x", "what `like` broadcasts to", 0, "T"}, {"like", "for its shape", 0, NULL}},
    .out = {{"y", "of the shape of `like`", 0, "T"}},
    .attrs = ALIGNED,
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = shape_as_second};

const finnc_op fnc_op_finnc_spread = {
    .name = "Spread",
    .domain = "finnc",
    .summary = "repeats elements, as broadcasting does",
    .since = {1},
    .in = {{"x", "of a shape that broadcasts to that of `like`", 0, "T"},
           {"like", "for its shape", 0, NULL}},
    .out = {{"y", "of the shape of `like`", 0, "T"}},
    .attrs = ALIGNED,
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .shapes = shape_as_second};

static finnc_status swap_axes_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank >= 2 && !finnc_node_attr_int(in->node, "unless")) {
        finnc_dim last = x.dims[x.rank - 1];
        x.dims[x.rank - 1] = x.dims[x.rank - 2];
        x.dims[x.rank - 2] = last;
    }
    return fnc_infer_set(in, 0, &x);
}
const finnc_op fnc_op_finnc_swap_axes = {
    .name = "SwapAxes",
    .domain = "finnc",
    .summary = "transposes matrices: exchanges the last two axes",
    .since = {1},
    .in = {{"x", "matrices", 0, "T"}},
    .out = {{"y", "their transposes", 0, "T"}},
    .attrs = {{"unless", FINNC_ATTR_INT, "0", "1: do nothing", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = swap_axes_shapes};

const finnc_op fnc_op_finnc_matrices = {
    .name = "Matrices",
    .domain = "finnc",
    .summary = "puts in the axes of one element that MatMul supposes of vectors",
    .since = {1},
    .in = {{"a", "the left operand", 0, "T"},
           {"b", "the right one", 0, "T"},
           {"y", "of the product's shape", 0, "T"}},
    .out = {{"A", "a, a vector as a row", 0, "T"},
            {"B", "b, a vector as a column", 0, "T"},
            {"Y", "y, of the shape of the product of A and B", 0, "T"}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = elem_as_first};

const finnc_op fnc_op_finnc_filters = {
    .name = "Filters",
    .domain = "finnc",
    .summary = "filters and results of a convolution as matrices, one per group",
    .since = {1},
    .in = {{"w", "filters (M, C / group, kernel...)", 0, "T"},
           {"y", "results (N, M, ...)", 0, "T"}},
    .out = {{"W", "(group, M / group, C / group * kernel)", 0, "T"},
            {"Y", "(N, group, M / group, positions)", 0, "T"}},
    .attrs = {{"group", FINNC_ATTR_INT, "1", "of channels, apart from one another", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = elem_as_first};

#define WINDOW                                                                                     \
    {                                                                                              \
        {"auto_pad", FINNC_ATTR_STRING, "\"NOTSET\"", "as Conv's", 0},                             \
            {"dilations", FINNC_ATTR_INTS, NULL, "as Conv's", 0},                                  \
            {"group", FINNC_ATTR_INT, "0", "of channels; 0: one per channel", 0},                  \
            {"kernel_shape", FINNC_ATTR_INTS, NULL, "as Conv's", 0},                               \
            {"pads", FINNC_ATTR_INTS, NULL, "as Conv's", 0},                                       \
        {                                                                                          \
            "strides", FINNC_ATTR_INTS, NULL, "as Conv's", 0                                       \
        }                                                                                          \
    }

const finnc_op fnc_op_finnc_unfold = {
    .name = "Unfold",
    .domain = "finnc",
    .summary = "windows side by side, zeros where they reach beyond",
    .since = {1},
    .in = {{"x", "(N, C, ...)", 0, "T"},
           {"y", "(N, anything, positions...): how many windows", 0, NULL},
           {"w", "filters, for the kernel's shape", FINNC_OPTIONAL, NULL}},
    .out = {{"columns", "(N, group, C / group * kernel, positions)", 0, "T"}},
    .attrs = WINDOW,
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = elem_as_first};

const finnc_op fnc_op_finnc_fold = {
    .name = "Fold",
    .domain = "finnc",
    .summary = "adds windows up where Unfold took them from",
    .since = {1},
    .in = {{"columns", "(N, group, C / group * kernel, positions)", 0, "T"},
           {"x", "(N, C, ...), for its shape", 0, NULL},
           {"y", "(N, anything, positions...): how many windows", 0, NULL},
           {"w", "filters, for the kernel's shape", FINNC_OPTIONAL, NULL}},
    .out = {{"sums", "of the shape of x", 0, "T"}},
    .attrs = WINDOW,
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = shape_as_second};

static finnc_status shape_as_third(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 2);
    s.elem = finnc_infer_elem(in, 0);
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_finnc_scatter = {
    .name = "Scatter",
    .domain = "finnc",
    .summary = "adds elements up at places of a tensor of zeros",
    .since = {1},
    .in = {{"u", "numbers", 0, "T"},
           {"places", "where each goes, counted row by row; those beyond are left out", 0, "INT64"},
           {"like", "for its shape", 0, NULL}},
    .out = {{"y", "of the shape of `like`", 0, "T"}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = shape_as_third};

const finnc_op fnc_op_finnc_pick = {
    .name = "Pick",
    .domain = "finnc",
    .summary = "the elements at places, zero where there is none",
    .since = {1},
    .in = {{"x", "numbers", 0, "T"}, {"places", "of its elements, row by row", 0, "INT64"}},
    .out = {{"y", "of the shape of `places`", 0, "T"}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = shape_as_second};
