/* Streamlining without a recipe: integers between the quantisers, whatever the network looks like.
 *
 * Two lists of rewrites, the first of which changes no bit of any result (docs/exactness.md).
 * Whenever a rewrite of the first list finds something, the list is begun anew, so the order is the
 * graph's. When none does, one of the second list has its turn, whose constants are rounded anew,
 * and the first list begins again.
 *
 * Why it ends: quantisers only become thresholds and products only products of integers. Scales and
 * shifts go towards the outputs or into thresholds; none of the rewrites brings one back over a
 * product, a pool or a quantiser. Copies are made at forks only, of which there are no more for it.
 */
#include "../engine/engine.h"
#include "floats.h"

#include <pass.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Integers with a DequantizeLinear behind them have to become a Quant before constants are folded
 * for good: folded, they are floats like any other, and nothing says what they are multiples of. */
static const char opening[] =
    "InferShapes, FoldConstants{exclude_op_types=[\"Quant\", \"BipolarQuant\", "
    "\"DequantizeLinear\"]}, QCDQToQuant, tidy, ExtractBiasFromConv, GemmToMatMul, FoldTransposeIntoQuantInit, "
    "FoldQuantParameters, InferDataTypes";

/* Bit for bit. The first ones make room for the others. */
static const char *const exact[] = {
    "ConvertQuantActToMultiThreshold, InferDataTypes",
    "AbsorbSignBiasIntoMultiThreshold",
    "FoldQuantWeights, InferDataTypes",
    "AbsorbMonotoneIntoMultiThreshold",
    "MoveScalarLinearPastInvariants",
    "MoveMulPastMaxPool",
    "MoveScalarMulPastMatMul",
    "MoveScalarMulPastConv",
    "MoveScalarMulPastConvTranspose",
    "Absorb1BitMulIntoMatMul, Absorb1BitMulIntoConv",
    "RemoveIdentityOps",
    "RoundAndClipThresholds, InferDataTypes",
};

/* By the rules of real numbers, or at the price of copies. */
static const char *const others[] = {
    "MoveLinearPastEltwiseAdd",
    "MoveLinearPastFork",
    "ConvertSubToAdd",
    "ConvertDivToMul",
    "BatchNormToAffine",
    "MoveAddPastMul",
    "MoveScalarAddPastMatMul",
    "MoveAddPastConv",
    "MoveMulPastDWConv",
    "CollapseRepeatedAdd",
    "CollapseRepeatedMul",
    "AvgPoolAndTruncToQuantAvgPool, InferDataTypes",
    "AbsorbScalarMulAddIntoTopK",
};

static const char closing[] = "GiveUniqueNodeNames, GiveReadableTensorNames, InferShapes, "
                              "InferDataTypes, InferDataLayouts";

enum { NEXACT = sizeof exact / sizeof *exact, NOTHERS = sizeof others / sizeof *others };

/* ---- who hears what ---- */

/* What was said of one float node in the last round. */
typedef struct finding {
    const fnc_float_node *at;
    const char *name;
    char words[400];
} finding;

typedef struct automatic {
    finnc_pass_run *run;
    size_t left; /* rewrites that may still be found; more than any network takes */
    finnc_ctx *cx;
    finnc_transform_options options; /* as they were given */
    finding *findings;               /* by name; NULL: not yet the last round */
    size_t nfindings;
} automatic;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const finding *)a)->name, ((const finding *)b)->name);
}

/* Misses on the way say little, since the next rewrite may mend them: those of the last round
 * count.
 */
static void hear(void *user, const finnc_remark *remark)
{
    automatic *a = user;
    if (remark->kind != FINNC_REMARK_MISSED) {
        a->options.remark(a->options.user, remark);
        return;
    }
    if (!a->findings)
        return;
    const finding key = {.name = remark->node};
    finding *found = bsearch(&key, a->findings, a->nfindings, sizeof key, by_name);
    if (found) {
        size_t length = strlen(found->words);
        snprintf(found->words + length, sizeof found->words - length, "%s%s: %s",
                 length ? "; " : "", remark->pass, remark->text);
    }
    a->options.remark(a->options.user, remark);
}

static finnc_status hear_after(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                               const finnc_model *model)
{
    automatic *a = user;
    return a->options.after(a->options.user, cx, report, model);
}

static void listen(automatic *a)
{
    finnc_transform_options *options = &a->run->manager->options;
    a->options = *options;
    options->remark = a->options.remark ? hear : NULL;
    options->after = a->options.after ? hear_after : NULL;
    options->user = a;
}

static void stop_listening(automatic *a)
{
    finnc_transform_options *options = &a->run->manager->options;
    options->remark = a->options.remark;
    options->after = a->options.after;
    options->user = a->options.user;
}

/* ---- the rewrites ---- */

static uint64_t edits_of(const automatic *a)
{
    return finnc_graph_edits(finnc_model_graph(a->run->manager->model));
}

