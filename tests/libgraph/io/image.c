#include "support/poor.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <leptonica/allheaders.h>
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

/* As a stream abbreviates it: what the pictures have in common. */
Test(image, a_jpeg_of_tables_alone)
{
    static unsigned char file[65536];
    const size_t n = make_jpeg(TJSAMP_420, file, sizeof file);
    unsigned char *frame = memmem(file, n, "\xff\xc0", 2);
    cr_assert(frame);
    memcpy(frame, "\xff\xd9", 2);
    finnc_tensor *t = NULL;
    spill(file, (size_t)(frame - file) + 2);
    cr_expect_eq(finnc_image_read(cx, path, &t), FINNC_BAD_FILE);
    cr_expect_null(t);
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

/* ---- BMP and PNM: files as hexadecimal digits ---- */

static size_t from_hex(const char *text, unsigned char *bytes)
{
    size_t n = 0;
    for (; *text; text += 2, n++) {
        char two[] = {text[0], text[1], '\0'};
        bytes[n] = (unsigned char)strtoul(two, NULL, 16);
    }
    return n;
}

static void expect_pixels(const char *name, const void *data, size_t nbytes, int width,
                          const unsigned char *want, int tolerance)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_image_decode(cx, data, nbytes, FINNC_PIXELS_RGB, &t), FINNC_OK, "%s: %s",
                 name, finnc_ctx_message(cx));
    cr_expect_eq(finnc_tensor_dim(t, 1), width, "%s", name);
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        cr_expect_leq(abs((int)finnc_tensor_get(t, i) - want[i]), tolerance, "%s: %d: %g", name,
                      (int)i, finnc_tensor_get(t, i));
    finnc_tensor_release(t);
}

/* Red and green above blue and white, in every way of writing them. */
static const struct {
    const char *name, *hex;
} bmps[] = {
    {"core", "424d2a000000000000001a0000000c0000000200020001001800ff0000ffffff00000000ff00ff00"
             "0000"},
    {"4 bits", "424d4e00000000000000460000002800000002000000020000000100040000000000080000000000"
               "00000000000004000000000000000000ff0000ff0000ff000000ffffff002300000001000000"},
    {"8 bits", "424d4e00000000000000460000002800000002000000020000000100080000000000080000000000"
               "00000000000004000000000000000000ff0000ff0000ff000000ffffff000203000000010000"},
    {"16 bits", "424d3e00000000000000360000002800000002000000020000000100100000000000080000000000"
                "00000000000000000000000000001f00ff7f007ce003"},
    {"565", "424d4a00000000000000420000002800000002000000020000000100100003000000080000000000"
            "000000000000000000000000000000f80000e00700001f0000001f00ffff00f8e007"},
    {"32 bits", "424d4600000000000000360000002800000002000000020000000100200000000000100000000000"
                "0000000000000000000000000000ff000000ffffff000000ff0000ff0000"},
    {"top down", "424d4600000000000000360000002800000002000000feffffff0100180000000000100000000000"
                 "00000000000000000000000000000000ff00ff000000ff0000ffffff0000"},
    {"RLE8", "424d5600000000000000460000002800000002000000020000000100080001000000100000000000"
             "00000000000004000000000000000000ff0000ff0000ff000000ffffff0001020103000000020000"
             "010001010001"},
    {"RLE4", "424d4e00000000000000460000002800000002000000020000000100040002000000080000000000"
             "00000000000004000000000000000000ff0000ff0000ff000000ffffff000223000002010001"},
};

static const unsigned char four_colours[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};

Test(image, bmp_has_many_forms)
{
    unsigned char file[400];
    for (size_t i = 0; i < sizeof bmps / sizeof *bmps; i++) {
        size_t n = from_hex(bmps[i].hex, file);
        expect_pixels(bmps[i].name, file, n, 2, four_colours, 0);
    }
}

