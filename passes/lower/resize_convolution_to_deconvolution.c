/*      y = Conv(Resize{nearest, s times}(x), w)       becomes       y = ConvTranspose{stride s}(x,
 * w') All s by s pixels that Resize makes of one are the same, so that a tap's weight acts at s by
 * s places: w' is the flipped w, summed over its shifts by 0 to s - 1 pixels both ways. */
#include "pass.h"

#include "../support/build.h"
#include "../support/resize.h"
#include "deconvolution.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_BITS = 64 };

typedef struct rewriting {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_node *resize;
    fnc_deconvolution d;
    int64_t factor;
} rewriting;

/* ---- the Resize ---- */

static const char *read_factor(const finnc_value *from, const finnc_value *to, int64_t *factor)
{
    int64_t a[4], b[4];
    if (!finnc_value_dims(from, 4, a) || !finnc_value_dims(to, 4, b))
        return "the shapes before and behind it are not known, or not of four axes";
    if (a[0] != b[0] || a[1] != b[1])
        return "it scales batch or channels";
    if (a[2] < 1 || a[3] < 1 || b[2] % a[2] != 0 || b[3] % a[3] != 0 || b[2] < a[2])
        return "it does not scale by a whole number";
    if (b[2] / a[2] != b[3] / a[3])
        return "it scales height and width differently";
    *factor = b[2] / a[2];
    return NULL;
}

/* Scales that are no whole numbers can round to a size that is a multiple. */
static bool is_scaled_by(const finnc_node *resize, int64_t factor)
{
    const finnc_tensor *scales = fnc_resize_scales(resize);
    if (!scales)
        return finnc_node_input(resize, 3) != NULL; /* by sizes */
    return finnc_tensor_get(scales, 0) == 1 && finnc_tensor_get(scales, 1) == 1 &&
           finnc_tensor_get(scales, 2) == (double)factor &&
           finnc_tensor_get(scales, 3) == (double)factor;
}

static const char *resize_obstacle(rewriting *r)
{
    const finnc_value *from = finnc_node_input(r->resize, 0);
    const finnc_value *to = finnc_node_output(r->resize, 0);
    if (strcmp(finnc_node_string(r->resize, "mode", "nearest"), "nearest") != 0)
        return "its mode is not nearest";
    const char *reason = from && to ? read_factor(from, to, &r->factor) : "it has no input";
    if (reason)
        return reason;
    if (finnc_node_find_attr(r->resize, "axes") || !is_scaled_by(r->resize, r->factor))
        return "its scales are not four constants";
    if (!fnc_resize_repeats(r->resize, r->factor))
        return "some pixels come from other places than those that they cover";
    return NULL;
}

/* ---- weights ---- */

static double weight_at(const finnc_tensor *w, const fnc_conv_geometry *g, int64_t filter,
                        int64_t channel, int64_t y, int64_t x)
{
    return finnc_tensor_get(
        w, ((filter * g->channels + channel) * g->w.kernel[0] + y) * g->w.kernel[1] + x);
}

/* The sum over shifts by i and j of the flipped kernel at (y, x). */
static double sum_at(const finnc_tensor *w, const rewriting *r, int64_t filter, int64_t channel,
                     int64_t y, int64_t x)
{
    const fnc_conv_geometry *g = &r->d.g;
    double sum = 0;
    for (int64_t i = 0; i < r->factor; i++)
        for (int64_t j = 0; j < r->factor; j++) {
            const int64_t row = g->w.kernel[0] - 1 - (y - i), column = g->w.kernel[1] - 1 - (x - j);
            if (row >= 0 && row < g->w.kernel[0] && column >= 0 && column < g->w.kernel[1])
                sum += weight_at(w, g, filter, channel, row, column);
        }
    return sum;
}

static finnc_status sum_weights(rewriting *r, const finnc_tensor *w, finnc_tensor **summed)
{
    const fnc_conv_geometry *g = &r->d.g;
    int64_t dims[] = {g->channels, g->filters, 0, 0}, n = 0;
    for (int i = 0; i < 2; i++)
        if (!fnc_add_i64(g->w.kernel[i], r->factor - 1, &dims[2 + i]))
            return finnc_fail(r->cx, FINNC_BAD_VALUE, "its kernel would be too large");
    FINNC_TRY(finnc_tensor_create(r->cx, finnc_tensor_elem(w), 4, dims, summed));
    for (int64_t channel = 0; channel < dims[0]; channel++)
        for (int64_t filter = 0; filter < dims[1]; filter++)
            for (int64_t y = 0; y < dims[2]; y++)
                for (int64_t x = 0; x < dims[3]; x++)
                    finnc_tensor_set(*summed, n++, sum_at(w, r, filter, channel, y, x));
    return FINNC_OK;
}

