#include "bench.h"
#include "clock.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RUNS = 100000 };

typedef struct cli_bench_stage {
    finnc_stage stage;
    char *node;
    size_t batch;
} cli_bench_stage;

/* Cycles a second: a chain in which each step waits for the one before, two cycles a step. */
static double measure_clock(void)
{
    enum { STEPS = 200000, TRIES = 20 };
    double best = 1;
    for (int t = 0; t < TRIES; t++) {
        double start = cli_now();
        volatile uint64_t seen;
        uint64_t x = (uint64_t)t;
        for (int i = 0; i < STEPS; i++)
            x = (x ^ 0x5555) + 7;
        seen = x;
        (void)seen;
        double took = cli_now() - start;
        best = took < best ? took : best;
    }
    return 2 * STEPS / best;
}

/* ---- measuring ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static finnc_status time_runs(cli_bench *b, finnc_session *session, double seconds,
                              cli_bench_row *row)
{
    double *times = calloc(MAX_RUNS, sizeof *times);
    double begin = cli_now(), now = begin;
    finnc_status status = times ? FINNC_OK : finnc_no_memory(b->c->cx);
    row->processor = 1e30;
    while (status == FINNC_OK && row->runs < MAX_RUNS && (now - begin < seconds || row->runs < 3)) {
        double processor = cli_processor_time();
        status = finnc_session_run(session);
        double end = cli_now();
        processor = cli_processor_time() - processor;
        row->processor = processor < row->processor ? processor : row->processor;
        times[row->runs++] = end - now;
        now = end;
    }
    if (status == FINNC_OK) {
        qsort(times, row->runs, sizeof *times, by_size);
        row->best = times[0];
        row->p50 = times[row->runs / 2];
        row->p90 = times[row->runs * 9 / 10];
        row->p99 = times[row->runs * 99 / 100];
    }
    free(times);
    return status;
}

static finnc_status add_row(cli_bench *b, const cli_bench_row *row)
{
    cli_bench_row *grown = cli_grow(b->rows, sizeof *grown, b->nrows, &b->room);
    if (!grown)
        return finnc_no_memory(b->c->cx);
    b->rows = grown;
    b->rows[b->nrows++] = *row;
    return FINNC_OK;
}

static finnc_status add_stage(cli_bench *b, const finnc_stage *stage, size_t batch)
{
    cli_bench_stage *grown = cli_grow(b->stages, sizeof *grown, b->nstages, &b->stages_room);
    if (!grown)
        return finnc_no_memory(b->c->cx);
    b->stages = grown;
    cli_bench_stage *added = &b->stages[b->nstages];
    *added = (cli_bench_stage){.stage = *stage, .batch = batch};
    added->node = strdup(stage->node ? finnc_node_name(stage->node) : "");
    if (!added->node)
        return finnc_no_memory(b->c->cx);
    b->nstages++;
    return FINNC_OK;
}

/* Stages are timed on one thread; on several, the same number of images runs in the same mode. */
static const char *mode_of(const cli_bench *b, const finnc_session *session,
                           const finnc_session_options *options, size_t n)
{
    finnc_stage stage;
    double best = 0;
    const char *mode = NULL;
    if (finnc_session_engine(session) != FINNC_ENGINE_FAST)
        return NULL;
    for (size_t i = 0; !options->profile && i < b->nrows; i++)
        if (b->rows[i].batch == n && b->rows[i].mode)
            mode = b->rows[i].mode;
    for (size_t i = 0; options->profile && finnc_session_stage(session, i, &stage); i++)
        if (stage.seconds > best) {
            best = stage.seconds;
            mode = stage.mode;
        }
    return mode;
}

finnc_status cli_bench_measure(cli_bench *b, finnc_session *session,
                               const finnc_session_options *options, size_t n, double seconds)
{
    finnc_stage stage;
    cli_bench_row row = {.ran = cli_ran_of(session), .batch = n, .threads = options->threads};
    FINNC_TRY(finnc_session_feed_random(session, 1));
    FINNC_TRY(finnc_session_run(session));
    FINNC_TRY(time_runs(b, session, seconds, &row));
    for (size_t i = 0; options->profile && finnc_session_stage(session, i, &stage); i++)
        if (stage.seconds > 0)
            FINNC_TRY(add_stage(b, &stage, n));
    if (finnc_session_isa(session))
        b->isa = finnc_session_isa(session);
    row.mode = mode_of(b, session, options, n);
    return add_row(b, &row);
}

void cli_bench_clear(cli_bench *b)
{
    for (size_t i = 0; i < b->nstages; i++)
        free(b->stages[i].node);
    free(b->stages);
    free(b->rows);
}

/* ---- telling ---- */

