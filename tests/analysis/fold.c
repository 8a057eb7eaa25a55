#include <finnc/fold.h>

#include "../passes/hw/layers.h"

#include <support/check_pass.h>
#include <support/poor.h>

#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const finnc_part part = {.dsp = FINNC_DSP48E2};

/* ---- graphs ---- */

#define MVAU(name, in, out, w, mw, mh, vecs, rest)                                                 \
    "[" name "] " out " = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=" mw ", MH=" mh             \
    ", SIMD=1, PE=1, numInputVectors=" vecs ", inputDataType=\"UINT2\", weightDataType=\"INT2\","  \
    "outputDataType=\"UINT2\", noActivation=1" rest ">(" in ", " w ")"
#define SWG(name, in, out, dim, odim, channels, rest)                                              \
    "[" name "] " out " = " RTL "ConvolutionInputGenerator_rtl<backend=\"fpgadataflow\","          \
    "ConvKernelDim=[2,2], Stride=[1,1], Dilation=[1,1], IFMChannels=" channels ", IFMDim=" dim     \
    ", OFMDim=" odim ", SIMD=1, inputDataType=\"UINT2\", outputDataType=\"UINT2\"" rest ">(" in    \
    ")"

/* Two convolutions: windows of 2 x 2, products; 8 * 6 * 2 * 20 = 1920 designs. */
#define CHAIN                                                                                      \
    "g (float[1,4,4,6] x {UINT2}) => (float[1,3,3,6] y {UINT2})"                                   \
    "<float[24,6] w {INT2}, float[6,6] v {INT2}> {" SWG("s", "x", "a", "[4,4]", "[3,3]", "6", "")  \
        MVAU("m", "a", "b", "w", "24", "6", "[1,3,3]", "")                                         \
            MVAU("n", "b", "y", "v", "6", "6", "[1,3,3]", "") "}"

/* Products whose weights are in LUTs from 8 at once on, and before that in a memory: who needs it
 * most? */
#define SCARCE                                                                                     \
    "g (float[1,32] x {UINT2}) => (float[1,32] y {UINT2})"                                         \
    "<float[32,32] w {BINARY}, float[32,32] v {INT8}> {" EMBEDDED("a", "x", "z", "w", "BINARY")    \
        EMBEDDED("b", "z", "y", "v", "INT8") "}"
#define EMBEDDED(name, in, out, w, type)                                                           \
    "[" name "] " out " = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=32, MH=32, SIMD=1, PE=1,"   \
    " mem_mode=\"internal_embedded\", inputDataType=\"UINT2\", weightDataType=\"" type             \
    "\", outputDataType=\"UINT2\", noActivation=1>(" in ", " w ")"

/* A stream in two, one through a product, and together again. */
#define FORK                                                                                       \
    "g (float[1,6] x {UINT2}) => (float[1,6] y {UINT4})<float[6,6] w {INT2}, float[6] p {UINT1}> " \
    "{"                                                                                            \
    "[d] a, b = " HLS "DuplicateStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1,"        \
    " NumOutputStreams=2, inputDataType=\"UINT2\">(x)" MVAU(                                       \
        "m", "a", "c", "w", "6", "6", "[1]",                                                       \
        "") "[k] e = " COPY(6, 1, "UINT2",                                                         \
                            "") "(b, p)"                                                           \
                                "[s] y = " HLS "AddStreams_hls<backend=\"fpgadataflow\", "         \
                                "NumChannels=6, PE=1, inputDataType=\"UINT2\">(c, e) }"

/* Windows channel by channel, for a product per channel. */
#define DEPTHWISE                                                                                                \
    "g (float[1,4,4,4] x {UINT2}) => (float[1,3,3,4] y {UINT2})<float[4,1,2,2] w {INT2}> {" SWG(                 \
        "s", "x", "a", "[4,4]", "[3,3]", "4",                                                                    \
        ", depthwise=1") "[v] y = " HLS                                                                          \
                         "VVAU_hls<backend=\"fpgadataflow\", PE=1, SIMD=1, Dim=[3,3], Channels=4, Kernel=[2,2]," \
                         " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","          \
                         " noActivation=1>(a, w) }"

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

