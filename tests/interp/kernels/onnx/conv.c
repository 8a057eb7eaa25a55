/* Conv, ConvTranspose and pools against loops over every element, on shapes drawn at random.
 * Numbers are small integers, so that sums are exact in any order. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static uint64_t state;
static int64_t draw(int64_t low, int64_t high)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return low + (int64_t)((state >> 33) % (uint64_t)(high - low + 1));
}

enum { MAX_RANK = 3 };

typedef struct shape {
    int rank;                                          /* spatial */
    int64_t images, groups, in_channels, out_channels; /* channels of one group */
    int64_t in[MAX_RANK], kernel[MAX_RANK], stride[MAX_RANK], dilation[MAX_RANK], before[MAX_RANK],
        after[MAX_RANK], out[MAX_RANK];
} shape;

static shape draw_shape(void)
{
    shape s = {.rank = (int)draw(1, 3),
               .images = draw(0, 3) ? draw(1, 2) : 16, /* many are shared out as they are */
               .groups = draw(1, 3),
               .in_channels = draw(1, 3),
               .out_channels = draw(1, 7)};
    for (int i = 0; i < s.rank; i++) {
        s.kernel[i] = draw(1, 3);
        s.dilation[i] = draw(1, 2);
        s.stride[i] = draw(1, 3);
        s.before[i] = draw(0, 2);
        s.after[i] = draw(0, 2);
        int64_t reach = (s.kernel[i] - 1) * s.dilation[i] + 1;
        s.in[i] = reach + draw(0, 6);
        s.out[i] = (s.in[i] + s.before[i] + s.after[i] - reach) / s.stride[i] + 1;
    }
    return s;
}

static int64_t product(const int64_t *x, int rank)
{
    int64_t p = 1;
    for (int i = 0; i < rank; i++)
        p *= x[i];
    return p;
}

static void split(int64_t index, const int64_t *dims, int rank, int64_t *at)
{
    for (int i = rank - 1; i >= 0; i--) {
        at[i] = index % dims[i];
        index /= dims[i];
    }
}

/* Which input element lies under a tap of an output element; -1: padding. */
static int64_t under(const shape *s, int64_t out, int64_t tap)
{
    int64_t o[MAX_RANK], t[MAX_RANK], place = 0;
    split(out, s->out, s->rank, o);
    split(tap, s->kernel, s->rank, t);
    for (int i = 0; i < s->rank; i++) {
        int64_t at = o[i] * s->stride[i] + t[i] * s->dilation[i] - s->before[i];
        if (at < 0 || at >= s->in[i])
            return -1;
        place = place * s->in[i] + at;
    }
    return place;
}

static void write_list(char *text, const char *name, const int64_t *x, const int64_t *y, int rank)
{
    text += sprintf(text, "%s = [", name);
    for (int i = 0; i < rank; i++)
        text += sprintf(text, "%s%lld", i ? ", " : "", (long long)x[i]);
    for (int i = 0; y && i < rank; i++)
        text += sprintf(text, ", %lld", (long long)y[i]);
    sprintf(text, "]");
}

static char *attributes(const shape *s, const char *more)
{
    static char text[600];
    char strides[80], dilations[80], pads[80], kernel[80];
    write_list(strides, "strides", s->stride, NULL, s->rank);
    write_list(dilations, "dilations", s->dilation, NULL, s->rank);
    write_list(pads, "pads", s->before, s->after, s->rank);
    write_list(kernel, "kernel_shape", s->kernel, NULL, s->rank);
    snprintf(text, sizeof text, "%s, %s, %s, %s%s", strides, dilations, pads, kernel, more);
    return text;
}

static finnc_tensor *draw_tensor(finnc_ctx *cx, int64_t a, int64_t b, const int64_t *spatial,
                                 int rank)
{
    int64_t dims[2 + MAX_RANK] = {a, b};
    finnc_tensor *tensor;
    memcpy(dims + 2, spatial, (size_t)rank * sizeof *dims);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, b < 0 ? 1 : 2 + rank, dims, &tensor), 0);
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        finnc_tensor_set(tensor, i, (double)draw(-3, 3));
    return tensor;
}

/* Runs one node on the tensors, which are released. */
static finnc_tensor *run(finnc_ctx *cx, const char *node, finnc_tensor **in, size_t n)
{
    char text[1200];
    finnc_tensor *y;
    const char *inputs = n == 1   ? "float x"
                         : n == 2 ? "float x, float w"
                                  : "float x, float w, float b";
    snprintf(text, sizeof text, "<opset_import: [\"\": 13]> g (%s) => (float y) { %s }", inputs,
             node);
    finnc_model *model = read_text(cx, text);
    finnc_status status = finnc_node_eval(cx, finnc_graph_first_node(finnc_model_graph(model)),
                                          (const finnc_tensor *const *)in, n, &y, 1);
    cr_assert_eq(status, FINNC_OK, "%s\n%s", finnc_ctx_message(cx), text);
    finnc_model_destroy(model);
    return y;
}

