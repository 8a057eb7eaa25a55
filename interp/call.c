#include "kernel.h"

#include <base/text.h>
#include <nodes/elem_text.h>
#include <nodes/versioned_list.h>

#include <inttypes.h>

finnc_status fnc_need_inputs(fnc_call *call, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!fnc_has(call, i))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
    return FINNC_OK;
}

finnc_status fnc_need_shape(fnc_call *call, size_t i, int rank, const int64_t *dims)
{
    const fnc_array *x = &call->in[i];
    bool fits = x->rank == rank;
    for (int axis = 0; fits && axis < rank; axis++)
        fits = dims[axis] < 0 || x->dims[axis] == dims[axis];
    if (fits)
        return FINNC_OK;
    char is[256], should[256];
    const finnc_op *op = finnc_node_find_op(call->node);
    const finnc_formal *formal = op ? finnc_op_formal(op->in, i) : NULL;
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu (%s) has the shape %s, should have %s",
                      i, formal ? formal->name : "?",
                      fnc_sizes_text(x->rank, x->dims, is, sizeof is),
                      fnc_sizes_text(rank, dims, should, sizeof should));
}

finnc_status fnc_in_as(fnc_call *call, size_t i, finnc_elem elem, fnc_array *array)
{
    if (!fnc_has(call, i))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
    *array = call->in[i];
    if (array->elem == elem)
        return FINNC_OK;
    if (array->elem == FINNC_ELEM_STRING || !finnc_elem_bits(array->elem))
        return fnc_bad_elem(call, i);
    void *data = fnc_scratch_array(call, fnc_elem_size(elem), array->nelems);
    if (!data)
        return finnc_no_memory(call->cx);
    fnc_convert(array->elem, array->data, elem, data, array->nelems);
    array->elem = elem;
    array->data = data;
    return FINNC_OK;
}

finnc_status fnc_in_ints(fnc_call *call, size_t i, const int64_t **ints, int64_t *count)
{
    fnc_array array = {0};
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_INT64, &array));
    *ints = array.data;
    *count = array.nelems;
    return FINNC_OK;
}

finnc_status fnc_in_scalar(fnc_call *call, size_t i, double *x)
{
    fnc_array array = {0};
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, &array));
    if (array.nelems != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "input %zu has %" PRId64 " elements where one number belongs", i,
                          array.nelems);
    *x = *(const double *)array.data;
    return FINNC_OK;
}

finnc_status fnc_bad_elem(fnc_call *call, size_t i)
{
    finnc_elem elem = i < call->ninputs ? call->in[i].elem : FINNC_ELEM_UNDEFINED;
    return finnc_fail(call->cx, FINNC_UNSUPPORTED, "input %zu is %s, for which there is no kernel",
                      i, fnc_elem_text(elem));
}

finnc_status fnc_axis(fnc_call *call, int64_t axis, int span, int *r)
{
    if (axis < -span || axis >= span)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %" PRId64 " is outside %d to %d", axis,
                          -span, span - 1);
    *r = (int)(axis < 0 ? axis + span : axis);
    return FINNC_OK;
}

finnc_status fnc_attr_or_input(fnc_call *call, const char *name, size_t i, const int64_t **ints,
                               int64_t *count)
{
    const fnc_versioned_list list = fnc_versioned_list_of(call->node, name, i);
    *ints = list.x;
    *count = list.x ? (int64_t)list.count : 0;
    return list.input ? fnc_in_ints(call, i, ints, count) : FINNC_OK;
}

finnc_status fnc_attr_ints_or(fnc_call *call, const char *name, int64_t count, int64_t fallback,
                              int64_t least, int64_t *ints)
{
    size_t n;
    const int64_t *given = finnc_node_ints(call->node, name, &n);
    if (given && (int64_t)n != count)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s has %zu entries, should have %" PRId64, name, n, count);
    for (int64_t i = 0; i < count; i++) {
        ints[i] = given ? given[i] : fallback;
        if (ints[i] < least)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s holds %" PRId64, name,
                              ints[i]);
    }
    return FINNC_OK;
}
