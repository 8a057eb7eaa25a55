/* What is seen of a transformation while it runs: remarks, times, changed graphs. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli.h"

#include <jansson.h>
#include <regex.h>

enum { WATCH_DEPTHS = 16 }; /* deeper passes count as this deep */

typedef struct watch {
    cli *c;
    bool wants_remarks, has_filter;
    bool shows[FINNC_REMARK_ANALYSIS + 1]; /* by kind */
    regex_t filter;                        /* of the line shown */
    json_t *shown;                         /* lines shown, as keys */
    json_t *remarks;                       /* an array, if there is a --remarks-file */
    finnc_pass_report *reports;
    size_t nreports, room;
    size_t ends[WATCH_DEPTHS]; /* reports up to the last one of that depth or less */
    const char *folder;        /* --dump-dir */
    size_t ndumped;
    bool cannot_render; /* Graphviz' renderer is not there */
    bool is_diffing;    /* --print-changed, as a difference from ... */
    char *text;         /* ... this */
    size_t nsteps, nodes_before;
    uint64_t nrewrites;
    double seconds;
    bool no_memory;
} watch;

/* Reads the options. Whatever it answers, end with watch_clear. */
FINNC_MUST_USE finnc_status watch_init(watch *w, cli *c);
void watch_clear(watch *w);

FINNC_MUST_USE finnc_status watch_begin(watch *w, const finnc_model *model);
/* Shows the times, writes the file of remarks, sums up; passes `status` on. */
FINNC_MUST_USE finnc_status watch_end(watch *w, const finnc_model *model, finnc_status status);

/* For finnc_transform_options. */
void watch_remark(void *user, const finnc_remark *remark);
finnc_status watch_after(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                         const finnc_model *model);

#endif
