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
#include "fifo.h"

#include <base/alloc.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { AHEAD = 4096 /* cycles that a process runs before the others get their turn */ };

/* When words were given, or room was made: the last ones, as many as may still be asked for. */
typedef struct moments {
    int64_t *at;
    size_t mask;
    int64_t low; /* the first one that is needed, where there is no end of room */
} moments;

typedef struct wire {
    int64_t written, read;
    moments writes, reads;
    int64_t capacity;
    int64_t seen, gone; /* writes whose occupancy is known; reads before the next one of them */
    int64_t peak;
} wire;

/* A process's end of a wire. */
typedef struct port {
    wire *w;
    bool is_side;
} port;

typedef struct worker {
    const finnc_flow *flow;
    port *in;
    wire **out;
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
} worker;

typedef struct simulation {
    fnc_network *n;
    finnc_ctx *cx;
    fnc_arena arena;
    wire *wires;
    worker *workers;
    size_t frames, nframes; /* at most, that all have done */
    bool measures;
    size_t *queue, first, nqueued; /* a ring of processes, each in it at most once */
} simulation;

/* ---- moments ---- */

static int64_t moment(const moments *m, int64_t i)
{
    return m->at[(size_t)i & m->mask];
}

static finnc_status grow(finnc_ctx *cx, moments *m, int64_t end, size_t room)
{
    int64_t *more = fnc_alloc_array(cx, sizeof *more, room);
    if (!more)
        return finnc_no_memory(cx);
    for (int64_t i = m->low; i < end; i++)
        more[(size_t)i & (room - 1)] = moment(m, i);
    fnc_free(cx, m->at);
    m->at = more;
    m->mask = room - 1;
    return FINNC_OK;
}

/* Room for number `i`; those from `low` on are still needed. */
static inline finnc_status make_room(finnc_ctx *cx, moments *m, int64_t i, int64_t low)
{
    if ((uint64_t)(i - m->low) <= m->mask)
        return FINNC_OK;
    if (low > m->low)
        m->low = low;
    return (uint64_t)(i - m->low) <= m->mask ? FINNC_OK : grow(cx, m, i, 2 * (m->mask + 1));
}

/* ---- wires ---- */

/* The first cycle in which its next word can be taken; false: nobody knows yet. */
static inline bool can_read(const wire *w, int64_t *t)
{
    if (w->written == w->read)
        return false;
    const int64_t given = moment(&w->writes, w->read) + 1;
    if (given > *t)
        *t = given;
    return true;
}

static inline bool can_write(const wire *w, int64_t *t)
{
    if (w->written < w->capacity)
        return true;
    if (w->written - w->capacity >= w->read)
        return false;
    const int64_t made = moment(&w->reads, w->written - w->capacity) + 1;
    if (made > *t)
        *t = made;
    return true;
}

/* Words that wait when a write comes, itself included: known when reads have come that far. */
static void count_waiting(wire *w, int64_t now)
{
    for (; w->seen < w->written && moment(&w->writes, w->seen) <= now; w->seen++) {
        const int64_t t = moment(&w->writes, w->seen);
        while (w->gone < w->read && moment(&w->reads, w->gone) < t)
            w->gone++;
        if (w->seen - w->gone + 1 > w->peak)
            w->peak = w->seen - w->gone + 1;
    }
}

/* Reads are asked for by writes that need their room, and by count_waiting. */
static inline finnc_status do_read(simulation *s, wire *w, int64_t t)
{
    int64_t low = w->read;
    if (w->capacity < INT64_MAX)
        low = w->written > w->capacity ? w->written - w->capacity : 0;
    if (s->measures) {
        count_waiting(w, t);
        low = w->gone < low ? w->gone : low;
    }
    FINNC_TRY(make_room(s->cx, &w->reads, w->read, low));
    w->reads.at[(size_t)w->read & w->reads.mask] = t;
    w->read++;
    return FINNC_OK;
}

static inline finnc_status do_write(simulation *s, wire *w, int64_t t)
{
    FINNC_TRY(make_room(s->cx, &w->writes, w->written, w->read));
    w->writes.at[(size_t)w->written & w->writes.mask] = t;
    w->written++;
    return FINNC_OK;
}

/* ---- processes ---- */

static inline int64_t reads_of(const finnc_phase *p, const port *in)
{
    return in->is_side ? p->side_reads : p->reads;
}

/* The next cycle of the round, from `at` on, in which words move; `cycles`: none. */
static inline int64_t next_move(const worker *w, const finnc_phase *p, int64_t at)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < reads_of(p, &w->in[i]))
            return at;
    const int64_t first = w->nout > 0 ? p->cycles - p->writes : p->cycles;
    return at > first ? at : first;
}

