/* ExposeIntermediateTensorsPatternList for tensors that are chosen in other ways. */
#include "pass.h"

#include "../support/node_filter.h"
#include "exposing.h"

#include <string.h>

static bool is_wanted(const void *filter, const finnc_value *value)
{
    const json_t *names = json_object_get(filter, "name");
    const json_t *producer = json_object_get(filter, "producer");
    const json_t *dynamic = json_object_get(filter, "dynamic_only");
    const finnc_node *node = finnc_value_producer(value);
    if (!json_is_false(dynamic) && finnc_value_is_constant(value))
        return false;
    return (!names || fnc_pattern_fits(names, finnc_value_name(value))) &&
           (!producer || (node && fnc_node_filter_accepts(producer, node)));
}

static bool are_patterns(const json_t *names)
{
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name)
    {
        if (!json_is_string(name))
            return false;
    }
    return json_is_string(names) || json_is_array(names);
}

static finnc_status check(finnc_ctx *cx, json_t *filter)
{
    const char *key;
    json_t *value;
    if (!json_is_object(filter))
        return finnc_fail(cx, FINNC_BAD_VALUE, "tensor_filter is no object");
    json_object_foreach(filter, key, value)
    {
        const bool is_name = !strcmp(key, "name"), is_flag = !strcmp(key, "dynamic_only");
        if (!strcmp(key, "producer"))
            FINNC_TRY(fnc_node_filter_check(cx, "tensor_filter", value));
        else if (!is_name && !is_flag)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "tensor_filter has no %s, but name, producer and dynamic_only", key);
        else if (is_name ? !are_patterns(value) : !json_is_boolean(value))
            return finnc_fail(cx, FINNC_BAD_VALUE, "tensor_filter: %s is not %s", key,
                              is_name ? "a text or a list of texts" : "true or false");
    }
    return FINNC_OK;
}

static finnc_status expose_chosen(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *filter = json_loads(finnc_pass_json(run, "tensor_filter"), JSON_DECODE_ANY, &error);
    if (!filter)
        return finnc_no_memory(finnc_pass_ctx(run));
    finnc_status status = check(finnc_pass_ctx(run), filter);
    if (status == FINNC_OK)
        status = fnc_expose(run, graph, is_wanted, filter);
    json_decref(filter);
    return status;
}

const finnc_pass fnc_pass_expose_intermediate_tensors_lambda = {
    .name = "ExposeIntermediateTensorsLambda",
    .summary = "chosen tensors become graph outputs",
    .upstream = "qonnx.transformation.expose_intermediate",
    .notes =
        "Upstream takes a function of tensors. tensor_filter is an object all of which has to "
        "hold: {\"name\": patterns with * and ?, \"producer\": a filter of the node that makes "
        "it, \"dynamic_only\": false} (constants are left out otherwise). " FNC_NODE_FILTER_NOTES
        "\n\n"
        "Tensors whose type is not known (InferShapes) are left out, as upstream, and so are "
        "graph inputs, for which upstream stops.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_IO,
    .params = {{"tensor_filter", FINNC_PARAM_JSON, "{}",
                "which tensors; {}: all that are computed"}},
    .run = expose_chosen,
};
