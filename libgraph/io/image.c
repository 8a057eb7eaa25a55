/* Pictures as tensors; PNG and JPEG are read here. libpng's errors jump, but over no frames of ours
 * that hold anything. */
#include "image.h"

#include "../ir/ir.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <turbojpeg.h>

finnc_status fnc_picture_init(finnc_ctx *cx, int64_t width, int64_t height, fnc_picture *picture)
{
    /* Far beyond what networks look at, and their bytes still fit a size. */
    const int64_t most = (int64_t)finnc_limit_at(FINNC_LIMIT_PIXELS)->most;
    if (width < 1 || height < 1 || width > most || height > most || width * height > most)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "a picture of %" PRId64 " by %" PRId64 " pixels (at most %" PRId64
                          " in all)",
                          width, height, most);
    FINNC_TRY(fnc_need_within(cx, FINNC_LIMIT_PIXELS, (uint64_t)(width * height)));
    *picture = (fnc_picture){.width = width,
                             .height = height,
                             .pixels = FNC_ALLOC_ARRAY(cx, uint8_t, 4 * (size_t)(width * height))};
    return picture->pixels ? FINNC_OK : finnc_no_memory(cx);
}

/* ---- PNG ---- */

/* Pixels are what the file holds: networks learn from what PIL and OpenCV make of it, who don't
 * look at gAMA, cHRM and the like either. libpng's simplified interface always does. */
typedef struct png_source {
    png_structp png;
    png_infop info;
    const uint8_t *data;
    size_t nbytes;
    char words[128];
} png_source;

/* libpng's way out; each setjmp stands in a function that does nothing but call libpng. */
static _Noreturn void png_failed(png_structp png, png_const_charp words)
{
    png_source *s = png_get_error_ptr(png);
    snprintf(s->words, sizeof s->words, "%s", words);
    png_longjmp(png, 1);
}

static void png_warned(png_structp png, png_const_charp words)
{
    (void)png;
    (void)words;
}

static void png_take(png_structp png, png_bytep to, size_t nbytes)
{
    png_source *s = png_get_io_ptr(png);
    if (nbytes > s->nbytes)
        png_error(png, "it ends too early");
    memcpy(to, s->data, nbytes);
    s->data += nbytes;
    s->nbytes -= nbytes;
}

/* The header; asks for bytes of red, green, blue and, in order to be dropped, transparency. */
static bool begin_png(png_source *s)
{
    if (setjmp(png_jmpbuf(s->png)))
        return false;
    png_set_benign_errors(s->png, 1);
    png_set_keep_unknown_chunks(s->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_read_fn(s->png, s, png_take);
    png_read_info(s->png, s->info);
    png_set_expand(s->png);
    png_set_strip_16(s->png); /* the upper byte, as both do */
    png_set_gray_to_rgb(s->png);
    png_set_add_alpha(s->png, 0xff, PNG_FILLER_AFTER);
    (void)png_set_interlace_handling(s->png);
    png_read_update_info(s->png, s->info);
    return png_get_rowbytes(s->png, s->info) == 4 * (size_t)png_get_image_width(s->png, s->info);
}

static bool read_rows(png_source *s, png_bytepp rows)
{
    if (setjmp(png_jmpbuf(s->png)))
        return false;
    png_read_image(s->png, rows);
    return true;
}

static finnc_status fail_png(finnc_ctx *cx, const png_source *s)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .png cannot be read: %s", s->words);
}

static finnc_status decode_png(finnc_ctx *cx, png_source *s, fnc_picture *picture)
{
    if (!begin_png(s))
        return fail_png(cx, s);
    FINNC_TRY(fnc_picture_init(cx, png_get_image_width(s->png, s->info),
                               png_get_image_height(s->png, s->info), picture));
    png_bytepp rows = FNC_ALLOC_ARRAY(cx, png_bytep, (size_t)picture->height);
    if (!rows)
        return finnc_no_memory(cx);
    for (int64_t i = 0; i < picture->height; i++)
        rows[i] = picture->pixels + 4 * picture->width * i;
    const bool is_read = read_rows(s, rows);
    fnc_free(cx, rows);
    return is_read ? FINNC_OK : fail_png(cx, s);
}

static finnc_status read_png(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                             fnc_picture *picture)
{
    png_source s = {.data = data, .nbytes = nbytes};
    s.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, png_failed, png_warned);
    s.info = s.png ? png_create_info_struct(s.png) : NULL;
    const finnc_status status = s.info ? decode_png(cx, &s, picture) : finnc_no_memory(cx);
    png_destroy_read_struct(&s.png, &s.info, NULL);
    return status;
}

/* ---- JPEG ---- */

static finnc_status jpeg_failed(finnc_ctx *cx, tjhandle jpeg)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .jpg cannot be read: %s", tjGetErrorStr2(jpeg));
}

