/* What is recorded of a run: every intermediate tensor (--trace), every node's time as events
 * (--profile) and added up (--times). */
#ifndef CLI_RECORDER_H
#define CLI_RECORDER_H

#include "times.h"

typedef struct cli_recorder {
    cli *c;
    const char *folder;  /* --trace; NULL: none */
    const char *profile; /* --profile; NULL: none */
    json_t *index;       /* of the folder */
    json_t *events;      /* Chrome's trace events */
    cli_times times;     /* --times; else without memory of its own */
    size_t sample, ntensors;
    double offset_us; /* of the sample's start */
} cli_recorder;

/* Whatever it answers, end with cli_recorder_clear. */
FINNC_MUST_USE finnc_status cli_recorder_init(cli_recorder *recorder, cli *c);
void cli_recorder_clear(cli_recorder *recorder);
/* The callback for finnc_session_options.trace, or NULL if nothing is recorded. */
finnc_status (*cli_recorder_trace(const cli_recorder *recorder))(void *, finnc_ctx *,
                                                                 const finnc_trace *);
/* The run at hand is over: it was of `count` samples. */
void cli_recorder_next_run(cli_recorder *recorder, size_t count, double offset_us);
/* The table of --times. */
FINNC_MUST_USE finnc_status cli_recorder_show_times(cli_recorder *recorder, FILE *to);
/* Writes the folder's index and the profile. */
FINNC_MUST_USE finnc_status cli_recorder_write(cli_recorder *recorder);

#endif