TestSuite(fold, .init = begin, .fini = end);

/* ---- asking ---- */

typedef struct answer {
    bool is_found;
    finnc_fold_summary summary;
    finnc_fold_proof proof;
} answer;

/* The total is that of layers and converters. */
static void check_sum(const finnc_fold_plan *plan)
{
    const finnc_folded *f;
    const finnc_fold_converter *c;
    double luts = 0;
    for (size_t i = 0; (f = finnc_fold_plan_layer(plan, i)); i++)
        luts += f->resources[FINNC_LUT];
    for (size_t i = 0; (c = finnc_fold_plan_converter(plan, i)); i++)
        luts += c->luts;
    cr_assert_eq(luts, finnc_fold_plan_summary(plan)->total[FINNC_LUT]);
}

static answer ask(finnc_graph *graph, const finnc_fold_goal *goal)
{
    answer a = {0};
    finnc_fold_plan *plan;
    a.is_found = finnc_fold_search(cx, graph, &part, goal, &plan) == FINNC_OK;
    if (!a.is_found)
        return a;
    a.summary = *finnc_fold_plan_summary(plan);
    check_sum(plan);
    a.proof = *finnc_fold_plan_proof(plan);
    finnc_fold_plan_destroy(plan);
    return a;
}

static answer measure(finnc_graph *graph)
{
    return ask(graph, &(finnc_fold_goal){.keeps = true});
}

/* ---- all designs, one by one ---- */

typedef struct design {
    double cycles, total[FINNC_NRESOURCES];
} design;

enum { MAX_DESIGNS = 4096 };
typedef struct designs {
    finnc_graph *graph;
    finnc_node *nodes[8];
    size_t nnodes, count;
    design at[MAX_DESIGNS];
} designs;

/* A generator folds as its reader. */
static bool is_led(const designs *all)
{
    for (size_t i = 0; i + 1 < all->nnodes; i++) {
        const finnc_node *a = all->nodes[i], *b = all->nodes[i + 1];
        if (finnc_layer_follows(a) &&
            (finnc_node_int(a, "SIMD", 0) != finnc_node_int(b, "PE", 0) ||
             finnc_node_int(a, "parallel_window", 0) != (finnc_node_int(b, "SIMD", 0) > 1)))
            return false;
    }
    return true;
}

static void try_all(designs *all, size_t node, size_t fold)
{
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t nfolds;
    if (node == all->nnodes) {
        const answer a = is_led(all) ? measure(all->graph) : (answer){0};
        if (!a.is_found)
            return;
        cr_assert_lt(all->count, MAX_DESIGNS);
        design *d = &all->at[all->count++];
        d->cycles = (double)a.summary.max_cycles;
        memcpy(d->total, a.summary.total, sizeof d->total);
        return;
    }
    cr_assert_eq(finnc_layer_folds(cx, all->nodes[node], folds, &nfolds), FINNC_OK);
    if (fold == nfolds) {
        try_all(all, node + 1, 0);
        return;
    }
    const bool is_most = fold == 0 || folds[fold - 1].now == folds[fold - 1].of;
    for (int64_t x = folds[fold].is_switch ? 0 : 1; x <= folds[fold].of; x++) {
        const int64_t least = folds[fold].is_switch ? 0 : 1;
        if ((x > 0 && folds[fold].of % x != 0) ||
            (folds[fold].is_last_resort && !is_most && x != least))
            continue;
        cr_assert_eq(finnc_node_set_int(cx, all->nodes[node], folds[fold].attr, x), FINNC_OK);
        try_all(all, node, fold + 1);
    }
    /* As it was: later layers' turns come again. */
    cr_assert_eq(
        finnc_node_set_int(cx, all->nodes[node], folds[fold].attr, folds[fold].is_switch ? 0 : 1),
        FINNC_OK);
}

