/* Property: any bytes give an error with words, or a sequence, optional or map that the second
 * reading gives again. Nothing is left over. */
#include "kit/in_file.h"
#include "kit/pb_mutate.h"

#include <onnx.pb-c.h>

#include <finnc/finnc.h>

static const finnc_kind kinds[] = {FINNC_KIND_SEQUENCE, FINNC_KIND_OPTIONAL, FINNC_KIND_MAP};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    const ProtobufCMessageDescriptor *descriptors[] = {&onnx__sequence_proto__descriptor,
                                                       &onnx__optional_proto__descriptor,
                                                       &onnx__map_proto__descriptor};
    return pb_mutate(descriptors[seed % 3], data, size, max_size, seed / 3);
}

static void check(finnc_ctx *cx, const char *path, finnc_kind kind)
{
    finnc_tensor *tensor = NULL, *again = NULL;
    finnc_status status = finnc_pb_read_as(cx, path, kind, &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    finnc_ctx_clear(cx);
    if (!tensor)
        return;
    CHECK(finnc_tensor_kind(tensor) == kind, "of another kind");
    status = finnc_pb_read_as(cx, path, kind, &again);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    if (again)
        CHECK(finnc_tensor_nelems(tensor) == finnc_tensor_nelems(again),
              "another number of items the second time");
    finnc_ctx_clear(cx);
    finnc_tensor_release(again);
    finnc_tensor_release(tensor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    const char *path = in_file(data, size);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        check(cx, path, kinds[k]);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