/* Two pixels in ways that libpng could not be asked to write. */
static const struct {
    const char *name, *hex;
    unsigned char want[6];
} pngs[] = {
    {"palette with transparency",
     "89504e470d0a1a0a0000000d4948445200000002000000010803000000c3fc8fb800000006504c54"
     "4501020304050695536f480000000274524e5300809b2b4e180000000b4944415478da6360600400"
     "000400022cde48ad0000000049454e44ae426082",
     {1, 2, 3, 4, 5, 6}},
    {"1 bit",
     "89504e470d0a1a0a0000000d4948445200000002000000010100000000dc5942270000000a494441"
     "5478da637000000042004184bf8e620000000049454e44ae426082",
     {0, 0, 0, 255, 255, 255}},
    {"a transparent grey",
     "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000274524e"
     "530007e8f7589b0000000b4944415478da6360e70400001a0011f36953750000000049454e44ae42"
     "6082",
     {7, 7, 7, 9, 9, 9}},
    {"grey with transparency",
     "89504e470d0a1a0a0000000d49484452000000020000000108040000005e2bb7010000000d494441"
     "5478da636067e0fc0f00013201107eff941d0000000049454e44ae426082",
     {7, 7, 7, 9, 9, 9}},
    {"16 bits: the upper byte",
     "89504e470d0a1a0a0000000d49484452000000020000000110020000002bd0349e00000015494441"
     "5478da63e0faefc0d0507fa2e1ff7f460600239e05905c6ab1930000000049454e44ae426082",
     {10, 64, 128, 200, 255, 1}},
};

Test(image, png_has_many_forms)
{
    unsigned char file[400];
    for (size_t i = 0; i < sizeof pngs / sizeof *pngs; i++) {
        size_t n = from_hex(pngs[i].hex, file);
        expect_pixels(pngs[i].name, file, n, 2, pngs[i].want, 0);
    }
}

Test(image, what_a_png_says_of_its_colours_does_not_change_them)
{
    enum { BEHIND_HEADER = 33 };
    static const char *const chunks[] = {
        "0000000467414d41000186a031e8965f",                               /* gAMA: 1, 1/2.2 */
        "0000000467414d410000b18f0bfc6105", "000000017352474200aece1ce9", /* sRGB */
    };
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        unsigned char plain[1024], file[1100];
        size_t n = make_png(PNG_FORMAT_RGB, rgb, plain, sizeof plain);
        memcpy(file, plain, BEHIND_HEADER);
        size_t more = from_hex(chunks[i], file + BEHIND_HEADER);
        memcpy(file + BEHIND_HEADER + more, plain + BEHIND_HEADER, n - BEHIND_HEADER);
        expect_pixels(chunks[i], file, n + more, 3, rgb, 0);
    }
    const png_uint_16 linear[] = {0x0aff, 0x4000, 0x807f, 0xc880, 0xffff, 0x0100}; /* with gAMA 1 */
    const unsigned char want[] = {0x0a, 0x0a, 0x0a, 0x40, 0x40, 0x40, 0x80, 0x80, 0x80,
                                  0xc8, 0xc8, 0xc8, 0xff, 0xff, 0xff, 0x01, 0x01, 0x01};
    unsigned char file[1024];
    expect_pixels("linear", file, make_png(PNG_FORMAT_LINEAR_Y, linear, file, sizeof file), 3, want,
                  0);
}

Test(image, a_png_may_be_interlaced)
{
    unsigned char want[9 * 7 * 3], file[4096];
    png_bytep rows[7];
    for (int i = 0; i < 9 * 7 * 3; i++)
        want[i] = (unsigned char)(37 * i);
    for (int i = 0; i < 7; i++)
        rows[i] = want + 9 * 3 * i;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *to = fmemopen(file, sizeof file, "w");
    png_init_io(png, to);
    png_set_IHDR(png, info, 9, 7, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, 0, 0);
    png_set_rows(png, info, rows);
    png_write_png(png, info, 0, NULL);
    const size_t n = (size_t)ftell(to);
    fclose(to);
    png_destroy_write_struct(&png, &info);
    expect_pixels("interlaced", file, n, 9, want, 0);
}

Test(image, a_cut_or_flipped_bmp_does_no_harm)
{
    unsigned char file[400];
    for (size_t i = 0; i < sizeof bmps / sizeof *bmps; i++) {
        size_t n = from_hex(bmps[i].hex, file);
        for (size_t k = 0; k < 2 * n; k++) {
            finnc_tensor *t = NULL;
            if (k >= n)
                file[k - n] ^= 0x81;
            finnc_status status =
                finnc_image_decode(cx, file, k < n ? k : n, FINNC_PIXELS_GREY, &t);
            if (k >= n)
                file[k - n] ^= 0x81;
            cr_expect_eq(status == FINNC_OK, t != NULL);
            finnc_tensor_release(t);
        }
    }
}

