/* What a run gives: the outputs of all samples, kept, summed up and labelled. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "engine.h"
#include "inputs.h"
#include "ranking.h"
#include "recorder.h"

typedef struct cli_outputs {
    cli *c;
    const finnc_graph *graph;
    size_t noutputs, nsamples, ntaken, nruns;
    bool keeps; /* is anything asked that the outputs are needed for in the end? */
    const finnc_tensor **tensors; /* noutputs by sample that is kept */
    int64_t *nrows;               /* that each sample had as an input: 1 if it is no batch */
    cli_labels labels;
    size_t top_k;        /* 0: no ranking asked for */
    uint64_t peak_bytes; /* of intermediate tensors at once, the most of all samples */
    cli_ran ran;         /* the first run: what is left of the samples may take another engine */
} cli_outputs;

/* Reads --labels and --top-k. Whatever it answers, end with cli_outputs_clear. */
FINNC_MUST_USE finnc_status cli_outputs_init(cli_outputs *outputs, cli *c, const finnc_model *model,
                                             size_t nsamples);
void cli_outputs_clear(cli_outputs *outputs);

/* Keeps, if need be, what the session's run gave, as the next `count` samples: each output is as
 * many times as long as it is for one. `nrows`: of each, as cli_inputs has it. BAD_VALUE: --labels
 * are not as many as scores. */
FINNC_MUST_USE finnc_status cli_outputs_take(cli_outputs *outputs, const finnc_session *session,
                                             size_t count, int64_t nrows);
/* Writes all outputs, samples one behind the other along the first axis. */
FINNC_MUST_USE finnc_status cli_outputs_write(const cli_outputs *outputs, const char *npz);
/* A summary for people, or with --json for programs. `seconds`: of all runs together. */
FINNC_MUST_USE finnc_status cli_outputs_show(const cli_outputs *outputs, const cli_inputs *inputs,
                                             cli_recorder *recorder, double seconds, FILE *to);

#endif
