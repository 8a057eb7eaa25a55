/* Networks at random on both engines. */
#include "networks.h"

TestSuite(random_networks, .init = setup, .fini = teardown);

typedef struct image_of {
    int number; /* of the value: v0, v1... */
    int c, h, w;
} image_of;

/* A text that grows: constants in `head`, nodes in `body`. */
typedef struct network {
    char head[1 << 15], body[1 << 14];
    uint64_t seed;
    image_of images[64]; /* codes of few levels */
    int nimages, nvalues, nconstants;
} network;

static int pick(network *n, int low, int high)
{
    return low + (int)(draw(&n->seed) % (unsigned)(high - low + 1));
}

#define PUT(text, ...) snprintf((text) + strlen(text), sizeof(text) - strlen(text), __VA_ARGS__)

/* A layer's sums, of about that many terms, become codes. */
static void put_thresholds(network *n, int sums, image_of image, int terms)
{
    static const int counts[] = {1, 1, 2, 3, 7};
    int count = counts[pick(n, 0, 4)], spread = 2, k = n->nconstants++;
    while (spread * spread < terms)
        spread++;
    PUT(n->head, ", float[1,%d] k%d = {", count, k);
    for (int j = 0; j < count; j++)
        PUT(n->head, "%s%d", j ? ", " : "", (2 * j - count + 1) * spread / 2 + pick(n, 0, 1));
    PUT(n->head, "}");
    image.number = n->nvalues++;
    bool is_bipolar = count == 1 && pick(n, 0, 1);
    PUT(n->body, "v%d = " MT "<out_scale = %d.0, out_bias = %d.0>(v%d, k%d)\n", image.number,
        is_bipolar ? 2 : 1, is_bipolar ? -1 : pick(n, -count, 0), sums, k);
    if (pick(n, 0, 3) == 0) {
        PUT(n->body, "v%d = Mul(v%d, scale)\n", n->nvalues, image.number);
        image.number = n->nvalues++;
    }
    n->images[n->nimages++] = image;
}

static void put_conv(network *n, image_of x)
{
    int groups = pick(n, 0, 2) == 0 ? x.c : pick(n, 0, 1) && x.c % 2 == 0 ? 2 : 1;
    int channels = groups * (groups == x.c ? pick(n, 1, 2) : pick(n, 1, 40 / groups + 1));
    int kernel = pick(n, 1, x.h < 3 || x.w < 3 ? 1 : 3), pad = pick(n, 0, kernel / 2);
    int dilation = kernel > 1 && x.h >= 5 && x.w >= 5 ? pick(n, 1, 2) : 1;
    int stride = pick(n, 1, 2), span = (kernel - 1) * dilation + 1, k = n->nconstants++;
    int weights = channels * x.c / groups * kernel * kernel;
    bool is_scaled = pick(n, 0, 3) == 0;
    PUT(n->head, ", float[%d,%d,%d,%d] k%d {INT3} = @%s(%d)", channels, x.c / groups, kernel,
        kernel, k, pick(n, 0, 1) ? "signs" : "ints", weights);
    if (is_scaled) {
        PUT(n->head, ", float[%d,1,1,1] s%d = @positive(%d), float[%d,%d,%d,%d] q%d", channels, k,
            channels, channels, x.c / groups, kernel, kernel, k);
        PUT(n->body, "q%d = Mul(s%d, k%d)\n", k, k, k);
    }
    PUT(n->body,
        "v%d = Conv<group = %d, pads = [%d, %d, %d, %d], strides = [%d, %d], dilations ="
        " [%d, %d]>(v%d, %c%d)\n",
        n->nvalues, groups, pad, pad, pad, pad, stride, stride, dilation, dilation, x.number,
        is_scaled ? 'q' : 'k', k);
    const image_of y = {.c = channels,
                        .h = (x.h + 2 * pad - span) / stride + 1,
                        .w = (x.w + 2 * pad - span) / stride + 1};
    put_thresholds(n, n->nvalues++, y, weights / channels);
}

static void put_pool(network *n, image_of x)
{
    image_of y = {.number = n->nvalues++, .c = x.c, .h = x.h / 2, .w = x.w - 1};
    bool is_average = pick(n, 0, 1);
    PUT(n->body, "v%d = %s<kernel_shape = [2, 2], strides = [2, 1]>(v%d)\n", y.number,
        is_average ? "AveragePool" : "MaxPool", x.number);
    if (is_average)
        put_thresholds(n, y.number, y, 1);
    else
        n->images[n->nimages++] = y;
}

