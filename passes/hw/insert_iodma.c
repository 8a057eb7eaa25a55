/*      x -> layer -> y     becomes     x -> IODMA_hls -> layer -> IODMA_hls -> y
 * and weights that a layer wants to be streamed come through an IODMA of their own, from a constant
 * that lies in memory as they are streamed. */
#include "hw.h"

#include <inttypes.h>
#include <string.h>

typedef struct inserting {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    int64_t max_width; /* of the memory's words, in bits */
} inserting;

typedef struct dma {
    const int64_t *vectors;
    size_t nvectors;
    int64_t channels, stream_width, memory_width;
    finnc_dtype dtype;
    bool is_out, wraps;
} dma;

static finnc_status insert_dma(inserting *in, const dma *d, finnc_value *x, finnc_value *y,
                               finnc_node *before)
{
    finnc_node *node;
    finnc_ctx *cx = in->cx;
    FINNC_TRY(
        fnc_insert_op(cx, in->graph, FNC_HW_DOMAIN_HLS, "IODMA_hls", &x, 1, y, before, &node));
    FINNC_TRY(finnc_node_set_string(cx, node, "backend", "fpgadataflow"));
    FINNC_TRY(finnc_node_set_ints(cx, node, "numInputVectors", d->vectors, d->nvectors));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", d->channels));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "dataType", d->dtype));
    FINNC_TRY(finnc_node_set_int(cx, node, "intfWidth", d->memory_width));
    FINNC_TRY(finnc_node_set_int(cx, node, "streamWidth", d->stream_width));
    FINNC_TRY(finnc_node_set_string(cx, node, "direction", d->is_out ? "out" : "in"));
    if (!d->wraps)
        return FINNC_OK;
    return finnc_node_set_string(cx, node, "burstMode", "wrap");
}

/* The widest word of memory that all bits can be carried in. */
static finnc_status choose_width(const inserting *in, int64_t bits, int64_t *width)
{
    int64_t a = in->max_width, b = bits;
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    if (a % 8 != 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " bits are carried in words of at most %" PRId64
                          ": the widest that divides both has %" PRId64 " bits, no whole bytes",
                          bits, in->max_width, a);
    *width = a;
    return FINNC_OK;
}

/* ---- inputs and outputs: bytes, since words of a stream are padded to whole bytes ---- */

static finnc_status dma_of(const inserting *in, const finnc_stream *stream, dma *d)
{
    int64_t bits;
    d->stream_width = finnc_stream_padded_width(stream);
    d->channels = d->stream_width / 8;
    d->vectors = stream->folded;
    d->nvectors = (size_t)stream->folded_rank - 1;
    d->dtype = finnc_dtype_uint(8);
    if (stream->folded_rank < 1 || !fnc_mul_i64(stream->words, d->stream_width, &bits))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "its stream is no stream, or too large");
    return choose_width(in, bits, &d->memory_width);
}

