/* Maps, from and to tensors: CastMap, DictVectorizer, ZipMap. */
#include "lists.h"

#include <base/compiler.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a map holds ---- */

static finnc_status read_vector(fnc_call *call, const finnc_tensor *tensor, fnc_array *array)
{
    if (finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a map of %ss",
                          finnc_kind_name(finnc_tensor_kind(tensor)));
    *array = (fnc_array){
        .elem = finnc_tensor_elem(tensor), .rank = 1, .nelems = finnc_tensor_nelems(tensor)};
    return finnc_tensor_need_data(call->cx, tensor, &array->data);
}

static finnc_status read_map(fnc_call *call, fnc_array *keys, fnc_array *values)
{
    const finnc_tensor *map = fnc_in_tensor(call, 0);
    if (!map)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is missing");
    if (finnc_tensor_kind(map) != FINNC_KIND_MAP)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is a %s, not a map",
                          finnc_kind_name(finnc_tensor_kind(map)));
    FINNC_TRY(read_vector(call, finnc_tensor_item(map, 0), keys));
    return read_vector(call, finnc_tensor_item(map, 1), values);
}

/* ---- CastMap ---- */

/* A key, and where its value stands. */
typedef struct entry {
    int64_t key, place;
} entry;

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Where the value of each element of the result stands; -1: there is none. */
static finnc_status place_values(fnc_call *call, const fnc_array *keys, const int64_t **places,
                                 int64_t *count)
{
    const char *form = finnc_node_string(call->node, "map_form", "DENSE");
    bool is_sparse = !strcmp(form, "SPARSE");
    if (!is_sparse && strcmp(form, "DENSE"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "map_form is %s, not DENSE or SPARSE", form);
    *count = is_sparse ? finnc_node_attr_int(call->node, "max_map") : keys->nelems;
    entry *entries = FNC_SCRATCH(call, entry, keys->nelems);
    int64_t *to = *count >= 0 ? FNC_SCRATCH(call, int64_t, *count) : NULL;
    if (*count < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute max_map is %" PRId64, *count);
    if (!entries || !to)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < keys->nelems; i++)
        entries[i] = (entry){((const int64_t *)keys->data)[i], i};
    qsort(entries, (size_t)keys->nelems, sizeof *entries, compare_entries);
    for (int64_t i = 0; i < *count; i++)
        to[i] = is_sparse ? -1 : entries[i].place;
    for (int64_t i = 0; is_sparse && i < keys->nelems; i++) {
        if (entries[i].key < 0 || entries[i].key >= *count)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "key %" PRId64 " is outside of max_map, %" PRId64, entries[i].key,
                              *count);
        to[entries[i].key] = entries[i].place;
    }
    *places = to;
    return FINNC_OK;
}

enum { NUMBER_LENGTH = 64 };

/* Absent values are spelled, and numbers printed, as by onnxruntime, the only one to know them. */
static finnc_status cast_to_strings(fnc_call *call, const fnc_array *values, const int64_t *places,
                                    const int64_t *dims)
{
    int64_t n = dims[1];
    finnc_string *to;
    char *text = fnc_scratch_array(call, NUMBER_LENGTH, n);
    if (!text)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, 2, dims, &to));
    for (int64_t i = 0; i < n; i++, text += NUMBER_LENGTH) {
        if (places[i] < 0) {
            to[i] = (finnc_string){"0.f", strlen("0.f")};
        } else if (values->elem == FINNC_ELEM_STRING) {
            to[i] = ((const finnc_string *)values->data)[places[i]];
        } else {
            double x = (double)((const float *)values->data)[places[i]];
            to[i] = (finnc_string){text, (size_t)snprintf(text, NUMBER_LENGTH, "%f", x)};
        }
    }
    return FINNC_OK;
}

