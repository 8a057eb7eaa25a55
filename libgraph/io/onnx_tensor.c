#include "onnx_tensor.h"

#include "../base/bits.h"

#include <inttypes.h>
#include <string.h>

/* ---- which list holds which type ---- */

typedef enum list { FLOATS, INT32S, STRINGS, INT64S, DOUBLES, UINT64S, NLISTS } list;

static const char *const list_names[NLISTS] = {"float_data", "int32_data",  "string_data",
                                               "int64_data", "double_data", "uint64_data"};

static list list_of(finnc_elem elem)
{
    switch (elem) {
    case FINNC_ELEM_FLOAT:
    case FINNC_ELEM_COMPLEX64:
        return FLOATS;
    case FINNC_ELEM_DOUBLE:
    case FINNC_ELEM_COMPLEX128:
        return DOUBLES;
    case FINNC_ELEM_STRING:
        return STRINGS;
    case FINNC_ELEM_INT64:
        return INT64S;
    case FINNC_ELEM_UINT32:
    case FINNC_ELEM_UINT64:
        return UINT64S;
    case FINNC_ELEM_UNDEFINED:
    case FINNC_ELEM_UINT8:
    case FINNC_ELEM_INT8:
    case FINNC_ELEM_UINT16:
    case FINNC_ELEM_INT16:
    case FINNC_ELEM_INT32:
    case FINNC_ELEM_BOOL:
    case FINNC_ELEM_FLOAT16:
    case FINNC_ELEM_BFLOAT16:
    case FINNC_ELEM_FLOAT8E4M3FN:
    case FINNC_ELEM_FLOAT8E4M3FNUZ:
    case FINNC_ELEM_FLOAT8E5M2:
    case FINNC_ELEM_FLOAT8E5M2FNUZ:
    case FINNC_ELEM_UINT4:
    case FINNC_ELEM_INT4:
    case FINNC_ELEM_FLOAT4E2M1:
    case FINNC_ELEM_FLOAT8E8M0:
    case FINNC_ELEM_UINT2:
    case FINNC_ELEM_INT2:
    case FINNC_ELEM_FLOAT6E2M3:
    case FINNC_ELEM_FLOAT6E3M2:
        break;
    }
    return INT32S;
}

static size_t list_length(const Onnx__TensorProto *proto, list l)
{
    const size_t lengths[NLISTS] = {proto->n_float_data,  proto->n_int32_data,
                                    proto->n_string_data, proto->n_int64_data,
                                    proto->n_double_data, proto->n_uint64_data};
    return lengths[l];
}

static bool has_lists(const Onnx__TensorProto *proto)
{
    for (list l = 0; l < NLISTS; l++)
        if (list_length(proto, l) > 0)
            return true;
    return false;
}

static void empty_lists(Onnx__TensorProto *proto)
{
    proto->n_float_data = proto->n_int32_data = proto->n_string_data = 0;
    proto->n_int64_data = proto->n_double_data = proto->n_uint64_data = 0;
}

/* Numbers in int32_data and uint64_data stand for `width` bytes each: of an element, or of a byte
 * that packs several. */
static size_t width_of(finnc_elem elem)
{
    size_t bits = (size_t)finnc_elem_bits(elem);
    return bits < 8 ? 1 : bits / 8;
}

/* Elements of 6 bits cross bytes: in int32_data each has a number to itself. */
static bool is_loose(finnc_elem elem)
{
    return finnc_elem_bits(elem) == 6;
}

/* ---- reading ---- */

static finnc_status fail_count(finnc_ctx *cx, list l, size_t count, size_t wanted)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "%zu numbers in %s, its shape wants %zu", count,
                      list_names[l], wanted);
}

static finnc_status read_strings(finnc_ctx *cx, const Onnx__TensorProto *proto,
                                 finnc_tensor *tensor)
{
    for (size_t i = 0; i < proto->n_string_data; i++)
        FINNC_TRY(finnc_tensor_set_string(cx, tensor, (int64_t)i,
                                          (const char *)proto->string_data[i].data,
                                          proto->string_data[i].len));
    return FINNC_OK;
}

