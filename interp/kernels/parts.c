#include "parts.h"

#include <inttypes.h>
#include <string.h>

/* A tensor seen from an axis: `outer` times `along` times `inner` elements. */
typedef struct view {
    int64_t outer, along, inner;
} view;

static view view_at(const finnc_tensor *t, int axis)
{
    view v = {1, 1, 1};
    for (int i = 0; i < finnc_tensor_rank(t); i++)
        *(i < axis ? &v.outer : i == axis ? &v.along : &v.inner) *= finnc_tensor_dim(t, i);
    return v;
}

static finnc_status copy_strings(finnc_ctx *cx, const finnc_tensor *from, int64_t i,
                                 finnc_tensor *to, int64_t k, int64_t count)
{
    for (int64_t n = 0; n < count; n++) {
        finnc_string s = finnc_tensor_get_string(from, i + n);
        FINNC_TRY(finnc_tensor_set_string(cx, to, k + n, s.data, s.length));
    }
    return FINNC_OK;
}

/* `count` elements of `from` from `i` on become those of `to` from `k` on. */
static finnc_status copy(finnc_ctx *cx, const finnc_tensor *from, const void *data, int64_t i,
                         finnc_tensor *to, int64_t k, int64_t count)
{
    finnc_elem elem = finnc_tensor_elem(from);
    size_t size = fnc_elem_size(elem);
    if (elem == FINNC_ELEM_STRING)
        return copy_strings(cx, from, i, to, k, count);
    if (size > 0) {
        if (count > 0)
            memcpy((char *)finnc_tensor_edit(to) + (size_t)k * size,
                   (const char *)data + (size_t)i * size, (size_t)count * size);
        return FINNC_OK;
    }
    for (int64_t n = 0; n < count; n++) /* packed: few, and exact as doubles */
        finnc_tensor_set(to, k + n, finnc_tensor_get(from, i + n));
    return FINNC_OK;
}

static finnc_status fill_part(finnc_ctx *cx, const finnc_tensor *whole, int axis, int64_t begin,
                              int64_t count, finnc_tensor *part)
{
    const void *data;
    view v = view_at(whole, axis);
    FINNC_TRY(finnc_tensor_need_data(cx, whole, &data));
    for (int64_t o = 0; o < v.outer; o++)
        FINNC_TRY(copy(cx, whole, data, (o * v.along + begin) * v.inner, part, o * count * v.inner,
                       count * v.inner));
    return FINNC_OK;
}

finnc_status fnc_part(finnc_ctx *cx, const finnc_tensor *whole, int axis, int64_t begin,
                      int64_t count, bool drop, finnc_tensor **part)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank = 0;
    for (int i = 0; i < finnc_tensor_rank(whole); i++)
        if (i != axis || !drop)
            dims[rank++] = i == axis ? count : finnc_tensor_dim(whole, i);
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(whole), rank, dims, &t));
    finnc_status status = fill_part(cx, whole, axis, begin, count, t);
    if (status != FINNC_OK) {
        finnc_tensor_release(t);
        return status;
    }
    *part = t;
    return FINNC_OK;
}

/* ---- joining ---- */

static finnc_status check_alike(finnc_ctx *cx, const finnc_tensor *const *parts, size_t p, int axis,
                                bool is_new)
{
    const finnc_tensor *a = parts[0], *b = parts[p];
    if (finnc_tensor_kind(b) != FINNC_KIND_TENSOR)
        return finnc_fail(cx, FINNC_BAD_VALUE, "part %zu is a %s", p,
                          finnc_kind_name(finnc_tensor_kind(b)));
    if (finnc_tensor_elem(a) != finnc_tensor_elem(b) ||
        finnc_tensor_rank(a) != finnc_tensor_rank(b))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "parts differ: part 0 is %s of rank %d, part %zu %s of rank %d",
                          finnc_elem_name(finnc_tensor_elem(a)), finnc_tensor_rank(a), p,
                          finnc_elem_name(finnc_tensor_elem(b)), finnc_tensor_rank(b));
    for (int i = 0; i < finnc_tensor_rank(a); i++)
        if ((is_new || i != axis) && finnc_tensor_dim(a, i) != finnc_tensor_dim(b, i))
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "parts differ: along axis %d part 0 has %" PRId64
                              " elements, part %zu %" PRId64,
                              i, finnc_tensor_dim(a, i), p, finnc_tensor_dim(b, i));
    return FINNC_OK;
}

static finnc_status fill_whole(finnc_ctx *cx, const finnc_tensor *const *parts, size_t count,
                               int axis, bool is_new, finnc_tensor *whole)
{
    view v = view_at(whole, axis);
    int64_t at = 0;
    for (size_t p = 0; p < count; p++) {
        const void *data;
        int64_t along = is_new ? 1 : finnc_tensor_dim(parts[p], axis);
        FINNC_TRY(finnc_tensor_need_data(cx, parts[p], &data));
        for (int64_t o = 0; o < v.outer; o++)
            FINNC_TRY(copy(cx, parts[p], data, o * along * v.inner, whole,
                           (o * v.along + at) * v.inner, along * v.inner));
        at += along;
    }
    return FINNC_OK;
}

finnc_status fnc_join(finnc_ctx *cx, const finnc_tensor *const *parts, size_t count, int axis,
                      bool is_new, finnc_tensor **whole)
{
    int64_t dims[FINNC_MAX_RANK + 1], along = 0;
    int rank = 0;
    for (size_t p = 0; p < count; p++) {
        FINNC_TRY(check_alike(cx, parts, p, axis, is_new));
        if (!fnc_add_i64(along, is_new ? 1 : finnc_tensor_dim(parts[p], axis), &along))
            return finnc_no_memory(cx);
    }
    for (int i = 0; i <= finnc_tensor_rank(parts[0]); i++) {
        if (i == axis)
            dims[rank++] = along;
        if (i < finnc_tensor_rank(parts[0]) && (is_new || i != axis))
            dims[rank++] = finnc_tensor_dim(parts[0], i);
    }
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(parts[0]), rank, dims, &t));
    finnc_status status = fill_whole(cx, parts, count, axis, is_new, t);
    if (status != FINNC_OK) {
        finnc_tensor_release(t);
        return status;
    }
    *whole = t;
    return FINNC_OK;
}

/* ---- references ---- */

finnc_status fnc_refs_push(fnc_call *call, fnc_refs *refs, const finnc_tensor *tensor)
{
    if (refs->count == refs->room) {
        int64_t room = refs->room ? 2 * (int64_t)refs->room : 16;
        const finnc_tensor **grown = FNC_SCRATCH(call, const finnc_tensor *, room);
        if (!grown) {
            finnc_tensor_release(tensor);
            return finnc_no_memory(call->cx);
        }
        if (refs->count)
            memcpy(grown, refs->items, refs->count * sizeof *grown);
        refs->items = grown;
        refs->room = (size_t)room;
    }
    refs->items[refs->count++] = tensor;
    return FINNC_OK;
}

void fnc_refs_release(fnc_refs *refs)
{
    for (size_t i = 0; i < refs->count; i++)
        finnc_tensor_release(refs->items[i]);
    refs->count = 0;
}
