/* Thresholding: PE elements at once, each held against its channel's thresholds. */
#include "memories.h"

#include "layer.h"

#include <math.h>
#include <stdio.h>

typedef struct thresholding {
    int64_t channels, pe, steps, tmem; /* tmem: words of PE channels' thresholds */
    finnc_dtype input, threshold, output;
} thresholding;

static finnc_status read(const fnc_layer_node *l, thresholding *t)
{
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &t->channels));
    FINNC_TRY(fnc_layer_size(l, "numSteps", &t->steps));
    FINNC_TRY(fnc_layer_int(l, "PE", &t->pe));
    FINNC_TRY(fnc_layer_divides(l, "PE", t->pe, "NumChannels", t->channels));
    t->tmem = t->channels / t->pe;
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &t->input));
    FINNC_TRY(fnc_layer_dtype(l, "weightDataType", &t->threshold));
    return fnc_layer_dtype(l, "outputDataType", &t->output);
}

/* ---- streams, folding, time ---- */

static finnc_status input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    thresholding t;
    FINNC_TRY(read(l, &t));
    if (i > 1)
        return fnc_layer_no_stream(l, "input", i);
    if (i == 1) {
        stream->dtype = t.threshold;
        stream->rank = 2;
        stream->dims[0] = t.channels;
        stream->dims[1] = t.steps;
        return FINNC_OK;
    }
    stream->dtype = t.input;
    FINNC_TRY(fnc_layer_vectors(l, t.channels, stream));
    return fnc_layer_fold(l, stream, "PE", t.pe);
}

static finnc_status output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    thresholding t;
    FINNC_TRY(read(l, &t));
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    stream->dtype = t.output;
    FINNC_TRY(fnc_layer_vectors(l, t.channels, stream));
    return fnc_layer_fold(l, stream, "PE", t.pe);
}

/* In RTL they are always kept in a memory. */
static bool has_port(const fnc_layer_node *l)
{
    return l->style == FINNC_STYLE_RTL ? fnc_layer_says(l, "runtime_writeable_weights")
                                       : fnc_layer_is_writeable(l);
}

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    folds[0] = (finnc_fold){.attr = "PE"};
    *count = 1;
    FINNC_TRY(fnc_layer_size(l, "NumChannels", &folds[0].of));
    return fnc_layer_int(l, "PE", &folds[0].now);
}

static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    finnc_stream stream = {0};
    FINNC_TRY(input(l, 0, &stream));
    return fnc_layer_product(l, stream.folded, (size_t)stream.folded_rank - 1, cycles);
}

/* ---- counts and resources ---- */

/* Of the layer in HLS alone, as in FINN. */
static finnc_status counts(const fnc_layer_node *l, finnc_layer_count *counts, size_t *count)
{
    thresholding t;
    FINNC_TRY(read(l, &t));
    if (l->style != FINNC_STYLE_HLS)
        return FINNC_OK;
    snprintf(counts[0].key, sizeof counts[0].key, "param_threshold_%db",
             finnc_dtype_bits(t.threshold));
    counts[0].amount = (double)t.channels * (double)t.steps;
    *count = 1;
    return FINNC_OK;
}

/* A comparator and a memory as wide as an input, however many thresholds there are and however wide
 * they are: FINN's number, kept since users compare reports. */
static void hls(const fnc_layer_node *l, const thresholding *t, finnc_resources *r)
{
    const double width = (double)t->pe * finnc_dtype_bits(t->input), depth = (double)t->tmem;
    r->lut = width;
    if (depth > 1 && fnc_layer_is(l, "ram_style", "block"))
        r->bram_18k = ceil(width / 16) * ceil(depth / 1024);
    else if (depth > 1 && fnc_layer_is(l, "ram_style", "distributed"))
        r->lut += width * ceil(depth / 64);
}

/* From a depth on that the node names, memories are BRAM, or UltraRAM. */
static unsigned allowed(int64_t bram, int64_t uram, double depth)
{
    const unsigned all =
        1u << FNC_PRIMITIVE_URAM | 1u << FNC_PRIMITIVE_BRAM18 | 1u << FNC_PRIMITIVE_LUTRAM;
    if (bram == 0 && uram == 0)
        return all;
    if (depth >= (double)uram)
        return 1u << FNC_PRIMITIVE_URAM;
    return depth >= (double)bram ? 1u << FNC_PRIMITIVE_BRAM18 : all;
}

/* A binary search, stage by stage: stage i holds 2^i thresholds of each channel. What FINN looks up
 * as "BRAM" it has counted as "BRAM18", so that its number is always 0: kept, since users compare
 * reports. */
static finnc_status rtl(const fnc_layer_node *l, const thresholding *t, finnc_resources *r)
{
    int64_t bram, uram, is_uniform;
    const int stages = finnc_dtype_bits(t->output);
    FINNC_TRY(fnc_layer_int(l, "depth_trigger_bram", &bram));
    FINNC_TRY(fnc_layer_int(l, "depth_trigger_uram", &uram));
    FINNC_TRY(fnc_layer_int(l, "uniform_thres", &is_uniform));
    for (int i = is_uniform ? 1 : 0; i < stages; i++) {
        const double width = is_uniform ? stages - i : finnc_dtype_bits(t->threshold);
        const double depth = ldexp((double)t->tmem, i);
        double count;
        const fnc_primitive *p =
            fnc_primitive_choose(depth, width, allowed(bram, uram, depth), &count);
        /* Depths are floats in FINN, unless the primitive is deeper; its reports show it. */
        if (p->kind == FNC_PRIMITIVE_LUTRAM) {
            r->lut += (double)t->pe * count;
            r->lut_is_float |= depth >= p->depth;
        } else if (p->kind == FNC_PRIMITIVE_URAM) {
            r->uram += (double)t->pe * count;
            r->uram_is_float |= depth >= p->depth;
        }
    }
    return FINNC_OK;
}

static finnc_status resources(const fnc_layer_node *l, const finnc_part *part, finnc_resources *r)
{
    thresholding t;
    (void)part;
    FINNC_TRY(read(l, &t));
    if (l->style == FINNC_STYLE_HLS)
        hls(l, &t, r);
    else if (l->style == FINNC_STYLE_RTL)
        return rtl(l, &t, r);
    return FINNC_OK;
}

static finnc_status constants(const fnc_layer_node *l, finnc_constants *constants)
{
    constants->thresholds = 1;
    constants->sums_type = "weightDataType";
    return fnc_layer_size(l, "NumChannels", &constants->columns);
}

const finnc_layer fnc_layer_thresholding = {.name = "Thresholding",
                                            .has_port = has_port,
                                            .input = input,
                                            .output = output,
                                            .folds = folds,
                                            .set_folding = FNC_FOLDS_HLS | FNC_FOLDS_RTL,
                                            .cycles = cycles,
                                            .flow = fnc_flow_elementwise,
                                            .resources = resources,
                                            .counts = counts,
                                            .constants = constants};