static finnc_status insert_at_input(inserting *in, finnc_value *value)
{
    finnc_stream stream;
    finnc_value *streamed;
    dma d = {0};
    const finnc_use *use = finnc_value_first_use(value);
    if (!use || fnc_hw_is(finnc_use_node(use), "IODMA") || finnc_value_is_constant(value) ||
        !finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    finnc_node *node = finnc_use_node(use);
    FNC_AT_NODE(in->cx, node);
    FINNC_TRY(finnc_layer_input(in->cx, node, finnc_use_index(use), &stream));
    FINNC_TRY(dma_of(in, &stream, &d));
    FINNC_TRY(fnc_hw_insert_twin(in->cx, in->graph, value, &streamed));
    finnc_value_replace_uses(value, streamed);
    finnc_pass_applied(in->run, node,
                       "graph input %s comes from memory in words of %" PRId64 " bits",
                       finnc_value_name(value), d.memory_width);
    return insert_dma(in, &d, value, streamed, finnc_graph_first_node(in->graph));
}

static finnc_status insert_at_output(inserting *in, finnc_value *value)
{
    finnc_stream stream;
    finnc_value *streamed;
    dma d = {.is_out = true};
    finnc_node *node = finnc_value_producer(value);
    if (!node || fnc_hw_is(node, "IODMA") || !finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    FNC_AT_NODE(in->cx, node);
    const size_t o = finnc_value_producer_index(value);
    FINNC_TRY(finnc_layer_output(in->cx, node, o, &stream));
    FINNC_TRY(dma_of(in, &stream, &d));
    FINNC_TRY(fnc_hw_insert_twin(in->cx, in->graph, value, &streamed));
    finnc_value_replace_uses(value, streamed);
    FINNC_TRY(finnc_node_set_output(in->cx, node, o, streamed));
    finnc_pass_applied(in->run, node, "graph output %s goes to memory in words of %" PRId64 " bits",
                       finnc_value_name(value), d.memory_width);
    return insert_dma(in, &d, streamed, value, NULL);
}

/* ---- weights ---- */

/* A word per row: PE columns of SIMD weights each. Words come tile by tile, SIMD rows of the matrix
 * (MW, MH) first, then the next PE columns; the last weight of a tile comes first in its word. */
static finnc_status stream_weights(finnc_ctx *cx, const finnc_tensor *w, int64_t pe, int64_t simd,
                                   finnc_tensor **streamed)
{
    const int64_t *dims = finnc_tensor_dims(w);
    const int64_t rows = dims[0], columns = dims[1], word = pe * simd;
    const int64_t shape[] = {rows / simd * (columns / pe), word};
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, w, &data));
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, shape, streamed));
    int64_t to = 0;
    for (int64_t column = 0; column < columns; column += pe)
        for (int64_t row = 0; row < rows; row += simd)
            for (int64_t i = 0; i < word; i++) {
                const int64_t p = (word - 1 - i) / simd, s = (word - 1 - i) % simd;
                finnc_tensor_set(*streamed, to++,
                                 finnc_tensor_get(w, (row + s) * columns + column + p));
            }
    return FINNC_OK;
}

/* The memory: it takes over the matrix's name if nobody else reads the matrix. Gives back the
 * caller's reference to `streamed`. */
static finnc_status place_memory(inserting *in, finnc_value *matrix, finnc_tensor *streamed,
                                 finnc_value **memory)
{
    finnc_status status;
    *memory = matrix;
    if (finnc_value_nuses(matrix) == 0 && !finnc_value_is_output(matrix))
        status = finnc_value_set_tensor(in->cx, matrix, streamed);
    else
        status = finnc_graph_insert_constant(in->cx, in->graph, finnc_value_name(matrix), streamed,
                                             memory);
    finnc_tensor_release(streamed);
    return status;
}

/* The matrix says so, unless the layer has a narrower type, by which its words are counted
 * (MinimizeWeightBitWidth leaves the annotation). */
static finnc_dtype type_in_memory(const finnc_value *matrix, const finnc_stream *stream)
{
    const finnc_dtype type = finnc_value_dtype(matrix);
    return finnc_dtype_bits(type) > finnc_dtype_bits(stream->dtype) ? stream->dtype : type;
}

/* What the layer reads from now on is a new value, whose content stays known. */
static finnc_status insert_for_weights(inserting *in, finnc_node *node, size_t i,
                                       const finnc_stream *stream)
{
    finnc_value *matrix = finnc_node_input(node, i), *memory, *brought;
    const finnc_tensor *w = finnc_value_tensor(matrix);
    const int64_t pe = finnc_node_attr_int(node, "PE"), simd = finnc_node_attr_int(node, "SIMD");
    const int64_t nwords = finnc_tensor_nelems(w) / (pe * simd);
    finnc_tensor *streamed;
    int64_t bits;
    dma d = {.vectors = &nwords,
             .nvectors = 1,
             .channels = pe * simd,
             .stream_width = finnc_stream_padded_width(stream),
             .dtype = type_in_memory(matrix, stream),
             .wraps = true};
    if (!fnc_mul_i64(finnc_tensor_nelems(w), finnc_dtype_bits(d.dtype), &bits))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "its weights are too large");
    FINNC_TRY(choose_width(in, bits, &d.memory_width));
    FINNC_TRY(
        finnc_graph_insert_constant(in->cx, in->graph, finnc_value_name(matrix), w, &brought));
    FINNC_TRY(finnc_value_set_dtype(in->cx, brought, d.dtype));
    FINNC_TRY(finnc_node_set_input(in->cx, node, i, brought));
    FINNC_TRY(stream_weights(in->cx, w, pe, simd, &streamed));
    FINNC_TRY(place_memory(in, matrix, streamed, &memory));
    FINNC_TRY(finnc_value_set_dtype(in->cx, memory, d.dtype));
    return insert_dma(in, &d, memory, brought, finnc_graph_first_node(in->graph));
}

