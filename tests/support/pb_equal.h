/* Are two protobuf messages the same, field by field, unknown fields included? */
#ifndef TEST_PB_EQUAL_H
#define TEST_PB_EQUAL_H

#include <protobuf-c/protobuf-c.h>

#include <stdbool.h>

/* Walks both along their descriptor: the same fields have to be present with the same values, lists
 * in the same order. Bytes of floats are compared, not numbers. `why` (of `room` bytes) receives
 * the path to the first difference. */
bool pb_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, char *why, size_t room);

/* The same for bytes that protobuf-c has to be able to unpack as `type`. */
bool pb_equal_bytes(const ProtobufCMessageDescriptor *type, const void *a, size_t na, const void *b,
                    size_t nb, char *why, size_t room);

#endif
