/* FINN's layers that join streams element by element, copy them, or put them side by side. */
#include "hardware.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Both streams have one shape, which is the result's. */
static finnc_status same_shapes(finnc_infer *in)
{
    fnc_shape a = fnc_shape_of(in, 0), b = fnc_shape_of(in, 1);
    FINNC_TRY(fnc_shape_unify(in, &a, &b));
    a.elem = fnc_container(in, 0);
    return fnc_infer_set(in, 0, &a);
}

/* ---- AddStreams ---- */

static finnc_status add_streams_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtypes(in, "inputDataType"));
    finnc_dtype a = finnc_infer_dtype(in, 0), b = finnc_infer_dtype(in, 1);
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        return FINNC_OK;
    FINNC_TRY(fnc_hw_sums_dtype(in->cx, finnc_dtype_min(a) + finnc_dtype_min(b),
                                finnc_dtype_max(a) + finnc_dtype_max(b), &a));
    return finnc_infer_set_dtype(in, 0, a);
}

const finnc_op fnc_op_finn_add_streams = {
    .name = "AddStreams",
    .domain = FNC_HW_DOMAIN,
    .summary = "sums of two streams",
    .since = {1},
    .in = {{"a", "(..., C)", 0, "FLOAT"}, {"b", "as a", 0, "FLOAT"}},
    .out = {{"y", "as a", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("NumChannels", "C"), FNC_HW_PE, FNC_HW_TYPE("inputDataType", "of a and b"),
              FNC_HW_VECTORS, FNC_HW_FIFOS("[2,2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_COMMUTATIVE | FINNC_OP_ELEMENTWISE | FINNC_OP_HLS,
    .shapes = same_shapes,
    .dtypes = add_streams_dtypes,
    .range = fnc_range_sum};

/* ---- StreamingEltwise ---- */

static double far(finnc_dtype a, finnc_dtype b)
{
    return fmax(fabs(finnc_dtype_max(a) - finnc_dtype_min(b)),
                fabs(finnc_dtype_max(b) - finnc_dtype_min(a)));
}

finnc_status fnc_hw_eltwise_dtype(finnc_ctx *cx, const char *op, finnc_dtype a, finnc_dtype b,
                                  finnc_dtype *dtype)
{
    *dtype = finnc_dtype_float32();
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        return FINNC_OK;
    if (strcmp(op, "Sub") != 0 && strcmp(op, "AbsDiff") != 0)
        return fnc_hw_sums_dtype(cx, finnc_dtype_min(a) + finnc_dtype_min(b),
                                 finnc_dtype_max(a) + finnc_dtype_max(b), dtype);
    const double low = finnc_dtype_min(a) - finnc_dtype_max(b);
    const double high = finnc_dtype_max(a) - finnc_dtype_min(b), most = far(a, b);
    const bool has_sign = !strcmp(op, "Sub");
    *dtype = finnc_dtype_smallest(has_sign ? -most : most);
    /* Upstream looks for the number farthest from 0 alone. Of differences the opposite may be out
     * of reach, and BIPOLAR has no 0. */
    if (has_sign && (dtype->kind == FINNC_DTYPE_BIPOLAR || !(finnc_dtype_min(*dtype) <= low) ||
                     !(high <= finnc_dtype_max(*dtype))))
        return fnc_hw_sums_dtype(cx, low, high, dtype);
    if (!finnc_dtype_is_integer(*dtype))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its differences reach %g, which no type of 64 bits holds", most);
    return FINNC_OK;
}

static finnc_status eltwise_dtypes(finnc_infer *in)
{
    const char *op;
    finnc_dtype t;
    FINNC_TRY(finnc_node_need_string(in->cx, in->node, "eltwiseOp", &op));
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType0"));
    FINNC_TRY(fnc_infer_follow_dtype(in, 1, "inputDataType1"));
    FINNC_TRY(
        fnc_hw_eltwise_dtype(in->cx, op, finnc_infer_dtype(in, 0), finnc_infer_dtype(in, 1), &t));
    return finnc_infer_set_dtype(in, 0, t);
}

/* A distance neither rises nor falls with one of the two. */
static finnc_status eltwise_range(finnc_infer *in, finnc_range_rule *rule)
{
    const char *op = finnc_node_string(in->node, "eltwiseOp", "");
    return strcmp(op, "Add") && strcmp(op, "Sub") ? FINNC_OK : fnc_range_monotone(in, rule);
}

const finnc_op fnc_op_finn_streaming_eltwise = {
    .name = "StreamingEltwise",
    .domain = FNC_HW_DOMAIN,
    .summary = "sum, difference or distance of two streams",
    .since = {1},
    .in = {{"a", "(..., C)", 0, "FLOAT"}, {"b", "as a", 0, "FLOAT"}},
    .out = {{"y", "as a", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("NumChannels", "C"), FNC_HW_PE, FNC_HW_TYPE("inputDataType0", "of a"),
              FNC_HW_TYPE("inputDataType1", "of b"), FNC_HW_TYPE("eltwiseOp", "what is done"),
              FNC_HW_VECTORS, FNC_HW_FIFOS("[2,2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"eltwiseOp", "Add Sub AbsDiff"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_ELEMENTWISE | FINNC_OP_HLS,
    .shapes = same_shapes,
    .dtypes = eltwise_dtypes,
    .range = eltwise_range};

/* ---- ChannelwiseOp ---- */

/* One number per channel, or one for all: axes before the channels' are of one element, and no more
 * than the data have. */
static finnc_status check_per_channel(const finnc_infer *in)
{
    const fnc_shape param = fnc_shape_of(in, 1);
    const int rank = finnc_infer_rank(in, 0);
    bool fits = rank < 0 || param.rank <= rank;
    for (int i = 0; i < param.rank - 1; i++)
        fits &= param.dims[i].size < 0 || param.dims[i].size == 1;
    char text[256];
    return fits ? FINNC_OK
                : finnc_fail(in->cx, FINNC_BAD_VALUE,
                             "input 1 (param) has the shape %s, should have a number per channel",
                             fnc_shape_text(&param, text, sizeof text));
}

/* Sums and products of the input's numbers and the parameters, where these are known. A type of
 * more bits than float32 tells apart is what sums are called, whatever they reach. */
static finnc_status need_channelwise(const finnc_infer *in)
{
    const double exact = 16777216; /* 2^24 */
    const char *func = finnc_node_string(in->node, "Func", "cmp_le");
    const finnc_dtype x = finnc_infer_dtype(in, 0);
    const finnc_tensor *params = finnc_infer_const(in, 1);
    const bool adds = !strcmp(func, "add"), multiplies = !strcmp(func, "mul");
    double low = INFINITY, high = -INFINITY;
    if (!finnc_dtype_is_integer(x) || finnc_dtype_max(x) >= exact || !(adds || multiplies))
        return FINNC_OK;
    for (int64_t i = 0; params && i < finnc_tensor_nelems(params); i++) {
        const double p = finnc_tensor_get(params, i);
        const double a = adds ? finnc_dtype_min(x) + p : finnc_dtype_min(x) * p;
        const double b = adds ? finnc_dtype_max(x) + p : finnc_dtype_max(x) * p;
        low = fmin(low, fmin(a, b));
        high = fmax(high, fmax(a, b));
    }
    return low <= high ? fnc_hw_need_results(in, low, high) : FINNC_OK;
}

static finnc_status channelwise_dtypes(finnc_infer *in)
{
    FINNC_TRY(need_channelwise(in));
    return fnc_hw_dtypes(in);
}

static finnc_status channelwise_check(finnc_infer *in)
{
    int64_t channels;
    finnc_dtype param;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "NumChannels", &channels));
    FINNC_TRY(fnc_hw_need_dim(in, 0, -1, "NumChannels", channels));
    if (finnc_infer_rank(in, 1) > 0 &&
        finnc_infer_dim(in, 1, finnc_infer_rank(in, 1) - 1).size != 1)
        FINNC_TRY(fnc_hw_need_dim(in, 1, -1, "NumChannels", channels));
    FINNC_TRY(check_per_channel(in));
    FINNC_TRY(fnc_infer_dtype_attr(in, "paramDataType", &param));
    FINNC_TRY(fnc_check_constant(in, 1, param, "parameter"));
    return need_channelwise(in);
}

static finnc_status channelwise_range(finnc_infer *in, finnc_range_rule *rule)
{
    const char *func = finnc_node_string(in->node, "Func", "cmp_le");
    return strcmp(func, "add") && strcmp(func, "mul") ? FINNC_OK : fnc_range_monotone(in, rule);
}

const finnc_op fnc_op_finn_channelwise_op = {
    .name = "ChannelwiseOp",
    .domain = FNC_HW_DOMAIN,
    .summary = "adds, multiplies or compares with one number per channel",
    .since = {1},
    .in = {{"x", "(..., C)", 0, "FLOAT"}, {"param", "(C)", 0, "FLOAT"}},
    .out = {{"y", "(..., C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_MAY("Func", STRING, "\"cmp_le\"", "what is done; comparing is not executed"),
              FNC_HW_PE, FNC_HW_INT("NumChannels", "C"), FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("paramDataType", "of the numbers"), FNC_HW_TYPE("outputDataType", "of y"),
              FNC_HW_MAY("ram_style", STRING, "\"distributed\"", "what keeps the numbers"),
              FNC_HW_VECTORS, FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES,
                                      {"Func", "cmp_le cmp_ge add mul"},
                                      {"ram_style", "distributed block"},
                                      {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_ELEMENTWISE | FINNC_OP_HLS,
    .shapes = fnc_shapes_container,
    .dtypes = channelwise_dtypes,
    .check = channelwise_check,
    .range = channelwise_range};

/* ---- DuplicateStreams ---- */

static finnc_status duplicate_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(fnc_infer_set(in, o, &x));
    return FINNC_OK;
}

static finnc_status duplicate_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(finnc_infer_set_dtype(in, o, finnc_infer_dtype(in, 0)));
    return FINNC_OK;
}

static finnc_status duplicate_check(finnc_infer *in)
{
    int64_t copies;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "NumOutputStreams", &copies));
    if (copies < 1 || (uint64_t)copies != finnc_infer_noutputs(in))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute NumOutputStreams is %" PRId64 ", the node has %zu outputs",
                          copies, finnc_infer_noutputs(in));
    return FINNC_OK;
}

const finnc_op fnc_op_finn_duplicate_streams = {
    .name = "DuplicateStreams",
    .domain = FNC_HW_DOMAIN,
    .summary = "the same stream several times",
    .since = {1},
    .in = {{"x", "(..., C)", 0, "T"}},
    .out = {{"copies", "as x", FINNC_VARIADIC, "T"}},
    .attrs = {FNC_HW_INT("NumChannels", "C"), FNC_HW_PE, FNC_HW_INT("NumOutputStreams", "copies"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_VECTORS, FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS,
    .shapes = duplicate_shapes,
    .dtypes = duplicate_dtypes,
    .check = duplicate_check,
    .range = fnc_range_moves};

/* ---- StreamingConcat ---- */

static finnc_status concat_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    for (size_t i = 1; i < finnc_infer_ninputs(in) && x.rank > 0; i++) {
        fnc_shape y = fnc_shape_of(in, i);
        finnc_dim *last = &x.dims[x.rank - 1];
        if (y.rank >= 0 && y.rank != x.rank)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu has rank %d, input 0 %d", i,
                              y.rank, x.rank);
        for (int axis = 0; axis < x.rank - 1; axis++)
            FINNC_TRY(fnc_infer_same_dim(in, i, axis, &x.dims[axis]));
        int64_t sum;
        bool known = y.rank > 0 && last->size >= 0 && y.dims[y.rank - 1].size >= 0 &&
                     fnc_add_i64(last->size, y.dims[y.rank - 1].size, &sum);
        *last = known ? fnc_known(sum) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status concat_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtypes(in, "inputDataType"));
    return fnc_dtypes_joined(in);
}

static finnc_status concat_check(finnc_infer *in)
{
    const int64_t *elems;
    FINNC_TRY(fnc_hw_list(in, "ElemsPerStream", finnc_infer_ninputs(in), &elems));
    for (size_t i = 0; i < finnc_infer_ninputs(in); i++)
        FINNC_TRY(fnc_hw_need_dim(in, i, -1, "ElemsPerStream", elems[i]));
    return FINNC_OK;
}

const finnc_op fnc_op_finn_streaming_concat = {
    .name = "StreamingConcat",
    .domain = FNC_HW_DOMAIN,
    .summary = "streams side by side, along the last axis",
    .since = {1},
    .in = {{"x", "(..., C)", FINNC_VARIADIC, "FLOAT"}},
    .out = {{"y", "(..., sum of C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INTS("ElemsPerStream", "C of each input"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_VECTORS, FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = concat_shapes,
    .dtypes = concat_dtypes,
    .check = concat_check,
    .range = fnc_range_joins};
