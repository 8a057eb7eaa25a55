/* Pictures out of bytes. */
#include "../../kernel.h"

#include <base/compiler.h>
#include <finnc/io.h>

static finnc_status image_decoder(fnc_call *call)
{
    finnc_pixels format;
    finnc_tensor *image;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(finnc_pixels_parse(call->cx, finnc_node_string(call->node, "pixel_format", "RGB"),
                                 &format));
    const fnc_array *x = &call->in[0];
    finnc_status status = finnc_image_decode(call->cx, x->data, (size_t)x->nelems, format, &image);
    if (status == FINNC_OK) {
        status = fnc_out_share(call, 0, image);
        finnc_tensor_release(image);
        return status;
    }
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    /* ONNX wants bytes that are no picture to give an empty one. Somebody should know. */
    const int64_t none[] = {0, 0, finnc_pixels_channels(format)};
    void *data;
    finnc_log(call->cx, FINNC_WARNING, "%s; the result is an empty picture",
              fnc_ctx_words(call->cx));
    finnc_ctx_clear(call->cx);
    return fnc_out(call, 0, FINNC_ELEM_UINT8, 3, none, &data);
}

const fnc_kernel fnc_kernel_onnx_image_decoder = {.run = image_decoder};
