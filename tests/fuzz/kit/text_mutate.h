/* Mutation of models in ONNX's textual syntax: changes a word of it for another of its kind, so
 * that what comes out is mostly a model again, if often an odd one. */
#ifndef FUZZ_TEXT_MUTATE_H
#define FUZZ_TEXT_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* As LLVMFuzzerCustomMutator: of the text as far as its first zero byte, what is behind it stays.
 * Ops, attributes and data types come from finnc's own tables. Now and then the bytes are left to
 * the fuzzer's own mutations. */
size_t text_mutate(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* The same behind a first line of another kind, which `mutate_line` changes now and then: it writes
 * a new line of at most `room` bytes, without the break, and returns its length. */
typedef size_t line_mutator(const char *line, size_t length, char *to, size_t room, unsigned seed);
size_t lined_text_mutate(uint8_t *data, size_t size, size_t max_size, unsigned seed,
                         line_mutator *mutate_line);

#endif
