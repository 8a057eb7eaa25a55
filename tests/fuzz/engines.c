/* Input: a model as text. Property: the fast engine gives what the reference engine gives, bit for
 * bit, or fails as it does. Nothing is left over. */
#include "kit/model.h"
#include "kit/session.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

#include <string.h>

enum { STEPS = 2000, MAX_ELEMS = 4096 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return text_mutate(data, size, max_size, seed);
}

/* Did it fail for want of memory or time, which says nothing about the model? */
static bool is_spent(finnc_ctx *cx)
{
    return strstr(finnc_ctx_message(cx), "memory") || strstr(finnc_ctx_message(cx), "cancelled");
}

static void compare(finnc_ctx *cx, const finnc_model *model, uint64_t seed)
{
    const finnc_session_options fast = {.engine = FINNC_ENGINE_FAST};
    finnc_bundle *a = fuzz_run(cx, model, NULL, seed);
    const bool is_a_spent = is_spent(cx);
    finnc_bundle *b = fuzz_run(cx, model, &fast, seed);
    if (!is_a_spent && !is_spent(cx)) {
        CHECK(!a == !b, finnc_ctx_message(cx));
        CHECK(!a || fuzz_same_outputs(a, b), "the engines differ");
    }
    finnc_bundle_destroy(a);
    finnc_bundle_destroy(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, STEPS);
    char *text = fuzz_string(data, size);
    finnc_model *model = fuzz_model_read(cx, text);
    if (model && fuzz_model_is_small(model, MAX_ELEMS) && fuzz_is_repeatable(model)) {
        compare(cx, model, 1);
        compare(cx, model, 2);
    }
    finnc_ctx_clear(cx);
    finnc_model_destroy(model);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
