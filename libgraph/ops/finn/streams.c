/* FINN's layers between the computing ones: joins, tables, and what only changes how a stream is
 * cut into words. */
#include "../infer.h"

#include <math.h>
#include <string.h>

#define FPGADATAFLOW "finn.custom_op.fpgadataflow"
#define BACKEND                                                                                    \
    {                                                                                              \
        "backend", FINNC_ATTR_STRING, "\"fpgadataflow\"", "marks a hardware layer", 0              \
    }

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
        int64_t sum;
        bool known = y.rank > 0 && last->size >= 0 && y.dims[y.rank - 1].size >= 0 &&
                     fnc_add_i64(last->size, y.dims[y.rank - 1].size, &sum);
        *last = known ? fnc_known(sum) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_finn_streaming_concat = {
    .name = "StreamingConcat",
    .domain = FPGADATAFLOW,
    .summary = "streams side by side, along the last axis",
    .since = {1},
    .in = {{"x", "(..., C)", FINNC_VARIADIC, NULL}},
    .out = {{"y", "(..., sum of C)", 0, NULL}},
    .attrs = {BACKEND,
              {"ElemsPerStream", FINNC_ATTR_INTS, NULL, "C of each input", FINNC_REQUIRED},
              {"inputDataType", FINNC_ATTR_STRING, NULL, "of x", FINNC_REQUIRED},
              {"numInputVectors", FINNC_ATTR_INTS, "[1]", "axes before the channels", 0}},
    .traits = FINNC_OP_HARDWARE,
    .shapes = concat_shapes,
    .dtypes = fnc_dtypes_as_first};

/* ---- StreamingEltwise ---- */

static double far(finnc_dtype a, finnc_dtype b)
{
    return fmax(fabs(finnc_dtype_max(a) - finnc_dtype_min(b)),
                fabs(finnc_dtype_max(b) - finnc_dtype_min(a)));
}

static finnc_status eltwise_dtypes(finnc_infer *in)
{
    const char *op;
    finnc_dtype a = finnc_infer_dtype(in, 0), b = finnc_infer_dtype(in, 1), t;
    FINNC_TRY(finnc_node_need_string(in->cx, in->node, "eltwiseOp", &op));
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        t = finnc_dtype_float32();
    else if (!strcmp(op, "Sub"))
        t = finnc_dtype_smallest(-far(a, b));
    else if (!strcmp(op, "AbsDiff"))
        t = finnc_dtype_smallest(far(a, b));
    else
        t = finnc_dtype_smallest(finnc_dtype_is_signed(a)
                                     ? finnc_dtype_min(a) + finnc_dtype_min(b)
                                     : finnc_dtype_max(a) + finnc_dtype_max(b));
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_finn_streaming_eltwise = {
    .name = "StreamingEltwise",
    .domain = FPGADATAFLOW,
    .summary = "sum, difference or distance of two streams",
    .since = {1},
    .in = {{"a", "(..., C)", 0, NULL}, {"b", "as a", 0, NULL}},
    .out = {{"y", "as a", 0, NULL}},
    .attrs = {BACKEND,
              {"eltwiseOp", FINNC_ATTR_STRING, NULL, "Add, Sub or AbsDiff", FINNC_REQUIRED},
              {"NumChannels", FINNC_ATTR_INT, NULL, "C", FINNC_REQUIRED},
              {"PE", FINNC_ATTR_INT, "1", "channels at once", 0},
              {"inputDataType0", FINNC_ATTR_STRING, NULL, "of a", FINNC_REQUIRED},
              {"inputDataType1", FINNC_ATTR_STRING, NULL, "of b", FINNC_REQUIRED},
              {"numInputVectors", FINNC_ATTR_INTS, "[1]", "axes before the channels", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_container,
    .dtypes = eltwise_dtypes};

/* ---- Lookup ---- */

static finnc_status lookup_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t width;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "EmbeddingDim", &width));
    x.elem = FINNC_ELEM_FLOAT;
    if (x.rank >= FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "the indices have rank %d", x.rank);
    if (x.rank >= 0)
        x.dims[x.rank++] = fnc_known(width);
    return fnc_infer_set(in, 0, &x);
}

