#include "undo.h"

#include <finnc/run.h>

#include <math.h>

struct fnc_undo {
    const char *op;
    size_t data;     /* the input that the numbers come in by ... */
    size_t constant; /* ... and the one that has to be a constant; the same: none */
    bool commutes;   /* or the other way around */
    int roundings;
    finnc_status (*step)(finnc_ctx *cx, const finnc_node *node, size_t index, const finnc_tensor *y,
                         finnc_tensor **x);
};

bool fnc_drawn_shape(const finnc_value *value, int *rank, int64_t dims[FINNC_MAX_RANK])
{
    *rank = finnc_value_rank(value);
    for (int i = 0; i < *rank && *rank <= FINNC_MAX_RANK; i++) {
        const int64_t size = finnc_value_dim(value, i).size;
        dims[i] = size >= 0 ? size : 1;
    }
    return *rank >= 0 && *rank <= FINNC_MAX_RANK;
}

finnc_status fnc_in_double(finnc_ctx *cx, const char *op, const finnc_tensor *a,
                           const finnc_tensor *b, finnc_tensor **result)
{
    finnc_tensor *wide;
    FINNC_TRY(finnc_tensor_cast(cx, b, FINNC_ELEM_DOUBLE, &wide));
    const finnc_status status =
        finnc_op_eval(cx, "", op, 0, (const finnc_tensor *[]){a, wide}, 2, result);
    finnc_tensor_release(wide);
    return status;
}

/* ---- steps ---- */

static finnc_status same(finnc_ctx *cx, const finnc_node *node, size_t index, const finnc_tensor *y,
                         finnc_tensor **x)
{
    (void)cx, (void)node, (void)index;
    *x = finnc_tensor_retain(y);
    return FINNC_OK;
}

static finnc_status reshaped(finnc_ctx *cx, const finnc_node *node, size_t index,
                             const finnc_tensor *y, finnc_tensor **x)
{
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    if (!fnc_drawn_shape(finnc_node_input(node, index), &rank, dims))
        return finnc_fail(cx, FINNC_UNSUPPORTED, "the shape is not known");
    return finnc_tensor_reshape(cx, y, rank, dims, x);
}

static finnc_status turned_back(finnc_ctx *cx, const finnc_node *node, size_t index,
                                const finnc_tensor *y, finnc_tensor **x)
{
    (void)index;
    const int rank = finnc_tensor_rank(y);
    size_t count;
    const int64_t *perm = finnc_node_ints(node, "perm", &count);
    int back[FINNC_MAX_RANK] = {0};
    if (perm && count != (size_t)rank)
        return finnc_fail(cx, FINNC_BAD_VALUE, "perm has %zu axes, the tensor %d", count, rank);
    for (int i = 0; i < rank; i++) {
        const int64_t axis = perm ? perm[i] : rank - 1 - i;
        if (axis < 0 || axis >= rank)
            return finnc_fail(cx, FINNC_BAD_VALUE, "perm names axis %d of %d", (int)axis, rank);
        back[axis] = i;
    }
    return finnc_tensor_transpose(cx, y, back, x);
}

static const finnc_tensor *other(const finnc_node *node, size_t index)
{
    return finnc_value_tensor(finnc_node_input(node, 1 - index));
}

static finnc_status subtracted(finnc_ctx *cx, const finnc_node *node, size_t index,
                               const finnc_tensor *y, finnc_tensor **x)
{
    return fnc_in_double(cx, "Sub", y, other(node, index), x);
}

static finnc_status added(finnc_ctx *cx, const finnc_node *node, size_t index,
                          const finnc_tensor *y, finnc_tensor **x)
{
    return fnc_in_double(cx, "Add", y, other(node, index), x);
}

static finnc_status divided(finnc_ctx *cx, const finnc_node *node, size_t index,
                            const finnc_tensor *y, finnc_tensor **x)
{
    return fnc_in_double(cx, "Div", y, other(node, index), x);
}

static finnc_status multiplied(finnc_ctx *cx, const finnc_node *node, size_t index,
                               const finnc_tensor *y, finnc_tensor **x)
{
    return fnc_in_double(cx, "Mul", y, other(node, index), x);
}

static finnc_status negated(finnc_ctx *cx, const finnc_node *node, size_t index,
                            const finnc_tensor *y, finnc_tensor **x)
{
    (void)node, (void)index;
    return finnc_op_eval(cx, "", "Neg", 0, &y, 1, x);
}

/* Of c - x. */
static finnc_status mirrored(finnc_ctx *cx, const finnc_node *node, size_t index,
                             const finnc_tensor *y, finnc_tensor **x)
{
    finnc_tensor *negative;
    FINNC_TRY(negated(cx, node, index, y, &negative));
    const finnc_status status = added(cx, node, index, negative, x);
    finnc_tensor_release(negative);
    return status;
}

/* ---- the list ---- */

static const fnc_undo undos[] = {
    {.op = "Identity", .step = same},
    /* Positive numbers come through; the others are edges of nothing behind it. */
    {.op = "Relu", .step = same},
    {.op = "Reshape", .constant = 1, .step = reshaped},
    {.op = "Flatten", .step = reshaped},
    {.op = "Squeeze", .step = reshaped},
    {.op = "Unsqueeze", .step = reshaped},
    {.op = "Transpose", .step = turned_back},
    {.op = "Neg", .step = negated},
    {.op = "Add", .constant = 1, .commutes = true, .roundings = 1, .step = subtracted},
    {.op = "Mul", .constant = 1, .commutes = true, .roundings = 1, .step = divided},
    {.op = "Sub", .constant = 1, .roundings = 1, .step = added},
    {.op = "Sub", .data = 1, .constant = 0, .roundings = 1, .step = mirrored},
    {.op = "Div", .constant = 1, .roundings = 1, .step = multiplied},
};

static bool fits(const fnc_undo *undo, const finnc_node *node, size_t index)
{
    if (!finnc_node_is(node, undo->op))
        return false;
    if (undo->commutes)
        return index < 2 && finnc_node_input(node, 1 - index) &&
               finnc_value_is_constant(finnc_node_input(node, 1 - index));
    const finnc_value *constant =
        undo->constant == undo->data ? NULL : finnc_node_input(node, undo->constant);
    return index == undo->data &&
           (undo->constant == undo->data || (constant && finnc_value_is_constant(constant)));
}

const fnc_undo *fnc_undo_find(const finnc_node *node, size_t index)
{
    for (size_t i = 0; i < sizeof undos / sizeof *undos; i++)
        if (fits(&undos[i], node, index))
            return &undos[i];
    return NULL;
}

int fnc_undo_roundings(const fnc_undo *undo)
{
    return undo->roundings;
}

/* A constant with more axes, or longer ones, than the data: one element becomes several. */
static bool has_shape_of(const finnc_tensor *x, const finnc_value *value)
{
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    if (!fnc_drawn_shape(value, &rank, dims) || rank != finnc_tensor_rank(x))
        return false;
    for (int i = 0; i < rank; i++)
        if (finnc_tensor_dim(x, i) != dims[i])
            return false;
    return true;
}

finnc_status fnc_undo_step(finnc_ctx *cx, const fnc_undo *undo, const finnc_node *node,
                           size_t index, const finnc_tensor *y, finnc_tensor **x)
{
    FINNC_TRY(undo->step(cx, node, index, y, x));
    if (has_shape_of(*x, finnc_node_input(node, index)))
        return FINNC_OK;
    finnc_tensor_release(*x);
    return finnc_fail(cx, FINNC_UNSUPPORTED, "one element becomes several");
}
