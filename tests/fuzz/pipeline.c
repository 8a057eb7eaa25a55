/* Property: any text, as a line and as YAML, gives an error of one line or a pipeline with as many
 * steps when it is read again. Nothing is left over. */
#include <finnc/finnc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition, words)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s: %s\n", #condition, (words));                                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

typedef finnc_status (*read_fn)(finnc_ctx *cx, const char *text, finnc_pipeline **pipeline);

static void try_reader(finnc_ctx *cx, read_fn read, const char *text)
{
    finnc_pipeline *first, *second;
    finnc_ctx_clear(cx);
    if (read(cx, text, &first) != FINNC_OK) {
        CHECK(finnc_ctx_message(cx)[0], "a failure without words");
        return;
    }
    CHECK(!finnc_ctx_message(cx)[0], finnc_ctx_message(cx));
    CHECK(read(cx, text, &second) == FINNC_OK, finnc_ctx_message(cx));
    CHECK(finnc_pipeline_nsteps(first) == finnc_pipeline_nsteps(second), text);
    finnc_pipeline_destroy(first);
    finnc_pipeline_destroy(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    finnc_ctx *cx = finnc_ctx_create(NULL);
    try_reader(cx, finnc_pipeline_parse, text);
    try_reader(cx, finnc_pipeline_read_text, text);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    free(text);
    return 0;
}