static finnc_status lookup_dtypes(finnc_infer *in)
{
    finnc_dtype t;
    FINNC_TRY(fnc_infer_dtype_attr(in, "EmbeddingType", &t));
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_finn_lookup = {
    .name = "Lookup",
    .domain = FPGADATAFLOW,
    .summary = "rows of a table by their numbers",
    .since = {1},
    .in = {{"indices", "int64", 0, NULL}, {"table", "(NumEmbeddings, EmbeddingDim)", 0, NULL}},
    .out = {{"y", "(..., EmbeddingDim)", 0, NULL}},
    .attrs = {BACKEND,
              {"NumEmbeddings", FINNC_ATTR_INT, NULL, "rows", FINNC_REQUIRED},
              {"EmbeddingDim", FINNC_ATTR_INT, NULL, "columns", FINNC_REQUIRED},
              {"EmbeddingType", FINNC_ATTR_STRING, NULL, "of the table", FINNC_REQUIRED},
              {"InputType", FINNC_ATTR_STRING, NULL, "of the indices", FINNC_REQUIRED},
              {"InputShape", FINNC_ATTR_INTS, "[1]", "of the indices", 0}},
    .traits = FINNC_OP_HARDWARE,
    .shapes = lookup_shapes,
    .dtypes = lookup_dtypes};

/* ---- the same elements, otherwise cut ---- */

const finnc_op fnc_op_finn_streaming_data_width_converter = {
    .name = "StreamingDataWidthConverter",
    .domain = FPGADATAFLOW,
    .summary = "the same elements in words of another width",
    .since = {1},
    .in = {{"x", "any stream", 0, NULL}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {BACKEND,
              {"shape", FINNC_ATTR_INTS, NULL, "of x", FINNC_REQUIRED},
              {"inWidth", FINNC_ATTR_INT, NULL, "bits", FINNC_REQUIRED},
              {"outWidth", FINNC_ATTR_INT, NULL, "bits", FINNC_REQUIRED},
              {"dataType", FINNC_ATTR_STRING, NULL, "of x", FINNC_REQUIRED}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = fnc_shapes_container,
    .dtypes = fnc_dtypes_as_first};

const finnc_op fnc_op_finn_streaming_fifo = {
    .name = "StreamingFIFO",
    .domain = FPGADATAFLOW,
    .summary = "a queue between two layers",
    .since = {1},
    .in = {{"x", "any stream", 0, NULL}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {BACKEND,
              {"depth", FINNC_ATTR_INT, NULL, "words", FINNC_REQUIRED},
              {"folded_shape", FINNC_ATTR_INTS, NULL, "of x, as words", FINNC_REQUIRED},
              {"normal_shape", FINNC_ATTR_INTS, NULL, "of x", FINNC_REQUIRED},
              {"dataType", FINNC_ATTR_STRING, NULL, "of x", FINNC_REQUIRED},
              {"ram_style", FINNC_ATTR_STRING, "\"auto\"", "what it is made of", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = fnc_shapes_container,
    .dtypes = fnc_dtypes_as_first};

/* Its model is a file: what comes out is known to nobody here, as upstream. */
const finnc_op fnc_op_finn_streaming_dataflow_partition = {
    .name = "StreamingDataflowPartition",
    .domain = FPGADATAFLOW,
    .summary = "a model in a file of its own, as one node",
    .since = {1},
    .in = {{"inputs", "those of the model, in order", FINNC_VARIADIC, NULL}},
    .out = {{"outputs", "those of the model, in order", FINNC_VARIADIC, NULL}},
    .attrs = {BACKEND,
              {"model", FINNC_ATTR_STRING, NULL, "the ONNX file", FINNC_REQUIRED},
              {"partition_id", FINNC_ATTR_INT, "0", "which one it is", 0}},
    .traits = FINNC_OP_HARDWARE};
