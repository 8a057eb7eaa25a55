/* Makes tensors graph outputs besides those that are, to be looked at. */
#include "pass.h"

#include "exposing.h"

#include <jansson.h>
#include <string.h>

typedef struct wish {
    const json_t *patterns;
    bool dynamic_only;
} wish;

static bool is_wanted(const void *user, const finnc_value *value)
{
    const wish *w = user;
    size_t i;
    json_t *pattern;
    if (w->dynamic_only && finnc_value_is_constant(value))
        return false;
    json_array_foreach(w->patterns, i, pattern)
    {
        const char *text = json_string_value(pattern);
        if (text && strstr(finnc_value_name(value), text))
            return true;
    }
    return false;
}

static finnc_status expose_all(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *patterns = json_loads(finnc_pass_json(run, "pattern_list"), JSON_DECODE_ANY, &error);
    if (!json_is_array(patterns)) {
        json_decref(patterns);
        return finnc_fail(finnc_pass_ctx(run), FINNC_BAD_VALUE, "pattern_list is no list of texts");
    }
    const wish w = {patterns, finnc_pass_bool(run, "dynamic_only")};
    const finnc_status status = fnc_expose(run, graph, is_wanted, &w);
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
