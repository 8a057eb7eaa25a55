/* Where planes begin: from there on they take less than one image after the other does. What
 * either takes is estimated in instructions of AVX-512 for an image, from what the kernels' inner
 * loops have; on CNV with 1, 2 and 3 bits the two agree with measurements on which is faster. */
#include "slice.h"

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

static double image_cost(const fnc_program *p, const fnc_layer *layer)
{
    const double n = nelems(&p->digits[layer->out]);
    switch (layer->kind) {
    case FNC_LAYER_DOT:
        return image_dot(p, layer);
    case FNC_LAYER_MAP:
        return n * 1.5;
    case FNC_LAYER_MAX:
        return n * (double)(layer->kh * layer->kw) / 16;
    case FNC_LAYER_PAD:
    case FNC_LAYER_ADD:
    case FNC_LAYER_JOIN:
    case FNC_LAYER_PART:
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
    for (double most = terms * in->high; most > 1; most /= 2)
        bits++;
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
    case FNC_LAYER_PART:
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

/* One value goes from the images to the planes: what planes need is that, or made of it; and what
 * comes out is made of planes. `is_here`: room, by digits. */
static bool is_cut_at(const fnc_program *p, size_t first, bool *is_here, size_t *entry)
{
    if (first >= p->nlayers)
        return false;
    memset(is_here, 0, p->ndigits * sizeof *is_here);
    *entry = p->layers[first].in;
    is_here[*entry] = true;
    for (size_t i = first; i < p->nlayers; i++) {
        if (!is_here[p->layers[i].in] || !is_here[p->layers[i].in2])
            return false;
        is_here[p->layers[i].out] = true;
    }
    is_here[*entry] = false;
    for (size_t o = 0; o < p->noutputs; o++)
        if (!is_here[p->outputs[o].digits])
            return false;
    return true;
}

/* Places at which a cut is looked for: each look goes through all layers behind. */
enum { MAX_TRIES = 64 };

finnc_status fnc_slice_mode_choose(finnc_ctx *cx, fnc_slice_mode *mode)
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

bool fnc_slice_choose(const fnc_program *p, fnc_slice_mode mode, size_t size, bool *is_here,
                      size_t *first, size_t *entry)
{
    const bool is_wanted = mode == FNC_SLICE_ALWAYS;
    if (mode == FNC_SLICE_NEVER)
        return false;
    double sum = 0, most = is_wanted ? 0 : output_cost(p);
    bool is_found = false;
    int tries = 0;
    for (size_t i = p->nlayers; i-- > 0 && tries < MAX_TRIES;) {
        const fnc_layer *layer = &p->layers[i];
        const fnc_digits *in = &p->digits[layer->in];
        size_t at;
        if (!has_planes(in) || !has_planes(&p->digits[layer->in2]) ||
            !has_planes(&p->digits[layer->out]))
            break;
        sum += is_wanted ? 1 : saved(p, layer, size);
        const double gain = sum - (is_wanted ? 0 : entry_cost(in, size));
        if (gain <= most)
            continue;
        tries++;
        if (is_cut_at(p, i, is_here, &at)) {
            most = gain;
            is_found = true;
            *first = i;
            *entry = at;
        }
    }
    return is_found;
}
