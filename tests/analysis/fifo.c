#include <finnc/fifo.h>

#include "../passes/hw/layers.h"

#include <support/check_pass.h>
#include <support/poor.h>

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(fifo, .init = begin, .fini = end);

/* ---- graphs ---- */

#define MVAU(name, in, out, w, mw, mh, simd, pe, more)                                             \
    "[" name "] " out " = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=" mw ", MH=" mh             \
    ", SIMD=" simd ", PE=" pe ", inputDataType=\"UINT2\", weightDataType=\"INT2\","                \
    " outputDataType=\"UINT2\", noActivation=1" more ">(" in ", " w ")"

/* A word in three cycles, for one who takes twelve in a row and then none for twice as long. */
#define BURST(more)                                                                                \
    "g (float[1,3] x {UINT2}) => (float[1,3] y {UINT2})"                                           \
    "<float[3,12] w {INT2}, float[12,3] v {INT2}> {" MVAU("a", "x", "z", "w", "3", "12", "1", "1", \
                                                          "")                                      \
        MVAU("b", "z", "y", "v", "12", "3", "1", "1", more) "}"

/* The same of words in two cycles, for one who computes as long as it takes. */
#define HALF                                                                                       \
    "g (float[1,2] x {UINT2}) => (float[1,2] y {UINT2})"                                           \
    "<float[2,12] w {INT2}, float[12,2] v {INT2}> {" MVAU("a", "x", "z", "w", "2", "12", "1", "1", \
                                                          "")                                      \
        MVAU("b", "z", "y", "v", "12", "2", "1", "1", "") "}"

/* A stream in two, one through a product that takes all six words before it gives one, and together
 * again. */
#define FORK(more)                                                                                       \
    "g (float[1,6] x {UINT2}) => (float[1,6] y {UINT4})<float[6,6] w {INT2}> {"                          \
    "[d] a, b = " HLS "DuplicateStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1,"              \
    " NumOutputStreams=2, inputDataType=\"UINT2\">(x)" MVAU(                                             \
        "m", "a", "c", "w", "6", "6", "1", "1",                                                          \
        "") "[s] y = " HLS                                                                               \
            "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1, inputDataType=\"UINT2\"" more \
            ">(c, b) }"

/* Windows of 2 x 2 pixels in words of 2, for products that take 3 at once. */
#define WINDOWS                                                                                    \
    "g (float[1,6,6,6] x {UINT2}) => (float[1,5,5,6] y {UINT2})<float[24,6] w {INT2}> {"           \
    "[s] z = " RTL "ConvolutionInputGenerator_rtl<backend=\"fpgadataflow\", ConvKernelDim=[2,2],"  \
    " Stride=[1,1], Dilation=[1,1], IFMChannels=6, IFMDim=[6,6], OFMDim=[5,5], SIMD=2,"            \
    " inputDataType=\"UINT2\", outputDataType=\"UINT2\">(x)" MVAU(                                 \
        "m", "z", "y", "w", "24", "6", "3", "2", ", numInputVectors=[1,5,5]") "}"

/* ---- asking ---- */

static finnc_fifo_plan *size(finnc_graph *graph, bool keeps)
{
    finnc_fifo_plan *plan;
    const finnc_fifo_options options = {.keeps = keeps};
    cr_assert_eq(finnc_fifo_search(cx, graph, &options, &plan), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return plan;
}

static const finnc_fifo *find(const finnc_fifo_plan *plan, const char *from, const char *to)
{
    const finnc_fifo *f;
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(plan, i)); i++)
        if (f->from && f->to && !strcmp(finnc_node_name(f->from), from) &&
            !strcmp(finnc_node_name(f->to), to))
            return f;
    cr_assert_fail("no FIFO from %s to %s", from, to);
    return NULL;
}

/* ---- depths ---- */