static void next_round(worker *w)
{
    const finnc_flow *f = w->flow;
    w->at = 0;
    if (++w->repeat < f->phases[w->phase].repeat)
        return;
    w->repeat = 0;
    w->phase++;
    if (w->phase == f->loop_end && w->phase > f->loop_begin) {
        if (++w->loop < f->loop)
            w->phase = f->loop_begin;
        else
            w->loop = 0;
    }
    if (w->phase < f->nphases)
        return;
    w->phase = 0;
    if (++w->times < f->times)
        return;
    w->times = 0;
    w->ends[w->frame] = w->clock;
    w->frame++;
}

/* When the cycle `at` can be; false: it waits for what others have not done yet. */
static inline bool find_moment(const worker *w, const finnc_phase *p, int64_t at, int64_t *t)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < reads_of(p, &w->in[i]) && !can_read(w->in[i].w, t))
            return false;
    for (size_t o = 0; at >= p->cycles - p->writes && o < w->nout; o++)
        if (!can_write(w->out[o], t))
            return false;
    return true;
}

static inline finnc_status move(simulation *s, const worker *w, const finnc_phase *p, int64_t at,
                                int64_t t)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < reads_of(p, &w->in[i]))
            FINNC_TRY(do_read(s, w->in[i].w, t));
    for (size_t o = 0; at >= p->cycles - p->writes && o < w->nout; o++)
        FINNC_TRY(do_write(s, w->out[o], t));
    return FINNC_OK;
}

/* Runs up to cycle `until`, or as far as it can. */
static finnc_status run_process(simulation *s, worker *w, int64_t until, bool *has_moved)
{
    while (w->frame < s->frames && w->clock < until) {
        const finnc_phase *p = &w->flow->phases[w->phase];
        const int64_t begin = (int64_t)w->frame * s->n->period;
        const int64_t at = next_move(w, p, w->at);
        int64_t t = w->clock + 1 + (at - w->at);
        if (w->is_source && t < begin)
            t = begin;
        if (at < p->cycles) {
            if (!find_moment(w, p, at, &t))
                return FINNC_OK;
            FINNC_TRY(move(s, w, p, at, t));
            w->clock = t;
            w->delays[w->frame] += (uint64_t)(t - begin);
            w->at = at + 1;
        } else {
            w->clock = t - 1;
            w->at = p->cycles;
        }
        *has_moved = true;
        if (w->at == p->cycles)
            next_round(w);
    }
    return FINNC_OK;
}

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

static uint64_t delay_of(const simulation *s, size_t frame)
{
    uint64_t sum = 0;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        sum += s->workers[p].delays[frame];
    return sum;
}

static size_t frames_done(const simulation *s)
{
    size_t least = s->frames;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        if (!s->n->processes[p].flow.is_queue && s->workers[p].frame < least)
            least = s->workers[p].frame;
    return least;
}

/* Frames at the end of those that are done whose delay grew by the same as the one before. */
static size_t alike(const simulation *s, uint64_t *growth)
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

static int64_t end_of(const simulation *s, size_t frame)
{
    int64_t last = 0;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        if (!s->n->processes[p].flow.is_queue && s->workers[p].ends[frame] > last)
            last = s->workers[p].ends[frame];
    return last;
}

/* ---- deadlock ---- */

static const char *name_of(const fnc_network *n, size_t process, char *text, size_t size)
{
    const fnc_process *x = &n->processes[process];
    if (x->node)
        snprintf(text, size, x->is_converter ? "the converter in front of %.80s" : "%.80s",
                 finnc_node_name(x->node));
    else
        snprintf(text, size, x->nin ? "the graph's output" : "the graph's input");
    return text;
}

/* Whom a process waits for; SIZE_MAX: nobody. */
static size_t waits_for(const simulation *s, size_t process, bool *for_room)
{
    const fnc_process *x = &s->n->processes[process];
    const worker *w = &s->workers[process];
    int64_t t = 0;
    if (x->flow.is_queue || w->frame == s->frames)
        return SIZE_MAX;
    const finnc_phase *p = &x->flow.phases[w->phase];
    const int64_t at = next_move(w, p, w->at);
    for (size_t i = 0; i < x->nin; i++) {
        *for_room = false;
        if (at < reads_of(p, &w->in[i]) && !can_read(w->in[i].w, &t))
            return s->n->channels[x->in[i]].from;
    }
    for (size_t o = 0; at >= p->cycles - p->writes && o < x->nout; o++) {
        *for_room = true;
        if (!can_write(w->out[o], &t))
            return s->n->channels[x->out[o]].to;
    }
    return SIZE_MAX;
}

