/* A process at work: the cycles in which its words move. */
#include "fifo_simulation.h"

#include <base/alloc.h>

/* ---- moments ---- */

finnc_status fnc_moments_grow(finnc_ctx *cx, fnc_moments *m, int64_t end, size_t room)
{
    int64_t *more = fnc_alloc_array(cx, sizeof *more, room);
    if (!more)
        return finnc_no_memory(cx);
    for (int64_t i = m->low; i < end; i++)
        more[(size_t)i & (room - 1)] = fnc_moment(m, i);
    fnc_free(cx, m->at);
    m->at = more;
    m->mask = room - 1;
    return FINNC_OK;
}

/* Room for number `i`; those from `low` on are still needed. */
static inline finnc_status make_room(finnc_ctx *cx, fnc_moments *m, int64_t i, int64_t low)
{
    if ((uint64_t)(i - m->low) <= m->mask)
        return FINNC_OK;
    if (low > m->low)
        m->low = low;
    return (uint64_t)(i - m->low) <= m->mask ? FINNC_OK
                                             : fnc_moments_grow(cx, m, i, 2 * (m->mask + 1));
}

/* ---- wires ---- */

/* Words that wait when a write comes, itself included: known when reads have come that far. */
static void count_waiting(fnc_wire *w, int64_t now)
{
    for (; w->seen < w->written && fnc_moment(&w->writes, w->seen) <= now; w->seen++) {
        const int64_t t = fnc_moment(&w->writes, w->seen);
        while (w->gone < w->read && fnc_moment(&w->reads, w->gone) < t)
            w->gone++;
        if (w->seen - w->gone + 1 > w->peak)
            w->peak = w->seen - w->gone + 1;
    }
}

/* Reads are asked for by writes that need their room, and by count_waiting. */
static inline finnc_status do_read(fnc_simulation *s, fnc_wire *w, int64_t t)
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

static inline finnc_status do_write(fnc_simulation *s, fnc_wire *w, int64_t t)
{
    FINNC_TRY(make_room(s->cx, &w->writes, w->written, w->read));
    w->writes.at[(size_t)w->written & w->writes.mask] = t;
    w->written++;
    return FINNC_OK;
}

/* ---- processes ---- */

static void next_round(fnc_worker *w)
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
static inline bool find_moment(const fnc_worker *w, const finnc_phase *p, int64_t at, int64_t *t)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < fnc_reads_of(p, &w->in[i]) && !fnc_can_read(w->in[i].w, t))
            return false;
    for (size_t o = 0; at >= p->cycles - p->writes && o < w->nout; o++)
        if (!fnc_can_write(w->out[o], t))
            return false;
    return true;
}

static inline finnc_status move(fnc_simulation *s, const fnc_worker *w, const finnc_phase *p,
                                int64_t at, int64_t t)
{
    for (size_t i = 0; i < w->nin; i++)
        if (at < fnc_reads_of(p, &w->in[i]))
            FINNC_TRY(do_read(s, w->in[i].w, t));
    for (size_t o = 0; at >= p->cycles - p->writes && o < w->nout; o++)
        FINNC_TRY(do_write(s, w->out[o], t));
    return FINNC_OK;
}

finnc_status fnc_simulation_step(fnc_simulation *s, fnc_worker *w, int64_t until, bool *has_moved)
{
    while (w->frame < s->frames && w->clock < until) {
        const finnc_phase *p = &w->flow->phases[w->phase];
        const int64_t begin = (int64_t)w->frame * s->n->period;
        const int64_t at = fnc_next_move(w, p, w->at);
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