Test(image, pnm_has_seven_kinds)
{
    static const struct {
        const char *text;
        size_t nbytes;
        unsigned char want[6]; /* two pixels beside one another */
    } files[] = {
#define FILE_OF(text, ...)                                                                         \
    {                                                                                              \
        text, sizeof text - 1,                                                                     \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
        FILE_OF("P1\n2 1\n01", 255, 255, 255, 0, 0, 0),
        FILE_OF("P2 # grey\n2 1 # wide\n100 50 100", 128, 128, 128, 255, 255, 255),
        FILE_OF("P3 2 1 255\n1 2 3  4 5 999", 1, 2, 3, 4, 5, 255),
        FILE_OF("P4\n2 1\n\x80", 0, 0, 0, 255, 255, 255),
        FILE_OF("P5\n2 1\n65535\n\x32\x64\x80\x01", 50, 50, 50, 128, 128, 128),
        FILE_OF("P6\n2 1 255\n\1\2\3\4\5\6", 1, 2, 3, 4, 5, 6),
        FILE_OF("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
                "\1\2\3\0\4\5\6\0",
                1, 2, 3, 4, 5, 6),
        FILE_OF("P7 DEPTH 1\nWIDTH 2\nHEIGHT 1\nMAXVAL 3\nENDHDR\n\1\2", 85, 85, 85, 170, 170, 170),
#undef FILE_OF
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        expect_pixels(files[i].text, files[i].text, files[i].nbytes, 2, files[i].want, 0);
        for (size_t k = 0; k < files[i].nbytes; k++) {
            finnc_tensor *t = NULL;
            finnc_status status = finnc_image_decode(cx, files[i].text, k, FINNC_PIXELS_RGB, &t);
            cr_expect_eq(status == FINNC_OK, t != NULL, "%s", files[i].text);
            finnc_tensor_release(t);
        }
    }
}

/* ---- what Leptonica reads ---- */

/* Written by itself: large enough areas that lossy formats keep their middle. */
static void check_format(int format, int depth, int tolerance)
{
    l_uint8 *file;
    size_t n;
    finnc_tensor *t;
    PIX *pix = pixCreate(16, 16, depth);
    pixSetAllArbitrary(pix, depth == 32 ? 0xc8326400 : depth == 16 ? 0xc832 : 0xc8);
    cr_assert_eq(pixWriteMem(&file, &n, pix, format), 0);
    pixDestroy(&pix);
    cr_assert_eq(finnc_image_decode(cx, file, n, FINNC_PIXELS_RGB, &t), FINNC_OK, "%d: %s", format,
                 finnc_ctx_message(cx));
    cr_expect_eq(finnc_tensor_nelems(t), 3 * 16 * 16);
    static const int colour[] = {0xc8, 0x32, 0x64};
    for (int c = 0; c < 3; c++)
        cr_expect_leq(abs((int)finnc_tensor_get(t, 3 * 100 + c) - colour[depth == 32 ? c : 0]),
                      tolerance, "%d", format);
    finnc_tensor_release(t);
    for (size_t cut = 0; cut < n; cut += 7) {
        t = NULL;
        cr_expect_eq(finnc_image_decode(cx, file, cut, FINNC_PIXELS_RGB, &t) == FINNC_OK,
                     t != NULL);
        finnc_tensor_release(t);
    }
    lept_free(file);
}

Test(image, tiff_webp_and_jpeg_2000_are_read)
{
    check_format(IFF_TIFF, 32, 0);
    check_format(IFF_TIFF_LZW, 32, 0);
    check_format(IFF_TIFF_ZIP, 8, 0);
    check_format(IFF_TIFF, 16, 0); /* the upper byte */
    check_format(IFF_WEBP, 32, 6);
    check_format(IFF_JP2, 32, 30); /* Leptonica writes blue coarsely */
}

/* A TIFF of `width` by `height` pixels, its tags by hand, in either byte order. */
typedef struct tiff {
    bool is_big_endian;
    int width, height, bits, samples, meaning, extra, orientation; /* 0: no such tag */
} tiff;

static void put_number(unsigned char *file, size_t at, size_t n, unsigned x, bool is_big_endian)
{
    for (size_t i = 0; i < n; i++)
        file[at + (is_big_endian ? n - 1 - i : i)] = (unsigned char)(x >> 8 * i);
}

/* Numbers beyond one (BitsPerSample of 4 samples) lie behind the tags, the pixels behind them. */
static size_t make_tiff(const tiff *t, const unsigned char *pixels, size_t nbytes,
                        unsigned char *file)
{
    const unsigned tags[][2] = {{256, (unsigned)t->width},       {257, (unsigned)t->height},
                                {258, (unsigned)t->bits},        {259, 1},
                                {262, (unsigned)t->meaning},     {273, 200},
                                {274, (unsigned)t->orientation}, {277, (unsigned)t->samples},
                                {278, (unsigned)t->height},      {279, (unsigned)nbytes},
                                {338, (unsigned)t->extra}};
    const bool big = t->is_big_endian;
    unsigned count = 0;
    memset(file, 0, 200);
    memcpy(file, big ? "MM" : "II", 2);
    put_number(file, 2, 2, 42, big);
    put_number(file, 4, 4, 8, big);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        const unsigned tag = tags[i][0], x = tags[i][1];
        size_t at = 10 + 12 * count, n = tag == 258 ? (size_t)t->samples : 1;
        if ((tag == 274 || tag == 338) && !x)
            continue;
        count++;
        put_number(file, at, 2, tag, big);
        put_number(file, at + 2, 2, 3, big);
        put_number(file, at + 4, 4, (unsigned)n, big);
        put_number(file, at + 8, n > 2 ? 4 : 2, n > 2 ? 180 : x, big);
        for (size_t k = 0; n > 2 && k < n; k++)
            put_number(file, 180 + 2 * k, 2, x, big);
    }
    put_number(file, 8, 2, count, big);
    memcpy(file + 200, pixels, nbytes);
    return 200 + nbytes;
}

