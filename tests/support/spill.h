/* Bytes as a file, for readers that take a path: one file, in a folder of the process's own. */
#ifndef TEST_SPILL_H
#define TEST_SPILL_H

#include <stddef.h>

/* Writes the bytes to the file and returns its path; it goes when the process ends. */
const char *spill(const void *bytes, size_t nbytes);

#endif
