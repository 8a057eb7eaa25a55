/* Timings of sessions, and their tables. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "engine.h"

/* What one engine did with one batch size on some threads. */
typedef struct cli_bench_row {
    cli_ran ran;
    const char *mode; /* that most of the fast engine's work is done in; NULL: it does none */
    size_t batch, runs;
    int threads;
    double best, p50, p90, p99; /* seconds of a run */
    double processor;           /* seconds of all threads in a run, the least */
} cli_bench_row;

typedef struct cli_bench {
    cli *c;
    cli_bench_row *rows;
    size_t nrows, room;
    struct cli_bench_stage *stages;
    size_t nstages, stages_room;
    const char *isa;
} cli_bench;

/* Runs a session, of a model for `n` images, for that long. Stages are added to the others'. */
FINNC_MUST_USE finnc_status cli_bench_measure(cli_bench *bench, finnc_session *session,
                                              const finnc_session_options *options, size_t n,
                                              double seconds);
FINNC_MUST_USE finnc_status cli_bench_put_tables(cli_bench *bench, FILE *to);
FINNC_MUST_USE finnc_status cli_bench_put_json(cli_bench *bench, FILE *to);
void cli_bench_clear(cli_bench *bench);

#endif
