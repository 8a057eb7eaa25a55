/*      y = MultiThreshold(MatMul(x, w), t)   becomes   y = VVAU(x, w', t)
 * where w comes from a depthwise convolution (LowerConvsToMatMul says so by its sparsity
 * annotation): row (tap, channel), column channel, zero wherever the two channels differ. w' has
 * the rest, a filter per channel. */
#include "pass.h"

#include "product.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- the annotation ---- */

/* A number behind `mark` and blanks; `*text` goes behind it. */
static bool take_number(const char **text, char mark, int64_t *x)
{
    const char *at = *text + strspn(*text, " \t");
    if (*at != mark)
        return false;
    char *end;
    const long long read = strtoll(at + 1, &end, 10);
    if (end == at + 1 || read < 1 || read > INT32_MAX)
        return false;
    *x = read;
    *text = end;
    return true;
}

/* {'dw': {'kernel_shape': [3, 3]}}, in either kind of quotes. */
static bool read_kernel(const char *sparsity, int64_t kernel[2])
{
    const char *at = strstr(sparsity, "dw");
    at = at ? strstr(at, "kernel_shape") : NULL;
    at = at ? strchr(at, ':') : NULL;
    if (!at)
        return false;
    at += 1;
    return take_number(&at, '[', &kernel[0]) && take_number(&at, ',', &kernel[1]);
}

/* ---- the weights ---- */

typedef struct depthwise {
    fnc_hw_product p;
    int64_t kernel[2], taps;
} depthwise;

/* Element (tap, channel) by channel: the first one that is no zero although the channels differ, or
 * -1. */
static int64_t find_stray(const finnc_tensor *w)
{
    const int64_t channels = finnc_tensor_dim(w, 1), n = finnc_tensor_nelems(w);
    for (int64_t i = 0; i < n; i++)
        if (i / channels % channels != i % channels && finnc_tensor_get(w, i) != 0)
            return i;
    return -1;
}

static bool is_depthwise(fnc_hw_reason *why, depthwise *d)
{
    const fnc_hw_product *p = &d->p;
    const char *sparsity = finnc_value_sparsity(p->weights);
    if (!read_kernel(sparsity, d->kernel))
        return fnc_hw_decline(
            why, "the sparsity annotation of its weights, %s, has no dw.kernel_shape", sparsity);
    d->taps = d->kernel[0] * d->kernel[1]; /* of 31 bits each */
    if (p->rows % p->columns != 0 || p->rows / p->columns != d->taps)
        return fnc_hw_decline(why,
                              "weights of %" PRId64 " by %" PRId64
                              " have no row for each of %" PRId64 " by %" PRId64
                              " taps and %" PRId64 " channels",
                              p->rows, p->columns, d->kernel[0], d->kernel[1], p->columns);
    const finnc_tensor *w = finnc_value_tensor(p->weights);
    const int64_t stray = find_stray(w);
    if (stray < 0)
        return true;
    return fnc_hw_decline(why,
                          "its weights are not those of a depthwise convolution: %g in row %" PRId64
                          " and column %" PRId64 " belongs to two channels",
                          finnc_tensor_get(w, stray), stray / p->columns, stray % p->columns);
}

/* (channels, 1, height, width) */
static finnc_status make_filters(const depthwise *d, finnc_tensor **filters)
{
    finnc_ctx *cx = finnc_pass_ctx(d->p.run);
    const finnc_tensor *w = finnc_value_tensor(d->p.weights);
    const int64_t channels = d->p.columns;
    const int64_t dims[] = {channels, 1, d->kernel[0], d->kernel[1]};
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(w), 4, dims, filters));
    for (int64_t channel = 0; channel < channels; channel++)
        for (int64_t tap = 0; tap < d->taps; tap++)
            finnc_tensor_set(*filters, channel * d->taps + tap,
                             finnc_tensor_get(w, (tap * channels + channel) * channels + channel));
    return FINNC_OK;
}

/* ---- the pass ---- */

/* One picture at a time, channels last. */
static bool is_picture(fnc_hw_reason *why, const fnc_hw_product *p)
{
    if (p->rank != 4)
        return fnc_hw_decline(why, "its data has rank %d, a VVAU's is a picture", p->rank);
    if (p->dims[0] != 1)
        return fnc_hw_decline(why, "its batch is %" PRId64 ", a VVAU takes one picture at a time",
                              p->dims[0]);
    return true;
}

static bool can_convert(fnc_hw_reason *why, finnc_pass_run *run, finnc_node *node, depthwise *d)
{
    return fnc_hw_product_read(why, run, node, &d->p) && fnc_hw_product_has_integers(why, &d->p) &&
           is_picture(why, &d->p) && is_depthwise(why, d) && fnc_hw_product_adds_up(why, &d->p) &&
           fnc_hw_product_read_activation(why, &d->p);
}

static finnc_status replace(depthwise *d)
{
    finnc_ctx *cx = finnc_pass_ctx(d->p.run);
    const int64_t channels = d->p.columns;
    finnc_tensor *filters;
    finnc_node *layer;
    FINNC_TRY(make_filters(d, &filters));
    finnc_status status = fnc_hw_product_replace(&d->p, "VVAU", "VVAU_", &layer);
    if (status != FINNC_OK) {
        finnc_tensor_release(filters);
        return status;
    }
    FINNC_TRY(fnc_set_constant(cx, layer, 1, filters));
    FINNC_TRY(finnc_node_set_int(cx, layer, "PE", channels));
    FINNC_TRY(finnc_node_set_ints(cx, layer, "Dim", d->p.dims + 1, 2));
    FINNC_TRY(finnc_node_set_int(cx, layer, "Channels", channels));
    FINNC_TRY(finnc_node_set_ints(cx, layer, "Kernel", d->kernel, 2));
    return finnc_node_infer_shapes(cx, layer, false);
}

static bool is_candidate(const finnc_node *node)
{
    const finnc_value *weights = finnc_node_input(node, 1);
    return finnc_node_is(node, "MatMul") && weights && finnc_value_sparsity(weights);
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    FINNC_TRY(fnc_hw_products_settle(run, graph));
    finnc_foreach_node (node, graph) {
        if (!is_candidate(node) || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        depthwise d;
        fnc_hw_reason why;
        if (!can_convert(&why, run, node, &d)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node,
                           "it is a VVAU of %" PRId64 " channels and %" PRId64 " by %" PRId64
                           " taps now%s",
                           d.p.columns, d.kernel[0], d.kernel[1],
                           d.p.activation.node ? ", with the thresholds behind it" : "");
        FINNC_TRY(replace(&d));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_vector_vector_activation = {
    .name = "InferVectorVectorActivation",
    .summary =
        "products with depthwise weights, with the thresholds behind them, become VVAU layers",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "The thresholds go into the layer on the terms of InferBinaryMatrixVectorActivation; a "
        "MultiThreshold that makes -1 and +1 does, too. Weights that are annotated as depthwise "
        "have to be zero where the channels differ: upstream drops what else is there. Others "
        "that read the matrix keep it.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferDataTypes",
};
