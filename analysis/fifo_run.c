/* Lets words run through a network.
 *
 * No process looks whether a word is there and does something else if not, so what happens when
 * depends on nothing but the words and the room that each cycle waits for: a cycle that takes or
 * gives words happens one cycle after the latest of the process's cycle before, the cycles in which
 * its words were given, and the cycles in which the room that it needs was made. Each process runs
 * ahead as far as it knows these, and what comes out is what a clock would show; but cycles in
 * which nothing moves cost nothing.
 *
 * Sources hold every frame back until its period begins. More room makes no cycle later, so if
 * frames go on in the same way with sources that wait, they come as often with sources that do not.
 * With more frames in front of it no frame is earlier, so that every cycle's delay against its
 * period can only grow from frame to frame: when the sum over a frame does not, no delay did. After
 * as many such frames as channels hold, every frame to come goes the same way. */
#include "fifo_simulation.h"

#include <base/alloc.h>

enum { AHEAD = 4096 /* cycles that a process runs before the others get their turn */ };

/* ---- coming to rest ---- */

/* Frames that a frame's cycles depend on at most. */
static size_t reach(const fnc_network *n)
{
    int64_t most = 1;
    for (size_t c = 0; c < n->nchannels; c++) {
        const fnc_channel *x = &n->channels[c];
        if (x->capacity < INT64_MAX && x->fifo.words > 0 && x->capacity / x->fifo.words >= most)
            most = x->capacity / x->fifo.words + 1;
    }
    return (size_t)most;
}

static uint64_t delay_of(const fnc_simulation *s, size_t frame)
{
    uint64_t sum = 0;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        sum += s->workers[p].delays[frame];
    return sum;
}

static size_t frames_done(const fnc_simulation *s)
{
    size_t least = s->frames;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        if (!s->n->processes[p].flow.is_queue && s->workers[p].frame < least)
            least = s->workers[p].frame;
    return least;
}

/* Frames at the end of those that are done whose delay grew by the same as the one before. */
static size_t alike(const fnc_simulation *s, uint64_t *growth)
{
    size_t n = 0;
    *growth = 0;
    for (size_t f = s->nframes; f > 1; f--, n++) {
        const uint64_t grown = delay_of(s, f - 1) - delay_of(s, f - 2);
        if (n > 0 && grown != *growth)
            break;
        *growth = grown;
    }
    return n;
}

static int64_t end_of(const fnc_simulation *s, size_t frame)
{
    int64_t last = 0;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        if (!s->n->processes[p].flow.is_queue && s->workers[p].ends[frame] > last)
            last = s->workers[p].ends[frame];
    return last;
}

/* ---- a run ---- */

static finnc_status begin_wire(fnc_simulation *s, fnc_wire *w, int64_t capacity)
{
    enum { LITTLE = 1 << 16 };
    size_t room = 64;
    while (capacity < LITTLE && room <= (size_t)capacity)
        room *= 2;
    w->capacity = capacity;
    FINNC_TRY(fnc_moments_grow(s->cx, &w->writes, 0, room));
    return fnc_moments_grow(s->cx, &w->reads, 0, room);
}

static finnc_status begin_worker(fnc_simulation *s, fnc_worker *w, const fnc_process *x)
{
    *w = (fnc_worker){.flow = &x->flow,
                      .in = FNC_NEW_ARRAY(&s->arena, fnc_port, x->nin + 1),
                      .out = FNC_NEW_ARRAY(&s->arena, fnc_wire *, x->nout + 1),
                      .nin = x->nin,
                      .nout = x->nout,
                      .clock = -1,
                      .is_source = !x->node && x->nin == 0,
                      .delays = FNC_NEW_ARRAY(&s->arena, uint64_t, s->frames),
                      .ends = FNC_NEW_ARRAY(&s->arena, int64_t, s->frames)};
    w->others = FNC_NEW_ARRAY(&s->arena, size_t, x->nin + x->nout + 1);
    if (!w->in || !w->out || !w->others || !w->delays || !w->ends)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < x->nin; i++) {
        w->in[i] = (fnc_port){&s->wires[x->in[i]], s->n->channels[x->in[i]].is_side};
        w->others[i] = s->n->channels[x->in[i]].from;
    }
    for (size_t o = 0; o < x->nout; o++) {
        w->out[o] = &s->wires[x->out[o]];
        w->others[x->nin + o] = s->n->channels[x->out[o]].to;
    }
    if (x->flow.nphases == 0)
        w->frame = s->frames; /* a queue, which is part of a channel */
    return FINNC_OK;
}

