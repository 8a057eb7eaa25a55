/* LabelEncoder and CategoryMapper: elements looked up in a list of keys, and what stands at that
 * place in a list of values. */
#include "lists.h"

#include <inttypes.h>
#include <string.h>

/* values[places[i]], or the one element of `fallback` where a place is -1, in the shape of input 0.
 */
static finnc_status put_values(fnc_call *call, const int64_t *places, const fnc_array *values,
                               const void *fallback)
{
    const fnc_array *x = &call->in[0];
    size_t size = fnc_elem_size(values->elem);
    char *to;
    FINNC_TRY(fnc_out(call, 0, values->elem, x->rank, x->dims, &to));
    const char *from = values->data;
    for (int64_t i = 0; i < x->nelems; i++)
        memcpy(to + (size_t)i * size, places[i] < 0 ? fallback : from + (size_t)places[i] * size,
               size);
    return FINNC_OK;
}

static finnc_status map(fnc_call *call, const fnc_array *list, const fnc_array *values,
                        const void *fallback)
{
    fnc_keys keys;
    const int64_t *places;
    if (list->nelems != values->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " keys for %" PRId64 " values",
                          list->nelems, values->nelems);
    FINNC_TRY(fnc_keys_init(call, list, &keys));
    FINNC_TRY(fnc_keys_find_all(call, &keys, &call->in[0], &places));
    return put_values(call, places, values, fallback);
}

/* ---- what unknown keys become ---- */

typedef union one_value {
    int16_t i16;
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    finnc_string string;
} one_value;

static finnc_string default_string(const fnc_call *call)
{
    const finnc_attr *attr = finnc_node_find_attr(call->node, "default_string");
    return attr ? finnc_attr_string(attr, 0) : (finnc_string){"_Unused", strlen("_Unused")};
}

static finnc_status default_integer(fnc_call *call, finnc_elem elem, one_value *value)
{
    int64_t x = finnc_node_attr_int(call->node, "default_int64");
    int bits = finnc_elem_bits(elem);
    if (bits < 64 && (x < -(INT64_C(1) << (bits - 1)) || x >= INT64_C(1) << (bits - 1)))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute default_int64, %" PRId64 ", does not fit into values of type "
                          "%s",
                          x, finnc_elem_name(elem));
    fnc_convert(FINNC_ELEM_INT64, &x, elem, value, 1);
    return FINNC_OK;
}

static finnc_status default_value(fnc_call *call, finnc_elem elem, one_value *value)
{
    static const char *const names[] = {"default_tensor", NULL};
    fnc_array list;
    FINNC_TRY(fnc_attr_list(call, names, &list));
    if (list.nelems > 0) {
        if (list.elem != elem)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "attribute default_tensor is %s, the values are %s",
                              finnc_elem_name(list.elem), finnc_elem_name(elem));
        memcpy(value, list.data, fnc_elem_size(elem));
        return FINNC_OK;
    }
    if (elem == FINNC_ELEM_STRING) {
        value->string = default_string(call);
        return FINNC_OK;
    }
    if (finnc_elem_is_integer(elem))
        return default_integer(call, elem, value);
    double x = finnc_node_attr_float(call->node, "default_float");
    fnc_convert(FINNC_ELEM_DOUBLE, &x, elem, value, 1);
    return FINNC_OK;
}

/* ---- LabelEncoder ---- */

static bool is_label_elem(finnc_elem elem)
{
    return elem == FINNC_ELEM_STRING || elem == FINNC_ELEM_INT16 || elem == FINNC_ELEM_INT32 ||
           elem == FINNC_ELEM_INT64 || elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_DOUBLE;
}

static finnc_status need_values(fnc_call *call, fnc_array *values)
{
    static const char *const names[] = {"values_strings", "values_int64s", "values_floats",
                                        "values_tensor", NULL};
    FINNC_TRY(fnc_attr_need_list(call, names, values));
    if (!is_label_elem(values->elem))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "values are no labels: %s",
                          finnc_elem_name(values->elem));
    return FINNC_OK;
}

/* Before version 2 one list does for both ways: strings, and their places. */
static finnc_status encode_classes(fnc_call *call)
{
    static const char *const names[] = {"classes_strings", NULL};
    fnc_array classes, numbers = {.elem = FINNC_ELEM_INT64, .rank = 1};
    one_value fallback;
    FINNC_TRY(fnc_attr_need_list(call, names, &classes));
    int64_t *counting = FNC_SCRATCH(call, int64_t, classes.nelems);
    if (!counting)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < classes.nelems; i++)
        counting[i] = i;
    numbers.data = counting;
    numbers.nelems = classes.nelems;
    bool is_string = call->in[0].elem == FINNC_ELEM_STRING;
    FINNC_TRY(default_value(call, is_string ? FINNC_ELEM_INT64 : FINNC_ELEM_STRING, &fallback));
    return is_string ? map(call, &classes, &numbers, &fallback)
                     : map(call, &numbers, &classes, &fallback);
}

static finnc_status need_type(fnc_call *call, finnc_elem elem)
{
    finnc_elem have = call->in[0].elem;
    if (have != elem)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is %s, the keys are %s",
                          finnc_elem_name(have), finnc_elem_name(elem));
    return FINNC_OK;
}

static finnc_status label_encoder(fnc_call *call)
{
    static const char *const names[] = {"keys_strings", "keys_int64s", "keys_floats", "keys_tensor",
                                        NULL};
    fnc_array keys, values;
    one_value fallback;
    FINNC_TRY(fnc_need_inputs(call, 1));
    if (call->version < 2)
        return encode_classes(call);
    FINNC_TRY(fnc_attr_need_list(call, names, &keys));
    FINNC_TRY(need_values(call, &values));
    FINNC_TRY(need_type(call, keys.elem));
    FINNC_TRY(default_value(call, values.elem, &fallback));
    return map(call, &keys, &values, &fallback);
}

/* ---- CategoryMapper ---- */

static finnc_status category_mapper(fnc_call *call)
{
    static const char *const string_names[] = {"cats_strings", NULL};
    static const char *const int_names[] = {"cats_int64s", NULL};
    fnc_array strings, ints;
    one_value fallback;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_need_list(call, string_names, &strings));
    FINNC_TRY(fnc_attr_need_list(call, int_names, &ints));
    bool is_string = call->in[0].elem == FINNC_ELEM_STRING;
    FINNC_TRY(default_value(call, is_string ? FINNC_ELEM_INT64 : FINNC_ELEM_STRING, &fallback));
    return is_string ? map(call, &strings, &ints, &fallback)
                     : map(call, &ints, &strings, &fallback);
}

const fnc_kernel fnc_kernel_ml_label_encoder = {.run = label_encoder};
const fnc_kernel fnc_kernel_ml_category_mapper = {.run = category_mapper};
