/* FINN's estimates for products, after FINN-R (Blott et al. 2018). */
#include "products.h"

#include <math.h>
#include <stdio.h>

/* ---- attributes ---- */

/* Older models say const for internal_embedded, decoupled for internal_decoupled. */
static finnc_status read_place(const fnc_layer_node *l, fnc_product *p)
{
    static const struct {
        const char *word;
        fnc_weights_place place;
    } places[] = {{"internal_decoupled", FNC_WEIGHTS_DECOUPLED},
                  {"decoupled", FNC_WEIGHTS_DECOUPLED},
                  {"internal_embedded", FNC_WEIGHTS_EMBEDDED},
                  {"const", FNC_WEIGHTS_EMBEDDED},
                  {"external", FNC_WEIGHTS_EXTERNAL}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (fnc_layer_is(l, "mem_mode", places[i].word)) {
            p->place = places[i].place;
            return FINNC_OK;
        }
    return finnc_fail(l->cx, FINNC_BAD_VALUE,
                      "mem_mode is none of internal_embedded, internal_decoupled, external");
}

static finnc_status read_dtypes(const fnc_layer_node *l, fnc_product *p)
{
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &p->input));
    FINNC_TRY(fnc_layer_dtype(l, "weightDataType", &p->weight));
    FINNC_TRY(fnc_layer_dtype(l, "accDataType", &p->sum));
    return fnc_layer_dtype(l, "outputDataType", &p->output);
}

finnc_status fnc_product_read(const fnc_layer_node *l, const char *length_name,
                              const char *outputs_name, fnc_product *p)
{
    int64_t lacks_activation;
    FINNC_TRY(fnc_layer_int(l, "PE", &p->pe));
    FINNC_TRY(fnc_layer_int(l, "SIMD", &p->simd));
    FINNC_TRY(fnc_layer_divides(l, "PE", p->pe, outputs_name, p->outputs));
    FINNC_TRY(fnc_layer_divides(l, "SIMD", p->simd, length_name, p->length));
    FINNC_TRY(fnc_layer_int(l, "noActivation", &lacks_activation));
    FINNC_TRY(read_place(l, p));
    FINNC_TRY(read_dtypes(l, p));
    p->has_activation = !lacks_activation;
    p->tmem = p->has_activation ? p->outputs / p->pe : 0;
    return fnc_layer_product(l, (const int64_t[]){p->length / p->simd, p->outputs / p->pe}, 2,
                             &p->wmem);
}

/* ---- time, counts, streams ---- */

finnc_status fnc_product_cycles(const fnc_layer_node *l, const fnc_product *p, int64_t *cycles)
{
    return fnc_layer_product(l, (const int64_t[]){p->wmem, p->repeats}, 2, cycles);
}

finnc_status fnc_product_counts(const fnc_layer_node *l, const fnc_product *p,
                                finnc_layer_count *counts, size_t *count)
{
    const int x = finnc_dtype_bits(p->input), w = finnc_dtype_bits(p->weight);
    int64_t weights, macs;
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){p->length, p->outputs}, 2, &weights));
    FINNC_TRY(fnc_layer_product(l, (const int64_t[]){weights, p->repeats}, 2, &macs));
    /* The narrower operand first, so that 4 x 8 and 8 x 4 are one kind. */
    snprintf(counts[0].key, sizeof counts[0].key, "op_mac_%dbx%db", x < w ? x : w, x < w ? w : x);
    counts[0].amount = (double)macs;
    snprintf(counts[1].key, sizeof counts[1].key, "param_weight_%db", w);
    counts[1].amount = (double)weights;
    *count = 2;
    if (p->has_activation) {
        snprintf(counts[2].key, sizeof counts[2].key, "param_threshold_%db",
                 finnc_dtype_bits(p->sum));
        counts[2].amount = (double)p->outputs;
        *count = 3;
    }
    return FINNC_OK;
}

