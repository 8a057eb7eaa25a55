#include "quantiser.h"

#include <math.h>

enum { MOST_BITS = 64 };

bool fnc_is_quantiser(const finnc_node *node)
{
    return finnc_node_is(node, "Quant") || finnc_node_is(node, "IntQuant") ||
           finnc_node_is(node, "BipolarQuant");
}

bool fnc_tensor_is_all(const finnc_tensor *tensor, double x)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        if (finnc_tensor_get(tensor, i) != x)
            return false;
    return true;
}

/* The constant that input `i` is, or NULL. */
static const finnc_tensor *parameter(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
}

static finnc_dtype integers(const fnc_quantiser *q)
{
    if (q->is_sign)
        return finnc_dtype_bipolar();
    return q->is_signed ? finnc_dtype_int(q->bits) : finnc_dtype_uint(q->bits);
}

static const char *read_integers(const finnc_node *node, fnc_quantiser *q)
{
    const finnc_tensor *zero = parameter(node, 2);
    const finnc_tensor *bits = parameter(node, 3);
    if (!zero || !bits)
        return "its zero point or bit width is not a constant";
    if (finnc_tensor_nelems(bits) != 1 || finnc_tensor_nelems(zero) < 1)
        return "its bit width is not one number";
    const double width = finnc_tensor_get(bits, 0);
    if (!(width >= 1 && width <= MOST_BITS) || width != nearbyint(width))
        return "its bit width is not a whole number from 1 to 64";
    q->zero = finnc_tensor_get(zero, 0);
    if (!fnc_tensor_is_all(zero, q->zero) || q->zero != nearbyint(q->zero))
        return "its zero point is not one whole number";
    q->bits = (int)width;
    q->is_signed = finnc_node_int(node, "signed", 1) != 0;
    q->is_sign = q->is_signed && q->bits == 1;
    const int narrow = finnc_node_int(node, "narrow", 0) != 0;
    const double half = exp2(q->bits - 1);
    q->low = q->is_sign ? -1 : q->is_signed ? -half + narrow : 0;
    q->high = q->is_sign ? 1 : q->is_signed ? half - 1 : 2 * half - 1 - narrow;
    return NULL;
}

const char *fnc_quantiser_read(const finnc_node *node, fnc_quantiser *q)
{
    *q = (fnc_quantiser){.bits = 1, .is_signed = true, .is_sign = true, .low = -1, .high = 1};
    q->scale = parameter(node, 1);
    if (!q->scale)
        return "its scale is not a constant";
    if (finnc_tensor_nelems(q->scale) == 0)
        return "its scale is empty";
    for (int64_t i = 0; i < finnc_tensor_nelems(q->scale); i++) {
        const double s = finnc_tensor_get(q->scale, i);
        if (!(s > 0 && isfinite(s)))
            return "its scale is not positive";
    }
    const char *reason = finnc_node_is(node, "BipolarQuant") ? NULL : read_integers(node, q);
    q->dtype = integers(q);
    return reason;
}

/* Is it of that element type, as far as is known? */
static bool may_be(const finnc_value *value, finnc_elem elem)
{
    const finnc_elem own = value ? finnc_value_elem(value) : FINNC_ELEM_UNDEFINED;
    return own == FINNC_ELEM_UNDEFINED || own == elem;
}

bool fnc_quantiser_is_float(const finnc_node *node)
{
    const finnc_value *zero = finnc_node_input(node, 2);
    const bool is_wide =
        zero && finnc_value_elem(zero) == FINNC_ELEM_DOUBLE && finnc_value_rank(zero) != 0;
    return may_be(finnc_node_input(node, 0), FINNC_ELEM_FLOAT) &&
           may_be(finnc_node_input(node, 1), FINNC_ELEM_FLOAT) &&
           may_be(finnc_node_output(node, 0), FINNC_ELEM_FLOAT) && !is_wide;
}

finnc_status fnc_factor_of(finnc_ctx *cx, const finnc_tensor *tensor, int rank,
                           finnc_tensor **factor)
{
    const int axes = finnc_tensor_rank(tensor);
    if (finnc_tensor_nelems(tensor) == 1 && (axes == 1 || axes > rank))
        return finnc_tensor_reshape(cx, tensor, 0, NULL, factor);
    *factor = finnc_tensor_retain(tensor);
    return FINNC_OK;
}

static bool enlarges(const finnc_value *x, const finnc_value *parameter)
{
    const int rank = finnc_value_rank(x), own = finnc_value_rank(parameter);
    bool is_one = own >= 0;
    for (int i = 0; i < own; i++)
        is_one &= finnc_value_dim(parameter, i).size == 1;
    if (rank < 0 || own < 0)
        return !is_one || own > 1;
    if (own > rank)
        return true;
    for (int i = 0; i < own; i++) {
        const int64_t size = finnc_value_dim(parameter, i).size;
        if (size != 1 && size != finnc_value_dim(x, rank - own + i).size)
            return true;
    }
    return false;
}

const char *fnc_quantiser_enlarges(const finnc_node *node)
{
    for (size_t i = 1; i < finnc_node_ninputs(node); i++)
        if (finnc_node_input(node, i) &&
            enlarges(finnc_node_input(node, 0), finnc_node_input(node, i)))
            return "its parameters may make more of its data than there are";
    return NULL;
}