Test(fifo, equals_need_none)
{
    finnc_model *model = test_read_text(
        cx,
        "g (float[1,12] x {UINT4}) => (float[1,12] y {UINT4})<float[12] p {UINT1}> {"
        "[a] z = " COPY(12, 2, "UINT4", "") "(x, p) [b] y = " COPY(12, 2, "UINT4", "") "(z, p) }");
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    const finnc_fifo_summary *s = finnc_fifo_plan_summary(plan);
    cr_expect_eq(s->nlayers, 2);
    cr_expect_eq(s->nfifos, 3);
    cr_expect_eq(s->least_period, 6);
    cr_expect_eq(s->period, 6);
    cr_expect_eq(s->bits, 0);
    /* Six words, a cycle later behind each of the two layers and in the sink. */
    cr_expect_eq(s->latency, 9);
    const finnc_fifo *f = find(plan, "a", "b");
    cr_expect_eq(f->depth, 2);
    cr_expect_eq(f->peak, 2); /* the room of a word that is taken is there a cycle later */
    cr_expect_eq(f->words, 6);
    cr_expect_eq(f->width, 8);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* Both take 36 cycles, so neither may ever wait. Words come in cycles 2, 5, ... 35; the last one is
 * taken in 36 at the earliest, so the first one in 25: eight are there then. */
Test(fifo, bursts_have_to_be_saved_up_for)
{
    finnc_model *model = test_read_text(cx, BURST(""));
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    cr_expect_eq(finnc_fifo_plan_summary(plan)->period, 36);
    cr_expect_eq(find(plan, "a", "b")->depth, 8);
    cr_expect_eq(finnc_fifo_plan_summary(plan)->bits, 16);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* Words come in cycles 1, 3, ... 23, so the first one is taken in 13, when the seventh comes: its
 * room is there a cycle later. */
Test(fifo, room_is_there_a_cycle_after_the_word_has_gone)
{
    finnc_model *model = test_read_text(cx, HALF);
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    cr_expect_eq(find(plan, "a", "b")->depth, 7);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* The product wants all six words before the sum sees one, and the copy comes as early. */
Test(fifo, branches_have_to_hold_what_the_other_one_needs)
{
    finnc_model *model = test_read_text(cx, FORK(""));
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    cr_expect_eq(finnc_fifo_plan_summary(plan)->period, 36);
    cr_expect_eq(find(plan, "d", "s")->depth, 6);
    cr_expect_eq(find(plan, "d", "s")->input, 1);
    cr_expect_eq(find(plan, "d", "m")->depth, 2);
    cr_expect_eq(find(plan, "m", "s")->depth, 2);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* ---- two ways to the same ---- */

static void set_depth(finnc_graph *graph, const finnc_fifo *f, int64_t depth)
{
    int64_t depths[4] = {2, 2, 2, 2};
    size_t n;
    finnc_node *node = finnc_graph_find_node(
        graph, finnc_node_name(f->place == FINNC_FIFO_BEFORE || !f->to ? f->from : f->to));
    const bool is_output = f->place == FINNC_FIFO_BEFORE || !f->to;
    const char *attr = is_output ? "outFIFODepths" : "inFIFODepths";
    const int64_t *old = finnc_node_ints(node, attr, &n);
    for (size_t i = 0; i < n; i++)
        depths[i] = old[i];
    depths[is_output ? f->output : f->input] = depth;
    cr_assert_eq(finnc_node_set_ints(cx, node, attr, depths, 4), FINNC_OK);
}

static double period_of(finnc_graph *graph)
{
    finnc_fifo_plan *plan = size(graph, true);
    const finnc_fifo_summary *s = finnc_fifo_plan_summary(plan);
    const double period = s->is_deadlock ? 1e9 : s->period;
    cr_expect_eq(*s->words == '\0', period == (double)s->least_period);
    finnc_fifo_plan_destroy(plan);
    return period;
}

/* Depths are found by schedules; the simulation has to find them enough, and one less not. */
static void check_tight(const char *text, size_t least)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_graph *graph = finnc_model_graph(model);
    finnc_fifo_plan *plan = size(graph, false);
    const double period = (double)finnc_fifo_plan_summary(plan)->least_period;
    const finnc_fifo *f;
    size_t deep = 0;
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(plan, i)); i++)
        set_depth(graph, f, f->depth);
    cr_assert_eq(period_of(graph), period);
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(plan, i)); i++) {
        if (f->depth == 2)
            continue;
        set_depth(graph, f, f->depth - 1);
        cr_expect_gt(period_of(graph), period, "%" PRId64 " are enough", f->depth - 1);
        set_depth(graph, f, f->depth);
        deep++;
    }
    cr_expect_geq(deep, least);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

Test(fifo, depths_are_enough_and_one_less_is_not)
{
    check_tight(BURST(""), 1);
    check_tight(HALF, 1);
    check_tight(FORK(""), 1);
    check_tight(WINDOWS, 1);
}

