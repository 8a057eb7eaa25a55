/* Property: of any model that reads, whatever a file can say and text cannot, JSON, text and a
 * drawing can be made, and each is what it calls itself: JSON that a parser takes, text that reads
 * back and gives the same text, a drawing that Graphviz takes. Nothing is left over. */
#include "kit/dumps.h"
#include "kit/model.h"
#include "kit/pb_mutate.h"

#include <onnx.pb-c.h>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return pb_mutate(&onnx__model_proto__descriptor, data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, SIZE_MAX);
    finnc_model *model;
    if (finnc_model_read_bytes(cx, data, size, NULL, &model) == FINNC_OK) {
        check_dumps(cx, model);
        finnc_model_destroy(model);
    }
    fuzz_ctx_destroy(cx);
    return 0;
}