static designs *all_designs(const finnc_model *model)
{
    static designs all;
    memset(&all, 0, sizeof all);
    finnc_model *copy;
    cr_assert_eq(finnc_model_clone(cx, model, &copy), FINNC_OK);
    all.graph = finnc_model_graph(copy);
    finnc_foreach_node (node, all.graph)
        all.nodes[all.nnodes++] = node;
    try_all(&all, 0, 0);
    finnc_model_destroy(copy);
    return &all;
}

static bool fits(const design *d, const finnc_fold_goal *goal)
{
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        if (goal->has_budget[r] && d->total[r] > goal->budget[r])
            return false;
    return goal->max_cycles == 0 || d->cycles <= (double)goal->max_cycles;
}

/* Fewer LUTs, then BRAMs, DSPs, URAMs. */
static bool is_cheaper(const design *a, const design *b)
{
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        if (a->total[r] != b->total[r])
            return a->total[r] < b->total[r];
    return false;
}

static const design *best_of(const designs *all, const finnc_fold_goal *goal)
{
    const design *best = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const design *d = &all->at[i];
        if (!fits(d, goal))
            continue;
        const bool is_faster = goal->max_cycles == 0 && best && d->cycles != best->cycles;
        if (!best || (is_faster ? d->cycles < best->cycles : is_cheaper(d, best)))
            best = d;
    }
    return best;
}

static void check_answer(const designs *all, finnc_graph *graph, const finnc_fold_goal *goal)
{
    const design *best = best_of(all, goal);
    const answer a = ask(graph, goal);
    cr_assert_eq(a.is_found, best != NULL, "target %" PRId64 ": %s", goal->max_cycles,
                 a.is_found ? "found" : finnc_ctx_message(cx));
    if (!best)
        return;
    if (goal->max_cycles == 0)
        cr_assert_eq((double)a.summary.max_cycles, best->cycles);
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        cr_assert_eq(a.summary.total[r], best->total[r], "target %" PRId64 ": %g %s, least is %g",
                     goal->max_cycles, a.summary.total[r], finnc_resource_name(r), best->total[r]);
    if (a.proof.limit != FINNC_FOLD_BUDGET)
        return;
    /* The proof's figure is the least of what is faster, within the other budgets named. */
    double least = INFINITY;
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].cycles < best->cycles && all->at[i].total[a.proof.resource] < least)
            least = all->at[i].total[a.proof.resource];
    if (!strstr(a.proof.words, "with no more"))
        cr_assert_eq(a.proof.needed, least, "%s", a.proof.words);
    cr_assert_gt(a.proof.needed, a.proof.budget);
}

/* Every target there is, and budgets below, at and above each design's. */
static void check_exact(const char *text)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_graph *graph = finnc_model_graph(model);
    const designs *all = all_designs(model);
    cr_assert_gt(all->count, 50);
    for (size_t i = 0; i < all->count; i += 1 + all->count / 60) {
        const design *d = &all->at[i];
        finnc_fold_goal goal = {.max_cycles = (int64_t)d->cycles};
        check_answer(all, graph, &goal);
        goal = (finnc_fold_goal){.has_budget = {true}, .budget = {d->total[FINNC_LUT] - 1}};
        check_answer(all, graph, &goal);
        goal = (finnc_fold_goal){.has_budget = {true, true},
                                 .budget = {d->total[FINNC_LUT], d->total[FINNC_BRAM_18K]}};
        check_answer(all, graph, &goal);
        goal.max_cycles = (int64_t)d->cycles;
        goal.budget[FINNC_BRAM_18K] -= i % 2;
        check_answer(all, graph, &goal);
    }
    finnc_model_destroy(model);
}

Test(fold, finds_the_best_of_a_chain)
{
    check_exact(CHAIN);
}

