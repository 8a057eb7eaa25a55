/* MVAU: a matrix-vector product, PE rows of the result and SIMD elements of the vector at once. */
#include "memories.h"
#include "products.h"

#include <math.h>

static finnc_status read(const fnc_layer_node *l, fnc_product *p)
{
    finnc_stream vectors = {0};
    FINNC_TRY(fnc_layer_size(l, "MW", &p->length));
    FINNC_TRY(fnc_layer_size(l, "MH", &p->outputs));
    FINNC_TRY(fnc_layer_vectors(l, 1, &vectors));
    FINNC_TRY(fnc_layer_product(l, vectors.dims, (size_t)vectors.rank, &p->repeats));
    return fnc_product_read(l, "MW", "MH", p);
}

/* ---- streams ---- */

static finnc_status weights(const fnc_layer_node *l, const fnc_product *p, finnc_stream *stream)
{
    finnc_stream vectors = {0};
    stream->dtype = p->weight;
    stream->rank = 2;
    stream->dims[0] = p->length;
    stream->dims[1] = p->outputs;
    FINNC_TRY(fnc_layer_vectors(l, 1, &vectors));
    return fnc_product_weight_stream(l, p, vectors.dims, vectors.rank - 1, stream);
}

static finnc_status input(const fnc_layer_node *l, size_t i, finnc_stream *stream)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    if (i > (p.has_activation ? 2 : 1))
        return fnc_layer_no_stream(l, "input", i);
    if (i == 1)
        return weights(l, &p, stream);
    stream->dtype = i == 0 ? p.input : p.sum;
    if (i == 2)
        return FINNC_OK;
    FINNC_TRY(fnc_layer_vectors(l, p.length, stream));
    return fnc_layer_fold(l, stream, "SIMD", p.simd);
}

static finnc_status output(const fnc_layer_node *l, size_t o, finnc_stream *stream)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    if (o > 0)
        return fnc_layer_no_stream(l, "output", o);
    stream->dtype = p.output;
    FINNC_TRY(fnc_layer_vectors(l, p.outputs, stream));
    return fnc_layer_fold(l, stream, "PE", p.pe);
}

static finnc_status inner_width(const fnc_layer_node *l, int64_t *bits)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    return fnc_product_inner_width(l, &p, bits);
}

/* ---- folding, time, counts ---- */

static finnc_status folds(const fnc_layer_node *l, finnc_fold *folds, size_t *count)
{
    folds[0] = (finnc_fold){.attr = "SIMD", .widens_weights = true};
    folds[1] = (finnc_fold){.attr = "PE"};
    *count = 2;
    FINNC_TRY(fnc_layer_size(l, "MW", &folds[0].of));
    FINNC_TRY(fnc_layer_int(l, "SIMD", &folds[0].now));
    FINNC_TRY(fnc_layer_size(l, "MH", &folds[1].of));
    return fnc_layer_int(l, "PE", &folds[1].now);
}

static finnc_status cycles(const fnc_layer_node *l, int64_t *cycles)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    return fnc_product_cycles(l, &p, cycles);
}

/* A vector comes in while the first PE results are formed, and is kept for the others. */
static finnc_status flow(const fnc_layer_node *l, finnc_flow *flow)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    const int64_t steps = p.length / p.simd;
    flow->times = p.repeats;
    fnc_flow_add(
        flow, (finnc_phase){
                  .repeat = 1, .cycles = steps, .reads = steps, .side_reads = steps, .writes = 1});
    fnc_flow_add(flow, (finnc_phase){.repeat = p.outputs / p.pe - 1,
                                     .cycles = steps,
                                     .side_reads = steps,
                                     .writes = 1});
    return FINNC_OK;
}

static finnc_status counts(const fnc_layer_node *l, finnc_layer_count *counts, size_t *count)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    return fnc_product_counts(l, &p, counts, count);
}

/* Of the matrix (MW, MH). */
static finnc_status constants(const fnc_layer_node *l, finnc_constants *constants)
{
    FINNC_TRY(fnc_layer_size(l, "MW", &constants->length));
    FINNC_TRY(fnc_layer_size(l, "MH", &constants->columns));
    constants->column_step = 1;
    constants->weight_step = constants->columns;
    return fnc_product_constants(l, constants);
}

/* ---- resources ---- */

/* Embedded weights beyond 128 words count as BRAM and as URAM, as in FINN: users compare reports.
 */
static void memories(const fnc_layer_node *l, const fnc_product *p, finnc_resources *r)
{
    const double depth = (double)p->wmem, width = fnc_product_word(p);
    const double bits = (double)p->length * (double)p->outputs * finnc_dtype_bits(p->weight);
    const bool is_ultra = fnc_layer_is(l, "ram_style", "ultra");
    if (p->place == FNC_WEIGHTS_EXTERNAL || fnc_product_uses_lutram(l, p))
        return;
    const bool is_embedded = p->place == FNC_WEIGHTS_EMBEDDED;
    if (is_embedded || !is_ultra)
        r->bram_18k = fnc_bram18(depth, width, 9);
    if (is_embedded || is_ultra)
        r->uram = fnc_uram(depth, width);
    r->has_efficiency = true;
    r->bram_efficiency = fnc_memory_efficiency(bits, r->bram_18k, FNC_BRAM18_BITS);
    r->uram_efficiency = fnc_memory_efficiency(bits, r->uram, FNC_URAM_BITS);
}

static void hls(const fnc_layer_node *l, const fnc_product *p, finnc_resources *r)
{
    const bool has_lutram =
        p->has_activation && fnc_layer_is(l, "ram_style_thresholds", "distributed");
    r->lut = fnc_product_luts(
        l, p, has_lutram ? fnc_product_threshold_luts(p, ceil((double)p->tmem / 64)) : 0);
    r->dsp = (double)p->pe * (double)p->simd * fnc_product_dsps(l, p);
}

/* A DSP58 forms three products, the older blocks one, but for four PEs. */
static void rtl(const fnc_product *p, const finnc_part *part, finnc_resources *r)
{
    const double pe = (double)p->pe, simd = (double)p->simd;
    r->dsp = part->dsp == FINNC_DSP58 ? pe * ceil(simd / 3) : ceil(pe / 4) * simd;
}

static finnc_status resources(const fnc_layer_node *l, const finnc_part *part, finnc_resources *r)
{
    fnc_product p = {0};
    FINNC_TRY(read(l, &p));
    memories(l, &p, r);
    if (l->style == FINNC_STYLE_HLS)
        hls(l, &p, r);
    else if (l->style == FINNC_STYLE_RTL)
        rtl(&p, part, r);
    return FINNC_OK;
}

const finnc_layer fnc_layer_mvau = {.name = "MVAU",
                                    .has_port = fnc_layer_is_writeable,
                                    .input = input,
                                    .output = output,
                                    .inner_width = inner_width,
                                    .folds = folds,
                                    .set_folding = FNC_FOLDS_HLS | FNC_FOLDS_RTL,
                                    .cycles = cycles,
                                    .flow = flow,
                                    .resources = resources,
                                    .choice = {"resType", {"dsp", "lut"}},
                                    .counts = counts,
                                    .constants = constants,
                                    .styles = fnc_mvau_styles};
