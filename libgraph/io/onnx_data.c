#include "onnx_data.h"

#include <string.h>

static finnc_status read_sequence(fnc_onnx_source *source, const Onnx__SequenceProto *proto,
                                  finnc_tensor **tensor);
static finnc_status read_map(fnc_onnx_source *source, const Onnx__MapProto *proto,
                             finnc_tensor **tensor);
static finnc_status read_optional(fnc_onnx_source *source, const Onnx__OptionalProto *proto,
                                  finnc_tensor **tensor);

/* ---- sequences: nesting is bounded by the reader of messages ---- */

typedef struct items {
    const finnc_tensor **list;
    size_t count;
} items;

static finnc_status read_items(fnc_onnx_source *source, const Onnx__SequenceProto *proto, items *it)
{
    finnc_tensor *t;
    for (size_t i = 0; i < proto->n_tensor_values; i++, it->list[it->count++] = t)
        FINNC_TRY(fnc_onnx_tensor_read(source, proto->tensor_values[i], &t));
    for (size_t i = 0; i < proto->n_sparse_tensor_values; i++, it->list[it->count++] = t)
        FINNC_TRY(fnc_onnx_sparse_read(source, proto->sparse_tensor_values[i], &t));
    for (size_t i = 0; i < proto->n_sequence_values; i++, it->list[it->count++] = t)
        FINNC_TRY(read_sequence(source, proto->sequence_values[i], &t));
    for (size_t i = 0; i < proto->n_map_values; i++, it->list[it->count++] = t)
        FINNC_TRY(read_map(source, proto->map_values[i], &t));
    for (size_t i = 0; i < proto->n_optional_values; i++, it->list[it->count++] = t)
        FINNC_TRY(read_optional(source, proto->optional_values[i], &t));
    return FINNC_OK;
}

static void release(items *it)
{
    for (size_t i = 0; i < it->count; i++)
        finnc_tensor_release(it->list[i]);
}

static finnc_status read_sequence(fnc_onnx_source *source, const Onnx__SequenceProto *proto,
                                  finnc_tensor **tensor)
{
    size_t room = proto->n_tensor_values + proto->n_sparse_tensor_values +
                  proto->n_sequence_values + proto->n_map_values + proto->n_optional_values;
    items it = {.list = FNC_NEW_ARRAY(&source->scratch, const finnc_tensor *, room + 1)};
    if (!it.list)
        return finnc_no_memory(source->cx);
    finnc_status status = read_items(source, proto, &it);
    if (status == FINNC_OK)
        status = finnc_tensor_create_of(source->cx, FINNC_KIND_SEQUENCE, it.list, it.count, tensor);
    release(&it);
    return status;
}

/* ---- optionals ---- */

static finnc_status read_held(fnc_onnx_source *source, const Onnx__OptionalProto *proto,
                              finnc_tensor **held)
{
    *held = NULL;
    if (proto->tensor_value)
        return fnc_onnx_tensor_read(source, proto->tensor_value, held);
    if (proto->sparse_tensor_value)
        return fnc_onnx_sparse_read(source, proto->sparse_tensor_value, held);
    if (proto->sequence_value)
        return read_sequence(source, proto->sequence_value, held);
    if (proto->map_value)
        return read_map(source, proto->map_value, held);
    return proto->optional_value ? read_optional(source, proto->optional_value, held) : FINNC_OK;
}

static finnc_status read_optional(fnc_onnx_source *source, const Onnx__OptionalProto *proto,
                                  finnc_tensor **tensor)
{
    finnc_tensor *held;
    FINNC_TRY(read_held(source, proto, &held));
    const finnc_tensor *item = held;
    finnc_status status =
        finnc_tensor_create_of(source->cx, FINNC_KIND_OPTIONAL, &item, held ? 1 : 0, tensor);
    finnc_tensor_release(held);
    return status;
}

/* ---- maps: keys as a vector of strings or of the integers that key_type says ---- */

static finnc_status fill_keys(finnc_ctx *cx, const Onnx__MapProto *proto, finnc_tensor *keys)
{
    for (size_t i = 0; i < proto->n_string_keys; i++)
        FINNC_TRY(finnc_tensor_set_string(cx, keys, (int64_t)i,
                                          (const char *)proto->string_keys[i].data,
                                          proto->string_keys[i].len));
    for (size_t i = 0; i < proto->n_keys; i++)
        finnc_tensor_set_int(keys, (int64_t)i, proto->keys[i]);
    return FINNC_OK;
}

static finnc_status read_keys(finnc_ctx *cx, const Onnx__MapProto *proto, finnc_tensor **keys)
{
    finnc_elem elem = (finnc_elem)proto->key_type;
    bool is_text = elem == FINNC_ELEM_STRING || (!elem && proto->n_string_keys > 0);
    int64_t n = (int64_t)(is_text ? proto->n_string_keys : proto->n_keys);
    if (is_text ? proto->n_keys > 0 : proto->n_string_keys > 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "a map with keys of two kinds");
    if (!is_text && elem && !finnc_elem_is_integer(elem))
        return finnc_fail(cx, FINNC_BAD_FILE, "a map with keys of element type %d", (int)elem);
    FINNC_TRY(finnc_tensor_create(cx,
                                  is_text ? FINNC_ELEM_STRING
                                  : elem  ? elem
                                          : FINNC_ELEM_INT64,
                                  1, &n, keys));
    finnc_status status = fill_keys(cx, proto, *keys);
    if (status != FINNC_OK)
        finnc_tensor_release(*keys);
    return status;
}

