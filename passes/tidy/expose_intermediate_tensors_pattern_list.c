/* Makes tensors graph outputs besides those that are, to be looked at. */
#include "pass.h"

#include "listed_values.h"

#include <jansson.h>
#include <string.h>

static bool is_wanted(const json_t *patterns, const char *name)
{
    size_t i;
    json_t *pattern;
    json_array_foreach(patterns, i, pattern)
    {
        const char *text = json_string_value(pattern);
        if (text && strstr(name, text))
            return true;
    }
    return false;
}

static finnc_status expose(finnc_ctx *cx, finnc_graph *graph, const json_t *patterns,
                           bool dynamic_only, fnc_arena *scratch)
{
    finnc_value **inside;
    size_t count, n = finnc_graph_noutputs(graph);
    FINNC_TRY(fnc_list_values(cx, graph, scratch, &inside, &count));
    finnc_value **outputs = FNC_NEW_ARRAY(scratch, finnc_value *, n + count);
    if (!outputs)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++)
        outputs[i] = finnc_graph_output(graph, i);
    for (size_t i = 0; i < count; i++) {
        if (dynamic_only && finnc_value_is_constant(inside[i]))
            continue;
        if (is_wanted(patterns, finnc_value_name(inside[i])))
            outputs[n++] = inside[i];
    }
    if (n == finnc_graph_noutputs(graph))
        return FINNC_OK;
    return finnc_graph_set_outputs(cx, graph, outputs, n);
}

static finnc_status expose_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    json_error_t error;
    json_t *patterns = json_loads(finnc_pass_json(run, "pattern_list"), JSON_DECODE_ANY, &error);
    if (!json_is_array(patterns)) {
        json_decref(patterns);
        return finnc_fail(cx, FINNC_BAD_VALUE, "pattern_list is no list of texts");
    }
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const finnc_status status =
        expose(cx, graph, patterns, finnc_pass_bool(run, "dynamic_only"), &scratch);
    fnc_arena_clear(&scratch);
    json_decref(patterns);
    return status;
}

const finnc_pass fnc_pass_expose_intermediate_tensors_pattern_list = {
    .name = "ExposeIntermediateTensorsPatternList",
    .summary = "tensors whose names contain one of some texts become graph outputs",
    .upstream = "qonnx.transformation.expose_intermediate",
    .notes = "Tensors whose type is not known (InferShapes) are left out, as upstream, and so are "
             "graph inputs, for which upstream stops.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_IO,
    .params = {{"pattern_list", FINNC_PARAM_JSON, NULL, "texts, one of which a name contains"},
               {"dynamic_only", FINNC_PARAM_BOOL, "true", "leave constants out"}},
    .run = expose_all,
};
