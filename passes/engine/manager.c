/* Runs pipelines: one pass after the other, each followed by upstream's clean-up, whole or not at
 * all.
 *
 * Streamline alone runs 22 steps, 4 passes after each and 5 of clean-up after each of those: 550
 * runs that mostly find nothing to do. So the manager remembers for each pass that is stable (a
 * second run changes nothing) at which count of edits it last ended, and leaves it out while that
 * count stands. */
#include "engine.h"

#include "catalogue.h"

#include <base/alloc.h>
#include <base/clock.h>

#include <finnc/model.h>

#include <string.h>

enum {
    MIN_ROUNDS = 1000 /* that a repeated pass may take, besides 8 per node */
};

/* ---- memory of a run ---- */

static finnc_status know_pass(fnc_manager *m, const fnc_step *step, fnc_known_pass **known)
{
    for (*known = m->passes; *known; *known = (*known)->next)
        if ((*known)->pass == step->pass && (*known)->args == step->args)
            return FINNC_OK;
    fnc_known_pass *made = FNC_NEW(&m->arena, fnc_known_pass);
    if (!made)
        return finnc_no_memory(m->cx);
    made->pass = step->pass;
    made->args = step->args;
    made->next = m->passes;
    m->passes = *known = made;
    return FINNC_OK;
}

finnc_status fnc_manager_read(fnc_manager *m, const char *text, const finnc_pipeline **pipeline)
{
    for (fnc_known_text *known = m->texts; known; known = known->next)
        if (known->text == text || !strcmp(known->text, text)) {
            *pipeline = known->pipeline;
            return FINNC_OK;
        }
    fnc_known_text *made = FNC_NEW(&m->arena, fnc_known_text);
    if (!made || !(made->text = fnc_arena_strdup(&m->arena, text)))
        return finnc_no_memory(m->cx);
    FINNC_TRY(finnc_pipeline_parse(m->cx, text, &made->pipeline));
    made->next = m->texts;
    m->texts = made;
    *pipeline = made->pipeline;
    return FINNC_OK;
}

static void manager_clear(fnc_manager *m)
{
    for (fnc_known_text *known = m->texts; known; known = known->next)
        finnc_pipeline_destroy(known->pipeline);
    fnc_said_clear(m);
    fnc_arena_clear(&m->arena);
}

bool fnc_rewrite_begin(fnc_manager *m)
{
    uint64_t limit = m->options.rewrite_limit;
    if (m->hidden)
        return true;
    if (fnc_stopped(m))
        return false;
    m->rewrites++;
    m->stopped = limit > 0 && m->rewrites >= limit;
    return true;
}

/* ---- one pass ---- */

static finnc_graph *graph_of(const fnc_manager *m)
{
    return finnc_model_graph(m->model);
}

static uint64_t edits_of(const fnc_manager *m)
{
    return finnc_graph_edits(graph_of(m));
}

/* Rules and repeated functions end when they have nothing left to do, so they are stable as well.
 */
static bool is_stable(const finnc_pass *pass)
{
    return pass->rules[0].have || (pass->flags & (FINNC_PASS_STABLE | FINNC_PASS_REPEATS));
}

static finnc_status fail_unsettled(fnc_manager *m, size_t rounds)
{
    return finnc_fail(m->cx, FINNC_BAD_VALUE, "still changes the graph after %zu rounds", rounds);
}

static size_t max_rounds(const fnc_manager *m)
{
    return MIN_ROUNDS + 8 * finnc_graph_nnodes(graph_of(m));
}

static finnc_status call_run(finnc_pass_run *run)
{
    fnc_manager *m = run->manager;
    uint64_t edits = edits_of(m), rewrites = m->rewrites;
    FINNC_TRY(run->pass->run(run, graph_of(m)));
    /* A pass that does not count its rewrites is one. */
    if (edits_of(m) != edits && m->rewrites == rewrites && fnc_rewrite_begin(m))
        fnc_remark(m, FINNC_REMARK_APPLIED, run->pass->name, NULL, "%s", run->pass->summary);
    return FINNC_OK;
}

static finnc_status run_once(finnc_pass_run *run)
{
    if (run->pass->rules[0].have)
        return fnc_rules_run(run, graph_of(run->manager));
    if (run->pass->run)
        return call_run(run);
    return fnc_run_text(run->manager, run->pass->steps, run->pass->each);
}

/* What belongs to another pass: not followed by clean-up, not reported, not counted, not remarked
 * on. */
static finnc_status run_hidden(fnc_manager *m, const char *text)
{
    bool was = m->hidden;
    m->hidden = true;
    FINNC_TRY(fnc_run_text(m, text, NULL));
    m->hidden = was;
    return FINNC_OK;
}