/* Going from one who waits to whom it waits for ends in a circle. */
static void describe_deadlock(const simulation *s, fnc_run_result *result)
{
    char who[120], whom[120];
    size_t at = 0, n = 0;
    bool for_room;
    while (at < s->n->nprocesses && waits_for(s, at, &for_room) == SIZE_MAX)
        at++;
    if (at == s->n->nprocesses)
        return;
    for (size_t i = 0; i < s->n->nprocesses; i++)
        at = waits_for(s, at, &for_room);
    const size_t first = at;
    do {
        const size_t next = waits_for(s, at, &for_room);
        n += (size_t)snprintf(result->words + n, sizeof result->words - n,
                              for_room ? "%s%s waits for room in front of %s"
                                       : "%s%s waits for a word of %s",
                              n ? ", " : "", name_of(s->n, at, who, sizeof who),
                              name_of(s->n, next, whom, sizeof whom));
        at = next;
    } while (at != first && n < sizeof result->words);
}

/* ---- a run ---- */

static finnc_status begin_wire(simulation *s, wire *w, int64_t capacity)
{
    enum { LITTLE = 1 << 16 };
    size_t room = 64;
    while (capacity < LITTLE && room <= (size_t)capacity)
        room *= 2;
    w->capacity = capacity;
    FINNC_TRY(grow(s->cx, &w->writes, 0, room));
    return grow(s->cx, &w->reads, 0, room);
}

static finnc_status begin_worker(simulation *s, worker *w, const fnc_process *x)
{
    *w = (worker){.flow = &x->flow,
                  .in = FNC_NEW_ARRAY(&s->arena, port, x->nin + 1),
                  .out = FNC_NEW_ARRAY(&s->arena, wire *, x->nout + 1),
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
        w->in[i] = (port){&s->wires[x->in[i]], s->n->channels[x->in[i]].is_side};
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

static finnc_status begin(simulation *s)
{
    s->wires = FNC_NEW_ARRAY(&s->arena, wire, s->n->nchannels + 1);
    s->workers = FNC_NEW_ARRAY(&s->arena, worker, s->n->nprocesses);
    s->queue = FNC_NEW_ARRAY(&s->arena, size_t, s->n->nprocesses);
    if (!s->wires || !s->workers || !s->queue)
        return finnc_no_memory(s->cx);
    for (size_t c = 0; c < s->n->nchannels; c++)
        FINNC_TRY(begin_wire(s, &s->wires[c], s->n->channels[c].capacity));
    for (size_t p = 0; p < s->n->nprocesses; p++)
        FINNC_TRY(begin_worker(s, &s->workers[p], &s->n->processes[p]));
    return FINNC_OK;
}

static void enqueue(simulation *s, size_t process)
{
    worker *w = &s->workers[process];
    if (w->is_waiting)
        return;
    w->is_waiting = true;
    const size_t at = s->first + s->nqueued++;
    s->queue[at < s->n->nprocesses ? at : at - s->n->nprocesses] = process;
}

static worker *dequeue(simulation *s)
{
    worker *w = &s->workers[s->queue[s->first]];
    s->first = s->first + 1 < s->n->nprocesses ? s->first + 1 : 0;
    s->nqueued--;
    w->is_waiting = false;
    return w;
}

/* All up to cycle `until`; false in `has_moved`: nobody could. Who moves may let others go on. */
static finnc_status run_all(simulation *s, int64_t until, bool *has_moved)
{
    *has_moved = false;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        enqueue(s, p);
    while (s->nqueued > 0) {
        worker *w = dequeue(s);
        bool moved = false;
        FINNC_TRY(run_process(s, w, until, &moved));
        for (size_t i = 0; moved && i < w->nin + w->nout; i++)
            enqueue(s, w->others[i]);
        *has_moved |= moved;
    }
    return FINNC_OK;
}

/* The first of those who are ahead of cycle `until`; INT64_MAX: nobody is. */
static int64_t next_ahead(const simulation *s, int64_t until)
{
    int64_t next = INT64_MAX;
    for (size_t p = 0; p < s->n->nprocesses; p++) {
        const worker *w = &s->workers[p];
        if (w->frame < s->frames && w->clock >= until && w->clock < next)
            next = w->clock;
    }
    return next;
}

static finnc_status run(simulation *s, fnc_run_result *result)
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
            describe_deadlock(s, result);
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
    simulation s = {.n = network, .cx = network->cx, .frames = frames, .measures = measures};
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
