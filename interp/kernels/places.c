#include "places.h"

#include "move.h"

#include <inttypes.h>

static finnc_status fail_outside(fnc_call *call, int64_t index, int axis, int64_t n)
{
    return finnc_fail(call->cx, FINNC_BAD_VALUE,
                      "index %" PRId64 " is outside axis %d, which has %" PRId64 " elements", index,
                      axis, n);
}

/* An index as 0 to n - 1, or -1 if it is outside. */
static int64_t normal(int64_t index, int64_t n)
{
    if (index < 0)
        index += n;
    return index >= 0 && index < n ? index : -1;
}

finnc_status fnc_places_on_axis(fnc_call *call, int axis, const int64_t **at, int64_t *count)
{
    const int64_t *indices;
    int64_t n = call->in[0].dims[axis];
    FINNC_TRY(fnc_in_ints(call, 1, &indices, count));
    int64_t *normals = FNC_SCRATCH(call, int64_t, *count);
    if (!normals)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < *count; i++) {
        normals[i] = normal(indices[i], n);
        if (normals[i] < 0)
            return fail_outside(call, indices[i], axis, n);
    }
    *at = normals;
    return FINNC_OK;
}

/* ---- one index along an axis ---- */

typedef struct along {
    const fnc_array *index;
    const int64_t *indices;
    int axis;
    int64_t n, stride;               /* of data along that axis */
    int64_t strides[FINNC_MAX_RANK]; /* of data; 0 along it */
    int64_t *at;
} along;

/* Items: rows of the last axis. */
static void find_rows(void *user, int64_t begin, int64_t end)
{
    const along *a = user;
    int last = a->index->rank - 1;
    int64_t width = a->index->dims[last];
    for (int64_t row = begin; row < end; row++) {
        int64_t base = 0, rest = row;
        for (int i = last - 1; i >= 0; i--) {
            base += rest % a->index->dims[i] * a->strides[i];
            rest /= a->index->dims[i];
        }
        const int64_t *indices = a->indices + row * width;
        int64_t *at = a->at + row * width;
        for (int64_t k = 0; k < width; k++) {
            int64_t index = normal(indices[k], a->n);
            at[k] = index < 0 ? -1 : base + k * a->strides[last] + index * a->stride;
        }
    }
}

finnc_status fnc_places_along(fnc_call *call, int64_t axis, fnc_places *places)
{
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    along a = {.index = index};
    int64_t count;
    FINNC_TRY(fnc_axis(call, axis, x->rank, &a.axis));
    if (index->rank != x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d, indices of rank %d", x->rank,
                          index->rank);
    for (int i = 0; i < x->rank; i++)
        if (i != a.axis && index->dims[i] > x->dims[i])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " indices along axis %d of %" PRId64 " elements",
                              index->dims[i], i, x->dims[i]);
    FINNC_TRY(fnc_in_ints(call, 1, &a.indices, &count));
    a.at = FNC_SCRATCH(call, int64_t, count);
    if (!a.at)
        return finnc_no_memory(call->cx);
    fnc_strides(x->rank, x->dims, a.strides);
    a.n = x->dims[a.axis];
    a.stride = a.strides[a.axis];
    a.strides[a.axis] = 0;
    if (count > 0) {
        int64_t width = index->dims[index->rank - 1];
        fnc_parallel(call, count / width, width * 4 + 8, find_rows, &a);
    }
    for (int64_t i = 0; i < count; i++)
        if (a.at[i] < 0)
            return fail_outside(call, a.indices[i], a.axis, a.n);
    *places = (fnc_places){.count = count, .width = 1, .at = a.at};
    return FINNC_OK;
}

/* ---- tuples ---- */

typedef struct tuples {
    const int64_t *indices;
    int64_t length, per_batch, batch_stride;
    const int64_t *dims;             /* of the axes indexed */
    int64_t strides[FINNC_MAX_RANK]; /* of them */
    int64_t *at;
} tuples;

static void find_tuples(void *user, int64_t begin, int64_t end)
{
    const tuples *t = user;
    for (int64_t i = begin; i < end; i++) {
        int64_t at = i / t->per_batch * t->batch_stride;
        for (int64_t k = 0; k < t->length; k++) {
            int64_t index = normal(t->indices[i * t->length + k], t->dims[k]);
            if (index < 0) {
                at = -1;
                break;
            }
            at += index * t->strides[k];
        }
        t->at[i] = at;
    }
}

static finnc_status fail_tuple(fnc_call *call, const tuples *t, int64_t i, int batch)
{
    int k = 0;
    const int64_t *tuple = t->indices + i * t->length;
    while (k < t->length - 1 && normal(tuple[k], t->dims[k]) >= 0)
        k++;
    return fail_outside(call, tuple[k], batch + k, t->dims[k]);
}

/* How many tuples there are, and how long they are. */
static finnc_status init_tuples(fnc_call *call, int64_t batch, tuples *t, int64_t *count)
{
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    if (x->rank < 1 || index->rank < 1 || batch < 0 || batch >= x->rank || batch >= index->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "batch_dims is %" PRId64 " for data of rank %d and indices of rank %d",
                          batch, x->rank, index->rank);
    t->length = index->dims[index->rank - 1];
    if (t->length > x->rank - batch)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "tuples of %" PRId64 " indices into %" PRId64 " axes", t->length,
                          x->rank - batch);
    *count = t->per_batch = 1;
    for (int i = 0; i < index->rank - 1; i++) {
        if (i < batch && index->dims[i] != x->dims[i])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "axis %d is shared: data has %" PRId64
                              " elements along it, indices %" PRId64,
                              i, x->dims[i], index->dims[i]);
        /* Tuples of no indices can be more than anything. */
        if (!fnc_mul_i64(*count, index->dims[i], count))
            return finnc_no_memory(call->cx);
        t->per_batch *= i < batch ? 1 : index->dims[i];
    }
    return FINNC_OK;
}

finnc_status fnc_places_of_tuples(fnc_call *call, int64_t batch, fnc_places *places)
{
    const fnc_array *x = &call->in[0];
    tuples t = {0};
    int64_t count = 0, n, strides[FINNC_MAX_RANK];
    FINNC_TRY(init_tuples(call, batch, &t, &count));
    FINNC_TRY(fnc_in_ints(call, 1, &t.indices, &n));
    t.at = FNC_SCRATCH(call, int64_t, count);
    if (!t.at)
        return finnc_no_memory(call->cx);
    fnc_strides(x->rank, x->dims, strides);
    t.dims = x->dims + batch;
    for (int64_t k = 0; k < t.length; k++)
        t.strides[k] = strides[batch + k];
    t.batch_stride = batch > 0 ? strides[batch - 1] : 0;
    fnc_parallel(call, count, t.length * 4 + 8, find_tuples, &t);
    for (int64_t i = 0; i < count; i++)
        if (t.at[i] < 0)
            return fail_tuple(call, &t, i, (int)batch);
    *places = (fnc_places){.count = count, .width = 1, .at = t.at};
    for (int i = (int)(batch + t.length); i < x->rank; i++)
        places->width *= x->dims[i];
    return FINNC_OK;
}
