#include "allowed.h"
#include "choice.h"
#include "copy.h"
#include "fast/fast.h"
#include "run.h"
#include "sanitise.h"

#include <base/alloc.h>
#include <base/clock.h>
#include <base/text.h>

#include <finnc/op.h>
#include <finnc/run.h>

struct finnc_session {
    finnc_ctx *cx;
    finnc_session_options options;
    int threads;
    fnc_pool *pool;
    finnc_model *copy;        /* that is run in place of the model; NULL: the model is */
    const finnc_graph *graph; /* that the caller knows: what the model says of its values, and
                                 nothing that was inferred */
    fnc_plan plan;
    fnc_fast *fast;             /* NULL: all is run by the reference kernels */
    finnc_engine_choice choice; /* of options.engine, if that is AUTO */
};

/* ---- making ---- */

static finnc_status keep_values(finnc_session *session)
{
    for (size_t k = 0; k < session->options.nkeep; k++) {
        const char *name = session->options.keep[k];
        size_t v = fnc_plan_find(&session->plan, finnc_graph_find_value(session->plan.graph, name));
        if (v == SIZE_MAX)
            return finnc_fail(session->cx, FINNC_NOT_FOUND, "no value %s to keep", name);
        session->plan.values[v].is_fetched = true;
    }
    return FINNC_OK;
}

static fnc_runner runner_of(const finnc_session *session)
{
    return (fnc_runner){.cx = session->cx,
                        .pool = session->pool,
                        .threads = session->threads,
                        .options = &session->options,
                        .fast = session->fast};
}

/* What compiling found may be less than what was hoped for. */
static finnc_status choose_again(finnc_session *session)
{
    FINNC_TRY(fnc_choose_again(&session->plan, &session->options, session->fast, &session->choice));
    if (session->choice.engine == FINNC_ENGINE_FAST)
        return FINNC_OK;
    fnc_fast_destroy(session->fast);
    session->fast = NULL;
    return FINNC_OK;
}

static finnc_status make_fast(finnc_session *session, const fnc_runner *runner)
{
    const finnc_session_options *options = &session->options;
    finnc_engine engine = options->engine;
    if (engine == FINNC_ENGINE_AUTO) {
        FINNC_TRY(fnc_choose(&session->plan, options, &session->choice));
        engine = session->choice.engine;
    }
    if (engine != FINNC_ENGINE_FAST || options->trace || options->check_dtypes)
        return FINNC_OK;
    finnc_status status = fnc_fast_create(runner, &session->plan, &session->fast);
    if (status == FINNC_NO_MEMORY) {
        finnc_ctx_clear(session->cx); /* the plain kernels may do with less */
        return FINNC_OK;
    }
    if (status == FINNC_OK && options->engine == FINNC_ENGINE_AUTO)
        status = choose_again(session);
    return status;
}

static finnc_status init(finnc_session *session, const finnc_model *model)
{
    finnc_ctx *cx = session->cx;
    fnc_plan *plan = &session->plan;
    FINNC_TRY(fnc_fast_check(cx, &session->options));
    FINNC_TRY(fnc_pool_create(cx, &session->pool));
    FINNC_TRY(fnc_copy_to_run(cx, model, &session->copy));
    const finnc_graph *graph = finnc_model_graph(session->copy ? session->copy : model);
    session->graph = fnc_copy_is_expanded(model) ? graph : finnc_model_graph(model);
    FINNC_TRY(fnc_plan_init(cx, graph, NULL, NULL, plan));
    fnc_copy_tell_origins(session->graph, plan);
    FINNC_TRY(keep_values(session));
    const fnc_runner runner = runner_of(session);
    FINNC_TRY(fnc_plan_run_constants(&runner, plan));
    return make_fast(session, &runner);
}

finnc_status finnc_session_create(finnc_ctx *cx, const finnc_model *model,
                                  const finnc_session_options *options, finnc_session **session)
{
    finnc_session *s = fnc_alloc(cx, sizeof *s);
    if (!s)
        return finnc_no_memory(cx);
    s->cx = cx;
    fnc_arena_init(&s->plan.arena, cx);
    if (options)
        s->options = *options;
    s->threads = s->options.threads > 0 ? s->options.threads : finnc_ctx_threads(cx);
    finnc_status status = init(s, model);
    if (status != FINNC_OK) {
        finnc_session_destroy(s);
        return status;
    }
    s->options.keep = NULL; /* the caller's, as isa is; not needed any more */
    s->options.nkeep = 0;
    s->options.isa = NULL;
    *session = s;
    return FINNC_OK;
}

void finnc_session_destroy(finnc_session *session)
{
    if (!session)
        return;
    fnc_fast_destroy(session->fast);
    fnc_plan_clear(&session->plan);
    fnc_pool_destroy(session->pool);
    finnc_model_destroy(session->copy);
    fnc_free(session->cx, session);
}

