#include "onnx_skeleton.h"

#include "onnx_pb.h"

#include <onnx.pb-c.h>

#include <inttypes.h>
#include <string.h>

enum { RAW_DATA = 9, MAX_TAG_BYTES = 5, MAX_VARINT_BYTES = 10 };

/* A message that we are inside of. */
struct level {
    const ProtobufCMessageDescriptor *type;
    size_t end;    /* where it ends in the file */
    size_t length; /* where its length stands in the skeleton */
    uint64_t seen; /* message fields that were there, by their place in the descriptor */
};

struct walk {
    finnc_ctx *cx;
    const uint8_t *data;
    size_t at;     /* the next byte to look at */
    size_t copied; /* all before it is in the skeleton, or cut */
    fnc_buf *skeleton;
    int depth; /* of the innermost level */
    struct level levels[FNC_PB_MAX_DEPTH];
};

static struct level *innermost(struct walk *w)
{
    return &w->levels[w->depth];
}

static void copy_up_to(struct walk *w, size_t end)
{
    fnc_buf_add(w->skeleton, w->data + w->copied, end - w->copied);
    w->copied = end;
}

FINNC_COLD static finnc_status cut_short(struct walk *w, const char *field, size_t start,
                                         uint64_t wanted)
{
    const struct level *level = innermost(w);
    return finnc_fail(w->cx, FINNC_BAD_FILE,
                      "%s inside %s.%s, which at byte %zu wants %" PRIu64 " bytes; %zu are left",
                      w->depth == 0 ? "ends" : "is damaged: a message ends",
                      level->type->short_name, field, start, wanted, level->end - w->at);
}

/* Reads a number of at most `max` bytes. */
static finnc_status read_varint(struct walk *w, int max, uint64_t *x)
{
    const struct level *level = innermost(w);
    size_t start = w->at;
    *x = 0;
    for (int i = 0; i < max; i++) {
        if (w->at == level->end)
            return finnc_fail(w->cx, FINNC_BAD_FILE, "%s inside a number in %s at byte %zu",
                              w->depth == 0 ? "ends" : "is damaged: a message ends",
                              level->type->short_name, start);
        uint8_t byte = w->data[w->at++];
        *x |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80)
            return FINNC_OK;
    }
    return finnc_fail(w->cx, FINNC_BAD_FILE,
                      "is damaged: a number in %s at byte %zu is longer than %d bytes",
                      level->type->short_name, start, max);
}

/* May a field of that type come in this form? A list of numbers also comes packed. */
static bool is_form_of(const ProtobufCFieldDescriptor *field, ProtobufCWireType form)
{
    ProtobufCWireType own = PROTOBUF_C_WIRE_TYPE_VARINT;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return form == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        own = PROTOBUF_C_WIRE_TYPE_32BIT;
        break;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        own = PROTOBUF_C_WIRE_TYPE_64BIT;
        break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        break;
    }
    return form == own || (form == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED &&
                           field->label == PROTOBUF_C_LABEL_REPEATED);
}

static finnc_status enter(struct walk *w, const ProtobufCFieldDescriptor *field, size_t start,
                          size_t length)
{
    struct level *outer = innermost(w);
    /* protobuf would merge the two; nobody writes that, and merging many takes quadratic time. */
    uint64_t bit = UINT64_C(1) << (field - outer->type->fields);
    if (field->label != PROTOBUF_C_LABEL_REPEATED && (outer->seen & bit))
        return finnc_fail(w->cx, FINNC_BAD_FILE, "%s.%s at byte %zu is there twice",
                          outer->type->short_name, field->name, start);
    outer->seen |= bit;
    if (w->depth + 1 == FNC_PB_MAX_DEPTH)
        return finnc_fail(w->cx, FINNC_BAD_FILE,
                          "%s.%s at byte %zu is nested too deeply: more than %d messages, one in "
                          "the other",
                          outer->type->short_name, field->name, start, FNC_PB_MAX_DEPTH);
    static const uint8_t room[FNC_PB_LENGTH_ROOM];
    w->copied = w->at; /* the length as it was; the caller copied the tag */
    size_t place = w->skeleton->length;
    fnc_buf_add(w->skeleton, room, sizeof room);
    w->depth++;
    *innermost(w) =
        (struct level){.type = field->descriptor, .end = w->at + length, .length = place};
    return FINNC_OK;
}

