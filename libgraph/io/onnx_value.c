/* Values: TypeProto and ValueInfoProto. */
#include "onnx_graph.h"

#include <string.h>
#include <xxhash.h>

/* ---- types ---- */

/* Would we write the dimension as it is there? */
static bool is_plain_dim(const Onnx__TensorShapeProto__Dimension *dim)
{
    if (dim->denotation || dim->base.n_unknown_fields)
        return false;
    switch (dim->value_case) {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE:
        return dim->dim_value >= 0;
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM:
        return *dim->dim_param != '\0';
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE__NOT_SET:
    case _ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE__CASE_IS_INT_SIZE:
        break;
    }
    return true;
}

static bool is_plain(const Onnx__TypeProto *proto)
{
    const Onnx__TypeProto__Tensor *tensor = proto->tensor_type;
    if (proto->denotation || proto->base.n_unknown_fields || tensor->base.n_unknown_fields ||
        !tensor->has_elem_type)
        return false;
    const Onnx__TensorShapeProto *shape = tensor->shape;
    if (!shape)
        return true;
    for (size_t i = 0; i < shape->n_dim; i++)
        if (!is_plain_dim(shape->dim[i]))
            return false;
    return shape->base.n_unknown_fields == 0;
}

static finnc_status read_shape(fnc_onnx_reader *r, const Onnx__TensorShapeProto *shape,
                               fnc_type *type)
{
    if (shape->n_dim > FINNC_MAX_RANK)
        return finnc_fail(r->cx, FINNC_UNSUPPORTED, "%zu dimensions (at most %d)", shape->n_dim,
                          FINNC_MAX_RANK);
    type->rank = (int)shape->n_dim;
    type->dims = FNC_NEW_ARRAY(&r->model->arena, finnc_dim, shape->n_dim);
    if (!type->dims)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < shape->n_dim; i++) {
        const Onnx__TensorShapeProto__Dimension *dim = shape->dim[i];
        finnc_dim *d = &type->dims[i];
        d->size = -1;
        if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE &&
            dim->dim_value >= 0)
            d->size = dim->dim_value;
        if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM &&
            *dim->dim_param && !(d->symbol = fnc_arena_strdup(&r->model->arena, dim->dim_param)))
            return finnc_no_memory(r->cx);
    }
    return fnc_type_check_size(r->cx, type->rank, type->dims);
}

finnc_status fnc_onnx_type_read(fnc_onnx_reader *r, Onnx__TypeProto *proto, fnc_type *type)
{
    *type = (fnc_type){.known = true, .rank = -1};
    bool is_tensor = proto->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    if (is_tensor) {
        type->elem = (finnc_elem)proto->tensor_type->elem_type;
        if (proto->tensor_type->shape)
            FINNC_TRY(read_shape(r, proto->tensor_type->shape, type));
    }
    if (is_tensor && is_plain(proto))
        return FINNC_OK;
    FINNC_TRY(fnc_onnx_keep(r, &proto->base, &type->wire));
    /* A TypeProto that says nothing has no bytes to be kept; and a tensor type of no kind is none.
     */
    if (type->wire.length == 0)
        type->known = false;
    return FINNC_OK;
}

static finnc_status write_shape(fnc_onnx_writer *w, const fnc_type *type,
                                Onnx__TensorShapeProto **proto)
{
    Onnx__TensorShapeProto *shape;
    FINNC_TRY(
        fnc_onnx_begin(w, &onnx__tensor_shape_proto__descriptor, (fnc_wire){NULL, 0}, &shape));
    *proto = shape;
    shape->n_dim = (size_t)type->rank;
    shape->dim = FNC_NEW_ARRAY(w->arena, Onnx__TensorShapeProto__Dimension *, shape->n_dim);
    Onnx__TensorShapeProto__Dimension *dims =
        FNC_NEW_ARRAY(w->arena, Onnx__TensorShapeProto__Dimension, shape->n_dim);
    if (!shape->dim || !dims)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < shape->n_dim; i++) {
        Onnx__TensorShapeProto__Dimension *dim = shape->dim[i] = &dims[i];
        onnx__tensor_shape_proto__dimension__init(dim);
        if (type->dims[i].size >= 0) {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
            dim->dim_value = type->dims[i].size;
        } else if (type->dims[i].symbol) {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
            dim->dim_param = fnc_pb_text(type->dims[i].symbol);
        }
    }
    return FINNC_OK;
}

