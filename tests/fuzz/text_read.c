/* Property: any text gives an error of one line, or a model whose text, read again, gives the same
 * text. JSON and a drawing can be made of it, too. Nothing is left over. */
#include "kit/dumps.h"
#include "kit/model.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return text_mutate(data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, SIZE_MAX);
    char *text = fuzz_string(data, size);
    finnc_model *model = fuzz_model_read(cx, text);
    if (model)
        check_dumps(cx, model);
    finnc_model_destroy(model);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
