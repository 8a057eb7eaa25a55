/* JPEG 2000, TIFF and WebP by way of Leptonica. Its memory is its own, so sizes are
 * looked up and room for as much is asked of the context before it decodes. */
#include "image.h"

#include "../base/alloc.h"

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

/* ---- what Leptonica makes of a TIFF ---- */

/* Tags of TIFF 6.0, and what they say. */
enum {
    PHOTOMETRIC_INTERPRETATION = 262,
    WHITE_IS_ZERO = 0,
    ORIENTATION = 274,
    UPRIGHT = 1,
    EXTRA_SAMPLES = 338,
    ASSOCIATED_ALPHA = 1,
    UNASSOCIATED_ALPHA = 2
};

/* What to read in place of a file, where Leptonica would do too much. */
typedef struct disguise {
    uint8_t *copy; /* NULL: the file itself */
    unsigned orientation;
} disguise;

/* Colours beside which transparency stands would be multiplied by it: what is called multiplied
 * already is left as it is. And pictures on their sides are turned here, since 1.82 puts those in
 * colour that stand on their left on their head. */
static finnc_status put_on(finnc_ctx *cx, const uint8_t *data, size_t nbytes, disguise *d)
{
    unsigned extra = 0, turned = UPRIGHT;
    const size_t extra_at = fnc_tiff_find(data, nbytes, EXTRA_SAMPLES, &extra);
    const size_t turned_at = fnc_tiff_find(data, nbytes, ORIENTATION, &turned);
    *d = (disguise){.orientation = turned};
    if (extra != UNASSOCIATED_ALPHA && turned == UPRIGHT)
        return FINNC_OK;
    d->copy = FNC_ALLOC_ARRAY(cx, uint8_t, nbytes);
    if (!d->copy)
        return finnc_no_memory(cx);
    memcpy(d->copy, data, nbytes);
    if (extra == UNASSOCIATED_ALPHA)
        fnc_tiff_put(d->copy, extra_at, ASSOCIATED_ALPHA);
    if (turned != UPRIGHT)
        fnc_tiff_put(d->copy, turned_at, UPRIGHT);
    return FINNC_OK;
}

/* Of 1 and of 8 bits it makes black 0, of others not. */
static void make_black_zero(const uint8_t *data, size_t nbytes, PIX *pix)
{
    const l_int32 depth = pixGetDepth(pix);
    unsigned meaning = 1;
    if ((depth == 2 || depth == 4 || depth == 16) && !pixGetColormap(pix) &&
        fnc_tiff_find(data, nbytes, PHOTOMETRIC_INTERPRETATION, &meaning) &&
        meaning == WHITE_IS_ZERO)
        pixInvert(pix, pix);
}

/* ---- all of it ---- */

/* As 32 bits a pixel; NULL if it cannot be read. */
static PIX *decode(const uint8_t *data, size_t nbytes)
{
    PIX *pix = pixReadMem(data, nbytes), *bytes = pix, *colours = NULL;
    if (pix)
        make_black_zero(data, nbytes, pix);
    if (pix && pixGetDepth(pix) == 16) /* pixConvertTo32 would take the lower byte */
        bytes = pixConvert16To8(pix, L_MS_BYTE);
    if (bytes)
        colours = pixConvertTo32(bytes);
    if (bytes != pix)
        pixDestroy(&bytes);
    pixDestroy(&pix);
    return colours;
}

/* Where the first row and the first column belong: top left, top right, bottom right, bottom left
 * for 1 to 4; left top, right top, right bottom, left bottom for 5 to 8. */
static finnc_status copy_pixels(finnc_ctx *cx, PIX *pix, unsigned orientation, fnc_picture *picture)
{
    const int64_t width = picture->width, height = picture->height;
    const bool is_turned = orientation >= 5 && orientation <= 8;
    const bool right_first =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool bottom_first =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    if (pixGetWidth(pix) != width || pixGetHeight(pix) != height)
        return finnc_fail(cx, FINNC_BAD_FILE, "the picture is not as large as its header says");
    const l_uint32 *line = pixGetData(pix);
    for (int64_t y = 0; y < height; y++, line += pixGetWpl(pix))
        for (int64_t x = 0; x < width; x++) {
            int64_t row = bottom_first ? height - 1 - y : y,
                    column = right_first ? width - 1 - x : x;
            uint8_t *to =
                picture->pixels + 4 * (is_turned ? column * height + row : row * width + column);
            to[0] = (uint8_t)(line[x] >> L_RED_SHIFT);
            to[1] = (uint8_t)(line[x] >> L_GREEN_SHIFT);
            to[2] = (uint8_t)(line[x] >> L_BLUE_SHIFT);
        }
    picture->width = is_turned ? height : width;
    picture->height = is_turned ? width : height;
    return FINNC_OK;
}

static const char *name_of(l_int32 format)
{
    return format == IFF_JP2 ? "JPEG 2000" : format == IFF_WEBP ? "WebP" : "TIFF";
}

finnc_status fnc_picture_read_leptonica(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                        fnc_picture *picture)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    l_int32 format, width, height, bits, samples;
    disguise d;
    pthread_once(&once, silence);
    if (!is_format_wanted(data, nbytes))
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "this is no picture: no BMP, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP");
    if (pixReadHeaderMem(data, nbytes, &format, &width, &height, &bits, &samples, NULL) != 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "the header of this picture cannot be read");
    if (width < 1 || height < 1)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "this %s cannot be read: the size is not where Leptonica looks for it",
                          name_of(format));
    FINNC_TRY(fnc_picture_init(cx, width, height, picture));
    FINNC_TRY(put_on(cx, data, nbytes, &d));
    PIX *colours = decode(d.copy ? d.copy : data, nbytes);
    fnc_free(cx, d.copy);
    finnc_status status =
        colours ? copy_pixels(cx, colours, d.orientation, picture)
                : finnc_fail(cx, FINNC_BAD_FILE,
                             "this %s cannot be read: %d samples of %d bits a pixel, damaged or of "
                             "a kind that Leptonica does not know",
                             name_of(format), samples, bits);
    pixDestroy(&colours);
    return status;
}
