/* The smallest FIFOs with which frames come as often as the slowest layer allows. */
#include "fifo_schedule.h"

#include <base/alloc.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 64, SHALLOW = 2 };

struct finnc_fifo_plan {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_fifo_summary summary;
    finnc_fifo *fifos;
};

typedef struct sizing {
    fnc_network network;
    fnc_schedule schedule;
    finnc_ctx *cx;
    size_t frames, tries;
} sizing;

/* ---- with no end of room ---- */

static void limit_to_peaks(sizing *s)
{
    fnc_network *n = &s->network;
    for (size_t c = 0; c < n->nchannels; c++) {
        fnc_channel *x = &n->channels[c];
        x->fifo.peak = fnc_schedule_peak(&s->schedule, c);
        x->capacity = x->fifo.peak > SHALLOW ? x->fifo.peak : SHALLOW;
    }
}

/* ---- shrinking ---- */

static double bits_of(const fnc_channel *c)
{
    return (double)c->capacity * (double)c->fifo.width;
}

/* The largest first; equals in their order. */
static int by_size(const void *a, const void *b)
{
    const fnc_channel *const *x = a, *const *y = b;
    const double p = bits_of(*x), q = bits_of(*y);
    return p != q ? (p < q) - (p > q) : (*x > *y) - (*x < *y);
}

/* More room never makes a frame later, so halving finds the least. Most need none at all, so that
 * is tried first. */
static finnc_status shrink(sizing *s, size_t channel)
{
    fnc_channel *c = &s->network.channels[channel];
    const int64_t peak = fnc_schedule_peak(&s->schedule, channel);
    int64_t low = SHALLOW, next = SHALLOW;
    bool yes;
    /* The schedule may have come to need less meanwhile. */
    if (peak < c->capacity)
        c->capacity = peak > SHALLOW ? peak : SHALLOW;
    while (low < c->capacity) {
        s->tries++;
        FINNC_TRY(fnc_schedule_try(&s->schedule, channel, next, &yes));
        if (!yes)
            low = next + 1;
        next = low + (c->capacity - low) / 2;
    }
    return FINNC_OK;
}

static finnc_status shrink_all(sizing *s)
{
    fnc_network *n = &s->network;
    fnc_channel **sorted = FNC_NEW_ARRAY(&n->arena, fnc_channel *, n->nchannels + 1);
    if (!sorted)
        return finnc_no_memory(s->cx);
    for (size_t c = 0; c < n->nchannels; c++)
        sorted[c] = &n->channels[c];
    qsort(sorted, n->nchannels, sizeof *sorted, by_size);
    for (size_t c = 0; c < n->nchannels; c++) {
        FINNC_TRY(finnc_progress(s->cx, "sizing FIFOs", c, n->nchannels));
        FINNC_TRY(shrink(s, (size_t)(sorted[c] - n->channels)));
    }
    return FINNC_OK;
}

static void take_given(sizing *s)
{
    for (size_t c = 0; c < s->network.nchannels; c++)
        s->network.channels[c].capacity = s->network.channels[c].given;
}

/* ---- the plan ---- */

static void say_slow(const fnc_network *n, finnc_fifo_summary *s)
{
    snprintf(s->words, sizeof s->words,
             "frames come every %.10g cycles, though no layer takes more than %" PRId64
             ": FIFOs are too small",
             s->period, n->period);
}

static void note_end(const sizing *s, const fnc_run_result *result, finnc_fifo_summary *sum)
{
    const fnc_network *n = &s->network;
    const fnc_process *slowest = &n->processes[n->bottleneck];
    sum->nlayers = n->nlayers;
    sum->bottleneck = slowest->is_converter ? NULL : slowest->node;
    sum->least_period = n->period;
    sum->period = result->end == FNC_RUN_STEADY ? (double)n->period : result->period;
    sum->latency = result->latency;
    sum->is_deadlock = result->end == FNC_RUN_DEADLOCK;
    sum->tries = s->tries;
    memcpy(sum->words, result->words, sizeof sum->words);
    if (result->end == FNC_RUN_SLOW)
        say_slow(n, sum);
}