static finnc_status decode_jpeg(finnc_ctx *cx, tjhandle jpeg, const uint8_t *data, size_t nbytes,
                                fnc_picture *picture)
{
    /* A file of tables alone has a header, which says nothing of these. */
    int width = 0, height = 0, subsampling = 0, colours = -1;
    if (tjDecompressHeader3(jpeg, data, (unsigned long)nbytes, &width, &height, &subsampling,
                            &colours) != 0)
        return jpeg_failed(cx, jpeg);
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "this .jpg has printing colours (CMYK), not RGB");
    FINNC_TRY(fnc_picture_init(cx, width, height, picture));
    /* The accurate transform: the same pixels whatever the processor has. A damaged picture is an
     * error, not half a picture. */
    if (tjDecompress2(jpeg, data, (unsigned long)nbytes, picture->pixels, width, 0, height,
                      TJPF_RGBX, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) != 0)
        return jpeg_failed(cx, jpeg);
    return FINNC_OK;
}

static finnc_status read_jpeg(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                              fnc_picture *picture)
{
    tjhandle jpeg = tjInitDecompress();
    if (!jpeg)
        return finnc_no_memory(cx);
    finnc_status status = decode_jpeg(cx, jpeg, data, nbytes, picture);
    tjDestroy(jpeg);
    return status;
}

/* ---- any ---- */

/* A format is told by its first bytes, not by the file's name. */
static const struct {
    const char *magic;
    size_t length;
    finnc_status (*read)(finnc_ctx *cx, const uint8_t *data, size_t nbytes, fnc_picture *picture);
} formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, read_png},
    {"\xff\xd8\xff", 3, read_jpeg},
    {"BM", 2, fnc_picture_read_bmp},
    {"", 0, fnc_picture_read_leptonica},
};

static finnc_status read_picture(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                 fnc_picture *picture)
{
    size_t i = 0;
    while (nbytes < formats[i].length || memcmp(data, formats[i].magic, formats[i].length) != 0)
        i++;
    *picture = (fnc_picture){0};
    finnc_status status = fnc_picture_is_pnm(data, nbytes)
                              ? fnc_picture_read_pnm(cx, data, nbytes, picture)
                              : formats[i].read(cx, data, nbytes, picture);
    if (status != FINNC_OK)
        fnc_free(cx, picture->pixels);
    return status;
}

/* ---- tensors ---- */

static finnc_status make_planes(finnc_ctx *cx, const fnc_picture *picture, finnc_tensor **tensor)
{
    const int64_t dims[] = {1, 3, picture->height, picture->width};
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_UINT8, 4, dims, tensor));
    uint8_t *planes = finnc_tensor_edit(*tensor);
    size_t npixels = (size_t)(picture->width * picture->height);
    for (size_t i = 0; i < npixels; i++)
        for (size_t c = 0; c < 3; c++)
            planes[c * npixels + i] = picture->pixels[4 * i + c];
    return FINNC_OK;
}

/* What the eye takes for brightness (ITU-R BT.601), in PIL's fixed point. Grey stays as it is. */
static uint8_t grey_of(const uint8_t *rgb)
{
    return (uint8_t)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 0x8000u) >> 16);
}

static finnc_status make_rows(finnc_ctx *cx, const fnc_picture *picture, finnc_pixels format,
                              finnc_tensor **tensor)
{
    int channels = finnc_pixels_channels(format);
    const int64_t dims[] = {picture->height, picture->width, channels};
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_UINT8, 3, dims, tensor));
    uint8_t *to = finnc_tensor_edit(*tensor);
    const uint8_t *from = picture->pixels;
    size_t npixels = (size_t)(picture->width * picture->height);
    for (size_t i = 0; i < npixels; i++, from += 4, to += channels)
        switch (format) {
        case FINNC_PIXELS_RGB:
        case FINNC_PIXELS_BGR:
            to[0] = from[format == FINNC_PIXELS_RGB ? 0 : 2];
            to[1] = from[1];
            to[2] = from[format == FINNC_PIXELS_RGB ? 2 : 0];
            break;
        case FINNC_PIXELS_GREY:
            to[0] = grey_of(from);
            break;
        }
    return FINNC_OK;
}

int finnc_pixels_channels(finnc_pixels format)
{
    return format == FINNC_PIXELS_GREY ? 1 : 3;
}

finnc_status finnc_pixels_parse(finnc_ctx *cx, const char *text, finnc_pixels *format)
{
    static const char *const names[] = {
        [FINNC_PIXELS_RGB] = "RGB", [FINNC_PIXELS_BGR] = "BGR", [FINNC_PIXELS_GREY] = "Grayscale"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (finnc_pixels)i;
            return FINNC_OK;
        }
    return finnc_fail(cx, FINNC_BAD_VALUE, "pixel format '%s' is none of RGB, BGR and Grayscale",
                      text);
}

finnc_status finnc_image_decode(finnc_ctx *cx, const void *data, size_t nbytes, finnc_pixels format,
                                finnc_tensor **tensor)
{
    fnc_picture picture;
    FINNC_TRY(read_picture(cx, data, nbytes, &picture));
    finnc_status status = make_rows(cx, &picture, format, tensor);
    fnc_free(cx, picture.pixels);
    return status;
}

finnc_status finnc_image_read(finnc_ctx *cx, const char *path, finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *file;
    fnc_picture picture;
    FINNC_TRY(fnc_file_map(cx, path, &file));
    finnc_status status = read_picture(cx, file->data, file->nbytes, &picture);
    fnc_backing_release(file);
    FINNC_TRY(status);
    status = make_planes(cx, &picture, tensor);
    fnc_free(cx, picture.pixels);
    return status;
}
