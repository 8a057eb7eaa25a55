/* As FixedPointQuantizeParams, with a type for each tensor. */
#include "fixed_point.h"

#include <jansson.h>

static finnc_status fix_listed(finnc_pass_run *run, finnc_graph *graph, json_t *dict)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *name;
    json_t *type;
    json_object_foreach(dict, name, type)
    {
        finnc_dtype dtype;
        FNC_AT_TENSOR(cx, name);
        if (!json_is_string(type))
            return finnc_fail(cx, FINNC_BAD_VALUE, "its type is not a text");
        FINNC_TRY(fnc_fixed_dtype(cx, json_string_value(type), &dtype));
        finnc_value *value = finnc_graph_find_value(graph, name);
        if (!finnc_pass_may_rewrite(run))
            break;
        if (value && finnc_value_is_constant(value))
            FINNC_TRY(fnc_fix_constant(run, value, dtype, finnc_pass_string(run, "rounding_mode")));
        else
            finnc_pass_missed(run, NULL, "there is no constant %s", name);
    }
    return FINNC_OK;
}

static finnc_status fixed_point_quantize_params_from_dict(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *dict = json_loads(finnc_pass_json(run, "fixedpt_dict"), 0, &error);
    if (!json_is_object(dict)) {
        json_decref(dict);
        return finnc_fail(finnc_pass_ctx(run), FINNC_BAD_VALUE,
                          "fixedpt_dict is no object of tensor names and types");
    }
    const finnc_status status = fix_listed(run, graph, dict);
    json_decref(dict);
    return status;
}

const finnc_pass fnc_pass_fixed_point_quantize_params_from_dict = {
    .name = "FixedPointQuantizeParamsFromDict",
    .summary = "puts the constants named on fixed-point grids of their own",
    .upstream = "qonnx.transformation.fixedpt_quantize",
    .notes = "Names of what is no constant are passed over, with a remark. What lies beyond a "
             "type's range is clipped; upstream means to, but raises.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES,
    .params = {{"fixedpt_dict", FINNC_PARAM_JSON, NULL, "{\"tensor\": \"FIXED<8,3>\", ...}"},
               {"rounding_mode", FINNC_PARAM_STRING, "\"ROUND\"", "as Quant's"}},
    .run = fixed_point_quantize_params_from_dict,
};