static finnc_status fail_unsettled(const sizing *s)
{
    return finnc_fail(s->cx, FINNC_UNSUPPORTED,
                      "the %zu frames that were simulated did not come to rest, so that nobody "
                      "knows how often frames come: more frames may tell",
                      s->frames);
}

/* The schedule has proved it already. */
static void say_restless(const sizing *s, finnc_fifo_summary *sum)
{
    sum->period = (double)s->network.period;
    snprintf(sum->words, sizeof sum->words,
             "frames come to rest only after more than the %zu that were simulated", s->frames);
}

static finnc_status note(finnc_fifo_plan *plan, const sizing *s, const fnc_run_result *result,
                         bool keeps)
{
    const fnc_network *n = &s->network;
    note_end(s, result, &plan->summary);
    if (!keeps && (result->end == FNC_RUN_SLOW || result->end == FNC_RUN_UNSETTLED))
        say_restless(s, &plan->summary);
    plan->fifos = FNC_NEW_ARRAY(&plan->arena, finnc_fifo, n->nchannels + 1);
    if (!plan->fifos)
        return finnc_no_memory(plan->cx);
    for (size_t c = 0; c < n->nchannels; c++) {
        finnc_fifo *f = &plan->fifos[plan->summary.nfifos++];
        *f = n->channels[c].fifo;
        f->depth = n->channels[c].capacity;
        if (keeps)
            f->peak = n->channels[c].peak;
        if (f->depth > SHALLOW)
            plan->summary.bits += (double)f->depth * (double)f->width;
    }
    return FINNC_OK;
}

static finnc_status search(finnc_fifo_plan *plan, sizing *s, const finnc_graph *graph, bool keeps)
{
    fnc_run_result result;
    FINNC_TRY(fnc_network_init(&s->network, s->cx, graph));
    if (keeps) {
        take_given(s);
    } else {
        FINNC_TRY(fnc_schedule_init(&s->schedule, &s->network));
        limit_to_peaks(s);
        FINNC_TRY(shrink_all(s));
    }
    FINNC_TRY(fnc_network_run(&s->network, s->frames, keeps, &result));
    if (keeps && result.end == FNC_RUN_UNSETTLED)
        return fail_unsettled(s);
    return note(plan, s, &result, keeps);
}

finnc_status finnc_fifo_search(finnc_ctx *cx, const finnc_graph *graph,
                               const finnc_fifo_options *options, finnc_fifo_plan **plan)
{
    sizing s = {.cx = cx, .frames = options && options->frames ? options->frames : FRAMES};
    if (s.frames > FNC_FIFO_MOST_FRAMES)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%zu frames, at most %d are looked at", s.frames,
                          (int)FNC_FIFO_MOST_FRAMES);
    finnc_fifo_plan *p = fnc_alloc(cx, sizeof *p);
    if (!p)
        return finnc_no_memory(cx);
    *p = (finnc_fifo_plan){.cx = cx};
    fnc_arena_init(&p->arena, cx);
    const finnc_status status = search(p, &s, graph, options && options->keeps);
    fnc_schedule_clear(&s.schedule);
    fnc_network_clear(&s.network);
    if (status == FINNC_OK)
        *plan = p;
    else
        finnc_fifo_plan_destroy(p);
    return status;
}

void finnc_fifo_plan_destroy(finnc_fifo_plan *plan)
{
    if (!plan)
        return;
    fnc_arena_clear(&plan->arena);
    fnc_free(plan->cx, plan);
}

const finnc_fifo_summary *finnc_fifo_plan_summary(const finnc_fifo_plan *plan)
{
    return &plan->summary;
}

const finnc_fifo *finnc_fifo_plan_fifo(const finnc_fifo_plan *plan, size_t i)
{
    return i < plan->summary.nfifos ? &plan->fifos[i] : NULL;
}
