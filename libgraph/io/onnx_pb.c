#include "onnx_pb.h"

#include "onnx_skeleton.h"

#include <onnx.pb-c.h>

#include <string.h>

/* ---- memory for protobuf-c ---- */

/* protobuf-c does not say why it failed, so its allocator remembers. */
struct memory {
    fnc_arena *arena;
    bool exhausted;
};

static void *pb_alloc(void *user, size_t nbytes)
{
    struct memory *memory = user;
    void *block = fnc_arena_alloc(memory->arena, nbytes);
    if (!block)
        memory->exhausted = true;
    return block;
}

static void pb_free(void *user, void *block)
{
    (void)user;
    (void)block; /* it dies with the arena */
}

static finnc_status unpack(finnc_ctx *cx, fnc_arena *arena, const ProtobufCMessageDescriptor *type,
                           const uint8_t *data, size_t nbytes, ProtobufCMessage **message)
{
    struct memory memory = {arena, false};
    ProtobufCAllocator allocator = {pb_alloc, pb_free, &memory};
    *message = protobuf_c_message_unpack(type, &allocator, nbytes, data);
    if (*message)
        return FINNC_OK;
    if (memory.exhausted)
        return finnc_no_memory(cx);
    return finnc_fail(cx, FINNC_BAD_FILE,
                      "is damaged: the values of a list in it cannot be decoded");
}

/* ---- messages ---- */

static finnc_status restore_raw_data(finnc_ctx *cx, ProtobufCMessage *message, void *user)
{
    (void)cx;
    Onnx__TensorProto *tensor = (Onnx__TensorProto *)message;
    const uint8_t *data = *(const uint8_t *const *)user;
    if (!tensor->has_raw_data)
        return FINNC_OK;
    fnc_skeleton_cut cut;
    memcpy(&cut, tensor->raw_data.data, sizeof cut);
    tensor->raw_data = fnc_pb_bytes(data + cut.offset, cut.nbytes);
    return FINNC_OK;
}

finnc_status fnc_pb_read(finnc_ctx *cx, fnc_arena *arena, const ProtobufCMessageDescriptor *type,
                         const uint8_t *data, size_t nbytes, ProtobufCMessage **message)
{
    fnc_buf skeleton;
    fnc_buf_init(&skeleton, cx);
    finnc_status status = fnc_skeleton_make(cx, type, data, nbytes, &skeleton);
    if (status == FINNC_OK)
        status = unpack(cx, arena, type, (const uint8_t *)fnc_buf_text(&skeleton), skeleton.length,
                        message);
    fnc_buf_clear(&skeleton);
    FINNC_TRY(status);
    return fnc_pb_visit(cx, *message, &onnx__tensor_proto__descriptor, restore_raw_data,
                        (void *)&data);
}

ProtobufCMessage *fnc_pb_new(fnc_arena *arena, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *message = fnc_arena_alloc(arena, type->sizeof_message);
    if (message)
        protobuf_c_message_init(type, message);
    return message;
}

finnc_status fnc_pb_pack(finnc_ctx *cx, fnc_arena *arena, const ProtobufCMessage *message,
                         fnc_wire *wire)
{
    *wire = (fnc_wire){NULL, 0};
    size_t length = protobuf_c_message_get_packed_size(message);
    if (length == 0)
        return FINNC_OK;
    uint8_t *data = fnc_arena_alloc(arena, length);
    if (!data)
        return finnc_no_memory(cx);
    *wire = (fnc_wire){data, protobuf_c_message_pack(message, data)};
    return FINNC_OK;
}

finnc_status fnc_pb_unpack(finnc_ctx *cx, fnc_arena *arena, const ProtobufCMessageDescriptor *type,
                           fnc_wire wire, ProtobufCMessage **message)
{
    if (wire.length > 0)
        return unpack(cx, arena, type, wire.data, wire.length, message);
    *message = fnc_pb_new(arena, type);
    return *message ? FINNC_OK : finnc_no_memory(cx);
}

/* ---- notes ---- */

