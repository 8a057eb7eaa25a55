#include "pb_text.h"

#include <criterion/criterion.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct parser {
    const char *at;
    pb_bytes out;
} parser;

static void add(pb_bytes *out, const void *data, size_t length)
{
    out->data = realloc(out->data, out->length + length + 1);
    if (length)
        memcpy(out->data + out->length, data, length);
    out->length += length;
}

static void add_varint(pb_bytes *out, uint64_t x)
{
    do {
        uint8_t byte = (uint8_t)((x & 0x7f) | (x >= 0x80 ? 0x80 : 0));
        add(out, &byte, 1);
        x >>= 7;
    } while (x);
}

static void add_prefixed(pb_bytes *out, pb_bytes content)
{
    add_varint(out, content.length);
    add(out, content.data, content.length);
    free(content.data);
}

static void skip(parser *p)
{
    for (;; p->at++) {
        if (*p->at == '#')
            p->at += strcspn(p->at, "\n");
        if (!*p->at || !(isspace((unsigned char)*p->at) || *p->at == ','))
            return;
    }
}

static bool accept(parser *p, char c)
{
    skip(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

/* A string with C's escapes. */
static pb_bytes parse_string(parser *p)
{
    pb_bytes s = {NULL, 0};
    add(&s, "", 0);
    char quote = *p->at;
    for (p->at++; *p->at != quote; p->at++) {
        cr_assert(*p->at, "a string does not end");
        char c = *p->at;
        if (c == '\\') {
            c = *++p->at;
            if (c >= '0' && c <= '7') {
                int x = 0, n = 0;
                for (; n < 3 && *p->at >= '0' && *p->at <= '7'; n++)
                    x = 8 * x + (*p->at++ - '0');
                p->at--;
                c = (char)x;
            } else if (c == 'n') {
                c = '\n';
            }
        }
        add(&s, &c, 1);
    }
    p->at++;
    return s;
}

static size_t word_length(const char *s)
{
    size_t n = 0;
    while (isalnum((unsigned char)s[n]) || strchr("_+-.", s[n] ? s[n] : ' '))
        n++;
    return n;
}

static uint64_t parse_integer(parser *p, const ProtobufCFieldDescriptor *field)
{
    size_t n = word_length(p->at);
    char word[64] = "";
    cr_assert(n > 0 && n < sizeof word, "a number should stand at '%.20s'", p->at);
    memcpy(word, p->at, n);
    p->at += n;
    if (field && field->type == PROTOBUF_C_TYPE_ENUM && isalpha((unsigned char)word[0])) {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, word);
        cr_assert(value, "%s is no value of %s", word, field->name);
        return (uint64_t)(int64_t)value->value;
    }
    return word[0] == '-' ? (uint64_t)strtoll(word, NULL, 0) : strtoull(word, NULL, 0);
}

static double parse_real(parser *p)
{
    char *end;
    double x = strtod(p->at, &end);
    p->at = end;
    return x;
}

static void parse_fields(parser *p, const ProtobufCMessageDescriptor *type, char end);

static pb_bytes parse_message(parser *p, const ProtobufCMessageDescriptor *type, char end)
{
    parser inner = {p->at, {NULL, 0}};
    add(&inner.out, "", 0);
    parse_fields(&inner, type, end);
    p->at = inner.at;
    return inner.out;
}

/* One value with its tag. */
static void parse_value(parser *p, unsigned id, const ProtobufCFieldDescriptor *field)
{
    skip(p);
    pb_bytes *out = &p->out;
    if (field && field->type == PROTOBUF_C_TYPE_MESSAGE) {
        cr_assert(accept(p, '{'), "%s is a message", field->name);
        add_varint(out, (uint64_t)id << 3 | 2);
        add_prefixed(out, parse_message(p, field->descriptor, '}'));
    } else if (*p->at == '"' || *p->at == '\'') {
        add_varint(out, (uint64_t)id << 3 | 2);
        add_prefixed(out, parse_string(p));
    } else if (field && field->type == PROTOBUF_C_TYPE_FLOAT) {
        float x = (float)parse_real(p);
        add_varint(out, (uint64_t)id << 3 | 5);
        add(out, &x, sizeof x);
    } else if (field && field->type == PROTOBUF_C_TYPE_DOUBLE) {
        double x = parse_real(p);
        add_varint(out, (uint64_t)id << 3 | 1);
        add(out, &x, sizeof x);
    } else {
        uint64_t x = parse_integer(p, field);
        add_varint(out, (uint64_t)id << 3);
        add_varint(out, x);
    }
}

static void parse_fields(parser *p, const ProtobufCMessageDescriptor *type, char end)
{
    while (!accept(p, end)) {
        char name[64] = "";
        size_t n = word_length(p->at);
        cr_assert(n > 0 && n < sizeof name, "a field should stand at '%.20s'", p->at);
        memcpy(name, p->at, n);
        p->at += n;
        bool known = !isdigit((unsigned char)name[0]);
        const ProtobufCFieldDescriptor *field =
            known ? protobuf_c_message_descriptor_get_field_by_name(type, name) : NULL;
        cr_assert(!known || field, "%s has no field %s", type->name, name);
        unsigned id = field ? field->id : (unsigned)strtoul(name, NULL, 10);
        (void)accept(p, ':');
        if (!accept(p, '[')) {
            parse_value(p, id, field);
            continue;
        }
        while (!accept(p, ']'))
            parse_value(p, id, field);
    }
}

pb_bytes pb_from_text(const ProtobufCMessageDescriptor *type, const char *text)
{
    parser p = {text, {NULL, 0}};
    return parse_message(&p, type, '\0');
}

pb_bytes pb_model(const char *text)
{
    return pb_from_text(&onnx__model_proto__descriptor, text);
}
