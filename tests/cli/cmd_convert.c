#include "support/program.h"

#include <criterion/criterion.h>
#include <string.h>

#define QUANTISED                                                                                  \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float z = {0}, float n = {8}> {\n"       \
    "    y = qonnx.custom_op.general.Quant <narrow = 0, signed = 1, rounding_mode = \"ROUND\">\n"  \
    "        (x, s, z, n)\n"                                                                       \
    "}\n"

Test(cmd_convert, there_and_back)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run("convert m.onnxtxt -o qcdq.onnxtxt --to qcdq", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(test_read("qcdq.onnxtxt"), "DequantizeLinear"));
    o = finnc_run("convert qcdq.onnxtxt -o quant.onnxtxt --to quant", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(test_read("quant.onnxtxt"), "Quant"));
    cr_expect_not(strstr(test_read("quant.onnxtxt"), "DequantizeLinear"));
    o = finnc_run("compare m.onnxtxt quant.onnxtxt", NULL);
    cr_expect_eq(o->status, 0, "%s", o->out);
}

Test(cmd_convert, to_finns_thresholds)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run("convert m.onnxtxt -o finn.onnxtxt --to finn", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(test_read("finn.onnxtxt"), "MultiThreshold"));
}

Test(cmd_convert, the_kind_has_to_be_said)
{
    test_write("m.onnxtxt", QUANTISED);
    cr_expect_eq(finnc_run("convert m.onnxtxt -o o.onnxtxt", NULL)->status, 2);
    cr_expect_eq(finnc_run("convert m.onnxtxt -o o.onnxtxt --to dq", NULL)->status, 2);
    cr_expect_not(test_exists("o.onnxtxt"));
}
