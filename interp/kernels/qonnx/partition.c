/* A model in a file of its own, run as one node: GenericPartition and FINN's
 * StreamingDataflowPartition. Inputs and outputs are paired by position. */
#include "../../kernel.h"

#include <finnc/io.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A partition may hold partitions, but not itself. */
enum { MAX_DEPTH = 16 };
static _Thread_local int depth;

/* As the node says, seen from the model's folder if there is such a file, else from where we are.
 */
static finnc_status find_file(fnc_call *call, char *path, size_t size)
{
    const char *name;
    FINNC_TRY(finnc_node_need_string(call->cx, call->node, "model", &name));
    const char *folder = finnc_model_folder(finnc_graph_model(finnc_node_graph(call->node)));
    int n = 0;
    if (folder && *folder && *name != '/')
        n = snprintf(path, size, "%s/%s", folder, name);
    if (n <= 0 || (size_t)n >= size || access(path, R_OK) != 0)
        n = snprintf(path, size, "%s", name);
    if (n < 0 || (size_t)n >= size)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the path of the model is too long");
    return FINNC_OK;
}

static finnc_status run_session(fnc_call *call, const finnc_graph *graph, finnc_session *session)
{
    if (finnc_graph_noutputs(graph) < call->noutputs)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the model has %zu outputs, the node %zu",
                          finnc_graph_noutputs(graph), call->noutputs);
    size_t next = 0;
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));) {
        const finnc_tensor *tensor = fnc_in_tensor(call, next++);
        if (!tensor)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "nothing for the model's input %s",
                              finnc_value_name(value));
        FINNC_TRY(finnc_session_feed(session, finnc_value_name(value), tensor));
    }
    FINNC_TRY(finnc_session_run(session));
    for (size_t o = 0; o < call->noutputs; o++) {
        const char *name = finnc_value_name(finnc_graph_output(graph, o));
        FINNC_TRY(fnc_out_share(call, o, finnc_session_fetch(session, name)));
    }
    return FINNC_OK;
}

static finnc_status run_model(fnc_call *call, const finnc_model *model)
{
    finnc_session *session;
    const finnc_session_options options = {.threads = call->threads};
    FINNC_TRY(finnc_session_create(call->cx, model, &options, &session));
    finnc_status status = run_session(call, finnc_model_graph(model), session);
    finnc_session_destroy(session);
    return status;
}

static finnc_status run(fnc_call *call)
{
    char path[4096];
    finnc_model *model;
    FINNC_TRY(find_file(call, path, sizeof path));
    if (depth >= MAX_DEPTH)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "partitions lie %d deep in one another",
                          MAX_DEPTH);
    FNC_AT_FILE(call->cx, path);
    FINNC_TRY(finnc_model_read(call->cx, path, &model));
    depth++;
    finnc_status status = run_model(call, model);
    depth--;
    finnc_model_destroy(model);
    return status;
}

const fnc_kernel fnc_kernel_qonnx_generic_partition = {.run = run, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_streaming_dataflow_partition = {.run = run,
                                                                 .takes = FNC_TAKES_ALL};