Test(fold, finds_the_best_of_a_fork)
{
    check_exact(FORK);
}

/* The cheapest of one layer is not part of the cheapest design. */
Test(fold, finds_the_best_where_a_resource_is_scarce)
{
    check_exact(SCARCE);
}

/* Five designs: PE 1, 2 and 4, and SIMD 2 and 4 at PE 4 alone. */
Test(fold, generators_fold_as_their_readers)
{
    finnc_model *model = test_read_text(cx, DEPTHWISE);
    const designs *all = all_designs(model);
    cr_assert_eq(all->count, 5);
    for (size_t i = 0; i < all->count; i++) {
        finnc_fold_goal goal = {.max_cycles = (int64_t)all->at[i].cycles};
        check_answer(all, finnc_model_graph(model), &goal);
    }
    check_answer(all, finnc_model_graph(model), &(finnc_fold_goal){0});
    finnc_model_destroy(model);
}

/* ---- against SetFolding ---- */

static void set_folding(finnc_model *model, int64_t target)
{
    char passes[80];
    snprintf(passes, sizeof passes, "SetFolding{target_cycles_per_frame=%" PRId64 "}", target);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
}

static void check_not_worse(const char *text)
{
    for (int64_t target = 2; target < 3000; target = target * 3 / 2) {
        finnc_model *model = test_read_text(cx, text);
        finnc_graph *graph = finnc_model_graph(model);
        set_folding(model, target);
        const answer theirs = measure(graph);
        cr_assert(theirs.is_found, "%s", finnc_ctx_message(cx));
        finnc_fold_goal goal = {.has_budget = {true, true, true, true}};
        memcpy(goal.budget, theirs.summary.total, sizeof goal.budget);
        const answer fastest = ask(graph, &goal);
        cr_assert_leq(fastest.summary.max_cycles, theirs.summary.max_cycles);
        goal = (finnc_fold_goal){.max_cycles = theirs.summary.max_cycles};
        const answer cheapest = ask(graph, &goal);
        cr_assert_leq(cheapest.summary.total[FINNC_LUT], theirs.summary.total[FINNC_LUT]);
        cr_assert_leq(cheapest.summary.max_cycles, theirs.summary.max_cycles);
        finnc_model_destroy(model);
    }
}

Test(fold, is_never_worse_than_set_folding)
{
    check_not_worse(CHAIN);
    check_not_worse(FORK);
    check_not_worse(DEPTHWISE);
}

/* ---- what comes out ---- */

static finnc_status append(void *user, finnc_ctx *ctx, const char *text, size_t length)
{
    (void)ctx;
    strncat(user, text, length);
    return FINNC_OK;
}

