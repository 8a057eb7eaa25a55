#include "field.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool read_fixed(const uint8_t **at, const uint8_t *end, size_t nbytes, uint64_t *value)
{
    if ((size_t)(end - *at) < nbytes)
        return false;
    *value = 0;
    for (size_t i = 0; i < nbytes; i++)
        *value |= (uint64_t)(*at)[i] << (8 * i);
    *at += nbytes;
    return true;
}

bool fnc_field_next(const uint8_t **at, const uint8_t *end, fnc_field *field)
{
    *field = (fnc_field){0};
    uint64_t tag;
    if (*at >= end || !read_varint(at, end, &tag) || tag >> 3 > UINT32_MAX)
        return false;
    field->number = (uint32_t)(tag >> 3);
    switch (tag & 7) {
    case WIRE_VARINT:
        return read_varint(at, end, &field->value);
    case WIRE_FIXED64:
        return read_fixed(at, end, 8, &field->value);
    case WIRE_FIXED32:
        return read_fixed(at, end, 4, &field->value);
    case WIRE_BYTES:
        if (!read_varint(at, end, &field->value) || field->value > (uint64_t)(end - *at))
            return false;
        field->data = *at;
        field->length = (size_t)field->value;
        *at += field->length;
        return true;
    default:
        return false;
    }
}

bool fnc_field_find(const void *message, size_t length, uint32_t number, fnc_field *field)
{
    if (length == 0) /* and perhaps no message at all */
        return false;
    const uint8_t *at = message;
    const uint8_t *end = at + length;
    bool found = false;
    for (fnc_field next; fnc_field_next(&at, end, &next);) {
        if (next.number == number) {
            *field = next;
            found = true;
        }
    }
    return found;
}

static void put_varint(fnc_buf *buf, uint64_t value)
{
    for (; value > 0x7f; value >>= 7)
        fnc_buf_putc(buf, (char)(uint8_t)(value | 0x80));
    fnc_buf_putc(buf, (char)(uint8_t)value);
}

void fnc_field_put_varint(fnc_buf *buf, uint32_t number, uint64_t value)
{
    put_varint(buf, (uint64_t)number << 3 | WIRE_VARINT);
    put_varint(buf, value);
}

void fnc_field_put_fixed32(fnc_buf *buf, uint32_t number, uint32_t value)
{
    put_varint(buf, (uint64_t)number << 3 | WIRE_FIXED32);
    for (int i = 0; i < 4; i++)
        fnc_buf_putc(buf, (char)(uint8_t)(value >> (8 * i)));
}

void fnc_field_put_bytes(fnc_buf *buf, uint32_t number, const void *data, size_t length)
{
    put_varint(buf, (uint64_t)number << 3 | WIRE_BYTES);
    put_varint(buf, length);
    fnc_buf_add(buf, data, length);
}

void fnc_field_put_text(fnc_buf *buf, uint32_t number, const char *text)
{
    fnc_field_put_bytes(buf, number, text, strlen(text));
}
