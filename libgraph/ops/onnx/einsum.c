/* Sums of products, as Einstein wrote them. */
#include "../infer.h"

#include "../../base/alloc.h"
#include "../../base/einsum.h"

#include <string.h>

/* An axis that all operands call by the same symbol keeps it. */
static finnc_dim named(const finnc_infer *in, const fnc_einsum_term *terms, size_t count, int label)
{
    const char *symbol = NULL;
    for (size_t i = 0; i < count; i++)
        for (int axis = 0; axis < terms[i].rank; axis++) {
            finnc_dim dim = finnc_infer_dim(in, i, axis);
            if (terms[i].labels[axis] != label || dim.size == 1)
                continue;
            if (!dim.symbol || (symbol && strcmp(symbol, dim.symbol) != 0))
                return fnc_unknown_dim();
            symbol = dim.symbol;
        }
    return (finnc_dim){-1, symbol};
}

static finnc_status einsum_with(finnc_infer *in, size_t count, fnc_einsum_term *terms)
{
    const char *equation;
    fnc_einsum_term result;
    fnc_shape y = {.elem = finnc_infer_elem(in, 0)};
    int64_t sizes[FNC_EINSUM_LABELS];
    bool has_all = true; /* are all axes of all operands known? */
    FINNC_TRY(finnc_node_need_string(in->cx, in->node, "equation", &equation));
    for (size_t i = 0; i < count; i++)
        terms[i].rank = finnc_infer_rank(in, i);
    FINNC_TRY(fnc_einsum_parse(in->cx, equation, count, terms, &result));
    for (int i = 0; i < FNC_EINSUM_LABELS; i++)
        sizes[i] = 1;
    for (size_t i = 0; i < count; i++) {
        int64_t dims[FINNC_MAX_RANK];
        bool has_shape = finnc_infer_rank(in, i) >= 0;
        has_all &= terms[i].rank >= 0;
        for (int axis = 0; axis < terms[i].rank; axis++)
            dims[axis] = has_shape ? finnc_infer_dim(in, i, axis).size : -1;
        FINNC_TRY(fnc_einsum_merge(in->cx, &terms[i], dims, sizes));
    }
    y.rank = result.rank;
    for (int axis = 0; axis < result.rank; axis++) {
        int64_t size = sizes[result.labels[axis]];
        if (size >= 0 && (size != 1 || has_all))
            y.dims[axis] = fnc_known(size);
        else
            y.dims[axis] =
                has_all ? named(in, terms, count, result.labels[axis]) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &y);
}

static finnc_status einsum_shapes(finnc_infer *in)
{
    size_t count = finnc_infer_ninputs(in);
    fnc_einsum_term *terms = FNC_ALLOC_ARRAY(in->cx, fnc_einsum_term, count);
    if (!terms)
        return finnc_no_memory(in->cx);
    finnc_status status = einsum_with(in, count, terms);
    fnc_free(in->cx, terms);
    return status;
}

const finnc_op fnc_op_onnx_einsum = {
    .name = "Einsum",
    .summary = "sums of products of any number of tensors, by an equation",
    .since = {12, 28},
    .in = {{"Inputs", "one for each term of the equation", FINNC_VARIADIC, "T"}},
    .out = {{"Output", "with the axes behind the equation's arrow", 0, "T"}},
    .attrs = {{"equation", FINNC_ATTR_STRING, NULL,
               "as in \"ij,jk->ik\": letters name axes, ... stands for any number of them",
               FINNC_REQUIRED}},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .shapes = einsum_shapes};
