/* Range: numbers at equal distances. */
#include "../infer.h"

#include "../../base/range.h"

#include <inttypes.h>

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
               "what 16-bit floats are computed in: 1 (FLOAT) or 11 (DOUBLE)", FINNC_SINCE(27)}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT16) | FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .shapes = range_shapes};
