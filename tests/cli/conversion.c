/* Data made to fit an input: the models add nothing to theirs, so what comes out is what was fed.
 */
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

Test(conversion, channels_first_is_red_green_blue)
{
    double e[18];
    see("float[1,3,2,3]", 18, e);
    cr_assert_eq(e[2], 20);
    cr_assert_eq(e[6 + 3], 50);
    cr_assert_eq(e[12], 200);
}

Test(conversion, channels_last_where_the_input_has_them_last)
{
    double e[18];
    see("uint8[1,2,3,3]", 18, e);
    cr_assert_eq(e[3], 10);
    cr_assert_eq(e[9 + 1], 50);
    cr_assert_eq(e[5], 200);
}

Test(conversion, one_channel_is_luma)
{
    double e[6];
    see("float[1,1,2,3]", 6, e);
    cr_assert_float_eq(e[0], 0.114 * 200, 0.51);
    cr_assert_float_eq(e[5], 0.299 * 20 + 0.587 * 50 + 0.114 * 200, 0.51);
}

Test(conversion, a_flat_input_gets_all_elements)
{
    double e[18];
    see("float[1,18]", 18, e);
    cr_assert_eq(e[2], 20);
    cr_assert_eq(e[17], 200);
}

Test(conversion, another_size_is_refused_with_both_shapes)
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

/* ---- arrays ---- */

#define SAME(TYPE)                                                                                 \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (" TYPE " x) => (" TYPE " y)\n{\n  y = Identity(x)\n}\n"

/* Two by two bytes of three channels that stand last: 0, 1, 2, ... */
static void write_bytes(const char *name, int rank)
{
    char path[512];
    finnc_tensor *t;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    const int64_t dims[] = {1, 2, 2, 3};
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_UINT8, rank, dims + 4 - rank, &t), 0);
    for (int i = 0; i < 12; i++)
        finnc_tensor_set_int(t, i, i);
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    cr_assert_eq(finnc_npy_write(cx, path, t), 0);
    finnc_tensor_release(t);
    finnc_ctx_destroy(cx);
}

Test(conversion, arrays_are_converted_only_if_that_is_said)
{
    test_write("m.onnxtxt", SAME("float[1,3,2,2]"));
    write_bytes("x.npy", 4);
    const outcome *o = finnc_run("run m.onnxtxt x.npy", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "UINT8, the model wants FLOAT"), "%s", o->err);
    cr_assert(strstr(o->err, "hint: --scale 1 "), "%s", o->err);
    o = finnc_run("run m.onnxtxt x.npy --scale 1 ", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "hint: --layout nhwc"), "%s", o->err);
    o = finnc_run("run m.onnxtxt x.npy --layout nhwc", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "\n  0 3 6 9 1 4 7 10 2 5 8 11\n"), "%s", o->out);
    cr_assert(strstr(o->err, "note: m.onnxtxt: x.npy: input x: UINT8 1x2x2x3 (NHWC) becomes FLOAT "
                             "1x3x2x2 (NCHW), values as they are\n"),
              "%s", o->err);
}

Test(conversion, an_array_may_lack_the_batch_axis)
{
    test_write("m.onnxtxt", SAME("float[1,3,2,2]"));
    write_bytes("x.npy", 3);
    const outcome *o = finnc_run("run m.onnxtxt x.npy --layout hwc --scale 1/2 --mean 1,0,0", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "\n  -1 0.5 2 3.5 0.5 2 "), "%s", o->out);
    cr_assert(strstr(o->err, "x * 0.5 - 1,0,0\n"), "%s", o->err);
}

Test(conversion, an_input_may_have_numbers_of_its_own)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1,2,2,3] a, float[1,2,2,3] b) => (float[1,2,2,3] y)\n"
                            "{\n  y = Sub(a, b)\n}\n");
    write_bytes("x.npy", 4);
    const outcome *o = finnc_run("run m.onnxtxt --input a=x.npy --input b=x.npy --scale 2 --scale "
                                 "b=1 --std 1 --json",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "\"max\": 11"), "%s", o->out);
    cr_assert(strstr(o->out, "\"a\": \"UINT8 1x2x2x3"), "%s", o->out);
}

