/* Input: a model as text. Property: making a session, feeding it and running it end with an error
 * of one line, or give every output; and the same bits once more. Nothing is left over. */
#include "kit/model.h"
#include "kit/session.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

enum { STEPS = 2000, MAX_ELEMS = 4096 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return text_mutate(data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, STEPS);
    char *text = fuzz_string(data, size);
    finnc_model *model = fuzz_model_read(cx, text);
    if (model && fuzz_model_is_small(model, MAX_ELEMS)) {
        finnc_bundle *first = fuzz_run(cx, model, NULL, 1);
        finnc_bundle *second = first ? fuzz_run(cx, model, NULL, 1) : NULL;
        if (first && second && fuzz_is_repeatable(model))
            CHECK(fuzz_same_outputs(first, second), "other bits the second time");
        finnc_bundle_destroy(first);
        finnc_bundle_destroy(second);
    }
    finnc_model_destroy(model);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