/* A whole string as a number, twice: as exact an integer as it may be. */
static finnc_status read_number(fnc_call *call, finnc_string s, double *x, int64_t *whole)
{
    char text[NUMBER_LENGTH] = "", *end;
    if (s.length < sizeof text && s.length > 0)
        memcpy(text, s.data, s.length);
    *x = strtod(text, &end);
    if (!*text || *end)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a value is no number: %.40s", text);
    errno = 0;
    *whole = strtoll(text, &end, 10);
    if (*end || errno)
        fnc_convert(FINNC_ELEM_DOUBLE, x, FINNC_ELEM_INT64, whole, 1);
    return FINNC_OK;
}

static finnc_status cast_to_numbers(fnc_call *call, const fnc_array *values, const int64_t *places,
                                    const int64_t *dims, finnc_elem elem)
{
    char *to;
    size_t size = fnc_elem_size(elem);
    FINNC_TRY(fnc_out(call, 0, elem, 2, dims, &to));
    for (int64_t i = 0; i < dims[1]; i++) {
        double x = 0;
        int64_t whole = 0;
        if (places[i] >= 0 && values->elem == FINNC_ELEM_STRING) {
            const finnc_string *strings = values->data;
            FINNC_TRY(read_number(call, strings[places[i]], &x, &whole));
        } else if (places[i] >= 0) {
            x = (double)((const float *)values->data)[places[i]];
            fnc_convert(FINNC_ELEM_DOUBLE, &x, FINNC_ELEM_INT64, &whole, 1);
        }
        if (elem == FINNC_ELEM_INT64)
            memcpy(to + (size_t)i * size, &whole, size);
        else
            fnc_convert(FINNC_ELEM_DOUBLE, &x, elem, to + (size_t)i * size, 1);
    }
    return FINNC_OK;
}

static finnc_status cast_map(fnc_call *call)
{
    const char *to = finnc_node_string(call->node, "cast_to", "TO_FLOAT");
    fnc_array keys, values;
    const int64_t *places = NULL;
    int64_t dims[] = {1, 0};
    FINNC_TRY(read_map(call, &keys, &values));
    if (keys.elem != FINNC_ELEM_INT64 ||
        (values.elem != FINNC_ELEM_FLOAT && values.elem != FINNC_ELEM_STRING))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a map from %s to %s, not from INT64 to FLOAT or STRING",
                          finnc_elem_name(keys.elem), finnc_elem_name(values.elem));
    FINNC_TRY(place_values(call, &keys, &places, &dims[1]));
    if (!strcmp(to, "TO_STRING"))
        return cast_to_strings(call, &values, places, dims);
    if (!strcmp(to, "TO_INT64"))
        return cast_to_numbers(call, &values, places, dims, FINNC_ELEM_INT64);
    if (!strcmp(to, "TO_FLOAT"))
        return cast_to_numbers(call, &values, places, dims, FINNC_ELEM_FLOAT);
    return finnc_fail(call->cx, FINNC_BAD_VALUE,
                      "cast_to is %s, not TO_FLOAT, TO_STRING or TO_INT64", to);
}

/* ---- DictVectorizer ---- */

/* Keys that are not in the vocabulary are dropped, as everybody does. */
static finnc_status dict_vectorizer(fnc_call *call)
{
    static const char *const names[] = {"int64_vocabulary", "string_vocabulary", NULL};
    fnc_array keys, values, words;
    fnc_keys table;
    const int64_t *places;
    char *to;
    FINNC_TRY(read_map(call, &keys, &values));
    FINNC_TRY(fnc_attr_need_list(call, names, &words));
    if (keys.elem != words.elem)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "keys are %s, the vocabulary is %s",
                          finnc_elem_name(keys.elem), finnc_elem_name(words.elem));
    FINNC_TRY(fnc_keys_init(call, &keys, &table));
    FINNC_TRY(fnc_keys_find_all(call, &table, &words, &places));
    size_t size = fnc_elem_size(values.elem);
    FINNC_TRY(fnc_out(call, 0, values.elem, 1, &words.nelems, &to));
    for (int64_t i = 0; i < words.nelems; i++, to += size) {
        memset(to, 0, size);
        if (places[i] >= 0)
            memcpy(to, (const char *)values.data + (size_t)places[i] * size, size);
    }
    return FINNC_OK;
}

/* ---- ZipMap ---- */

