/* FINN's layers that only carry streams: other words, queues, memory, marks, and whole partitions.
 */
#include "hardware.h"

#include <inttypes.h>
#include <string.h>

/* What is in the FIFO, wire or memory is what was in the tensor, whatever holds it. */
#define CARRIED .types = {{"T", FINNC_TYPES_NUMERIC}}

static finnc_status dtype_follows(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "dataType"));
    return fnc_dtypes_as_first(in);
}

/* ---- StreamingDataWidthConverter, StreamingFIFO ---- */

/* The attribute `name` is the shape of x but for the first axis, along which images may come in any
 * number. */
static finnc_status check_shape(const finnc_infer *in, const char *name)
{
    size_t count;
    const int64_t *dims;
    FINNC_TRY(finnc_node_need_ints(in->cx, in->node, name, &dims, &count));
    FINNC_TRY(fnc_infer_need_rank(in, 0, count < FINNC_MAX_RANK ? (int)count : FINNC_MAX_RANK));
    for (int i = 1; i < finnc_infer_rank(in, 0); i++)
        FINNC_TRY(fnc_hw_need_dim(in, 0, i, name, dims[i]));
    return FINNC_OK;
}

static finnc_status dwc_check(finnc_infer *in)
{
    return check_shape(in, "shape");
}

const finnc_op fnc_op_finn_streaming_data_width_converter = {
    .name = "StreamingDataWidthConverter",
    .domain = FNC_HW_DOMAIN,
    .summary = "the same elements in words of another width",
    .since = {1},
    .in = {{"x", "any stream", 0, "T"}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {FNC_HW_INTS("shape", "of x"), FNC_HW_INT("inWidth", "bits"),
              FNC_HW_INT("outWidth", "bits"), FNC_HW_TYPE("dataType", "of x"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    CARRIED,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = fnc_shapes_container,
    .dtypes = dtype_follows,
    .check = dwc_check,
    .range = fnc_range_moves};

const finnc_op fnc_op_finn_streaming_fifo = {
    .name = "StreamingFIFO",
    .domain = FNC_HW_DOMAIN,
    .summary = "a queue between two layers",
    .since = {1},
    .in = {{"x", "any stream", 0, "T"}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {FNC_HW_INT("depth", "words"), FNC_HW_INTS("folded_shape", "of x, as words"),
              FNC_HW_INTS("normal_shape", "of x"), FNC_HW_TYPE("dataType", "of x"),
              FNC_HW_MAY("ram_style", STRING, "\"auto\"", "what it is made of"),
              FNC_HW_MAY("depth_monitor", INT, "0", "does it count how full it was?"),
              FNC_HW_RTL("impl_style", STRING, "\"rtl\"", "whose FIFO it is"),
              FNC_HW_MAY("inFIFODepths", INTS, "[0]", "words in the FIFO before it"),
              FNC_HW_MAY("outFIFODepths", INTS, "[0]", "words in the FIFO behind it")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES,
                                      {"ram_style", "auto block distributed ultra"},
                                      {"impl_style", "rtl vivado"},
                                      {"depth_monitor", "0 1"},
                                      {0}},
    CARRIED,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_RTL,
    .shapes = fnc_shapes_container,
    .dtypes = dtype_follows,
    .range = fnc_range_moves};

/* ---- IODMA, TLastMarker ---- */

/* Weights lie in memory as they are streamed, again and again; behind it they are the matrix that
 * the layer knows. */
static finnc_status iodma_shapes(finnc_infer *in)
{
    if (!strcmp(finnc_node_string(in->node, "burstMode", "increment"), "wrap"))
        return FINNC_OK;
    return fnc_shapes_container(in);
}

const finnc_op fnc_op_finn_iodma = {
    .name = "IODMA",
    .domain = FNC_HW_DOMAIN,
    .summary = "a stream from or to memory",
    .since = {1},
    .in = {{"x", "(..., C)", 0, "T"}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {FNC_HW_INT("NumChannels", "C"), FNC_HW_TYPE("dataType", "of x"),
              FNC_HW_MAY("streamWidth", INT, "32", "bits of a word of the stream"),
              FNC_HW_MAY("intfWidth", INT, "32", "bits of a word of the memory"),
              FNC_HW_MAY("burstMode", STRING, "\"increment\"", "on, or from the start again"),
              FNC_HW_MAY("direction", STRING, "\"in\"", "from memory, or to it"),
              FNC_HW_MAY("intfName", STRING, "\"\"", "the port"), FNC_HW_VECTORS,
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices =
        (const finnc_choice[]){
            FNC_HW_CHOICES, {"burstMode", "wrap increment"}, {"direction", "in out"}, {0}},
    CARRIED,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS | FINNC_OP_MEMORY,
    .shapes = iodma_shapes,
    .dtypes = dtype_follows,
    .range = fnc_range_moves};

const finnc_op fnc_op_finn_tlast_marker = {
    .name = "TLastMarker",
    .domain = FNC_HW_DOMAIN,
    .summary = "marks where a stream ends",
    .since = {1},
    .in = {{"x", "any stream", 0, "T"}},
    .out = {{"y", "x", 0, NULL}},
    .attrs = {FNC_HW_INT("NumIters", "words"), FNC_HW_INT("StreamWidth", "bits of a word"),
              FNC_HW_INT("ElemWidth", "bits of an element"),
              FNC_HW_MAY("DynIters", INT, "1", "may the number of words change?"),
              FNC_HW_MAY("Direction", STRING, "\"out\"",
                         "behind the last layer, or before the first"),
              FNC_HW_MAY("Protocol", STRING, "\"external\"", "who sees the mark"),
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices =
        (const finnc_choice[]){
            FNC_HW_CHOICES, {"Direction", "out in"}, {"Protocol", "external internal"}, {0}},
    CARRIED,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS,
    .shapes = fnc_shapes_container,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

/* ---- CheckSum ---- */

static finnc_status check_sum_shapes(finnc_infer *in)
{
    const finnc_dim one = fnc_known(1);
    FINNC_TRY(fnc_shapes_as_first(in));
    return finnc_infer_set_type(in, 1, FINNC_ELEM_FLOAT, 1, &one);
}

static finnc_status check_sum_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_hw_dtypes_as_first(in));
    return finnc_infer_set_dtype(in, 1, finnc_dtype_uint(32));
}

static finnc_status check_sum_check(finnc_infer *in)
{
    int64_t words, items;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "words_per_frame", &words));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "items_per_word", &items));
    const finnc_value *x = finnc_node_input(in->node, 0);
    int64_t frame, n = x ? finnc_value_nelems(x) : -1;
    if (words < 1 || items < 1 || !fnc_mul_i64(words, items, &frame) || (n >= 0 && n != frame))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "words_per_frame %" PRId64 " of items_per_word %" PRId64
                          " for an input of %" PRId64 " elements",
                          words, items, n);
    return FINNC_OK;
}

static finnc_status check_sum_range(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_moves(in, rule));
    rule->noutputs = 1; /* not the sum */
    return FINNC_OK;
}

