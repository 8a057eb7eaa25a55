/* Property: any text, as a line and as YAML, gives an error of one line or a pipeline, which is
 * written as YAML, read back with as many steps, and then is written as the same text. Nothing is
 * left over. */
#include "kit/model.h"
#include "kit/text.h"

#include <string.h>

typedef finnc_status (*read_fn)(finnc_ctx *cx, const char *text, finnc_pipeline **pipeline);

/* All steps as YAML; the caller frees it. NULL: no memory. */
static char *write_all(finnc_ctx *cx, const finnc_pipeline *pipeline)
{
    fuzz_text text = {0};
    const finnc_status status = finnc_pipeline_write(
        cx, pipeline, 0, finnc_pipeline_nsteps(pipeline), fuzz_text_add, &text);
    fuzz_check_words(cx, status);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    if (status == FINNC_OK)
        return text.data;
    finnc_ctx_clear(cx);
    free(text.data);
    return NULL;
}

static void check_written(finnc_ctx *cx, const finnc_pipeline *first)
{
    finnc_pipeline *second;
    char *text = write_all(cx, first);
    if (!text)
        return;
    CHECK(finnc_pipeline_read_text(cx, text, &second) == FINNC_OK, finnc_ctx_message(cx));
    CHECK(finnc_pipeline_nsteps(first) == finnc_pipeline_nsteps(second), text);
    char *again = write_all(cx, second);
    CHECK(!again || !strcmp(text, again), text);
    finnc_pipeline_destroy(second);
    free(text);
    free(again);
}

static void try_reader(finnc_ctx *cx, read_fn read, const char *text)
{
    finnc_pipeline *pipeline;
    const finnc_status status = read(cx, text, &pipeline);
    fuzz_check_words(cx, status);
    finnc_ctx_clear(cx);
    if (status != FINNC_OK)
        return;
    if (finnc_pipeline_nsteps(pipeline) > 0)
        check_written(cx, pipeline);
    finnc_pipeline_destroy(pipeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, SIZE_MAX);
    try_reader(cx, finnc_pipeline_parse, text);
    try_reader(cx, finnc_pipeline_read_text, text);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
