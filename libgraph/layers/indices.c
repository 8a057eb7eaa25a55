/* Layers that make indices of numbers, or numbers of indices: LabelSelect, Lookup. */
#include "layer.h"
#include "memories.h"

#include "../ops/finn/hardware.h"

/* ---- LabelSelect ---- */

static finnc_status label_select_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    int64_t labels, pe;
    if (i > 0)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_size(l, "Labels", &labels));
    FINNC_TRY(fnc_layer_int(l, "PE", &pe));
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &stream->dtype));
    FINNC_TRY(fnc_layer_vectors(l, labels, stream));
    return fnc_layer_fold(l, stream, "PE", pe);
}

/* One index after the other. */
static finnc_status label_select_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t labels, k;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_size(l, "Labels", &labels));
    FINNC_TRY(fnc_layer_size(l, "K", &k));
    stream->dtype = fnc_hw_label_dtype(labels);
    if (!fnc_layer_is(l, "outputDataType", ""))
        FINNC_TRY(fnc_layer_dtype(l, "outputDataType", &stream->dtype));
    FINNC_TRY(fnc_layer_vectors(l, k, stream));
    return fnc_layer_fold(l, stream, "K", 1);
}

static finnc_status label_select_folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    int64_t labels;
    FINNC_TRY(fnc_layer_size(l, "Labels", &labels));
    return fnc_layer_add_fold(l, "PE", labels, folds, count);
}

/* Of one vector, however many there are: upstream's formula. */
static finnc_status label_select_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(label_select_input(l, 0, &stream));
    *cycles = stream.folded[stream.folded_rank - 2];
    return FINNC_OK;
}

/* The last comparison tells the first of the labels. */
static finnc_status label_select_flow(const fnc_layer_node *l, finnc_flow *flow)
{
    finnc_stream in = {0}, out = {0};
    FINNC_TRY(label_select_input(l, 0, &in));
    FINNC_TRY(label_select_output(l, 0, &out));
    const int64_t reads = in.folded[in.folded_rank - 2], writes = out.folded[out.folded_rank - 2];
    FINNC_TRY(fnc_layer_product(l, in.folded, (size_t)in.folded_rank - 2, &flow->times));
    fnc_flow_add(flow, (finnc_phase){.repeat = 1,
                                     .cycles = reads > writes ? reads : writes,
                                     .reads = reads,
                                     .writes = writes});
    return FINNC_OK;
}

const finnc_layer fnc_layer_label_select = {.name = "LabelSelect",
                                            .input = label_select_input,
                                            .output = label_select_output,
                                            .folds = label_select_folds,
                                            .set_folding = FNC_FOLDS_HLS,
                                            .cycles = label_select_cycles,
                                            .flow = label_select_flow};

/* ---- Lookup ---- */

/* The indices' shape, and then `last`. */
static finnc_status lookup_shape(const fnc_layer_node *l, int64_t last, finnc_stream *stream)
{
    static const int64_t one[] = {1};
    size_t n;
    const int64_t *shape = finnc_node_ints(l->node, "InputShape", &n);
    return shape ? fnc_layer_shape(l, "InputShape", shape, n, last, stream)
                 : fnc_layer_shape(l, "InputShape", one, 1, last, stream);
}

static finnc_status lookup_input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    if (i == 1) {
        stream->rank = 2;
        FINNC_TRY(fnc_layer_size(l, "NumEmbeddings", &stream->dims[0]));
        FINNC_TRY(fnc_layer_size(l, "EmbeddingDim", &stream->dims[1]));
        return fnc_layer_dtype(l, "EmbeddingType", &stream->dtype);
    }
    if (i > 1)
        return fnc_layer_no_stream(l, "input", i);
    FINNC_TRY(fnc_layer_dtype(l, "InputType", &stream->dtype));
    FINNC_TRY(lookup_shape(l, 1, stream));
    FINNC_TRY(fnc_layer_unfolded(l, stream));
    stream->rank--; /* one index is a word, but no axis of the tensor */
    return FINNC_OK;
}

/* A row at once, or, where the table is in memory, as much of it as the memory gives. */
static finnc_status lookup_output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    int64_t dim, width;
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    FINNC_TRY(fnc_layer_size(l, "EmbeddingDim", &dim));
    FINNC_TRY(fnc_layer_dtype(l, "EmbeddingType", &stream->dtype));
    FINNC_TRY(lookup_shape(l, dim, stream));
    if (!fnc_layer_is(l, "mem_mode", "external"))
        return fnc_layer_unfolded(l, stream);
    FINNC_TRY(fnc_layer_size(l, "ext_mem_width", &width));
    return fnc_layer_fold_bits(l, stream, "ext_mem_width", width);
}

static finnc_status lookup_cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(lookup_input(l, 0, &stream));
    return fnc_layer_words(l, &stream, cycles);
}

static finnc_status lookup_resources(const fnc_layer_node *l, const finnc_part *part,
                                     finnc_resources *resources)
{
    (void)part;
    int64_t rows;
    finnc_stream row = {0};
    if (fnc_layer_is(l, "mem_mode", "external"))
        return FINNC_OK;
    FINNC_TRY(lookup_output(l, 0, &row));
    FINNC_TRY(fnc_layer_size(l, "NumEmbeddings", &rows));
    resources->bram_18k = (double)fnc_ceil_div(row.width, 16) * (double)fnc_ceil_div(rows, 1024);
    resources->has_efficiency = true;
    resources->bram_efficiency = fnc_memory_efficiency((double)row.width * (double)rows,
                                                       resources->bram_18k, FNC_BRAM18_BITS);
    return FINNC_OK;
}

/* The processor says where in memory the table lies. */
static bool lookup_has_port(const fnc_layer_node *l)
{
    return fnc_layer_is(l, "mem_mode", "external");
}

const finnc_layer fnc_layer_lookup = {.name = "Lookup",
                                      .has_port = lookup_has_port,
                                      .input = lookup_input,
                                      .output = lookup_output,
                                      .cycles = lookup_cycles,
                                      .flow = fnc_flow_ratio,
                                      .resources = lookup_resources};