const finnc_op fnc_op_finn_check_sum = {
    .name = "CheckSum",
    .domain = FNC_HW_DOMAIN,
    .summary = "hands a frame on and sums it up",
    .since = {1},
    .in = {{"x", "one frame", 0, "FLOAT"}},
    .out = {{"y", "x", 0, "FLOAT"},
            {"checksum", "(1): 24 bits, below a counter of frames", FINNC_OPTIONAL, "FLOAT"}},
    .attrs = {FNC_HW_INT("words_per_frame", "words"), FNC_HW_INT("items_per_word", "elements"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_INTS("folded_shape", "of x, as words"),
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = check_sum_shapes,
    .dtypes = check_sum_dtypes,
    .check = check_sum_check,
    .range = check_sum_range};

/* ---- StreamingDataflowPartition ---- */

/* Its model is a file: what comes out is known to nobody here, as upstream. */
const finnc_op fnc_op_finn_streaming_dataflow_partition = {
    .name = "StreamingDataflowPartition",
    .domain = FNC_HW_DOMAIN,
    .summary = "a model in a file of its own, as one node",
    .since = {1},
    .in = {{"inputs", "those of the model, in order", FINNC_VARIADIC | FINNC_MIXED, NULL}},
    .out = {{"outputs", "those of the model, in order", FINNC_VARIADIC | FINNC_MIXED, NULL}},
    .attrs = {FNC_HW_TYPE("model", "the ONNX file"),
              FNC_HW_MAY("backend", STRING, "\"fpgadataflow\"", "marks a hardware layer"),
              FNC_HW_MAY("res_estimate", STRING, "\"\"", "resources, found by formula"),
              FNC_HW_MAY("res_hls", STRING, "\"\"", "resources, found by HLS"),
              FNC_HW_MAY("res_synth", STRING, "\"\"", "resources, found by synthesis"),
              FNC_HW_MAY("slr", INT, "-1", "the die that it is placed on"),
              FNC_HW_MAY("partition_id", INT, "0", "which one it is"),
              FNC_HW_MAY("device_id", INT, "0", "the device that it goes to"),
              FNC_HW_MAY("mem_port", STRING, "\"\"", "the memory port that it uses"),
              FNC_HW_MAY("instance_name", STRING, "\"\"", "in the design"),
              FNC_HW_MAY("return_full_exec_context", INT, "0",
                         "without effect: only outputs come back")},
    .choices = (const finnc_choice[]){{"return_full_exec_context", "0 1"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_PARTITION};