static void check_conv(finnc_ctx *cx)
{
    shape s = draw_shape();
    char node[800], groups[40];
    int64_t filters = s.groups * s.out_channels, taps = product(s.kernel, s.rank);
    int64_t in_size = product(s.in, s.rank), out_size = product(s.out, s.rank);
    finnc_tensor *in[] = {draw_tensor(cx, s.images, s.groups * s.in_channels, s.in, s.rank),
                          draw_tensor(cx, filters, s.in_channels, s.kernel, s.rank),
                          draw_tensor(cx, filters, -1, s.in, 0)};
    snprintf(groups, sizeof groups, ", group = %lld", (long long)s.groups);
    snprintf(node, sizeof node, "y = Conv <%s> (x, w, b)", attributes(&s, groups));
    finnc_tensor *y = run(cx, node, in, 3);
    cr_assert_eq(finnc_tensor_nelems(y), s.images * filters * out_size, "%s", node);
    for (int64_t n = 0; n < s.images; n++)
        for (int64_t f = 0; f < filters; f++)
            for (int64_t o = 0; o < out_size; o++) {
                double sum = finnc_tensor_get(in[2], f);
                for (int64_t c = 0; c < s.in_channels; c++)
                    for (int64_t t = 0; t < taps; t++) {
                        int64_t at = under(&s, o, t);
                        int64_t plane = (n * s.groups + f / s.out_channels) * s.in_channels + c;
                        if (at >= 0)
                            sum += finnc_tensor_get(in[0], plane * in_size + at) *
                                   finnc_tensor_get(in[1], (f * s.in_channels + c) * taps + t);
                    }
                double have = finnc_tensor_get(y, (n * filters + f) * out_size + o);
                cr_assert_eq(have, sum, "%s: %g, should be %g", node, have, sum);
            }
    for (int i = 0; i < 3; i++)
        finnc_tensor_release(in[i]);
    finnc_tensor_release(y);
}

/* The transposed convolution adds what the convolution reads. */
static void check_conv_transpose(finnc_ctx *cx)
{
    shape s = draw_shape();
    char node[800], groups[40];
    int64_t taps = product(s.kernel, s.rank);
    for (int i = 0; i < s.rank; i++) { /* as ConvTranspose sizes its output: our `in` */
        s.in[i] = (s.out[i] - 1) * s.stride[i] + (s.kernel[i] - 1) * s.dilation[i] + 1 -
                  s.before[i] - s.after[i];
        if (s.in[i] <= 0)
            return;
    }
    int64_t in_size = product(s.in, s.rank), out_size = product(s.out, s.rank);
    finnc_tensor *in[] = {
        draw_tensor(cx, s.images, s.groups * s.in_channels, s.out, s.rank),
        draw_tensor(cx, s.groups * s.in_channels, s.out_channels, s.kernel, s.rank),
        draw_tensor(cx, s.groups * s.out_channels, -1, s.in, 0)};
    snprintf(groups, sizeof groups, ", group = %lld", (long long)s.groups);
    snprintf(node, sizeof node, "y = ConvTranspose <%s> (x, w, b)", attributes(&s, groups));
    finnc_tensor *y = run(cx, node, in, 3);
    int64_t count = s.images * s.groups * s.out_channels * in_size;
    double *want = calloc((size_t)count, sizeof *want);
    cr_assert_eq(finnc_tensor_nelems(y), count, "%s", node);
    for (int64_t i = 0; i < count; i++)
        want[i] = finnc_tensor_get(in[2], i / in_size % (s.groups * s.out_channels));
    for (int64_t n = 0; n < s.images * s.groups; n++)
        for (int64_t c = 0; c < s.in_channels; c++)
            for (int64_t m = 0; m < s.out_channels; m++)
                for (int64_t o = 0; o < out_size; o++)
                    for (int64_t t = 0; t < taps; t++) {
                        int64_t at = under(&s, o, t);
                        int64_t w =
                            ((n % s.groups * s.in_channels + c) * s.out_channels + m) * taps;
                        if (at >= 0)
                            want[(n * s.out_channels + m) * in_size + at] +=
                                finnc_tensor_get(in[0], (n * s.in_channels + c) * out_size + o) *
                                finnc_tensor_get(in[1], w + t);
                    }
    for (int64_t i = 0; i < count; i++)
        cr_assert_eq(finnc_tensor_get(y, i), want[i], "%s: element %lld", node, (long long)i);
    free(want);
    for (int i = 0; i < 3; i++)
        finnc_tensor_release(in[i]);
    finnc_tensor_release(y);
}

