/* Frames can come once a period if and only if there is a schedule that repeats: a time for every
 * cycle in which words move, such that
 *
 *      it is late enough after the cycle before it in its process,
 *      a word is taken at least a cycle after it was given, and
 *      word j + capacity is given at least a cycle after word j was taken,
 *
 * where what lies a frame further on happens a period later. These are differences between two
 * times each, so there is a schedule unless some of them form a circle that asks for more time than
 * there is. Times are only ever put off, from a schedule for more room: either all are content in
 * the end, which proves that the room is enough; or what put off what becomes a circle, which
 * proves that it is not. */
#include "fifo_schedule.h"

#include <inttypes.h>
#include <string.h>

enum { SLICE = 1024 }; /* moments of a process that are looked at before the others' turn */

/* ---- moments ---- */

/* Goes through a frame of a process's flow: `visit` is told of each cycle in which words move, how
 * many cycles after the last such one it is. Returns the cycles behind the last one. */
typedef void visit_fn(void *user, const finnc_phase *phase, int64_t cycle, int64_t gap);

typedef struct walk {
    visit_fn *visit;
    void *user;
    bool has_in, has_side, has_out;
    int64_t gap; /* cycles since the last move */
} walk;

static void walk_round(walk *w, const finnc_phase *p)
{
    int64_t begin = 0, at = 0;
    if (w->has_in && p->reads > begin)
        begin = p->reads;
    if (w->has_side && p->side_reads > begin)
        begin = p->side_reads;
    const int64_t end = w->has_out ? p->cycles - p->writes : p->cycles;
    while (at < p->cycles) {
        if (at >= begin && at < end) {
            w->gap += end - at;
            at = end;
            continue;
        }
        w->visit(w->user, p, at++, w->gap + 1);
        w->gap = 0;
    }
}

static void walk_phases(walk *w, const finnc_flow *f, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        for (int64_t r = 0; r < f->phases[i].repeat; r++)
            walk_round(w, &f->phases[i]);
}

static int64_t walk_frame(const fnc_network *n, const fnc_process *x, visit_fn *visit, void *user)
{
    const finnc_flow *f = &x->flow;
    walk w = {.visit = visit, .user = user, .has_out = x->nout > 0};
    for (size_t i = 0; i < x->nin; i++)
        *(n->channels[x->in[i]].is_side ? &w.has_side : &w.has_in) = true;
    for (int64_t t = 0; t < f->times; t++) {
        const bool loops = f->loop_end > f->loop_begin;
        walk_phases(&w, f, 0, loops ? f->loop_begin : f->nphases);
        for (int64_t k = 0; loops && k < f->loop; k++)
            walk_phases(&w, f, f->loop_begin, f->loop_end);
        if (loops)
            walk_phases(&w, f, f->loop_end, f->nphases);
    }
    return w.gap;
}

static void count(void *user, const finnc_phase *phase, int64_t cycle, int64_t gap)
{
    size_t *n = user;
    (void)phase, (void)cycle, (void)gap;
    ++*n;
}

typedef struct filling {
    fnc_schedule *s;
    const fnc_process *x;
    fnc_track *t;
    int32_t *in, *out; /* words so far, per channel */
} filling;

static void fill(void *user, const finnc_phase *phase, int64_t cycle, int64_t gap)
{
    filling *f = user;
    fnc_track *t = f->t;
    const size_t at = t->count++;
    t->gap[at] = gap;
    for (size_t i = 0; i < f->x->nin; i++) {
        const size_t c = f->x->in[i];
        const bool reads =
            cycle < (f->s->n->channels[c].is_side ? phase->side_reads : phase->reads);
        t->in[i][at] = reads ? f->in[i]++ : -1;
        if (reads)
            f->s->readers[c][t->in[i][at]] = (int32_t)at;
    }
    for (size_t o = 0; o < f->x->nout; o++) {
        const bool writes = cycle >= phase->cycles - phase->writes;
        t->out[o][at] = writes ? f->out[o]++ : -1;
        if (writes)
            f->s->writers[f->x->out[o]][t->out[o][at]] = (int32_t)at;
    }
}

/* ---- making it ---- */

static int32_t **make_lists(fnc_schedule *s, size_t lists, size_t count)
{
    int32_t **made = FNC_NEW_ARRAY(&s->arena, int32_t *, lists + 1);
    for (size_t i = 0; made && i < lists; i++)
        if (!(made[i] = FNC_NEW_ARRAY(&s->arena, int32_t, count + 1)))
            return NULL;
    return made;
}

