/* Words on their way through a graph of layers: the network of processes and channels, and what it
 * does when it runs. */
#ifndef FNC_FIFO_H
#define FNC_FIFO_H

#include <base/arena.h>

#include <finnc/fifo.h>

/* Cycles of a frame, and frames: their product is far from what 64 bits hold. */
#define FNC_FIFO_LONGEST (INT64_C(1) << 40)
enum { FNC_FIFO_MOST_FRAMES = 1 << 16 };

/* A layer, a width converter that is not in the graph yet, or an end of the graph. */
typedef struct fnc_process {
    const finnc_node *node; /* NULL: an end */
    bool is_converter;      /* in front of `node`'s input */
    finnc_flow flow;
    size_t *in, *out; /* channels; of the inputs all but those of input 0 are side inputs */
    size_t nin, nout;
} fnc_process;

/* Words that wait between two processes. */
typedef struct fnc_channel {
    size_t from, to;
    bool is_side;     /* read by side_reads */
    int64_t capacity; /* INT64_MAX: no end */
    int64_t given;    /* what the model asks for */
    int64_t peak;     /* most words that waited in the last run that measured */
    finnc_fifo fifo;  /* what it is called */
} fnc_channel;

typedef struct fnc_network {
    finnc_ctx *cx;
    fnc_arena arena;
    fnc_process *processes;
    size_t nprocesses;
    fnc_channel *channels;
    size_t nchannels;
    int64_t period;    /* of the slowest process */
    size_t bottleneck; /* which one that is */
    size_t nlayers;
} fnc_network;

/* End it with fnc_network_clear, whatever became of it. */
FINNC_MUST_USE finnc_status fnc_network_init(fnc_network *network, finnc_ctx *cx,
                                             const finnc_graph *graph);
void fnc_network_clear(fnc_network *network);

/* ---- running ---- */

typedef enum fnc_run_end {
    FNC_RUN_STEADY, /* every frame goes as the one before, a period later */
    FNC_RUN_SLOW,   /* every frame takes the same, longer than the period */
    FNC_RUN_DEADLOCK,
    FNC_RUN_UNSETTLED, /* too few frames were looked at to tell */
} fnc_run_end;

typedef struct fnc_run_result {
    fnc_run_end end;
    double period;    /* cycles between the last frames */
    int64_t latency;  /* of the first frame */
    char words[1024]; /* of a deadlock */
} fnc_run_result;

/* Lets frames in, one per period at most, until they come to rest; `frames` at most. `measures`:
 * the channels' peaks, too. */
FINNC_MUST_USE finnc_status fnc_network_run(fnc_network *network, size_t frames, bool measures,
                                            fnc_run_result *result);

#endif
