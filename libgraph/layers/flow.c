/* How words flow through a layer: what their records' functions are made of, and their sum. */
#include "layer.h"

#include "../base/divisors.h"

#include <assert.h>
#include <inttypes.h>

/* ---- making them ---- */

void fnc_flow_add(finnc_flow *flow, finnc_phase phase)
{
    assert(flow->nphases < FINNC_FLOW_MAX_PHASES);
    if (phase.repeat > 0 && phase.cycles > 0)
        flow->phases[flow->nphases++] = phase;
}

static finnc_status words_of(const fnc_layer_node *l, int64_t *in, int64_t *out)
{
    finnc_stream stream;
    FINNC_TRY(finnc_layer_input(l->cx, l->node, 0, &stream));
    *in = stream.words;
    FINNC_TRY(finnc_layer_output(l->cx, l->node, 0, &stream));
    *out = stream.words;
    return FINNC_OK;
}

finnc_status fnc_flow_elementwise(const fnc_layer_node *l, finnc_flow *flow)
{
    int64_t in, out;
    FINNC_TRY(words_of(l, &in, &out));
    fnc_flow_add(
        flow, (finnc_phase){.repeat = in, .cycles = 1, .reads = 1, .side_reads = 1, .writes = 1});
    return FINNC_OK;
}

/* A shift register: of whatever comes in, what is whole goes out. */
finnc_status fnc_flow_ratio(const fnc_layer_node *l, finnc_flow *flow)
{
    int64_t in, out;
    FINNC_TRY(words_of(l, &in, &out));
    const int64_t a = fnc_gcd(in, out);
    if (a < 1)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "no words go through it");
    in /= a;
    out /= a;
    fnc_flow_add(flow, (finnc_phase){
                           .repeat = a, .cycles = in > out ? in : out, .reads = in, .writes = out});
    return FINNC_OK;
}

static void add_line(finnc_flow *flow, const fnc_slide *s, int64_t skipped)
{
    fnc_flow_add(
        flow, (finnc_phase){.repeat = 1, .cycles = s->word, .reads = s->word, .writes = s->word});
    fnc_flow_add(
        flow, (finnc_phase){
                  .repeat = s->places - 1, .cycles = s->step, .reads = s->step, .writes = s->word});
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = skipped, .reads = skipped});
}

void fnc_flow_slide(finnc_flow *flow, const fnc_slide *slide)
{
    fnc_flow_add(flow, (finnc_phase){.repeat = 1, .cycles = slide->ahead, .reads = slide->ahead});
    if (slide->lines > 1) {
        fnc_flow_begin_loop(flow);
        add_line(flow, slide, slide->between);
        fnc_flow_end_loop(flow, slide->lines - 1);
    }
    add_line(flow, slide, slide->behind);
}

/* ---- adding up ---- */

typedef struct sum {
    int64_t cycles, reads, side_reads, writes;
} sum;

/* False: too large. */
static bool add(sum *s, const sum *x, int64_t times)
{
    int64_t t;
    return fnc_mul_i64(x->cycles, times, &t) && fnc_add_i64(s->cycles, t, &s->cycles) &&
           fnc_mul_i64(x->reads, times, &t) && fnc_add_i64(s->reads, t, &s->reads) &&
           fnc_mul_i64(x->side_reads, times, &t) && fnc_add_i64(s->side_reads, t, &s->side_reads) &&
           fnc_mul_i64(x->writes, times, &t) && fnc_add_i64(s->writes, t, &s->writes);
}

static bool add_up(const finnc_flow *flow, sum *all)
{
    sum once = {0}, loop = {0};
    bool is_fine = true;
    for (size_t i = 0; i < flow->nphases; i++) {
        const finnc_phase *p = &flow->phases[i];
        const sum x = {p->cycles, p->reads, p->side_reads, p->writes};
        const bool is_inside = i >= flow->loop_begin && i < flow->loop_end;
        is_fine = is_fine && add(is_inside ? &loop : &once, &x, p->repeat);
    }
    return is_fine && add(&once, &loop, flow->loop) && add(all, &once, flow->times);
}

static finnc_status check_words(const fnc_layer_node *l, const char *what,
                                const finnc_stream *stream, int64_t words)
{
    if (stream->width == 0 || stream->words == words)
        return FINNC_OK;
    return finnc_fail(l->cx, FINNC_UNSUPPORTED,
                      "its %s has %" PRId64 " words, its cycles are known for %" PRId64, what,
                      stream->words, words);
}

static finnc_status check(const fnc_layer_node *l, const sum *all)
{
    finnc_stream stream;
    FINNC_TRY(finnc_layer_input(l->cx, l->node, 0, &stream));
    FINNC_TRY(check_words(l, "input", &stream, all->reads));
    FINNC_TRY(finnc_layer_output(l->cx, l->node, 0, &stream));
    return check_words(l, "output", &stream, all->writes);
}

static finnc_status flow_of(const fnc_layer_node *l, const finnc_layer *layer, finnc_flow *flow)
{
    sum all = {0};
    FINNC_TRY(layer->flow(l, flow));
    if (flow->is_queue)
        return FINNC_OK;
    if (!add_up(flow, &all))
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "its sizes are too large");
    flow->cycles = all.cycles;
    flow->reads = all.reads;
    flow->side_reads = all.side_reads;
    flow->writes = all.writes;
    return check(l, &all);
}

finnc_status finnc_layer_flow(finnc_ctx *cx, const finnc_node *node, finnc_flow *flow)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    *flow = (finnc_flow){.times = 1, .loop = 1};
    FNC_AT_NODE(cx, node);
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    if (l.style == FINNC_STYLE_ABSTRACT)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "is bound neither to HLS nor to RTL: SpecializeLayers comes before");
    if (!layer->flow)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "nobody has said how words flow through it");
    return flow_of(&l, layer, flow);
}