/* `want`: of each pixel the grey, or all three colours. */
static void check_tiff(const tiff *t, const unsigned char *pixels, size_t nbytes,
                       const int64_t *size, const unsigned char *want, bool has_colours)
{
    static unsigned char file[400];
    finnc_tensor *image;
    size_t n = make_tiff(t, pixels, nbytes, file);
    cr_assert_eq(finnc_image_decode(cx, file, n, FINNC_PIXELS_RGB, &image), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_arr_eq(finnc_tensor_dims(image), size, 2 * sizeof *size);
    for (int64_t i = 0; i < finnc_tensor_nelems(image); i++)
        cr_expect_eq((int)finnc_tensor_get(image, i), want[has_colours ? i : i / 3],
                     "%d bits, element %d", t->bits, (int)i);
    finnc_tensor_release(image);
    for (size_t cut = 0; cut < n; cut++) {
        image = NULL;
        cr_expect_eq(finnc_image_decode(cx, file, cut, FINNC_PIXELS_RGB, &image) == FINNC_OK,
                     image != NULL);
        finnc_tensor_release(image);
    }
    for (size_t at = 0; at < 200; at++) {
        image = NULL;
        file[at] ^= 0xff;
        cr_expect_eq(finnc_image_decode(cx, file, n, FINNC_PIXELS_RGB, &image) == FINNC_OK,
                     image != NULL);
        finnc_tensor_release(image);
        file[at] ^= 0xff;
    }
}

#define BYTES(...)                                                                                 \
    (const unsigned char[])                                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define SIZE(...)                                                                                  \
    (const int64_t[])                                                                              \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

Test(image, zero_is_white_in_a_tiff_that_says_so)
{
    for (int big = 0; big < 2; big++) {
        for (int meaning = 0; meaning < 2; meaning++) { /* 1: black is zero */
            int turn = meaning ? 0 : 255;
            tiff t = {.is_big_endian = big, .width = 2, .height = 2, .samples = 1};
            t.meaning = meaning;
            t.bits = 1;
            check_tiff(&t, BYTES(0x40, 0x80), 2, SIZE(2, 2),
                       BYTES(turn, 255 - turn, 255 - turn, turn), false);
            t.bits = 2;
            check_tiff(&t, BYTES(0x10, 0xe0), 2, SIZE(2, 2),
                       BYTES(0 ^ turn, 85 ^ turn, 255 ^ turn, 170 ^ turn), false);
            t.bits = 4;
            check_tiff(&t, BYTES(0xa3, 0x0f), 2, SIZE(2, 2),
                       BYTES(170 ^ turn, 51 ^ turn, 0 ^ turn, 255 ^ turn), false);
            t.bits = 8;
            check_tiff(&t, BYTES(1, 2, 3, 250), 4, SIZE(2, 2),
                       BYTES(1 ^ turn, 2 ^ turn, 3 ^ turn, 250 ^ turn), false);
            t.bits = 16;
            check_tiff(
                &t, big ? BYTES(1, 200, 2, 0, 3, 4, 255, 255) : BYTES(200, 1, 0, 2, 4, 3, 255, 255),
                8, SIZE(2, 2), BYTES(1 ^ turn, 2 ^ turn, 3 ^ turn, 255 ^ turn), false);
        }
    }
}

/* Leptonica would multiply by the last sample of each pixel. */
Test(image, transparency_of_a_tiff_is_dropped)
{
    for (int extra = 0; extra < 3; extra++) {
        tiff t = {.width = 2, .height = 1, .bits = 8, .samples = 4, .meaning = 2, .extra = extra};
        for (int big = 0; big < 2; big++) {
            t.is_big_endian = big;
            check_tiff(&t, BYTES(149, 40, 126, 166, 4, 5, 6, 0), 8, SIZE(1, 2),
                       BYTES(149, 40, 126, 4, 5, 6), true);
        }
    }
    const tiff wide = {.width = 1, .height = 1, .bits = 16, .samples = 4, .meaning = 2, .extra = 2};
    check_tiff(&wide, BYTES(149, 149, 40, 40, 126, 126, 9, 9), 8, SIZE(1, 1), BYTES(149, 40, 126),
               true);
}

/* Orientation 6: the first row is the right-hand side, seen from above. */
Test(image, a_tiff_may_lie_on_its_side)
{
    const struct {
        int orientation;
        int64_t size[2];
        unsigned char want[6];
    } sides[] = {
        {1, {2, 3}, {1, 2, 3, 4, 5, 6}}, {2, {2, 3}, {3, 2, 1, 6, 5, 4}},
        {3, {2, 3}, {6, 5, 4, 3, 2, 1}}, {4, {2, 3}, {4, 5, 6, 1, 2, 3}},
        {5, {3, 2}, {1, 4, 2, 5, 3, 6}}, {6, {3, 2}, {4, 1, 5, 2, 6, 3}},
        {7, {3, 2}, {6, 3, 5, 2, 4, 1}}, {8, {3, 2}, {3, 6, 2, 5, 1, 4}},
    };
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        tiff t = {.width = 3,
                  .height = 2,
                  .bits = 8,
                  .samples = 1,
                  .meaning = 1,
                  .orientation = sides[i].orientation};
        check_tiff(&t, BYTES(1, 2, 3, 4, 5, 6), 6, sides[i].size, sides[i].want, false);
        unsigned char coloured[18], turned[18];
        for (int k = 0; k < 18; k++) {
            coloured[k] = (unsigned char)(k / 3 + 1 + 50 * (k % 3));
            turned[k] = (unsigned char)(sides[i].want[k / 3] + 50 * (k % 3));
        }
        t.samples = 3;
        t.meaning = 2;
        check_tiff(&t, coloured, 18, sides[i].size, turned, true);
    }
}

