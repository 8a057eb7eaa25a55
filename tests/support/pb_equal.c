#include "pb_equal.h"

#include <stdio.h>
#include <string.h>

/* The place that is being compared, as text: "graph.node[3].name". */
typedef struct walk {
    char path[1024];
    size_t length;
} walk;

static size_t enter(walk *w, const char *name, long index)
{
    size_t before = w->length, room = sizeof w->path - before;
    int n = index < 0
                ? snprintf(w->path + before, room, "%s%s", before ? "." : "", name)
                : snprintf(w->path + before, room, "%s%s[%ld]", before ? "." : "", name, index);
    w->length += n > 0 && (size_t)n < room ? (size_t)n : room - 1;
    return before;
}

static void leave(walk *w, size_t before)
{
    w->length = before;
    w->path[before] = '\0';
}

static size_t element_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    }
    return 0;
}

static bool same_message(walk *w, const ProtobufCMessage *a, const ProtobufCMessage *b);

static bool same_element(walk *w, ProtobufCType type, const char *a, const char *b)
{
    if (type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *x = (const void *)a, *y = (const void *)b;
        return x->len == y->len && (!x->len || !memcmp(x->data, y->data, x->len));
    }
    if (type != PROTOBUF_C_TYPE_STRING && type != PROTOBUF_C_TYPE_MESSAGE)
        return !memcmp(a, b, element_size(type));
    const void *x = *(const void *const *)(const void *)a,
               *y = *(const void *const *)(const void *)b;
    if (!x || !y)
        return x == y;
    return type == PROTOBUF_C_TYPE_STRING ? !strcmp(x, y) : same_message(w, x, y);
}

static bool same_list(walk *w, const ProtobufCFieldDescriptor *field, const char *a, const char *b)
{
    size_t na = *(const size_t *)(const void *)(a + field->quantifier_offset);
    size_t nb = *(const size_t *)(const void *)(b + field->quantifier_offset);
    size_t size = element_size(field->type);
    const char *x = *(const char *const *)(const void *)(a + field->offset);
    const char *y = *(const char *const *)(const void *)(b + field->offset);
    for (size_t i = 0; i < na && i < nb; i++) {
        size_t before = enter(w, field->name, (long)i);
        if (!same_element(w, field->type, x + i * size, y + i * size))
            return false;
        leave(w, before);
    }
    if (na != nb)
        enter(w, field->name, (long)(na < nb ? na : nb));
    return na == nb;
}

/* A message or a text is absent when its pointer is NULL, a member of a oneof when another one's
 * number is there, anything else has a flag. */
static bool is_present(const ProtobufCFieldDescriptor *field, const char *message)
{
    const void *quantifier = message + field->quantifier_offset;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)quantifier == field->id;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(const void *const *)(const void *)(message + field->offset) != NULL;
    return field->label == PROTOBUF_C_LABEL_REQUIRED || *(const protobuf_c_boolean *)quantifier;
}

static bool same_field(walk *w, const ProtobufCFieldDescriptor *field, const char *a, const char *b)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return same_list(w, field, a, b);
    bool present = is_present(field, a);
    size_t before = enter(w, field->name, -1);
    if (present != is_present(field, b) ||
        (present && !same_element(w, field->type, a + field->offset, b + field->offset)))
        return false;
    leave(w, before);
    return true;
}

static bool same_message(walk *w, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    const ProtobufCMessageDescriptor *type = a->descriptor;
    if (type != b->descriptor)
        return false;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!same_field(w, &type->fields[i], (const char *)a, (const char *)b))
            return false;
    for (unsigned i = 0; i < a->n_unknown_fields && i < b->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *x = &a->unknown_fields[i], *y = &b->unknown_fields[i];
        if (x->tag == y->tag && x->wire_type == y->wire_type && x->len == y->len &&
            !memcmp(x->data, y->data, x->len))
            continue;
        enter(w, "unknown", (long)i);
        return false;
    }
    if (a->n_unknown_fields != b->n_unknown_fields)
        enter(w, "number of unknown fields", -1);
    return a->n_unknown_fields == b->n_unknown_fields;
}

bool pb_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, char *why, size_t room)
{
    walk w = {.length = 0};
    bool same = same_message(&w, a, b);
    snprintf(why, room, "%s", same ? "" : w.path);
    return same;
}

bool pb_equal_bytes(const ProtobufCMessageDescriptor *type, const void *a, size_t na, const void *b,
                    size_t nb, char *why, size_t room)
{
    ProtobufCMessage *x = protobuf_c_message_unpack(type, NULL, na, a);
    ProtobufCMessage *y = protobuf_c_message_unpack(type, NULL, nb, b);
    bool same = x && y && pb_equal(x, y, why, room);
    if (!x || !y)
        snprintf(why, room, "%s message cannot be unpacked", x ? "the second" : "the first");
    if (x)
        protobuf_c_message_free_unpacked(x, NULL);
    if (y)
        protobuf_c_message_free_unpacked(y, NULL);
    return same;
}
