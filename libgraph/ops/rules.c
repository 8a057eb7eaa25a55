/* The rules of inference that many ops share. */
#include "infer.h"

#include <math.h>
#include <string.h>

/* ---- shapes ---- */

finnc_status fnc_shapes_as_first(finnc_infer *in)
{
    return fnc_infer_set_as(in, 0, 0);
}

finnc_elem fnc_container(const finnc_infer *in, size_t o)
{
    const finnc_value *value = finnc_node_output(in->node, o);
    finnc_elem said = value ? finnc_value_elem(value) : FINNC_ELEM_UNDEFINED;
    return said ? said : FINNC_ELEM_FLOAT;
}

finnc_status fnc_shapes_container(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = fnc_container(in, 0);
    return fnc_infer_set(in, 0, &s);
}

/* ONNX's binary ops before version 7: B is stretched over A where the attribute `broadcast` says
 * so. It is one number, or lies over A's axes from `axis` on, over the last ones if the node does
 * not say. */
static finnc_status stretch(const finnc_infer *in, const fnc_shape *a)
{
    fnc_shape b = fnc_shape_of(in, 1), wide = b, all = *a;
    if (a->rank < 0 || b.rank < 0)
        return FINNC_OK;
    bool may = fnc_infer_int(in, "broadcast", 0) != 0, is_one = true, fits = b.rank <= a->rank;
    for (int i = 0; i < b.rank; i++)
        is_one &= b.dims[i].size == 1;
    int axis = a->rank - b.rank;
    if (may && !is_one && fits)
        FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", axis), a->rank, &axis));
    while (may && !is_one && wide.rank + axis < a->rank)
        wide.dims[wide.rank++] = fnc_known(1);
    fits &= may ? axis + b.rank <= a->rank : b.rank == a->rank;
    if (fits)
        FINNC_TRY(fnc_shape_broadcast(in, &all, &wide));
    for (int i = 0; fits && i < a->rank; i++) {
        int64_t size = may ? all.dims[i].size : b.dims[i].size;
        fits = a->dims[i].size < 0 || size < 0 || size == a->dims[i].size;
    }
    char ta[256], tb[256];
    return fits ? FINNC_OK
                : finnc_fail(in->cx, FINNC_BAD_VALUE, "B of shape %s %s A, %s",
                             fnc_shape_text(&b, tb, sizeof tb),
                             may ? "does not stretch to" : "should have the shape of",
                             fnc_shape_text(a, ta, sizeof ta));
}

static bool is_stretched(const finnc_infer *in)
{
    for (size_t i = 0; in->version < 7 && i < FINNC_OP_MAX_ATTRS && in->op->attrs[i].name; i++)
        if (!strcmp(in->op->attrs[i].name, "broadcast"))
            return true;
    return false;
}

static finnc_status broadcast_to(finnc_infer *in, finnc_elem elem)
{
    fnc_shape s = {.elem = elem};
    if (is_stretched(in)) {
        s = fnc_shape_of(in, 0);
        s.elem = elem;
        FINNC_TRY(stretch(in, &s));
    } else {
        FINNC_TRY(fnc_infer_broadcast(in, 0, &s));
    }
    return fnc_infer_set(in, 0, &s);
}

finnc_status fnc_shapes_broadcast(finnc_infer *in)
{
    return broadcast_to(in, finnc_infer_elem(in, 0));
}

finnc_status fnc_shapes_compare(finnc_infer *in)
{
    return broadcast_to(in, FINNC_ELEM_BOOL);
}

/* ---- data types ---- */

finnc_status fnc_dtypes_as_first(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, finnc_infer_dtype(in, 0));
}

/* All inputs integers: 32 bits, signed if one of them is or numbers are subtracted. All on some
 * grid: SCALEDINT<32>. One float: FLOAT32. */
static finnc_status mac_dtypes(finnc_infer *in, bool is_signed)
{
    bool integers = true, grids = true;
    for (size_t i = 0; i < finnc_infer_ninputs(in); i++) {
        finnc_dtype t = finnc_infer_dtype(in, i);
        integers &= finnc_dtype_is_integer(t);
        grids &= finnc_dtype_is_integer(t) || t.kind == FINNC_DTYPE_FIXED ||
                 t.kind == FINNC_DTYPE_SCALEDINT;
        is_signed |= finnc_dtype_is_signed(t);
    }
    if (integers)
        return finnc_infer_set_dtype(in, 0, is_signed ? finnc_dtype_int(32) : finnc_dtype_uint(32));
    if (grids)
        return finnc_infer_set_dtype(in, 0,
                                     (finnc_dtype){.kind = FINNC_DTYPE_SCALEDINT, .bits = 32});
    return finnc_infer_set_dtype(in, 0, finnc_dtype_float32());
}

finnc_status fnc_dtypes_mac(finnc_infer *in)
{
    return mac_dtypes(in, false);
}

finnc_status fnc_dtypes_difference(finnc_infer *in)
{
    return mac_dtypes(in, true);
}

finnc_dtype fnc_dtype_join(finnc_dtype a, finnc_dtype b)
{
    if (finnc_dtype_equal(a, b))
        return a;
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        return finnc_dtype_float32();
    return finnc_dtype_holding(fmin(finnc_dtype_min(a), finnc_dtype_min(b)),
                               fmax(finnc_dtype_max(a), finnc_dtype_max(b)));
}

/* Nobody knows the step of a SCALEDINT, but 0 is on every grid. */
finnc_dtype fnc_dtype_with(finnc_dtype t, double x)
{
    if (finnc_dtype_allows(t, x) && (t.kind != FINNC_DTYPE_SCALEDINT || x == 0))
        return t;
    if (!finnc_dtype_is_integer(t) || x != nearbyint(x))
        return finnc_dtype_float32();
    return finnc_dtype_holding(fmin(finnc_dtype_min(t), x), fmax(finnc_dtype_max(t), x));
}

finnc_dtype fnc_infer_dtype_with(const finnc_infer *in, finnc_dtype t, size_t i)
{
    const finnc_tensor *x = finnc_infer_const(in, i);
    if (x && finnc_tensor_nelems(x) == 1)
        return fnc_dtype_with(t, finnc_tensor_get(x, 0));
    return fnc_dtype_join(t, finnc_infer_dtype(in, i));
}

finnc_dtype fnc_infer_joined_dtype(const finnc_infer *in)
{
    finnc_dtype t = finnc_infer_dtype(in, 0);
    for (size_t i = 1; i < finnc_infer_ninputs(in); i++)
        t = fnc_dtype_join(t, finnc_infer_dtype(in, i));
    return t;
}

finnc_status fnc_dtypes_joined(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, fnc_infer_joined_dtype(in));
}
