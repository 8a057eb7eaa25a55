/* A data set through a model: batches side by side, each thread with a context and a session of its
 * own. A batch is a large enough piece of work for a thread; the threads never wait for each other,
 * as they would if they shared the work of one node. */
#include <finnc/eval.h>
#include <finnc/run.h>

#include "../product.h"

#include <base/alloc.h>
#include <base/arena.h>
#include <base/clock.h>
#include <base/text.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MAX_THREADS = 256 };

typedef struct judging {
    finnc_ctx *cx;
    const finnc_model *model;
    const finnc_dataset *dataset;
    const finnc_eval_options *options;
    finnc_eval_report *report;
    const finnc_value *input, *output;
    finnc_fit fit;
    /* A batch of samples, fitted. */
    finnc_elem elem;
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    size_t row_bytes; /* of one sample in it */
    size_t count, batch, nbatches, top_k;
    bool is_list;        /* what the output has: known after the first batch */
    int64_t *answers;    /* count x top_k classes */
    size_t *nanswers;    /* of each sample */
    atomic_size_t next;  /* the batch that is to be run next */
    atomic_bool is_over; /* somebody failed, or was cancelled */
} judging;

/* One thread's share. */
typedef struct worker {
    judging *j;
    finnc_ctx *cx;
    finnc_session *session;
    int threads; /* that the session's kernels may use */
    int nworkers;
    pthread_t thread;
    finnc_status status;
    size_t batch; /* the last one begun: where it failed, if it did */
} worker;

/* ---- a batch ---- */

/* "3x32x32", the axes from `first` on; cut off where it is long. */
static const char *print_axes(int first, int rank, const int64_t *dims, char *text, size_t size)
{
    size_t n = 0;
    text[0] = 0;
    for (int i = first; i < rank && n + 24 < size; i++) {
        int k = snprintf(text + n, size - n, i > first ? "x%" PRId64 : "%" PRId64, dims[i]);
        n += k > 0 ? (size_t)k : 0;
    }
    return text;
}

/* All samples have to become what the first one has become. */
static finnc_status check_row(finnc_ctx *cx, const judging *j, const finnc_tensor *row)
{
    char have[128], want[128];
    bool is_alike = finnc_tensor_rank(row) == j->rank && finnc_tensor_elem(row) == j->elem;
    for (int i = 0; is_alike && i < j->rank; i++)
        is_alike = finnc_tensor_dim(row, i) == (i ? j->dims[i] : 1);
    if (is_alike)
        return FINNC_OK;
    /* The batch is of no account, unless it is what differs. */
    bool is_row = finnc_tensor_rank(row) == j->rank && finnc_tensor_dim(row, 0) == 1;
    print_axes(is_row, finnc_tensor_rank(row), finnc_tensor_dims(row), have, sizeof have);
    print_axes(is_row, j->rank, j->dims, want, sizeof want);
    return finnc_fail(cx, FINNC_BAD_VALUE, "it is %s, the input %s wants %s%s", have,
                      finnc_value_name(j->input), want,
                      is_row ? "" : ", whose first axis is taken for that of the samples");
}

static finnc_status put_sample(const worker *w, size_t sample, char *to)
{
    char place[48];
    const void *data;
    finnc_tensor *tensor, *row;
    const judging *j = w->j;
    snprintf(place, sizeof place, "%zu", sample);
    FNC_AT(w->cx, "sample", place, finnc_dataset_name(j->dataset, sample));
    FINNC_TRY(finnc_dataset_read(w->cx, j->dataset, sample, &tensor));
    finnc_status status = finnc_tensor_fit(w->cx, tensor, &j->fit, j->input, &row, NULL);
    finnc_tensor_release(tensor);
    FINNC_TRY(status);
    status = check_row(w->cx, j, row);
    if (status == FINNC_OK)
        status = finnc_tensor_need_data(w->cx, row, &data);
    if (status == FINNC_OK)
        memcpy(to, data, j->row_bytes);
    finnc_tensor_release(row);
    return status;
}