finnc_status fnc_onnx_type_write(fnc_onnx_writer *w, const fnc_type *type, Onnx__TypeProto **proto)
{
    Onnx__TypeProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__type_proto__descriptor, type->wire, &p));
    *proto = p;
    if (type->wire.length > 0)
        return FINNC_OK;
    p->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__type_proto__tensor__descriptor, (fnc_wire){NULL, 0},
                             &p->tensor_type));
    p->tensor_type->has_elem_type = true;
    p->tensor_type->elem_type = (int32_t)type->elem;
    return type->rank < 0 ? FINNC_OK : write_shape(w, type, &p->tensor_type->shape);
}

/* ---- entries ---- */

finnc_status fnc_onnx_info_write(fnc_onnx_writer *w, const finnc_value *value,
                                 Onnx__ValueInfoProto **info)
{
    Onnx__ValueInfoProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__value_info_proto__descriptor, value->info_extra, &p));
    *info = p;
    p->name = fnc_pb_text(value->name);
    return value->type.known ? fnc_onnx_type_write(w, &value->type, &p->type) : FINNC_OK;
}

static finnc_status pack(fnc_onnx_writer *w, const ProtobufCMessage *message, fnc_wire *wire)
{
    return fnc_pb_pack(w->cx, w->arena, message, wire);
}

static finnc_status fingerprint(fnc_onnx_writer *w, const finnc_value *value, uint64_t *print)
{
    *print = 0;
    if (!value->type.known)
        return FINNC_OK;
    Onnx__TypeProto *type;
    fnc_wire wire;
    FINNC_TRY(fnc_onnx_type_write(w, &value->type, &type));
    FINNC_TRY(pack(w, &type->base, &wire));
    *print = XXH3_64bits(wire.data, wire.length);
    return FINNC_OK;
}

/* Would writing the value give this entry? */
static finnc_status is_told(fnc_onnx_writer *w, const finnc_value *value,
                            const Onnx__ValueInfoProto *info, bool *told)
{
    Onnx__ValueInfoProto *own;
    fnc_wire a, b;
    FINNC_TRY(fnc_onnx_info_write(w, value, &own));
    FINNC_TRY(pack(w, &own->base, &a));
    FINNC_TRY(pack(w, &info->base, &b));
    *told = a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
    return FINNC_OK;
}

static finnc_status take_info(fnc_onnx_reader *r, finnc_value *value, Onnx__ValueInfoProto *info)
{
    if (info->type)
        FINNC_TRY(fnc_onnx_type_read(r, info->type, &value->type));
    Onnx__ValueInfoProto rest = *info;
    rest.name = NULL;
    rest.type = NULL;
    return fnc_onnx_keep(r, &rest.base, &value->info_extra);
}

finnc_status fnc_onnx_info_read(fnc_onnx_reader *r, finnc_value *value, bool first,
                                Onnx__ValueInfoProto *info, bool *told)
{
    FNC_AT_TENSOR(r->cx, value->name);
    if (first)
        FINNC_TRY(take_info(r, value, info));
    /* Mostly there is nothing to compare. */
    *told = first && !info->type == !value->type.known;
    if (*told)
        return FINNC_OK;
    fnc_onnx_writer w = {r->cx, r->scratch, FNC_ONNX_AS_READ};
    return is_told(&w, value, info, told);
}

finnc_status fnc_onnx_info_mark(fnc_onnx_reader *r, const finnc_value *value, uint64_t order,
                                Onnx__ValueInfoProto *info)
{
    FINNC_TRY(fnc_pb_note(r->cx, r->scratch, &info->base, FNC_PB_NOTE_ORDER, order));
    if (!value)
        return FINNC_OK;
    fnc_onnx_writer w = {r->cx, r->scratch, FNC_ONNX_AS_READ};
    uint64_t print;
    FINNC_TRY(fingerprint(&w, value, &print));
    return fnc_pb_note(r->cx, r->scratch, &info->base, FNC_PB_NOTE_TYPE, print);
}

fnc_onnx_mark fnc_onnx_info_unmark(Onnx__ValueInfoProto *info)
{
    fnc_onnx_mark mark = {0, 0, false};
    (void)fnc_pb_take_note(&info->base, FNC_PB_NOTE_ORDER, &mark.order);
    mark.has_type = fnc_pb_take_note(&info->base, FNC_PB_NOTE_TYPE, &mark.type);
    return mark;
}

finnc_status fnc_onnx_mark_holds(fnc_onnx_writer *w, const fnc_onnx_mark *mark,
                                 const finnc_value *value, bool *holds)
{
    *holds = !mark->has_type;
    if (!mark->has_type || !value)
        return FINNC_OK;
    uint64_t now;
    FINNC_TRY(fingerprint(w, value, &now));
    *holds = now == mark->type;
    return FINNC_OK;
}
