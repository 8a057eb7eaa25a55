/* Parallelism, layer by layer: the least that makes a layer faster than a target, as FINN finds it.
 * It is greedy; finnc fold searches. */
#include "hw.h"

#include <base/divisors.h>

#include <inttypes.h>
#include <stdio.h>

typedef struct folding {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    int64_t target;       /* cycles */
    int64_t weight_width; /* bits of the weights that one PE reads at once, at most */
    int64_t slowest;      /* cycles of the slowest layer */
    const finnc_node *bottleneck;
    bool is_silent; /* the second time */
} folding;

/* ---- one attribute ---- */

static finnc_status weight_bits(folding *f, const finnc_node *node, int64_t simd, int64_t *bits)
{
    finnc_stream weights;
    FINNC_TRY(finnc_layer_input(f->cx, node, 1, &weights));
    if (!fnc_mul_i64(simd, finnc_dtype_bits(weights.dtype), bits))
        *bits = INT64_MAX;
    return FINNC_OK;
}

/* Tries divisors from 1 on; the last one stays if none is enough. */
static finnc_status choose(folding *f, finnc_node *node, const finnc_fold *fold, int64_t *cycles)
{
    FINNC_TRY(finnc_ctx_check(f->cx));
    FINNC_TRY(finnc_fold_check(f->cx, node, fold));
    for (int64_t last = 1, d = 1;; last = d, d = fnc_next_divisor(fold->of, d)) {
        FINNC_TRY(finnc_node_set_int(f->cx, node, fold->attr, d));
        FINNC_TRY(finnc_layer_cycles(f->cx, node, cycles));
        if (*cycles < f->target)
            return FINNC_OK;
        int64_t bits = 0;
        if (fold->widens_weights)
            FINNC_TRY(weight_bits(f, node, d, &bits));
        if (bits > f->weight_width) {
            FINNC_TRY(finnc_node_set_int(f->cx, node, fold->attr, last));
            return finnc_layer_cycles(f->cx, node, cycles);
        }
        if (d == fold->of)
            return FINNC_OK;
    }
}

/* ---- one layer ---- */

static bool is_at_its_most(const finnc_node *node, const finnc_fold *fold)
{
    return finnc_node_attr_int(node, fold->attr) == fold->of;
}

/* FINN makes windows parallel in RTL alone. */
static bool is_in_reach(const finnc_node *node, const finnc_fold *fold)
{
    return !fold->is_switch || finnc_node_style(node) == FINNC_STYLE_RTL;
}

static finnc_status begin_with_least(folding *f, finnc_node *node, const finnc_fold *folds,
                                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in_reach(node, &folds[i]))
            FINNC_TRY(finnc_node_set_int(f->cx, node, folds[i].attr, folds[i].is_switch ? 0 : 1));
    return FINNC_OK;
}

static finnc_status fold_layer(folding *f, finnc_node *node)
{
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t count;
    int64_t cycles;
    FINNC_TRY(finnc_layer_folds(f->cx, node, folds, &count));
    FINNC_TRY(begin_with_least(f, node, folds, count));
    FINNC_TRY(finnc_layer_cycles(f->cx, node, &cycles));
    for (size_t i = 0; i < count; i++) {
        if (folds[i].is_last_resort &&
            (cycles <= f->target || (i > 0 && !is_at_its_most(node, &folds[i - 1]))))
            break;
        if (!is_in_reach(node, &folds[i]))
            continue;
        if (folds[i].is_switch)
            FINNC_TRY(finnc_node_set_int(f->cx, node, folds[i].attr, folds[i].of));
        else
            FINNC_TRY(choose(f, node, &folds[i], &cycles));
    }
    return FINNC_OK;
}

/* Who reads windows channel by channel is fed by a generator that folds as it does. */
static finnc_status fold_generator(folding *f, const finnc_node *node)
{
    int64_t taps;
    const finnc_value *x = finnc_node_input(node, 0);
    finnc_node *producer = x ? finnc_value_producer(x) : NULL;
    FINNC_TRY(finnc_layer_taps(f->cx, node, &taps));
    if (taps == 0)
        return FINNC_OK;
    if (!producer || !finnc_layer_follows(producer)) {
        if (taps == 1)
            return FINNC_OK;
        char words[FINNC_NODE_WORDS_MAX];
        return finnc_fail(f->cx, FINNC_BAD_VALUE,
                          "reads windows of %" PRId64
                          " elements, so a depthwise ConvolutionInputGenerator has to make its "
                          "input; %s does",
                          taps, producer ? finnc_node_words(producer, words) : "nobody");
    }
    FINNC_TRY(finnc_node_set_int(f->cx, producer, "SIMD", finnc_node_attr_int(node, "PE")));
    if (finnc_node_style(producer) != FINNC_STYLE_RTL)
        return FINNC_OK;
    return finnc_node_set_int(f->cx, producer, "parallel_window",
                              finnc_node_attr_int(node, "SIMD") > 1);
}

