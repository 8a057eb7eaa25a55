/* How long each node took, added up over all runs. */
#ifndef CLI_TIMES_H
#define CLI_TIMES_H

#include "cli.h"

#include <jansson.h>

typedef struct cli_node_time {
    char *node, *op_type;
    size_t calls;
    double us;
    int depth; /* 0: of the main graph */
} cli_node_time;

typedef struct cli_times {
    json_t *by_name; /* the place in `nodes` of each */
    cli_node_time *nodes;
    size_t count, room;
    double us; /* of the main graph's nodes: those in bodies are part of the node around */
} cli_times;

FINNC_MUST_USE finnc_status cli_times_init(cli_times *times, cli *c);
void cli_times_clear(cli_times *times);
FINNC_MUST_USE finnc_status cli_times_add(cli_times *times, cli *c, const finnc_trace *trace);
/* A table of the `most` slowest, the slowest first, and a line for the others. */
FINNC_MUST_USE finnc_status cli_times_show(cli_times *times, cli *c, size_t most, FILE *to);
/* All of them, for --json; NULL: no memory. */
json_t *cli_times_as_json(cli_times *times);

#endif
