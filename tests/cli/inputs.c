/* Where inputs come from: arrays of a .npz by name, files of several formats, and what is said of
 * those that do not fit. */
#include "support/program.h"

#include "models.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static finnc_ctx *cx;

/* y = a - b */
#define DIFFERENCE                                                                                 \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,2] a, float[1,2] b) => (float[1,2] y) { y = Sub(a, b) }\n"

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static finnc_tensor *row(int64_t n, const float *elements)
{
    finnc_tensor *tensor;
    cr_assert_eq(
        finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){1, n}, elements, &tensor),
        FINNC_OK);
    return tensor;
}

static void write_npy(const char *name, int64_t n, const float *elements)
{
    finnc_tensor *tensor = row(n, elements);
    cr_assert_eq(finnc_npy_write(cx, in_folder(name), tensor), FINNC_OK);
    finnc_tensor_release(tensor);
}

/* Arrays a and b, or the first of them alone. */
static void write_npz(const char *name, size_t count)
{
    static const float elements[2][2] = {{5, 7}, {1, 2}};
    finnc_bundle *bundle;
    cr_assert_eq(finnc_bundle_create(cx, &bundle), FINNC_OK);
    for (size_t i = 0; i < count; i++) {
        finnc_tensor *tensor = row(2, elements[i]);
        cr_assert_eq(finnc_bundle_set(bundle, i ? "b" : "a", tensor), FINNC_OK);
        finnc_tensor_release(tensor);
    }
    cr_assert_eq(finnc_npz_write(cx, in_folder(name), bundle), FINNC_OK);
    finnc_bundle_destroy(bundle);
}

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    test_write("m.onnxtxt", TWICE);
    test_write("difference.onnxtxt", DIFFERENCE);
    write_npy("one.npy", 2, (const float[]){1, 1});
    write_npz("both.npz", 2);
    write_npz("single.npz", 1);
}

static void teardown(void)
{
    finnc_ctx_destroy(cx);
}

TestSuite(inputs, .init = setup, .fini = teardown);

static void check_shown(const char *line, const char *elements)
{
    const outcome *o = finnc_run(line, NULL);
    cr_assert_eq(o->status, 0, "%s: %s", line, o->err);
    cr_assert(strstr(o->out, elements), "%s: %s", line, o->out);
}

static void check_refused(const char *line, int status, const char *words)
{
    const outcome *o = finnc_run(line, NULL);
    cr_assert_eq(o->status, status, "%s: %d", line, o->status);
    cr_assert(strstr(o->err, words), "%s: %s", line, o->err);
    cr_assert_str_empty(o->out);
}

Test(inputs, arrays_go_to_the_inputs_of_their_names)
{
    check_shown("run difference.onnxtxt --inputs both.npz", "  4 5\n");
}

Test(inputs, a_file_that_is_named_comes_before_the_arrays)
{
    check_shown("run difference.onnxtxt --inputs both.npz --input b=one.npy", "  4 6\n");
}

Test(inputs, an_archive_as_a_file_gives_the_array_of_that_name_or_its_only_one)
{
    check_shown("run difference.onnxtxt --input a=both.npz --input b=both.npz", "  4 5\n");
    check_shown("run difference.onnxtxt --input a=one.npy --input b=single.npz", "  -4 -6\n");
    check_refused("run m.onnxtxt --input x=both.npz", 1, "both.npz: holds no array named 'x'");
}

Test(inputs, a_tensor_of_onnx_s_is_read)
{
    /* dims 1 and 4, data_type FLOAT, raw_data: 1, 2, -1, 0 */
    static const unsigned char pb[] = "\x08\x01\x08\x04\x10\x01\x4a\x10\0\0\x80\x3f\0\0\0\x40"
                                      "\0\0\x80\xbf\0\0\0";
    FILE *file = fopen(in_folder("x.pb"), "wb");
    cr_assert(file && fwrite(pb, 1, sizeof pb, file) == sizeof pb);
    fclose(file);
    check_shown("run m.onnxtxt --input x=x.pb", "  2 4 0 0\n");
}

Test(inputs, a_file_without_a_name_has_to_have_one_input_to_go_to)
{
    check_refused("run difference.onnxtxt one.npy", 2, "--input a=FILE");
    test_write("none.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                               "g () => (float[2] y) <float[2] w = {1, 2}> { y = Neg(w) }\n");
    check_refused("run none.onnxtxt one.npy", 2, "the model has no input");
}

Test(inputs, a_file_of_no_known_kind_is_told_which_there_are)
{
    test_write("x.what", "1 2 3 4");
    check_refused("run m.onnxtxt --input x=x.what", 1,
                  "x.what: is no kind of file that holds an input");
}

Test(inputs, a_raw_file_needs_a_shape)
{
    test_write("open.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                               "g (float x) => (float y) { y = Relu(x) }\n");
    test_write("x.raw", "12345678");
    const outcome *o = finnc_run("run open.onnxtxt x.raw", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "x.raw"), "%s", o->err);
}

Test(inputs, rows_that_are_no_whole_number_of_batches_are_counted)
{
    test_write("pairs.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                                "g (float[2,2] x) => (float[2,2] y) { y = Relu(x) }\n");
    check_refused("run pairs.onnxtxt one.npy --batch", 1,
                  "input x: 1 along its first axis are no whole number of batches of 2");
}
