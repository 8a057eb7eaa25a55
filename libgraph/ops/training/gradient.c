/* Gradient, which a session puts into words of other ops (libgraph/ops/gradient.c). */
#include "../gradient.h"
#include "../infer.h"

static size_t count_names(const finnc_infer *in, const char *name)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, name);
    return attr ? finnc_attr_count(attr) : 0;
}

static finnc_status gradient_shapes(finnc_infer *in)
{
    for (size_t o = 0; o < finnc_infer_noutputs(in) && o < finnc_infer_ninputs(in); o++)
        FINNC_TRY(fnc_infer_set_as(in, o, o));
    return FINNC_OK;
}

static finnc_status check_names(const finnc_infer *in, const char *name)
{
    for (size_t i = 0; i < count_names(in, name); i++) {
        finnc_value *value;
        FINNC_TRY(fnc_gradient_need_value(in->cx, in->node, name, i, &value));
    }
    return FINNC_OK;
}

static finnc_status gradient_check(finnc_infer *in)
{
    size_t nx = count_names(in, "xs"), nz = count_names(in, "zs");
    if (!nx)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute xs names nothing");
    if (finnc_infer_ninputs(in) != nx + nz)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu inputs, xs and zs name %zu and %zu tensors",
                          finnc_infer_ninputs(in), nx, nz);
    if (finnc_infer_noutputs(in) > nx)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu outputs, xs names %zu tensors",
                          finnc_infer_noutputs(in), nx);
    FINNC_TRY(check_names(in, "xs"));
    FINNC_TRY(check_names(in, "zs"));
    return check_names(in, "y");
}

const finnc_op fnc_op_training_gradient = {
    .name = "Gradient",
    .domain = "ai.onnx.preview.training",
    .summary = "derivatives of one tensor of the graph by others",
    .since = {1},
    .in = {{"Inputs", "values for the tensors of xs, then for those of zs",
            FINNC_VARIADIC | FINNC_MIXED, "T1"}},
    .out = {{"Outputs", "for each of xs the derivative of y (of the sum of its elements) by it",
             FINNC_VARIADIC | FINNC_MIXED, "T2"}},
    .attrs = {{"y", FINNC_ATTR_STRING, NULL, "the name of the tensor to differentiate",
               FINNC_REQUIRED | FINNC_NAMES_VALUES},
              {"zs", FINNC_ATTR_STRINGS, NULL, "names of tensors that it depends on besides",
               FINNC_NAMES_VALUES},
              {"xs", FINNC_ATTR_STRINGS, NULL, "names of tensors to differentiate by",
               FINNC_REQUIRED | FINNC_NAMES_VALUES}},
    .types = {{"T1", FINNC_TYPES_INT | FINNC_TYPES_COMPLEX | FINNC_TYPE(FLOAT) |
                         FINNC_TYPE(STRING) | FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) |
                         FINNC_TYPE(DOUBLE)},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_NAMES,
    .shapes = gradient_shapes,
    .check = gradient_check};
