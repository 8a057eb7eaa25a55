/* The first wrong rewrite, by halving: the model after `good` rewrites computes what it should, the
 * one after `bad` does not. */
#include "../engine/engine.h"

#include <finnc/bisect.h>
#include <finnc/run.h>

#include <stdio.h>
#include <string.h>

typedef struct search {
    finnc_ctx *cx;
    const finnc_model *model;
    const finnc_pipeline *pipeline;
    const finnc_bisect_options *options;
    finnc_compare_options compare;
    finnc_bisection *found;
    bool lacks_inputs; /* they could not be had, which is no model's failure */
} search;

/* What becomes of a run up to a limit. */
typedef struct outcome {
    bool is_bad;
    char failure[FINNC_BISECT_WORDS_MAX];
    finnc_model *model; /* NULL: the run failed */
    uint64_t nrewrites;
    finnc_comparison comparison;
} outcome;

static bool is_ours(finnc_status status)
{
    return status == FINNC_NO_MEMORY || status == FINNC_CANCELLED;
}

static finnc_status sample_of(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    search *s = user;
    const finnc_compare_options *given = &s->options->compare;
    const finnc_status status =
        given->inputs ? given->inputs(given->user, cx, sample, inputs)
                      : finnc_graph_draw_sample(cx, finnc_model_graph(s->model), given->seed,
                                                given->nsamples, sample, inputs);
    s->lacks_inputs |= status != FINNC_OK;
    return status;
}

/* ---- one run ---- */

static void keep_words(search *s, char words[FINNC_BISECT_WORDS_MAX])
{
    snprintf(words, FINNC_BISECT_WORDS_MAX, "%s", finnc_ctx_message(s->cx));
    finnc_ctx_clear(s->cx);
}

static finnc_status count_rewrites(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                                   const finnc_model *model)
{
    (void)cx, (void)model;
    uint64_t *count = user;
    if (report->depth == 0)
        *count += report->rewrites;
    return FINNC_OK;
}

/* The model after `limit` rewrites (0: all). A failure is an outcome, too. */
static finnc_status run(search *s, uint64_t limit, outcome *o)
{
    finnc_transform_failure failure = {.inputs = NULL};
    const finnc_transform_options options = {.after = count_rewrites,
                                             .user = &o->nrewrites,
                                             .check_each = s->options->check_each,
                                             .stop_after = s->options->stop_after,
                                             .rewrite_limit = limit,
                                             .failure = &failure};
    FINNC_TRY(finnc_model_clone(s->cx, s->model, &o->model));
    s->found->nruns++;
    const finnc_status status = finnc_transform(s->cx, o->model, s->pipeline, &options);
    if (status == FINNC_OK)
        return FINNC_OK;
    finnc_model_destroy(o->model);
    o->model = NULL;
    if (is_ours(status))
        return status;
    o->is_bad = true;
    o->nrewrites = failure.rewrite;
    keep_words(s, o->failure);
    return FINNC_OK;
}

static finnc_status judge(search *s, outcome *o)
{
    const finnc_status status =
        finnc_compare(s->cx, s->model, o->model, &s->compare, &o->comparison);
    if (status == FINNC_OK) {
        o->is_bad = o->comparison.difference.value != NULL;
        return FINNC_OK;
    }
    if (is_ours(status) || o->comparison.failed == s->model || s->lacks_inputs)
        return status;
    o->is_bad = true;
    keep_words(s, o->failure);
    return FINNC_OK;
}

/* Ends with o->model for the caller, unless it fails. */
static finnc_status attempt(search *s, uint64_t limit, outcome *o)
{
    *o = (outcome){.is_bad = false};
    finnc_status status = run(s, limit, o);
    if (status == FINNC_OK && o->model)
        status = judge(s, o);
    if (status != FINNC_OK) {
        finnc_model_destroy(o->model);
        o->model = NULL;
    }
    return status;
}

static finnc_status halve(search *s, uint64_t bad, uint64_t *first)
{
    uint64_t good = 0;
    while (bad - good > 1) {
        const uint64_t middle = good + (bad - good) / 2;
        outcome o;
        FINNC_TRY(finnc_progress(s->cx, "bisecting", s->found->nruns, 0));
        FINNC_TRY(attempt(s, middle, &o));
        finnc_model_destroy(o.model);
        if (o.is_bad)
            bad = middle;
        else
            good = middle;
    }
    *first = bad;
    return FINNC_OK;
}

/* ---- what it was ---- */

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
}

/* Several remarks of one number: the pass could not be stopped between them. */
static void hear(void *user, const finnc_remark *r)
{
    finnc_bisection *found = user;
    if (r->kind != FINNC_REMARK_APPLIED || r->rewrite != found->rewrite)
        return;
    found->last++;
    if (found->last > found->rewrite)
        return;
    found->step = r->step;
    copy(found->pass, sizeof found->pass, r->pass);
    copy(found->rule, sizeof found->rule, r->rule);
    copy(found->node, sizeof found->node, r->node);
    copy(found->op_type, sizeof found->op_type, r->op_type);
    copy(found->text, sizeof found->text, r->text);
}

/* A rewrite that makes its pass fail may not come to say so: the failure's words name pass and
 * node. */
