#include "json_graph.h"

#include "../base/utf8.h"

#include <math.h>
#include <string.h>

static json_t *note(fnc_json *j, json_t *value)
{
    j->failed = j->failed || !value;
    return value;
}

json_t *fnc_json_object(fnc_json *j)
{
    return note(j, json_object());
}

json_t *fnc_json_array(fnc_json *j)
{
    return note(j, json_array());
}

json_t *fnc_json_int(fnc_json *j, int64_t x)
{
    return note(j, json_integer(x));
}

json_t *fnc_json_real(fnc_json *j, double x)
{
    if (isfinite(x))
        return note(j, json_real(x));
    return note(j, json_string(isnan(x) ? "nan" : x > 0 ? "inf" : "-inf"));
}

/* Room for three times the length: each bad byte becomes U+FFFD. */
static size_t repair(finnc_string s, char *fixed)
{
    size_t n = 0;
    for (size_t i = 0; i < s.length;) {
        size_t length = fnc_utf8_length(s.data + i, s.length - i);
        memcpy(fixed + n, length ? s.data + i : "\xef\xbf\xbd", length ? length : 3);
        n += length ? length : 3;
        i += length ? length : 1;
    }
    return n;
}

json_t *fnc_json_string(fnc_json *j, finnc_string s)
{
    json_t *value = json_stringn(s.length ? s.data : "", s.length);
    if (value || !s.length)
        return note(j, value);
    char *fixed = FNC_ALLOC_ARRAY(j->cx, char, 3 * s.length);
    if (fixed)
        value = json_stringn_nocheck(fixed, repair(s, fixed));
    fnc_free(j->cx, fixed);
    return note(j, value);
}

json_t *fnc_json_text(fnc_json *j, const char *text)
{
    return fnc_json_string(j, (finnc_string){text, strlen(text)});
}

void fnc_json_put(fnc_json *j, json_t *object, const char *key, json_t *value)
{
    /* A key is checked and repaired as any other text. */
    json_t *name = fnc_json_text(j, key);
    if (!object || !name || json_object_set_new_nocheck(object, json_string_value(name), value))
        j->failed = true;
    if (!object || !name)
        json_decref(value);
    json_decref(name);
}

void fnc_json_put_name(fnc_json *j, json_t *object, const char *name, json_t *value)
{
    json_t *key = fnc_json_text(j, name);
    /* The next free number is mostly that of the entry. */
    for (size_t n = json_object_size(object) + 1;
         key && json_object_get(object, json_string_value(key)); n++) {
        json_t *plain = fnc_json_text(j, name);
        json_decref(key);
        key = plain ? note(j, json_sprintf("%s (%zu)", json_string_value(plain), n)) : NULL;
        json_decref(plain);
    }
    if (key)
        fnc_json_put(j, object, json_string_value(key), value);
    else
        json_decref(value);
    json_decref(key);
}

void fnc_json_append(fnc_json *j, json_t *array, json_t *value)
{
    if (!array)
        json_decref(value);
    if (!array || json_array_append_new(array, value))
        j->failed = true;
}

static json_t *element(fnc_json *j, const finnc_tensor *tensor, const void *data, int64_t i)
{
    finnc_elem elem = finnc_tensor_elem(tensor);
    if (elem == FINNC_ELEM_STRING)
        return fnc_json_string(j, ((const finnc_string *)data)[i]);
    if (elem == FINNC_ELEM_BOOL)
        return note(j, json_boolean(finnc_tensor_get_int(tensor, i)));
    if (elem == FINNC_ELEM_UINT64 && finnc_tensor_get(tensor, i) >= 0x1p63)
        return fnc_json_real(j, finnc_tensor_get(tensor, i));
    if (finnc_elem_is_integer(elem))
        return fnc_json_int(j, finnc_tensor_get_int(tensor, i));
    return fnc_json_real(j, finnc_tensor_get(tensor, i));
}

json_t *fnc_json_elements(fnc_json *j, const finnc_tensor *tensor)
{
    const void *data;
    finnc_status status = finnc_tensor_need_data(j->cx, tensor, &data);
    if (status != FINNC_OK) {
        j->status = status;
        return NULL;
    }
    json_t *list = fnc_json_array(j);
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor) && !j->failed; i++)
        fnc_json_append(j, list, element(j, tensor, data, i));
    return list;
}