/* ---- feeding ---- */

static finnc_status no_such_value(const finnc_session *session, const char *name)
{
    fnc_nearest nearest = {.wanted = name};
    for (size_t i = 0; i < finnc_graph_ninputs(session->plan.graph); i++)
        fnc_nearest_offer(&nearest, finnc_value_name(finnc_graph_input(session->plan.graph, i)));
    if (!nearest.best)
        finnc_foreach_value (value, session->plan.graph)
            fnc_nearest_offer(&nearest, finnc_value_name(value));
    if (nearest.best)
        return finnc_fail(session->cx, FINNC_NOT_FOUND,
                          "no value %s in the model; did you mean %s?", name, nearest.best);
    return finnc_fail(session->cx, FINNC_NOT_FOUND, "no value %s in the model", name);
}

static finnc_status wrong_shape(const finnc_session *session, const finnc_value *value,
                                const finnc_tensor *tensor)
{
    char want[256], have[256];
    finnc_dim dims[FINNC_MAX_RANK];
    int rank = finnc_value_rank(value);
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(value, i);
    return finnc_fail(
        session->cx, FINNC_BAD_VALUE, "the shape is %s, the model wants %s",
        fnc_sizes_text(finnc_tensor_rank(tensor), finnc_tensor_dims(tensor), have, sizeof have),
        fnc_dims_text(rank, dims, want, sizeof want));
}

static finnc_status check_fed(const finnc_session *session, const finnc_value *value,
                              const finnc_tensor *tensor)
{
    FNC_AT_TENSOR(session->cx, finnc_value_name(value));
    finnc_kind kind = finnc_value_kind(value), given = finnc_tensor_kind(tensor);
    if (finnc_value_has_type(value) && kind != given)
        return finnc_fail(session->cx, FINNC_BAD_VALUE, "it is a %s, the model wants a %s",
                          finnc_kind_name(given), finnc_kind_name(kind));
    if (given != FINNC_KIND_TENSOR)
        return FINNC_OK;
    finnc_elem want = finnc_value_elem(value), have = finnc_tensor_elem(tensor);
    if (want != FINNC_ELEM_UNDEFINED && want != have) {
        const char *want_name = finnc_elem_name(want), *have_name = finnc_elem_name(have);
        return finnc_fail(session->cx, FINNC_BAD_VALUE, "the elements are %s, the model wants %s",
                          have_name ? have_name : "unknown", want_name ? want_name : "unknown");
    }
    int rank = finnc_value_rank(value);
    if (rank >= 0 && rank != finnc_tensor_rank(tensor))
        return wrong_shape(session, value, tensor);
    for (int i = 0; i < rank; i++) {
        int64_t size = finnc_value_dim(value, i).size;
        if (size >= 0 && size != finnc_tensor_dim(tensor, i))
            return wrong_shape(session, value, tensor);
    }
    return FINNC_OK;
}

/* Replaces a tensor by what the annotations make of it, or refuses it. */
static finnc_status clean_fed(const finnc_session *session, const finnc_value *value,
                              const finnc_tensor **tensor)
{
    const fnc_runner runner = runner_of(session);
    FINNC_TRY(fnc_sanitise(&runner, value, tensor));
    if (!session->options.check_dtypes)
        return FINNC_OK;
    return fnc_check_dtype(session->cx, "input", value, *tensor);
}

/* What will be fed, for the plan's value `*v`; the caller has a reference to release. */
static finnc_status prepare_feed(const finnc_session *session, const char *name,
                                 const finnc_tensor *tensor, size_t *v, const finnc_tensor **clean)
{
    *v = fnc_plan_find(&session->plan, finnc_graph_find_value(session->plan.graph, name));
    if (*v == SIZE_MAX)
        return no_such_value(session, name);
    FINNC_TRY(check_fed(session, finnc_graph_find_value(session->graph, name), tensor));
    *clean = finnc_tensor_retain(tensor);
    const finnc_status status = clean_fed(session, session->plan.values[*v].value, clean);
    if (status != FINNC_OK)
        finnc_tensor_release(*clean);
    return status;
}

/* Takes `clean` over. */
static void commit_feed(finnc_session *session, size_t v, const finnc_tensor *clean)
{
    fnc_plan_value *value = &session->plan.values[v];
    bool was_known = fnc_plan_is_settled(&session->plan, v);
    finnc_tensor_release(value->fed);
    value->fed = clean;
    was_known |= fnc_plan_adopt(&session->plan, value->value);
    if (was_known)
        fnc_plan_settle(&session->plan);
}

finnc_status finnc_session_feed(finnc_session *session, const char *name,
                                const finnc_tensor *tensor)
{
    size_t v;
    const finnc_tensor *clean = NULL;
    FINNC_TRY(prepare_feed(session, name, tensor, &v, &clean));
    commit_feed(session, v, clean);
    return FINNC_OK;
}

