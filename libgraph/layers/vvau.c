/* VVAU: a product per channel, PE channels and SIMD taps of the kernel at once. */
#include "memories.h"
#include "products.h"

#include <math.h>

typedef struct vvau {
    fnc_product p; /* `length` is the kernel's taps, `outputs` the channels */
    int64_t dim[2], kernel[2];
} vvau;

static finnc_status read(const fnc_layer_node *l, vvau *v)
{
    *v = (vvau){0};
    FINNC_TRY(fnc_layer_ints(l, "Kernel", 2, 1, v->kernel));
    FINNC_TRY(fnc_layer_ints(l, "Dim", 2, 1, v->dim));
    FINNC_TRY(fnc_layer_product(l, v->kernel, 2, &v->p.length));
    FINNC_TRY(fnc_layer_product(l, v->dim, 2, &v->p.repeats));
    FINNC_TRY(fnc_layer_size(l, "Channels", &v->p.outputs));
    return fnc_product_read(l, "the kernel's taps,", "Channels", &v->p);
}

/* ---- streams ---- */

static void image(const vvau *v, int64_t last, finnc_stream *stream)
{
    stream->rank = 4;
    stream->dims[0] = 1;
    stream->dims[1] = v->dim[0];
    stream->dims[2] = v->dim[1];
    stream->dims[3] = last;
}

/* FINN's folded shape ends with PE, though a word has SIMD times as many weights. */
static finnc_status weights(const fnc_layer_node *l, const vvau *v, finnc_stream *stream)
{
    static const int64_t one[] = {1};
    stream->dtype = v->p.weight;
    stream->rank = 4;
    stream->dims[0] = v->p.outputs;
    stream->dims[1] = 1;
    stream->dims[2] = v->kernel[0];
    stream->dims[3] = v->kernel[1];
    return fnc_product_weight_stream(l, &v->p, one, 1, stream);
}

static finnc_status input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    vvau v;
    int64_t all, word;
    FINNC_TRY(read(l, &v));
    if (i > (v.p.has_activation ? 2 : 1))
        return fnc_layer_no_stream(l, "input", i);
    if (i == 1)
        return weights(l, &v, stream);
    stream->dtype = i == 0 ? v.p.input : v.p.sum;
    if (i == 2)
        return FINNC_OK;
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){v.p.length, v.p.outputs}, 2, &all));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){v.p.simd, v.p.pe}, 2, &word));
    image(&v, all, stream);
    return fnc_layer_fold(l, stream, "SIMD * PE", word);
}

static finnc_status output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    vvau v;
    FINNC_TRY(read(l, &v));
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    stream->dtype = v.p.output;
    image(&v, v.p.outputs, stream);
    return fnc_layer_fold(l, stream, "PE", v.p.pe);
}

static finnc_status inner_width(const fnc_layer_node *l, int64_t *bits)
{
    vvau v;
    FINNC_TRY(read(l, &v));
    return fnc_product_inner_width(l, &v.p, bits);
}

/* ---- folding, time, counts ---- */

static finnc_status taps(const fnc_layer_node *l, int64_t *taps)
{
    int64_t kernel[2];
    FINNC_TRY(fnc_layer_ints(l, "Kernel", 2, 1, kernel));
    return fnc_layer_product(l, kernel, 2, taps);
}

/* The generator of windows in front offers taps in parallel only when all channels are. */
static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    folds[0] = (finnc_fold){.attr = "PE"};
    folds[1] = (finnc_fold){.attr = "SIMD", .is_last_resort = true};
    *count = 2;
    FINNC_TRY(fnc_layer_size(l, "Channels", &folds[0].of));
    FINNC_TRY(fnc_layer_int(l, "PE", &folds[0].now));
    FINNC_TRY(taps(l, &folds[1].of));
    return fnc_layer_int(l, "SIMD", &folds[1].now);
}

static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    vvau v;
    FINNC_TRY(read(l, &v));
    return fnc_product_cycles(l, &v.p, cycles);
}

