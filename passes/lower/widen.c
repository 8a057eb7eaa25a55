#include "widen.h"

#include "../support/build.h"

#include <base/compiler.h>
#include <nodes/threshold_axis.h>

#include <finnc/op.h>

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

static bool is_computed(const finnc_value *value)
{
    return value && !finnc_value_is_constant(value);
}

/* ---- what stands in the way, one function per kind of op ---- */

static const char *no_obstacle(const finnc_node *node)
{
    (void)node;
    return NULL;
}

/* Operands line up at their last axes, and all that is computed of fewer than three stays so. */
static const char *operand_obstacle(const finnc_node *node)
{
    const finnc_value *y = finnc_node_output(node, 0);
    const bool is_wide = y && finnc_value_rank(y) == RANK;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *x = finnc_node_input(node, i);
        if (!is_computed(x) || (finnc_value_rank(x) == RANK) == is_wide)
            continue;
        if (!is_wide)
            return "it brings three axes together with more";
        if (finnc_value_nelems(x) != 1)
            return "an operand that is computed has fewer axes than the other one";
    }
    if (is_wide && finnc_node_int(node, "broadcast", 0) != 0 && finnc_node_find_attr(node, "axis"))
        return "it says by attributes which axes its second operand goes along";
    return NULL;
}

/* What a node makes of a constant would get an axis, the constant would not. */
static const char *constant_obstacle(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *y = finnc_node_output(node, o);
        if (y && finnc_value_rank(y) == RANK && !is_computed(finnc_node_input(node, 0)))
            return "it works on a constant";
    }
    return NULL;
}

static const char *norm_obstacle(const finnc_node *node)
{
    if (has_rank(node, 0, RANK) && finnc_node_int(node, "spatial", 1) == 0)
        return "its parameters are not one per channel";
    return constant_obstacle(node);
}

static const char *thresholds_obstacle(const finnc_node *node)
{
    const finnc_value *t = finnc_node_input(node, 1);
    const bool has_channels = !t || finnc_value_rank(t) < 1 || finnc_value_dim(t, 0).size != 1;
    if (has_rank(node, 0, RANK) && has_channels && fnc_threshold_axis(node, RANK) != 1)
        return "its channels are not the second axis";
    return constant_obstacle(node);
}

static const char *mat_mul_obstacle(const finnc_node *node)
{
    if (has_rank(node, 0, RANK) || has_rank(node, 1, RANK))
        return "it multiplies along an axis that would not be the last one any more";
    return NULL;
}

static const char *arg_max_obstacle(const finnc_node *node)
{
    if (has_rank(node, 0, RANK) && finnc_node_int(node, "keepdims", 1) == 0)
        return "it drops an axis, so that its result would keep three";
    return constant_obstacle(node);
}

/* Is the input a constant list with a number per axis? */
static bool is_list(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_tensor *list = value ? finnc_value_tensor(value) : NULL;
    return list && finnc_tensor_rank(list) == 1 && finnc_tensor_nelems(list) == RANK;
}

static bool is_empty(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return !value || finnc_value_nelems(value) == 0;
}

static const char *reshape_obstacle(const finnc_node *node)
{
    const finnc_value *y = finnc_node_output(node, 0);
    if (y && finnc_value_rank(y) == RANK && !is_list(node, 1))
        return "its target is not a constant";
    return NULL;
}

static const char *upsample_obstacle(const finnc_node *node)
{
    if (has_rank(node, 0, RANK) && !is_list(node, 1))
        return "its scales are not a constant";
    return constant_obstacle(node);
}

static const char *resize_obstacle(const finnc_node *node)
{
    const bool is_old = finnc_node_version(node) < 11; /* its scales are its second input */
    if (finnc_node_find_attr(node, "axes"))
        return "it names its axes";
    if (!has_rank(node, 0, RANK))
        return NULL;
    if (is_old)
        return upsample_obstacle(node);
    if (!is_empty(node, 1))
        return "it has a region of interest";
    for (size_t i = 2; i < 4; i++)
        if (!is_empty(node, i) && !is_list(node, i))
            return "its scales or sizes are not a constant";
    if (strcmp(finnc_node_string(node, "keep_aspect_ratio_policy", "stretch"), "stretch") != 0)
        return "it keeps proportions, which an axis of one element would have";
    return constant_obstacle(node);
}

/* ---- doing it, one function per kind of op; only for nodes that work on three axes ---- */

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

/* Before version 13 its default was 1, with all axes from there on. */
static finnc_status fix_axis_of_softmax(finnc_ctx *cx, finnc_node *node)
{
    return fix_axis(cx, node, finnc_node_version(node) < 13 ? 1 : -1);
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

/* What a Reshape makes to have three axes is told by its target. */
static finnc_status widen_reshape(finnc_ctx *cx, finnc_node *node)
{
    return append_to_constant(cx, node, 1, 1);
}

/* Whose axes are counted to see whether a node works on three. */
typedef enum counted { BY_INPUT, BY_RESULT } counted;

typedef struct widening {
    const char *op_type;
    counted by;
    const char *(*obstacle)(const finnc_node *node);
    finnc_status (*widen)(finnc_ctx *cx, finnc_node *node);
} widening;

static const widening widenings[] = {
    {"Add", BY_RESULT, operand_obstacle, widen_operands},
    {"Mul", BY_RESULT, operand_obstacle, widen_operands},
    {"Div", BY_RESULT, operand_obstacle, widen_operands},
    {"BatchNormalization", BY_INPUT, norm_obstacle, nothing},
    {"MultiThreshold", BY_INPUT, thresholds_obstacle, nothing},
    {"Conv", BY_INPUT, constant_obstacle, widen_conv},
    {"MaxPool", BY_INPUT, constant_obstacle, widen_window},
    {"Transpose", BY_INPUT, constant_obstacle, widen_transpose},
    {"LogSoftmax", BY_INPUT, constant_obstacle, fix_axis_of_softmax},
    {"TopK", BY_INPUT, constant_obstacle, fix_axis_from_end},
    {"ArgMax", BY_INPUT, arg_max_obstacle, fix_axis_from_start},
    {"Flatten", BY_INPUT, no_obstacle, fix_axis_from_start},
    {"MatMul", BY_INPUT, mat_mul_obstacle, nothing},
    {"Reshape", BY_RESULT, reshape_obstacle, widen_reshape},
    {"Upsample", BY_INPUT, upsample_obstacle, widen_upsample},
    {"Resize", BY_INPUT, resize_obstacle, widen_resize},
};

/* The variants with their channels last have the names of ONNX's ops. */
static const widening *find(const finnc_node *node)
{
    for (size_t i = 0; i < sizeof widenings / sizeof *widenings; i++)
        if (finnc_node_is(node, widenings[i].op_type) &&
            strcmp(finnc_node_home(node), "qonnx.custom_op.channels_last") != 0)
            return &widenings[i];
    return NULL;
}

const char *fnc_widen_obstacle(const finnc_node *node)
{
    const widening *w = find(node);
    return w ? w->obstacle(node)
             : "it is none of the ops that 3-D networks are made of here, so all stays as it is";
}

finnc_status fnc_widen_node(finnc_ctx *cx, finnc_node *node)
{
    const widening *w = find(node);
    if (!w)
        return FINNC_OK;
    const finnc_value *value =
        w->by == BY_RESULT ? finnc_node_output(node, 0) : finnc_node_input(node, 0);
    return value && finnc_value_rank(value) == RANK ? w->widen(cx, node) : FINNC_OK;
}