/* 36 elements by 36 products: at SIMD 6 and PE 6 a cycle each. */
Test(fold, is_a_folding_file)
{
    char text[1024] = "";
    finnc_fold_plan *plan;
    finnc_model *model = test_read_text(cx, FORK);
    finnc_graph *graph = finnc_model_graph(model);
    cr_assert_eq(finnc_fold_search(cx, graph, &part, &(finnc_fold_goal){0}, &plan), FINNC_OK);
    cr_assert_eq(finnc_fold_plan_summary(plan)->max_cycles, 1);
    cr_assert_eq(finnc_fold_plan_write(cx, plan, append, text), FINNC_OK);
    cr_assert_str_eq(text, "{\n  \"Defaults\": {},\n  \"d\": {\n    \"PE\": 6\n  },\n"
                           "  \"m\": {\n    \"SIMD\": 6,\n    \"PE\": 6\n  },\n"
                           "  \"k\": {\n    \"PE\": 6\n  },\n  \"s\": {\n    \"PE\": 6\n  }\n}\n");
    cr_assert_eq(finnc_fold_plan_apply(cx, plan, graph), FINNC_OK);
    cr_assert_eq(finnc_node_int(finnc_graph_find_node(graph, "m"), "SIMD", 0), 6);
    cr_assert_eq(measure(graph).summary.max_cycles, 1);
    finnc_fold_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* Twelve elements in words of 2, then of 3: seven times 12 bits through a register of 24. */
Test(fold, counts_width_converters)
{
    finnc_model *model = test_read_text(
        cx,
        "g (float[1,12] x {UINT4}) => (float[1,12] y {UINT4})<float[12] p {UINT1}> {"
        "[a] z = " COPY(12, 2, "UINT4", "") "(x, p) [b] y = " COPY(12, 3, "UINT4", "") "(z, p) }");
    finnc_fold_plan *plan;
    cr_assert_eq(finnc_fold_search(cx, finnc_model_graph(model), &part,
                                   &(finnc_fold_goal){.keeps = true}, &plan),
                 FINNC_OK);
    const finnc_fold_converter *c = finnc_fold_plan_converter(plan, 0);
    cr_assert_not_null(c);
    cr_expect_eq(c->from_width, 8);
    cr_expect_eq(c->to_width, 12);
    /* lcm 24: floor(log2(24 / 8)) + 24, ceil(log2(24 / 12)) + 12 */
    cr_expect_eq(c->luts, 1 + 24 + 1 + 12);
    cr_expect_null(finnc_fold_plan_converter(plan, 1));
    finnc_fold_plan_destroy(plan);
    finnc_model_destroy(model);
}

/* ---- what cannot be ---- */

static void check_fails(const char *text, const finnc_fold_goal *goal, const char *words)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_fold_plan *plan;
    cr_assert_neq(finnc_fold_search(cx, finnc_model_graph(model), &part, goal, &plan), FINNC_OK);
    cr_assert(strstr(finnc_ctx_message(cx), words), "\"%s\" lacks \"%s\"", finnc_ctx_message(cx),
              words);
    finnc_model_destroy(model);
}

Test(fold, says_what_is_out_of_reach)
{
    /* Nine places of four taps, all channels at once, behind a first window's wait. */
    check_fails(CHAIN, &(finnc_fold_goal){.max_cycles = 1},
                "1 cycles are out of reach: s at SIMD 6, parallel_window 1 takes 18, the least");
    check_fails(CHAIN, &(finnc_fold_goal){.has_budget = {true}, .budget = {900}},
                "no design fits: even the slowest takes at least");
    check_fails(CHAIN, &(finnc_fold_goal){.max_cycles = 18, .has_budget = {true}, .budget = {1500}},
                "18 cycles take at least");
    check_fails(CHAIN, &(finnc_fold_goal){.has_budget = {true}, .budget = {-1}}, "a budget of -1");
    check_fails(CHAIN, &(finnc_fold_goal){.max_cycles = -3}, "-3 cycles");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { [a] y = " HLS
                "ChannelwiseOp_hls<NumChannels=4000000000000, PE=1, inputDataType=\"INT2\","
                " Func=\"mul\", paramDataType=\"UINT1\", outputDataType=\"INT2\">(x) }",
                &(finnc_fold_goal){0}, "PE has to divide 4000000000000, which is too large");
}

/* Not by the solver, which this goal does not reach. */
Test(fold, hears_of_time_outs_while_it_lists_foldings)
{
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_fold_plan *plan;
    finnc_ctx_set_timeout(cx, 1e-9);
    cr_expect_eq(finnc_fold_search(cx, finnc_model_graph(model), &part,
                                   &(finnc_fold_goal){.max_cycles = 1}, &plan),
                 FINNC_CANCELLED);
    cr_expect(strstr(finnc_ctx_message(cx), "the time is over"), "%s", finnc_ctx_message(cx));
    finnc_ctx_set_timeout(cx, 0);
    finnc_model_destroy(model);
}

