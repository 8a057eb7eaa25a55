#include "support/poor.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <unistd.h>

static finnc_ctx *cx;
static char folder[] = "/tmp/finnc-image-XXXXXX";
static char path[64];

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/picture", folder);
}

static void teardown(void)
{
    unlink(path);
    rmdir(folder);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(image, .init = setup, .fini = teardown);

static void spill(const void *bytes, size_t nbytes)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    cr_assert_eq(fwrite(bytes, 1, nbytes, f), nbytes);
    fclose(f);
}

/* Two rows of three pixels, of as many channels as `format` has. */
static size_t make_png(png_uint_32 format, const void *pixels, unsigned char *file, size_t room)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .width = 3, .height = 2, .format = format};
    png_alloc_size_t nbytes = room;
    cr_assert(png_image_write_to_memory(&image, file, &nbytes, 0, pixels, 0, NULL), "%s",
              image.message);
    return nbytes;
}

static finnc_tensor *read_image(void)
{
    finnc_tensor *t = NULL;
    cr_assert_eq(finnc_image_read(cx, path, &t), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_tensor_elem(t), FINNC_ELEM_UINT8);
    cr_assert_eq(finnc_tensor_rank(t), 4);
    cr_expect_eq(finnc_tensor_dim(t, 0), 1);
    cr_expect_eq(finnc_tensor_dim(t, 1), 3);
    return t;
}

static const unsigned char rgb[] = {255, 0, 0, 0,  255, 0,  0,  0,  255,
                                    1,   2, 3, 10, 20,  30, 40, 50, 60};

Test(image, a_png_becomes_three_planes)
{
    unsigned char file[1024];
    spill(file, make_png(PNG_FORMAT_RGB, rgb, file, sizeof file));
    finnc_tensor *t = read_image();
    cr_assert_eq(finnc_tensor_dim(t, 2), 2);
    cr_assert_eq(finnc_tensor_dim(t, 3), 3);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 6; i++)
            cr_expect_eq(finnc_tensor_get(t, 6 * c + i), rgb[3 * i + c]);
    finnc_tensor_release(t);
}

Test(image, grey_becomes_three_equal_planes)
{
    const unsigned char grey[] = {0, 50, 100, 150, 200, 255};
    unsigned char file[1024];
    spill(file, make_png(PNG_FORMAT_GRAY, grey, file, sizeof file));
    finnc_tensor *t = read_image();
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 6; i++)
            cr_expect_eq(finnc_tensor_get(t, 6 * c + i), grey[i]);
    finnc_tensor_release(t);
}

Test(image, transparency_is_dropped)
{
    unsigned char rgba[24], file[1024];
    for (int i = 0; i < 6; i++) {
        memcpy(rgba + 4 * i, rgb + 3 * i, 3);
        rgba[4 * i + 3] = (unsigned char)(40 * i + 1);
    }
    spill(file, make_png(PNG_FORMAT_RGBA, rgba, file, sizeof file));
    finnc_tensor *t = read_image();
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 6; i++)
            cr_expect_eq(finnc_tensor_get(t, 6 * c + i), rgb[3 * i + c]);
    finnc_tensor_release(t);
}

static size_t make_jpeg(int subsampling, unsigned char *file, size_t room)
{
    unsigned char pixels[16 * 8 * 3];
    for (int i = 0; i < 16 * 8; i++)
        memcpy(pixels + 3 * i, "\xc8\x64\x32", 3);
    tjhandle jpeg = tjInitCompress();
    unsigned long nbytes = room;
    cr_assert_eq(tjCompress2(jpeg, pixels, 16, 0, 8, TJPF_RGB, &file, &nbytes, subsampling, 95,
                             TJFLAG_NOREALLOC),
                 0);
    tjDestroy(jpeg);
    return nbytes;
}

Test(image, a_jpeg_keeps_its_colours)
{
    static unsigned char file[65536];
    spill(file, make_jpeg(TJSAMP_420, file, sizeof file));
    finnc_tensor *t = read_image();
    cr_assert_eq(finnc_tensor_dim(t, 2), 8);
    cr_assert_eq(finnc_tensor_dim(t, 3), 16);
    const int wanted[] = {0xc8, 0x64, 0x32};
    for (int c = 0; c < 3; c++)
        cr_expect_leq(abs((int)finnc_tensor_get(t, 128 * c + 77) - wanted[c]), 3);
    finnc_tensor_release(t);
}

Test(image, every_cut_is_an_error_or_a_whole_picture)
{
    static unsigned char file[65536];
    for (int kind = 0; kind < 2; kind++) {
        size_t n = kind ? make_jpeg(TJSAMP_444, file, sizeof file)
                        : make_png(PNG_FORMAT_RGB, rgb, file, sizeof file);
        /* The last bytes, an end mark, nobody misses. */
        for (size_t cut = 0; cut + 16 < n; cut++) {
            finnc_tensor *t = NULL;
            spill(file, cut);
            cr_expect_neq(finnc_image_read(cx, path, &t), FINNC_OK, "%zu of %zu bytes", cut, n);
            cr_expect_null(t);
        }
    }
}

Test(image, flipped_bytes_do_no_harm)
{
    static unsigned char file[65536];
    for (int kind = 0; kind < 2; kind++) {
        size_t n = kind ? make_jpeg(TJSAMP_420, file, sizeof file)
                        : make_png(PNG_FORMAT_RGB, rgb, file, sizeof file);
        for (size_t i = 0; i < n; i++) {
            finnc_tensor *t = NULL;
            file[i] ^= 0x81;
            spill(file, n);
            file[i] ^= 0x81;
            cr_expect_eq(finnc_image_read(cx, path, &t) == FINNC_OK, t != NULL);
            finnc_tensor_release(t);
        }
    }
}

Test(image, a_size_that_nobody_has_is_refused_before_memory_is_taken)
{
    static unsigned char file[65536];
    size_t n = make_jpeg(TJSAMP_444, file, sizeof file);
    unsigned char *frame = memmem(file, n, "\xff\xc0", 2);
    cr_assert(frame);
    memcpy(frame + 5, "\x7f\xff\x7f\xff", 4); /* height and width */
    spill(file, n);
    finnc_tensor *t = NULL;
    cr_expect_eq(finnc_image_read(cx, path, &t), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "32767 by 32767"), "%s", finnc_ctx_message(cx));
    cr_expect_lt(finnc_ctx_peak_bytes(cx), 1 << 20);
}

Test(image, other_files_are_no_pictures)
{
    finnc_tensor *t = NULL;
    spill("GIF89a", 6);
    cr_expect_eq(finnc_image_read(cx, path, &t), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "no picture"));
    cr_expect_neq(finnc_image_read(cx, "/nowhere/x.png", &t), FINNC_OK);
}

static finnc_status read_poorly(finnc_ctx *poor, void *user)
{
    (void)user;
    finnc_tensor *t = NULL;
    finnc_status status = finnc_image_read(poor, path, &t);
    finnc_tensor_release(t);
    return status;
}

Test(image, running_out_of_memory_anywhere_is_an_error)
{
    static unsigned char file[65536];
    spill(file, make_png(PNG_FORMAT_RGB, rgb, file, sizeof file));
    check_poor(read_poorly, NULL);
    spill(file, make_jpeg(TJSAMP_444, file, sizeof file));
    check_poor(read_poorly, NULL);
}
