/* Which codes are added up for which channels. */
#include "slice.h"

#include "pack.h"

#include <stdlib.h>

/* Channels of a layer of signs that share their lists. Four would add up fewer codes still, but in
 * fifteen sums, whose own additions cost more than that saves. */
enum { SHARING = 3 };

int fnc_slice_planes(const fnc_digits *d)
{
    int planes = 1;
    while (d->high >> planes)
        planes++;
    return planes;
}

static uint8_t bits_for(int64_t most)
{
    uint8_t bits = 1;
    while (most >> bits)
        bits++;
    return bits;
}

typedef struct packing {
    fnc_arena *arena;
    const fnc_layer *layer;
    const fnc_digits *in;
    fnc_slice_dot *dot;
    fnc_slice_group *groups;
    int64_t terms, channels, depth; /* of these: input channels that each sees */
    size_t size;                    /* of a plane */
} packing;

static uint32_t offset_of(const packing *p, int64_t channel, int64_t term)
{
    int64_t group = channel / (p->channels / p->layer->groups);
    int64_t tap = term / p->depth, c = group * p->depth + term % p->depth;
    int64_t y = tap / p->layer->kw * p->layer->dh, x = tap % p->layer->kw * p->layer->dw;
    return (uint32_t)(((y * p->in->w + x) * p->in->c + c) * p->dot->planes * (int64_t)p->size);
}

/* The terms that `is_in` wants, as a list. */
static bool make_list(const packing *p,
                      bool (*is_in)(const packing *p, int64_t channel, int what, int64_t term),
                      int64_t channel, int what, fnc_slice_list *list)
{
    int64_t n = 0;
    for (int64_t i = 0; i < p->terms; i++)
        n += is_in(p, channel, what, i);
    uint32_t *offsets = fnc_pack_alloc(p->arena, sizeof *offsets, n + 8);
    if (!offsets)
        return false;
    *list = (fnc_slice_list){.offsets = offsets, .n = (uint32_t)n, .bits = bits_for(n)};
    for (int64_t i = 0, k = 0; i < p->terms; i++)
        if (is_in(p, channel, what, i))
            offsets[k++] = offset_of(p, channel, i);
    return true;
}

/* ---- signs ---- */

static bool is_any(const packing *p, int64_t channel, int what, int64_t term)
{
    (void)p;
    (void)channel;
    (void)what;
    (void)term;
    return true;
}

/* Which of the group's channels, and no others of it, have a + there. */
static bool is_of_class(const packing *p, int64_t channel, int what, int64_t term)
{
    int plus = 0;
    for (int q = 0; q < SHARING && channel + q < p->channels; q++)
        plus |= (p->layer->weights[(channel + q) * p->terms + term] > 0) << q;
    return plus == what;
}

static bool make_sharing_group(const packing *p, int64_t channel, fnc_slice_group *group)
{
    int64_t rest = p->channels - channel;
    group->channel = channel;
    group->nsums = rest < SHARING ? (int)rest : SHARING;
    group->nlists = (1 << group->nsums) - 1;
    for (int l = 0; l < group->nlists; l++) {
        if (!make_list(p, is_of_class, channel, l + 1, &group->lists[l]))
            return false;
        group->lists[l].sums = (uint8_t)(l + 1);
    }
    return true;
}

/* Numbers of a group with as many bits each are added without asking. */
static void make_bits_even(fnc_slice_group *group)
{
    uint8_t bits = 0;
    for (int l = 0; l < group->nlists; l++)
        bits = group->lists[l].bits > bits ? group->lists[l].bits : bits;
    for (int l = 0; l < group->nlists; l++)
        group->lists[l].bits = bits;
}

/* Of 2 T - S >= t = 2 m + r is made T + (bias - m) >= half of S + 1 + r + 2 bias, rounded down. */
static bool begin_with_thresholds(const packing *p)
{
    fnc_slice_dot *dot = p->dot;
    uint8_t *odd = fnc_pack_alloc(p->arena, 1, p->channels);
    int32_t most = 0;
    if (!odd)
        return false;
    for (int64_t o = 0; o < p->channels; o++) {
        int32_t t = dot->thresholds[o], m = (t - (t & 1)) / 2;
        odd[o] = (uint8_t)(t & 1);
        most = m > most ? m : most;
    }
    dot->odd = odd;
    dot->bias = most;
    int64_t largest = (p->terms + 2 + 2 * (int64_t)dot->bias) / 2 + 1;
    for (int64_t o = 0; o < p->channels; o++) {
        int32_t t = dot->thresholds[o];
        fnc_slice_group *group = &p->groups[o / SHARING];
        fnc_slice_list *own = &group->lists[(1 << o % SHARING) - 1];
        own->start = (uint32_t)(dot->bias - (t - (t & 1)) / 2);
        own->bits = bits_for((int64_t)own->n + own->start);
        if (p->terms + own->start > largest)
            largest = p->terms + own->start;
    }
    for (int64_t g = 0; g < dot->ngroups; g++)
        make_bits_even(&p->groups[g]);
    dot->bits = bits_for(largest);
    return true;
}

