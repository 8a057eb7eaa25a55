/* Property: any bytes give an error of one line, or a tensor that reads back the same once written.
 * Nothing is left over. */
#include "kit/check.h"

#include "libgraph/io/npy.h"

#include <finnc/finnc.h>

#include <stdio.h>
#include <stdlib.h>

static void try_tensor(finnc_ctx *cx, const finnc_tensor *tensor)
{
    fnc_buf file;
    fnc_buf_init(&file, cx);
    CHECK(fnc_npy_encode(cx, tensor, &file) == FINNC_OK, finnc_ctx_message(cx));
    finnc_tensor *back = NULL;
    CHECK(finnc_npy_read_bytes(cx, fnc_buf_text(&file), file.length, &back) == FINNC_OK,
          finnc_ctx_message(cx));
    CHECK(finnc_tensor_equal(tensor, back), "another tensor comes back");
    finnc_tensor_release(back);
    fnc_buf_clear(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *tensor = NULL;
    finnc_status status = finnc_npy_read_bytes(cx, data, size, &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], finnc_ctx_message(cx));
    if (tensor)
        try_tensor(cx, tensor);
    finnc_tensor_release(tensor);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
