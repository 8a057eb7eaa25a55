/* Convolutions and matrix products of integers. */
#include "lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct product {
    size_t s; /* the step */
    const fnc_lowered *in;
    size_t digits;
    const float *levels;     /* of the codes: */
    int exponent, low, step; /* code k of the input stands for (low + step k) 2^exponent */
    /* By output channel, tap and input channel: weights[i] 2^weight_exponent. */
    int8_t *weights;
    int weight_exponent;
    int64_t out_channels, taps, in_channels; /* those that an output channel sees */
    int64_t groups;
    const float *bias;     /* NULL: none */
    double factor, offset; /* of the product, before the bias: it is factor x sum + offset */
    fnc_layer shape;       /* the windows */
    fnc_digits out;
    fnc_axes axes;
} product;

/* ---- what goes in ---- */

/* Codes that stand for integers times a power of two, evenly spaced. */
static void read_levels(product *p, const char **why)
{
    int32_t q[FNC_MAX_CODES];
    const fnc_digits *d = &p->in->program->digits[p->digits];
    if (!fnc_lower_grid(p->levels, d->high + 1, 1 << 15, &p->exponent, q)) {
        *why = "its input is no integers times a power of two";
        return;
    }
    p->low = q[0];
    p->step = d->high > 0 ? q[1] - q[0] : 1;
    for (int32_t k = 1; k <= d->high; k++)
        if (q[k] - q[k - 1] != p->step)
            *why = "the values of its input are not evenly spaced";
}

static finnc_status read_input(fnc_lowering *l, product *p, const char **why)
{
    size_t v = l->plan->steps[p->s].inputs[0];
    if (v != SIZE_MAX && l->values[v].is_patches) {
        p->in = &l->values[v];
        p->digits = p->in->digits;
        const fnc_table *t = &p->in->table;
        float *levels = FNC_NEW_ARRAY(&l->scratch, float, (size_t)t->n);
        if (!levels)
            return finnc_no_memory(l->cx);
        for (int64_t k = 0; k < t->n; k++)
            levels[k] = t->y[k * t->channels];
        p->levels = levels;
    } else {
        FINNC_TRY(fnc_lower_codes(l, p->s, 0, &p->in, &p->digits, &p->levels, why));
    }
    if (*why)
        return FINNC_OK;
    read_levels(p, why);
    return FINNC_OK;
}

/* Which code stands for 0? Where there is a border, one does afterwards. */
static finnc_status need_zero(fnc_lowering *l, product *p, const fnc_window_attrs *a, int *zero,
                              const char **why)
{
    if (!fnc_lower_is_padded(a))
        return FINNC_OK;
    FINNC_TRY(fnc_lower_add_level(l, p->s, p->in->program, 0, &p->digits, &p->levels, zero, why));
    if (!*why)
        read_levels(p, why);
    return FINNC_OK;
}

/* `w`: weight (o, tap, c) at o * so + tap * st + c * sc. */
static finnc_status read_weights(fnc_lowering *l, product *p, const float *w, int64_t so,
                                 int64_t st, int64_t sc, const char **why)
{
    int64_t n = p->out_channels * p->taps * p->in_channels, at = 0;
    int32_t *q = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)n);
    p->weights = FNC_NEW_ARRAY(l->arena, int8_t, (size_t)n);
    if (!q || !p->weights)
        return finnc_no_memory(l->cx);
    if (!fnc_lower_grid(w, n, 127, &p->weight_exponent, q)) {
        *why = "its weights are no integers from -127 to 127 times a power of two";
        return FINNC_OK;
    }
    for (int64_t o = 0; o < p->out_channels; o++)
        for (int64_t t = 0; t < p->taps; t++)
            for (int64_t c = 0; c < p->in_channels; c++)
                p->weights[at++] = (int8_t)q[o * so + t * st + c * sc];
    return FINNC_OK;
}

/* ---- what comes out ---- */

typedef struct extent {
    int32_t low, high; /* of the sums */
    double most;       /* of the numbers that they stand for, in steps */
} extent;

