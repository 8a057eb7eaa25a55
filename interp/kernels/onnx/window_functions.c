/* Windows over signals, and the triangles of the mel scale: what is made of a few sizes. */
#include "../fill.h"

#include <base/compiler.h>

#include <inttypes.h>
#include <math.h>

static const double PI = 3.14159265358979323846, LN_10 = 2.30258509299404568402;

static finnc_status one_int(fnc_call *call, size_t i, int64_t least, const char *what, int64_t *x)
{
    const int64_t *ints;
    int64_t count;
    FINNC_TRY(fnc_in_ints(call, i, &ints, &count));
    if (count != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%s has %" PRId64 " elements where one number belongs", what, count);
    if (*ints < least)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is %" PRId64, what, *ints);
    *x = *ints;
    return FINNC_OK;
}

/* What the attribute says (the node's check has looked at it), or FLOAT. */
static finnc_elem elem_of(const fnc_call *call)
{
    return (finnc_elem)finnc_node_attr_int(call->node, "output_datatype");
}

/* ---- windows ---- */

static double hann(const void *period, int64_t i)
{
    double s = sin(PI * (double)i / *(const double *)period);
    return s * s;
}

static double hamming(const void *period, int64_t i)
{
    double turn = (double)i / *(const double *)period;
    return 25.0 / 46 - 21.0 / 46 * cos(2 * PI * turn);
}

static double blackman(const void *period, int64_t i)
{
    double turn = (double)i / *(const double *)period;
    /* In this order the ends are 0 and the middle is 1, exactly. */
    return 0.42 + 0.08 * cos(4 * PI * turn) - 0.5 * cos(2 * PI * turn);
}

/* The formulas divide 0 by 0 there, and give NaN in ONNX's function bodies. */
static double one(const void *period, int64_t i)
{
    (void)period;
    (void)i;
    return 1;
}

static finnc_status make_window(fnc_call *call, fnc_fill_fn *shape)
{
    int64_t n;
    void *y;
    bool is_periodic = finnc_node_attr_int(call->node, "periodic") != 0;
    FINNC_TRY(one_int(call, 0, 0, "size", &n));
    double period = (double)(is_periodic ? n : n - 1);
    FINNC_TRY(fnc_out(call, 0, elem_of(call), 1, &n, &y));
    fnc_fill(call, elem_of(call), y, n, 64, period == 0 ? one : shape, &period);
    return FINNC_OK;
}

static finnc_status hann_window(fnc_call *call)
{
    return make_window(call, hann);
}

static finnc_status hamming_window(fnc_call *call)
{
    return make_window(call, hamming);
}

static finnc_status blackman_window(fnc_call *call)
{
    return make_window(call, blackman);
}

/* ---- mel ---- */

typedef struct mel {
    int64_t nbands;
    const int64_t *edges; /* frequencies of the DFT: band i reaches from edge i to i + 2 */
} mel;

static double mel_of(double hertz)
{
    return 2595 / LN_10 * log1p(hertz / 700);
}

static double hertz_of(double mels)
{
    return 700 * expm1(mels * LN_10 / 2595);
}

/* Row: a frequency; column: a band. Edges that fall together leave half a triangle, or a point. */
static double triangle(const void *user, int64_t at)
{
    const mel *m = user;
    int64_t x = at / m->nbands;
    const int64_t *edge = m->edges + at % m->nbands;
    if (x < edge[0] || x > edge[2])
        return 0;
    if (x == edge[1])
        return 1;
    return x < edge[1] ? (double)(x - edge[0]) / (double)(edge[1] - edge[0])
                       : (double)(edge[2] - x) / (double)(edge[2] - edge[1]);
}

static finnc_status find_edges(fnc_call *call, int64_t n, double length, double rate,
                               int64_t *edges)
{
    double low, high;
    FINNC_TRY(fnc_in_scalar(call, 3, &low));
    FINNC_TRY(fnc_in_scalar(call, 4, &high));
    if (!(low >= 0 && high >= low && isfinite(high)))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a range of frequencies from %g to %g hertz",
                          low, high);
    /* The standard's step: n + 2 of them would reach the upper edge, n + 1 are taken. */
    double first = mel_of(low), step = (mel_of(high) - first) / (double)(n + 2);
    for (int64_t i = 0; i < n + 2; i++) {
        double hertz = i == 0 ? low : hertz_of(first + step * (double)i);
        double x = floor((length + 1) * hertz / rate);
        edges[i] = (int64_t)fmin(x, 0x1p53);
    }
    return FINNC_OK;
}

static finnc_status mel_weight_matrix(fnc_call *call)
{
    int64_t n = 0, length = 0, rate = 0, nedges, nelems;
    void *y;
    FINNC_TRY(one_int(call, 0, 0, "num_mel_bins", &n));
    FINNC_TRY(one_int(call, 1, 0, "dft_length", &length));
    FINNC_TRY(one_int(call, 2, 1, "sample_rate", &rate));
    const int64_t dims[] = {length / 2 + 1, n};
    FINNC_TRY(finnc_shape_nelems(call->cx, 2, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, elem_of(call), 2, dims, &y));
    int64_t *edges = fnc_add_i64(n, 2, &nedges) ? FNC_SCRATCH(call, int64_t, nedges) : NULL;
    if (!edges)
        return finnc_no_memory(call->cx);
    FINNC_TRY(find_edges(call, n, (double)length, (double)rate, edges));
    mel m = {.nbands = n, .edges = edges};
    fnc_fill(call, elem_of(call), y, nelems, 16, triangle, &m);
    return FINNC_OK;
}

/* Inputs come as they are: what is made of FLOAT16 edges is no FLOAT16 for that. */
const fnc_kernel fnc_kernel_onnx_hann_window = {.run = hann_window};
const fnc_kernel fnc_kernel_onnx_hamming_window = {.run = hamming_window};
const fnc_kernel fnc_kernel_onnx_blackman_window = {.run = blackman_window};
const fnc_kernel fnc_kernel_onnx_mel_weight_matrix = {.run = mel_weight_matrix,
                                                      .takes = FNC_TAKES_BYTES};