Test(conversion, a_wrong_option_is_a_wrong_line)
{
    test_write("m.onnxtxt", SAME("float[1,3,2,2]"));
    static const char *const wrong[] = {"--layout wchn", "--scale 1/0",    "--mean 1,,2",
                                        "--std ''",      "--raw-type int", "--format gif"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char line[100];
        snprintf(line, sizeof line, "run m.onnxtxt x.npy %s", wrong[i]);
        cr_expect_eq(finnc_run(line, NULL)->status, 2, "%s", wrong[i]);
    }
}

/* They were dropped: the data came as they were, and nobody heard of it. */
Test(conversion, an_option_about_no_input_with_data_is_a_wrong_line)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1,2,2,3] image, float w = {2}) => (float[1,2,2,3] y)\n"
                            "{\n  y = Mul(image, w)\n}\n");
    write_bytes("x.npy", 4);
    test_write("t.txt", "0\n");
    static const struct {
        const char *line, *words;
    } wrong[] = {
        {"run m.onnxtxt x.npy --scale 1 --scale imag=1/255", "--scale: there is no input 'imag'"},
        {"run m.onnxtxt x.npy --scale 1 --mean nope=rubbish", "--mean: there is no input 'nope'"},
        {"run m.onnxtxt x.npy --scale 1 --std w=2", "no input 'w' that is given data"},
        {"run m.onnxtxt x.npy --scale 1 --raw-type nope=uint8", "--raw-type: there is no input"},
        {"run m.onnxtxt x.npy --scale 1 --layout nope=nhwc", "--layout: there is no input"},
        {"stats m.onnxtxt x.npy --scale 1 --scale nope=1", "--scale: there is no input 'nope'"},
        {"stats m.onnxtxt --scale 1/255", "--scale: no input is given data"},
        {"compare m.onnxtxt m.onnxtxt --mean 1", "--mean: no input is given data"},
        {"compare m.onnxtxt m.onnxtxt --input image=x.npy --scale 1 --std img=1", "no input 'img'"},
        {"bisect m.onnxtxt -p tidy --std 1", "--std: no input is given data"},
        {"bisect m.onnxtxt -p tidy --input image=x.npy --scale 1 --std img=1", "no input 'img'"},
        {"eval m.onnxtxt --images x.npy --truth t.txt --scale nope=1", "no input 'nope'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const outcome *o = finnc_run(wrong[i].line, NULL);
        cr_expect_eq(o->status, 2, "%s: %s", wrong[i].line, o->err);
        cr_expect(strstr(o->err, wrong[i].words), "%s: %s", wrong[i].line, o->err);
    }
    cr_expect(strstr(finnc_run(wrong[0].line, NULL)->err, "hint: did you mean 'image'?"));
    const outcome *o = finnc_run("run m.onnxtxt x.npy --scale image=1/255", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    o = finnc_run("run m.onnxtxt --samples 2 --scale image=2 --mean 1", NULL);
    cr_expect_eq(o->status, 0, "drawn ones are converted, too: %s", o->err);
}

/* "a=b" = 2: a value holds no '='. */
Test(conversion, a_name_may_hold_the_sign_that_ends_it)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1,2,2,3] \"a=b\") => (float[1,2,2,3] y)\n"
                            "{\n  y = Identity(\"a=b\")\n}\n");
    write_bytes("x.npy", 4);
    const outcome *o = finnc_run("run m.onnxtxt x.npy --scale a=b=2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\n  0 2 4 6 8 10 "), "%s", o->out);
    cr_expect_eq(finnc_run("run m.onnxtxt x.npy --scale 1 --mean a=2", NULL)->status, 2);
}