finnc_status fnc_product_weight_stream(const fnc_layer_node *l, const fnc_product *p,
                                       const int64_t *dims, int rank, finnc_stream *stream)
{
    if (p->place != FNC_WEIGHTS_EXTERNAL)
        return FINNC_OK;
    for (int i = 0; i < rank; i++)
        stream->folded[i] = dims[i];
    stream->folded[rank] = p->wmem;
    FINNC_TRY(
        fnc_layer_product(l, (const int64_t[]){p->pe, p->simd}, 2, &stream->folded[rank + 1]));
    stream->folded_rank = rank + 2;
    FINNC_TRY(fnc_layer_product(
        l, (const int64_t[]){stream->folded[rank + 1], finnc_dtype_bits(p->weight)}, 2,
        &stream->width));
    /* All weights anew for each vector or pixel. */
    return fnc_layer_product(l, (const int64_t[]){p->wmem, p->repeats}, 2, &stream->words);
}

finnc_status fnc_product_inner_width(const fnc_layer_node *l, const fnc_product *p, int64_t *bits)
{
    const int64_t pe = p->place == FNC_WEIGHTS_EMBEDDED ? 1 : p->pe;
    return fnc_layer_product(l, (const int64_t[]){pe, p->simd, finnc_dtype_bits(p->weight)}, 3,
                             bits);
}

/* Signs are zeros and ones in XNOR mode; BIPOLAR on BIPOLAR is counted, too. */
static finnc_status counts_matches(const fnc_layer_node *l, bool *yes)
{
    finnc_dtype input, weight;
    int64_t is_xnor;
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", &input));
    FINNC_TRY(fnc_layer_dtype(l, "weightDataType", &weight));
    FINNC_TRY(fnc_layer_int(l, "binaryXnorMode", &is_xnor));
    *yes = is_xnor || (input.kind == FINNC_DTYPE_BIPOLAR && weight.kind == FINNC_DTYPE_BIPOLAR);
    return FINNC_OK;
}

finnc_status fnc_product_constants(const fnc_layer_node *l, finnc_constants *constants)
{
    int64_t lacks_activation;
    FINNC_TRY(fnc_layer_int(l, "noActivation", &lacks_activation));
    constants->weights = 1;
    constants->thresholds = lacks_activation ? -1 : 2;
    constants->sums_type = "accDataType";
    return counts_matches(l, &constants->counts_matches);
}

/* ---- resources ---- */

bool fnc_product_uses_lutram(const fnc_layer_node *l, const fnc_product *p)
{
    return (p->place == FNC_WEIGHTS_DECOUPLED && fnc_layer_is(l, "ram_style", "distributed")) ||
           (p->place == FNC_WEIGHTS_EMBEDDED && p->wmem <= 128);
}

/* The logarithm to base 2 as upstream's runtime forms it, last bit included. */
static double log2_of(double x)
{
    return log(x) / log(2);
}

/* Width of the sums: accDataType, or what the operands' types allow at most (arXiv 2301.13376) if
 * that is less, as it is where nobody has set accDataType. */
static double sum_bits(const fnc_product *p)
{
    const double alpha = log2_of((double)p->length) + finnc_dtype_bits(p->weight) +
                         finnc_dtype_bits(p->input) - 1 - finnc_dtype_is_signed(p->input);
    return fmin(finnc_dtype_bits(p->sum), ceil(alpha + log2_of(1 + pow(2, -alpha)) + 1));
}

double fnc_product_threshold_luts(const fnc_product *p, double words)
{
    const double steps = pow(2, finnc_dtype_bits(p->output)) - 1, bits = sum_bits(p);
    return steps * bits * words + steps * bits;
}

double fnc_product_luts(const fnc_layer_node *l, const fnc_product *p, double thresholds)
{
    const double simd = (double)p->simd, pe = (double)p->pe;
    const double w = finnc_dtype_bits(p->weight), both = w + finnc_dtype_bits(p->input);
    const double multipliers =
        fnc_layer_is(l, "resType", "dsp") ? 0 : simd * (2 * ceil(both / 6) - 1) * both;
    const double adders = both * (2 * simd - 1);
    const double weights =
        fnc_product_uses_lutram(l, p) ? pe * simd * w * ceil((double)p->wmem / 64) : 0;
    /* Fitted to experiments: 300 for control, a tenth for what the tools add. */
    return floor(300 + 1.1 * (pe * (multipliers + adders + sum_bits(p) + thresholds)) + weights);
}

double fnc_product_dsps(const fnc_layer_node *l, const fnc_product *p)
{
    if (!fnc_layer_is(l, "resType", "dsp"))
        return 0;
    return ceil((finnc_dtype_bits(p->weight) + finnc_dtype_bits(p->input)) / 48.0);
}
