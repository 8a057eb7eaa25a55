/* Texts that go into a target and come out of the library. */
#ifndef FUZZ_TEXT_H
#define FUZZ_TEXT_H

#include <finnc/ctx.h>

/* What a writer wrote; all zero is empty. */
typedef struct fuzz_text {
    char *data; /* malloc'd, ended by a zero byte; NULL: nothing yet */
    size_t length;
} fuzz_text;

/* A finnc_write_fn over a fuzz_text. */
finnc_status fuzz_text_add(void *user, finnc_ctx *cx, const char *data, size_t length);

/* The input as a string, cut at its first zero byte; the caller frees it. */
char *fuzz_string(const uint8_t *data, size_t size);

#endif
