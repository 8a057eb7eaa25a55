/* For readers that take a path: the bytes as a file that is nowhere but in memory. */
#ifndef FUZZ_IN_FILE_H
#define FUZZ_IN_FILE_H

#include "check.h"

/* A path to these bytes, until the next call. */
const char *in_file(const uint8_t *data, size_t size);

#endif
