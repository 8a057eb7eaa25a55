/* Input: a model as text, a zero byte, and bytes that say what to do to it. Property: whatever is
 * done through the public editing functions fails in one line of words or leaves a sound graph;
 * this is written, read back as an equal message, and written as the same bytes; so is a clone.
 * Nothing is left over. */
#include "kit/edits.h"
#include "kit/model.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

#include <string.h>

typedef struct bytes {
    void *data;
    size_t length;
} bytes;

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return text_mutate(data, size, max_size, seed);
}

static bool write_bytes(finnc_ctx *cx, const finnc_model *model, bytes *out)
{
    const finnc_status status = finnc_model_write_bytes(cx, model, &out->data, &out->length);
    fuzz_check_words(cx, status);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    return status == FINNC_OK;
}

static bool equal(const bytes *a, const bytes *b)
{
    return a->length == b->length && (a->length == 0 || !memcmp(a->data, b->data, a->length));
}

/* Writes `model` and compares with what was written before. */
static void check_same(finnc_ctx *cx, const finnc_model *model, const bytes *want,
                       const char *words)
{
    bytes got;
    if (!write_bytes(cx, model, &got))
        return;
    CHECK(equal(&got, want), words);
    finnc_bytes_destroy(cx, got.data);
}

static void check_clone(finnc_ctx *cx, const finnc_model *model, const bytes *written)
{
    finnc_model *clone;
    if (finnc_model_clone(cx, model, &clone) == FINNC_OK) {
        check_same(cx, clone, written, "a clone");
        finnc_model_destroy(clone);
    }
    finnc_ctx_clear(cx);
}

/* Edits may leave ends loose that a file must not have. */
static void check_back(finnc_ctx *cx, const finnc_model *model, const bytes *written)
{
    finnc_model *back;
    const bool has_ends = finnc_graph_check_ends(cx, finnc_model_graph(model)) == FINNC_OK;
    finnc_ctx_clear(cx);
    const finnc_status status =
        finnc_model_read_bytes(cx, written->data, written->length, NULL, &back);
    fuzz_check_words(cx, status);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY || !has_ends, finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    if (status != FINNC_OK)
        return;
    check_same(cx, back, written, "the second time");
    finnc_model_destroy(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, SIZE_MAX);
    char *text = fuzz_string(data, size);
    finnc_model *model = fuzz_model_read(cx, text);
    const size_t length = strlen(text) + 1;
    bytes written;
    const size_t nbytes = length < size ? size - length : 0;
    if (model && make_edits(cx, model, data + size - nbytes, nbytes) &&
        write_bytes(cx, model, &written)) {
        check_clone(cx, model, &written);
        check_back(cx, model, &written);
        finnc_bytes_destroy(cx, written.data);
    }
    finnc_model_destroy(model);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