static finnc_status begin(fnc_simulation *s)
{
    s->wires = FNC_NEW_ARRAY(&s->arena, fnc_wire, s->n->nchannels + 1);
    s->workers = FNC_NEW_ARRAY(&s->arena, fnc_worker, s->n->nprocesses);
    s->queue = FNC_NEW_ARRAY(&s->arena, size_t, s->n->nprocesses);
    if (!s->wires || !s->workers || !s->queue)
        return finnc_no_memory(s->cx);
    for (size_t c = 0; c < s->n->nchannels; c++)
        FINNC_TRY(begin_wire(s, &s->wires[c], s->n->channels[c].capacity));
    for (size_t p = 0; p < s->n->nprocesses; p++)
        FINNC_TRY(begin_worker(s, &s->workers[p], &s->n->processes[p]));
    return FINNC_OK;
}

static void enqueue(fnc_simulation *s, size_t process)
{
    fnc_worker *w = &s->workers[process];
    if (w->is_waiting)
        return;
    w->is_waiting = true;
    const size_t at = s->first + s->nqueued++;
    s->queue[at < s->n->nprocesses ? at : at - s->n->nprocesses] = process;
}

static fnc_worker *dequeue(fnc_simulation *s)
{
    fnc_worker *w = &s->workers[s->queue[s->first]];
    s->first = s->first + 1 < s->n->nprocesses ? s->first + 1 : 0;
    s->nqueued--;
    w->is_waiting = false;
    return w;
}

/* All up to cycle `until`; false in `has_moved`: nobody could. Who moves may let others go on. */
static finnc_status run_all(fnc_simulation *s, int64_t until, bool *has_moved)
{
    *has_moved = false;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        enqueue(s, p);
    while (s->nqueued > 0) {
        fnc_worker *w = dequeue(s);
        bool moved = false;
        FINNC_TRY(fnc_simulation_step(s, w, until, &moved));
        for (size_t i = 0; moved && i < w->nin + w->nout; i++)
            enqueue(s, w->others[i]);
        *has_moved |= moved;
    }
    return FINNC_OK;
}

/* The first of those who are ahead of cycle `until`; INT64_MAX: nobody is. */
static int64_t next_ahead(const fnc_simulation *s, int64_t until)
{
    int64_t next = INT64_MAX;
    for (size_t p = 0; p < s->n->nprocesses; p++) {
        const fnc_worker *w = &s->workers[p];
        if (w->frame < s->frames && w->clock >= until && w->clock < next)
            next = w->clock;
    }
    return next;
}

static finnc_status run(fnc_simulation *s, fnc_run_result *result)
{
    const size_t needed = reach(s->n);
    uint64_t growth = 0;
    bool has_moved;
    int64_t until = AHEAD;
    result->end = FNC_RUN_UNSETTLED;
    while (s->nframes < s->frames) {
        FINNC_TRY(finnc_ctx_check(s->cx));
        FINNC_TRY(run_all(s, until, &has_moved));
        const int64_t next = next_ahead(s, until);
        if (!has_moved && next == INT64_MAX) {
            result->end = FNC_RUN_DEADLOCK;
            fnc_simulation_describe_deadlock(s, result);
            break;
        }
        until = (has_moved || next < until ? until : next) + AHEAD;
        const size_t done = frames_done(s);
        if (done == s->nframes)
            continue;
        s->nframes = done;
        const size_t n = alike(s, &growth);
        if (n > needed + (growth ? 3 : 0)) {
            result->end = growth ? FNC_RUN_SLOW : FNC_RUN_STEADY;
            break;
        }
    }
    if (s->nframes > 0)
        result->latency = end_of(s, 0) + 1;
    const size_t back = s->nframes / 2;
    if (s->nframes > 1)
        result->period =
            (double)(end_of(s, s->nframes - 1) - end_of(s, s->nframes - 1 - back)) / (double)back;
    return FINNC_OK;
}

finnc_status fnc_network_run(fnc_network *network, size_t frames, bool measures,
                             fnc_run_result *result)
{
    fnc_simulation s = {.n = network, .cx = network->cx, .frames = frames, .measures = measures};
    *result = (fnc_run_result){0};
    fnc_arena_init(&s.arena, network->cx);
    finnc_status status = begin(&s);
    if (status == FINNC_OK)
        status = run(&s, result);
    for (size_t c = 0; s.wires && c < network->nchannels; c++) {
        network->channels[c].peak = s.wires[c].peak;
        fnc_free(network->cx, s.wires[c].writes.at);
        fnc_free(network->cx, s.wires[c].reads.at);
    }
    fnc_arena_clear(&s.arena);
    return status;
}