static finnc_status run_pass(finnc_pass_run *run)
{
    fnc_manager *m = run->manager;
    const char *finish = run->pass->finish;
    bool always = run->pass->flags & FINNC_PASS_ALWAYS_FINISHES;
    /* What `finish` finds out may make more pictures fit. */
    bool repeats = (run->pass->flags & FINNC_PASS_REPEATS) || (run->pass->rules[0].have && finish);
    size_t rounds = 0, most = max_rounds(m);
    uint64_t edits;
    do {
        edits = edits_of(m);
        FINNC_TRY(finnc_ctx_check(m->cx));
        FINNC_TRY(run_once(run));
        if (finish && (edits_of(m) != edits || (always && rounds == 0)))
            FINNC_TRY(run_hidden(m, finish));
        if (repeats && ++rounds > most)
            return fail_unsettled(m, rounds);
    } while (repeats && edits_of(m) != edits && !fnc_stopped(m));
    return FINNC_OK;
}

/* In debug builds always: a pass that breaks the graph is found where it does. */
static bool is_checking(const fnc_manager *m)
{
#ifdef NDEBUG
    return m->options.check_each;
#else
    return m != NULL;
#endif
}

/* A model may come with values that come from nowhere, or with wrong shapes. One that comes without
 * stays so. */
static void note_ends(fnc_manager *m)
{
    if (!is_checking(m))
        return;
    m->whole = finnc_graph_check_ends(m->cx, graph_of(m)) == FINNC_OK;
    m->sound = m->options.check_each && fnc_check_soundness(m->cx, m->model) == FINNC_OK;
    finnc_ctx_clear(m->cx);
}

static finnc_status check(fnc_manager *m)
{
    if (!is_checking(m) || m->checked == edits_of(m))
        return FINNC_OK;
    m->checked = edits_of(m);
    FINNC_TRY(finnc_graph_check(m->cx, graph_of(m)));
    if (m->whole)
        FINNC_TRY(finnc_graph_check_ends(m->cx, graph_of(m)));
    return m->sound ? fnc_check_soundness(m->cx, m->model) : FINNC_OK;
}

/* A Gradient differentiates through the values that it names: what lies between must not be
 * rewritten, merged, renamed or taken away behind it, though no use shows that it is needed. Steps
 * of steps are looked at one by one. */
static bool may_run(const fnc_manager *m, const finnc_pass *pass)
{
    return !m->has_gradients || pass->steps || pass->flags & FINNC_PASS_KEEPS_GRAPH;
}

static finnc_status refuse_gradients(fnc_manager *m)
{
    return finnc_fail(m->cx, FINNC_UNSUPPORTED,
                      "the model has Gradient nodes, which differentiate through tensors by their "
                      "names, and this pass may rewrite or rename those; transform the network "
                      "before the Gradients are added");
}

static finnc_status clean_up(fnc_manager *m)
{
    m->cleaning = true;
    FINNC_TRY(run_hidden(m, fnc_clean_up));
    m->cleaning = false;
    return FINNC_OK;
}

static finnc_status run_pass_and_clean_up(fnc_manager *m, const fnc_step *step)
{
    fnc_known_pass *known;
    if (!may_run(m, step->pass))
        return m->cleaning ? FINNC_OK : refuse_gradients(m);
    FINNC_TRY(know_pass(m, step, &known));
    if (!(known->settled && known->edits == edits_of(m))) {
        finnc_pass_run run = {.manager = m, .known = known, .pass = step->pass, .args = step->args};
        const uint64_t edits = edits_of(m);
        FINNC_TRY(run_pass(&run));
        if (edits_of(m) != edits)
            m->flags |= step->pass->flags;
        known->settled = is_stable(step->pass) && !fnc_stopped(m);
        known->edits = edits_of(m);
    }
    return m->hidden ? FINNC_OK : clean_up(m);
}

static finnc_status report(fnc_manager *m, const finnc_pass_report *report)
{
    if (!m->options.after)
        return FINNC_OK;
    return m->options.after(m->options.user, m->cx, report, m->model);
}

static finnc_status run_fixpoint(fnc_manager *m, const fnc_step *fixpoint)
{
    size_t rounds = 0, most = max_rounds(m);
    uint64_t edits;
    do {
        edits = edits_of(m);
        for (const fnc_step *step = fixpoint->inner; step && !fnc_stopped(m); step = step->next)
            FINNC_TRY(fnc_run_step(m, step));
        if (++rounds > most)
            return fail_unsettled(m, rounds);
    } while (edits_of(m) != edits && !fnc_stopped(m));
    return FINNC_OK;
}

const char *fnc_step_name(const fnc_step *step)
{
    return step->pass ? step->pass->name : "fixpoint";
}