/* ---- the quantiser of the weights ---- */

/* The axes of a parameter as broadcasting lines them up with the weights'. */
static void axes_of(const finnc_tensor *parameter, int64_t dims[4])
{
    const int rank = finnc_tensor_rank(parameter);
    for (int i = 0; i < 4; i++)
        dims[i] = i < 4 - rank ? 1 : finnc_tensor_dim(parameter, i - (4 - rank));
}

/* What is summed has to be on one grid: parameters differ from filter to filter or from channel to
 * channel, not within a kernel. */
static const char *quant_obstacle(const rewriting *r)
{
    const fnc_conv_geometry *g = &r->d.g;
    for (size_t i = 1; r->d.quant && i < 4; i++) {
        const finnc_tensor *parameter = finnc_value_tensor(finnc_node_input(r->d.quant, i));
        int64_t dims[4];
        if (finnc_tensor_rank(parameter) > 4)
            return "a parameter of its weights' quantiser has more axes than they have";
        axes_of(parameter, dims);
        if (dims[2] != 1 || dims[3] != 1)
            return "a parameter of its weights' quantiser differs within the kernel";
        if ((dims[0] != 1 && dims[0] != g->filters) || (dims[1] != 1 && dims[1] != g->channels))
            return "a parameter of its weights' quantiser is not one per filter or channel";
    }
    return NULL;
}

/* What the convolution's weights become; tensors are references of our own. */
typedef struct planned {
    finnc_tensor *weights;
    finnc_tensor *params[4]; /* the quantiser's, from 1 on; NULL: there is none */
    finnc_tensor *quantised; /* what it makes of the weights */
    double bits;             /* its width */
} planned;

static void release(planned *p)
{
    finnc_tensor_release(p->weights);
    finnc_tensor_release(p->quantised);
    for (size_t i = 1; i < 4; i++)
        finnc_tensor_release(p->params[i]);
}

/* Filters and channels change places in the new weights, so in what is told of each of them, too.
 */
static finnc_status swap_axes(finnc_ctx *cx, const finnc_tensor *tensor, finnc_tensor **swapped)
{
    finnc_tensor *full;
    int64_t dims[4];
    if (finnc_tensor_nelems(tensor) == 1) {
        *swapped = finnc_tensor_retain(tensor);
        return FINNC_OK;
    }
    axes_of(tensor, dims);
    FINNC_TRY(finnc_tensor_reshape(cx, tensor, 4, dims, &full));
    const finnc_status status =
        finnc_tensor_transpose(cx, full, (const int[]){1, 0, 2, 3}, swapped);
    finnc_tensor_release(full);
    return status;
}

/* The element of a parameter that goes with element `i` of the new weights. */
static double parameter_at(const finnc_tensor *parameter, const int64_t *weights, int64_t i)
{
    int64_t dims[4];
    axes_of(parameter, dims);
    const int64_t channel = i / (weights[1] * weights[2] * weights[3]);
    const int64_t filter = i / (weights[2] * weights[3]) % weights[1];
    return finnc_tensor_get(parameter,
                            (dims[0] == 1 ? 0 : channel) * dims[1] + (dims[1] == 1 ? 0 : filter));
}

/* Whole numbers that the quantiser has to hold for the summed weights. */
static void find_range(const planned *p, double *low, double *high)
{
    const int64_t *dims = finnc_tensor_dims(p->weights);
    *low = INFINITY;
    *high = -INFINITY;
    for (int64_t i = 0; i < finnc_tensor_nelems(p->weights); i++) {
        const double x =
            nearbyint(finnc_tensor_get(p->weights, i) / parameter_at(p->params[1], dims, i) +
                      parameter_at(p->params[2], dims, i));
        *low = x < *low ? x : *low;
        *high = x > *high ? x : *high;
    }
}

/* The fewest that hold low to high; one signed bit would be -1 or +1 and nothing between. */
static int bits_for(const finnc_node *quant, double low, double high)
{
    const bool is_signed = finnc_node_int(quant, "signed", 1) != 0;
    const int narrow = finnc_node_int(quant, "narrow", 0) != 0;
    for (int bits = is_signed ? 2 : 1; bits < MOST_BITS; bits++) {
        const double half = exp2(bits - 1);
        if (is_signed ? low >= narrow - half && high <= half - 1 : high <= 2 * half - 1 - narrow)
            return bits;
    }
    return MOST_BITS;
}

