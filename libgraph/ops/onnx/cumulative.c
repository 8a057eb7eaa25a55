/* Running sums and products. */
#include "../infer.h"

#define CUMULATIVE(symbol, op, text, ...)                                                          \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"x", "numbers", 0, "T"}, {"axis", "one number", 0, "T2"}},                         \
        .out = {{"y", "as x", 0, "T"}},                                                            \
        .attrs = {{"reverse", FINNC_ATTR_INT, "0", "1: from the back", 0},                         \
                  {"exclusive", FINNC_ATTR_INT, "0", "1: without the element itself", 0}},         \
        .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64) |                \
                            FINNC_TYPE(UINT32) | FINNC_TYPE(UINT64)},                              \
                  {"T2", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},                                  \
        .shapes = cumulative_shapes}

static finnc_status cumulative_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const finnc_tensor *axis = finnc_infer_const(in, 1);
    int normal;
    if (axis && finnc_tensor_nelems(axis) == 1 && x.rank >= 0)
        FINNC_TRY(fnc_infer_axis(in, finnc_tensor_get_int(axis, 0), x.rank, &normal));
    return fnc_infer_set(in, 0, &x);
}

CUMULATIVE(cum_sum, "CumSum", "sums of the elements up to each place along an axis", 11, 14);
CUMULATIVE(cum_prod, "CumProd", "products of the elements up to each place along an axis", 26);