static extent measure(const product *p, int32_t highest)
{
    extent e = {0};
    int64_t terms = p->taps * p->in_channels;
    double largest = fmax(abs(p->low), fabs(p->low + (double)p->step * highest));
    for (int64_t o = 0; o < p->out_channels; o++) {
        int32_t all = 0, above = 0;
        for (int64_t i = 0; i < terms; i++) {
            int32_t w = p->weights[o * terms + i];
            all += w;
            above += w > 0 ? w : 0;
        }
        int64_t below = (int64_t)all - above;
        e.low = below * highest < e.low ? (int32_t)(below * highest) : e.low;
        e.high = (int64_t)above * highest > e.high ? above * highest : e.high;
        e.most = fmax(e.most, (double)(above - below) * largest);
    }
    return e;
}

/* What sums stand for: what the model's node makes of them. Its sums of floats were exact, so the
 * order did not matter. */
static finnc_status make_affine(fnc_lowering *l, const product *p, const fnc_affine **affine)
{
    int64_t terms = p->taps * p->in_channels;
    double *all = FNC_NEW_ARRAY(&l->tables, double, (size_t)p->out_channels);
    fnc_affine *made = FNC_NEW(&l->tables, fnc_affine);
    if (!all || !made)
        return finnc_no_memory(l->cx);
    for (int64_t o = 0; o < p->out_channels; o++) {
        int32_t sum = 0;
        for (int64_t i = 0; i < terms; i++)
            sum += p->weights[o * terms + i];
        all[o] = p->low * (double)sum;
    }
    *made = (fnc_affine){
        .factor = p->factor, .offset = p->offset, .step = p->step, .all = all, .bias = p->bias};
    *affine = made;
    return FINNC_OK;
}

static bool are_bipolar(const int8_t *w, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (w[i] != 1 && w[i] != -1)
            return false;
    return true;
}

static finnc_status add_sums(fnc_lowering *l, product *p, fnc_lowered *sums, const char **why)
{
    fnc_program *program = p->in->program;
    if (p->groups == 1)
        p->groups = fnc_lower_groups(p->weights, p->out_channels, p->taps, &p->in_channels);
    if (p->taps * p->in_channels > 1 << 23) {
        *why = "it adds up too many products";
        return FINNC_OK;
    }
    extent e = measure(p, program->digits[p->digits].high);
    fnc_table table = {.n = (int64_t)e.high - e.low + 1, .channels = p->out_channels, .low = e.low};
    const fnc_affine *affine = NULL;
    if (!(e.most < 1 << 24))
        *why = "its sums might pass 2^24, where floats skip integers";
    else if (p->out_channels > (1 << 30) / (p->out.h * p->out.w))
        *why = "its output is too large";
    if (*why)
        return FINNC_OK;
    FINNC_TRY(make_affine(l, p, &affine));
    p->out.c = p->out_channels;
    p->out.is_sum = true;
    p->out.has_two_zeros = false;
    p->out.low = e.low;
    p->out.high = e.high;
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_DOT, p->s, p->digits, p->out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->kh = p->shape.kh;
    layer->kw = p->shape.kw;
    layer->sh = p->shape.sh;
    layer->sw = p->shape.sw;
    layer->dh = p->shape.dh;
    layer->dw = p->shape.dw;
    layer->groups = p->groups;
    layer->weights = p->weights;
    layer->is_bipolar = are_bipolar(p->weights, p->out_channels * p->taps * p->in_channels);
    layer->macs = p->out.h * p->out.w * p->out_channels * p->taps * p->in_channels;
    *sums = (fnc_lowered){.program = program,
                          .digits = layer->out,
                          .table = table,
                          .axes = p->axes,
                          .affine = affine};
    return table.n * table.channels <= FNC_FEW_SUMS ? fnc_lower_list(l, sums, why) : FINNC_OK;
}

static finnc_status finish(fnc_lowering *l, product *p, const char **why)
{
    fnc_lowered sums;
    FINNC_TRY(add_sums(l, p, &sums, why));
    if (!*why)
        fnc_lower_output(l, p->s, sums);
    return FINNC_OK;
}

/* ---- convolutions ---- */