static finnc_status leave(struct walk *w)
{
    struct level *level = innermost(w);
    copy_up_to(w, w->at);
    FINNC_TRY(fnc_buf_check(w->skeleton));
    size_t length = w->skeleton->length - level->length - FNC_PB_LENGTH_ROOM;
    if (length > INT32_MAX)
        return finnc_fail(
            w->cx, FINNC_UNSUPPORTED,
            "a %s in it has 2 GiB or more besides raw data, which protobuf cannot say",
            level->type->short_name);
    fnc_pb_put_length(w->skeleton->data + level->length, length);
    w->depth--;
    return FINNC_OK;
}

static void cut(struct walk *w, size_t length)
{
    fnc_skeleton_cut bookmark = {w->at, length};
    uint8_t prefix = sizeof bookmark;
    fnc_buf_add(w->skeleton, &prefix, 1);
    fnc_buf_add(w->skeleton, &bookmark, sizeof bookmark);
    w->at += length;
    w->copied = w->at;
}

static finnc_status walk_field(struct walk *w)
{
    const struct level *level = innermost(w);
    size_t start = w->at;
    uint64_t tag;
    FINNC_TRY(read_varint(w, MAX_TAG_BYTES, &tag));
    uint64_t number = tag >> 3;
    ProtobufCWireType form = (ProtobufCWireType)(tag & 7);
    if (number == 0 || number >= UINT64_C(1) << 29 ||
        (number >= FNC_PB_FIRST_NOTE && number <= FNC_PB_LAST_NOTE))
        return finnc_fail(w->cx, FINNC_BAD_FILE,
                          "is damaged: there is no field number %" PRIu64 " (%s, byte %zu)", number,
                          level->type->short_name, start);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(level->type, (unsigned)number);
    const char *name = field ? field->name : "(an unknown field)";
    if (field && !is_form_of(field, form))
        return finnc_fail(w->cx, FINNC_BAD_FILE,
                          "is damaged: %s.%s at byte %zu is not written as its type is (form %d)",
                          level->type->short_name, name, start, (int)form);

    size_t tag_end = w->at;
    uint64_t length = 0;
    switch ((unsigned)form) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(w, MAX_VARINT_BYTES, &length);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        length = 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        length = 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        FINNC_TRY(read_varint(w, MAX_VARINT_BYTES, &length));
        break;
    default:
        return finnc_fail(w->cx, FINNC_BAD_FILE,
                          "is damaged: a field of %s at byte %zu has a form that protobuf lacks or "
                          "gave up (%d)",
                          level->type->short_name, start, (int)form);
    }
    if (length > level->end - w->at)
        return cut_short(w, name, start, length);
    if (field && field->type == PROTOBUF_C_TYPE_MESSAGE) {
        copy_up_to(w, tag_end);
        return enter(w, field, start, (size_t)length);
    }
    if (level->type == &onnx__tensor_proto__descriptor && number == RAW_DATA) {
        copy_up_to(w, tag_end);
        cut(w, (size_t)length);
        return FINNC_OK;
    }
    if (field && field->type == PROTOBUF_C_TYPE_STRING)
        FINNC_TRY(fnc_need_within(w->cx, FINNC_LIMIT_STRING_BYTES, length));
    if (field && field->type == PROTOBUF_C_TYPE_STRING &&
        memchr(w->data + w->at, 0, (size_t)length))
        return finnc_fail(w->cx, FINNC_BAD_FILE,
                          "%s.%s at byte %zu is a text with a zero byte in it",
                          level->type->short_name, name, start);
    w->at += (size_t)length;
    return FINNC_OK;
}

finnc_status fnc_skeleton_make(finnc_ctx *cx, const ProtobufCMessageDescriptor *type,
                               const uint8_t *data, size_t nbytes, fnc_buf *skeleton)
{
    struct walk w;
    w.cx = cx;
    w.data = data;
    w.at = w.copied = 0;
    w.skeleton = skeleton;
    w.depth = 0;
    w.levels[0] = (struct level){.type = type, .end = nbytes};
    for (;;) {
        while (w.depth > 0 && w.at == innermost(&w)->end)
            FINNC_TRY(leave(&w));
        if (w.at == nbytes)
            break;
        FINNC_TRY(walk_field(&w));
    }
    copy_up_to(&w, nbytes);
    return fnc_buf_check(skeleton);
}