Test(fold, says_what_has_to_come_before)
{
    check_fails("g (float[1,4] x) => (float[1,4] y) { y = Neg(x) }", &(finnc_fold_goal){0},
                "no node of the graph is a hardware layer");
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { [a] y = " HW
                "AddStreams<NumChannels=4, PE=1, inputDataType=\"INT2\">(x, x) }",
                &(finnc_fold_goal){0}, "a (AddStreams): is bound neither to HLS nor to RTL");
    check_fails(
        "g (float[1,4] x {INT2}) => (float[1,4] y {INT3}, float[1,4] z {INT3}) {"
        "[a] y = " DOUBLE(4, 1, "INT2", "") "(x, x) [a] z = " DOUBLE(4, 1, "INT2", "") "(x, x) }",
        &(finnc_fold_goal){0}, "two nodes are called a: GiveUniqueNodeNames");
    check_fails(
        "g (float[1,4] x {INT2}) => (float[1,4] y {INT4}) {"
        "[a] z = " DOUBLE(4, 1, "INT2", "") "(x, x) [b] y = " DOUBLE(4, 1, "INT3", "") "(z, z) }",
        &(finnc_fold_goal){0}, "is read 2 times: a stream is read once");
}

Test(fold, streams_that_leave_the_graph_are_read_there)
{
    check_fails(
        "g (float[1,4] x {UINT2}) => (float[1,4] z {UINT2}, float[1,4] y {UINT2})"
        "<float[4] p {UINT1}> {"
        "[a] z = " COPY(4, 1, "UINT2", "") "(x, p) [b] y = " COPY(4, 1, "UINT2", "") "(z, p) }",
        &(finnc_fold_goal){0},
        "b (ChannelwiseOp_hls): its input z is read 2 times, once as the graph's output");
}

Test(fold, layers_that_nobody_knows_are_not_left_out)
{
    check_fails("g (float[1,4] x {INT2}) => (float[1,4] y {INT4}) {"
                "[a] z = " DOUBLE(4, 1, "INT2", "") "(x, x) [b] y = " HLS "Novelty_hls(z) }",
                &(finnc_fold_goal){0}, "b (Novelty_hls): is no hardware layer that is known");
}

/* Words of 5 elements do not divide an axis of 6. */
Test(fold, words_that_no_converter_makes_are_left_out)
{
    finnc_model *model = test_read_text(
        cx, "g (float[5,6] x {UINT2}) => (float[1,30] y {UINT2})<float[6] p {UINT1},"
            " float[30] q {UINT1}> {"
            "[a] z = " HLS "ChannelwiseOp_hls<backend=\"fpgadataflow\", Func=\"mul\","
            " NumChannels=6, PE=1, numInputVectors=[5], inputDataType=\"UINT2\","
            " paramDataType=\"UINT1\", outputDataType=\"UINT2\">(x, p)"
            "[b] y = " COPY(30, 1, "UINT2", "") "(z, q) }");
    const answer a = ask(finnc_model_graph(model), &(finnc_fold_goal){0});
    /* PE 30, 15, 10 and 5 are out: 30 / 6 words. */
    cr_assert(a.is_found, "%s", finnc_ctx_message(cx));
    cr_assert_eq(a.summary.max_cycles, 5);
    cr_assert_eq(a.proof.limit, FINNC_FOLD_LAYER);
    finnc_model_destroy(model);
}

static finnc_status search_poor(finnc_ctx *poor, void *user)
{
    finnc_model *model;
    finnc_fold_plan *plan;
    finnc_fold_goal goal = {.has_budget = {true, true}, .budget = {2500, 3}};
    FINNC_TRY(finnc_model_read_text(poor, user, &model));
    finnc_status status = finnc_fold_search(poor, finnc_model_graph(model), &part, &goal, &plan);
    if (status == FINNC_OK)
        finnc_fold_plan_destroy(plan);
    finnc_model_destroy(model);
    return status;
}

Test(fold, memory_may_run_out)
{
    check_poor(search_poor, "<ir_version: 8, opset_import: [\"\" : 13,"
                            " \"finn.custom_op.fpgadataflow.hls\" : 1]> " FORK);
}
