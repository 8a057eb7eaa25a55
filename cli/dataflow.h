/* What `finnc estimate`, `finnc fold` and `finnc fifo` work on: a graph of hardware layers, bound
 * to HLS or RTL. */
#ifndef CLI_DATAFLOW_H
#define CLI_DATAFLOW_H

#include "cli.h"

/* The options that go with it, and the words for help; `ABSENT` is said of --part left out. */
#define CLI_DATAFLOW_OPTIONS(ABSENT)                                                                \
    {                                                                                               \
        "part", 'p', CLI_TEXT, "PART", "the FPGA, as xc7z020clg400-1, or a board of FINN's" ABSENT, \
        0},                                                                                         \
        {"clock", 'c', CLI_NUMBER, "NS", "the clock's period in nanoseconds (10)", 0},              \
        {"passes", 0, CLI_PASSES, "PASSES", "run these on a copy of the model first", 0},           \
    {                                                                                               \
        "folding", 'f', CLI_FILE, "FOLDING.json", "set PE, SIMD, ... by this file first", 0         \
    }
#define CLI_DATAFLOW_ABOUT                                                                         \
    "Of a parent model its dataflow partition is looked at. Layers that are bound neither to HLS " \
    "nor to RTL are bound for the part first. --passes makes layers of a model that has none "     \
    "yet; --folding applies FINN's file of attributes by node (ApplyConfig)."

/* --clock, a period in nanoseconds. */
FINNC_MUST_USE finnc_status cli_clock(cli *c, double *clock_ns);
/* "1 cycle", "32,768 cycles". */
enum { CLI_CYCLES_MAX = CLI_NUMBER_MAX + 8 };
const char *cli_cycles(double n, char text[CLI_CYCLES_MAX]);

typedef struct cli_dataflow {
    finnc_model *model;
    bool has_part;
    finnc_part part; /* without one: some with DSP48E2 blocks */
    bool is_part;    /* of the model that was read: that of its partition */
} cli_dataflow;

/* Reads operand 0; of a parent with one StreamingDataflowPartition the model of that. Abstract
 * layers are bound for --part (`part`, which may be NULL, if that is not given), as
 * SpecializeLayers does, and nodes get names of their own; a note says so. `model` is the caller's
 * to end. */
FINNC_MUST_USE finnc_status cli_dataflow_read(cli *c, const char *part, cli_dataflow *dataflow);
void cli_dataflow_clear(cli_dataflow *dataflow);

#endif
