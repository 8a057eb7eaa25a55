/* A property that does not hold ends the program, as libFuzzer, AFL++ and ctest want it. */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

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

#endif
