#include "type_wire.h"

#include "../base/field.h"

#include <string.h>

void fnc_type_put_tensor(fnc_buf *buf, uint32_t field, finnc_elem elem, int rank,
                         const finnc_dim *dims)
{
    fnc_buf shape, tensor;
    fnc_buf_init(&shape, buf->cx);
    fnc_buf_init(&tensor, buf->cx);
    for (int i = 0; i < rank; i++) {
        fnc_buf dim;
        fnc_buf_init(&dim, buf->cx);
        if (dims[i].symbol)
            fnc_field_put_text(&dim, FNC_DIM_PARAM, dims[i].symbol);
        else if (dims[i].size >= 0)
            fnc_field_put_varint(&dim, FNC_DIM_VALUE, (uint64_t)dims[i].size);
        fnc_field_put_bytes(&shape, FNC_SHAPE_DIM, fnc_buf_text(&dim), dim.length);
        shape.failed = shape.failed || dim.failed;
        fnc_buf_clear(&dim);
    }
    fnc_field_put_varint(&tensor, FNC_TENSOR_ELEM, (uint64_t)elem);
    if (rank >= 0)
        fnc_field_put_bytes(&tensor, FNC_TENSOR_SHAPE, fnc_buf_text(&shape), shape.length);
    fnc_field_put_bytes(buf, field, fnc_buf_text(&tensor), tensor.length);
    buf->failed = buf->failed || shape.failed || tensor.failed;
    fnc_buf_clear(&shape);
    fnc_buf_clear(&tensor);
}

/* ---- asking ---- */

/* What a TypeProto is, and the part that says more. */
static bool find_kind(const void *data, size_t length, finnc_kind *kind, fnc_field *part)
{
    static const struct {
        uint32_t number;
        finnc_kind kind;
    } kinds[] = {{FNC_TYPE_TENSOR, FINNC_KIND_TENSOR},
                 {FNC_TYPE_SPARSE, FINNC_KIND_TENSOR},
                 {FNC_TYPE_SEQUENCE, FINNC_KIND_SEQUENCE},
                 {FNC_TYPE_OPTIONAL, FINNC_KIND_OPTIONAL},
                 {FNC_TYPE_MAP, FINNC_KIND_MAP}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (fnc_field_find(data, length, kinds[i].number, part) && part->data) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

finnc_kind finnc_value_kind(const finnc_value *value)
{
    return finnc_value_kind_at(value, 0);
}

/* The type `depth` levels within a value's, or as far as there are any; `part` says more of it.
 * False if there is none, which is so of what we take for a tensor. */
static bool find_within(const finnc_value *value, int depth, finnc_kind *kind, fnc_field *part)
{
    const fnc_type *type = &value->type;
    fnc_field inner;
    if (!type->known || type->elem || !find_kind(type->wire.data, type->wire.length, kind, part))
        return false;
    for (; depth > 0 && *kind != FINNC_KIND_TENSOR; depth--)
        if (*kind == FINNC_KIND_MAP ||
            !fnc_field_find(part->data, part->length, FNC_INNER, &inner) || !inner.data ||
            !find_kind(inner.data, inner.length, kind, part))
            return false;
    return true;
}

finnc_kind finnc_value_kind_at(const finnc_value *value, int depth)
{
    finnc_kind kind;
    fnc_field part;
    return find_within(value, depth, &kind, &part) ? kind : FINNC_KIND_TENSOR;
}

static void read_dims(const fnc_field *tensor, int *rank, finnc_dim *dims)
{
    fnc_field shape, dim, size;
    *rank = -1;
    if (!fnc_field_find(tensor->data, tensor->length, FNC_TENSOR_SHAPE, &shape) || !shape.data)
        return;
    const uint8_t *at = shape.data;
    int n = 0;
    while (fnc_field_next(&at, shape.data + shape.length, &dim)) {
        if (dim.number != FNC_SHAPE_DIM || !dim.data)
            continue;
        if (n == FINNC_MAX_RANK)
            return;
        bool is_known =
            fnc_field_find(dim.data, dim.length, FNC_DIM_VALUE, &size) && size.value <= INT64_MAX;
        dims[n++] = (finnc_dim){is_known ? (int64_t)size.value : -1, NULL};
    }
    *rank = n;
}

bool finnc_value_item(const finnc_value *value, finnc_elem *elem, int *rank, finnc_dim *dims)
{
    enum { MAX_DEPTH = 16 };
    finnc_kind kind;
    fnc_field part, inner;
    *elem = FINNC_ELEM_UNDEFINED;
    *rank = -1;
    if (!find_within(value, MAX_DEPTH, &kind, &part) || kind != FINNC_KIND_TENSOR)
        return false;
    if (fnc_field_find(part.data, part.length, FNC_TENSOR_ELEM, &inner) && !inner.data)
        *elem = inner.value < 1000 ? (finnc_elem)inner.value : FINNC_ELEM_UNDEFINED;
    read_dims(&part, rank, dims);
    return true;
}

/* ---- setting ---- */

/* kind(inner), as bytes. */
static void put_wrapped(fnc_buf *buf, uint32_t field, const fnc_buf *inner)
{
    fnc_buf wrapped;
    fnc_buf_init(&wrapped, buf->cx);
    fnc_field_put_bytes(&wrapped, FNC_INNER, fnc_buf_text(inner), inner->length);
    fnc_field_put_bytes(buf, field, fnc_buf_text(&wrapped), wrapped.length);
    buf->failed = buf->failed || wrapped.failed || inner->failed;
    fnc_buf_clear(&wrapped);
}

static finnc_status set_wire(finnc_ctx *cx, finnc_value *value, const void *data, size_t length)
{
    fnc_type *type = &value->type;
    if (type->known && type->wire.length == length && !memcmp(type->wire.data, data, length))
        return FINNC_OK;
    fnc_wire copy;
    FINNC_TRY(fnc_wire_copy(cx, fnc_graph_arena(value->graph), data, length, &copy));
    *type = (fnc_type){.known = true, .rank = -1, .wire = copy};
    if (!value->info_order && !(value->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT)))
        value->info_order = fnc_next_order(value->graph->model);
    fnc_touch(value->graph);
    return FINNC_OK;
}

finnc_status fnc_value_set_kind(finnc_ctx *cx, finnc_value *value, const finnc_kind *kinds,
                                size_t nkinds, finnc_elem elem, int rank, const finnc_dim *dims)
{
    fnc_buf inner, outer;
    fnc_buf_init(&inner, cx);
    fnc_type_put_tensor(&inner, FNC_TYPE_TENSOR, elem, rank, dims);
    for (size_t k = nkinds; k-- > 0;) {
        fnc_buf_init(&outer, cx);
        put_wrapped(&outer, kinds[k] == FINNC_KIND_OPTIONAL ? FNC_TYPE_OPTIONAL : FNC_TYPE_SEQUENCE,
                    &inner);
        fnc_buf_clear(&inner);
        inner = outer;
    }
    finnc_status status = fnc_buf_check(&inner);
    if (status == FINNC_OK)
        status = set_wire(cx, value, fnc_buf_text(&inner), inner.length);
    fnc_buf_clear(&inner);
    return status;
}
