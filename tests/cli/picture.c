/* Pictures as inputs: one model adds nothing to its input, so what comes out is what was fed. */
#include "support/program.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <png.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 3, HEIGHT = 2 };

/* Red grows along x, green along y, blue is 200. */
static void write_picture(const char *name)
{
    unsigned char pixels[HEIGHT][WIDTH][3];
    char path[512];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            memcpy(pixels[y][x],
                   (unsigned char[]){(unsigned char)(10 * x), (unsigned char)(50 * y), 200}, 3);
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = WIDTH, .height = HEIGHT, .format = PNG_FORMAT_RGB};
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    cr_assert(png_image_write_to_file(&image, path, 0, pixels, 0, NULL));
}

/* What a model with that input gets to see of the picture. */
static void see(const char *type, size_t count, double *elements)
{
    char text[512], path[512];
    finnc_bundle *bundle;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"\" : 13]>\n"
             "g (%s x) => (%s y)\n{\n  y = Identity(x)\n}\n",
             type, type);
    write_picture("p.png");
    test_write("m.onnxtxt", text);
    const outcome *o = finnc_run("run m.onnxtxt p.png -q --outputs o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    snprintf(path, sizeof path, "%s/o.npz", test_folder());
    cr_assert_eq(finnc_npz_read(cx, path, &bundle), 0);
    const finnc_tensor *y = finnc_bundle_find(bundle, "y");
    cr_assert_eq((size_t)finnc_tensor_nelems(y), count);
    for (size_t i = 0; i < count; i++)
        elements[i] = finnc_tensor_get(y, (int64_t)i);
    finnc_bundle_destroy(bundle);
    finnc_ctx_destroy(cx);
}

Test(picture, channels_first_is_red_green_blue)
{
    double e[18];
    see("float[1,3,2,3]", 18, e);
    cr_assert_eq(e[2], 20);
    cr_assert_eq(e[6 + 3], 50);
    cr_assert_eq(e[12], 200);
}

Test(picture, channels_last_where_the_input_has_them_last)
{
    double e[18];
    see("uint8[1,2,3,3]", 18, e);
    cr_assert_eq(e[3], 10);
    cr_assert_eq(e[9 + 1], 50);
    cr_assert_eq(e[5], 200);
}

Test(picture, one_channel_is_luma)
{
    double e[6];
    see("float[1,1,2,3]", 6, e);
    cr_assert_float_eq(e[0], 0.114 * 200, 0.51);
    cr_assert_float_eq(e[5], 0.299 * 20 + 0.587 * 50 + 0.114 * 200, 0.51);
}

Test(picture, a_flat_input_gets_all_elements)
{
    double e[18];
    see("float[1,18]", 18, e);
    cr_assert_eq(e[2], 20);
    cr_assert_eq(e[17], 200);
}

Test(picture, another_size_is_refused_with_both_shapes)
{
    write_picture("p.png");
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1,3,32,32] x) => (float[1,3,32,32] y)\n"
                            "{\n  y = Identity(x)\n}\n");
    const outcome *o = finnc_run("run m.onnxtxt p.png", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "p.png"), "%s", o->err);
    cr_assert(strstr(o->err, "32"), "%s", o->err);
}
