/* Property: any bytes, gzip'd or not, give an error with words, or a tensor of one of the format's
 * element types, of at least one axis. Nothing is left over. */
#include "kit/in_file.h"

#include <finnc/finnc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_tensor *tensor = NULL;
    finnc_status status = finnc_idx_read(cx, in_file(data, size), &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (tensor) {
        finnc_elem elem = finnc_tensor_elem(tensor);
        CHECK(finnc_tensor_rank(tensor) >= 1, "no axis");
        CHECK(finnc_elem_is_integer(elem) || finnc_elem_is_float(elem), "other elements");
        for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i += 1000)
            (void)finnc_tensor_get(tensor, i);
    }
    finnc_tensor_release(tensor);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
