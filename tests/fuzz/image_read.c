/* Property: any bytes give an error with words, or UINT8 elements of shape (1, 3, height, width).
 * Nothing is left over. */
#include "kit/in_file.h"

#include <finnc/finnc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_tensor *tensor = NULL;
    finnc_status status = finnc_image_read(cx, in_file(data, size), &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (tensor) {
        CHECK(finnc_tensor_elem(tensor) == FINNC_ELEM_UINT8, "other elements");
        CHECK(finnc_tensor_rank(tensor) == 4 && finnc_tensor_dim(tensor, 0) == 1 &&
                  finnc_tensor_dim(tensor, 1) == 3,
              "another shape");
    }
    finnc_tensor_release(tensor);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