/* The last batch is filled up with its last sample. */
static finnc_status feed(const worker *w, size_t first)
{
    const judging *j = w->j;
    finnc_tensor *input;
    finnc_status status = FINNC_OK;
    FINNC_TRY(finnc_tensor_create(w->cx, j->elem, j->rank, j->dims, &input));
    for (size_t k = 0; k < j->batch && status == FINNC_OK; k++) {
        size_t sample = first + k < j->count ? first + k : j->count - 1;
        status = put_sample(w, sample, (char *)finnc_tensor_edit(input) + k * j->row_bytes);
    }
    if (status == FINNC_OK)
        status = finnc_session_feed(w->session, finnc_value_name(j->input), input);
    finnc_tensor_release(input);
    return status;
}

/* Elements of the output that belong to one sample. */
static finnc_status row_of(const worker *w, const finnc_tensor *output, int64_t *row)
{
    const judging *j = w->j;
    int64_t n = finnc_tensor_nelems(output);
    FNC_AT_TENSOR(w->cx, finnc_value_name(j->output));
    if (finnc_tensor_kind(output) != FINNC_KIND_TENSOR ||
        finnc_tensor_elem(output) == FINNC_ELEM_STRING || n == 0 || n % (int64_t)j->batch)
        return finnc_fail(w->cx, FINNC_BAD_VALUE,
                          "it does not have as many scores or classes for each of %zu samples",
                          j->batch);
    *row = n / (int64_t)j->batch;
    return FINNC_OK;
}

/* Scores are one for each class, so a list of the classes has to have as many names. Folders are
 * often those of some classes only: if these are not the model's first ones, they are numbered
 * otherwise, which answers beyond them give away. But more classes than scores cannot be meant. */
static finnc_status check_scores(const worker *w, int64_t nscores)
{
    const finnc_dataset *dataset = w->j->dataset;
    const int64_t nclasses = (int64_t)finnc_dataset_nclasses(dataset);
    const char *list = finnc_dataset_class_list(dataset);
    if (!nclasses || nscores == nclasses || (!list && nscores > nclasses))
        return FINNC_OK;
    return finnc_fail(w->cx, FINNC_BAD_VALUE,
                      "the model has %" PRId64 " score%s a sample, %s %s %" PRId64 " class%s",
                      nscores, nscores == 1 ? "" : "s", list ? list : "the samples",
                      list ? "names" : "are of", nclasses, nclasses == 1 ? "" : "es");
}

/* Scores or class numbers? */
static finnc_status tell_kind(const worker *w, const finnc_tensor *output)
{
    judging *j = w->j;
    int64_t row;
    FINNC_TRY(row_of(w, output, &row));
    int64_t nclasses = (int64_t)finnc_dataset_nclasses(j->dataset);
    j->is_list = !j->options->has_scores && finnc_is_class_list(output, 0, row, nclasses);
    return j->is_list ? FINNC_OK : check_scores(w, row);
}

static finnc_status take_answers(const worker *w, const finnc_tensor *output, size_t first)
{
    const judging *j = w->j;
    const int64_t nclasses = (int64_t)finnc_dataset_nclasses(j->dataset);
    int64_t row, beyond = 0;
    FINNC_TRY(row_of(w, output, &row));
    finnc_ranked *best = FNC_ALLOC_ARRAY(w->cx, finnc_ranked, j->top_k);
    if (!best)
        return finnc_no_memory(w->cx);
    for (size_t k = 0; k < j->batch && first + k < j->count; k++) {
        size_t n = finnc_rank_classes(output, (int64_t)k * row, row, j->is_list, best, j->top_k);
        j->nanswers[first + k] = n;
        for (size_t i = 0; i < n; i++) {
            j->answers[(first + k) * j->top_k + i] = best[i].class_number;
            if (nclasses && best[i].class_number >= nclasses)
                beyond = best[i].class_number;
        }
    }
    fnc_free(w->cx, best);
    if (beyond)
        return finnc_fail(w->cx, FINNC_BAD_VALUE,
                          "the model answers with class %" PRId64 " and the data set has %" PRId64
                          ", counted from 0: are these the model's classes?",
                          beyond, nclasses);
    return FINNC_OK;
}