/* The FIFO that the new stream gets. */
static finnc_status add_fifo_depth(finnc_ctx *cx, finnc_node *node)
{
    int64_t depths[9] = {2};
    size_t count;
    const int64_t *old = finnc_node_ints(node, "inFIFODepths", &count);
    if (count > 8)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute inFIFODepths has %zu entries", count);
    for (size_t i = 0; old && i < count; i++)
        depths[i] = old[i];
    if (!old)
        count = 1;
    depths[count] = 8;
    return finnc_node_set_ints(cx, node, "inFIFODepths", depths, count + 1);
}

/* The words of its stream are told by the layer's attributes, and filled from the matrix. */
static finnc_status check_matrix(const inserting *in, const finnc_tensor *w,
                                 const finnc_stream *stream)
{
    const int64_t *dims = finnc_tensor_dims(w);
    if (stream->rank == 2 && dims[0] == stream->dims[0] && dims[1] == stream->dims[1])
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "weights of %" PRId64 " by %" PRId64 " for a layer of %" PRId64
                      " by %" PRId64,
                      dims[0], dims[1], stream->dims[0], stream->dims[1]);
}

/* A layer with a constant that it wants to be streamed. */
static finnc_status look_at(inserting *in, finnc_node *node)
{
    finnc_stream stream;
    finnc_value *w = finnc_node_input(node, 1);
    if (!fnc_hw_is_bound(node) || !w || !finnc_value_is_constant(w) || finnc_value_producer(w) ||
        strcmp(finnc_node_string(node, "mem_mode", ""), "external") != 0)
        return FINNC_OK;
    FNC_AT_NODE(in->cx, node);
    FINNC_TRY(finnc_layer_input(in->cx, node, 1, &stream));
    if (stream.width == 0 || !finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    if (finnc_value_rank(w) != 2) {
        finnc_pass_missed(in->run, node, "its weights are no matrix but of rank %d",
                          finnc_value_rank(w));
        return FINNC_OK;
    }
    FINNC_TRY(check_matrix(in, finnc_value_tensor(w), &stream));
    FINNC_TRY(insert_for_weights(in, node, 1, &stream));
    finnc_pass_applied(in->run, node, "its weights come from memory");
    return add_fifo_depth(in->cx, node);
}

/* ---- the pass ---- */

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    inserting in = {.run = run,
                    .cx = finnc_pass_ctx(run),
                    .graph = graph,
                    .max_width = finnc_pass_int(run, "max_intfwidth")};
    if (in.max_width < 1 || (in.max_width & (in.max_width - 1)) != 0)
        return finnc_fail(in.cx, FINNC_BAD_VALUE, "max_intfwidth is %" PRId64 ", no power of two",
                          in.max_width);
    FINNC_TRY(fnc_hw_need_dataflow(in.cx, graph, "InsertIODMA"));
    for (size_t i = 0; finnc_pass_bool(run, "insert_input") && i < finnc_graph_ninputs(graph); i++)
        FINNC_TRY(insert_at_input(&in, finnc_graph_input(graph, i)));
    for (size_t i = 0; finnc_pass_bool(run, "insert_output") && i < finnc_graph_noutputs(graph);
         i++)
        FINNC_TRY(insert_at_output(&in, finnc_graph_output(graph, i)));
    if (!finnc_pass_bool(run, "insert_extmemw"))
        return FINNC_OK;
    finnc_foreach_node (node, graph)
        FINNC_TRY(look_at(&in, node));
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_iodma = {
    .name = "InsertIODMA",
    .summary = "graph inputs, outputs and external weights go through memory",
    .upstream = "finn.transformation.fpgadataflow.insert_iodma",
    .notes = "A word of memory is as wide as max_intfwidth and the bits in all have in common, in "
             "whole bytes. Streams are carried as bytes, weights in their own type, or the layer's "
             "if that is narrower. Weights of depthwise layers, which are no matrix, stay where "
             "they are; upstream fails there.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"max_intfwidth", FINNC_PARAM_INT, "32", "bits of the memory's words, at most"},
               {"insert_input", FINNC_PARAM_BOOL, "true", "at graph inputs?"},
               {"insert_output", FINNC_PARAM_BOOL, "true", "at graph outputs?"},
               {"insert_extmemw", FINNC_PARAM_BOOL, "true", "for external weights?"}},
    .run = insert,
    .finish = "SortGraph",
};
