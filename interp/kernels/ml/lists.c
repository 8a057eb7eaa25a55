#include "lists.h"

#include <base/hash.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- attributes ---- */

static finnc_status read_tensor(fnc_call *call, const finnc_tensor *tensor, fnc_array *list)
{
    finnc_elem elem = finnc_tensor_elem(tensor);
    FINNC_TRY(finnc_tensor_need_data(call->cx, tensor, &list->data));
    list->elem = fnc_elem_wide(elem);
    list->nelems = finnc_tensor_nelems(tensor);
    if (list->elem == elem)
        return FINNC_OK;
    void *wide = fnc_scratch_array(call, fnc_elem_size(list->elem), list->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_convert(elem, list->data, list->elem, wide, list->nelems);
    list->data = wide;
    return FINNC_OK;
}

static finnc_status read_strings(fnc_call *call, const finnc_attr *attr, fnc_array *list)
{
    finnc_string *strings = FNC_SCRATCH(call, finnc_string, list->nelems);
    if (!strings)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < list->nelems; i++)
        strings[i] = finnc_attr_string(attr, (size_t)i);
    list->elem = FINNC_ELEM_STRING;
    list->data = strings;
    return FINNC_OK;
}

static finnc_status read_list(fnc_call *call, const finnc_attr *attr, fnc_array *list)
{
    size_t count;
    *list = (fnc_array){.rank = 1, .nelems = (int64_t)finnc_attr_count(attr)};
    switch ((int)finnc_attr_get_kind(attr)) {
    case FINNC_ATTR_INTS:
        list->elem = FINNC_ELEM_INT64;
        list->data = finnc_attr_ints(attr, &count);
        return FINNC_OK;
    case FINNC_ATTR_FLOATS:
        list->elem = FINNC_ELEM_FLOAT;
        list->data = finnc_attr_floats(attr, &count);
        return FINNC_OK;
    case FINNC_ATTR_STRINGS:
        return read_strings(call, attr, list);
    case FINNC_ATTR_TENSOR:
        return read_tensor(call, finnc_attr_tensor(attr, 0), list);
    default:
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s is no list",
                          finnc_attr_name(attr));
    }
}

finnc_status fnc_attr_list(fnc_call *call, const char *const *names, fnc_array *list)
{
    const char *from = NULL;
    *list = (fnc_array){0};
    for (; *names; names++) {
        fnc_array next;
        const finnc_attr *attr = finnc_node_find_attr(call->node, *names);
        if (!attr)
            continue;
        FINNC_TRY(read_list(call, attr, &next));
        if (list->nelems > 0 && next.nelems > 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "attributes %s and %s exclude one another",
                              from, *names);
        if (list->nelems > 0) /* converters like to add empty lists of the other kinds */
            continue;
        *list = next;
        from = *names;
    }
    return FINNC_OK;
}

finnc_status fnc_attr_need_list(fnc_call *call, const char *const *names, fnc_array *list)
{
    FINNC_TRY(fnc_attr_list(call, names, list));
    if (list->elem == FINNC_ELEM_UNDEFINED)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s, or one like it of another kind, is missing", names[0]);
    return FINNC_OK;
}

finnc_status fnc_list_doubles(fnc_call *call, const fnc_array *list, const double **x)
{
    double *to = FNC_SCRATCH(call, double, list->nelems);
    *x = to;
    if (!to)
        return finnc_no_memory(call->cx);
    fnc_convert(list->elem, list->data, FINNC_ELEM_DOUBLE, to, list->nelems);
    return FINNC_OK;
}

finnc_status fnc_attr_numbers(fnc_call *call, const char *const *names, const double **x,
                              int64_t *count)
{
    fnc_array list;
    *x = NULL;
    FINNC_TRY(fnc_attr_list(call, names, &list));
    *count = list.nelems;
    if (list.elem == FINNC_ELEM_UNDEFINED)
        return FINNC_OK;
    if (!finnc_elem_is_float(list.elem) && !finnc_elem_is_integer(list.elem))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s holds no numbers", names[0]);
    return fnc_list_doubles(call, &list, x);
}

finnc_status fnc_attr_doubles(fnc_call *call, const char *name, const double **x, int64_t *count)
{
    const char *names[] = {name, NULL};
    return fnc_attr_numbers(call, names, x, count);
}

