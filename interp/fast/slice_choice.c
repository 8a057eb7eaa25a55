/* Where planes begin: from there on they take less than one image after the other does. What
 * either takes is estimated in instructions of AVX-512 for an image, from what the kernels' inner
 * loops have; on CNV with 1, 2 and 3 bits the two agree with measurements on which is faster. */
#include "codes.h"
#include "slice.h"

#include <base/ctx.h>

#include <stdlib.h>
#include <string.h>

static double nelems(const fnc_digits *d)
{
    return (double)d->h * (double)d->w * (double)d->c;
}

/* Bits that are set in a channel's weights, on average. */
static double bits_of(const fnc_program *p, const fnc_layer *layer)
{
    const int64_t n = p->digits[layer->out].c * fnc_layer_terms(p, layer);
    int64_t bits = 0;
    for (int64_t i = 0; i < n; i++)
        bits += __builtin_popcount((unsigned)abs(layer->weights[i]));
    return (double)bits / (double)p->digits[layer->out].c;
}

/* ---- one image after the other ---- */

/* Bits: 3 instructions for 8 channels and 64 terms. Bytes: a product and some loads for 16 channels
 * and 4 terms. Each by itself: 3 for 32 channels. And two for each comparison. */
static double image_dot(const fnc_program *p, const fnc_layer *layer)
{
    const double terms = (double)fnc_layer_terms(p, layer);
    const double compared = (double)layer->nthresholds + 1, n = nelems(&p->digits[layer->out]);
    if (p->digits[layer->in].is_packed)
        return n * (terms * 3 / 512 + compared * 2 / 8);
    if (fnc_layer_is_each(p, layer))
        return n * (terms * 3 + compared * 3) / 32;
    return n * (terms * 1.4 / 64 + compared * 2 / 16);
}

/* In plain vectors of 16 channels (codes.c), a few instructions for each jump and four to pack
 * bits; or one by one. */
static double image_map(const fnc_program *p, const fnc_layer *layer)
{
    const double jumps = p->digits[layer->out].high;
    return nelems(&p->digits[layer->out]) * (jumps <= FNC_JUMPS ? (jumps * 5 + 12) / 16 : 1.5);
}

static double image_cost(const fnc_program *p, const fnc_layer *layer)
{
    const double n = nelems(&p->digits[layer->out]);
    switch (layer->kind) {
    case FNC_LAYER_DOT:
        return image_dot(p, layer);
    case FNC_LAYER_MAP:
        return image_map(p, layer);
    case FNC_LAYER_MAX:
        return n * (double)(layer->kh * layer->kw) / 16;
    case FNC_LAYER_ADD: /* eight channels in a word, whose bits are spread over bytes */
        return n * 1.5;
    case FNC_LAYER_PAD:
    case FNC_LAYER_JOIN:
    case FNC_LAYER_MOVE:
        break;
    }
    return n / 16;
}

/* ---- planes: all images of a register ---- */

/* An adder and what it loads are 3, or 6 where planes come from beyond the second-level cache. A
 * channel of signs adds up 0.29 of its terms, each sharing them with others. To begin and end
 * counting takes as long as 30 terms do, and comparing with one of several thresholds 30 for each
 * bit, since all go through memory. */
static double plane_dot(const fnc_program *p, const fnc_layer *layer, size_t size)
{
    const fnc_digits *in = &p->digits[layer->in];
    const double planes = fnc_slice_planes(in), compared = (double)layer->nthresholds;
    const double terms = (double)fnc_layer_terms(p, layer);
    bool is_signs = layer->is_bipolar && layer->groups == 1;
    double adders = planes * (is_signs ? 0.29 * terms : bits_of(p, layer)), bits = 4;
    double most = terms * in->high;
    while (most > 1) {
        most /= 2;
        bits++;
    }
    double each = nelems(in) * planes * (double)size > (1 << 22) ? 6 : 3;
    double compare = is_signs && planes == 1 && compared == 1 ? 4 * bits : 30 * bits * compared;
    return nelems(&p->digits[layer->out]) * (adders * each + 80 * planes + compare + 12 * bits);
}

static double plane_cost(const fnc_program *p, const fnc_layer *layer, size_t size)
{
    const double n = nelems(&p->digits[layer->out]);
    const double planes = fnc_slice_planes(&p->digits[layer->in]);
    switch (layer->kind) {
    case FNC_LAYER_DOT:
        return plane_dot(p, layer, size);
    case FNC_LAYER_MAX:
        return n * (double)(layer->kh * layer->kw) * planes * 3;
    case FNC_LAYER_MAP:
        return n * (p->digits[layer->in].high + 1) * planes * 3;
    case FNC_LAYER_ADD:
        return n * (planes + 1) * 6;
    case FNC_LAYER_PAD:
    case FNC_LAYER_JOIN:
    case FNC_LAYER_MOVE:
        break;
    }
    return n * planes * 2;
}

