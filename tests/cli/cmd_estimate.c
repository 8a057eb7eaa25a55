#include "support/program.h"
#include "support/tfc_layers.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define HW "finn.custom_op.fpgadataflow."

/* Layers that nobody bound yet, with a node between that is none. */
#define OPSETS "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow\" : 1]>\n"
#define ADD(attrs)                                                                                 \
    HW "AddStreams<backend=\"fpgadataflow\", NumChannels=6, inputDataType=\"INT2\"" attrs ">"
#define ABSTRACT(attrs, between)                                                                   \
    OPSETS "g (float[1,6] x {INT2}) => (float[1,6] y) { [p] a = " ADD(                             \
        attrs) "(x, x) " between " [q] y = " ADD(", PE=1") "(b, b) }"

Test(cmd_estimate, a_table_says_where_the_bottleneck_is)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    const outcome *o = finnc_run("estimate m.onnxtxt --clock 5", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *row = strstr(o->out, "MVAU_hls_0 ");
    cr_assert(row, "%s", o->out);
    const char *mark = strstr(row, "<- bottleneck");
    cr_expect(mark && mark < strchr(row, '\n'), "%s", o->out);
    /* 896 cycles of 5 ns. */
    cr_expect(strstr(o->out, "223214 frames/s"), "%s", o->out);
    cr_expect(strstr(o->out, "1,810"), "%s", o->out);
}

Test(cmd_estimate, json_holds_finns_reports)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    const outcome *o = finnc_run("estimate m.onnxtxt --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(root, "%s", o->out);
    const json_t *performance = json_object_get(root, "network_performance");
    cr_expect_eq(json_integer_value(json_object_get(performance, "critical_path_cycles")), 3354);
    cr_expect_eq(json_number_value(json_object_get(performance, "estimated_throughput_fps")),
                 111607.14285714286);
    const json_t *cycles = json_object_get(root, "layer_cycles");
    cr_expect_eq(json_integer_value(json_object_get(cycles, "MVAU_hls_3")), 640);
    json_decref(root);
}

Test(cmd_estimate, reports_and_a_chart_are_files)
{
    static const char *const files[] = {
        "estimate_layer_cycles.json", "estimate_layer_resources.json",
        "estimate_layer_config_alternatives.json", "estimate_network_performance.json",
        "op_and_param_counts.json"};
    char path[128];
    test_write("m.onnxtxt", TFC_LAYERS(56));
    const outcome *o = finnc_run("estimate m.onnxtxt --reports r --chart c.svg", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "r/%s", files[i]);
        cr_expect(test_exists(path), "%s", path);
    }
    cr_expect(test_exists("c.svg"));
}

/* Folded by FINN's file: 3 of 6 channels at once are 2 cycles; the other layer takes 6. */
Test(cmd_estimate, layers_are_bound_and_folded_first)
{
    test_write("m.onnxtxt", ABSTRACT(", PE=1", "b = Identity(a)"));
    test_write("f.json", "{\"Defaults\": {}, \"AddStreams_hls_0\": {\"PE\": 3}}");
    const outcome *o = finnc_run("estimate m.onnxtxt -f f.json --json --quiet", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\"AddStreams_hls_0\": 2"), "%s", o->out);
    cr_expect(strstr(o->out, "\"AddStreams_hls_1\": 6"), "%s", o->out);
    cr_expect(strstr(o->err, "lie between"), "%s", o->err);
}

/* ---- what is wrong, with the numbers ---- */

static void check_error(const char *command, const char *words)
{
    const outcome *o = finnc_run(command, NULL);
    cr_expect_eq(o->status, 1, "%s: %d", command, o->status);
    cr_expect(strstr(o->err, words), "%s: %s", command, o->err);
}

Test(cmd_estimate, illegal_folding)
{
    test_write("m.onnxtxt", ABSTRACT(", PE=4", "b = Identity(a)"));
    check_error("estimate m.onnxtxt",
                "AddStreams_hls_0 (AddStreams_hls): PE 4 does not divide the last axis, 6");
    test_write("m.onnxtxt", ABSTRACT(", PE=1", "b = Identity(a)"));
    test_write("f.json", "{\"Defaults\": {}, \"AddStreams_hls_0\": {\"PE\": 5}}");
    check_error("estimate m.onnxtxt -f f.json", "PE 5 does not divide 6");
    test_write("m.onnxtxt", ABSTRACT("", "b = Identity(a)"));
    check_error("estimate m.onnxtxt",
                "onnxtxt: AddStreams_hls_0 (AddStreams_hls): attribute PE is missing");
    test_write("f.json", "{\"Defaults\": {}, \"AddStreams_hls_0\": {\"PEE\": 3}}");
    check_error("estimate m.onnxtxt -f f.json", "PEE");
}