finnc_status fnc_attr_need_count(fnc_call *call, const char *name, int64_t have, int64_t want)
{
    if (have != want)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s has %" PRId64 " entries, should have %" PRId64, name, have,
                          want);
    return FINNC_OK;
}

finnc_status fnc_attr_ints_of(fnc_call *call, const char *name, int64_t want, const int64_t **ints)
{
    size_t count;
    *ints = finnc_node_ints(call->node, name, &count);
    return fnc_attr_need_count(call, name, (int64_t)count, want);
}

finnc_status fnc_attr_numbers_of(fnc_call *call, const char *const *names, int64_t want,
                                 const double **x)
{
    int64_t count;
    FINNC_TRY(fnc_attr_numbers(call, names, x, &count));
    return fnc_attr_need_count(call, names[0], count, want);
}

/* ---- keys ---- */

/* Bits that are equal where numbers are. */
static uint64_t float_bits(double x)
{
    uint64_t bits;
    x = isnan(x) ? (double)NAN : x == 0 ? 0 : x;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static finnc_status number_bits(fnc_call *call, const fnc_array *x, const uint64_t **bits)
{
    bool is_float = finnc_elem_is_float(x->elem);
    uint64_t *to = FNC_SCRATCH(call, uint64_t, x->nelems);
    *bits = to;
    if (!to)
        return finnc_no_memory(call->cx);
    if (!is_float) {
        fnc_convert(x->elem, x->data, FINNC_ELEM_INT64, to, x->nelems);
        return FINNC_OK;
    }
    const double *numbers;
    FINNC_TRY(fnc_list_doubles(call, x, &numbers));
    for (int64_t i = 0; i < x->nelems; i++)
        to[i] = float_bits(numbers[i]);
    return FINNC_OK;
}

static bool same_string(finnc_string a, finnc_string b)
{
    return a.length == b.length && (!a.length || !memcmp(a.data, b.data, a.length));
}

/* The slot of a key, or the empty one where it belongs. */
static int64_t *slot_of_string(const fnc_keys *keys, finnc_string key)
{
    for (uint64_t at = fnc_hash(key.data, key.length);; at++) {
        int64_t *slot = &keys->slots[at & keys->mask];
        if (*slot < 0 || same_string(keys->strings[*slot], key))
            return slot;
    }
}

static int64_t *slot_of_bits(const fnc_keys *keys, uint64_t key)
{
    for (uint64_t at = fnc_hash(&key, sizeof key);; at++) {
        int64_t *slot = &keys->slots[at & keys->mask];
        if (*slot < 0 || keys->bits[*slot] == key)
            return slot;
    }
}

finnc_status fnc_keys_init(fnc_call *call, const fnc_array *list, fnc_keys *keys)
{
    int64_t size = 4;
    *keys = (fnc_keys){0};
    while (size / 2 < list->nelems) /* at most half full; a list in memory cannot overflow this */
        size *= 2;
    keys->mask = (uint64_t)size - 1;
    keys->slots = FNC_SCRATCH(call, int64_t, size);
    if (!keys->slots)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < size; i++)
        keys->slots[i] = -1;
    if (list->elem == FINNC_ELEM_STRING)
        keys->strings = list->data;
    else
        FINNC_TRY(number_bits(call, list, &keys->bits));
    for (int64_t i = 0; i < list->nelems; i++)
        *(keys->bits ? slot_of_bits(keys, keys->bits[i]) : slot_of_string(keys, keys->strings[i])) =
            i;
    return FINNC_OK;
}

finnc_status fnc_keys_find_all(fnc_call *call, const fnc_keys *keys, const fnc_array *x,
                               const int64_t **places)
{
    const uint64_t *bits = NULL;
    const finnc_string *strings = x->data;
    int64_t *to = FNC_SCRATCH(call, int64_t, x->nelems);
    *places = to;
    if (!to)
        return finnc_no_memory(call->cx);
    if (keys->bits)
        FINNC_TRY(number_bits(call, x, &bits));
    for (int64_t i = 0; i < x->nelems; i++)
        to[i] = bits ? *slot_of_bits(keys, bits[i]) : *slot_of_string(keys, strings[i]);
    return FINNC_OK;
}
