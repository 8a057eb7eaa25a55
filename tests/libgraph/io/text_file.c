#include "support/program.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <stdio.h>
#include <string.h>

FNC_SUITE(text_file);

#define TWICE                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "twice (float[2] x) => (float[2] y) <float[1] two = {2}> { y = Mul(x, two) }\n"

static const char *path_of(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static finnc_model *read_model(const char *name)
{
    finnc_model *model = NULL;
    cr_assert_eq(finnc_model_read(cx, path_of(name), &model), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_expect_str_eq(finnc_ctx_message(cx), "", "a success has words");
    return model;
}

Test(text_file, the_name_tells_what_is_read)
{
    test_write("m.OnnxTxt", TWICE);
    finnc_model *model = read_model("m.OnnxTxt");
    cr_expect_str_eq(finnc_graph_name(finnc_model_graph(model)), "twice");
    cr_expect_str_eq(finnc_model_folder(model), test_folder());
    finnc_model_destroy(model);
}

Test(text_file, the_name_tells_what_is_written)
{
    test_write("m.onnxtxt", TWICE);
    finnc_model *model = read_model("m.onnxtxt");
    cr_assert_eq(finnc_model_write(cx, model, path_of("n.onnxtxt"), FINNC_EXTERNAL_KEEP), FINNC_OK);
    finnc_model_destroy(model);
    cr_expect_eq(test_read("n.onnxtxt")[0], '<');
    model = read_model("n.onnxtxt");
    cr_expect(finnc_value_is_constant(finnc_graph_find_value(finnc_model_graph(model), "two")));
    finnc_model_destroy(model);
}

static void check_fails(const char *name, finnc_status wanted, const char *words)
{
    finnc_model *model;
    cr_expect_eq(finnc_model_read(cx, path_of(name), &model), wanted);
    cr_expect(strstr(finnc_ctx_message(cx), name), "%s", finnc_ctx_message(cx));
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

/* No field of protobuf's is written like these first bytes. */
Test(text_file, contents_tell_too)
{
    test_write("m.txt", "\r\n\t " TWICE);
    finnc_model_destroy(read_model("m.txt"));
    test_write("m.txt", "model " TWICE);
    check_fails("m.txt", FINNC_BAD_FILE, "is damaged");
    test_write("m.txt", " \n");
    check_fails("m.txt", FINNC_BAD_FILE, "is damaged");
}

Test(text_file, what_is_wrong_has_the_files_name)
{
    check_fails("none.onnxtxt", FINNC_NOT_FOUND, "No such file");
    test_write("m.onnxtxt", "<ir_version: 8>\ng (float[2] x) => (float[2] y) { y = }");
    check_fails("m.onnxtxt", FINNC_BAD_FILE, "line 2");
    test_write("empty.onnxtxt", "");
    check_fails("empty.onnxtxt", FINNC_BAD_FILE, "line 1");
    FILE *file = fopen(path_of("zero.onnxtxt"), "wb");
    fwrite("<ir\0>", 1, 5, file);
    fclose(file);
    check_fails("zero.onnxtxt", FINNC_BAD_FILE, "a zero byte at offset 3");
}
