/* Sampling at places that a grid names, and such grids. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status grid_sample_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), grid = fnc_shape_of(in, 1);
    fnc_shape y = {.elem = x.elem, .rank = x.rank >= 0 ? x.rank : grid.rank};
    if (x.rank >= 0 && (x.rank < 3 || (in->version < 20 && x.rank != 4)))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "samples a tensor of rank %d%s", x.rank,
                          in->version < 20 ? ", needs rank 4" : "");
    if (x.rank >= 0 && grid.rank >= 0 && x.rank != grid.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a grid of rank %d over a tensor of rank %d",
                          grid.rank, x.rank);
    if (y.rank < 0)
        return fnc_infer_set(in, 0, &y);
    for (int i = 0; i < y.rank; i++)
        y.dims[i] = i < 2 ? (x.rank >= 0 ? x.dims[i] : fnc_unknown_dim())
                          : (grid.rank >= 0 ? grid.dims[i - 1] : fnc_unknown_dim());
    if (y.dims[0].size < 0 && grid.rank >= 0)
        y.dims[0] = grid.dims[0];
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_grid_sample = {
    .name = "GridSample",
    .summary = "samples at the places that a grid names",
    .since = {16, 20, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T1"},
           {"grid", "(N, out spatial..., axes): -1 to 1, innermost axis first", 0, "T2"}},
    .out = {{"Y", "(N, C, out spatial...)", 0, "T1"}},
    .attrs = {{"align_corners", FINNC_ATTR_INT, "0",
               "are -1 and 1 the centres of the outermost elements, or their outer edges?", 0},
              {"padding_mode", FINNC_ATTR_STRING, "\"zeros\"", "zeros, border or reflection", 0},
              {"mode", FINNC_ATTR_STRING, "\"bilinear\"", "bilinear, nearest or bicubic",
               FINNC_UNTIL(20)},
              {"mode", FINNC_ATTR_STRING, "\"linear\"", "linear, nearest or cubic",
               FINNC_SINCE(20)}},
    .types = {{"T1", FINNC_TYPES_CLASSIC}, {"T2", FINNC_TYPES_FLOAT}},
    .shapes = grid_sample_shapes};

/* size is (N, C, H, W) or (N, C, D, H, W). */
static finnc_status affine_grid_shapes(finnc_infer *in)
{
    fnc_shape theta = fnc_shape_of(in, 0), size;
    FINNC_TRY(fnc_shape_listed(in, 1, &size));
    if (size.rank < 0)
        return finnc_infer_set_type(in, 0, theta.elem, -1, NULL);
    if (size.rank != 4 && size.rank != 5)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "size has %d entries, should have 4 or 5",
                          size.rank);
    fnc_shape grid = {.elem = theta.elem, .rank = size.rank, .dims = {size.dims[0]}};
    for (int i = 1; i < size.rank - 1; i++)
        grid.dims[i] = size.dims[i + 1];
    grid.dims[size.rank - 1] = fnc_known(size.rank - 2);
    if (grid.dims[0].size < 0 && theta.rank == 3)
        grid.dims[0] = theta.dims[0];
    return fnc_infer_set(in, 0, &grid);
}

const finnc_op fnc_op_onnx_affine_grid = {
    .name = "AffineGrid",
    .summary = "a grid for GridSample, moved by affine maps",
    .since = {20},
    .in = {{"theta", "(N, 2, 3) or (N, 3, 4): a matrix and a shift each", 0, "T1"},
           {"size", "N, C and two or three spatial sizes", 0, "T2"}},
    .out = {{"grid", "(N, spatial..., 2 or 3)", 0, "T1"}},
    .attrs = {{"align_corners", FINNC_ATTR_INT, "0",
               "are -1 and 1 the centres of the outermost elements, or their outer edges?", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT64)}},
    .shapes = affine_grid_shapes};
