/* Text that a writer of the library puts into memory. */
#ifndef FNC_TEST_SINK_H
#define FNC_TEST_SINK_H

#include <finnc/io.h>

typedef struct test_sink {
    char *data; /* malloc'd, ended by a zero byte; NULL: nothing yet */
    size_t length;
} test_sink;

/* A finnc_write_fn over a test_sink. */
finnc_status test_sink_add(void *user, finnc_ctx *cx, const char *data, size_t length);

#endif
