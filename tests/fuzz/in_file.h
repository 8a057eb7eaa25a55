/* For readers that take a path: the bytes as a file that is nowhere but in memory. */
#ifndef FUZZ_IN_FILE_H
#define FUZZ_IN_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition, words)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s: %s\n", #condition, (words));                                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Enough for what inputs of this size can hold. */
#define MAX_MEMORY (UINT64_C(64) << 20)

/* A path to these bytes, until the next call. */
const char *in_file(const uint8_t *data, size_t size);

#endif
