/* Rows of a constant table by their numbers are a Lookup. Gathers go and none come back, so it
 * ends. */
#include "hw.h"

#include "stream.h"

#include <inttypes.h>

static finnc_verdict check(finnc_match *m)
{
    const finnc_node *node = finnc_match_node(m, "g");
    const finnc_value *indices = finnc_match_value(m, "i"), *table = finnc_match_value(m, "t");
    const finnc_dtype dtype = finnc_value_dtype(indices);
    const int64_t axis = finnc_node_int(node, "axis", 0);
    const int rank = finnc_value_rank(table);
    int64_t dims[FINNC_MAX_RANK];
    char name[FINNC_DTYPE_NAME_MAX];
    fnc_hw_reason why;
    if (!fnc_hw_has_inputs(&why, node, 2))
        return finnc_skip(m, "%s", why.text);
    if (axis != 0 && axis != -rank)
        return finnc_skip(m, "it takes along axis %" PRId64 ": the layer takes rows", axis);
    if (rank != 2)
        return finnc_skip(m, "its table has rank %d, not 2", rank);
    if (finnc_value_nelems(table) == 0)
        return finnc_skip(m, "its table of %" PRId64 " by %" PRId64 " is empty",
                          finnc_value_dim(table, 0).size, finnc_value_dim(table, 1).size);
    if (finnc_value_elem(table) != FINNC_ELEM_FLOAT)
        return finnc_skip(m, "its table has elements of %s: layers keep numbers in FLOAT",
                          finnc_elem_name(finnc_value_elem(table)));
    if (!finnc_dtype_is_integer(dtype) || finnc_dtype_is_signed(dtype))
        return finnc_skip(m, "its indices are %s: the layer takes unsigned integers",
                          finnc_dtype_name(dtype, name));
    if (finnc_value_rank(indices) < 0 || !finnc_value_dims(indices, -1, dims))
        return finnc_skip(m, "the shape of its indices is not known");
    if (finnc_value_rank(finnc_node_output(node, 0)) < 0)
        return finnc_skip(m, "the shape of its output is not known");
    return FINNC_APPLY;
}

static finnc_status set_attrs(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_node *node = finnc_match_node(m, "g");
    const finnc_value *indices = finnc_match_value(m, "i"), *table = finnc_match_value(m, "t");
    int64_t dims[FINNC_MAX_RANK];
    const bool is_known = finnc_value_dims(indices, -1, dims);
    const size_t rank = is_known ? (size_t)finnc_value_rank(indices) : 0;
    finnc_node_erase_attr(node, "axis");
    FINNC_TRY(fnc_hw_name_after(cx, node, "Lookup_", node));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumEmbeddings", finnc_value_dim(table, 0).size));
    FINNC_TRY(finnc_node_set_int(cx, node, "EmbeddingDim", finnc_value_dim(table, 1).size));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "EmbeddingType", finnc_value_dtype(table)));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "InputType", finnc_value_dtype(indices)));
    return finnc_node_set_ints(cx, node, "InputShape", dims, rank);
}

const finnc_pass fnc_pass_infer_lookup_layer = {
    .name = "InferLookupLayer",
    .summary = "rows gathered from a constant table become Lookups",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "The table has rank 2; upstream stops on others.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "g:Gather($t, i)",
        .want = "g:\"" FNC_HW_DOMAIN "\"Lookup{backend=\"fpgadataflow\"}(i, $t)",
        .when = check,
        .then = set_attrs,
    }},
    .finish = "InferShapes,InferDataTypes",
};