static finnc_status add_field(finnc_ctx *cx, fnc_arena *arena, ProtobufCMessage *message,
                              ProtobufCMessageUnknownField field)
{
    size_t n = message->n_unknown_fields;
    ProtobufCMessageUnknownField *fields =
        FNC_NEW_ARRAY(arena, ProtobufCMessageUnknownField, n + 1);
    if (!fields || !field.data)
        return finnc_no_memory(cx);
    if (n)
        memcpy(fields, message->unknown_fields, n * sizeof *fields);
    fields[n] = field;
    message->unknown_fields = fields;
    message->n_unknown_fields = (unsigned)(n + 1);
    return FINNC_OK;
}

static bool take_field(ProtobufCMessage *message, fnc_pb_note_kind kind,
                       ProtobufCMessageUnknownField *taken)
{
    for (unsigned i = 0; i < message->n_unknown_fields; i++) {
        ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
        if (field->tag != (uint32_t)kind)
            continue;
        *taken = *field;
        message->n_unknown_fields--;
        memmove(field, field + 1, (message->n_unknown_fields - i) * sizeof *field);
        return true;
    }
    return false;
}

finnc_status fnc_pb_note(finnc_ctx *cx, fnc_arena *arena, ProtobufCMessage *message,
                         fnc_pb_note_kind kind, uint64_t note)
{
    return add_field(
        cx, arena, message,
        (ProtobufCMessageUnknownField){.tag = kind,
                                       .wire_type = PROTOBUF_C_WIRE_TYPE_64BIT,
                                       .len = sizeof note,
                                       .data = fnc_arena_copy(arena, &note, sizeof note)});
}

bool fnc_pb_take_note(ProtobufCMessage *message, fnc_pb_note_kind kind, uint64_t *note)
{
    ProtobufCMessageUnknownField field;
    if (!take_field(message, kind, &field))
        return false;
    memcpy(note, field.data, sizeof *note);
    return true;
}

/* As a fixed number of bytes, the last of them zero, behind a length of five bytes. */
finnc_status fnc_pb_note_text(finnc_ctx *cx, fnc_arena *arena, ProtobufCMessage *message,
                              fnc_pb_note_kind kind, const char *text)
{
    size_t length = strlen(text) + 1;
    uint8_t *data =
        length <= INT32_MAX ? fnc_arena_alloc(arena, FNC_PB_LENGTH_ROOM + length) : NULL;
    if (data) {
        fnc_pb_put_length(data, length);
        memcpy(data + FNC_PB_LENGTH_ROOM, text, length);
    }
    return add_field(
        cx, arena, message,
        (ProtobufCMessageUnknownField){.tag = kind,
                                       .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                       .len = FNC_PB_LENGTH_ROOM + length,
                                       .data = data});
}

const char *fnc_pb_take_text(ProtobufCMessage *message, fnc_pb_note_kind kind)
{
    ProtobufCMessageUnknownField field;
    return take_field(message, kind, &field) ? (const char *)field.data + FNC_PB_LENGTH_ROOM : NULL;
}

/* ---- walking ---- */

static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)(const void *)(base + field->quantifier_offset) == field->id;
    return true;
}

/* Recursion as deep as messages are: FNC_PB_MAX_DEPTH at most. */
finnc_status fnc_pb_visit(finnc_ctx *cx, ProtobufCMessage *message,
                          const ProtobufCMessageDescriptor *type, fnc_pb_visit_fn visit, void *user)
{
    if (message->descriptor == type)
        FINNC_TRY(visit(cx, message, user));
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || !is_present(message, field))
            continue;
        char *base = (char *)message;
        void *member = base + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count = *(size_t *)(void *)(base + field->quantifier_offset);
            ProtobufCMessage **list = *(ProtobufCMessage ***)member;
            for (size_t k = 0; k < count; k++)
                FINNC_TRY(fnc_pb_visit(cx, list[k], type, visit, user));
        } else if (*(ProtobufCMessage **)member) {
            FINNC_TRY(fnc_pb_visit(cx, *(ProtobufCMessage **)member, type, visit, user));
        }
    }
    return FINNC_OK;
}
