/* Pictures out of the bytes of their files. */
#include "../infer.h"

#include <finnc/io.h>

static finnc_status image_check(finnc_infer *in)
{
    finnc_pixels format;
    return finnc_pixels_parse(in->cx, finnc_node_string(in->node, "pixel_format", "RGB"), &format);
}

static finnc_status image_shapes(finnc_infer *in)
{
    finnc_pixels format;
    const char *name = finnc_node_string(in->node, "pixel_format", "RGB");
    FINNC_TRY(finnc_pixels_parse(in->cx, name, &format));
    if (finnc_infer_rank(in, 0) >= 0 && finnc_infer_rank(in, 0) != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the stream has rank %d, but is a list of bytes: rank 1",
                          finnc_infer_rank(in, 0));
    const finnc_dim dims[] = {fnc_unknown_dim(), fnc_unknown_dim(),
                              fnc_known(finnc_pixels_channels(format))};
    return finnc_infer_set_type(in, 0, FINNC_ELEM_UINT8, 3, dims);
}

const finnc_op fnc_op_onnx_image_decoder = {
    .name = "ImageDecoder",
    .summary = "a picture out of the bytes of a BMP, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP file",
    .since = {20},
    .in = {{"encoded_stream", "the bytes", 0, "T1"}},
    .out = {{"image", "(height, width, channels); empty if the bytes are no picture", 0, "T2"}},
    .attrs = {{"pixel_format", FINNC_ATTR_STRING, "\"RGB\"", "or BGR, or Grayscale", 0}},
    .types = {{"T1", FINNC_TYPE(UINT8)}, {"T2", FINNC_TYPE(UINT8)}},
    .shapes = image_shapes,
    .check = image_check};
