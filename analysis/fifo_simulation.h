/* A network as it runs: which words have gone where, and when. */
#ifndef FNC_FIFO_SIMULATION_H
#define FNC_FIFO_SIMULATION_H

#include "fifo.h"

/* When words were given, or room was made: the last ones, as many as may still be asked for. */
typedef struct fnc_moments {
    int64_t *at;
    size_t mask;
    int64_t low; /* the first one that is needed, where there is no end of room */
} fnc_moments;

typedef struct fnc_wire {
    int64_t written, read;
    fnc_moments writes, reads;
    int64_t capacity;
    int64_t seen, gone; /* writes whose occupancy is known; reads before the next one of them */
    int64_t peak;
} fnc_wire;

/* A process's end of a wire. */
typedef struct fnc_port {
    fnc_wire *w;
    bool is_side;
} fnc_port;

typedef struct fnc_worker {
    const finnc_flow *flow;
    fnc_port *in;
    fnc_wire **out;
    size_t nin, nout;
    size_t *others;  /* processes at the other ends of its wires */
    bool is_waiting; /* in the queue of those that may be able to go on */
    size_t frame;
    int64_t times, loop, repeat;
    size_t phase;
    int64_t at;    /* in the round */
    int64_t clock; /* of the last cycle that is done */
    bool is_source;
    uint64_t *delays; /* sums over each frame */
    int64_t *ends;    /* of each frame's last word */
} fnc_worker;

typedef struct fnc_simulation {
    fnc_network *n;
    finnc_ctx *cx;
    fnc_arena arena;
    fnc_wire *wires;
    fnc_worker *workers;
    size_t frames, nframes; /* at most, that all have done */
    bool measures;
    size_t *queue, first, nqueued; /* a ring of processes, each in it at most once */
} fnc_simulation;

/* Makes room for `room` moments, a power of two; those from m->low up to `end` stay. */
FINNC_MUST_USE finnc_status fnc_moments_grow(finnc_ctx *cx, fnc_moments *m, int64_t end,
                                             size_t room);
/* Runs up to cycle `until`, or as far as it can. */
FINNC_MUST_USE finnc_status fnc_simulation_step(fnc_simulation *s, fnc_worker *w, int64_t until,
                                                bool *has_moved);
/* Says who waits for whom. */
void fnc_simulation_describe_deadlock(const fnc_simulation *s, fnc_run_result *result);

/* ---- what comes next ---- */

static inline int64_t fnc_moment(const fnc_moments *m, int64_t i)
{
    return m->at[(size_t)i & m->mask];
}

/* The first cycle in which its next word can be taken; false: nobody knows yet. */
static inline bool fnc_can_read(const fnc_wire *w, int64_t *t)
{
    if (w->written == w->read)
        return false;
    const int64_t given = fnc_moment(&w->writes, w->read) + 1;
    if (given > *t)
        *t = given;
    return true;
}

static inline bool fnc_can_write(const fnc_wire *w, int64_t *t)
{
    if (w->written < w->capacity)
        return true;
    if (w->written - w->capacity >= w->read)
        return false;
    const int64_t made = fnc_moment(&w->reads, w->written - w->capacity) + 1;
    if (made > *t)
        *t = made;
    return true;
}

static inline int64_t fnc_reads_of(const finnc_phase *p, const fnc_port *in)
{
    return in->is_side ? p->side_reads : p->reads;
}

/* The next cycle of the round, from `at` on, in which words move; `cycles`: none. */
static inline int64_t fnc_next_move(const fnc_worker *w, const finnc_phase *p, int64_t at)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < fnc_reads_of(p, &w->in[i]))
            return at;
    const int64_t first = w->nout > 0 ? p->cycles - p->writes : p->cycles;
    return at > first ? at : first;
}

#endif