static finnc_status run_batch(const worker *w, size_t batch, const finnc_tensor **output)
{
    const judging *j = w->j;
    FINNC_TRY(feed(w, batch * j->batch));
    FINNC_TRY(finnc_session_run(w->session));
    *output = finnc_session_fetch(w->session, finnc_value_name(j->output));
    return *output ? FINNC_OK
                   : finnc_fail(w->cx, FINNC_BAD_VALUE, "output %s is not computed",
                                finnc_value_name(j->output));
}

/* ---- threads ---- */

static finnc_status begin_worker(judging *j, int nworkers, int threads, worker *w)
{
    *w = (worker){.j = j,
                  .threads = threads,
                  .nworkers = nworkers,
                  .cx = fnc_ctx_fork(j->cx, threads, nworkers)};
    return w->cx ? FINNC_OK : finnc_no_memory(j->cx);
}

static void end_worker(worker *w)
{
    finnc_session_destroy(w->session);
    finnc_ctx_destroy(w->cx);
}

static void note(worker *w, finnc_status status)
{
    w->status = status;
    if (status != FINNC_OK)
        atomic_store(&w->j->is_over, true);
}

static void need_session(worker *w)
{
    const finnc_session_options options = {.threads = w->threads,
                                           .engine = w->j->options->engine,
                                           .isa = w->j->options->isa,
                                           .mode = w->j->options->mode,
                                           .nsamples = (w->j->count + (size_t)w->nworkers - 1) /
                                                       (size_t)w->nworkers};
    if (!w->session && w->status == FINNC_OK)
        note(w, finnc_session_create(w->cx, w->j->model, &options, &w->session));
}

/* Takes the next batch that nobody has; false if there is none, or somebody failed. */
static bool work_once(worker *w)
{
    judging *j = w->j;
    const finnc_tensor *output;
    if (atomic_load(&j->is_over))
        return false;
    w->batch = atomic_fetch_add(&j->next, 1);
    if (w->batch >= j->nbatches)
        return false;
    finnc_status status = run_batch(w, w->batch, &output);
    if (status == FINNC_OK && w->batch == 0)
        status = tell_kind(w, output);
    if (status == FINNC_OK)
        status = take_answers(w, output, w->batch * j->batch);
    note(w, status);
    return status == FINNC_OK;
}

static void *work(void *user)
{
    worker *w = user;
    need_session(w);
    while (work_once(w))
        continue;
    return NULL;
}

/* The calling thread's share; it alone may call the user's progress function, and hears of
 * cancelling. */
static finnc_status work_here(worker *w)
{
    judging *j = w->j;
    do {
        size_t begun = atomic_load(&j->next); /* beyond the last one when all are */
        size_t done = begun < j->nbatches ? begun * j->batch : j->count;
        finnc_status status = finnc_progress(j->cx, "evaluating", done, j->count);
        if (status != FINNC_OK) {
            atomic_store(&j->is_over, true);
            return status;
        }
    } while (work_once(w));
    return FINNC_OK;
}

/* The failure of the earliest batch: which that is does not depend on the threads, since batches
 * are handed out in order and those begun are finished. */
static finnc_status first_failure(const judging *j, const worker *workers, int n)
{
    const worker *first = NULL;
    for (int i = 0; i < n; i++)
        if (workers[i].status != FINNC_OK && (!first || workers[i].batch < first->batch))
            first = &workers[i];
    return first ? finnc_fail(j->cx, first->status, "%s", finnc_ctx_message(first->cx)) : FINNC_OK;
}