static finnc_status put_rows(cli_bench *b, FILE *to)
{
    static const char *const heads[] = {"engine",   "mode",         "images", "threads",
                                        "images/s", "us/image",     "p50 us", "p90 us",
                                        "p99 us",   "processor us", "runs"};
    char number[CLI_NUMBER_MAX];
    cli_table table;
    cli_table_init(&table, "<<>>>>>>>>>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&table, "%s", heads[i]);
    for (size_t i = 0; i < b->nrows; i++) {
        const cli_bench_row *row = &b->rows[i];
        double n = (double)row->batch;
        cli_table_add(&table, "%s", cli_engine_name(row->ran.engine));
        cli_table_add(&table, "%s", row->mode ? row->mode : "");
        cli_table_add(&table, "%zu", row->batch);
        cli_table_add(&table, "%d", row->threads);
        cli_table_add(&table, "%s", cli_thousands((double)(int64_t)(n / row->best), number));
        cli_table_add(&table, "%.1f", 1e6 * row->best / n);
        cli_table_add(&table, "%.1f", 1e6 * row->p50);
        cli_table_add(&table, "%.1f", 1e6 * row->p90);
        cli_table_add(&table, "%.1f", 1e6 * row->p99);
        cli_table_add(&table, "%.1f", 1e6 * row->processor / n);
        cli_table_add(&table, "%zu", row->runs);
    }
    return cli_table_print(b->c, &table, "", to);
}

/* 0: it multiplies nothing. */
static double cycles_per_mac(const finnc_stage *stage, double hertz)
{
    return stage->macs > 0 ? hertz * stage->seconds / stage->macs : 0;
}

static finnc_status put_stages(cli_bench *b, double hertz, FILE *to)
{
    static const char *const heads[] = {
        "images", "mode", "kind", "node", "us/image", "cycles/512 MACs", "of the bound"};
    cli_table table;
    cli_table_init(&table, ">"
                           "<<<>>>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&table, "%s", heads[i]);
    for (size_t i = 0; i < b->nstages; i++) {
        const cli_bench_stage *s = &b->stages[i];
        const finnc_stage *stage = &s->stage;
        cli_table_add(&table, "%zu", s->batch);
        cli_table_add(&table, "%s", stage->mode);
        cli_table_add(&table, "%s", stage->kind);
        cli_table_add(&table, "%s", s->node);
        cli_table_add(&table, "%.3f", 1e6 * stage->seconds);
        if (stage->macs > 0)
            cli_table_add(&table, "%.2f", 512 * cycles_per_mac(stage, hertz));
        else
            cli_table_add(&table, "%s", "");
        if (stage->bound > 0)
            cli_table_add(&table, "%.0f %%", 100 * stage->bound / stage->seconds);
        else
            cli_table_add(&table, "%s", "");
    }
    return cli_table_print(b->c, &table, "", to);
}

finnc_status cli_bench_put_tables(cli_bench *b, FILE *to)
{
    FINNC_TRY(put_rows(b, to));
    if (b->nstages == 0)
        return FINNC_OK;
    double hertz = measure_clock();
    fprintf(to, "\nstages of the fast engine (%s, %.2f GHz)\n", b->isa, 1e-9 * hertz);
    return put_stages(b, hertz, to);
}

finnc_status cli_bench_put_json(cli_bench *b, FILE *to)
{
    json_t *rows = json_array(), *stages = json_array();
    double hertz = measure_clock();
    for (size_t i = 0; i < b->nrows; i++) {
        const cli_bench_row *r = &b->rows[i];
        json_t *row = json_pack("{s:s?, s:I, s:i, s:I, s:f, s:f, s:f, s:f, s:f, s:f}", "mode",
                                r->mode, "batch", (json_int_t)r->batch, "threads", r->threads,
                                "runs", (json_int_t)r->runs, "images_per_second",
                                (double)r->batch / r->best, "best", r->best, "p50", r->p50, "p90",
                                r->p90, "p99", r->p99, "processor", r->processor);
        cli_ran_json(&r->ran, row);
        json_array_append_new(rows, row);
    }
    for (size_t i = 0; i < b->nstages; i++) {
        const cli_bench_stage *s = &b->stages[i];
        json_array_append_new(
            stages,
            json_pack("{s:I, s:s, s:s, s:o, s:f, s:f, s:f, s:f, s:f}", "batch",
                      (json_int_t)s->batch, "mode", s->stage.mode, "kind", s->stage.kind, "node",
                      cli_json_text(s->node), "macs", s->stage.macs, "seconds", s->stage.seconds,
                      "bound", s->stage.bound, "cycles_per_mac", cycles_per_mac(&s->stage, hertz),
                      "of_bound", s->stage.bound / s->stage.seconds));
    }
    return cli_json_answer(b->c, "benchmark",
                           json_pack("{s:s?, s:f, s:o, s:o}", "isa", b->isa, "hertz", hertz, "rows",
                                     rows, "stages", stages),
                           to);
}