Test(fifo, converters_have_fifos_on_either_side)
{
    finnc_model *model = test_read_text(cx, WINDOWS);
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    const finnc_fifo *before = finnc_fifo_plan_fifo(plan, 1), *behind = before + 1;
    cr_assert_eq(finnc_fifo_plan_summary(plan)->nfifos, 4);
    cr_expect_eq(before->place, FINNC_FIFO_BEFORE);
    cr_expect_eq(before->width, 4);
    cr_expect_eq(before->words, 300);
    cr_expect_eq(behind->place, FINNC_FIFO_BEHIND);
    cr_expect_eq(behind->width, 6);
    cr_expect_eq(behind->words, 200);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* ---- checking ---- */

static finnc_status append(void *user, finnc_ctx *ctx, const char *text, size_t length)
{
    (void)ctx;
    strncat(user, text, length);
    return FINNC_OK;
}

Test(fifo, a_deadlock_says_who_waits_for_whom)
{
    finnc_model *model = test_read_text(cx, FORK(", inFIFODepths=[2,5]"));
    finnc_fifo_plan *plan = size(finnc_model_graph(model), true);
    const finnc_fifo_summary *s = finnc_fifo_plan_summary(plan);
    cr_expect(s->is_deadlock);
    cr_expect(strstr(s->words, "d waits for room in front of s"), "%s", s->words);
    cr_expect(strstr(s->words, "s waits for a word of m"), "%s", s->words);
    cr_expect(strstr(s->words, "m waits for a word of d"), "%s", s->words);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* Three words less: the last one is a cycle late for each word that had no room. */
Test(fifo, small_fifos_slow_frames_down)
{
    finnc_model *model = test_read_text(cx, BURST(", inFIFODepths=[2]"));
    finnc_fifo_plan *plan = size(finnc_model_graph(model), true);
    const finnc_fifo_summary *s = finnc_fifo_plan_summary(plan);
    cr_expect_not(s->is_deadlock);
    cr_expect_gt(s->period, 36);
    cr_expect_lt(s->period, 72);
    cr_expect(strstr(s->words, "FIFOs are too small"), "%s", s->words);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* What InsertFIFO made of the depths is as good as the depths. */
/* Two frames are no proof that each goes as the one before. */
Test(fifo, too_few_frames_say_nothing)
{
    finnc_model *model = test_read_text(cx, BURST(", inFIFODepths=[2]"));
    finnc_fifo_plan *plan;
    for (size_t frames = 1; frames <= 2; frames++) {
        cr_assert_eq(finnc_fifo_search(cx, finnc_model_graph(model),
                                       &(finnc_fifo_options){.keeps = true, .frames = frames},
                                       &plan),
                     FINNC_UNSUPPORTED);
        cr_expect(strstr(finnc_ctx_message(cx), "did not come to rest"), "%s",
                  finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
    }
    /* Searching does not look at frames to know it. */
    cr_assert_eq(
        finnc_fifo_search(cx, finnc_model_graph(model), &(finnc_fifo_options){.frames = 1}, &plan),
        FINNC_OK);
    cr_expect_eq(finnc_fifo_plan_summary(plan)->period, 36);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

Test(fifo, streaming_fifos_are_channels)
{
    finnc_model *model = test_read_text(cx, BURST(", inFIFODepths=[8]"));
    finnc_graph *graph = finnc_model_graph(model);
    cr_assert_eq(period_of(graph), 36);
    finnc_pipeline *pipeline =
        test_pipeline(cx, "InsertFIFO,SpecializeLayers{fpgapart=\"pynq-z1\"}", NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
    graph = finnc_model_graph(model);
    finnc_fifo_plan *plan = size(graph, false);
    char text[1024] = "";
    cr_assert_eq(finnc_fifo_plan_write(cx, plan, append, text), FINNC_OK);
    cr_expect(strstr(text, "\"depth\": 8"), "%s", text);
    finnc_fifo_plan_destroy(plan);
    finnc_node *node = finnc_graph_first_node(graph);
    while (node && strcmp(finnc_node_op_type(node), "StreamingFIFO_rtl") != 0)
        node = finnc_node_next(node);
    cr_assert_not_null(node);
    cr_assert_eq(finnc_node_set_ints(cx, finnc_graph_find_node(graph, "b"), "inFIFODepths",
                                     (int64_t[]){2}, 1),
                 FINNC_OK);
    cr_expect_eq(period_of(graph), 36);
    cr_assert_eq(finnc_node_set_int(cx, node, "depth", 7), FINNC_OK);
    cr_expect_gt(period_of(graph), 36);
    finnc_model_destroy(model);
}

/* ---- what comes out ---- */

Test(fifo, is_a_folding_file)
{
    char text[1024] = "";
    finnc_model *model = test_read_text(cx, BURST(""));
    finnc_fifo_plan *plan = size(finnc_model_graph(model), false);
    cr_assert_eq(finnc_fifo_plan_write(cx, plan, append, text), FINNC_OK);
    cr_expect(strstr(text, "\"Defaults\": {}"), "%s", text);
    cr_expect(strstr(text, "\"a\": {\n    \"SIMD\": 1,\n    \"PE\": 1,\n    \"inFIFODepths\": [\n"
                           "      2\n    ],\n    \"outFIFODepths\": [\n      8\n    ]\n  }"),
              "%s", text);
    cr_expect(strstr(text, "\"inFIFODepths\": [\n      8\n    ]"), "%s", text);
    finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* ---- what cannot be ---- */

static void check_fails(const char *text, const char *words)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_fifo_plan *plan;
    cr_assert_neq(finnc_fifo_search(cx, finnc_model_graph(model), NULL, &plan), FINNC_OK);
    cr_assert(strstr(finnc_ctx_message(cx), words), "\"%s\" lacks \"%s\"", finnc_ctx_message(cx),
              words);
    finnc_model_destroy(model);
}

Test(fifo, says_what_it_cannot_do)
{
    check_fails("g (float[1,4] x) => (float[1,4] y) { y = Neg(x) }",
                "no node of the graph is a hardware layer");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { [a] y = " HW
                "AddStreams<NumChannels=4, PE=1, inputDataType=\"INT2\">(x, x) }",
                "bound neither to HLS nor to RTL");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) {"
                "[a] y = " DOUBLE(4, 1, "INT2", "") "(x, x) }",
                "is read 2 times: a stream is read once");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { [a] y = " HLS
                "ChannelwiseOp_hls<NumChannels=4000000000000, PE=1, inputDataType=\"INT2\","
                " Func=\"mul\", paramDataType=\"UINT1\", outputDataType=\"INT2\">(x) }",
                "too much to be followed");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { [a] y = " HLS
                "MVAU_hls<MW=2000000, MH=2000000, PE=1, SIMD=1, inputDataType=\"INT2\","
                " weightDataType=\"INT2\", outputDataType=\"INT9\", noActivation=1>(x) }",
                "4000000000000 cycles, which is too long");
    check_fails(
        "g (float[1,4] x {UINT2}) => (float[1,6] y {UINT2})<float[6] p {UINT1}> {"
        "[a] z = " COPY(4, 1, "UINT2", "") "(x, p) [b] y = " COPY(6, 1, "UINT2", "") "(z, p) }",
        "makes 4 words of 2 bits, b (ChannelwiseOp_hls) takes 6 words of 2");
}

Test(fifo, streams_that_leave_the_graph_are_read_there)
{
    check_fails(
        "g (float[1,4] x {UINT2}) => (float[1,4] z {UINT2}, float[1,4] y {UINT2})"
        "<float[4] p {UINT1}> {"
        "[a] z = " COPY(4, 1, "UINT2", "") "(x, p) [b] y = " COPY(4, 1, "UINT2", "") "(z, p) }",
        "b (ChannelwiseOp_hls): its input z is read 2 times, once as the graph's output");
}

Test(fifo, layers_that_nobody_knows_are_not_left_out)
{
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT4}) {"
                "[a] z = " DOUBLE(4, 1, "INT2", "") "(x, x) [b] y = " HLS "Novelty_hls(z) }",
                "b (Novelty_hls): is no hardware layer that is known");
}

static finnc_status search_poor(finnc_ctx *poor, void *user)
{
    finnc_model *model;
    finnc_fifo_plan *plan;
    FINNC_TRY(finnc_model_read_text(poor, user, &model));
    finnc_status status = finnc_fifo_search(poor, finnc_model_graph(model), NULL, &plan);
    if (status == FINNC_OK)
        finnc_fifo_plan_destroy(plan);
    finnc_model_destroy(model);
    return status;
}

Test(fifo, memory_may_run_out)
{
    check_poor(search_poor, "<ir_version: 8, opset_import: [\"\" : 13,"
                            " \"finn.custom_op.fpgadataflow.hls\" : 1]> " FORK(""));
}