Test(cmd_estimate, an_entry_for_no_layer_is_warned_of)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    test_write("f.json", "{\"Defaults\": {}, \"MVAU_hls_9\": {\"PE\": 1}}");
    const outcome *o = finnc_run("estimate m.onnxtxt -f f.json", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "finnc: warning: m.onnxtxt: f.json: "), "%s", o->err);
    cr_expect(strstr(o->err, "entry MVAU_hls_9 is for no node; did you mean MVAU_hls_"), "%s",
              o->err);
}

Test(cmd_estimate, the_part_that_nobody_named_is_said)
{
    static const char words[] = "estimated for xc7z020clg400-1, the part of a Pynq-Z1; --part says";
    test_write("m.onnxtxt", TFC_LAYERS(56));
    cr_expect(strstr(finnc_run("estimate m.onnxtxt", NULL)->err, words));
    cr_expect_str_empty(finnc_run("estimate m.onnxtxt --part pynq-z1", NULL)->err);
    cr_expect_str_empty(finnc_run("estimate m.onnxtxt -q", NULL)->err);
    cr_expect(strstr(finnc_run("estimate --help", NULL)->out, "(Pynq-Z1)"));
    cr_expect_not(strstr(finnc_run("fold --help", NULL)->out, "(Pynq-Z1)"));
}

Test(cmd_estimate, a_part_that_nobody_knows)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    check_error("estimate m.onnxtxt --part Pynq-Z3", "Pynq-Z1");
    check_error("estimate m.onnxtxt --part x", "xc7z020clg400-1");
}

Test(cmd_estimate, no_layers)
{
    test_write("m.onnxtxt", OPSETS "g (float[1,6] x) => (float[1,6] y) { y = Relu(x) }");
    check_error("estimate m.onnxtxt", "has no hardware layers");
}

Test(cmd_estimate, nodes_between_layers_are_told)
{
    test_write("m.onnxtxt", ABSTRACT(", PE=1", "[r] b = Relu(a)"));
    const outcome *o = finnc_run("estimate m.onnxtxt --part Pynq-Z1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "nodes that are no layers lie between"), "%s", o->err);
    test_write("m.onnxtxt", ABSTRACT(", PE=1", "b = Identity(x) c = Relu(a)"));
    o = finnc_run("estimate m.onnxtxt --part Pynq-Z1", NULL);
    cr_expect_not(strstr(o->err, "lie between"), "%s", o->err);
}

Test(cmd_estimate, a_clock_that_is_none)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    cr_expect_eq(finnc_run("estimate m.onnxtxt --clock 0", NULL)->status, 2);
}

/* A node in the middle that became no layer: no partition can hold both of its neighbours. */
Test(cmd_estimate, a_partition_that_cannot_be_cut_names_what_lies_between)
{
    test_write("m.onnxtxt", ABSTRACT("", "[r] b = Relu(a)"));
    check_error("transform m.onnxtxt -o parent.onnx --passes CreateDataflowPartition",
                "a path leaves partition 0 and comes back to it by way of r (Relu)");
    cr_expect(!test_exists("parent.onnx"));
    cr_expect(!test_exists("partition_0.onnx"));
}

Test(cmd_estimate, a_chart_has_standard_output_to_itself)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    const outcome *o = finnc_run("estimate m.onnxtxt --chart -", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *end = strstr(o->out, "</svg>");
    cr_assert(end, "%s", o->out);
    cr_expect_eq(strlen(end), strlen("</svg>\n"), "%s", end);
    cr_expect_eq(finnc_run("estimate m.onnxtxt --chart - --json", NULL)->status, 2);
    cr_expect_eq(finnc_run("estimate m.onnxtxt --chart - -o -", NULL)->status, 2);
    o = finnc_run("estimate m.onnxtxt --chart - -o table.txt", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect(test_exists("table.txt"));
}

/* One option, and one rule about it. */
Test(cmd_estimate, a_clock_is_a_period)
{
    static const char *const lines[] = {
        "estimate m.onnxtxt --clock inf", "fold m.onnxtxt --clock inf",
        "fifo m.onnxtxt --clock inf",     "estimate m.onnxtxt -c 0",
        "fold m.onnxtxt -c -1",           "fifo m.onnxtxt -c nan"};
    test_write("m.onnxtxt", TFC_LAYERS(56));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        cr_expect_eq(o->status, 2, "%s", lines[i]);
        cr_expect(strstr(o->err, "should be a period in nanoseconds"), "%s: %s", lines[i], o->err);
    }
}

Test(cmd_estimate, a_folder_that_cannot_be_made_is_not_the_models_fault)
{
    test_write("m.onnxtxt", TFC_LAYERS(56));
    const outcome *o = finnc_run("estimate m.onnxtxt --reports m.onnxtxt", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "error: m.onnxtxt: cannot make the folder"), "%s", o->err);
}