static finnc_status flow(const fnc_layer_node *l, finnc_flow *flow)
{
    vvau v;
    FINNC_TRY(read(l, &v));
    const int64_t steps = v.p.length / v.p.simd;
    flow->times = v.p.repeats;
    fnc_flow_add(flow, (finnc_phase){.repeat = v.p.outputs / v.p.pe,
                                     .cycles = steps,
                                     .reads = steps,
                                     .side_reads = steps,
                                     .writes = 1});
    return FINNC_OK;
}

static finnc_status counts(const fnc_layer_node *l, finnc_layer_count *counts, size_t *count)
{
    vvau v;
    FINNC_TRY(read(l, &v));
    return fnc_product_counts(l, &v.p, counts, count);
}

/* Of the kernels (Channels, 1, height, width). */
static finnc_status constants(const fnc_layer_node *l, finnc_constants *constants)
{
    int64_t kernel[2];
    FINNC_TRY(fnc_layer_ints(l, "Kernel", 2, 1, kernel));
    FINNC_TRY(fnc_layer_product(l, kernel, 2, &constants->length));
    FINNC_TRY(fnc_layer_size(l, "Channels", &constants->columns));
    constants->column_step = constants->length;
    constants->weight_step = 1;
    return fnc_product_constants(l, constants);
}

/* ---- resources ---- */

/* FINN's numbers, for users compare reports, though they are not consistent: BRAMs without their
 * parity bits, an efficiency as if a word had PE weights and not PE * SIMD; neither for memories of
 * up to 128 words that are "auto", wherever they are. */
static void memories(const fnc_layer_node *l, const fnc_product *p, finnc_resources *r)
{
    const double depth = (double)p->wmem, width = fnc_product_word(p);
    const double bits = finnc_dtype_bits(p->weight);
    const bool is_decoupled = p->place == FNC_WEIGHTS_DECOUPLED;
    const bool is_ultra = fnc_layer_is(l, "ram_style", "ultra");
    if (p->place == FNC_WEIGHTS_EXTERNAL || fnc_product_uses_lutram(l, p))
        return;
    if (is_decoupled && is_ultra)
        r->uram = fnc_uram(depth, width);
    else if (p->wmem > 128 || !fnc_layer_is(l, "ram_style", "auto"))
        r->bram_18k = fnc_bram18(depth, width, 8);
    r->has_efficiency = true;
    r->bram_efficiency =
        fnc_memory_efficiency(bits * (double)p->pe * depth, r->bram_18k, FNC_BRAM18_BITS);
    r->uram_efficiency = fnc_memory_efficiency(bits * (double)p->length * (double)p->outputs,
                                               r->uram, FNC_URAM_BITS);
}

/* Thresholds in LUTs, and by the fraction of a LUTRAM: so FINN. */
static void hls(const fnc_layer_node *l, const fnc_product *p, finnc_resources *r)
{
    r->lut = fnc_product_luts(
        l, p, p->has_activation ? fnc_product_threshold_luts(p, (double)p->tmem / 64) : 0);
    r->dsp = (double)p->pe * fnc_product_dsps(l, p); /* not times SIMD: FINN's number */
}

static finnc_status resources(const fnc_layer_node *l, const finnc_part *part, finnc_resources *r)
{
    vvau v;
    (void)part;
    FINNC_TRY(read(l, &v));
    memories(l, &v.p, r);
    if (l->style == FINNC_STYLE_HLS)
        hls(l, &v.p, r);
    else if (l->style == FINNC_STYLE_RTL) /* made for the DSP58, which forms three products */
        r->dsp = (double)v.p.pe * ceil((double)v.p.simd / 3);
    return FINNC_OK;
}

const finnc_layer fnc_layer_vvau = {.name = "VVAU",
                                    .has_port = fnc_layer_is_writeable,
                                    .input = input,
                                    .output = output,
                                    .inner_width = inner_width,
                                    .folds = folds,
                                    .set_folding = FNC_FOLDS_HLS | FNC_FOLDS_RTL,
                                    .taps = taps,
                                    .cycles = cycles,
                                    .flow = flow,
                                    .resources = resources,
                                    .choice = {"resType", {"dsp", "lut"}},
                                    .counts = counts,
                                    .constants = constants,
                                    .styles = fnc_vvau_styles};