static finnc_status read_int32s(finnc_ctx *cx, const Onnx__TensorProto *proto, finnc_tensor *tensor)
{
    size_t width = width_of(tensor->elem);
    bool is_signed = finnc_elem_is_integer(tensor->elem) && finnc_elem_is_signed(tensor->elem) &&
                     finnc_elem_bits(tensor->elem) >= 8;
    bool loose = is_loose(tensor->elem);
    int64_t span = INT64_C(1) << (loose ? 6 : 8 * width);
    int64_t low = is_signed ? -span / 2 : 0, high = low + span - 1;
    for (size_t i = 0; i < proto->n_int32_data; i++) {
        int32_t x = proto->int32_data[i];
        if (x < low || x > high)
            return finnc_fail(cx, FINNC_BAD_FILE,
                              "number %zu in int32_data is %" PRId32 ", which is no %s", i, x,
                              finnc_elem_name(tensor->elem));
        if (loose)
            fnc_bits_store(tensor->own, i, 6, (unsigned)x);
        else
            memcpy(tensor->own + i * width, &x, width); /* the low bytes: little endian */
    }
    return FINNC_OK;
}

static finnc_status read_uint64s(finnc_ctx *cx, const Onnx__TensorProto *proto,
                                 finnc_tensor *tensor)
{
    size_t width = width_of(tensor->elem);
    for (size_t i = 0; i < proto->n_uint64_data; i++) {
        uint64_t x = proto->uint64_data[i];
        if (width == 4 && x > UINT32_MAX)
            return finnc_fail(cx, FINNC_BAD_FILE,
                              "number %zu in uint64_data is %" PRIu64 ", which is no UINT32", i, x);
        memcpy(tensor->own + i * width, &x, width);
    }
    return FINNC_OK;
}

static finnc_status fill_typed(finnc_ctx *cx, const Onnx__TensorProto *proto, finnc_tensor *tensor)
{
    const void *data = NULL;
    switch (list_of(tensor->elem)) {
    case STRINGS:
        return read_strings(cx, proto, tensor);
    case INT32S:
        return read_int32s(cx, proto, tensor);
    case UINT64S:
        return read_uint64s(cx, proto, tensor);
    case FLOATS:
        data = proto->float_data;
        break;
    case DOUBLES:
        data = proto->double_data;
        break;
    case INT64S:
        data = proto->int64_data;
        break;
    case NLISTS:
        break;
    }
    if (data && tensor->nbytes)
        memcpy(tensor->own, data, tensor->nbytes);
    return FINNC_OK;
}

/* How many numbers the list has to hold. Found before the tensor is made, so that a short file with
 * a large shape gets no memory. */
static finnc_status check_lists(finnc_ctx *cx, const Onnx__TensorProto *proto, finnc_elem elem,
                                int64_t nelems)
{
    list l = list_of(elem);
    for (list other = 0; other < NLISTS; other++)
        if (other != l && list_length(proto, other) > 0)
            return finnc_fail(cx, FINNC_BAD_FILE, "numbers are in %s, %s belongs in %s",
                              list_names[other], finnc_elem_name(elem), list_names[l]);
    size_t wanted, bits = (size_t)finnc_elem_bits(elem);
    if (!fnc_to_size(nelems, &wanted))
        return fail_count(cx, l, list_length(proto, l), SIZE_MAX);
    if (elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128) {
        if (!fnc_mul(wanted, 2, &wanted))
            return fail_count(cx, l, list_length(proto, l), SIZE_MAX);
    } else if (bits > 0 && bits < 8 && !is_loose(elem)) { /* packed bytes */
        wanted = wanted / (8 / bits) + (wanted % (8 / bits) != 0);
    }
    if (list_length(proto, l) != wanted)
        return fail_count(cx, l, list_length(proto, l), wanted);
    return FINNC_OK;
}

static finnc_status read_typed(fnc_onnx_source *source, Onnx__TensorProto *proto, finnc_elem elem,
                               int rank, finnc_tensor **tensor)
{
    finnc_ctx *cx = source->cx;
    int64_t nelems;
    FINNC_TRY(finnc_shape_nelems(cx, rank, proto->dims, &nelems));
    FINNC_TRY(check_lists(cx, proto, elem, nelems));
    FINNC_TRY(finnc_tensor_create(cx, elem, rank, proto->dims, tensor));
    finnc_status status = fill_typed(cx, proto, *tensor);
    if (status != FINNC_OK)
        finnc_tensor_release(*tensor);
    empty_lists(proto);
    return status;
}