/* With an image of the same size and, to be added, of as many channels: the first one that there
 * is, or itself. */
static void put_both(network *n, image_of x, bool is_sum)
{
    image_of with = x, y = {.number = n->nvalues++, .c = x.c, .h = x.h, .w = x.w};
    for (int i = n->nimages; i-- > 0;) {
        const image_of *other = &n->images[i];
        if (other->h == x.h && other->w == x.w && (!is_sum || other->c == x.c))
            with = *other;
    }
    PUT(n->body, is_sum ? "v%d = Add(v%d, v%d)\n" : "v%d = Concat<axis = 1>(v%d, v%d)\n", y.number,
        x.number, with.number);
    y.c = is_sum ? x.c : x.c + with.c;
    n->images[n->nimages++] = y;
}

static void put_part(network *n, image_of x)
{
    int first = pick(n, 0, x.c - 1), k = n->nconstants;
    image_of y = {.number = n->nvalues++, .c = pick(n, 1, x.c - first), .h = x.h, .w = x.w};
    n->nconstants += 3;
    PUT(n->head, ", int64[1] k%d = {%d}, int64[1] k%d = {%d}, int64[1] k%d = {1}", k, first, k + 1,
        first + y.c, k + 2);
    PUT(n->body, "v%d = Slice(v%d, k%d, k%d, k%d)\n", y.number, x.number, k, k + 1, k + 2);
    n->images[n->nimages++] = y;
}

static void put_layer(network *n)
{
    image_of x = n->images[pick(n, n->nimages > 2 ? n->nimages - 3 : 0, n->nimages - 1)];
    int what = pick(n, 0, 7);
    if (what == 4 && x.h >= 4 && x.w >= 4)
        put_pool(n, x);
    else if (what == 5 && x.c <= 40)
        put_both(n, x, false);
    else if (what == 6)
        put_both(n, x, true);
    else if (what == 7)
        put_part(n, x);
    else
        put_conv(n, x);
}

/* Behind the last image: a product with all of it, an average, or itself. */
static void put_end(network *n)
{
    image_of x = n->images[n->nimages - 1];
    int size = x.c * x.h * x.w, k = n->nconstants++, v = n->nvalues;
    PUT(n->head, ", float[5,%d] k%d = @ints(%d), float[1,5] kb = @reals(5)", size, k, 5 * size);
    PUT(n->body, "v%d = Flatten(v%d) y0 = Gemm<transB = 1>(v%d, k%d, kb)\n", v, x.number, v, k);
    PUT(n->body, "y1 = GlobalAveragePool(v%d)\n", x.number);
}

static void check_network(uint64_t seed, size_t *nfast, size_t *nnodes)
{
    static network n;
    n = (network){.seed = seed, .nvalues = 1, .nimages = 1};
    static const char *const types[] = {"UINT8", "INT4", "UINT2", "BIPOLAR", "INT3"};
    n.images[0] = (image_of){0, pick(&n, 1, 9), pick(&n, 4, 9), pick(&n, 4, 9)};
    const image_of x = n.images[0];
    for (int i = pick(&n, 2, 9); i > 0; i--)
        put_layer(&n);
    put_end(&n);
    static char text[1 << 16];
    snprintf(text, sizeof text,
             HEAD "n (float[N,%d,%d,%d] v0 {%s}) => (y0, y1) <float scale = {0.37}%s> { %s }", x.c,
             x.h, x.w, types[pick(&n, 0, 4)], n.head, n.body);
    const int64_t batches[] = {1, pick(&n, 2, 9), pick(&n, 33, 600)};
    check_equal(text, 0, batches, 3);
    char *whole = expand(text, 7);
    finnc_model *model = read_text(cx, whole);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    *nfast += count_fast(fast);
    *nnodes += finnc_session_nnodes(fast);
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
    free(whole);
}

/* Most of their nodes are fast: what is not, is sums of what is not in the same steps. */
Test(random_networks, networks_at_random)
{
    size_t nfast = 0, nnodes = 0;
    for (uint64_t seed = 1; seed <= 40; seed++)
        check_network(seed, &nfast, &nnodes);
    cr_assert_gt(10 * nfast, 8 * nnodes, "%zu of %zu nodes are fast", nfast, nnodes);
}
