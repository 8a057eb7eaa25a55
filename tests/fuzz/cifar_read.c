/* Property: any bytes give an error with words, or as many pictures of 3 by 32 by 32 as labels
 * below
 * 10. Nothing is left over. */
#include "kit/in_file.h"

#include <finnc/finnc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_tensor *pictures = NULL, *labels = NULL;
    finnc_status status = finnc_cifar_read(cx, in_file(data, size), &pictures, &labels);
    CHECK((status == FINNC_OK) == (pictures && labels), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (status == FINNC_OK) {
        int64_t count = finnc_tensor_nelems(labels);
        CHECK(count > 0 && finnc_tensor_nelems(pictures) == 3072 * count, "another shape");
        for (int64_t i = 0; i < count; i++)
            CHECK(finnc_tensor_get_int(labels, i) < 10, "no such class");
    }
    finnc_tensor_release(pictures);
    finnc_tensor_release(labels);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