/* What all maps share: the keys, each once, and the columns that belong to them. */
typedef struct columns {
    finnc_tensor *keys;
    int64_t *of; /* keys */
    int64_t count;
    const finnc_tensor **maps; /* so far */
    size_t nmaps;
} columns;

/* Of labels that are the same the last counts. */
static finnc_status choose_columns(fnc_call *call, const fnc_array *labels, columns *c)
{
    fnc_keys table;
    const int64_t *places;
    FINNC_TRY(fnc_keys_init(call, labels, &table));
    FINNC_TRY(fnc_keys_find_all(call, &table, labels, &places));
    c->of = FNC_SCRATCH(call, int64_t, labels->nelems);
    if (!c->of)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < labels->nelems; i++)
        if (places[i] == i)
            c->of[c->count++] = i;
    return FINNC_OK;
}

static finnc_status make_keys(fnc_call *call, const fnc_array *labels, columns *c)
{
    finnc_status status = FINNC_OK;
    FINNC_TRY(finnc_tensor_create(call->cx, labels->elem, 1, &c->count, &c->keys));
    for (int64_t i = 0; i < c->count && status == FINNC_OK; i++) {
        const finnc_string *s = (const finnc_string *)labels->data + c->of[i];
        if (labels->elem == FINNC_ELEM_STRING)
            status = finnc_tensor_set_string(call->cx, c->keys, i, s->data, s->length);
        else
            finnc_tensor_set_int(c->keys, i, ((const int64_t *)labels->data)[c->of[i]]);
    }
    return status;
}

static finnc_status add_map(fnc_call *call, const float *row, columns *c)
{
    finnc_tensor *values, *map;
    FINNC_TRY(finnc_tensor_create(call->cx, FINNC_ELEM_FLOAT, 1, &c->count, &values));
    float *to = finnc_tensor_edit(values);
    for (int64_t i = 0; i < c->count; i++)
        to[i] = row[c->of[i]];
    const finnc_tensor *both[] = {c->keys, values};
    finnc_status status = finnc_tensor_create_of(call->cx, FINNC_KIND_MAP, both, 2, &map);
    finnc_tensor_release(values);
    if (status == FINNC_OK)
        c->maps[c->nmaps++] = map;
    return status;
}

static finnc_status make_maps(fnc_call *call, const fnc_array *labels, columns *c)
{
    const fnc_array *x = &call->in[0];
    int64_t n = x->rank == 2 ? x->dims[0] : 1;
    finnc_tensor *sequence;
    FINNC_TRY(make_keys(call, labels, c));
    c->maps = FNC_SCRATCH(call, const finnc_tensor *, n);
    if (!c->maps)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < n; i++)
        FINNC_TRY(add_map(call, (const float *)x->data + i * labels->nelems, c));
    FINNC_TRY(finnc_tensor_create_of(call->cx, FINNC_KIND_SEQUENCE, c->maps, c->nmaps, &sequence));
    finnc_status status = fnc_out_share(call, 0, sequence);
    finnc_tensor_release(sequence);
    return status;
}

static finnc_status zip_map(fnc_call *call)
{
    static const char *const names[] = {"classlabels_int64s", "classlabels_strings", NULL};
    fnc_array labels;
    columns c = {0};
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_need_list(call, names, &labels));
    const fnc_array *x = &call->in[0];
    if (x->rank != 1 && x->rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 has rank %d, it may be 1 or 2",
                          x->rank);
    if (x->dims[x->rank - 1] != labels.nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " labels for %" PRId64 " columns",
                          labels.nelems, x->dims[x->rank - 1]);
    FINNC_TRY(choose_columns(call, &labels, &c));
    finnc_status status = make_maps(call, &labels, &c);
    finnc_tensor_release(c.keys);
    for (size_t i = 0; i < c.nmaps; i++)
        finnc_tensor_release(c.maps[i]);
    return status;
}

const fnc_kernel fnc_kernel_ml_cast_map = {.run = cast_map};
const fnc_kernel fnc_kernel_ml_dict_vectorizer = {.run = dict_vectorizer};
const fnc_kernel fnc_kernel_ml_zip_map = {.run = zip_map};