static finnc_status widen(rewriting *r, planned *p)
{
    double low, high;
    find_range(p, &low, &high);
    p->bits = bits_for(r->d.quant, low, high);
    if (finnc_tensor_nelems(p->params[3]) == 1 && finnc_tensor_get(p->params[3], 0) == p->bits)
        return FINNC_OK;
    finnc_tensor_release(p->params[3]);
    p->params[3] = NULL;
    return finnc_tensor_create_scalar(r->cx, FINNC_ELEM_FLOAT, p->bits, &p->params[3]);
}

static void keep_width(planned *p)
{
    p->bits = 1;
    for (int64_t i = 0; i < finnc_tensor_nelems(p->params[3]); i++)
        p->bits = fmax(p->bits, ceil(finnc_tensor_get(p->params[3], i)));
    p->bits = fmin(p->bits, MOST_BITS);
}

static finnc_status run_quant(rewriting *r, const finnc_tensor *w, finnc_tensor *const params[4],
                              finnc_tensor **quantised)
{
    const finnc_tensor *inputs[4] = {w};
    for (size_t i = 1; i < 4; i++)
        inputs[i] = params ? params[i] : finnc_value_tensor(finnc_node_input(r->d.quant, i));
    return finnc_node_eval(r->cx, r->d.quant, inputs, 4, quantised, 1);
}

static double magnitude(const finnc_tensor *t)
{
    double most = 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        most = fmax(most, fabs(finnc_tensor_get(t, i)));
    return most;
}

/* The numbers are floats: sums of `terms` of them, none beyond `most`, are as exact as that. */
static double tolerance(int64_t terms, double most)
{
    return 2 * FLT_EPSILON * (double)terms * most;
}

/* Sums of what the quantiser makes need not be what it makes: a zero point with a fraction shifts
 * them off its grid, and an unsigned one makes nothing below its zero. `used`: weights as they were
 * used before. */
static bool keeps_sums(const rewriting *r, const planned *p, const finnc_tensor *used)
{
    const double most = tolerance(r->factor * r->factor, magnitude(used));
    for (int64_t i = 0; i < finnc_tensor_nelems(p->weights); i++) {
        const double sum = finnc_tensor_get(p->weights, i), is = finnc_tensor_get(p->quantised, i);
        if (fabs(sum - is) <= most)
            continue;
        finnc_pass_missed(r->run, r->d.conv,
                          "the quantiser of its weights makes %g of %g, a sum of them", is, sum);
        return false;
    }
    return true;
}

/* What the quantiser of the old width clips. */
static void warn_of_clipping(const rewriting *r, const planned *p)
{
    double most = 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(p->weights); i++)
        most =
            fmax(most, fabs(finnc_tensor_get(p->weights, i) - finnc_tensor_get(p->quantised, i)));
    if (most > 0)
        finnc_log(r->cx, FINNC_WARNING, "%s: maintain_bit_width clips sums of weights by up to %g",
                  finnc_node_name(r->d.conv), most);
}

/* ---- what the weights become ---- */

static finnc_status plan_quantised(rewriting *r, const finnc_tensor *used, planned *p,
                                   bool *is_fine)
{
    const bool keeps_width = finnc_pass_bool(r->run, "maintain_bit_width");
    FINNC_TRY(sum_weights(r, used, &p->weights));
    for (size_t i = 1; i < 4; i++)
        FINNC_TRY(
            swap_axes(r->cx, finnc_value_tensor(finnc_node_input(r->d.quant, i)), &p->params[i]));
    if (keeps_width)
        keep_width(p);
    else
        FINNC_TRY(widen(r, p));
    FINNC_TRY(run_quant(r, p->weights, p->params, &p->quantised));
    *is_fine = keeps_width || keeps_sums(r, p, used);
    if (keeps_width)
        warn_of_clipping(r, p);
    return FINNC_OK;
}

/* The sum of quantised weights is not the quantised sum, so they are summed as they are used. */
static finnc_status plan(rewriting *r, planned *p, bool *is_fine)
{
    finnc_tensor *used;
    *is_fine = true;
    if (!r->d.quant)
        return sum_weights(r, r->d.weights, &p->weights);
    FINNC_TRY(run_quant(r, r->d.weights, NULL, &used));
    const finnc_status status = plan_quantised(r, used, p, is_fine);
    finnc_tensor_release(used);
    return status;
}

/* ---- the rewrite ---- */

/* The quantiser's type follows its width. That of signs may not hold what became of them, though it
 * is as wide. */