/* Values are a sequence in the file. Scalars (or single elements) become a vector, as kernels make
 * maps; anything else stays a sequence. */
static finnc_status as_vector(finnc_ctx *cx, const finnc_tensor *sequence, finnc_tensor **vector)
{
    int64_t n = finnc_tensor_nelems(sequence);
    const finnc_tensor *first = finnc_tensor_item(sequence, 0);
    *vector = NULL;
    for (int64_t i = 0; i < n; i++) {
        const finnc_tensor *item = finnc_tensor_item(sequence, i);
        if (finnc_tensor_kind(item) != FINNC_KIND_TENSOR || finnc_tensor_nelems(item) != 1 ||
            finnc_tensor_rank(item) > 0 || finnc_tensor_elem(item) != finnc_tensor_elem(first))
            return FINNC_OK;
    }
    if (n == 0)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(first), 1, &n, vector));
    for (int64_t i = 0; i < n; i++) {
        const finnc_tensor *item = finnc_tensor_item(sequence, i);
        finnc_string s = finnc_tensor_get_string(item, 0);
        finnc_status status = FINNC_OK;
        if (finnc_tensor_elem(first) == FINNC_ELEM_STRING)
            status = finnc_tensor_set_string(cx, *vector, i, s.data, s.length);
        else if (finnc_elem_is_integer(finnc_tensor_elem(first)))
            finnc_tensor_set_int(*vector, i, finnc_tensor_get_int(item, 0));
        else
            finnc_tensor_set(*vector, i, finnc_tensor_get(item, 0));
        if (status != FINNC_OK) {
            finnc_tensor_release(*vector);
            return status;
        }
    }
    return FINNC_OK;
}

/* A map in a file may hold one tensor of all values: numpy writers do so. */
static finnc_status read_values(fnc_onnx_source *source, const Onnx__MapProto *proto, int64_t nkeys,
                                finnc_tensor **values)
{
    finnc_tensor *sequence, *vector;
    if (!proto->values)
        return finnc_fail(source->cx, FINNC_BAD_FILE, "a map without values");
    FINNC_TRY(read_sequence(source, proto->values, &sequence));
    const finnc_tensor *only = finnc_tensor_item(sequence, 0);
    if (finnc_tensor_nelems(sequence) == 1 && nkeys != 1 &&
        finnc_tensor_kind(only) == FINNC_KIND_TENSOR && finnc_tensor_nelems(only) == nkeys) {
        *values = finnc_tensor_retain(only);
        finnc_tensor_release(sequence);
        return FINNC_OK;
    }
    finnc_status status = as_vector(source->cx, sequence, &vector);
    if (status == FINNC_OK && vector) {
        *values = vector;
        finnc_tensor_release(sequence);
        return FINNC_OK;
    }
    *values = sequence;
    if (status != FINNC_OK)
        finnc_tensor_release(sequence);
    return status;
}

static finnc_status read_map(fnc_onnx_source *source, const Onnx__MapProto *proto,
                             finnc_tensor **tensor)
{
    finnc_tensor *keys, *values = NULL;
    FINNC_TRY(read_keys(source->cx, proto, &keys));
    finnc_status status = read_values(source, proto, finnc_tensor_nelems(keys), &values);
    if (status == FINNC_OK) {
        const finnc_tensor *both[] = {keys, values};
        status = finnc_tensor_create_of(source->cx, FINNC_KIND_MAP, both, 2, tensor);
        finnc_tensor_release(values);
    }
    finnc_tensor_release(keys);
    return status;
}

/* ---- a whole file ---- */

static const ProtobufCMessageDescriptor *descriptor_of(finnc_kind kind)
{
    switch (kind) {
    case FINNC_KIND_SEQUENCE:
        return &onnx__sequence_proto__descriptor;
    case FINNC_KIND_OPTIONAL:
        return &onnx__optional_proto__descriptor;
    case FINNC_KIND_MAP:
        return &onnx__map_proto__descriptor;
    case FINNC_KIND_TENSOR:
        break;
    }
    return &onnx__tensor_proto__descriptor;
}

finnc_status fnc_onnx_data_read(fnc_onnx_source *source, finnc_kind kind, finnc_tensor **tensor)
{
    ProtobufCMessage *message;
    FINNC_TRY(fnc_pb_read(source->cx, &source->scratch, descriptor_of(kind), source->backing->data,
                          source->backing->nbytes, &message));
    switch (kind) {
    case FINNC_KIND_SEQUENCE:
        return read_sequence(source, (Onnx__SequenceProto *)message, tensor);
    case FINNC_KIND_OPTIONAL:
        return read_optional(source, (Onnx__OptionalProto *)message, tensor);
    case FINNC_KIND_MAP:
        return read_map(source, (Onnx__MapProto *)message, tensor);
    case FINNC_KIND_TENSOR:
        break;
    }
    return fnc_onnx_tensor_read(source, (Onnx__TensorProto *)message, tensor);
}
