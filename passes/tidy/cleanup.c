/* qonnx's cleanup_model, with which every flow of its begins: types, constants, names. Another size
 * for the input, if asked for, comes first. Ends since it is a list of passes that end. */
#include "pass.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

/* Shapes behind the input depend on it: they are forgotten, to be inferred anew. */
static finnc_status resize_input(finnc_pass_run *run, finnc_graph *graph, const int64_t *dims,
                                 int rank)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_value *input = finnc_graph_input(graph, 0);
    finnc_foreach_node (node, graph)
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o))
                finnc_value_clear_type(finnc_node_output(node, o));
    return finnc_value_set_shape(cx, input, finnc_value_elem(input), rank, dims);
}

static finnc_status change_batch(finnc_pass_run *run, int64_t size)
{
    char text[64];
    snprintf(text, sizeof text, "ChangeBatchSize{bsize=%" PRId64 "}", size);
    return finnc_pass_call(run, text);
}

static finnc_status override_size(finnc_pass_run *run, finnc_graph *graph, const json_t *size)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    int64_t dims[FINNC_MAX_RANK];
    size_t rank = json_array_size(size);
    if (json_is_null(size))
        return FINNC_OK;
    if (json_is_integer(size))
        return change_batch(run, json_integer_value(size));
    if (!json_is_array(size) || rank < 1 || rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "override_inpsize is neither a batch size nor a list of sizes");
    for (size_t i = 0; i < rank; i++) {
        const json_t *dim = json_array_get(size, i);
        dims[i] = json_integer_value(dim);
        if (!json_is_integer(dim) || dims[i] < 1)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "override_inpsize holds something else than sizes from 1");
    }
    FINNC_TRY(change_batch(run, dims[0]));
    /* What follows that pass takes away inputs that are constants. */
    if (finnc_graph_ninputs(graph) == 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "override_inpsize on a model without an input");
    return resize_input(run, graph, dims, (int)rank);
}

static finnc_status override_input(finnc_pass_run *run, finnc_graph *graph)
{
    json_t *size = json_loads(finnc_pass_json(run, "override_inpsize"), JSON_DECODE_ANY, NULL);
    if (!size)
        return finnc_no_memory(finnc_pass_ctx(run));
    finnc_status status = override_size(run, graph, size);
    json_decref(size);
    return status;
}

static finnc_status cleanup(finnc_pass_run *run, finnc_graph *graph)
{
    FINNC_TRY(override_input(run, graph));
    FINNC_TRY(finnc_pass_call(run, "InferShapes, GiveUniqueParameterTensors"));
    FINNC_TRY(
        finnc_pass_call(run, finnc_pass_bool(run, "preserve_qnt_ops")
                                 ? "FoldConstants{exclude_op_types=[\"Quant\", \"BipolarQuant\", "
                                   "\"QuantizeLinear\", \"DequantizeLinear\"]}"
                                 : "FoldConstants{exclude_op_types=[]}"));
    FINNC_TRY(finnc_pass_call(run, "FoldTransposeIntoQuantInit, RemoveUnusedTensors, "
                                   "RemoveStaticGraphInputs, GiveUniqueNodeNames, "
                                   "GiveReadableTensorNames"));
    if (!finnc_pass_bool(run, "extract_conv_bias"))
        return FINNC_OK;
    return finnc_pass_call(run, "ExtractBiasFromConv, InferShapes, GiveUniqueNodeNames, "
                                "GiveReadableTensorNames");
}

const finnc_pass fnc_pass_cleanup = {
    .name = "Cleanup",
    .summary = "infers shapes, folds constants, drops what nobody needs, gives readable names",
    .upstream = "qonnx.util.cleanup",
    .notes =
        "The function cleanup_model of qonnx, which its tool qonnx-cleanup runs. Quantisers stay "
        "by default, so that weights keep their scales.",
    .flags = FINNC_PASS_CHANGES_IO,
    .params = {{"preserve_qnt_ops", FINNC_PARAM_BOOL, "true",
                "keep quantisers of constants; IntQuant always counts as Quant"},
               {"override_inpsize", FINNC_PARAM_JSON, "null",
                "a batch size, or the whole shape of the first input"},
               {"extract_conv_bias", FINNC_PARAM_BOOL, "false",
                "make the bias of a convolution an addition of its own"}},
    .run = cleanup,
};