/* Windows over the input, which gets a border where the node pads it. */
static finnc_status pad(fnc_lowering *l, size_t s, const fnc_window_attrs *a, uint8_t border,
                        fnc_program *program, size_t *digits)
{
    fnc_digits out = program->digits[*digits];
    if (!a->before[0] && !a->before[1] && !a->after[0] && !a->after[1])
        return FINNC_OK;
    out.h += a->before[0] + a->after[0];
    out.w += a->before[1] + a->after[1];
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_PAD, s, *digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->top = a->before[0];
    layer->left = a->before[1];
    layer->border = border;
    *digits = layer->out;
    return FINNC_OK;
}

finnc_status fnc_lower_windows(fnc_lowering *l, size_t s, const fnc_window_attrs *a, int zero,
                               fnc_program *program, size_t *digits, fnc_layer *shape,
                               fnc_digits *out, const char **why)
{
    bool is_padded = a->before[0] || a->before[1] || a->after[0] || a->after[1];
    if (is_padded && (zero < 0 || zero > program->digits[*digits].high)) {
        *why = "it pads with a number that its input does not have";
        return FINNC_OK;
    }
    FINNC_TRY(pad(l, s, a, (uint8_t)zero, program, digits));
    const fnc_digits *in = &program->digits[*digits];
    *shape = (fnc_layer){.kh = a->kernel[0],
                         .kw = a->kernel[1],
                         .sh = a->stride[0],
                         .sw = a->stride[1],
                         .dh = a->dilation[0],
                         .dw = a->dilation[1]};
    int64_t rest_h = in->h - ((a->kernel[0] - 1) * a->dilation[0] + 1);
    int64_t rest_w = in->w - ((a->kernel[1] - 1) * a->dilation[1] + 1);
    if (rest_h < 0 || rest_w < 0) {
        *why = "its windows are larger than its input";
        return FINNC_OK;
    }
    *out = *in;
    out->h = rest_h / a->stride[0] + 1;
    out->w = rest_w / a->stride[1] + 1;
    if (out->h > (1 << 24) / out->w || in->h > (1 << 24) / in->w)
        *why = "its images are too large";
    return FINNC_OK;
}

finnc_status fnc_lower_conv(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    product p = {.s = s, .groups = finnc_node_int(node, "group", 1)};
    const finnc_tensor *w, *bias;
    const float *wx, *bx;
    fnc_window_attrs a;
    FINNC_TRY(fnc_lower_floats(l, s, 1, &w, &wx));
    FINNC_TRY(fnc_lower_floats(l, s, 2, &bias, &bx));
    const int rank = wx ? finnc_tensor_rank(w) - 2 : 0;
    if (rank != 1 && rank != 2)
        *why = "its weights are no constant for one or two axes";
    else if (l->plan->steps[s].ninputs > 2 && l->plan->steps[s].inputs[2] != SIZE_MAX && !bx)
        *why = "its bias is no constant";
    else if (!fnc_lower_window_attrs(node, rank, finnc_tensor_dims(w) + 2, &a))
        *why = "its windows are not of a kind that the fast engine has";
    if (!*why)
        FINNC_TRY(read_input(l, &p, why));
    if (*why)
        return FINNC_OK;
    p.axes = rank == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST;
    p.out_channels = finnc_tensor_dim(w, 0);
    p.in_channels = finnc_tensor_dim(w, 1);
    p.taps = a.kernel[0] * a.kernel[1];
    const int64_t channels = p.in->program->digits[p.digits].c;
    if (p.in->is_patches || p.in->axes != p.axes || p.groups < 1 || channels % p.groups != 0 ||
        channels / p.groups != p.in_channels || p.out_channels < 1 ||
        p.out_channels % p.groups != 0 || p.taps < 1 ||
        (bias && finnc_tensor_nelems(bias) != p.out_channels)) {
        *why = "its input and weights do not fit";
        return FINNC_OK;
    }
    FINNC_TRY(read_weights(l, &p, wx, p.in_channels * p.taps, 1, p.taps, why));
    int zero = -1;
    if (!*why)
        FINNC_TRY(need_zero(l, &p, &a, &zero, why));
    if (!*why)
        FINNC_TRY(
            fnc_lower_windows(l, s, &a, zero, p.in->program, &p.digits, &p.shape, &p.out, why));
    if (*why)
        return FINNC_OK;
    p.bias = bx;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return finish(l, &p, why);
}

