/* FINN's layers that make indices of numbers, or numbers of indices. */
#include "hardware.h"

#include <inttypes.h>
#include <math.h>

/* ---- LabelSelect ---- */

static finnc_status label_select_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "Labels", "K");
}

finnc_dtype fnc_hw_label_dtype(int64_t labels)
{
    finnc_dtype t = finnc_dtype_smallest((double)(labels > 0 ? labels - 1 : 0));
    if (t.bits > 1)
        t.bits = (t.bits + 7) / 8 * 8;
    return t;
}

static finnc_status need_labels(const finnc_infer *in)
{
    if (!*finnc_node_string(in->node, "outputDataType", ""))
        return FINNC_OK;
    return fnc_hw_need_results(in, 0, fmax(0, (double)fnc_infer_int(in, "Labels", 1) - 1));
}

static finnc_status label_select_dtypes(finnc_infer *in)
{
    int64_t labels;
    FINNC_TRY(need_labels(in));
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    if (*finnc_node_string(in->node, "outputDataType", ""))
        return fnc_hw_set_dtype(in, "outputDataType");
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Labels", &labels));
    return finnc_infer_set_dtype(in, 0, fnc_hw_label_dtype(labels));
}

static finnc_status label_select_check(finnc_infer *in)
{
    int64_t labels, k;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Labels", &labels));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "K", &k));
    if (k < 1 || k > labels)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "K is %" PRId64 " of %" PRId64 " labels", k,
                          labels);
    FINNC_TRY(need_labels(in));
    return fnc_hw_need_dim(in, 0, -1, "Labels", labels);
}

static finnc_status label_select_range(finnc_infer *in, finnc_range_rule *rule)
{
    return fnc_range_up_to(fnc_infer_int(in, "Labels", 0) - 1, rule);
}

const finnc_op fnc_op_finn_label_select = {
    .name = "LabelSelect",
    .domain = FNC_HW_DOMAIN,
    .summary = "the places of the K largest elements",
    .since = {1},
    .in = {{"x", "(..., Labels)", 0, "FLOAT"}},
    .out = {{"indices", "(..., K)", 0, NULL}},
    .attrs = {FNC_HW_INT("Labels", "elements to choose from"), FNC_HW_PE,
              FNC_HW_INT("K", "how many"), FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_MAY("outputDataType", STRING, "\"\"", "of the indices"), FNC_HW_VECTORS,
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = label_select_shapes,
    .dtypes = label_select_dtypes,
    .check = label_select_check,
    .range = label_select_range};

/* ---- Lookup ---- */

static finnc_status lookup_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t width;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "EmbeddingDim", &width));
    x.elem = FINNC_ELEM_FLOAT;
    if (x.rank >= FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "the indices have rank %d", x.rank);
    if (x.rank >= 0)
        x.dims[x.rank++] = fnc_known(width);
    return fnc_infer_set(in, 0, &x);
}

static finnc_status lookup_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "InputType"));
    FINNC_TRY(fnc_infer_follow_dtype(in, 1, "EmbeddingType"));
    return fnc_hw_set_dtype(in, "EmbeddingType");
}

static finnc_status lookup_check(finnc_infer *in)
{
    int64_t rows, columns;
    finnc_dtype t;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "NumEmbeddings", &rows));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "EmbeddingDim", &columns));
    FINNC_TRY(fnc_infer_need_rank(in, 1, 2));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 0, "NumEmbeddings", rows));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 1, "EmbeddingDim", columns));
    FINNC_TRY(fnc_infer_dtype_attr(in, "EmbeddingType", &t));
    return fnc_check_constant(in, 1, t, "element");
}

/* Any number of the table. */
static finnc_status lookup_range(finnc_infer *in, finnc_range_rule *rule)
{
    const finnc_tensor *table = finnc_infer_const(in, 1);
    if (!table || !finnc_tensor_nelems(table))
        return FINNC_OK;
    rule->kind = FINNC_RANGE_BOUNDED;
    rule->integers = FINNC_INTEGERS_MADE;
    rule->lo = rule->hi = finnc_tensor_get(table, 0);
    for (int64_t i = 0; i < finnc_tensor_nelems(table); i++) {
        double x = finnc_tensor_get(table, i);
        rule->lo = fmin(rule->lo, x);
        rule->hi = fmax(rule->hi, x);
        if (x != nearbyint(x))
            rule->integers = FINNC_INTEGERS_UNKNOWN;
    }
    return FINNC_OK;
}

const finnc_op fnc_op_finn_lookup = {
    .name = "Lookup",
    .domain = FNC_HW_DOMAIN,
    .summary = "rows of a table by their numbers",
    .since = {1},
    .in = {{"indices", "whole numbers", 0, "I"},
           {"table", "(NumEmbeddings, EmbeddingDim)", 0, "FLOAT"}},
    .out = {{"y", "(..., EmbeddingDim)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("NumEmbeddings", "rows"), FNC_HW_INT("EmbeddingDim", "columns"),
              FNC_HW_TYPE("EmbeddingType", "of the table"),
              FNC_HW_TYPE("InputType", "of the indices"),
              FNC_HW_MAY("InputShape", INTS, "[1]", "of the indices"),
              FNC_HW_MAY("mem_mode", STRING, "\"internal_embedded\"", "where the table is kept"),
              FNC_HW_MAY("ext_mem_width", INT, "32", "bits of a word, if outside"),
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES,
                                      {"mem_mode", "internal_embedded external const"},
                                      {0}},
    .types = {{"I", FINNC_TYPES_INT | FINNC_TYPE(FLOAT)}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = lookup_shapes,
    .dtypes = lookup_dtypes,
    .check = lookup_check,
    .range = lookup_range};