finnc_status finnc_session_feed_all(finnc_session *session, const char *const *names,
                                    const finnc_tensor *const *tensors, size_t count)
{
    size_t *v = FNC_ALLOC_ARRAY(session->cx, size_t, count + 1), n = 0;
    const finnc_tensor **clean = FNC_ALLOC_ARRAY(session->cx, const finnc_tensor *, count + 1);
    finnc_status status = v && clean ? FINNC_OK : finnc_no_memory(session->cx);
    for (; n < count && status == FINNC_OK; n += status == FINNC_OK)
        status = prepare_feed(session, names[n], tensors[n], &v[n], &clean[n]);
    for (size_t i = 0; i < n; i++)
        if (status == FINNC_OK)
            commit_feed(session, v[i], clean[i]);
        else
            finnc_tensor_release(clean[i]);
    fnc_free(session->cx, clean);
    fnc_free(session->cx, v);
    return status;
}

static finnc_status feed_bundle(finnc_session *session, const finnc_bundle *inputs)
{
    const size_t n = finnc_bundle_count(inputs);
    const char **names = FNC_ALLOC_ARRAY(session->cx, const char *, n + 1);
    const finnc_tensor **tensors = FNC_ALLOC_ARRAY(session->cx, const finnc_tensor *, n + 1);
    for (size_t i = 0; names && tensors && i < n; i++)
        tensors[i] = finnc_bundle_at(inputs, i, &names[i]);
    const finnc_status status = names && tensors
                                    ? finnc_session_feed_all(session, names, tensors, n)
                                    : finnc_no_memory(session->cx);
    fnc_free(session->cx, names);
    fnc_free(session->cx, tensors);
    return status;
}

finnc_status finnc_session_feed_random(finnc_session *session, uint64_t seed)
{
    finnc_bundle *inputs;
    FINNC_TRY(finnc_graph_draw_inputs(session->cx, session->plan.graph, seed, 0, &inputs));
    const finnc_status status = feed_bundle(session, inputs);
    finnc_bundle_destroy(inputs);
    return status;
}

/* ---- running ---- */

static finnc_status run_once(finnc_session *session, const fnc_runner *runner)
{
    FINNC_TRY(fnc_plan_mark(&session->plan, session->options.trace != NULL));
    fnc_pool_reset_peak(session->pool);
    return fnc_plan_run(runner, &session->plan);
}

finnc_status finnc_session_run(finnc_session *session)
{
    fnc_plan *plan = &session->plan;
    fnc_runner runner = runner_of(session);
    runner.start_us = session->options.trace ? fnc_now_us() : 0;
    finnc_status status = run_once(session, &runner);
    if (status != FINNC_NO_MEMORY || session->options.trace || !fnc_plan_spare(plan))
        return status;
    finnc_ctx_clear(session->cx); /* with what steps had kept it may be enough */
    return run_once(session, &runner);
}

const finnc_tensor *finnc_session_fetch(const finnc_session *session, const char *name)
{
    size_t v = fnc_plan_find(&session->plan, finnc_graph_find_value(session->plan.graph, name));
    if (v == SIZE_MAX || !session->plan.values[v].is_fetched)
        return NULL;
    return session->plan.values[v].tensor;
}

uint64_t finnc_session_peak_bytes(const finnc_session *session)
{
    return fnc_pool_peak(session->pool);
}

/* ---- how ---- */

size_t finnc_session_nnodes(const finnc_session *session)
{
    return session->plan.nsteps;
}

finnc_how finnc_session_how(const finnc_session *session, size_t i)
{
    finnc_how how = {.program = -1, .kind = "reference"};
    if (session->fast)
        how = fnc_fast_how(session->fast, i);
    how.node = session->plan.steps[i].step.origin;
    return how;
}

size_t finnc_session_nfast(const finnc_session *session)
{
    size_t n = 0;
    for (size_t i = 0; session->fast && i < session->plan.nsteps; i++)
        n += fnc_fast_how(session->fast, i).is_fast;
    return n;
}

finnc_engine finnc_session_engine(const finnc_session *session)
{
    return session->fast ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE;
}

bool finnc_session_choice(const finnc_session *session, finnc_engine_choice *choice)
{
    if (session->options.engine != FINNC_ENGINE_AUTO)
        return false;
    *choice = session->choice;
    choice->engine = finnc_session_engine(session);
    return true;
}

const char *finnc_session_isa(const finnc_session *session)
{
    return session->fast ? fnc_fast_isa(session->fast)->name : NULL;
}

bool finnc_session_stage(const finnc_session *session, size_t i, finnc_stage *stage)
{
    return session->fast && fnc_fast_stage(session->fast, i, stage);
}