static bool pack_signs(packing *p, int64_t highest)
{
    fnc_slice_dot *dot = p->dot;
    dot->ngroups = (p->channels + SHARING - 1) / SHARING;
    p->groups = fnc_pack_alloc(p->arena, sizeof *p->groups, dot->ngroups);
    dot->groups = p->groups;
    if (!p->groups || !make_list(p, is_any, 0, 0, &dot->all))
        return false;
    for (int64_t g = 0; g < dot->ngroups; g++)
        if (!make_sharing_group(p, g * SHARING, &p->groups[g]))
            return false;
    dot->bits = bits_for(4 * p->terms * highest + 2);
    return dot->nthresholds != 1 || dot->planes != 1 || begin_with_thresholds(p);
}

/* ---- other weights ---- */

/* `what`: bit j, and whether of positive weights (0) or negative ones. */
static bool has_bit(const packing *p, int64_t channel, int what, int64_t term)
{
    int w = p->layer->weights[channel * p->terms + term], side = what & 1;
    return (side ? w < 0 : w > 0) && abs(w) >> what / 2 & 1;
}

static bool pack_plain(packing *p, int64_t highest)
{
    fnc_slice_dot *dot = p->dot;
    int64_t most = 0;
    dot->ngroups = p->channels;
    p->groups = fnc_pack_alloc(p->arena, sizeof *p->groups, dot->ngroups);
    dot->groups = p->groups;
    if (!p->groups)
        return false;
    for (int64_t o = 0; o < p->channels; o++) {
        fnc_slice_group *group = &p->groups[o];
        int64_t all = 0;
        group->channel = o;
        group->nsums = 2;
        for (int64_t i = 0; i < p->terms; i++)
            all += abs(p->layer->weights[o * p->terms + i]);
        most = all > most ? all : most;
        for (int what = 0; what < 14; what++) {
            fnc_slice_list *list = &group->lists[group->nlists];
            if (!make_list(p, has_bit, o, what, list))
                return false;
            list->shift = (uint8_t)(what / 2);
            list->sums = (uint8_t)(1 << (what & 1));
            group->nlists += list->n > 0;
        }
    }
    dot->bits = bits_for(2 * most * highest + 2);
    return true;
}

/* No threshold is beyond what a sum can reach, and one. */
static bool clamp_thresholds(packing *p, int64_t highest)
{
    int64_t n = p->layer->nthresholds;
    int32_t *thresholds = fnc_pack_alloc(p->arena, sizeof *thresholds, p->channels * n + 1);
    if (!thresholds)
        return false;
    for (int64_t o = 0; o < p->channels; o++) {
        int64_t low = 0, high = 0;
        for (int64_t i = 0; i < p->terms; i++) {
            int w = p->layer->weights[o * p->terms + i];
            *(w < 0 ? &low : &high) += w * highest;
        }
        for (int64_t j = 0; j < n; j++) {
            int32_t t = p->layer->thresholds[o * n + j];
            thresholds[o * n + j] = t < low ? (int32_t)low : t > high ? (int32_t)high + 1 : t;
        }
    }
    p->dot->thresholds = thresholds;
    return true;
}

finnc_status fnc_slice_pack(finnc_ctx *cx, fnc_arena *arena, const fnc_program *program,
                            const fnc_layer *layer, size_t size, fnc_slice_dot *dot)
{
    const fnc_digits *in = &program->digits[layer->in], *out = &program->digits[layer->out];
    packing p = {.arena = arena,
                 .layer = layer,
                 .in = in,
                 .dot = dot,
                 .terms = fnc_layer_terms(program, layer),
                 .depth = fnc_layer_depth(program, layer),
                 .channels = out->c,
                 .size = size};
    *dot = (fnc_slice_dot){.is_signs = layer->is_bipolar && layer->groups == 1,
                           .planes = fnc_slice_planes(in),
                           .out_planes = out->is_sum ? 0 : fnc_slice_planes(out),
                           .channels = out->c,
                           .nthresholds = layer->nthresholds};
    bool is_packed = clamp_thresholds(&p, in->high) &&
                     (dot->is_signs ? pack_signs(&p, in->high) : pack_plain(&p, in->high));
    return is_packed ? FINNC_OK : finnc_no_memory(cx);
}