/* A view; `data` NULL asks for external data, once it is known how many. */
static finnc_status read_view(fnc_onnx_source *source, Onnx__TensorProto *proto, finnc_elem elem,
                              int rank, finnc_tensor **tensor)
{
    finnc_ctx *cx = source->cx;
    bool external = fnc_onnx_is_external(proto);
    if (elem == FINNC_ELEM_STRING)
        return finnc_fail(cx, FINNC_BAD_FILE, "strings belong in string_data, not in %s",
                          external ? "another file" : "raw_data");
    /* Its size is known to the tensor, which is only a view: made first, given its place after. */
    finnc_tensor *t;
    FINNC_TRY(fnc_tensor_create_backed(cx, elem, rank, proto->dims, source->backing,
                                       proto->raw_data.data, &t));
    finnc_status status = FINNC_OK;
    if (external) {
        fnc_backing *backing = NULL;
        status = fnc_onnx_external_find(source, proto, t->nbytes, &backing, &t->data);
        if (status == FINNC_OK) {
            fnc_backing_retain(backing);
            fnc_backing_release(t->backing);
            t->backing = backing;
        }
    } else if (proto->raw_data.len != t->nbytes) {
        status = finnc_fail(cx, FINNC_BAD_FILE, "%zu bytes of raw_data, its shape wants %zu",
                            proto->raw_data.len, t->nbytes);
    } else {
        proto->has_raw_data = false;
    }
    if (status != FINNC_OK) {
        finnc_tensor_release(t);
        return status;
    }
    *tensor = t;
    return FINNC_OK;
}

/* An element type that is newer than we are is kept as it stands. */
static finnc_status read_opaque(fnc_onnx_source *source, const Onnx__TensorProto *proto, int rank,
                                finnc_tensor **tensor)
{
    return fnc_tensor_create_opaque(source->cx, (finnc_elem)proto->data_type, rank, proto->dims,
                                    tensor);
}

static finnc_status keep_rest(fnc_onnx_source *source, const ProtobufCMessage *proto,
                              fnc_storage storage, finnc_tensor *tensor)
{
    fnc_wire rest;
    FINNC_TRY(fnc_pb_pack(source->cx, &source->scratch, proto, &rest));
    return fnc_tensor_set_extra(source->cx, tensor, storage, rest.data, rest.length);
}

static finnc_status read_elements(fnc_onnx_source *source, Onnx__TensorProto *proto,
                                  fnc_storage *storage, finnc_tensor **tensor)
{
    finnc_ctx *cx = source->cx;
    int rank = (int)proto->n_dims;
    bool external = fnc_onnx_is_external(proto), lists = has_lists(proto);
    bool raw = proto->has_raw_data && (proto->raw_data.len > 0 || (!lists && !external));
    if (raw + lists + external > 1)
        return finnc_fail(cx, FINNC_BAD_FILE, "its elements are there twice: %s and %s",
                          raw ? "raw_data" : "a list", external ? "external data" : "a list");
    if (external)
        FINNC_TRY(fnc_onnx_external_note(source, proto));
    if (external)
        FINNC_TRY(fnc_pb_note_text(cx, &source->scratch, &proto->base, FNC_PB_NOTE_FOLDER,
                                   source->folder ? source->folder : ""));
    finnc_elem elem = (finnc_elem)proto->data_type;
    if (!proto->has_data_type || proto->data_type <= 0 || !finnc_elem_name(elem)) {
        *storage = FNC_STORAGE_OPAQUE;
        return read_opaque(source, proto, rank, tensor);
    }
    if (raw || external) {
        *storage = external ? FNC_STORAGE_EXTERNAL : FNC_STORAGE_RAW;
        FINNC_TRY(read_view(source, proto, elem, rank, tensor));
    } else {
        *storage = FNC_STORAGE_TYPED;
        FINNC_TRY(read_typed(source, proto, elem, rank, tensor));
    }
    proto->n_dims = 0;
    proto->has_data_type = false;
    return FINNC_OK;
}

finnc_status fnc_onnx_tensor_read(fnc_onnx_source *source, Onnx__TensorProto *proto,
                                  finnc_tensor **tensor)
{
    finnc_ctx *cx = source->cx;
    if (proto->n_dims > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu dimensions (at most %d)", proto->n_dims,
                          FINNC_MAX_RANK);
    if (proto->segment)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "a segment of a larger tensor");
    proto->name = NULL;
    fnc_storage storage = FNC_STORAGE_RAW;
    finnc_tensor *t;
    FINNC_TRY(read_elements(source, proto, &storage, &t));
    finnc_status status = keep_rest(source, &proto->base, storage, t);
    if (status != FINNC_OK) {
        finnc_tensor_release(t);
        return status;
    }
    *tensor = t;
    return FINNC_OK;
}

/* ---- sparse ---- */

