/* Mutation of protobuf messages for libFuzzer: changes a field somewhere inside and puts the
 * lengths of all messages around it right again, which changing bytes hardly ever does. */
#ifndef FUZZ_PB_MUTATE_H
#define FUZZ_PB_MUTATE_H

#include <protobuf-c/protobuf-c.h>

#include <stddef.h>
#include <stdint.h>

/* As LLVMFuzzerCustomMutator, for messages of `type`. What cannot be parsed, and now and then
 * anything, is left to libFuzzer's own mutations. */
size_t pb_mutate(const ProtobufCMessageDescriptor *type, uint8_t *data, size_t size,
                 size_t max_size, unsigned seed);

#endif