Test(image, a_size_beyond_the_cap_is_refused_before_decoding)
{
    finnc_ctx *small = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 1 << 20});
    l_uint8 *file;
    size_t n;
    finnc_tensor *t;
    PIX *pix = pixCreate(2000, 2000, 8); /* packs to little */
    cr_assert_eq(pixWriteMem(&file, &n, pix, IFF_TIFF_ZIP), 0);
    pixDestroy(&pix);
    cr_expect_eq(finnc_image_decode(small, file, n, FINNC_PIXELS_RGB, &t), FINNC_NO_MEMORY);
    cr_expect_eq(finnc_ctx_live_bytes(small), 0);
    lept_free(file);
    finnc_ctx_destroy(small);
}

Test(image, pixels_come_in_the_order_that_is_asked_for)
{
    static const char file[] = "P6 1 1 255\n\x0a\x14\x1e";
    static const unsigned char want[][3] = {{10, 20, 30}, {30, 20, 10}, {18}};
    for (int format = FINNC_PIXELS_RGB; format <= FINNC_PIXELS_GREY; format++) {
        finnc_tensor *t;
        cr_assert_eq(finnc_image_decode(cx, file, sizeof file - 1, (finnc_pixels)format, &t),
                     FINNC_OK);
        cr_expect_eq(finnc_tensor_nelems(t), finnc_pixels_channels((finnc_pixels)format));
        for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
            cr_expect_eq(finnc_tensor_get(t, i), want[format][i]);
        finnc_tensor_release(t);
    }
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
    const tiff t = {.width = 2, .height = 1, .bits = 8, .samples = 4, .meaning = 2, .extra = 2};
    spill(file, make_tiff(&t, BYTES(1, 2, 3, 4, 5, 6, 7, 8), 8, file));
    check_poor(read_poorly, NULL);
}
