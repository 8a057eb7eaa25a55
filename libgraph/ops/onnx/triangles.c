/* Diagonals and triangles of matrices: EyeLike, Trilu. */
#include "../infer.h"

#include <inttypes.h>

/* ---- EyeLike ---- */

static finnc_status eye_like_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t dtype = fnc_infer_int(in, "dtype", x.elem);
    if (x.rank >= 0 && x.rank != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "makes matrices, the input has rank %d", x.rank);
    if (dtype < 0 || dtype >= 40 ||
        (dtype > 0 && !(finnc_op_types(in->op, in->op->out, 0) >> dtype & 1)))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute dtype is %" PRId64 ", no type for it",
                          dtype);
    x.elem = (finnc_elem)dtype;
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_eye_like = {
    .name = "EyeLike",
    .summary = "ones on a diagonal of a matrix, zeros elsewhere",
    .since = {9, 22},
    .in = {{"input", "a matrix of the wanted shape", 0, "T1"}},
    .out = {{"output", "of that shape", 0, "T2"}},
    .attrs = {{"dtype", FINNC_ATTR_INT, NULL, "the element type; absent: the input's", 0},
              {"k", FINNC_ATTR_INT, "0", "which diagonal: > 0 above the main one, < 0 below", 0}},
    .types = {{"T1", FINNC_TYPES_NUMERIC | FINNC_TYPE(BOOL)},
              {"T2", FINNC_TYPES_NUMERIC | FINNC_TYPE(BOOL)}},
    .shapes = eye_like_shapes};

/* ---- Trilu ---- */

static finnc_status trilu_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank >= 0 && x.rank < 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes matrices, the input has rank %d", x.rank);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_trilu = {
    .name = "Trilu",
    .summary = "the upper or lower triangle of matrices, zeros elsewhere",
    .since = {14},
    .in = {{"input", "(..., N, M)", 0, "T"},
           {"k", "where the triangle begins: > 0 above the main diagonal, < 0 below; absent: 0",
            FINNC_OPTIONAL, "INT64"}},
    .out = {{"output", "as input", 0, "T"}},
    .attrs = {{"upper", FINNC_ATTR_INT, "1", "0: the lower triangle", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = trilu_shapes};
