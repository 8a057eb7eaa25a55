/* Protobuf messages from their text format, for tests that say what a file has in it. */
#ifndef TEST_PB_TEXT_H
#define TEST_PB_TEXT_H

#include <onnx.pb-c.h>

#include <stddef.h>
#include <stdint.h>

typedef struct pb_bytes {
    uint8_t *data; /* the caller's to free */
    size_t length;
} pb_bytes;

/* Writes `name: 1 list: [2, 3] kind: FLOAT message { text: "a\000b" } 99: 7` as bytes: fields in
 * the order of the text, as often as they stand there, numbers instead of names for fields that the
 * type lacks. # starts a comment. A mistake in the text fails the test. */
pb_bytes pb_from_text(const ProtobufCMessageDescriptor *type, const char *text);

/* The same for a model. */
pb_bytes pb_model(const char *text);

#endif
