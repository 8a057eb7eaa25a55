/* PNG and JPEG as tensors. Both libraries' error handling is kept in their simple interfaces, which
 * return: nothing jumps over our frames. */
#include "../ir/ir.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <png.h>
#include <string.h>
#include <turbojpeg.h>

/* Pixels in a picture, at most: far beyond what networks look at, and their bytes still fit a size.
 */
enum { MAX_PIXELS = 1 << 28 };

static finnc_status check_size(finnc_ctx *cx, int64_t width, int64_t height)
{
    if (width < 1 || height < 1 || width > MAX_PIXELS || height > MAX_PIXELS ||
        width * height > MAX_PIXELS)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "a picture of %" PRId64 " by %" PRId64 " pixels (at most %d in all)",
                          width, height, MAX_PIXELS);
    return FINNC_OK;
}

/* From red, green, blue and something else next to one another to three planes. */
static finnc_status make_planes(finnc_ctx *cx, const uint8_t *pixels, int64_t width, int64_t height,
                                finnc_tensor **tensor)
{
    const int64_t dims[] = {1, 3, height, width};
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_UINT8, 4, dims, tensor));
    uint8_t *planes = finnc_tensor_edit(*tensor);
    size_t npixels = (size_t)(width * height);
    for (size_t i = 0; i < npixels; i++)
        for (size_t c = 0; c < 3; c++)
            planes[c * npixels + i] = pixels[4 * i + c];
    return FINNC_OK;
}

static uint8_t *alloc_pixels(finnc_ctx *cx, int64_t width, int64_t height)
{
    return FNC_ALLOC_ARRAY(cx, uint8_t, 4 * (size_t)(width * height));
}

/* ---- PNG ---- */

static finnc_status png_failed(finnc_ctx *cx, const png_image *image)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .png cannot be read: %s", image->message);
}

static finnc_status decode_png(finnc_ctx *cx, png_image *image, finnc_tensor **tensor)
{
    /* Palettes, grey and 16-bit pictures all come as bytes of red, green and blue. Transparency is
     * asked for in order to be dropped, as Python's PIL does: no background shines through. */
    image->format = PNG_FORMAT_RGBA;
    image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    FINNC_TRY(check_size(cx, image->width, image->height));
    uint8_t *pixels = alloc_pixels(cx, image->width, image->height);
    if (!pixels)
        return finnc_no_memory(cx);
    finnc_status status;
    if (png_image_finish_read(image, NULL, pixels, 4 * (png_int_32)image->width, NULL) &&
        !PNG_IMAGE_FAILED(*image))
        status = make_planes(cx, pixels, image->width, image->height, tensor);
    else
        status = png_failed(cx, image);
    fnc_free(cx, pixels);
    return status;
}

static finnc_status read_png(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                             finnc_tensor **tensor)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    finnc_status status = png_image_begin_read_from_memory(&image, data, nbytes)
                              ? decode_png(cx, &image, tensor)
                              : png_failed(cx, &image);
    png_image_free(&image);
    return status;
}

/* ---- JPEG ---- */

static finnc_status jpeg_failed(finnc_ctx *cx, tjhandle jpeg)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .jpg cannot be read: %s", tjGetErrorStr2(jpeg));
}

static finnc_status decode_jpeg(finnc_ctx *cx, tjhandle jpeg, const uint8_t *data, size_t nbytes,
                                finnc_tensor **tensor)
{
    int width, height, subsampling, colours;
    if (tjDecompressHeader3(jpeg, data, (unsigned long)nbytes, &width, &height, &subsampling,
                            &colours) != 0)
        return jpeg_failed(cx, jpeg);
    FINNC_TRY(check_size(cx, width, height));
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "this .jpg has printing colours (CMYK), not RGB");
    uint8_t *pixels = alloc_pixels(cx, width, height);
    if (!pixels)
        return finnc_no_memory(cx);
    /* The accurate transform: the same pixels whatever the processor has. A damaged picture is an
     * error, not half a picture. */
    finnc_status status;
    if (tjDecompress2(jpeg, data, (unsigned long)nbytes, pixels, width, 0, height, TJPF_RGBX,
                      TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) == 0)
        status = make_planes(cx, pixels, width, height, tensor);
    else
        status = jpeg_failed(cx, jpeg);
    fnc_free(cx, pixels);
    return status;
}

static finnc_status read_jpeg(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                              finnc_tensor **tensor)
{
    tjhandle jpeg = tjInitDecompress();
    if (!jpeg)
        return finnc_no_memory(cx);
    finnc_status status = decode_jpeg(cx, jpeg, data, nbytes, tensor);
    tjDestroy(jpeg);
    return status;
}

/* ---- either ---- */

/* A format is told by its first bytes, not by the file's name. */
static const struct {
    const char *magic;
    size_t length;
    finnc_status (*read)(finnc_ctx *cx, const uint8_t *data, size_t nbytes, finnc_tensor **tensor);
} formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, read_png},
    {"\xff\xd8\xff", 3, read_jpeg},
};

static finnc_status read_image(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                               finnc_tensor **tensor)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (nbytes >= formats[i].length && memcmp(data, formats[i].magic, formats[i].length) == 0)
            return formats[i].read(cx, data, nbytes, tensor);
    return finnc_fail(cx, FINNC_BAD_FILE, "this is neither a PNG nor a JPEG picture");
}

finnc_status finnc_image_read(finnc_ctx *cx, const char *path, finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *file;
    FINNC_TRY(fnc_file_map(cx, path, &file));
    finnc_status status = read_image(cx, file->data, file->nbytes, tensor);
    fnc_backing_release(file);
    return status;
}