static void report(folding *f, const finnc_node *node)
{
    int64_t cycles;
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t n = 0, length = 0;
    char text[128] = "not folded";
    if (f->is_silent || finnc_layer_cycles(f->cx, node, &cycles) != FINNC_OK ||
        finnc_layer_folds(f->cx, node, folds, &n) != FINNC_OK)
        return;
    for (size_t i = 0; i < n && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s %" PRId64,
                                   i > 0 ? ", " : "", folds[i].attr, folds[i].now);
    finnc_pass_applied(f->run, node, "%s: %" PRId64 " cycles, %" PRId64 " wanted", text, cycles,
                       f->target);
}

/* ---- the graph ---- */

static finnc_status fold_all(folding *f)
{
    finnc_foreach_node (node, f->graph) {
        FNC_AT_NODE(f->cx, node);
        if (!fnc_hw_is_bound(node) || finnc_layer_follows(node))
            continue;
        if (!finnc_layer_is_set_by_finn(node)) {
            if (!f->is_silent)
                finnc_pass_missed(f->run, node, "SetFolding has no rule for %s",
                                  finnc_node_op_type(node));
            continue;
        }
        FINNC_TRY(fold_layer(f, node));
        FINNC_TRY(fold_generator(f, node));
        report(f, node);
    }
    return FINNC_OK;
}

static finnc_status find_slowest(folding *f)
{
    f->slowest = -1;
    finnc_foreach_node (node, f->graph) {
        int64_t cycles;
        if (!fnc_hw_is_bound(node))
            continue;
        FINNC_TRY(finnc_layer_cycles(f->cx, node, &cycles));
        if (cycles > f->slowest) {
            f->slowest = cycles;
            f->bottleneck = node;
        }
    }
    if (f->slowest >= 0)
        return FINNC_OK;
    return finnc_fail(f->cx, FINNC_BAD_VALUE,
                      "no layer is bound to HLS or RTL: SpecializeLayers comes before");
}

static finnc_status set_folding(finnc_pass_run *run, finnc_graph *graph)
{
    folding f = {.run = run,
                 .cx = finnc_pass_ctx(run),
                 .graph = graph,
                 .target = finnc_pass_int(run, "target_cycles_per_frame"),
                 .weight_width = finnc_pass_int(run, "mvau_wwidth_max")};
    if (f.target < 1 || f.weight_width < 1)
        return finnc_fail(f.cx, FINNC_BAD_VALUE,
                          "target_cycles_per_frame is %" PRId64 " and mvau_wwidth_max %" PRId64
                          ": both are at least 1",
                          f.target, f.weight_width);
    FINNC_TRY(fold_all(&f));
    if (finnc_pass_bool(run, "two_pass_relaxation")) {
        FINNC_TRY(find_slowest(&f));
        if (f.slowest > f.target) {
            finnc_pass_missed(run, f.bottleneck,
                              "takes %" PRId64 " cycles at the least, %" PRId64
                              " are wanted: nobody else has to be faster",
                              f.slowest, f.target);
            f.target = f.slowest;
            f.is_silent = true;
            FINNC_TRY(fold_all(&f));
        }
    }
    return finnc_pass_call(run, "GiveUniqueNodeNames,AnnotateCycles");
}

const finnc_pass fnc_pass_set_folding = {
    .name = "SetFolding",
    .summary =
        "chooses PE and SIMD of every layer so that a frame takes fewer cycles than a target",
    .upstream = "finn.transformation.fpgadataflow.set_folding",
    .notes = "Layer by layer in order, the least parallelism that takes fewer cycles than "
             "target_cycles_per_frame. Of a matrix product SIMD grows first, as long as the "
             "weights of one PE have no more than mvau_wwidth_max bits, then PE. What reads "
             "windows channel by channel (VVAU, Pool) sets the generator in front of it as well. "
             "If a layer cannot reach the target, with two_pass_relaxation the others are folded "
             "again for what it reaches. As upstream it leaves out FMPadding_rtl, "
             "StreamingMaxPool, UpsampleNearestNeighbour, StreamingConcat, StreamingEltwise, "
             "Lookup and whatever is not bound; a remark says so. `finnc fold` searches for the "
             "best choice instead.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"target_cycles_per_frame", FINNC_PARAM_INT, "1000", "cycles"},
               {"mvau_wwidth_max", FINNC_PARAM_INT, "36",
                "bits of weights that a PE reads at once"},
               {"two_pass_relaxation", FINNC_PARAM_BOOL, "true",
                "if the target is missed, fold the others for what is reached?"}},
    .run = set_folding,
};
