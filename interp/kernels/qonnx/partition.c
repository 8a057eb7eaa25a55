/* A model in a file of its own, run as one node: GenericPartition and FINN's
 * StreamingDataflowPartition. Inputs and outputs are paired by position. */
#include "../../kernel.h"

#include <inttypes.h>

/* BAD_VALUE if the model says otherwise of its input than the tensor is. */
static finnc_status check_input(fnc_call *call, const finnc_value *value,
                                const finnc_tensor *tensor)
{
    finnc_elem want = finnc_value_elem(value), have = finnc_tensor_elem(tensor);
    int rank = finnc_value_rank(value);
    const char *name = finnc_value_name(value);
    if (want && want != have)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the model's input %s is %s, %s is given",
                          name, finnc_elem_name(want), finnc_elem_name(have));
    if (rank >= 0 && rank != finnc_tensor_rank(tensor))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the model's input %s is of rank %d, one of %d is given", name, rank,
                          finnc_tensor_rank(tensor));
    for (int i = 0; i < rank; i++) {
        int64_t size = finnc_value_dim(value, i).size;
        if (size >= 0 && size != finnc_tensor_dim(tensor, i))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "axis %d of the model's input %s has %" PRId64 " elements, %" PRId64
                              " are given",
                              i, name, size, finnc_tensor_dim(tensor, i));
    }
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    fnc_body *body;
    FINNC_TRY(fnc_need_body(call, "model", SIZE_MAX, call->noutputs, &body));
    const finnc_graph *graph = fnc_body_graph(body);
    size_t ninputs = finnc_graph_ninputs(graph), next = 0;
    const finnc_tensor **inputs = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)ninputs);
    finnc_tensor **outputs = FNC_SCRATCH(call, finnc_tensor *, (int64_t)call->noutputs);
    if (!inputs || !outputs)
        return finnc_no_memory(call->cx);
    for (size_t i = 0; i < ninputs; i++)
        inputs[i] = NULL; /* has a default, if nothing is given */
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));) {
        const finnc_tensor *tensor = fnc_in_tensor(call, next++);
        if (!tensor)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "nothing for the model's input %s",
                              finnc_value_name(value));
        FINNC_TRY(check_input(call, value, tensor));
        inputs[at - 1] = tensor;
    }
    FINNC_TRY(fnc_body_run(call, body, inputs, outputs));
    finnc_status status = FINNC_OK;
    for (size_t o = 0; o < call->noutputs; o++) {
        if (status == FINNC_OK)
            status = fnc_out_share(call, o, outputs[o]);
        finnc_tensor_release(outputs[o]);
    }
    return status;
}

const fnc_kernel fnc_kernel_qonnx_generic_partition = {.run = run, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_streaming_dataflow_partition = {.run = run,
                                                                 .takes = FNC_TAKES_ALL};
