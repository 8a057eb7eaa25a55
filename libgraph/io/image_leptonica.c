/* JPEG 2000, TIFF and WebP by way of Leptonica. Its memory is its own, so sizes are
 * looked up and room for as much is asked of the context before it decodes. */
#include "image.h"

#include <leptonica/allheaders.h>
#include <pthread.h>
#include <string.h>

/* Leptonica prints to the standard error stream, some of it whatever severity is asked for, and
 * where that goes is set for the whole process. What it would say is lost to a program that uses it
 * itself, unless that sets a handler of its own afterwards. */
static void ignore(const char *text)
{
    (void)text;
}

static void silence(void)
{
    leptSetStderrHandler(ignore);
}

static bool is_format_wanted(const uint8_t *data, size_t nbytes)
{
    l_int32 format;
    /* It looks at the first 12 bytes without asking how many there are. */
    if (nbytes < 12 || findFileFormatBuffer(data, &format) != 0)
        return false;
    return format == IFF_JP2 || format == IFF_WEBP || L_FORMAT_IS_TIFF(format);
}

static finnc_status copy_pixels(finnc_ctx *cx, PIX *pix, const fnc_picture *picture)
{
    if (pixGetWidth(pix) != picture->width || pixGetHeight(pix) != picture->height)
        return finnc_fail(cx, FINNC_BAD_FILE, "the picture is not as large as its header says");
    const l_uint32 *line = pixGetData(pix);
    uint8_t *to = picture->pixels;
    for (int64_t y = 0; y < picture->height; y++, line += pixGetWpl(pix))
        for (int64_t x = 0; x < picture->width; x++, to += 4) {
            to[0] = (uint8_t)(line[x] >> L_RED_SHIFT);
            to[1] = (uint8_t)(line[x] >> L_GREEN_SHIFT);
            to[2] = (uint8_t)(line[x] >> L_BLUE_SHIFT);
        }
    return FINNC_OK;
}

finnc_status fnc_picture_read_leptonica(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                        fnc_picture *picture)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    l_int32 format, width, height, bits, samples;
    pthread_once(&once, silence);
    if (!is_format_wanted(data, nbytes))
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "this is no picture: no BMP, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP");
    if (pixReadHeaderMem(data, nbytes, &format, &width, &height, &bits, &samples, NULL) != 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "the header of this picture cannot be read");
    FINNC_TRY(fnc_picture_init(cx, width, height, picture));
    PIX *pix = pixReadMem(data, nbytes), *bytes = pix, *colours = NULL;
    if (pix && pixGetDepth(pix) == 16) /* pixConvertTo32 would take the lower byte */
        bytes = pixConvert16To8(pix, L_MS_BYTE);
    if (bytes)
        colours = pixConvertTo32(bytes);
    if (bytes != pix)
        pixDestroy(&bytes);
    finnc_status status = colours ? copy_pixels(cx, colours, picture)
                                  : finnc_fail(cx, FINNC_BAD_FILE, "this picture cannot be read");
    pixDestroy(&colours);
    pixDestroy(&pix);
    return status;
}