/* The place of entry `i`: indices are places, or a row of coordinates each. */
static finnc_status place_of(finnc_ctx *cx, const finnc_tensor *indices, const finnc_tensor *dense,
                             int64_t i, int64_t *place)
{
    bool coordinates = indices->rank == 2;
    int n = coordinates ? dense->rank : 1;
    *place = 0;
    for (int axis = 0; axis < n; axis++) {
        int64_t size = coordinates ? dense->dims[axis] : dense->nelems;
        int64_t index = finnc_tensor_get_int(indices, i * n + axis);
        if (index < 0 || index >= size)
            return finnc_fail(cx, FINNC_BAD_FILE, "entry %" PRId64 " is at %" PRId64 " of %" PRId64,
                              i, index, size);
        *place = *place * size + index; /* below nelems */
    }
    return FINNC_OK;
}

static finnc_status scatter(finnc_ctx *cx, const finnc_tensor *values, const finnc_tensor *indices,
                            finnc_tensor *dense)
{
    int64_t count = values->nelems;
    bool good =
        indices->elem == FINNC_ELEM_INT64 && values->rank == 1 &&
        ((indices->rank == 1 && indices->dims[0] == count) ||
         (indices->rank == 2 && indices->dims[0] == count && indices->dims[1] == dense->rank));
    if (!good)
        return finnc_fail(cx, FINNC_BAD_FILE, "its indices do not fit its values or its shape");
    size_t width = width_of(dense->elem);
    for (int64_t i = 0; i < count; i++) {
        int64_t place;
        FINNC_TRY(place_of(cx, indices, dense, i, &place));
        if (finnc_elem_bits(dense->elem) < 8)
            finnc_tensor_set(dense, place, finnc_tensor_get(values, i));
        else
            memcpy(dense->own + (size_t)place * width, values->data + (size_t)i * width, width);
    }
    return FINNC_OK;
}

static finnc_status read_dense(fnc_onnx_source *source, Onnx__SparseTensorProto *proto,
                               finnc_tensor *values, finnc_tensor **dense)
{
    finnc_ctx *cx = source->cx;
    if (values->storage == FNC_STORAGE_OPAQUE || values->elem == FINNC_ELEM_STRING)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "a sparse tensor of element type %d",
                          (int)values->elem);
    finnc_tensor *indices, *t;
    FINNC_TRY(fnc_onnx_tensor_read(source, proto->indices, &indices));
    finnc_status status =
        finnc_tensor_create(cx, values->elem, (int)proto->n_dims, proto->dims, &t);
    if (status == FINNC_OK) {
        status = indices->storage == FNC_STORAGE_OPAQUE
                     ? finnc_fail(cx, FINNC_BAD_FILE, "its indices are no INT64")
                     : scatter(cx, values, indices, t);
        if (status == FINNC_OK)
            *dense = t;
        else
            finnc_tensor_release(t);
    }
    finnc_tensor_release(indices);
    return status;
}

finnc_status fnc_onnx_sparse_read(fnc_onnx_source *source, Onnx__SparseTensorProto *proto,
                                  finnc_tensor **tensor)
{
    finnc_ctx *cx = source->cx;
    if (!proto->values || !proto->indices)
        return finnc_fail(cx, FINNC_BAD_FILE, "a sparse tensor without values or indices");
    if (proto->n_dims > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu dimensions (at most %d)", proto->n_dims,
                          FINNC_MAX_RANK);
    proto->values->name = NULL;
    fnc_wire whole;
    FINNC_TRY(fnc_pb_pack(cx, &source->scratch, &proto->base, &whole));
    finnc_tensor *values, *dense = NULL;
    FINNC_TRY(fnc_onnx_tensor_read(source, proto->values, &values));
    finnc_status status = read_dense(source, proto, values, &dense);
    finnc_tensor_release(values);
    FINNC_TRY(status);
    status = fnc_tensor_set_extra(cx, dense, FNC_STORAGE_SPARSE, whole.data, whole.length);
    if (status != FINNC_OK) {
        finnc_tensor_release(dense);
        return status;
    }
    *tensor = dense;
    return FINNC_OK;
}

/* ---- writing ---- */

static finnc_status write_strings(finnc_ctx *cx, fnc_arena *arena, const finnc_tensor *tensor,
                                  Onnx__TensorProto *proto)
{
    size_t n = (size_t)tensor->nelems;
    proto->string_data = FNC_NEW_ARRAY(arena, ProtobufCBinaryData, n);
    if (!proto->string_data)
        return finnc_no_memory(cx);
    const finnc_string *strings = (const finnc_string *)(const void *)tensor->data;
    for (size_t i = 0; i < n; i++)
        proto->string_data[i] = fnc_pb_bytes(strings[i].data, strings[i].length);
    proto->n_string_data = n;
    return FINNC_OK;
}