static void check_pools(finnc_ctx *cx)
{
    shape s = draw_shape();
    char node[800];
    for (int i = 0; i < s.rank; i++) { /* a window in the padding alone has no greatest element */
        s.before[i] = s.before[i] < s.kernel[i] ? s.before[i] : 0;
        s.after[i] = 0;
        s.out[i] =
            (s.in[i] + s.before[i] - (s.kernel[i] - 1) * s.dilation[i] - 1) / s.stride[i] + 1;
    }
    int64_t taps = product(s.kernel, s.rank), in_size = product(s.in, s.rank),
            out_size = product(s.out, s.rank);
    finnc_tensor *x = draw_tensor(cx, s.images, s.in_channels, s.in, s.rank);
    snprintf(node, sizeof node, "y = MaxPool <%s> (x)", attributes(&s, ""));
    finnc_tensor *y = run(cx, node, &x, 1);
    cr_assert_eq(finnc_tensor_nelems(y), s.images * s.in_channels * out_size, "%s", node);
    for (int64_t i = 0; i < finnc_tensor_nelems(y); i++) {
        double greatest = -100;
        for (int64_t t = 0; t < taps; t++) {
            int64_t at = under(&s, i % out_size, t);
            double v = at < 0 ? -100 : finnc_tensor_get(x, i / out_size * in_size + at);
            greatest = v > greatest ? v : greatest;
        }
        if (greatest > -100) /* dilation may have left the window in the padding */
            cr_assert_eq(finnc_tensor_get(y, i), greatest, "%s: element %lld", node, (long long)i);
    }
    finnc_tensor_release(y);
    finnc_tensor_release(x);
}

#define MANY_TIMES(name, check)                                                                    \
    Test(windows, name)                                                                            \
    {                                                                                              \
        finnc_ctx *cx = finnc_ctx_create(NULL);                                                    \
        for (state = 1; state < 400;) {                                                            \
            uint64_t seed = state;                                                                 \
            check(cx);                                                                             \
            state = seed + 1;                                                                      \
        }                                                                                          \
        cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");                                       \
        finnc_ctx_destroy(cx);                                                                     \
    }
MANY_TIMES(convolutions_of_any_shape_are_the_plain_sum, check_conv)
MANY_TIMES(transposed_convolutions_add_what_convolutions_read, check_conv_transpose)
MANY_TIMES(max_pools_of_any_shape_find_the_greatest, check_pools)

Test(windows, integers_stay_exact_where_floats_skip_them)
{
    /* 3 * 8000 * 701 = 16,824,000 is beyond 2^24, and odd sums are there. */
    check_output("g () => (float[1,1,1] y) <float[1,3,1] x {INT16} = {8001, 8001, 8001},"
                 " float[1,3,1] w {INT16} = {701, 701, 701}> { y = Conv(x, w) }",
                 "[1,1,1]", 1, 16826103);
    check_output(
        "g () => (float[1] z) <float[2] a {INT32} = {16777216, 1}, float[2] b {INT8} = {1, 1},"
        " float[1] c = {-16777216}> { y = MatMul(a, b) z = Add(y, c) }",
        "[1]", 0, 0); /* 2^24 + 1 rounds to even when it is stored */
    check_output("g () => (float y) <float[3] a {INT32} = {16777216, 1, -16777216},"
                 " float[3] b {INT8} = {1, 1, 1}> { y = MatMul(a, b) }",
                 "[]", 0, 1);
}

Test(windows, nonsense_is_refused_with_words)
{
    check_run_fails("g () => (float y) <float[1,2,3] x = {1,2,3,4,5,6}, float[1,1,1] w = {1}> {"
                    " y = Conv(x, w) }",
                    FINNC_BAD_VALUE, "weights take 1 channels in 1 group(s), the input has 2");
    check_run_fails("g () => (float y) <float[1,1,3] x = {1,2,3}, float[1,1,5] w = {1,1,1,1,1}> {"
                    " y = Conv(x, w) }",
                    FINNC_BAD_VALUE, "a kernel of 5 (dilated by 1) does not fit into 3 elements");
    check_run_fails("g () => (float y) <float[1,1,3] x = {1,2,3}, float[1,1,1] w = {1}> {"
                    " y = Conv <strides = [0]> (x, w) }",
                    FINNC_BAD_VALUE, "attribute strides holds 0");
    check_run_fails("g () => (float y) <float[1,1,3] x = {1,2,3}, float[1,1,1] w = {1}> {"
                    " y = Conv <pads = [4611686018427387904, 4611686018427387904]> (x, w) }",
                    FINNC_BAD_VALUE, "attribute pads holds 4611686018427387904");
}
