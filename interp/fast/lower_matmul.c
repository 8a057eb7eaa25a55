/* Matrix products. */
#include "product.h"

#include <math.h>
#include <stdlib.h>

/* As windows of the size of the image. Weights: k x n or, transposed, n x k; k in the order of the
 * model's axis. */
static finnc_status read_matrix(fnc_lowering *l, fnc_product *p, bool is_transposed,
                                const char **why)
{
    const finnc_tensor *w;
    const float *wx;
    FINNC_TRY(fnc_lower_floats(l, p->s, 1, &w, &wx));
    if (!wx || finnc_tensor_rank(w) != 2)
        *why = "its second factor is no constant matrix of floats";
    if (!*why)
        FINNC_TRY(fnc_product_input(l, p, why));
    if (!*why)
        FINNC_TRY(fnc_product_levels(l, p, why));
    if (*why)
        return FINNC_OK;
    const fnc_digits *d = &p->in->program->digits[p->digits];
    bool is_pointwise = p->in->axes == FNC_AXES_LAST, is_patches = p->in->is_patches;
    int64_t pixels = is_pointwise ? 1 : d->h * d->w;
    if (is_patches)
        pixels = p->in->windows.kh * p->in->windows.kw;
    p->in_channels = d->c;
    p->taps = pixels;
    p->out_channels = finnc_tensor_dim(w, !is_transposed);
    p->axes = is_pointwise ? FNC_AXES_LAST : FNC_AXES_VECTOR;
    p->out = *d;
    p->shape = (fnc_layer){.kh = 1, .kw = 1, .sh = 1, .sw = 1, .dh = 1, .dw = 1};
    if (is_patches) {
        p->out = p->in->image;
        p->shape = p->in->windows;
    } else if (!is_pointwise) {
        p->out.h = p->out.w = 1;
        p->shape.kh = d->h;
        p->shape.kw = d->w;
    }
    if (p->in->axes == FNC_AXES_FIRST || p->in->axes == FNC_AXES_ROW ||
        finnc_tensor_dim(w, is_transposed) != d->c * pixels || p->out_channels < 1) {
        *why = "its input and weights do not fit";
        return FINNC_OK;
    }
    int64_t so = is_transposed ? d->c * pixels : 1, sk = is_transposed ? 1 : p->out_channels;
    bool by_channel = p->in->axes == FNC_AXES_FLAT_FIRST;
    return fnc_product_weights(l, p, wx, so, by_channel ? sk : sk * d->c,
                               by_channel ? sk * pixels : sk, !is_transposed, why);
}

finnc_status fnc_lower_matmul(fnc_lowering *l, size_t s, const char **why)
{
    fnc_product p = {.s = s, .groups = 1, .alpha = 1};
    FINNC_TRY(read_matrix(l, &p, false, why));
    if (*why)
        return FINNC_OK;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return fnc_product_finish(l, &p, why);
}

/* A positive power of two, which rounds nothing. */
static bool is_power(double x)
{
    int exponent;
    return x > 0 && frexp(x, &exponent) == 0.5 && abs(exponent) < 60;
}

/* What is added to each row. The kernel refuses more axes than two, and what is not as large as the
 * product, unless C may be spread: in old versions an attribute says so. */
static finnc_status read_addend(fnc_lowering *l, fnc_product *p, double beta, const char **why)
{
    const finnc_tensor *c;
    const float *x;
    const fnc_plan_step *step = &l->plan->steps[p->s];
    if (step->ninputs < 3 || step->inputs[2] == SIZE_MAX)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_floats(l, p->s, 2, &c, &x));
    int rank = x ? finnc_tensor_rank(c) : 0;
    int64_t n = x ? finnc_tensor_nelems(c) : 0;
    bool may = step->step.version >= 7 || finnc_node_int(step->step.node, "broadcast", 0) != 0;
    if (!x || rank > 2 || !may ||
        (n != 1 && (n != p->out_channels || finnc_tensor_dim(c, rank - 1) != n))) {
        *why = "what it adds is no constant for each column";
        return FINNC_OK;
    }
    float *bias = FNC_NEW_ARRAY(&l->tables, float, (size_t)p->out_channels);
    if (!bias)
        return finnc_no_memory(l->cx);
    for (int64_t o = 0; o < p->out_channels; o++) {
        bias[o] = (float)(beta * x[n == 1 ? 0 : o]);
        if (bias[o] != beta * x[n == 1 ? 0 : o])
            *why = "what it adds is rounded";
    }
    p->bias = bias;
    return FINNC_OK;
}

finnc_status fnc_lower_gemm(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const double alpha = finnc_node_float(node, "alpha", 1);
    const double beta = finnc_node_float(node, "beta", 1);
    fnc_product p = {.s = s, .groups = 1, .alpha = (float)alpha};
    if (finnc_node_int(node, "transA", 0) != 0)
        *why = "it mixes images of a batch";
    else if (!is_power(alpha) || !is_power(beta))
        *why = "its alpha or beta is no power of two";
    if (!*why)
        FINNC_TRY(read_matrix(l, &p, finnc_node_int(node, "transB", 0) != 0, why));
    if (!*why && p.axes != FNC_AXES_VECTOR)
        *why = "its input is no vector";
    if (!*why)
        FINNC_TRY(read_addend(l, &p, beta, why));
    if (*why)
        return FINNC_OK;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return fnc_product_finish(l, &p, why);
}

static bool are_ones(const fnc_scales *scales)
{
    for (int64_t i = 0; i < scales->n; i++)
        if (scales->x[i] != 1)
            return false;
    return true;
}

/* Zeros and ones that agree: half the product of what they are as signs, and half the number of
 * them. */
finnc_status fnc_lower_xnor(fnc_lowering *l, size_t s, const char **why)
{
    fnc_product p = {.s = s, .groups = 1, .alpha = 1};
    FINNC_TRY(read_matrix(l, &p, false, why));
    if (*why)
        return FINNC_OK;
    int64_t terms = p.taps * p.in_channels;
    bool is_binary = p.exponent == 0 && p.low == 0 && p.step == 1 &&
                     p.in->program->digits[p.digits].high == 1 && p.weight_exponent == 0 &&
                     are_ones(&p.scale) && are_ones(&p.weight_scale);
    for (int64_t i = 0; i < p.out_channels * terms; i++) {
        is_binary &= p.weights[i] == 0 || p.weights[i] == 1;
        p.weights[i] = (int8_t)(2 * p.weights[i] - 1);
    }
    if (!is_binary) {
        *why = "its factors are not zeros and ones";
        return FINNC_OK;
    }
    p.low = -1;
    p.step = 2;
    p.factor = 0.5;
    p.offset = 0.5 * (double)terms;
    return fnc_product_finish(l, &p, why);
}