/* The first batch is run before the other threads start: it tells what the output has. */
static finnc_status work_with(judging *j, worker *workers, int n)
{
    bool is_started[MAX_THREADS] = {false};
    need_session(&workers[0]);
    if (workers[0].status == FINNC_OK)
        work_once(&workers[0]);
    for (int i = 1; i < n && workers[0].status == FINNC_OK; i++)
        is_started[i] = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    finnc_status status = work_here(&workers[0]);
    for (int i = 1; i < n; i++)
        if (is_started[i])
            pthread_join(workers[i].thread, NULL);
    return status == FINNC_OK ? first_failure(j, workers, n) : status;
}

/* All workers' sessions are made alike. */
static void tell_engine(const judging *j, const finnc_session *session)
{
    j->report->engine = finnc_session_engine(session);
    j->report->nnodes = finnc_session_nnodes(session);
    j->report->nfast = finnc_session_nfast(session);
}

static finnc_status run_all(judging *j)
{
    int threads = j->options->threads > 0 ? j->options->threads : finnc_ctx_threads(j->cx);
    int n = threads < MAX_THREADS ? threads : MAX_THREADS, begun = 0;
    if ((size_t)n > j->nbatches)
        n = (int)j->nbatches;
    worker *workers = FNC_ALLOC_ARRAY(j->cx, worker, (size_t)n);
    if (!workers)
        return finnc_no_memory(j->cx);
    finnc_status status = FINNC_OK;
    for (; begun < n && status == FINNC_OK; begun++)
        status = begin_worker(j, n, threads / n, &workers[begun]);
    fnc_blas_begin(); /* once, not at every product */
    if (status == FINNC_OK)
        status = work_with(j, workers, n);
    fnc_blas_end();
    if (status == FINNC_OK)
        tell_engine(j, workers[0].session);
    for (int i = 0; i < begun; i++)
        end_worker(&workers[i]);
    fnc_free(j->cx, workers);
    return status;
}

/* ---- before and after ---- */

static finnc_status find_ends(judging *j)
{
    const finnc_graph *graph = finnc_model_graph(j->model);
    size_t at = 0;
    j->input = finnc_graph_next_free_input(graph, &at);
    if (!j->input || finnc_graph_next_free_input(graph, &at))
        return finnc_fail(j->cx, FINNC_BAD_VALUE, "the model has %s input, samples go to one",
                          j->input ? "more than one" : "no");
    const char *name = j->options->output;
    for (size_t o = 0; o < finnc_graph_noutputs(graph) && !j->output; o++) {
        const finnc_value *value = finnc_graph_output(graph, o);
        if (!name || fnc_same(finnc_value_name(value), name))
            j->output = value;
    }
    return j->output ? FINNC_OK
                     : finnc_fail(j->cx, FINNC_NOT_FOUND, "the model has no output%s%s",
                                  name ? " " : "", name ? name : "");
}

/* What the input takes, known dimensions being its own and the others the first sample's. */
static finnc_status take_form(judging *j, const finnc_tensor *first)
{
    int64_t nelems;
    int bits = finnc_elem_bits(finnc_tensor_elem(first));
    int rank =
        finnc_value_rank(j->input) < 0 ? finnc_tensor_rank(first) : finnc_value_rank(j->input);
    if (rank < 1 || rank > FINNC_MAX_RANK || bits < 8)
        return finnc_fail(j->cx, FINNC_UNSUPPORTED, "the input %s takes no batches of numbers",
                          finnc_value_name(j->input));
    j->elem = finnc_tensor_elem(first);
    j->rank = rank;
    for (int i = 0; i < rank; i++) {
        bool is_open = finnc_value_rank(j->input) < 0 || finnc_value_dim(j->input, i).size < 0;
        int64_t have = i < finnc_tensor_rank(first) ? finnc_tensor_dim(first, i) : 1;
        j->dims[i] = is_open ? have : finnc_value_dim(j->input, i).size;
    }
    j->dims[0] = 1;
    FINNC_TRY(finnc_shape_nelems(j->cx, rank, j->dims, &nelems));
    if (!fnc_mul((size_t)nelems, (size_t)bits / 8, &j->row_bytes))
        return finnc_no_memory(j->cx);
    j->dims[0] = (int64_t)j->batch;
    return FINNC_OK;
}