static finnc_status run_step(fnc_manager *m, const fnc_step *step, finnc_pass_report *done)
{
    FNC_AT_PASS(m->cx, fnc_step_name(step));
    *done = (finnc_pass_report){
        .pass = fnc_step_name(step),
        .group = step->group,
        .depth = m->depth,
        .step = m->step,
        .seconds = fnc_now(),
        .rewrites = m->rewrites,
        .nodes_before = finnc_graph_nnodes(graph_of(m)),
    };
    uint64_t edits = edits_of(m);
    m->depth++;
    FINNC_TRY(step->pass ? run_pass_and_clean_up(m, step) : run_fixpoint(m, step));
    m->depth--;
    if (m->hidden)
        return FINNC_OK;
    m->cause = FINNC_FAILED_CHECK;
    FINNC_TRY(check(m));
    m->cause = FINNC_FAILED_PASS;
    done->seconds = fnc_now() - done->seconds;
    done->rewrites = m->rewrites - done->rewrites;
    done->nodes_after = finnc_graph_nnodes(graph_of(m));
    done->changed = edits_of(m) != edits;
    return FINNC_OK;
}

finnc_status fnc_run_step(fnc_manager *m, const fnc_step *step)
{
    finnc_pass_report done;
    FINNC_TRY(run_step(m, step, &done));
    return m->hidden ? FINNC_OK : report(m, &done);
}

finnc_status fnc_run_text(fnc_manager *m, const char *text, const char *each)
{
    const finnc_pipeline *pipeline;
    FINNC_TRY(fnc_manager_read(m, text, &pipeline));
    for (const fnc_step *step = pipeline->first; step; step = step->next) {
        if (fnc_stopped(m))
            return FINNC_OK;
        FINNC_TRY(fnc_run_step(m, step));
        if (each)
            FINNC_TRY(fnc_run_text(m, each, NULL));
    }
    return FINNC_OK;
}

/* ---- top-level steps ---- */

const char *finnc_failure_cause_name(finnc_failure_cause cause)
{
    switch (cause) {
    case FINNC_FAILED_NOT:
        return "";
    case FINNC_FAILED_PASS:
        return "pass";
    case FINNC_FAILED_CHECK:
        return "check";
    case FINNC_FAILED_VERIFICATION:
        return "verification";
    }
    return "";
}

/* Outputs have their names for this step alone, so that who looks at its result, or a model that is
 * put back, by this step or the next, never has them. */
static finnc_status run_and_verify(fnc_manager *m, const fnc_step *step, fnc_before *before)
{
    finnc_pass_report done;
    m->cause = FINNC_FAILED_PASS;
    m->depth = 0;
    m->flags = 0;
    FINNC_TRY(fnc_name_outputs(m));
    FINNC_TRY(run_step(m, step, &done));
    FINNC_TRY(fnc_unname_outputs(m));
    FINNC_TRY(report(m, &done));
    m->cause = FINNC_FAILED_VERIFICATION;
    if (m->options.verify_each && done.changed)
        FINNC_TRY(fnc_verify(m, step, before));
    m->cause = FINNC_FAILED_NOT;
    return FINNC_OK;
}

static void note_failure(const fnc_manager *m, const fnc_step *step, uint64_t rewrites)
{
    finnc_transform_failure *failure = m->options.failure;
    if (!failure)
        return;
    failure->cause = m->cause;
    failure->step = m->step;
    failure->pass = fnc_step_name(step);
    failure->earlier_rewrites = rewrites;
    failure->rewrite = m->rewrites;
}

/* Whole or not at all: the pass works on the model, a copy waits. Tensors are shared, so the copy
 * costs what nodes and names cost. */
static finnc_status run_whole(fnc_manager *m, const fnc_step *step)
{
    fnc_before before;
    const uint64_t rewrites = m->rewrites;
    m->has_gradients = finnc_model_has_gradients(m->model);
    finnc_status status = fnc_before_init(m, &before);
    if (status == FINNC_OK) {
        status = run_and_verify(m, step, &before);
        if (status != FINNC_OK) {
            note_failure(m, step, rewrites);
            finnc_model_swap(m->model, before.model);
            m->named = NULL; /* they went with the other one */
        }
    }
    fnc_before_clear(&before);
    return status;
}

static finnc_status run_pipeline(fnc_manager *m, const finnc_pipeline *pipeline)
{
    size_t nsteps = finnc_pipeline_nsteps(pipeline);
    int last = m->options.stop_after;
    for (const fnc_step *step = pipeline->first; step && !fnc_stopped(m); step = step->next) {
        if (last > 0 && m->step >= last)
            break;
        FINNC_TRY(finnc_progress(m->cx, "transforming", (size_t)m->step, nsteps));
        m->step++;
        fnc_said_clear(m);
        FINNC_TRY(run_whole(m, step));
    }
    return FINNC_OK;
}

finnc_status finnc_transform(finnc_ctx *cx, finnc_model *model, const finnc_pipeline *pipeline,
                             const finnc_transform_options *options)
{
    fnc_manager manager = {.cx = cx, .model = model};
    if (options)
        manager.options = *options;
    if (manager.options.failure)
        *manager.options.failure = (finnc_transform_failure){.cause = FINNC_FAILED_NOT};
    fnc_arena_init(&manager.arena, cx);
    note_ends(&manager);
    finnc_status status = run_pipeline(&manager, pipeline);
    manager_clear(&manager);
    return status;
}