/* Did it find something to do? */
static finnc_status call(automatic *a, const char *passes, bool *found)
{
    const uint64_t edits = edits_of(a);
    FINNC_TRY(finnc_pass_call(a->run, passes));
    *found = edits_of(a) != edits;
    if (*found && a->left-- == 0)
        return finnc_fail(a->cx, FINNC_BAD_VALUE, "%s still changes the graph", passes);
    return FINNC_OK;
}

static finnc_status run_exact(automatic *a)
{
    for (size_t i = 0; i < NEXACT && finnc_pass_may_rewrite(a->run);) {
        bool found;
        FINNC_TRY(call(a, exact[i], &found));
        i = found && i > 0 ? 0 : i + 1;
    }
    return FINNC_OK;
}

static finnc_status run_all(automatic *a)
{
    FINNC_TRY(run_exact(a));
    for (size_t i = 0; i < NOTHERS && finnc_pass_may_rewrite(a->run);) {
        bool found;
        FINNC_TRY(call(a, others[i], &found));
        if (found)
            FINNC_TRY(run_exact(a));
        i = found && i > 0 ? 0 : i + 1;
    }
    return FINNC_OK;
}

/* ---- what stands in the way ---- */

static const char *name_of(const finnc_node *node)
{
    return finnc_node_name(node);
}

static void report(automatic *a, const finding *f)
{
    const fnc_float_node *at = f->at;
    fnc_manager *m = a->run->manager;
    const char *words = f->words[0] ? f->words : "no rewrite takes it where it stands";
    if (at->before)
        fnc_remark(m, FINNC_REMARK_MISSED, a->run->pass->name, at->node,
                   "computes with floats between %s and %s: %s", name_of(at->before),
                   name_of(at->behind), words);
    else
        fnc_remark(m, FINNC_REMARK_ANALYSIS, a->run->pass->name, at->node,
                   "computes with floats before %s: its data come from an input that is neither "
                   "annotated with an integer type nor quantised",
                   name_of(at->behind));
}

/* One more round of everything: nothing is left to do, so it only tells why. */
static finnc_status ask_again(automatic *a)
{
    fnc_manager *m = a->run->manager;
    fnc_said_clear(m);
    for (fnc_known_pass *known = m->passes; known; known = known->next)
        known->settled = false;
    for (size_t i = 0; i < NEXACT; i++)
        FINNC_TRY(finnc_pass_call(a->run, exact[i]));
    for (size_t i = 0; i < NOTHERS; i++)
        FINNC_TRY(finnc_pass_call(a->run, others[i]));
    return FINNC_OK;
}

static finnc_status report_all(automatic *a, fnc_arena *arena)
{
    fnc_floats floats;
    FINNC_TRY(fnc_floats_find(a->cx, finnc_model_graph(a->run->manager->model), arena, &floats));
    a->findings = FNC_NEW_ARRAY(arena, finding, floats.count + 1);
    if (!a->findings)
        return finnc_no_memory(a->cx);
    for (size_t i = 0; i < floats.count; i++)
        a->findings[i] =
            (finding){.at = &floats.nodes[i], .name = finnc_node_name(floats.nodes[i].node)};
    a->nfindings = floats.count;
    qsort(a->findings, a->nfindings, sizeof *a->findings, by_name);
    if (floats.count > 0)
        FINNC_TRY(ask_again(a));
    stop_listening(a);
    for (size_t i = 0; i < a->nfindings; i++)
        report(a, &a->findings[i]);
    return FINNC_OK;
}

static finnc_status streamline(automatic *a)
{
    FINNC_TRY(finnc_pass_call(a->run, opening));
    FINNC_TRY(run_all(a));
    FINNC_TRY(finnc_pass_call(a->run, closing));
    if (!a->options.remark || !finnc_pass_may_rewrite(a->run))
        return FINNC_OK;
    fnc_arena arena;
    fnc_arena_init(&arena, a->cx);
    const finnc_status status = report_all(a, &arena);
    fnc_arena_clear(&arena);
    return status;
}

static finnc_status run_auto(finnc_pass_run *run, finnc_graph *graph)
{
    automatic a = {
        .run = run, .cx = finnc_pass_ctx(run), .left = 1000 + 100 * finnc_graph_nnodes(graph)};
    listen(&a);
    const finnc_status status = streamline(&a);
    stop_listening(&a);
    return status;
}

const finnc_pass fnc_pass_auto = {
    .name = "Auto",
    .summary =
        "streamlines any network, in an order that it finds, and says what stands in the way",
    .notes =
        "Quantisers become thresholds, weights integers, and scales and shifts go into thresholds "
        "or to the outputs, until no node computes with floats between two quantisers. First come "
        "rewrites that change no bit (docs/exactness.md); those that round constants anew "
        "(BatchNormToAffine, MoveAddPastMul, ...) run on what these leave: behind the last "
        "quantiser, as a rule. Convolutions stay convolutions: LowerConvsToMatMul comes "
        "afterwards.\n\n"
        "A remark for each node that still computes with floats between two quantisers names both "
        "and says what the rewrites lacked that might have taken it.",
    .run = run_auto,
};
