#include "support/program.h"

#include <criterion/criterion.h>
#include <string.h>

static void setup(void)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1,2,4,6] x) => (float[1,2,2,3] y) {\n"
                            "   y = MaxPool <kernel_shape = [2,2], strides = [2,2]> (x)\n}\n");
}

TestSuite(channels_last, .init = setup);

Test(channels_last, converts_between_transposes)
{
    const outcome *o = finnc_run("channels-last m.onnxtxt -o out.onnx", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_empty(o->out);
    cr_assert(strstr(finnc_run("dump out.onnx", NULL)->out, "3 nodes: 2 Transpose, 1 MaxPool\n"),
              "%s", finnc_run("dump out.onnx", NULL)->out);
    cr_assert_eq(finnc_run("compare m.onnxtxt out.onnx", NULL)->status, 0);
    cr_assert_str_eq(test_list(), "m.onnxtxt out.onnx");
}

Test(channels_last, turns_the_input_too)
{
    const outcome *o =
        finnc_run("channels-last m.onnxtxt -o out.onnxtxt --make-input-channels-last", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *text = test_read("out.onnxtxt");
    cr_assert(strstr(text, "(float[1,4,6,2] x {NHWC})"), "%s", text);
    cr_assert_null(strstr(text, "perm = [0, 2, 3, 1]"));
}

Test(channels_last, a_failure_leaves_no_file)
{
    cr_assert_eq(finnc_run("channels-last m.onnxtxt", NULL)->status, 2);
    cr_assert_eq(finnc_run("channels-last nowhere.onnx -o out.onnx", NULL)->status, 1);
    cr_assert_str_eq(test_list(), "m.onnxtxt");
}