static finnc_status make_track(fnc_schedule *s, size_t process)
{
    const fnc_process *x = &s->n->processes[process];
    fnc_track *t = &s->tracks[process];
    size_t n = 0;
    walk_frame(s->n, x, count, &n);
    t->at = FNC_NEW_ARRAY(&s->arena, int64_t, n + 1);
    t->gap = FNC_NEW_ARRAY(&s->arena, int64_t, n + 1);
    t->by = FNC_NEW_ARRAY(&s->arena, uint8_t, n + 1);
    t->stamp = FNC_NEW_ARRAY(&s->arena, uint32_t, n + 1);
    s->saved[process] = FNC_NEW_ARRAY(&s->arena, int64_t, n + 1);
    t->in = make_lists(s, x->nin, n);
    t->out = make_lists(s, x->nout, n);
    filling f = {.s = s,
                 .x = x,
                 .t = t,
                 .in = FNC_NEW_ARRAY(&s->arena, int32_t, x->nin + 1),
                 .out = FNC_NEW_ARRAY(&s->arena, int32_t, x->nout + 1)};
    if (!t->at || !t->gap || !t->by || !t->stamp || !s->saved[process] || !t->in || !t->out ||
        !f.in || !f.out)
        return finnc_no_memory(s->cx);
    if (2 + x->nin + x->nout > UINT8_MAX)
        return finnc_fail(s->cx, FINNC_UNSUPPORTED, "%s has %zu streams, too many",
                          finnc_node_name(x->node), x->nin + x->nout);
    const int64_t behind = walk_frame(s->n, x, fill, &f);
    if (t->count > 0)
        t->gap[0] += behind;
    s->total += t->count;
    return FINNC_OK;
}

static finnc_status make_channels(fnc_schedule *s)
{
    s->writers = FNC_NEW_ARRAY(&s->arena, int32_t *, s->n->nchannels + 1);
    s->readers = FNC_NEW_ARRAY(&s->arena, int32_t *, s->n->nchannels + 1);
    if (!s->writers || !s->readers)
        return finnc_no_memory(s->cx);
    for (size_t c = 0; c < s->n->nchannels; c++) {
        const size_t words = (size_t)s->n->channels[c].fifo.words;
        s->writers[c] = FNC_NEW_ARRAY(&s->arena, int32_t, words + 1);
        s->readers[c] = FNC_NEW_ARRAY(&s->arena, int32_t, words + 1);
        if (!s->writers[c] || !s->readers[c])
            return finnc_no_memory(s->cx);
    }
    return FINNC_OK;
}

/* ---- putting off ---- */

/* Word `i` of a channel, counted from any frame on: which of a frame's it is, and how much later
 * than that one it moves. */
static int64_t word_of(const fnc_channel *c, int64_t period, int64_t i, int64_t *later)
{
    int64_t frames = i / c->fifo.words;
    if (i % c->fifo.words < 0)
        frames--;
    *later = frames * period;
    return i - frames * c->fifo.words;
}

static int64_t given_at(const fnc_schedule *s, size_t c, int64_t word)
{
    return s->tracks[s->n->channels[c].from].at[s->writers[c][word]];
}

static int64_t taken_at(const fnc_schedule *s, size_t c, int64_t word)
{
    return s->tracks[s->n->channels[c].to].at[s->readers[c][word]];
}

static int64_t room_at(const fnc_schedule *s, size_t c, int64_t word)
{
    int64_t later;
    const fnc_channel *x = &s->n->channels[c];
    const int64_t left = word_of(x, s->n->period, word - x->capacity, &later);
    return taken_at(s, c, left) + later;
}

/* The earliest that it can be, as things stand. */
static int64_t earliest(const fnc_schedule *s, const fnc_process *x, const fnc_track *t, size_t i,
                        uint8_t *by)
{
    int64_t at = i > 0 ? t->at[i - 1] + t->gap[i] : t->at[t->count - 1] + t->gap[0] - s->n->period;
    *by = 1;
    for (size_t k = 0; k < x->nin; k++) {
        if (t->in[k][i] < 0)
            continue;
        const int64_t word = given_at(s, x->in[k], t->in[k][i]) + 1;
        if (word > at) {
            at = word;
            *by = (uint8_t)(2 + k);
        }
    }
    for (size_t k = 0; k < x->nout; k++) {
        if (t->out[k][i] < 0 || s->n->channels[x->out[k]].capacity == INT64_MAX)
            continue;
        const int64_t room = room_at(s, x->out[k], t->out[k][i]) + 1;
        if (room > at) {
            at = room;
            *by = (uint8_t)(2 + x->nin + k);
        }
    }
    return at;
}

