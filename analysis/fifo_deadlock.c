/* Why nothing moves any more. */
#include "fifo_simulation.h"

#include <stdio.h>

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
static size_t waits_for(const fnc_simulation *s, size_t process, bool *for_room)
{
    const fnc_process *x = &s->n->processes[process];
    const fnc_worker *w = &s->workers[process];
    int64_t t = 0;
    if (x->flow.is_queue || w->frame == s->frames)
        return SIZE_MAX;
    const finnc_phase *p = &x->flow.phases[w->phase];
    const int64_t at = fnc_next_move(w, p, w->at);
    for (size_t i = 0; i < x->nin; i++) {
        *for_room = false;
        if (at < fnc_reads_of(p, &w->in[i]) && !fnc_can_read(w->in[i].w, &t))
            return s->n->channels[x->in[i]].from;
    }
    for (size_t o = 0; at >= p->cycles - p->writes && o < x->nout; o++) {
        *for_room = true;
        if (!fnc_can_write(w->out[o], &t))
            return s->n->channels[x->out[o]].to;
    }
    return SIZE_MAX;
}

/* Going from one who waits to whom it waits for ends in a circle. */
void fnc_simulation_describe_deadlock(const fnc_simulation *s, fnc_run_result *result)
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