static finnc_status set_dtype(rewriting *r, const planned *p, bool is_wider)
{
    int64_t at;
    finnc_value *quantised = finnc_node_output(r->d.quant, 0);
    finnc_dtype dtype = finnc_value_dtype(quantised);
    const int bits = (int)p->bits;
    FINNC_TRY(finnc_dtype_find_forbidden(r->cx, dtype, p->quantised, &at));
    if (!finnc_value_has_dtype(quantised) || (!is_wider && at < 0))
        return FINNC_OK;
    if (finnc_dtype_is_integer(dtype)) {
        const bool is_signed = finnc_node_int(r->d.quant, "signed", 1) != 0;
        dtype = is_signed ? finnc_dtype_int(bits) : finnc_dtype_uint(bits);
    } else if (dtype.kind == FINNC_DTYPE_FIXED || dtype.kind == FINNC_DTYPE_SCALEDINT) {
        dtype.int_bits += dtype.kind == FINNC_DTYPE_FIXED ? bits - dtype.bits : 0;
        dtype.bits = bits;
    }
    return finnc_value_set_dtype(r->cx, quantised, dtype);
}

static finnc_status set_quantiser(rewriting *r, const planned *p)
{
    const finnc_tensor *old = finnc_value_tensor(finnc_node_input(r->d.quant, 3));
    FINNC_TRY(set_dtype(r, p, old != p->params[3]));
    for (size_t i = 1; i < 4; i++)
        if (finnc_value_tensor(finnc_node_input(r->d.quant, i)) != p->params[i])
            FINNC_TRY(fnc_set_constant(r->cx, r->d.quant, i, finnc_tensor_retain(p->params[i])));
    return FINNC_OK;
}

static finnc_status apply(rewriting *r, const planned *p)
{
    if (r->d.quant)
        FINNC_TRY(set_quantiser(r, p));
    finnc_value *x = finnc_node_input(r->resize, 0);
    FINNC_TRY(
        fnc_deconvolution_build(r->cx, &r->d, x, r->factor, 1, finnc_tensor_retain(p->weights)));
    finnc_pass_applied(r->run, r->d.conv, "upsamples by %" PRId64 " itself", r->factor);
    finnc_graph_erase_node(r->resize);
    return FINNC_OK;
}

static finnc_status rewrite(rewriting *r)
{
    planned p = {.bits = 0};
    bool is_fine;
    finnc_status status = plan(r, &p, &is_fine);
    if (status == FINNC_OK && is_fine)
        status = apply(r, &p);
    release(&p);
    return status;
}

static finnc_node *find_conv(const finnc_node *resize)
{
    const finnc_value *y = finnc_node_output(resize, 0);
    finnc_node *conv = NULL;
    if (!y)
        return NULL;
    finnc_foreach_use (use, y) {
        finnc_node *user = finnc_use_node(use); /* a body's stays as it is */
        if (finnc_node_is(user, "Conv") && finnc_use_index(use) == 0 &&
            finnc_node_graph(user) == finnc_node_graph(resize))
            conv = user;
    }
    return conv;
}

static finnc_status rewrite_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        finnc_node *conv = finnc_node_is(node, "Resize") ? find_conv(node) : NULL;
        if (!conv || !finnc_pass_may_rewrite(run))
            continue;
        rewriting r = {.run = run, .cx = cx, .resize = node};
        const finnc_value *y = finnc_node_output(node, 0);
        const char *reason = finnc_value_only_user(y) != conv || finnc_value_nuses(y) != 1
                                 ? "somebody else uses what it makes"
                                 : resize_obstacle(&r);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        reason = fnc_deconvolution_read(conv, &r.d);
        if (!reason)
            reason = quant_obstacle(&r);
        FNC_AT_NODE(cx, conv);
        if (reason)
            finnc_pass_missed(run, conv, "%s", reason);
        else
            FINNC_TRY(rewrite(&r));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_resize_convolution_to_deconvolution = {
    .name = "ResizeConvolutionToDeconvolution",
    .summary = "a convolution of an image enlarged pixel by pixel becomes a transposed convolution",
    .upstream = "qonnx.transformation.resize_conv_to_deconv",
    .notes =
        "The weights of a Quant are summed as they are used, and its bit width grows to what the "
        "sums need. With maintain_bit_width it stays: sums beyond it are clipped, with a warning, "
        "and results change. A Quant that makes something else of a sum keeps the convolution: one "
        "with a fractional zero point, or unsigned and with numbers below its zero. Upstream sums "
        "the weights in front of the Quant.\n\n"
        "Kernels need not be square, padding not symmetric (the transposed kernel counts it from "
        "the other end). A Resize has to repeat each pixel: other coordinate transformations and "
        "scales that are no whole numbers are left, which upstream converts wrongly.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"maintain_bit_width", FINNC_PARAM_BOOL, "false",
                "clip quantised weights rather than widen them"}},
    .run = rewrite_all,
};
