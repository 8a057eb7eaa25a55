/* finnc bench: how fast does a model run here? */
#include "batch.h"
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BATCHES = 8 };

typedef struct plan {
    finnc_engine engines[2];
    size_t nengines;
    size_t batches[MAX_BATCHES];
    size_t nbatches;
    bool is_default; /* nobody said how many at a time */
    int threads[2];
    size_t nthreads;
    double seconds;
} plan;

/* ---- what is asked for ---- */

static finnc_status read_plan(cli *c, plan *p)
{
    const char *engine = cli_text(c, "engine", "both");
    const char *text;
    *p = (plan){.seconds = cli_number(c, "seconds", 1)};
    if (!strcmp(engine, "auto"))
        p->engines[p->nengines++] = FINNC_ENGINE_AUTO;
    if (!strcmp(engine, "both") || !strcmp(engine, "reference"))
        p->engines[p->nengines++] = FINNC_ENGINE_REFERENCE;
    if (!strcmp(engine, "both") || !strcmp(engine, "fast"))
        p->engines[p->nengines++] = FINNC_ENGINE_FAST;
    while ((text = cli_nth(c, "batch-size", p->nbatches)) && p->nbatches < MAX_BATCHES)
        p->batches[p->nbatches++] = (size_t)strtoull(text, NULL, 10);
    p->is_default = p->nbatches == 0;
    if (p->is_default) {
        p->batches[p->nbatches++] = 1;
        p->batches[p->nbatches++] = 512;
    }
    for (size_t i = 0; i < p->nbatches; i++)
        if (p->batches[i] > 1 << 20)
            return cli_wrong(c, "--batch-size: at most %d", 1 << 20);
    if (!(p->seconds > 0 && p->seconds <= 3600))
        return cli_wrong(c, "--seconds: more than 0, at most 3600");
    int threads = finnc_ctx_threads(c->cx);
    p->threads[p->nthreads++] = 1;
    if (threads > 1)
        p->threads[p->nthreads++] = threads;
    return FINNC_OK;
}

/* The input whose first axis is the batch, or NULL. */
static const finnc_value *find_batch(const finnc_model *model)
{
    const finnc_value *input = finnc_graph_next_free_input(finnc_model_graph(model), &(size_t){0});
    return input && finnc_value_rank(input) >= 1 ? input : NULL;
}

/* The model for `n` images at a time, which the caller ends; NULL: it is that as it stands. */
static finnc_status resize(cli *c, const finnc_model *model, size_t n, finnc_model **resized)
{
    const finnc_value *input = find_batch(model);
    const cli_batch batch = {.model = model, .old = 1};
    *resized = NULL;
    if (!input && n == 1)
        return FINNC_OK;
    if (!input)
        return finnc_fail(c->cx, FINNC_BAD_VALUE,
                          "the model has no input whose first axis could be a batch");
    if (finnc_value_dim(input, 0).size > 1)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED,
                          "the model takes batches of %lld: change that to 1 (ChangeBatchSize)",
                          (long long)finnc_value_dim(input, 0).size);
    return cli_batch_resize(&batch, c, n, resized);
}

/* ---- one row after the other ---- */

static finnc_status measure_batch(cli *c, const finnc_model *model, const plan *p, size_t n,
                                  cli_bench *bench)
{
    for (size_t e = 0; e < p->nengines; e++)
        for (size_t t = 0; t < p->nthreads; t++) {
            const finnc_session_options options = {
                .engine = p->engines[e],
                .threads = p->threads[t],
                .profile = p->threads[t] == 1,
                .isa = cli_isa(c),
                .mode = cli_mode(c),
            };
            finnc_session *session;
            FINNC_TRY(finnc_session_create(c->cx, model, &options, &session));
            if (bench->nrows < p->nengines * p->nthreads && p->threads[t] == 1)
                cli_ran_note(c, options.engine, session);
            finnc_status status = cli_bench_measure(bench, session, &options, n, p->seconds);
            finnc_session_destroy(session);
            FINNC_TRY(status);
        }
    return FINNC_OK;
}

static finnc_status measure_resized(cli *c, const finnc_model *model, const plan *p, size_t n,
                                    cli_bench *bench)
{
    finnc_model *resized;
    FINNC_TRY(resize(c, model, n, &resized));
    finnc_status status = measure_batch(c, resized ? resized : model, p, n, bench);
    finnc_model_destroy(resized);
    return status;
}

/* Nobody asked for that many: what was measured with one counts. */
static void leave_out(cli *c, size_t n)
{
    char text[512];
    snprintf(text, sizeof text, "not measured with %zu at a time: %s", n, finnc_ctx_message(c->cx));
    finnc_ctx_clear(c->cx);
    if (!c->is_quiet)
        cli_say(c, CLI_DIM, "note", text);
}

static finnc_status measure(cli *c, const finnc_model *model, const plan *p, cli_bench *bench)
{
    const bool only_one = p->is_default && !find_batch(model);
    for (size_t b = 0; b < (only_one ? 1 : p->nbatches); b++) {
        const finnc_status status = measure_resized(c, model, p, p->batches[b], bench);
        if (status && (!p->is_default || b == 0 || status == FINNC_CANCELLED))
            return status;
        if (status)
            leave_out(c, p->batches[b]);
    }
    return cli_has(c, "json") ? cli_bench_put_json(bench, stdout)
                              : cli_bench_put_tables(bench, stdout);
}

static finnc_status run(cli *c)
{
    plan p;
    finnc_model *model;
    FINNC_TRY(read_plan(c, &p));
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    cli_bench bench = {.c = c};
    finnc_status status = measure(c, model, &p, &bench);
    cli_bench_clear(&bench);
    finnc_ctx_leave(c->cx, depth);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_bench = {
    .name = "bench",
    .group = CLI_RUN,
    .summary = "measure images a second and latency, engine by engine, and where the time goes",
    .about =
        "Runs the model on inputs drawn from their data types, for each engine, batch size and "
        "number of threads (one, and all), again and again for a while. Images a second are those "
        "of the fastest run; on a machine with other work, the processor time of an image says "
        "more.\n\n"
        "Then the stages of the fast engine, on one thread: the least time that was seen for an "
        "image, cycles of the processor for 512 multiply-accumulates, and what share of the time "
        "the arithmetic alone would take, as measured in registers.",
    .examples = "finnc bench net.onnx # both engines, one image at a time and 512\n"
                "finnc bench net.onnx --engine fast --batch-size 1024 --seconds 5\n"
                "finnc bench net.onnx --isa portable --json # without this processor's own "
                "instructions\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"engine", 'e', CLI_CHOICE, "both|auto|reference|fast",
                 "what is measured; auto: the one that is estimated to be faster, given time", 0},
                CLI_KERNEL_OPTIONS,
                {"batch-size", 0, CLI_SOME, "N",
                 "images at a time; again: one after the other (1 and 512; without a batch 1)",
                 CLI_MANY},
                {"seconds", 's', CLI_NUMBER, "S", "how long each row is measured (1)", 0},
                {"json", 0, CLI_FLAG, NULL, "everything as JSON, times in seconds", 0}},
    .excludes = CLI_KERNEL_EXCLUDES,
    .run = run,
};
