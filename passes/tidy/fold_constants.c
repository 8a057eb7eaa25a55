/* What depends on constants only becomes one, quantisers excepted. */
#include "pass.h"

#include "../support/folding.h"

#include <jansson.h>
#include <string.h>

/* QONNX knows one quantiser under two names; who keeps one keeps the other. */
static const char *usual_name(const char *op_type)
{
    return strcmp(op_type, "IntQuant") == 0 ? "Quant" : op_type;
}

static const char *keep_excluded(const void *excluded, const finnc_node *node)
{
    size_t i;
    json_t *op_type;
    json_array_foreach((const json_t *)excluded, i, op_type)
    {
        const char *text = json_string_value(op_type);
        if (text && strcmp(usual_name(text), usual_name(finnc_node_op_type(node))) == 0)
            return "its op type is excluded";
    }
    return NULL;
}

static finnc_status fold_constants(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    json_error_t error;
    json_t *excluded =
        json_loads(finnc_pass_json(run, "exclude_op_types"), JSON_DECODE_ANY, &error);
    if (!excluded)
        return finnc_no_memory(cx);
    if (!json_is_array(excluded) && !json_is_null(excluded)) {
        json_decref(excluded);
        return finnc_fail(cx, FINNC_BAD_VALUE, "exclude_op_types is no list of op types");
    }

    const finnc_status status = fnc_fold_constants(run, graph, keep_excluded, excluded);
    json_decref(excluded);
    return status;
}

const finnc_pass fnc_pass_fold_constants = {
    .name = "FoldConstants",
    .summary = "computes now what depends on constants only",
    .upstream = "qonnx.transformation.fold_constants",
    .notes =
        "Quantisers stay unless asked for, since their parameters would be lost; IntQuant is "
        "Quant by another name and stays with it. A node folds with all its outputs (upstream "
        "keeps the first one) and also if an optional input is left out. Random numbers, "
        "subgraphs, layers that bring weights from a memory (IODMA) and results of more than 2^28 elements are not folded; nor are ops without a "
        "kernel, and what is annotated with a data type that does not hold its result.\n\n"
        "Ends because every step takes a node away.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"exclude_op_types", FINNC_PARAM_JSON, "[\"Quant\", \"BipolarQuant\"]",
                "op types that stay"}},
    .run = fold_constants,
    .finish = "InferShapes",
};
