#include "widen.h"

#include "../support/build.h"

#include <base/compiler.h>

#include <string.h>

enum { RANK = 3, MAX_INTS = 8 };

static bool has_rank(const finnc_node *node, size_t i, int rank)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_rank(value) == rank;
}

/* Appends `x` to an attribute, if it is there. */
static finnc_status append_to(finnc_ctx *cx, finnc_node *node, const char *name, int64_t x)
{
    int64_t longer[MAX_INTS];
    size_t count;
    const int64_t *ints = finnc_node_ints(node, name, &count);
    if (!ints || count + 1 > MAX_INTS)
        return FINNC_OK;
    memcpy(longer, ints, count * sizeof *ints);
    longer[count] = x;
    return finnc_node_set_ints(cx, node, name, longer, count + 1);
}

/* Appends `x` to a constant list. */
static finnc_status append_to_constant(finnc_ctx *cx, finnc_node *node, size_t i, double x)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_tensor *list = value ? finnc_value_tensor(value) : NULL;
    if (!list || finnc_tensor_rank(list) != 1 || finnc_tensor_nelems(list) != RANK)
        return FINNC_OK;
    finnc_tensor *longer;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(list), 1, (int64_t[]){RANK + 1}, &longer));
    for (int64_t k = 0; k < RANK; k++)
        finnc_tensor_set(longer, k, finnc_tensor_get(list, k));
    finnc_tensor_set(longer, RANK, x);
    return fnc_set_constant(cx, node, i, longer);
}

/* A constant that lines up with the data's last axis gets the new one behind. */
static finnc_status widen_constant(finnc_ctx *cx, finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_tensor *tensor = value ? finnc_value_tensor(value) : NULL;
    const int rank = tensor ? finnc_tensor_rank(tensor) : 0;
    if (!tensor || rank > RANK || (rank < RANK && finnc_tensor_nelems(tensor) == 1))
        return FINNC_OK;
    int64_t dims[RANK + 1];
    for (int k = 0; k < rank; k++)
        dims[k] = finnc_tensor_dim(tensor, k);
    dims[rank] = 1;
    finnc_tensor *wide;
    FINNC_TRY(finnc_tensor_reshape(cx, tensor, rank + 1, dims, &wide));
    return fnc_set_constant(cx, node, i, wide);
}

/* ---- one function per kind of op; only for nodes whose input 0 has three axes ---- */

static finnc_status nothing(finnc_ctx *cx, finnc_node *node)
{
    (void)cx;
    (void)node;
    return FINNC_OK;
}

static finnc_status widen_operands(finnc_ctx *cx, finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        FINNC_TRY(widen_constant(cx, node, i));
    return FINNC_OK;
}

static finnc_status widen_window(finnc_ctx *cx, finnc_node *node)
{
    FINNC_TRY(append_to(cx, node, "kernel_shape", 1));
    FINNC_TRY(append_to(cx, node, "strides", 1));
    FINNC_TRY(append_to(cx, node, "dilations", 1));
    size_t count;
    const int64_t *pads = finnc_node_ints(node, "pads", &count);
    if (!pads || count != 2)
        return FINNC_OK;
    const int64_t wide[] = {pads[0], 0, pads[1], 0};
    return finnc_node_set_ints(cx, node, "pads", wide, 4);
}

static finnc_status widen_conv(finnc_ctx *cx, finnc_node *node)
{
    FINNC_TRY(widen_constant(cx, node, 1));
    return widen_window(cx, node);
}

static finnc_status widen_transpose(finnc_ctx *cx, finnc_node *node)
{
    static const int64_t reversed[] = {2, 1, 0, 3};
    if (!finnc_node_find_attr(node, "perm"))
        return finnc_node_set_ints(cx, node, "perm", reversed, 4);
    return append_to(cx, node, "perm", RANK);
}

/* An axis counted from the end would be another one; so would a default of -1. */
static finnc_status fix_axis(finnc_ctx *cx, finnc_node *node, int64_t fallback)
{
    const int64_t axis = finnc_node_int(node, "axis", fallback);
    return axis < 0 ? finnc_node_set_int(cx, node, "axis", axis + RANK) : FINNC_OK;
}

static finnc_status fix_axis_from_end(finnc_ctx *cx, finnc_node *node)
{
    return fix_axis(cx, node, -1);
}

static finnc_status fix_axis_from_start(finnc_ctx *cx, finnc_node *node)
{
    return fix_axis(cx, node, 0);
}

static finnc_status widen_upsample(finnc_ctx *cx, finnc_node *node)
{
    return append_to_constant(cx, node, 1, 1);
}

static finnc_status widen_resize(finnc_ctx *cx, finnc_node *node)
{
    for (size_t i = finnc_node_ninputs(node) == 2 ? 1 : 2; i < finnc_node_ninputs(node); i++)
        FINNC_TRY(append_to_constant(cx, node, i, 1));
    return FINNC_OK;
}

typedef struct widening {
    const char *op_type;
    finnc_status (*widen)(finnc_ctx *cx, finnc_node *node);
} widening;

static const widening widenings[] = {
    {"Add", widen_operands},
    {"Mul", widen_operands},
    {"Div", widen_operands},
    {"BatchNormalization", nothing},
    {"MultiThreshold", nothing},
    {"Conv", widen_conv},
    {"MaxPool", widen_window},
    {"Transpose", widen_transpose},
    {"LogSoftmax", fix_axis_from_end},
    {"TopK", fix_axis_from_end},
    {"ArgMax", fix_axis_from_start},
    {"Flatten", fix_axis_from_start},
    {"MatMul", nothing},
    {"Reshape", nothing},
    {"Upsample", widen_upsample},
    {"Resize", widen_resize},
};

static const widening *find(const finnc_node *node)
{
    for (size_t i = 0; i < sizeof widenings / sizeof *widenings; i++)
        if (finnc_node_is(node, widenings[i].op_type))
            return &widenings[i];
    return NULL;
}

bool fnc_widen_is_known(const finnc_node *node)
{
    return find(node) != NULL;
}

const char *fnc_widen_obstacle(const finnc_node *node)
{
    if (finnc_node_is(node, "MatMul") && (has_rank(node, 0, RANK) || has_rank(node, 1, RANK)))
        return "it multiplies along an axis that would not be the last one any more";
    if (finnc_node_is(node, "Resize") && finnc_node_find_attr(node, "axes"))
        return "it names its axes";
    if (finnc_node_is(node, "ArgMax") && has_rank(node, 0, RANK) &&
        finnc_node_int(node, "keepdims", 1) == 0)
        return "it drops an axis, so that its result would keep three";
    return NULL;
}

/* What a Reshape makes of three axes, or makes to have three, is told by its target. */
static finnc_status widen_reshape(finnc_ctx *cx, finnc_node *node)
{
    const finnc_value *y = finnc_node_output(node, 0);
    if (has_rank(node, 0, RANK))
        FINNC_TRY(widen_constant(cx, node, 0));
    if (y && finnc_value_rank(y) == RANK)
        return append_to_constant(cx, node, 1, 1);
    return FINNC_OK;
}

finnc_status fnc_widen_node(finnc_ctx *cx, finnc_node *node)
{
    if (finnc_node_is(node, "Reshape"))
        return widen_reshape(cx, node);
    const widening *w = find(node);
    return w && has_rank(node, 0, RANK) ? w->widen(cx, node) : FINNC_OK;
}
