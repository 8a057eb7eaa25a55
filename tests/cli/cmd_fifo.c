#include "support/program.h"

#include "../passes/hw/layers.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

/* Six words of a copy wait until a product has seen them. */
#define FORK                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"        \
    "g (float[1,6] x {UINT2}) => (float[1,6] y {UINT4})<float[6,6] w {INT2}> {"                    \
    "[d] a, b = " HLS "DuplicateStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1,"        \
    " NumOutputStreams=2, inputDataType=\"UINT2\">(x)"                                             \
    "[m] c = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=6, MH=6, SIMD=1, PE=1,"                  \
    " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","                 \
    " noActivation=1>(a, w)"                                                                       \
    "[s] y = " HLS "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1,"                 \
    " inputDataType=\"UINT2\">(c, b) }"

Test(cmd_fifo, prints_and_writes_depths)
{
    test_write("m.onnxtxt", FORK);
    const outcome *o = finnc_run("fifo m.onnxtxt -o f.json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "a frame every 36 cycles, as often as m allows"), "%s", o->out);
    cr_assert(strstr(o->out, "d[1]"), "%s", o->out);
    json_t *root = json_loads(test_read("f.json"), 0, NULL);
    const json_t *depths = json_object_get(json_object_get(root, "s"), "inFIFODepths");
    cr_assert_eq(json_array_size(depths), 2);
    cr_expect_eq(json_integer_value(json_array_get(depths, 0)), 2);
    cr_expect_eq(json_integer_value(json_array_get(depths, 1)), 6);
    depths = json_object_get(json_object_get(root, "d"), "outFIFODepths");
    cr_expect_eq(json_integer_value(json_array_get(depths, 1)), 6);
    json_decref(root);
}

Test(cmd_fifo, checks_what_it_wrote)
{
    test_write("m.onnxtxt", FORK);
    cr_assert_eq(finnc_run("fifo m.onnxtxt -o f.json", NULL)->status, 0);
    const outcome *o = finnc_run("fifo m.onnxtxt --check=f.json", NULL);
    cr_assert_eq(o->status, 0, "%s%s", o->out, o->err);
    cr_assert(strstr(o->out, "a frame every 36 cycles"), "%s", o->out);
}

Test(cmd_fifo, a_deadlock_is_a_failure)
{
    test_write("m.onnxtxt", FORK);
    const outcome *o = finnc_run("fifo m.onnxtxt --check", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->out, "deadlock: "), "%s", o->out);
    cr_assert(strstr(o->out, "d waits for room in front of s"), "%s", o->out);
    test_write("shallow.json", "{\"Defaults\": {}, \"s\": {\"inFIFODepths\": [2, 5]}}");
    o = finnc_run("fifo m.onnxtxt --check=shallow.json --json", NULL);
    cr_assert_eq(o->status, 1, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->out);
    cr_expect(json_is_true(json_object_get(root, "deadlock")));
    cr_expect_eq(json_array_size(json_object_get(root, "fifos")), 5);
    json_decref(root);
}

Test(cmd_fifo, refuses_what_makes_no_sense)
{
    test_write("m.onnxtxt", FORK);
    cr_expect_eq(finnc_run("fifo m.onnxtxt --check -o f.json", NULL)->status, 2);
    cr_expect_eq(finnc_run("fifo m.onnxtxt --clock 0", NULL)->status, 2);
    const outcome *o = finnc_run("fifo m.onnxtxt --check=nowhere.json", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "nowhere.json"), "%s", o->err);
}

/* The depths that were meant for a layer of another name had no effect, and nobody said so. */
Test(cmd_fifo, an_entry_for_no_layer_is_warned_of)
{
    test_write("m.onnxtxt", FORK);
    test_write("f.json", "{\"Defaults\": {}, \"AddStreams_9\": {\"inFIFODepths\": [2, 6]}, "
                         "\"s\": {\"inFIFODepths\": [2, 6]}}");
    const outcome *o = finnc_run("fifo m.onnxtxt --check=f.json -q", NULL);
    cr_expect(strstr(o->err, "finnc: warning: m.onnxtxt: f.json: "), "%s", o->err);
    cr_expect(strstr(o->err, "entry AddStreams_9 is for no node"), "%s", o->err);
    cr_expect_null(strstr(o->err, "entry s"), "%s", o->err);
    cr_expect_null(strstr(o->err, "no entry for it"), "%s", o->err);
}

Test(cmd_fifo, depths_of_no_layer_have_the_models_place)
{
    test_write("m.onnxtxt", FORK);
    test_write("f.json", "{\"Defaults\": {}, \"s\": {\"PEE\": 3}}");
    const outcome *o = finnc_run("fifo m.onnxtxt --check=f.json", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "error: m.onnxtxt: "), "%s", o->err);
}
