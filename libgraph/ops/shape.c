/* Shapes as plain values: joined, stretched over one another, and put into words. */
#include "infer.h"

#include "../base/text.h"

#include <inttypes.h>
#include <string.h>

finnc_dim fnc_dim_mul(finnc_dim a, finnc_dim b)
{
    int64_t r;
    if (a.size < 0 || b.size < 0 || !fnc_mul_i64(a.size, b.size, &r))
        return a.size == 1 ? b : b.size == 1 ? a : fnc_unknown_dim();
    return fnc_known(r);
}

const char *fnc_shape_text(const fnc_shape *shape, char *text, size_t room)
{
    return shape->rank < 0 ? "unknown" : fnc_dims_text(shape->rank, shape->dims, text, room);
}

static finnc_dim common_dim(finnc_dim a, finnc_dim b)
{
    if (a.size >= 0 || b.size >= 0)
        return a.size == b.size ? a : fnc_unknown_dim();
    return a.symbol && b.symbol && !strcmp(a.symbol, b.symbol) ? a : fnc_unknown_dim();
}

fnc_shape fnc_shape_common(const fnc_shape *a, const fnc_shape *b)
{
    fnc_shape r = {.elem = a->elem == b->elem ? a->elem : FINNC_ELEM_UNDEFINED,
                   .rank = a->rank == b->rank ? a->rank : -1};
    for (int i = 0; i < r.rank; i++)
        r.dims[i] = common_dim(a->dims[i], b->dims[i]);
    return r;
}

bool fnc_dim_broadcast(finnc_dim a, finnc_dim b, finnc_dim *r)
{
    if (a.size == 1)
        *r = b;
    else if (b.size == 1)
        *r = a;
    else if (a.size >= 0 && b.size >= 0) {
        *r = a;
        return a.size == b.size;
    } else if (a.size >= 0 || b.size >= 0)
        *r = a.size >= 0 ? a : b;
    else
        *r = common_dim(a, b);
    return true;
}

finnc_status fnc_shape_broadcast(const finnc_infer *in, fnc_shape *shape, const fnc_shape *with)
{
    if (with->rank < 0 || shape->rank < 0) {
        shape->rank = -1;
        return FINNC_OK;
    }
    int rank = with->rank > shape->rank ? with->rank : shape->rank;
    fnc_shape merged = {.elem = shape->elem, .rank = rank};
    for (int axis = 0; axis < rank; axis++) {
        int x = axis - (rank - shape->rank), y = axis - (rank - with->rank);
        finnc_dim a = x < 0 ? fnc_known(1) : shape->dims[x];
        finnc_dim b = y < 0 ? fnc_known(1) : with->dims[y];
        if (!fnc_dim_broadcast(a, b, &merged.dims[axis])) {
            char ta[256], tb[256];
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "shapes %s and %s do not broadcast",
                              fnc_shape_text(shape, ta, sizeof ta),
                              fnc_shape_text(with, tb, sizeof tb));
        }
    }
    *shape = merged;
    return FINNC_OK;
}

finnc_status fnc_shape_unify(const finnc_infer *in, fnc_shape *shape, const fnc_shape *with)
{
    fnc_shape all = shape->rank < 0 ? *with : *shape;
    bool differ = shape->rank >= 0 && with->rank >= 0 && shape->rank != with->rank;
    for (int i = 0; i < all.rank && with->rank >= 0 && !differ; i++) {
        if (all.dims[i].size < 0)
            all.dims[i] =
                with->dims[i].size >= 0 || !all.dims[i].symbol ? with->dims[i] : all.dims[i];
        differ = with->dims[i].size >= 0 && all.dims[i].size != with->dims[i].size;
    }
    if (differ) {
        char ta[256], tb[256];
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "shapes %s and %s should be the same",
                          fnc_shape_text(shape, ta, sizeof ta),
                          fnc_shape_text(with, tb, sizeof tb));
    }
    all.elem = shape->elem;
    *shape = all;
    return FINNC_OK;
}

finnc_status fnc_infer_broadcast(const finnc_infer *in, size_t first, fnc_shape *shape)
{
    for (size_t i = first; i < finnc_infer_ninputs(in); i++) {
        fnc_shape s = fnc_shape_of(in, i);
        if (finnc_infer_has(in, i))
            FINNC_TRY(fnc_shape_broadcast(in, shape, &s));
    }
    return FINNC_OK;
}

finnc_status fnc_shape_listed(const finnc_infer *in, size_t i, fnc_shape *shape)
{
    fnc_list list;
    *shape = (fnc_shape){.rank = -1};
    FINNC_TRY(fnc_infer_list(in, NULL, i, &list));
    int64_t length = finnc_infer_rank(in, i) == 1 ? finnc_infer_dim(in, i, 0).size : -1;
    if (list.known && list.present)
        length = (int64_t)list.count;
    if (length > FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a shape of rank %" PRId64 " (at most %d)",
                          length, FINNC_MAX_RANK);
    shape->rank = (int)length;
    for (int axis = 0; axis < shape->rank; axis++) {
        shape->dims[axis] = list.known ? fnc_known(list.x[axis]) : fnc_unknown_dim();
        if (list.known && list.x[axis] < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "dimension %d of the shape is %" PRId64,
                              axis, list.x[axis]);
    }
    return FINNC_OK;
}