static void look_at(fnc_schedule *s, size_t process, size_t i)
{
    fnc_track *t = &s->tracks[process];
    if (t->low >= t->high)
        t->low = i, t->high = i + 1;
    if (i < t->low)
        t->low = i;
    if (i >= t->high)
        t->high = i + 1;
    if (t->is_waiting)
        return;
    t->is_waiting = true;
    const size_t at = s->first + s->nqueued++;
    s->queue[at < s->n->nprocesses ? at : at - s->n->nprocesses] = process;
}

/* Who waits for the moment `i`, in other processes. */
static void tell_others(fnc_schedule *s, const fnc_process *x, const fnc_track *t, size_t i)
{
    for (size_t k = 0; k < x->nout; k++)
        if (t->out[k][i] >= 0)
            look_at(s, s->n->channels[x->out[k]].to, (size_t)s->readers[x->out[k]][t->out[k][i]]);
    for (size_t k = 0; k < x->nin; k++) {
        const fnc_channel *c = &s->n->channels[x->in[k]];
        int64_t later;
        if (t->in[k][i] < 0 || c->capacity == INT64_MAX)
            continue;
        const int64_t word = word_of(c, s->n->period, t->in[k][i] + c->capacity, &later);
        look_at(s, c->from, (size_t)s->writers[x->in[k]][word]);
    }
}

/* Looks at what has to be looked at; returns how many moments were put off. */
static size_t put_off(fnc_schedule *s, size_t process)
{
    const fnc_process *x = &s->n->processes[process];
    fnc_track *t = &s->tracks[process];
    const size_t begin = t->low, end = t->high;
    size_t i = begin, moved = 0;
    bool has_moved = false;
    t->low = t->high = 0;
    for (; i < t->count && (i < end || has_moved) && i - begin < SLICE; i++) {
        uint8_t by;
        const int64_t at = earliest(s, x, t, i, &by);
        has_moved = at > t->at[i];
        if (!has_moved)
            continue;
        t->at[i] = at;
        t->by[i] = by;
        tell_others(s, x, t, i);
        moved++;
    }
    if (i == t->count && has_moved)
        look_at(s, process, 0);
    if (i < t->count && (i < end || has_moved)) {
        look_at(s, process, i);
        if (i < end)
            look_at(s, process, end - 1);
    }
    return moved;
}

/* ---- circles ---- */

typedef struct place {
    size_t process, i;
} place;

/* What put it off; false: nothing did. */
static bool cause_of(const fnc_schedule *s, place *p)
{
    const fnc_process *x = &s->n->processes[p->process];
    const fnc_track *t = &s->tracks[p->process];
    int64_t later;
    size_t by = t->by[p->i];
    if (by == 0)
        return false;
    if (by == 1) {
        p->i = p->i > 0 ? p->i - 1 : t->count - 1;
        return true;
    }
    by -= 2;
    if (by < x->nin) {
        const size_t c = x->in[by];
        *p = (place){s->n->channels[c].from, (size_t)s->writers[c][t->in[by][p->i]]};
        return true;
    }
    const size_t c = x->out[by - x->nin];
    const fnc_channel *channel = &s->n->channels[c];
    const int64_t word =
        word_of(channel, s->n->period, t->out[by - x->nin][p->i] - channel->capacity, &later);
    *p = (place){channel->to, (size_t)s->readers[c][word]};
    return true;
}

/* Each walk from cause to cause has a stamp of its own: who meets it goes in a circle. */
static bool has_circle(fnc_schedule *s)
{
    if (s->stamp > UINT32_MAX - s->total - 1) {
        for (size_t p = 0; p < s->n->nprocesses; p++)
            memset(s->tracks[p].stamp, 0, s->tracks[p].count * sizeof *s->tracks[p].stamp);
        s->stamp = 0;
    }
    const uint32_t before = s->stamp;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        for (size_t i = 0; i < s->tracks[p].count; i++) {
            place at = {p, i};
            const uint32_t mine = ++s->stamp;
            do {
                uint32_t *stamp = &s->tracks[at.process].stamp[at.i];
                if (*stamp == mine)
                    return true;
                if (*stamp > before)
                    break;
                *stamp = mine;
            } while (cause_of(s, &at));
        }
    return false;
}