static finnc_status fit_first(judging *j)
{
    finnc_tensor *sample, *row;
    j->fit = j->options->fit;
    const char *layout = finnc_dataset_layout(j->dataset);
    if (layout) {
        j->fit.layout = layout;
        j->fit.is_colour = strchr(layout, 'C');
    }
    FNC_AT(j->cx, "sample", "0", finnc_dataset_name(j->dataset, 0));
    FINNC_TRY(finnc_dataset_read(j->cx, j->dataset, 0, &sample));
    finnc_status status =
        finnc_tensor_fit(j->cx, sample, &j->fit, j->input, &row, j->report->fitting);
    finnc_tensor_release(sample);
    FINNC_TRY(status);
    status = take_form(j, row);
    finnc_tensor_release(row);
    return status;
}

static finnc_status prepare(judging *j, fnc_arena *arena)
{
    const finnc_eval_options *o = j->options;
    FINNC_TRY(find_ends(j));
    int64_t batch = finnc_value_rank(j->input) > 0 ? finnc_value_dim(j->input, 0).size : -1;
    j->batch = batch > 0 ? (size_t)batch : o->batch ? o->batch : 1;
    if (j->batch > INT32_MAX)
        return finnc_fail(j->cx, FINNC_BAD_VALUE, "batches of %zu are too large", j->batch);
    j->count = finnc_dataset_count(j->dataset);
    if (o->limit && o->limit < j->count)
        j->count = o->limit;
    j->nbatches = (j->count + j->batch - 1) / j->batch;
    j->top_k = o->top_k ? o->top_k : 1;
    j->answers = fnc_mul(j->count, j->top_k, &(size_t){0})
                     ? FNC_NEW_ARRAY(arena, int64_t, j->count * j->top_k)
                     : NULL;
    j->nanswers = FNC_NEW_ARRAY(arena, size_t, j->count);
    if (!j->answers || !j->nanswers)
        return finnc_no_memory(j->cx);
    return fit_first(j);
}

static finnc_status count_up(const judging *j, finnc_evaluation *e)
{
    for (size_t i = 0; i < j->count; i++)
        FINNC_TRY(finnc_evaluation_add(e, i, finnc_dataset_label(j->dataset, i),
                                       j->answers + i * j->top_k, j->nanswers[i]));
    return FINNC_OK;
}

static finnc_status judge(judging *j, finnc_evaluation **evaluation)
{
    double start = fnc_now();
    FINNC_TRY(run_all(j));
    j->report->seconds = fnc_now() - start;
    j->report->batch = j->batch;
    j->report->is_list = j->is_list;
    finnc_evaluation *e;
    FINNC_TRY(finnc_evaluation_create(j->cx, j->top_k, &e));
    finnc_status status = count_up(j, e);
    if (status == FINNC_OK)
        *evaluation = e;
    else
        finnc_evaluation_destroy(e);
    return status;
}

finnc_status finnc_evaluate(finnc_ctx *cx, const finnc_model *model, const finnc_dataset *dataset,
                            const finnc_eval_options *options, finnc_evaluation **evaluation,
                            finnc_eval_report *report)
{
    static const finnc_eval_options none;
    finnc_eval_report unread = {0};
    fnc_arena arena;
    judging j = {.cx = cx,
                 .model = model,
                 .dataset = dataset,
                 .options = options ? options : &none,
                 .report = report ? report : &unread};
    fnc_arena_init(&arena, cx);
    finnc_status status = prepare(&j, &arena);
    if (status == FINNC_OK)
        status = judge(&j, evaluation);
    fnc_arena_clear(&arena);
    return status;
}
