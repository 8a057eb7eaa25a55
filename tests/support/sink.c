#include "support/sink.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

finnc_status test_sink_add(void *user, finnc_ctx *cx, const char *data, size_t length)
{
    (void)cx;
    test_sink *sink = user;
    char *grown = realloc(sink->data, sink->length + length + 1);
    cr_assert(grown);
    memcpy(grown + sink->length, data, length);
    sink->data = grown;
    sink->length += length;
    sink->data[sink->length] = 0;
    return FINNC_OK;
}