/* Until all are content, or there is a circle. */
static finnc_status settle(fnc_schedule *s, bool *yes)
{
    size_t moved = 0;
    *yes = true;
    while (s->nqueued > 0) {
        const size_t process = s->queue[s->first];
        s->first = s->first + 1 < s->n->nprocesses ? s->first + 1 : 0;
        s->nqueued--;
        s->tracks[process].is_waiting = false;
        moved += put_off(s, process);
        if (moved < s->total)
            continue;
        moved = 0;
        FINNC_TRY(finnc_ctx_check(s->cx));
        if (has_circle(s)) {
            *yes = false;
            return FINNC_OK;
        }
    }
    return FINNC_OK;
}

/* ---- asking ---- */

int64_t fnc_schedule_peak(const fnc_schedule *schedule, size_t channel)
{
    const fnc_channel *c = &schedule->n->channels[channel];
    int64_t peak = 0, taken = -c->fifo.words, later;
    /* Words of earlier frames may wait still. */
    while (taken_at(schedule, channel, word_of(c, schedule->n->period, taken, &later)) + later >=
           given_at(schedule, channel, 0))
        taken -= c->fifo.words;
    for (int64_t j = 0; j < c->fifo.words; j++) {
        const int64_t now = given_at(schedule, channel, j);
        for (;; taken++) {
            const int64_t word = word_of(c, schedule->n->period, taken, &later);
            if (taken_at(schedule, channel, word) + later >= now)
                break;
        }
        if (j - taken + 1 > peak)
            peak = j - taken + 1;
    }
    return peak;
}

static void forget(fnc_schedule *s)
{
    for (size_t p = 0; p < s->n->nprocesses; p++) {
        fnc_track *t = &s->tracks[p];
        t->low = t->high = 0;
        t->is_waiting = false;
        memset(t->by, 0, t->count);
    }
    s->first = s->nqueued = 0;
}

finnc_status fnc_schedule_try(fnc_schedule *schedule, size_t channel, int64_t capacity, bool *yes)
{
    fnc_network *n = schedule->n;
    fnc_channel *c = &n->channels[channel];
    const int64_t before = c->capacity;
    forget(schedule);
    for (size_t p = 0; p < n->nprocesses; p++)
        memcpy(schedule->saved[p], schedule->tracks[p].at,
               schedule->tracks[p].count * sizeof(int64_t));
    c->capacity = capacity;
    for (int64_t j = 0; j < c->fifo.words; j++)
        look_at(schedule, c->from, (size_t)schedule->writers[channel][j]);
    FINNC_TRY(settle(schedule, yes));
    if (*yes)
        return FINNC_OK;
    c->capacity = before;
    for (size_t p = 0; p < n->nprocesses; p++)
        memcpy(schedule->tracks[p].at, schedule->saved[p],
               schedule->tracks[p].count * sizeof(int64_t));
    return FINNC_OK;
}

static finnc_status schedule_all(fnc_schedule *s)
{
    bool yes;
    forget(s);
    for (size_t c = 0; c < s->n->nchannels; c++)
        s->n->channels[c].capacity = INT64_MAX;
    for (size_t p = 0; p < s->n->nprocesses; p++)
        if (s->tracks[p].count > 0) {
            look_at(s, p, 0);
            look_at(s, p, s->tracks[p].count - 1);
        }
    FINNC_TRY(settle(s, &yes));
    if (yes)
        return FINNC_OK;
    return finnc_fail(s->cx, FINNC_BAD_VALUE, "layers wait for one another's words in a circle");
}

finnc_status fnc_schedule_init(fnc_schedule *schedule, fnc_network *network)
{
    *schedule = (fnc_schedule){.n = network, .cx = network->cx};
    fnc_arena_init(&schedule->arena, network->cx);
    schedule->tracks = FNC_NEW_ARRAY(&schedule->arena, fnc_track, network->nprocesses);
    schedule->saved = FNC_NEW_ARRAY(&schedule->arena, int64_t *, network->nprocesses);
    schedule->queue = FNC_NEW_ARRAY(&schedule->arena, size_t, network->nprocesses);
    if (!schedule->tracks || !schedule->saved || !schedule->queue)
        return finnc_no_memory(network->cx);
    FINNC_TRY(make_channels(schedule));
    for (size_t p = 0; p < network->nprocesses; p++)
        FINNC_TRY(make_track(schedule, p));
    return schedule_all(schedule);
}

void fnc_schedule_clear(fnc_schedule *schedule)
{
    fnc_arena_clear(&schedule->arena);
}
