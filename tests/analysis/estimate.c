#include <finnc/estimate.h>

#include <support/poor.h>
#include <support/run_text.h>
#include <support/sink.h>
#include <support/suite.h>
#include <support/tfc_layers.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

FNC_SUITE(estimate);

static finnc_estimate *estimate(const finnc_model *model, const finnc_part *part)
{
    finnc_estimate *e;
    cr_assert_eq(finnc_estimate_create(cx, finnc_model_graph(model), part, &e), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return e;
}

static finnc_part pynq(void)
{
    finnc_part part;
    cr_assert_eq(finnc_part_find(cx, "Pynq-Z1", &part), FINNC_OK);
    return part;
}

/* FINN's own figures for its example build. */
Test(estimate, tfc_is_as_finn_estimates_it)
{
    static const struct {
        const char *name;
        int64_t cycles;
        double bram, lut;
    } wanted[] = {{"Thresholding_rtl_0", 784, 0, 104}, {"MVAU_hls_0", 896, 4, 678},
                  {"MVAU_hls_1", 512, 1, 358},         {"MVAU_hls_2", 512, 1, 358},
                  {"MVAU_hls_3", 640, 1, 312},         {"LabelSelect_hls_0", 10, 0, 0}};
    finnc_model *model = read_text(cx, TFC_LAYERS(56));
    const finnc_part part = pynq();
    finnc_estimate *e = estimate(model, &part);
    const finnc_estimate_summary *s = finnc_estimate_summarise(e);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const finnc_layer_estimate *l = finnc_estimate_layer(e, i);
        cr_assert(l);
        cr_expect_str_eq(l->name, wanted[i].name);
        cr_expect_eq(l->cycles, wanted[i].cycles, "%s: %lld", l->name, (long long)l->cycles);
        cr_expect_eq(l->resources.bram_18k, wanted[i].bram, "%s", l->name);
        cr_expect_eq(l->resources.lut, wanted[i].lut, "%s: %g", l->name, l->resources.lut);
    }
    cr_expect_null(finnc_estimate_layer(e, 6));
    cr_expect_eq(s->nlayers, 6);
    cr_expect_eq(s->max_cycles, 896);
    cr_expect_str_eq(s->bottleneck->name, "MVAU_hls_0");
    cr_expect_eq(s->critical_path_cycles, 3354);
    cr_expect_eq(s->total.lut, 1810);
    cr_expect_eq(s->total.bram_18k, 7);
    cr_expect_eq(finnc_estimate_fps(e, 10), 111607.14285714286);
    cr_expect_eq(finnc_estimate_latency_ns(e, 10), 33540);
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

#define DOUBLE(pe)                                                                                 \
    TFC_HLS "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=12, PE=" #pe                     \
            ", inputDataType=\"INT2\">"

/* 12 / PE cycles each; a branch with two layers beside one with one, which is slower: 4 + (6 + 3 or
 * 12) + 2. */
Test(estimate, the_longest_of_several_paths_is_critical)
{
    finnc_model *model = read_text(
        cx, "<ir_version: 8, opset_import: [\"finn.custom_op.fpgadataflow.hls\" : 1]>\n"
            "g (float[1,12] x {INT2}) => (float[1,12] y) {"
            " [first] a = " DOUBLE(3) "(x, x) [b] b = " DOUBLE(2) "(a, a) [c] c = " DOUBLE(
                4) "(b, b)"
                   " [d] d = " DOUBLE(1) "(a, a) [last] y = " DOUBLE(6) "(c, d) }");
    finnc_estimate *e = estimate(model, NULL);
    const finnc_estimate_summary *s = finnc_estimate_summarise(e);
    cr_expect_eq(s->critical_path_cycles, 4 + 12 + 2);
    cr_expect_eq(s->max_cycles, 12);
    cr_expect_str_eq(s->bottleneck->name, "d");
    cr_expect_null(s->part);
    cr_expect_eq(s->total.lut, 0);
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

/* The same layers, the last ones first. */
Test(estimate, the_order_of_the_list_says_nothing)
{
    finnc_model *model =
        read_text(cx, "<ir_version: 8, opset_import: [\"finn.custom_op.fpgadataflow.hls\" : 1]>\n"
                      "g (float[1,12] x {INT2}) => (float[1,12] y) {"
                      " [last] y = " DOUBLE(6) "(c, d) [d] d = " DOUBLE(1) "(a, a) [c] c = " DOUBLE(
                          4) "(b, b)"
                             " [b] b = " DOUBLE(2) "(a, a) [first] a = " DOUBLE(3) "(x, x) }");
    finnc_estimate *e = estimate(model, NULL);
    cr_expect_eq(finnc_estimate_summarise(e)->critical_path_cycles, 4 + 12 + 2);
    cr_expect_str_eq(finnc_estimate_layer(e, 0)->name, "first");
    cr_expect_str_eq(finnc_estimate_layer(e, 4)->name, "last");
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

static void hear(void *user, finnc_severity severity, const char *line)
{
    bool *told = user;
    (void)severity;
    *told = *told || strstr(line, "lie between this layer and others");
}

Test(estimate, gaps_are_told_whatever_the_order_of_the_list)
{
    bool told = false;
    finnc_estimate *e;
    finnc_ctx *own = finnc_ctx_create(&(finnc_ctx_options){.log = hear, .user = &told});
    finnc_model *model = read_text(
        own, "<ir_version: 8, opset_import: [\"\": 13, \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"
             "g (float[1,12] x {INT2}) => (float[1,12] y) {"
             " [q] y = " DOUBLE(6) "(b, b) b = Relu(a) [p] a = " DOUBLE(3) "(x, x) }");
    cr_assert_eq(finnc_estimate_create(own, finnc_model_graph(model), NULL, &e), FINNC_OK);
    cr_expect(told);
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
    finnc_ctx_destroy(own);
}

Test(estimate, illegal_folding_is_an_error_with_the_numbers)
{
    finnc_model *model = read_text(cx, TFC_LAYERS(50));
    finnc_estimate *e;
    cr_expect_eq(finnc_estimate_create(cx, finnc_model_graph(model), NULL, &e), FINNC_BAD_VALUE);
    const char *words = finnc_ctx_message(cx);
    cr_expect(strstr(words, "MVAU_hls_0 (MVAU_hls): SIMD 50 does not divide MW 784"), "%s", words);
    finnc_ctx_clear(cx);
    finnc_model_destroy(model);
}

/* By domain, by a domain that the op is not in, by attribute alone. */
Test(estimate, layers_that_nobody_knows_are_not_left_out)
{
#define ONE(node)                                                                                  \
    "<ir_version: 8, opset_import: [\"\" : 13, \"mine\" : 1,"                                      \
    " \"finn.custom_op.fpgadataflow\" : 1, \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"            \
    "g (float[1,12] x {INT2}) => (float[1,12] y) {"                                                \
    " [a] z = " DOUBLE(3) "(x, x) [b] y = " node "(z) }"
    static const struct {
        const char *text, *words;
    } rows[] = {
        {ONE(TFC_HLS "Novelty_hls"), "b (Novelty_hls): is no hardware layer that is known"},
        {ONE("finn.custom_op.fpgadataflow.Novelty"), "b (Novelty): is no hardware layer that"},
        {ONE("mine.Novelty<backend=\"fpgadataflow\">"), "b (Novelty): is no hardware layer that"},
    };
    finnc_estimate *e;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        finnc_model *model = read_text(cx, rows[i].text);
        cr_expect_eq(finnc_estimate_create(cx, finnc_model_graph(model), NULL, &e),
                     FINNC_UNSUPPORTED, "%zu", i);
        cr_expect(strstr(finnc_ctx_message(cx), rows[i].words), "%s", finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
        finnc_model_destroy(model);
    }
    finnc_model *model = read_text(cx, ONE("Neg")); /* no hardware, which may lie between */
    cr_expect_eq(finnc_estimate_create(cx, finnc_model_graph(model), NULL, &e), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

Test(estimate, reports_about_resources_need_a_part)
{
    finnc_model *model = read_text(cx, TFC_LAYERS(56));
    finnc_estimate *e = estimate(model, NULL);
    for (int r = 0; r < FINNC_NREPORTS; r++) {
        const bool needs = r == FINNC_REPORT_LAYER_RESOURCES || r == FINNC_REPORT_ALTERNATIVES;
        test_sink t = {0};
        cr_expect_eq(finnc_report_write(cx, e, (finnc_report)r, 10, test_sink_add, &t),
                     needs ? FINNC_BAD_VALUE : FINNC_OK, "%s: %s",
                     finnc_report_file((finnc_report)r), finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
        free(t.data);
    }
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

Test(estimate, the_chart_has_a_bar_per_layer_and_marks_the_bottleneck)
{
    finnc_model *model = read_text(cx, TFC_LAYERS(56));
    finnc_estimate *e = estimate(model, NULL);
    test_sink t = {0};
    cr_assert_eq(finnc_estimate_draw(cx, e, 10, test_sink_add, &t), FINNC_OK);
    cr_expect(strstr(t.data, "<svg"));
    for (size_t i = 0; i < 6; i++)
        cr_expect(strstr(t.data, finnc_estimate_layer(e, i)->name));
    cr_expect(strstr(t.data, "896"));
    free(t.data);
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
}

static finnc_status estimate_poorly(finnc_ctx *poor, void *user)
{
    finnc_model *model = NULL;
    finnc_estimate *e = NULL;
    finnc_status status = finnc_model_read_text(poor, user, &model);
    if (status == FINNC_OK)
        status = finnc_estimate_create(poor, finnc_model_graph(model), NULL, &e);
    finnc_estimate_destroy(e);
    finnc_model_destroy(model);
    return status;
}

Test(estimate, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(estimate_poorly, (void *)TFC_LAYERS(56));
}