static finnc_status listen(search *s)
{
    finnc_bisection *found = s->found;
    finnc_model *model;
    finnc_transform_failure failure;
    const finnc_transform_options options = {.remark = hear,
                                             .user = found,
                                             .check_each = s->options->check_each,
                                             .stop_after = s->options->stop_after,
                                             .rewrite_limit = found->rewrite,
                                             .failure = &failure};
    found->last = found->rewrite - 1;
    FINNC_TRY(finnc_model_clone(s->cx, s->model, &model));
    found->nruns++;
    const finnc_status status = finnc_transform(s->cx, model, s->pipeline, &options);
    finnc_model_destroy(model);
    if (is_ours(status))
        return status;
    const finnc_pass *pass = finnc_ctx_find_pass(s->cx, found->pass);
    found->is_on_purpose = pass && (pass->flags & FINNC_PASS_CHANGES_VALUES);
    if (!found->pass[0] && status != FINNC_OK) {
        copy(found->pass, sizeof found->pass, failure.pass);
        found->step = failure.step;
    }
    if (found->last < found->rewrite)
        found->last = found->rewrite;
    finnc_ctx_clear(s->cx);
    return FINNC_OK;
}

typedef struct renaming {
    const finnc_compare_options *options;
    const finnc_graph *from, *to;
} renaming;

/* The inputs of the model may have got other names since: they belong together by position. */
static finnc_status renamed_sample(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    const renaming *r = user;
    const finnc_value *value;
    finnc_bundle *given;
    FINNC_TRY(r->options->inputs(r->options->user, cx, sample, &given));
    finnc_status status = finnc_bundle_create(cx, inputs);
    for (size_t i = 0, k = 0;
         status == FINNC_OK && (value = finnc_graph_next_free_input(r->from, &i));) {
        const finnc_value *now = finnc_graph_next_free_input(r->to, &k);
        const finnc_tensor *tensor = finnc_bundle_find(given, finnc_value_name(value));
        if (now && tensor)
            status = finnc_bundle_set(*inputs, finnc_value_name(now), tensor);
    }
    finnc_bundle_destroy(given);
    return status;
}

/* Between the two models beside the rewrite rather than to the first one: that is where they
 * part. */
static finnc_status look_closely(search *s, const outcome *bad)
{
    finnc_bisection *found = s->found;
    if (!found->after || found->failure[0])
        return FINNC_OK;
    finnc_compare_options options = s->compare;
    renaming r = {&s->compare, finnc_model_graph(s->model), finnc_model_graph(found->before)};
    options.wants_parting = true;
    options.inputs = renamed_sample;
    options.user = &r;
    const finnc_status status =
        finnc_compare(s->cx, found->before, found->after, &options, &found->comparison);
    if (is_ours(status))
        return status;
    /* Inputs got other shapes on the way, or the difference is too small to be seen so close. */
    if (status != FINNC_OK || !found->comparison.difference.value) {
        finnc_ctx_clear(s->cx);
        found->comparison.difference = bad->comparison.difference;
        found->comparison.sample = bad->comparison.sample;
        found->comparison.parting.value = NULL;
    }
    return FINNC_OK;
}

static finnc_status describe(search *s)
{
    finnc_bisection *found = s->found;
    outcome before = {.is_bad = false}, bad;
    FINNC_TRY(attempt(s, found->rewrite, &bad));
    found->after = bad.model;
    copy(found->failure, sizeof found->failure, bad.failure);
    if (found->rewrite > 1)
        FINNC_TRY(run(s, found->rewrite - 1, &before));
    else
        FINNC_TRY(finnc_model_clone(s->cx, s->model, &before.model));
    found->before = before.model;
    FINNC_TRY(listen(s));
    return found->before ? look_closely(s, &bad) : FINNC_OK;
}

/* A pass that refuses a graph fails between two rewrites: stopped after the one before, the run
 * ends well. */
static finnc_status is_caused(search *s, const outcome *all)
{
    outcome last;
    FINNC_TRY(attempt(s, all->nrewrites, &last));
    finnc_model_destroy(last.model);
    if (last.is_bad)
        return FINNC_OK;
    return finnc_fail(s->cx, FINNC_BAD_VALUE, "no rewrite is wrong, and after the last one: %s",
                      all->failure);
}

static finnc_status search_all(search *s)
{
    outcome all;
    FINNC_TRY(attempt(s, 0, &all));
    finnc_model_destroy(all.model);
    s->found->nrewrites = all.nrewrites;
    if (!all.is_bad)
        return FINNC_OK;
    if (all.nrewrites == 0)
        return finnc_fail(s->cx, FINNC_BAD_VALUE, "it goes wrong before the first rewrite: %s",
                          all.failure[0] ? all.failure : "clean-up alone changes the results");
    if (all.failure[0])
        FINNC_TRY(is_caused(s, &all));
    FINNC_TRY(halve(s, all.nrewrites, &s->found->rewrite));
    return describe(s);
}

finnc_status finnc_bisect(finnc_ctx *cx, const finnc_model *model, const finnc_pipeline *pipeline,
                          const finnc_bisect_options *options, finnc_bisection *bisection)
{
    *bisection = (finnc_bisection){.rewrite = 0};
    search s = {.cx = cx,
                .model = model,
                .pipeline = pipeline,
                .options = options,
                .compare = options->compare,
                .found = bisection};
    FINNC_TRY(finnc_compare_check(cx, &options->compare));
    s.compare.inputs = sample_of;
    s.compare.user = &s;
    s.compare.by_order = true;
    if (!options->compare.inputs)
        s.compare.nsamples += finnc_graph_nedges(cx, finnc_model_graph(model));
    const finnc_status status = search_all(&s);
    if (status != FINNC_OK)
        finnc_bisection_clear(bisection);
    return status;
}

void finnc_bisection_clear(finnc_bisection *bisection)
{
    finnc_model_destroy(bisection->before);
    finnc_model_destroy(bisection->after);
    bisection->before = bisection->after = NULL;
}
