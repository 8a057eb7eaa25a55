/* Features picked, joined and spread out: ArrayFeatureExtractor, FeatureVectorizer, OneHotEncoder.
 */
#include "lists.h"

#include <base/compiler.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- ArrayFeatureExtractor ---- */

/* Columns of the last axis. One axis alone becomes a row of a matrix. */
static finnc_status array_feature_extractor(fnc_call *call)
{
    const int64_t *indices;
    int64_t n, dims[FINNC_MAX_RANK] = {1};
    char *to;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_in_ints(call, 1, &indices, &n));
    const fnc_array *x = &call->in[0];
    if (x->rank < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 has no axis to pick from");
    int rank = x->rank < 2 ? 2 : x->rank;
    for (int i = 0; i + 1 < x->rank; i++)
        dims[i] = x->dims[i];
    dims[rank - 1] = n;
    int64_t width = x->dims[x->rank - 1], rows, nelems;
    for (int64_t i = 0; i < n; i++)
        if (indices[i] < 0 || indices[i] >= width)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "index %" PRId64 " is outside an axis of %" PRId64, indices[i],
                              width);
    size_t size = fnc_elem_size(x->elem);
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &to));
    rows = n > 0 ? nelems / n : 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < n; i++)
            memcpy(to + (size_t)(r * n + i) * size,
                   (const char *)x->data + (size_t)(r * width + indices[i]) * size, size);
    return FINNC_OK;
}

/* ---- FeatureVectorizer ---- */

/* Rows and columns of input `i`: one axis is one row, axes behind the second are part of the
 * second. */
static finnc_status part_shape(fnc_call *call, size_t i, int64_t *rows, int64_t *columns)
{
    const fnc_array *x = &call->in[i];
    if (x->rank < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu has rank 0", i);
    *rows = x->rank == 1 ? 1 : x->dims[0];
    *columns = 1;
    for (int a = x->rank == 1 ? 0 : 1; a < x->rank; a++)
        if (!fnc_mul_i64(*columns, x->dims[a], columns))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is too large", i);
    return FINNC_OK;
}

/* How wide the part of input `i` is in the result. */
static finnc_status part_width(fnc_call *call, size_t i, int64_t columns, int64_t *width)
{
    size_t count;
    const int64_t *wanted = finnc_node_ints(call->node, "inputdimensions", &count);
    *width = columns;
    if (!wanted || count == 0)
        return FINNC_OK;
    if (count != call->ninputs)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute inputdimensions has %zu entries for %zu inputs", count,
                          call->ninputs);
    *width = wanted[i];
    if (*width < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute inputdimensions holds %" PRId64,
                          *width);
    return FINNC_OK;
}

static finnc_status vector_shape(fnc_call *call, int64_t *dims)
{
    dims[1] = 0;
    for (size_t i = 0; i < call->ninputs; i++) {
        int64_t rows = 0, columns = 0, width = 0;
        FINNC_TRY(part_shape(call, i, &rows, &columns));
        FINNC_TRY(part_width(call, i, columns, &width));
        if (i > 0 && rows != dims[0])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " rows, the first has %" PRId64, i, rows,
                              dims[0]);
        dims[0] = rows;
        if (!fnc_add_i64(dims[1], width, &dims[1]))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute inputdimensions is too large");
    }
    return FINNC_OK;
}

static finnc_status feature_vectorizer(fnc_call *call)
{
    int64_t dims[2] = {0}, at = 0;
    float *to;
    FINNC_TRY(fnc_need_inputs(call, call->ninputs));
    FINNC_TRY(vector_shape(call, dims));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 2, dims, &to));
    for (size_t i = 0; i < call->ninputs; i++) {
        int64_t rows = 0, columns = 0, width = 0;
        FINNC_TRY(part_shape(call, i, &rows, &columns));
        FINNC_TRY(part_width(call, i, columns, &width));
        const fnc_array *x = &call->in[i];
        int64_t n = columns < width ? columns : width;
        size_t size = fnc_elem_size(x->elem);
        for (int64_t r = 0; r < rows && width > 0; r++) {
            float *row = to + r * dims[1] + at;
            fnc_convert(x->elem, (const char *)x->data + (size_t)(r * columns) * size,
                        FINNC_ELEM_FLOAT, row, n);
            for (int64_t c = n; c < width; c++)
                row[c] = 0;
        }
        at += width;
    }
    return FINNC_OK;
}

/* ---- OneHotEncoder ---- */

/* Floats are cut to integers before they are looked up; those that are none (NaN, too large) are in
 * no category: `is_outside` says which. */
static finnc_status whole_numbers(fnc_call *call, fnc_array *x, const bool **is_outside)
{
    *is_outside = NULL;
    if (finnc_elem_is_float(x->elem)) {
        const double *numbers;
        FINNC_TRY(fnc_list_doubles(call, x, &numbers));
        bool *outside = FNC_SCRATCH(call, bool, x->nelems);
        if (!outside)
            return finnc_no_memory(call->cx);
        for (int64_t i = 0; i < x->nelems; i++)
            outside[i] = !(numbers[i] >= -0x1p63 && numbers[i] < 0x1p63);
        *is_outside = outside;
    }
    return fnc_in_as(call, 0, FINNC_ELEM_INT64, x);
}

static finnc_status one_hot_encoder(fnc_call *call)
{
    static const char *const names[] = {"cats_int64s", "cats_strings", NULL};
    fnc_array categories;
    fnc_keys keys;
    const int64_t *places;
    const bool *is_outside = NULL;
    int64_t dims[FINNC_MAX_RANK + 1];
    float *to;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_need_list(call, names, &categories));
    fnc_array x = call->in[0];
    if ((x.elem == FINNC_ELEM_STRING) != (categories.elem == FINNC_ELEM_STRING))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is %s, the categories are %s",
                          finnc_elem_name(x.elem), finnc_elem_name(categories.elem));
    if (x.rank + 1 > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the result would have rank %d", x.rank + 1);
    if (x.elem != FINNC_ELEM_STRING)
        FINNC_TRY(whole_numbers(call, &x, &is_outside));
    FINNC_TRY(fnc_keys_init(call, &categories, &keys));
    FINNC_TRY(fnc_keys_find_all(call, &keys, &x, &places));
    for (int i = 0; i < x.rank; i++)
        dims[i] = x.dims[i];
    dims[x.rank] = categories.nelems;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, x.rank + 1, dims, &to));
    bool may_miss = finnc_node_attr_int(call->node, "zeros") != 0;
    for (int64_t i = 0; i < x.nelems; i++) {
        int64_t place = is_outside && is_outside[i] ? -1 : places[i];
        if (place < 0 && !may_miss)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "element %" PRId64 " is in no category, and zeros is 0", i);
        for (int64_t c = 0; c < categories.nelems; c++)
            to[i * categories.nelems + c] = c == place;
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_ml_array_feature_extractor = {.run = array_feature_extractor};
const fnc_kernel fnc_kernel_ml_feature_vectorizer = {.run = feature_vectorizer};
const fnc_kernel fnc_kernel_ml_one_hot_encoder = {.run = one_hot_encoder};