static finnc_status write_int32s(finnc_ctx *cx, fnc_arena *arena, const finnc_tensor *tensor,
                                 Onnx__TensorProto *proto)
{
    bool loose = is_loose(tensor->elem);
    size_t width = width_of(tensor->elem);
    size_t n = loose ? (size_t)tensor->nelems : tensor->nbytes / width;
    proto->int32_data = FNC_NEW_ARRAY(arena, int32_t, n);
    if (!proto->int32_data)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++)
        if (loose)
            proto->int32_data[i] = (int32_t)fnc_bits_load(tensor->data, i, 6);
        else
            memcpy(&proto->int32_data[i], tensor->data + i * width, width);
    /* Signs of what is narrower than 32 bits. */
    for (size_t i = 0; i < n && tensor->elem == FINNC_ELEM_INT8; i++)
        proto->int32_data[i] = (int8_t)proto->int32_data[i];
    for (size_t i = 0; i < n && tensor->elem == FINNC_ELEM_INT16; i++)
        proto->int32_data[i] = (int16_t)proto->int32_data[i];
    proto->n_int32_data = n;
    return FINNC_OK;
}

static finnc_status write_uint64s(finnc_ctx *cx, fnc_arena *arena, const finnc_tensor *tensor,
                                  Onnx__TensorProto *proto)
{
    size_t width = width_of(tensor->elem), n = tensor->nbytes / width;
    proto->uint64_data = FNC_NEW_ARRAY(arena, uint64_t, n);
    if (!proto->uint64_data)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++)
        memcpy(&proto->uint64_data[i], tensor->data + i * width, width);
    proto->n_uint64_data = n;
    return FINNC_OK;
}

static finnc_status write_typed(finnc_ctx *cx, fnc_arena *arena, const finnc_tensor *tensor,
                                Onnx__TensorProto *proto)
{
    list l = list_of(tensor->elem);
    if (l == STRINGS)
        return write_strings(cx, arena, tensor, proto);
    if (l == INT32S)
        return write_int32s(cx, arena, tensor, proto);
    if (l == UINT64S)
        return write_uint64s(cx, arena, tensor, proto);
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    void *numbers = (void *)data;
    if (l == FLOATS) {
        proto->float_data = numbers;
        proto->n_float_data = tensor->nbytes / sizeof(float);
    } else if (l == DOUBLES) {
        proto->double_data = numbers;
        proto->n_double_data = tensor->nbytes / sizeof(double);
    } else {
        proto->int64_data = numbers;
        proto->n_int64_data = tensor->nbytes / sizeof(int64_t);
    }
    return FINNC_OK;
}

finnc_status fnc_onnx_tensor_write(finnc_ctx *cx, fnc_arena *arena, const finnc_tensor *tensor,
                                   fnc_onnx_form form, Onnx__TensorProto **proto)
{
    /* A dense tensor made from a sparse one tells nothing of the sparse one's fields. */
    fnc_wire extra = tensor->storage == FNC_STORAGE_SPARSE ? (fnc_wire){NULL, 0} : tensor->extra;
    ProtobufCMessage *message;
    FINNC_TRY(fnc_pb_unpack(cx, arena, &onnx__tensor_proto__descriptor, extra, &message));
    Onnx__TensorProto *p = (Onnx__TensorProto *)message;
    *proto = p;
    if (tensor->storage == FNC_STORAGE_OPAQUE)
        return FINNC_OK;
    p->has_data_type = true;
    p->data_type = (int32_t)tensor->elem;
    p->n_dims = (size_t)tensor->rank;
    p->dims = (int64_t *)tensor->dims;
    if (tensor->storage == FNC_STORAGE_EXTERNAL && form == FNC_ONNX_AS_READ)
        return FINNC_OK;
    if (tensor->storage == FNC_STORAGE_EXTERNAL) {
        (void)fnc_pb_take_text(message, FNC_PB_NOTE_FOLDER);
        p->has_data_location = false;
        p->n_external_data = 0;
    }
    bool typed = tensor->storage == FNC_STORAGE_TYPED && form != FNC_ONNX_RAW;
    if (typed || tensor->elem == FINNC_ELEM_STRING)
        return write_typed(cx, arena, tensor, p);
    p->has_raw_data = true;
    p->raw_data = fnc_pb_bytes(tensor->data, tensor->nbytes);
    return FINNC_OK;
}
