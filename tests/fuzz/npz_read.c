/* Property: any bytes give an error with words, or a bundle of named tensors, each found by its
 * name. Nothing is left over. */
#include "kit/in_file.h"

#include <finnc/finnc.h>

static void check_bundle(finnc_ctx *cx, const finnc_bundle *bundle)
{
    for (size_t i = 0; i < finnc_bundle_count(bundle); i++) {
        const char *name;
        const void *data;
        const finnc_tensor *tensor = finnc_bundle_at(bundle, i, &name);
        CHECK(tensor && finnc_bundle_find(bundle, name) == tensor, "a member that is not found");
        CHECK(finnc_tensor_need_data(cx, tensor, &data) == FINNC_OK, finnc_ctx_message(cx));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_bundle *bundle = NULL;
    finnc_status status = finnc_npz_read(cx, in_file(data, size), &bundle);
    CHECK((status == FINNC_OK) == (bundle != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (bundle) {
        check_bundle(cx, bundle);
        finnc_bundle_destroy(bundle);
    }
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
