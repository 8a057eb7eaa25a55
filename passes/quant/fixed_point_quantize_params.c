/* Parameters of chosen ops as a fixed-point accelerator holds them. Rounding what is rounded
 * already changes nothing. */
#include "fixed_point.h"

#include "../support/node_filter.h"

static finnc_status fix_chosen(finnc_pass_run *run, finnc_graph *graph, const json_t *filter)
{
    finnc_dtype dtype;
    FINNC_TRY(
        fnc_fixed_dtype(finnc_pass_ctx(run), finnc_pass_string(run, "fixedpt_dtype"), &dtype));
    finnc_foreach_node (node, graph) {
        if (!fnc_node_filter_accepts(filter, node))
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
    json_t *filter;
    FINNC_TRY(fnc_node_filter_read(finnc_pass_ctx(run), "op_filter",
                                   finnc_pass_json(run, "op_filter"), &filter));
    const finnc_status status = fix_chosen(run, graph, filter);
    json_decref(filter);
    return status;
}

const finnc_pass fnc_pass_fixed_point_quantize_params = {
    .name = "FixedPointQuantizeParams",
    .summary = "puts the constants of chosen ops on a fixed-point grid",
    .upstream = "qonnx.transformation.fixedpt_quantize",
    .notes = "What lies beyond the type's range is clipped; upstream means to, but raises. How far "
             "a constant moved at most is a remark.\n\n"
             "op_filter is a function of nodes in upstream. " FNC_NODE_FILTER_NOTES,
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES,
    .params = {{"fixedpt_dtype", FINNC_PARAM_STRING, NULL, "\"FIXED<8,3>\""},
               {"op_filter", FINNC_PARAM_JSON, "[\"Add\", \"Mul\"]", "a filter of nodes"},
               {"rounding_mode", FINNC_PARAM_STRING, "\"ROUND\"", "as Quant's"}},
    .run = fixed_point_quantize_params,
};
