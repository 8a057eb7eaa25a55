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

/* ---- what stays ---- */

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float z = {0}, float n = {8},\n"         \
    " float half = {2.5}> {\n"
#define QUANT(NAME, Y, X, BITS)                                                                    \
    "[" NAME "] " Y " = qonnx.custom_op.general.Quant <narrow = 0, signed = 1,"                    \
    " rounding_mode = \"ROUND\"> (" X ", s, z, " BITS ")\n"

static void check_warning(const char *arguments, const char *words)
{
    const outcome *o = finnc_run(arguments, NULL);
    cr_expect_eq(o->status, 0, "%s: %s", arguments, o->err);
    cr_expect(strstr(o->err, words), "%s: %s", arguments, o->err);
    cr_expect(test_exists("o.onnxtxt"));
}

Test(cmd_convert, what_stays_is_told_with_the_reason)
{
    static const char words[] =
        "finnc: warning: m.onnxtxt: odd (Quant) stays: its bit width is not a whole number";
    test_write("m.onnxtxt", HEAD QUANT("odd", "a", "x", "half") QUANT("even", "y", "a", "n") "}");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to qcdq", words);
    cr_expect_not(strstr(finnc_run("convert m.onnxtxt -o o.onnxtxt --to qcdq", NULL)->err, "even"));
    cr_expect(strstr(test_read("o.onnxtxt"), "DequantizeLinear"));
    check_warning("convert m.onnxtxt -o o.onnxtxt --to finn",
                  "(Quant) stays: its bit width is not a whole number");
    check_warning("convert m.onnxtxt -q -o o.onnxtxt --to qcdq", words);
}

Test(cmd_convert, what_no_pass_looks_at_stays_too)
{
    test_write("m.onnxtxt", HEAD "[b] y = qonnx.custom_op.general.BipolarQuant(x, s) }");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to qcdq",
                  "b (BipolarQuant) stays: it has no counterpart there");
}

Test(cmd_convert, of_many_that_stay_the_first_are_named)
{
    test_write("m.onnxtxt", HEAD QUANT("q0", "a", "x", "half") QUANT("q1", "b", "a", "half")
                                QUANT("q2", "c", "b", "half") QUANT("q3", "d", "c", "half")
                                    QUANT("q4", "e", "d", "half") QUANT("q5", "f", "e", "half")
                                        QUANT("q6", "y", "f", "half") "}");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to qcdq", "q4 (Quant) stays");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to qcdq", "warning: m.onnxtxt: 2 more nodes");
    cr_expect_not(strstr(finnc_run("convert m.onnxtxt -o o.onnxtxt --to qcdq", NULL)->err, "q5"));
}

Test(cmd_convert, where_there_is_nothing_to_convert_that_is_told)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13,"
                            " \"qonnx.custom_op.general\" : 1]>\n"
                            "g (float[1,2] x) => (float[1,2] y) <float[1,3] t = {0, 1, 2}> {\n"
                            "y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\">"
                            " (x, t) }");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to qcdq",
                  "nothing was converted: there is no Quant, IntQuant, BipolarQuant");
    check_warning("convert m.onnxtxt -o o.onnxtxt --to quant", "there is no DequantizeLinear\n");
}

Test(cmd_convert, what_is_all_converted_is_no_news)
{
    test_write("m.onnxtxt", QUANTISED);
    cr_expect_str_empty(finnc_run("convert m.onnxtxt -o o.onnxtxt --to qcdq", NULL)->err);
    cr_expect_str_empty(finnc_run("convert o.onnxtxt -o q.onnxtxt --to quant", NULL)->err);
    cr_expect_str_empty(finnc_run("convert m.onnxtxt -o o.onnxtxt --to finn", NULL)->err);
}
