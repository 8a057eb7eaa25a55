#include "support/program.h"

#include "../passes/hw/layers.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow\" : 1,"               \
    " \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"
/* 72 products, then 6 thresholds of one step. */
#define MODEL                                                                                      \
    HEAD "g (float[1,12] x {UINT2}) => (float[1,6] y {UINT2})"                                     \
         "<float[12,6] w {INT2}, float[6] p {UINT1}> {"                                            \
         "[m] z = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=12, MH=6, SIMD=1, PE=1,"            \
         " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","            \
         " noActivation=1>(x, w) [c] y = " COPY(6, 1, "UINT2", "") "(z, p) }"
/* The same product, not bound. */
#define ABSTRACT                                                                                   \
    HEAD "g (float[1,12] x {UINT2}) => (float[1,6] y {UINT2})<float[12,6] w {INT2}> {"             \
         "[m] y = " HW "MVAU<backend=\"fpgadataflow\", MW=12, MH=6, SIMD=1, PE=1,"                 \
         " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","            \
         " noActivation=1>(x, w) }"

static int64_t entry(const json_t *root, const char *node, const char *attr)
{
    return json_integer_value(json_object_get(json_object_get(root, node), attr));
}

/* At 10 ns 25 million frames per second leave 4 cycles: 72 / 4 products at once. */
Test(cmd_fold, writes_a_folding_file_for_a_speed)
{
    test_write("m.onnxtxt", MODEL);
    const outcome *o = finnc_run("fold m.onnxtxt --target-fps 25e6 -o f.json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "4 cycles per frame, of m: 25,000,000 frames/s at 10 ns"), "%s",
              o->out);
    cr_assert(strstr(o->out, "no design of at most 4 cycles takes less"), "%s", o->out);
    json_t *root = json_loads(test_read("f.json"), 0, NULL);
    cr_assert_not_null(root);
    cr_expect(json_is_object(json_object_get(root, "Defaults")));
    cr_expect_eq(entry(root, "m", "SIMD") * entry(root, "m", "PE"), 18);
    cr_expect_geq(entry(root, "c", "PE"), 2);
    json_decref(root);
}

Test(cmd_fold, applies_what_it_found)
{
    test_write("m.onnxtxt", MODEL);
    const outcome *o = finnc_run("fold m.onnxtxt --target-cycles 1 --apply out.onnx --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->out);
    cr_expect_eq(json_integer_value(json_object_get(root, "max_cycles")), 1);
    cr_expect_eq(json_array_size(json_object_get(root, "layers")), 2);
    cr_expect_eq(json_array_size(json_object_get(root, "converters")), 0);
    const double luts = json_number_value(json_object_get(json_object_get(root, "total"), "LUT"));
    json_decref(root);
    o = finnc_run("fold out.onnx --as-is --json", NULL);
    root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->err);
    cr_expect_eq(json_integer_value(json_object_get(root, "max_cycles")), 1);
    cr_expect_eq(json_number_value(json_object_get(json_object_get(root, "total"), "LUT")), luts);
    json_decref(root);
}

/* 6 * 12 = 72 cycles with SIMD and PE 1; budgets are the part's if nobody says them. */
Test(cmd_fold, says_which_budget_binds)
{
    test_write("m.onnxtxt", MODEL);
    const outcome *o = finnc_run("fold m.onnxtxt --max-luts 400", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "the budget is 400 LUTs"), "%s", o->out);
    o = finnc_run("fold m.onnxtxt --part pynq-z1 --json", NULL);
    cr_assert(strstr(o->out, "\"limit\": \"layer\""), "%s", o->out);
    o = finnc_run("fold m.onnxtxt --max-luts 100", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "no design fits"), "%s", o->err);
    cr_assert(strstr(o->err, "the budget is 100 LUTs"), "%s", o->err);
}

Test(cmd_fold, binds_abstract_layers_for_a_part)
{
    test_write("m.onnxtxt", ABSTRACT);
    const outcome *o = finnc_run("fold m.onnxtxt", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "1 layer is bound neither to HLS nor to RTL, and no part is given"),
              "%s", o->err);
    o = finnc_run("fold m.onnxtxt --part pynq-z1 -o -", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->err, "1 layer is bound for xc7z020clg400-1"), "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->out);
    cr_expect_eq(entry(root, "MVAU_hls_0", "PE"), 6);
    json_decref(root);
    o = finnc_run("fold m.onnxtxt --part no-such-part", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "unknown part no-such-part"), "%s", o->err);
}

Test(cmd_fold, refuses_targets_that_make_no_sense)
{
    test_write("m.onnxtxt", MODEL);
    cr_expect_eq(finnc_run("fold m.onnxtxt --target-fps 0", NULL)->status, 2);
    cr_expect_eq(finnc_run("fold m.onnxtxt --target-cycles 0", NULL)->status, 2);
    cr_expect_eq(finnc_run("fold m.onnxtxt --clock -1", NULL)->status, 2);
    cr_expect_eq(finnc_run("fold m.onnxtxt --target-fps 1 --target-cycles 1", NULL)->status, 2);
    const outcome *o = finnc_run("fold m.onnxtxt --target-fps 2e8", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "0.5 cycles per frame"), "%s", o->err);
}

/* What --as-is looks at cannot be aimed at anything. */
Test(cmd_fold, as_is_has_no_target)
{
    static const char *const options[] = {"--target-fps 1e9", "--target-cycles 1", "--max-luts 1",
                                          "--max-bram 1",     "--max-dsp 1",       "--max-uram 1"};
    char arguments[80];
    test_write("m.onnxtxt", MODEL);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        snprintf(arguments, sizeof arguments, "fold m.onnxtxt --as-is %s", options[i]);
        const outcome *o = finnc_run(arguments, NULL);
        cr_expect_eq(o->status, 2, "%s", options[i]);
        cr_expect(strstr(o->err, "exclude each other"), "%s", o->err);
    }
}

Test(cmd_fold, standard_output_takes_one_thing)
{
    test_write("m.onnxtxt", MODEL);
    const outcome *o = finnc_run("fold m.onnxtxt --apply -", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_gt(o->out_length, 0);
    cr_expect_null(memmem(o->out, o->out_length, "cycles per frame", 16), "a report behind it");
    cr_expect_eq(finnc_run("fold m.onnxtxt -o - --json", NULL)->status, 2);
    cr_expect_eq(finnc_run("fold m.onnxtxt --apply - --json", NULL)->status, 2);
    cr_expect_eq(finnc_run("fold m.onnxtxt -o - --apply -", NULL)->status, 2);
    o = finnc_run("fold m.onnxtxt -o f.json --json", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\"max_cycles\""), "%s", o->out);
}

/* A FIFO has the words that it was made for. */
Test(cmd_fold, fifos_are_warned_of)
{
    test_write("m.onnxtxt", MODEL);
    const outcome *o = finnc_run("transform m.onnxtxt -o q.onnx -p "
                                 "'InsertFIFO{create_shallow_fifos=true},"
                                 "SpecializeLayers{fpgapart=\"xc7z020clg400-1\"},"
                                 "GiveUniqueNodeNames'",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("fold q.onnx", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "warning: q.onnx: 3 FIFOs, the first is StreamingFIFO_"), "%s",
              o->err);
    cr_expect(strstr(o->err, "fold before InsertFIFO"), "%s", o->err);
    o = finnc_run("fold q.onnx --as-is", NULL);
    cr_expect_null(strstr(o->err, "FIFO"), "%s", o->err);
    o = finnc_run("fold m.onnxtxt", NULL);
    cr_expect_null(strstr(o->err, "FIFO"), "%s", o->err);
}
