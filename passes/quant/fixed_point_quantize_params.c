/* Parameters of chosen ops as a fixed-point accelerator holds them. Rounding what is rounded
 * already changes nothing. */
#include "fixed_point.h"

#include <jansson.h>
#include <string.h>

static bool is_chosen(const json_t *op_types, const finnc_node *node)
{
    size_t i;
    json_t *op_type;
    json_array_foreach(op_types, i, op_type)
    {
        const char *text = json_string_value(op_type);
        if (text && finnc_node_is(node, text))
            return true;
    }
    return false;
}

static finnc_status fix_chosen(finnc_pass_run *run, finnc_graph *graph, const json_t *op_types)
{
    finnc_dtype dtype;
    FINNC_TRY(
        fnc_fixed_dtype(finnc_pass_ctx(run), finnc_pass_string(run, "fixedpt_dtype"), &dtype));
    finnc_foreach_node (node, graph) {
        if (!is_chosen(op_types, node))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
            finnc_value *input = finnc_node_input(node, i);
            if (!finnc_pass_may_rewrite(run))
                return FINNC_OK;
            if (input && finnc_value_is_constant(input))
                FINNC_TRY(
                    fnc_fix_constant(run, input, dtype, finnc_pass_string(run, "rounding_mode")));
        }
    }
    return FINNC_OK;
}

static finnc_status fixed_point_quantize_params(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *op_types = json_loads(finnc_pass_json(run, "op_filter"), 0, &error);
    if (!json_is_array(op_types)) {
        json_decref(op_types);
        return finnc_fail(finnc_pass_ctx(run), FINNC_BAD_VALUE, "op_filter is no list of op types");
    }
    const finnc_status status = fix_chosen(run, graph, op_types);
    json_decref(op_types);
    return status;
}

const finnc_pass fnc_pass_fixed_point_quantize_params = {
    .name = "FixedPointQuantizeParams",
    .summary = "puts the constants of chosen ops on a fixed-point grid",
    .upstream = "qonnx.transformation.fixedpt_quantize",
    .notes = "What lies beyond the type's range is clipped; upstream means to, but raises. How far "
             "a constant moved at most is a remark.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES,
    .params = {{"fixedpt_dtype", FINNC_PARAM_STRING, NULL, "\"FIXED<8,3>\""},
               {"op_filter", FINNC_PARAM_JSON, "[\"Add\", \"Mul\"]", "op types"},
               {"rounding_mode", FINNC_PARAM_STRING, "\"ROUND\"", "as Quant's"}},
    .run = fixed_point_quantize_params,
};
