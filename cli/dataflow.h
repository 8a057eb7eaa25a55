/* What `finnc fold` and `finnc fifo` work on: a graph of hardware layers, bound to HLS or RTL. */
#ifndef CLI_DATAFLOW_H
#define CLI_DATAFLOW_H

#include "cli.h"

typedef struct cli_dataflow {
    finnc_model *model;
    bool has_part;
    finnc_part part; /* of --part; without it one with DSP48E2 blocks */
} cli_dataflow;

/* Reads operand 0; of a parent with one StreamingDataflowPartition the model of that. Abstract
 * layers are bound for --part, as SpecializeLayers does, and nodes get names of their own; a note
 * says so. `model` is the caller's to end. */
FINNC_MUST_USE finnc_status cli_dataflow_read(cli *c, cli_dataflow *dataflow);
void cli_dataflow_clear(cli_dataflow *dataflow);

#endif