/* Without AVX-512, images have kernels that are twice as far behind as those of planes. */
static double saved(const fnc_program *p, const fnc_layer *layer, size_t size)
{
    const double images = image_cost(p, layer) * (size < 64 ? 2 * 64 / (double)size : 1);
    return images - plane_cost(p, layer, size) / (8 * (double)size);
}

/* Turning codes to planes. */
static double entry_cost(const fnc_digits *d, size_t size)
{
    return nelems(d) * fnc_slice_planes(d) * (d->is_packed ? 0.1 : 0.5) * 64 / (double)size;
}

/* Taking numbers out of planes: an element after the other is far away in memory, so this is much
 * where whole pictures come out. */
static double output_cost(const fnc_program *p)
{
    double cost = 0;
    for (size_t o = 0; o < p->noutputs; o++)
        cost += 60 * nelems(&p->digits[p->outputs[o].digits]);
    return cost;
}

static bool has_planes(const fnc_digits *d)
{
    return d->is_sum || fnc_slice_planes(d) <= FNC_SLICE_PLANES;
}

/* ---- where ---- */

/* One value goes from the images to the planes: whatever is made before a layer and read by it or
 * later ones has to be that one, and no output. So many values cross layer i: crossing[i], whose
 * room is nlayers + 1. */
static void count_crossing(const fnc_program *p, const fnc_life *lives, int64_t *crossing)
{
    memset(crossing, 0, (p->nlayers + 1) * sizeof *crossing);
    for (size_t d = 0; d < p->ndigits; d++)
        if (lives[d].last > lives[d].first) {
            crossing[lives[d].first]++;
            if (lives[d].last <= p->nlayers)
                crossing[lives[d].last]--;
        }
    for (size_t i = 0; i < p->nlayers; i++)
        crossing[i + 1] += crossing[i];
}

static finnc_status mode_of_environment(finnc_ctx *cx, fnc_slice_mode *mode)
{
    const char *wanted = getenv("FINNC_MODE");
    *mode = FNC_SLICE_ESTIMATED;
    if (!wanted || !*wanted)
        return FINNC_OK;
    *mode = !strcmp(wanted, "planes") ? FNC_SLICE_ALWAYS : FNC_SLICE_NEVER;
    if (*mode == FNC_SLICE_NEVER && strcmp(wanted, "images") != 0)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "FINNC_MODE is %s, which is no mode; there are images and planes",
                          wanted);
    return FINNC_OK;
}

finnc_status fnc_slice_mode_choose(finnc_ctx *cx, finnc_mode asked, fnc_slice_mode *mode)
{
    switch (asked) {
    case FINNC_MODE_ESTIMATED:
        return mode_of_environment(cx, mode);
    case FINNC_MODE_IMAGES:
        *mode = FNC_SLICE_NEVER;
        return FINNC_OK;
    case FINNC_MODE_PLANES:
        *mode = FNC_SLICE_ALWAYS;
        return FINNC_OK;
    }
    return finnc_fail(cx, FINNC_BAD_VALUE, "there is no mode %d of the fast engine", (int)asked);
}

finnc_status fnc_slice_choose(finnc_ctx *cx, fnc_arena *scratch, const fnc_program *p,
                              const fnc_life *lives, fnc_slice_mode mode, size_t size,
                              size_t *first)
{
    const bool is_wanted = mode == FNC_SLICE_ALWAYS;
    double sum = 0, most = is_wanted ? 0 : output_cost(p);
    int64_t *crossing = FNC_NEW_ARRAY(scratch, int64_t, p->nlayers + 1);
    *first = p->nlayers;
    if (!crossing)
        return finnc_no_memory(cx);
    count_crossing(p, lives, crossing);
    for (size_t i = mode == FNC_SLICE_NEVER ? 0 : p->nlayers; i-- > 0;) {
        const fnc_layer *layer = &p->layers[i];
        const fnc_digits *in = &p->digits[layer->in];
        if (!has_planes(in) || !has_planes(&p->digits[layer->in2]) ||
            !has_planes(&p->digits[layer->out]))
            break;
        sum += is_wanted ? 1 : saved(p, layer, size);
        const double gain = sum - (is_wanted ? 0 : entry_cost(in, size));
        if (gain <= most || crossing[i] != 1 || lives[layer->in].last > p->nlayers)
            continue;
        most = gain;
        *first = i;
    }
    return FINNC_OK;
}
