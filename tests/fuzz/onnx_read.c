/* Property: any bytes give an error with words, or a model that is written as an equal message, is
 * read back, and then is written as the same bytes. Nothing is left over. */
#include "kit/check.h"
#include "kit/pb_mutate.h"
#include "support/pb_equal.h"

#include <onnx.pb-c.h>

#include <finnc/finnc.h>

#include <string.h>

typedef struct bytes {
    void *data;
    size_t length;
} bytes;

/* False: no memory, which is as good as an error. */
static bool write_model(finnc_ctx *cx, const finnc_model *model, bytes *out)
{
    finnc_status status = finnc_model_write_bytes(cx, model, &out->data, &out->length);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    return status == FINNC_OK;
}

static void check_again(finnc_ctx *cx, const bytes *written)
{
    finnc_model *model;
    bytes again;
    finnc_status status = finnc_model_read_bytes(cx, written->data, written->length, NULL, &model);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    if (status != FINNC_OK)
        return;
    if (write_model(cx, model, &again)) {
        CHECK(again.length == written->length &&
                  (again.length == 0 || memcmp(again.data, written->data, again.length) == 0),
              "the second time");
        finnc_bytes_destroy(cx, again.data);
    }
    finnc_model_destroy(model);
}

static void check_model(finnc_ctx *cx, const finnc_model *model, const uint8_t *data, size_t size)
{
    bytes written;
    char why[256];
    if (!write_model(cx, model, &written))
        return;
    CHECK(pb_equal_bytes(&onnx__model_proto__descriptor, data, size, written.data, written.length,
                         why, sizeof why),
          why);
    check_again(cx, &written);
    finnc_bytes_destroy(cx, written.data);
}

static void check_clone(finnc_ctx *cx, const finnc_model *model, const uint8_t *data, size_t size)
{
    finnc_model *clone;
    finnc_status status = finnc_model_clone(cx, model, &clone);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    if (status != FINNC_OK)
        return;
    check_model(cx, clone, data, size);
    finnc_model_destroy(clone);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return pb_mutate(&onnx__model_proto__descriptor, data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_model *model;
    if (!cx)
        return 0;
    if (finnc_model_read_bytes(cx, data, size, NULL, &model) != FINNC_OK) {
        CHECK(*finnc_ctx_message(cx), "an error without words");
    } else {
        check_model(cx, model, data, size);
        check_clone(cx, model, data, size);
        finnc_model_destroy(model);
    }
    CHECK(finnc_ctx_live_bytes(cx) == 0, "a leak");
    finnc_ctx_destroy(cx);
    return 0;
}
