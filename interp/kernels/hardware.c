#include "hardware.h"

#include "../grid.h"
#include "threshold.h"

#include <base/text.h>

#include <finnc/layer.h>

#include <inttypes.h>
#include <string.h>

bool fnc_is_bipolar(const fnc_call *call, const char *name)
{
    return fnc_same(finnc_node_string(call->node, name, ""), "BIPOLAR");
}

finnc_elem fnc_hw_said_elem(const fnc_call *call, size_t o, finnc_elem otherwise)
{
    const finnc_value *y = finnc_node_output(call->node, o);
    const finnc_elem said = y ? finnc_value_elem(y) : FINNC_ELEM_UNDEFINED;
    return finnc_elem_is_integer(said) && finnc_elem_bits(said) >= 8 ? said : otherwise;
}

finnc_status fnc_hw_input(fnc_call *call, int rank)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    if (call->in[0].elem != FINNC_ELEM_FLOAT)
        return fnc_bad_elem(call, 0);
    if (call->in[0].rank != rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d, not %d",
                          call->in[0].rank, rank);
    return FINNC_OK;
}

finnc_status fnc_hw_pair(fnc_call *call, const char *name, int64_t least, int64_t pair[2])
{
    size_t n;
    const int64_t *given = finnc_node_ints(call->node, name, &n);
    if (!given || n != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s does not hold two numbers",
                          name);
    for (int i = 0; i < 2; i++) {
        pair[i] = given[i];
        if (pair[i] < least || pair[i] > INT32_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s has %" PRId64 " in it", name, pair[i]);
    }
    return FINNC_OK;
}

finnc_status fnc_hw_dtype(fnc_call *call, const char *name, finnc_dtype *dtype)
{
    const char *text;
    FINNC_TRY(finnc_node_need_string(call->cx, call->node, name, &text));
    return finnc_dtype_parse(call->cx, text, dtype);
}

/* VVAU and Pool do not say themselves in which order their input comes, and nothing else in a model
 * does but what lays out the windows: together, as long as that is not bound; then in groups, which
 * they take to be of PE channels, as in what comes from outside. So this is the one place where a
 * kernel looks at another node. */
int64_t fnc_hw_channels_together(const fnc_call *call, int64_t channels)
{
    const finnc_node *maker = fnc_in_maker(call);
    return maker && finnc_node_leaves_order_open(maker) ? channels
                                                        : finnc_node_attr_int(call->node, "PE");
}

/* Output 0 under the shape that the model says, if there is one of as many elements. */
static finnc_status out_as_declared(fnc_call *call, const fnc_array *x, void **data)
{
    const finnc_value *value = finnc_node_output(call->node, 0);
    int64_t dims[FINNC_MAX_RANK];
    if (value && finnc_value_dims(value, -1, dims) && finnc_value_nelems(value) == x->nelems)
        return fnc_out(call, 0, FINNC_ELEM_FLOAT, finnc_value_rank(value), dims, data);
    return fnc_out(call, 0, FINNC_ELEM_FLOAT, x->rank, x->dims, data);
}

finnc_status fnc_hw_plain(fnc_call *call, const fnc_array *x)
{
    void *y;
    FINNC_TRY(out_as_declared(call, x, &y));
    fnc_convert(x->elem, x->data, FINNC_ELEM_FLOAT, y, x->nelems);
    return FINNC_OK;
}

finnc_status fnc_hw_activate(fnc_call *call, const fnc_array *x, size_t t, double scale,
                             double bias)
{
    void *y;
    if (!fnc_has(call, t))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing: thresholds", t);
    FINNC_TRY(out_as_declared(call, x, &y));
    if (x->elem == FINNC_ELEM_FLOAT)
        return fnc_threshold(call, x, &call->in[t], x->rank - 1, scale, bias, y);
    void *wide = fnc_scratch_array(call, fnc_elem_size(x->elem), x->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_threshold(call, x, &call->in[t], x->rank - 1, scale, bias, wide));
    fnc_convert(x->elem, wide, FINNC_ELEM_FLOAT, y, x->nelems);
    return FINNC_OK;
}
