/* Tensors that a few numbers describe: Range, EyeLike; and Trilu, which blanks half a matrix. */
#include "../infer.h"

#include "../../base/range.h"

#include <inttypes.h>

/* ---- Range ---- */

static finnc_status range_shapes(finnc_infer *in)
{
    finnc_elem elem = finnc_infer_elem(in, 0);
    finnc_dim dim = fnc_unknown_dim();
    const finnc_tensor *t[3];
    bool is_known = true, is_fine;
    int64_t n;
    for (size_t i = 0; i < 3; i++) {
        t[i] = finnc_infer_const(in, i);
        if (t[i] && finnc_tensor_nelems(t[i]) != 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements where one number belongs", i,
                              finnc_tensor_nelems(t[i]));
        is_known &= t[i] != NULL;
    }
    if (is_known) {
        is_fine = finnc_elem_is_float(elem)
                      ? fnc_range_floats(finnc_tensor_get(t[0], 0), finnc_tensor_get(t[1], 0),
                                         finnc_tensor_get(t[2], 0), &n)
                      : fnc_range_ints(finnc_tensor_get_int(t[0], 0), finnc_tensor_get_int(t[1], 0),
                                       finnc_tensor_get_int(t[2], 0), &n);
        if (!is_fine)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "no range from %g to %g by %g",
                              finnc_tensor_get(t[0], 0), finnc_tensor_get(t[1], 0),
                              finnc_tensor_get(t[2], 0));
        dim = fnc_known(n);
    }
    return finnc_infer_set_type(in, 0, elem, 1, &dim);
}

const finnc_op fnc_op_onnx_range = {
    .name = "Range",
    .summary = "numbers at equal distances",
    .since = {11, 27},
    .in = {{"start", "the first, one number", 0, "T"},
           {"limit", "where they end, itself not among them", 0, "T"},
           {"delta", "from one to the next", 0, "T"}},
    .out = {{"output", "start + i * delta", 0, "T"}},
    .attrs = {{"stash_type", FINNC_ATTR_INT, "1",
               "what 16-bit floats are computed in: 1 (FLOAT) or 11 (DOUBLE)", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT16) | FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .shapes = range_shapes};

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
