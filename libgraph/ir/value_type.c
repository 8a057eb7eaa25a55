/* What is known of a value's type and shape. */
#include "ir.h"

#include <string.h>

uint64_t finnc_value_info_order(const finnc_value *value)
{
    return value->info_order;
}

bool finnc_value_has_type(const finnc_value *value)
{
    return value->type.known;
}

finnc_elem finnc_value_elem(const finnc_value *value)
{
    return value->type.elem;
}

int finnc_value_rank(const finnc_value *value)
{
    return value->type.known ? value->type.rank : -1;
}

finnc_dim finnc_value_dim(const finnc_value *value, int axis)
{
    if (axis < 0 || axis >= finnc_value_rank(value))
        return (finnc_dim){-1, NULL};
    return value->type.dims[axis];
}

bool finnc_value_dims(const finnc_value *value, int rank, int64_t *dims)
{
    const finnc_tensor *t = finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
    if (t && finnc_tensor_kind(t) == FINNC_KIND_TENSOR) {
        if (rank >= 0 && finnc_tensor_rank(t) != rank)
            return false;
        for (int i = 0; i < finnc_tensor_rank(t); i++)
            dims[i] = finnc_tensor_dim(t, i);
        return true;
    }
    int r = finnc_value_rank(value);
    if (r < 0 || r > FINNC_MAX_RANK || (rank >= 0 && r != rank))
        return false;
    for (int i = 0; i < r; i++) {
        if (value->type.dims[i].size < 0)
            return false;
        dims[i] = value->type.dims[i].size;
    }
    return true;
}

int64_t finnc_value_nelems(const finnc_value *value)
{
    int rank = finnc_value_rank(value);
    int64_t n = rank < 0 ? -1 : 1;
    bool empty = false;
    for (int i = 0; i < rank; i++) {
        int64_t size = value->type.dims[i].size;
        if (size < 0)
            return -1;
        if (size == 0)
            empty = true;
        else if (!fnc_mul_i64(n, size, &n))
            return -1;
    }
    return empty ? 0 : n;
}

static bool same_dim(finnc_dim a, finnc_dim b)
{
    return a.size == b.size && !a.symbol == !b.symbol && (!a.symbol || !strcmp(a.symbol, b.symbol));
}

static bool tells(const fnc_type *type, finnc_elem elem, int rank, const finnc_dim *dims)
{
    if (!type->known || type->elem != elem || type->rank != rank)
        return false;
    for (int i = 0; i < rank; i++)
        if (!same_dim(type->dims[i], dims[i]))
            return false;
    return true;
}

finnc_status fnc_type_check_size(finnc_ctx *cx, int rank, const finnc_dim *dims)
{
    int64_t sizes[FINNC_MAX_RANK], nelems;
    for (int i = 0; i < rank; i++) {
        if (dims[i].size < 0)
            return FINNC_OK;
        sizes[i] = dims[i].size;
    }
    return rank < 0 ? FINNC_OK : finnc_shape_nelems(cx, rank, sizes, &nelems);
}

finnc_status fnc_type_set(finnc_ctx *cx, fnc_arena *arena, fnc_type *type, finnc_elem elem,
                          int rank, const finnc_dim *dims, bool *changed)
{
    if (rank < -1 || rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tensor of rank %d (at most %d)", rank,
                          FINNC_MAX_RANK);
    *changed = !tells(type, elem, rank, dims);
    if (!*changed)
        return FINNC_OK;
    FINNC_TRY(fnc_type_check_size(cx, rank, dims));
    finnc_dim *copy = FNC_NEW_ARRAY(arena, finnc_dim, (size_t)(rank > 0 ? rank : 0));
    if (!copy)
        return finnc_no_memory(cx);
    for (int i = 0; i < rank; i++) {
        copy[i] = dims[i];
        if (dims[i].size < 0)
            copy[i].size = -1;
        if (dims[i].symbol && !(copy[i].symbol = fnc_arena_strdup(arena, dims[i].symbol)))
            return finnc_no_memory(cx);
    }
    *type = (fnc_type){.known = true, .elem = elem, .rank = rank, .dims = copy};
    return FINNC_OK;
}

finnc_status finnc_value_set_type(finnc_ctx *cx, finnc_value *value, finnc_elem elem, int rank,
                                  const finnc_dim *dims)
{
    bool changed;
    FINNC_TRY(
        fnc_type_set(cx, fnc_graph_arena(value->graph), &value->type, elem, rank, dims, &changed));
    bool listed = value->info_order || value->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT);
    if (!listed && !value->tensor) { /* an initialiser tells its type by itself */
        value->info_order = fnc_next_order(value->graph->model);
        changed = true;
    }
    if (changed)
        fnc_touch(value->graph);
    return FINNC_OK;
}

finnc_status finnc_value_set_shape(finnc_ctx *cx, finnc_value *value, finnc_elem elem, int rank,
                                   const int64_t *dims)
{
    finnc_dim d[FINNC_MAX_RANK];
    for (int i = 0; i < rank && i < FINNC_MAX_RANK; i++)
        d[i] = (finnc_dim){dims[i], NULL};
    return finnc_value_set_type(cx, value, elem, rank, d);
}

finnc_status finnc_value_copy_type(finnc_ctx *cx, finnc_value *value, const finnc_value *from)
{
    if (from->type.known) {
        FINNC_TRY(
            finnc_value_set_type(cx, value, from->type.elem, from->type.rank, from->type.dims));
        if (from->type.wire.length &&
            !from->type.elem) /* no tensor: all that is known is in the wire */
            FINNC_TRY(fnc_wire_copy(cx, fnc_graph_arena(value->graph), from->type.wire.data,
                                    from->type.wire.length, &value->type.wire));
    }
    for (const fnc_annotation *a = from->annotations; a; a = a->next)
        FINNC_TRY(finnc_value_annotate(cx, value, a->key, a->text));
    return FINNC_OK;
}

void finnc_value_clear_type(finnc_value *value)
{
    if (!value->type.known)
        return;
    value->type = (fnc_type){.rank = -1};
    value->info_order = 0;
    fnc_touch(value->graph);
}