/* ---- matrix products ---- */

/* As windows of the size of the image. Weights: k x n or, transposed, n x k; k in the order of the
 * model's axis. */
static finnc_status read_matrix(fnc_lowering *l, product *p, bool is_transposed, const char **why)
{
    const finnc_tensor *w;
    const float *wx;
    FINNC_TRY(fnc_lower_floats(l, p->s, 1, &w, &wx));
    if (!wx || finnc_tensor_rank(w) != 2)
        *why = "its second factor is no constant matrix of floats";
    if (!*why)
        FINNC_TRY(read_input(l, p, why));
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
    return read_weights(l, p, wx, so, by_channel ? sk : sk * d->c, by_channel ? sk * pixels : sk,
                        why);
}

finnc_status fnc_lower_matmul(fnc_lowering *l, size_t s, const char **why)
{
    product p = {.s = s, .groups = 1};
    FINNC_TRY(read_matrix(l, &p, false, why));
    if (*why)
        return FINNC_OK;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return finish(l, &p, why);
}

/* A positive power of two, which rounds nothing. */
static bool is_power(double x)
{
    int exponent;
    return x > 0 && frexp(x, &exponent) == 0.5 && abs(exponent) < 60;
}

/* What is added to each row. */
static finnc_status read_addend(fnc_lowering *l, product *p, double beta, const char **why)
{
    const finnc_tensor *c;
    const float *x;
    const fnc_plan_step *step = &l->plan->steps[p->s];
    if (step->ninputs < 3 || step->inputs[2] == SIZE_MAX)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_floats(l, p->s, 2, &c, &x));
    int rank = x ? finnc_tensor_rank(c) : 0;
    int64_t n = x ? finnc_tensor_nelems(c) : 0;
    if (!x || (n != 1 && (n != p->out_channels || finnc_tensor_dim(c, rank - 1) != n))) {
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
    product p = {.s = s, .groups = 1};
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
    p.factor = ldexp(alpha, p.exponent + p.weight_exponent);
    return finish(l, &p, why);
}

/* Zeros and ones that agree: half the product of what they are as signs, and half the number of
 * them. */
finnc_status fnc_lower_xnor(fnc_lowering *l, size_t s, const char **why)
{
    product p = {.s = s, .groups = 1};
    FINNC_TRY(read_matrix(l, &p, false, why));
    if (*why)
        return FINNC_OK;
    int64_t terms = p.taps * p.in_channels;
    bool is_binary = p.exponent == 0 && p.low == 0 && p.step == 1 &&
                     p.in->program->digits[p.digits].high == 1 && p.weight_exponent == 0;
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
    return finish(l, &p, why);
}

/* ---- sums over windows ---- */

finnc_status fnc_lower_window_sums(fnc_lowering *l, size_t s, fnc_axes axes,
                                   const fnc_window_attrs *a, fnc_lowered *sums, const char **why)
{
    product p = {.s = s, .axes = axes};
    FINNC_TRY(read_input(l, &p, why));
    if (!*why && (p.in->is_patches || p.in->axes != axes))
        *why = "its input is no picture with channels where it looks for them";
    if (*why)
        return FINNC_OK;
    const fnc_digits *d = &p.in->program->digits[p.digits];
    const fnc_window_attrs whole = {.kernel = {d->h, d->w}, .stride = {1, 1}, .dilation = {1, 1}};
    FINNC_TRY(fnc_lower_windows(l, s, a ? a : &whole, -1, p.in->program, &p.digits, &p.shape,
                                &p.out, why));
    if (*why)
        return FINNC_OK;
    p.out_channels = p.groups = p.out.c;
    p.in_channels = 1;
    p.taps = p.shape.kh * p.shape.kw;
    if (p.taps > (1 << 26) / p.out_channels) {
        *why = "its windows are too large";
        return FINNC_OK;
    }
    p.weights = FNC_NEW_ARRAY(l->arena, int8_t, (size_t)(p.taps * p.out_channels));
    if (!p.weights)
        return finnc_no_memory(l->cx);
    memset(p.weights, 1, (size_t)(p.taps * p.out_channels));
    p.factor = ldexp(1, p.exponent);
    return add_sums(l, &p, sums, why);
}
