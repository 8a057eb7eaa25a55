/* Determinants. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status det_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = x;
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &x);
    if (x.rank < 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes square matrices, the input has rank %d",
                          x.rank);
    finnc_dim rows = x.dims[x.rank - 2], columns = x.dims[x.rank - 1];
    if (rows.size >= 0 && columns.size >= 0 && rows.size != columns.size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "takes square matrices, the input has %" PRId64 " by %" PRId64, rows.size,
                          columns.size);
    y.rank = x.rank - 2;
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_det = {.name = "Det",
                                  .summary = "determinants of matrices",
                                  .since = {11, 22},
                                  .in = {{"X", "(..., M, M)", 0, "T"}},
                                  .out = {{"Y", "(...)", 0, "T"}},
                                  .types = {{"T", FINNC_TYPES_FLOAT}},
                                  .shapes = det_shapes};
