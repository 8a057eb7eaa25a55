/* Runs the built program as a user does, and gives tests a folder to work in. */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* What became of a run. A program that died of a signal has status 128 + its number. */
typedef struct outcome {
    int status;
    char out[1 << 16], err[1 << 16]; /* cut off there */
    size_t out_length;
} outcome;

/* Runs finnc with arguments split at blanks ('...' keeps them together), in the test's folder, with
 * `input` (or nothing) on standard input. The outcome is valid until the next run. */
const outcome *finnc_run(const char *arguments, const char *input);

/* The test's folder, made anew for each process and removed at its end. */
const char *test_folder(void);
/* Files in it. */
void test_write(const char *name, const char *text);
bool test_exists(const char *name);
/* A file's text, or NULL; valid until the next call. */
const char *test_read(const char *name);
/* Nothing but these, separated by blanks and sorted? */
const char *test_list(void);

#endif
