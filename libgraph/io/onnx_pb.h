/* Protobuf messages and their bytes, below anything that ONNX means by them.
 *
 * All messages live in an arena: nobody frees one, and a part of one may be put into another. */
#ifndef FNC_ONNX_PB_H
#define FNC_ONNX_PB_H

#include "../ir/ir.h"

#include <protobuf-c/protobuf-c.h>

/* Subgraphs in subgraphs are three levels each. As deep as other readers of protobuf go. */
#define FNC_PB_MAX_DEPTH 100

/* Fields of our own in what is kept as `extra`, never in a file. Out of the numbers that protobuf
 * reserves for implementations, so no message can declare them; a file that has one is refused. */
typedef enum fnc_pb_note_kind {
    FNC_PB_FIRST_NOTE = 19990,
    FNC_PB_NOTE_ORDER = FNC_PB_FIRST_NOTE, /* where an entry stood in its list */
    FNC_PB_NOTE_TYPE,                      /* a fingerprint of its value's type at that time */
    FNC_PB_NOTE_ABSENT,                    /* what an attribute left out: see onnx_attr.c */
    FNC_PB_NOTE_FOLDER,                    /* where external data lies */
    FNC_PB_LAST_NOTE = FNC_PB_NOTE_FOLDER
} fnc_pb_note_kind;

/* Reads a message from a file's bytes, checking all of its structure first. The raw_data of tensors
 * are not copied: in the message they point into `data`. */
FINNC_MUST_USE finnc_status fnc_pb_read(finnc_ctx *cx, fnc_arena *arena,
                                        const ProtobufCMessageDescriptor *type, const uint8_t *data,
                                        size_t nbytes, ProtobufCMessage **message);

/* The other way between a message and what we keep of it. An empty message is an empty wire. */
FINNC_MUST_USE finnc_status fnc_pb_pack(finnc_ctx *cx, fnc_arena *arena,
                                        const ProtobufCMessage *message, fnc_wire *wire);
FINNC_MUST_USE finnc_status fnc_pb_unpack(finnc_ctx *cx, fnc_arena *arena,
                                          const ProtobufCMessageDescriptor *type, fnc_wire wire,
                                          ProtobufCMessage **message);
/* NULL without words when there is no memory. */
ProtobufCMessage *fnc_pb_new(fnc_arena *arena, const ProtobufCMessageDescriptor *type);

/* Leaves a number or a text with a message; takes it away again. Take answers false or NULL if
 * there is none. */
FINNC_MUST_USE finnc_status fnc_pb_note(finnc_ctx *cx, fnc_arena *arena, ProtobufCMessage *message,
                                        fnc_pb_note_kind kind, uint64_t note);
FINNC_MUST_USE finnc_status fnc_pb_note_text(finnc_ctx *cx, fnc_arena *arena,
                                             ProtobufCMessage *message, fnc_pb_note_kind kind,
                                             const char *text);
bool fnc_pb_take_note(ProtobufCMessage *message, fnc_pb_note_kind kind, uint64_t *note);
const char *fnc_pb_take_text(ProtobufCMessage *message, fnc_pb_note_kind kind);

/* A length of always five bytes: a number may have more of them than it needs. */
enum { FNC_PB_LENGTH_ROOM = 5 };
static inline void fnc_pb_put_length(void *room, size_t length)
{
    uint8_t *bytes = room;
    for (int i = 0; i < FNC_PB_LENGTH_ROOM; i++)
        bytes[i] = (uint8_t)((length >> (7 * i) & 0x7f) | (i + 1 < FNC_PB_LENGTH_ROOM ? 0x80u : 0));
}

/* protobuf-c has no const. Nobody writes through what is put into a message. */
static inline char *fnc_pb_text(const char *text)
{
    return (char *)text;
}
static inline ProtobufCBinaryData fnc_pb_bytes(const void *data, size_t nbytes)
{
    return (ProtobufCBinaryData){.len = nbytes, .data = (uint8_t *)data};
}

/* Calls `visit` for `message` and each message in it that is a `type`. */
typedef finnc_status (*fnc_pb_visit_fn)(finnc_ctx *cx, ProtobufCMessage *message, void *user);
FINNC_MUST_USE finnc_status fnc_pb_visit(finnc_ctx *cx, ProtobufCMessage *message,
                                         const ProtobufCMessageDescriptor *type,
                                         fnc_pb_visit_fn visit, void *user);

#endif
