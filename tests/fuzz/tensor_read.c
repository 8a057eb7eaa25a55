/* Property: any bytes give an error with words, or a tensor that the second reading gives again.
 * Nothing is left over. */
#include "kit/in_file.h"
#include "kit/pb_mutate.h"

#include <onnx.pb-c.h>

#include <finnc/finnc.h>

static void check_again(finnc_ctx *cx, const char *path, const finnc_tensor *tensor)
{
    finnc_tensor *again;
    const void *data;
    finnc_status status = finnc_tensor_need_data(cx, tensor, &data);
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (status != FINNC_OK) /* of an element type that nobody knows, or too large */
        return;
    status = finnc_pb_read(cx, path, &again);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    if (status != FINNC_OK)
        return;
    CHECK(finnc_tensor_equal(tensor, again), "another tensor the second time");
    finnc_tensor_release(again);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return pb_mutate(&onnx__tensor_proto__descriptor, data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    const char *path = in_file(data, size);
    finnc_tensor *tensor = NULL;
    finnc_status status = finnc_pb_read(cx, path, &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (tensor)
        check_again(cx, path, tensor);
    finnc_tensor_release(tensor);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
