#include "text.h"

#include "check.h"

#include <string.h>

finnc_status fuzz_text_add(void *user, finnc_ctx *cx, const char *data, size_t length)
{
    fuzz_text *to = user;
    (void)cx;
    char *grown = realloc(to->data, to->length + length + 1);
    CHECK(grown, "no memory");
    if (length)
        memcpy(grown + to->length, data, length);
    to->data = grown;
    to->length += length;
    to->data[to->length] = '\0';
    return FINNC_OK;
}

char *fuzz_string(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    CHECK(text, "no memory");
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}
