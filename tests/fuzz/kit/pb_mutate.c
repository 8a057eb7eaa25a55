#include "pb_mutate.h"

#include "random.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

enum { MAX_FIELDS = 256, MAX_DEPTH = 64, VARINT_ROOM = 10 };

/* Bytes with an end that nothing passes. */
typedef struct out {
    uint8_t *data;
    size_t length, room;
    bool full;
} out;

static void add(out *o, const void *data, size_t n)
{
    if (o->full || n > o->room - o->length) {
        o->full = true;
        return;
    }
    if (n)
        memcpy(o->data + o->length, data, n);
    o->length += n;
}

static void add_varint(out *o, uint64_t x)
{
    for (; x >= 0x80; x >>= 7)
        add(o, &(uint8_t){(uint8_t)(x | 0x80)}, 1);
    add(o, &(uint8_t){(uint8_t)x}, 1);
}

/* A field as it stands in the bytes. */
typedef struct field {
    const uint8_t *start, *payload, *end;
    uint64_t tag;
} field;

static const uint8_t *read_varint(const uint8_t *at, const uint8_t *end, uint64_t *x)
{
    *x = 0;
    for (unsigned i = 0; i < VARINT_ROOM && at < end; i++, at++) {
        *x |= (uint64_t)(*at & 0x7f) << (7 * i);
        if (*at < 0x80)
            return at + 1;
    }
    return NULL;
}

static bool read_field(const uint8_t *at, const uint8_t *end, field *f)
{
    uint64_t length = 0;
    f->start = at;
    f->payload = read_varint(at, end, &f->tag);
    if (!f->payload)
        return false;
    switch (f->tag & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        f->end = read_varint(f->payload, end, &length);
        return f->end != NULL;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        length = 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        length = 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        f->payload = read_varint(f->payload, end, &length);
        break;
    default:
        return false;
    }
    if (!f->payload || length > (size_t)(end - f->payload))
        return false;
    f->end = f->payload + length;
    return true;
}

static size_t read_fields(const uint8_t *data, size_t size, field *fields)
{
    const uint8_t *at = data, *end = data + size;
    size_t n = 0;
    while (at < end && n < MAX_FIELDS && read_field(at, end, &fields[n]))
        at = fields[n++].end;
    return at == end ? n : 0;
}

static void copy(out *o, const field *f)
{
    add(o, f->start, (size_t)(f->end - f->start));
}

static void add_prefixed(out *o, uint64_t tag, const uint8_t *data, size_t size)
{
    add_varint(o, tag);
    add_varint(o, size);
    add(o, data, size);
}

/* A field that the type has, with a small value. */
static void add_new(out *o, random_source *r, const ProtobufCMessageDescriptor *type)
{
    const ProtobufCFieldDescriptor *f = &type->fields[below(r, type->n_fields)];
    static const char *const texts[] = {"", "x", "y", "w", "a"};
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        add_prefixed(o, (uint64_t)f->id << 3 | 2, NULL, 0);
        break;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES: {
        const char *text = texts[below(r, sizeof texts / sizeof *texts)];
        add_prefixed(o, (uint64_t)f->id << 3 | 2, (const uint8_t *)text, strlen(text));
        break;
    }
    case PROTOBUF_C_TYPE_FLOAT:
        add_varint(o, (uint64_t)f->id << 3 | 5);
        add(o, "\0\0\x80\x3f", 4);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        add_varint(o, (uint64_t)f->id << 3 | 1);
        add(o, "\0\0\0\0\0\0\xf0\x3f", 8);
        break;
    default:
        add_varint(o, (uint64_t)f->id << 3);
        add_varint(o, below(r, 30));
    }
}

static void mutate_number(out *o, random_source *r, const field *f)
{
    static const uint64_t values[] = {
        0, 1, 2, 4, 7, 8, 14, 22, 64, 65, 255, 256, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX,
    };
    uint64_t x;
    (void)read_varint(f->payload, f->end, &x);
    unsigned how = below(r, 3);
    add_varint(o, f->tag);
    add_varint(o, how == 0 ? x + 1 : how == 1 ? x - 1 : values[below(r, sizeof values / 8)]);
}

static void mutate_payload(out *o, random_source *r, const field *f)
{
    size_t size = (size_t)(f->end - f->payload);
    if ((f->tag & 7) == PROTOBUF_C_WIRE_TYPE_VARINT) {
        mutate_number(o, r, f);
        return;
    }
    bool prefixed = (f->tag & 7) == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    size_t room = prefixed ? 2 * size + 16 : size;
    uint8_t *bytes = malloc(room + 1);
    memcpy(bytes, f->payload, size);
    size_t mutated = LLVMFuzzerMutate(bytes, size, room);
    if (prefixed) {
        add_prefixed(o, f->tag, bytes, mutated);
    } else {
        add_varint(o, f->tag);
        add(o, bytes, size);
    }
    free(bytes);
}

static void mutate_message(out *o, random_source *r, const ProtobufCMessageDescriptor *type,
                           const uint8_t *data, size_t size, int depth);

static void mutate_inner(out *o, random_source *r, const ProtobufCMessageDescriptor *type,
                         const field *f, int depth)
{
    out inner = {.room = o->room};
    inner.data = malloc(inner.room + 1);
    mutate_message(&inner, r, type, f->payload, (size_t)(f->end - f->payload), depth + 1);
    o->full |= inner.full;
    add_prefixed(o, f->tag, inner.data, inner.length);
    free(inner.data);
}

static void mutate_field(out *o, random_source *r, const ProtobufCMessageDescriptor *type,
                         const field *f, int depth)
{
    const ProtobufCFieldDescriptor *d =
        protobuf_c_message_descriptor_get_field(type, (unsigned)(f->tag >> 3));
    bool message = d && d->type == PROTOBUF_C_TYPE_MESSAGE && (f->tag & 7) == 2;
    if (message && depth < MAX_DEPTH && below(r, 8) > 0) {
        mutate_inner(o, r, d->descriptor, f, depth);
        return;
    }
    switch (below(r, message ? 2 : 8)) {
    case 0: /* away with it */
        break;
    case 1:
        copy(o, f);
        copy(o, f);
        break;
    default:
        mutate_payload(o, r, f);
    }
}

static void mutate_message(out *o, random_source *r, const ProtobufCMessageDescriptor *type,
                           const uint8_t *data, size_t size, int depth)
{
    field *fields = malloc(MAX_FIELDS * sizeof *fields);
    size_t n = read_fields(data, size, fields);
    if (n == 0 || below(r, 6) == 0) {
        add(o, data, size);
        add_new(o, r, type);
        free(fields);
        return;
    }
    size_t chosen = below(r, (unsigned)n), other = below(r, (unsigned)n);
    bool swap = below(r, 12) == 0;
    for (size_t i = 0; i < n; i++) {
        if (swap)
            copy(o, &fields[i == chosen ? other : i == other ? chosen : i]);
        else if (i == chosen)
            mutate_field(o, r, type, &fields[i], depth);
        else
            copy(o, &fields[i]);
    }
    free(fields);
}

size_t pb_mutate(const ProtobufCMessageDescriptor *type, uint8_t *data, size_t size,
                 size_t max_size, unsigned seed)
{
    random_source r = random_from(seed);
    if (below(&r, 8) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    out o = {.data = malloc(max_size + 1), .room = max_size};
    mutate_message(&o, &r, type, data, size, 0);
    bool good = !o.full;
    if (good)
        memcpy(data, o.data, o.length);
    free(o.data);
    return good ? o.length : LLVMFuzzerMutate(data, size, max_size);
}
