/* Every set of kernels that this machine can run, on layers of odd sizes, against sums done one by
 * one. */
#include "interp/fast/pack.h"
#include "interp/fast/put_bytes.h"
#include "interp/fast/slice.h"

#include "tile_model.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#define put_tile put_bytes
#include "interp/fast/tile_body.h"

static finnc_ctx *cx;
static fnc_arena arena;
static uint64_t seed;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    fnc_arena_init(&arena, cx);
    seed = 88172645463325252u;
}

static void teardown(void)
{
    fnc_arena_clear(&arena);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(kernels, .init = setup, .fini = teardown);

static int draw(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

typedef struct sizes {
    int64_t c, h, w, channels, kernel, stride, dilation, thresholds;
    int64_t groups;               /* 0: 1 */
    int most;                     /* of weights; 0: 127 */
    int high;                     /* of the input's codes */
    bool is_bipolar, wants_bytes; /* of the output */
} sizes;

typedef struct layer_of {
    fnc_program p;
    fnc_digits digits[2];
    fnc_layer layer;
    fnc_dot dot;
    uint8_t *codes; /* by pixel and channel */
    uint8_t *in;
    size_t out_nbytes;
} layer_of;

static int compare_ints(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void make_layer(layer_of *t, const sizes *s)
{
    int64_t groups = s->groups ? s->groups : 1, most = s->most ? s->most : 127;
    int64_t terms = s->kernel * s->kernel * s->c / groups, span = (s->kernel - 1) * s->dilation + 1;
    *t = (layer_of){.digits = {{.h = s->h, .w = s->w, .c = s->c, .high = s->high},
                               {.h = (s->h - span) / s->stride + 1,
                                .w = (s->w - span) / s->stride + 1,
                                .c = s->channels,
                                .high = (int32_t)s->thresholds,
                                .is_sum = s->thresholds == 0}},
                    .layer = {.kind = FNC_LAYER_DOT,
                              .out = 1,
                              .kh = s->kernel,
                              .kw = s->kernel,
                              .sh = s->stride,
                              .sw = s->stride,
                              .dh = s->dilation,
                              .dw = s->dilation,
                              .groups = groups,
                              .is_bipolar = s->is_bipolar,
                              .nthresholds = s->thresholds}};
    t->p = (fnc_program){.digits = t->digits, .ndigits = 2, .layers = &t->layer, .nlayers = 1};
    t->layer.weights = FNC_NEW_ARRAY(&arena, int8_t, (size_t)(terms * s->channels));
    t->layer.thresholds = FNC_NEW_ARRAY(&arena, int32_t, (size_t)(s->channels * s->thresholds) + 1);
    for (int64_t i = 0; i < terms * s->channels; i++)
        t->layer.weights[i] =
            (int8_t)(s->is_bipolar ? 2 * draw(2) - 1 : draw(2 * (int)most + 1) - most);
    for (int64_t o = 0; o < s->channels; o++) {
        for (int64_t j = 0; j < s->thresholds; j++)
            t->layer.thresholds[o * s->thresholds + j] = draw(11) - 5;
        if (s->thresholds && draw(8) == 0)
            t->layer.thresholds[o * s->thresholds] = draw(2) ? INT32_MIN : INT32_MAX;
        qsort(t->layer.thresholds + o * s->thresholds, (size_t)s->thresholds, sizeof(int32_t),
              compare_ints);
    }
    cr_assert_eq(fnc_pack_digits(cx, &arena, &t->p), FINNC_OK);
    if (s->wants_bytes && t->digits[1].is_packed) {
        t->digits[1].is_packed = false;
        t->digits[1].pixel = (size_t)(s->channels + 3) / 4 * 4;
    }
    cr_assert_eq(fnc_pack_dot(cx, &arena, &t->p, &t->layer, &t->dot), FINNC_OK);
}

static void fill_input(layer_of *t)
{
    const fnc_digits *d = &t->digits[0];
    int64_t pixels = d->h * d->w;
    t->codes = FNC_NEW_ARRAY(&arena, uint8_t, (size_t)(pixels * d->c));
    t->in = fnc_pack_alloc(&arena, 1, pixels * (int64_t)d->pixel + 64);
    for (int64_t i = 0; i < pixels * d->c; i++) {
        uint8_t code = (uint8_t)draw(d->high + 1);
        uint8_t *pixel = t->in + (size_t)(i / d->c) * d->pixel;
        t->codes[i] = code;
        if (d->is_packed)
            pixel[i % d->c / 8] |= (uint8_t)(code << i % d->c % 8);
        else
            pixel[i % d->c] = code;
    }
    t->out_nbytes = (size_t)(t->digits[1].h * t->digits[1].w) * t->digits[1].pixel;
}

static int32_t sum_at(const layer_of *t, int64_t y, int64_t x, int64_t o)
{
    const fnc_layer *l = &t->layer;
    const fnc_digits *d = &t->digits[0];
    int64_t depth = d->c / l->groups, first = o / (t->digits[1].c / l->groups) * depth;
    int32_t sum = 0;
    for (int64_t ky = 0; ky < l->kh; ky++)
        for (int64_t kx = 0; kx < l->kw; kx++)
            for (int64_t c = 0; c < depth; c++) {
                int64_t pixel = (y * l->sh + ky * l->dh) * d->w + x * l->sw + kx * l->dw;
                sum += l->weights[((o * l->kh + ky) * l->kw + kx) * depth + c] *
                       t->codes[pixel * d->c + first + c];
            }
    return sum;
}

static int32_t wanted_at(const layer_of *t, int64_t y, int64_t x, int64_t o)
{
    int32_t sum = sum_at(t, y, x, o), code = 0;
    for (int64_t j = 0; j < t->layer.nthresholds; j++)
        code += sum >= t->layer.thresholds[o * t->layer.nthresholds + j];
    return t->layer.nthresholds ? code : sum;
}

static int32_t have_at(const layer_of *t, const uint8_t *out, int64_t y, int64_t x, int64_t o)
{
    const fnc_digits *d = &t->digits[1];
    const uint8_t *pixel = out + (size_t)(y * d->w + x) * d->pixel;
    if (d->is_sum)
        return ((const int32_t *)(const void *)pixel)[o];
    return d->is_packed ? pixel[o / 8] >> o % 8 & 1 : pixel[o];
}

/* Blocks that begin somewhere else are run by themselves. */
static void run_blocks(const fnc_isa *isa, const layer_of *t, const fnc_dot_job *job)
{
    void (*kernel)(const fnc_dot_job *) = t->dot.is_each           ? isa->dot_each
                                          : t->digits[0].is_packed ? isa->dot_bits
                                                                   : isa->dot_bytes;
    if (!t->dot.starts)
        kernel(job);
    for (int64_t b = job->block; t->dot.starts && b < job->block_end; b++) {
        fnc_dot_job part = *job;
        part.in += t->dot.starts[b];
        part.block = b;
        part.block_end = b + 1;
        kernel(&part);
    }
}

/* In parts, as threads would, with a mark behind the output. */
static void check_isa(const fnc_isa *isa, const layer_of *t)
{
    const fnc_digits *d = &t->digits[1];
    uint8_t *out = fnc_pack_alloc(&arena, 1, (int64_t)t->out_nbytes + 8);
    int64_t half_h = d->h / 2, half = t->dot.blocks / 2;
    memset(out + t->out_nbytes, 0xa5, 8);
    for (int part = 0; part < 4; part++) {
        const fnc_dot_job job = {.dot = &t->dot,
                                 .in = t->in,
                                 .out = out,
                                 .width = d->w,
                                 .out_row = d->w * (int64_t)d->pixel,
                                 .out_pixel = (int64_t)d->pixel,
                                 .row = part & 1 ? half_h : 0,
                                 .row_end = part & 1 ? d->h : half_h,
                                 .block = part & 2 ? half : 0,
                                 .block_end = part & 2 ? t->dot.blocks : half};
        run_blocks(isa, t, &job);
    }
    for (int64_t y = 0; y < d->h; y++)
        for (int64_t x = 0; x < d->w; x++)
            for (int64_t o = 0; o < d->c; o++)
                cr_assert_eq(have_at(t, out, y, x, o), wanted_at(t, y, x, o),
                             "%s: channel %d at %d, %d", isa->name, (int)o, (int)y, (int)x);
    for (int i = 0; i < 8; i++)
        cr_assert_eq(out[t->out_nbytes + (size_t)i], 0xa5, "%s writes too far", isa->name);
}

/* What amx does with bytes, however few there are, on tiles in plain C. */
static void dot_model_of_tiles(const fnc_dot_job *job)
{
    cr_assert(job->dot->units <= TILE_MAX_UNITS);
    dot_tiles(job);
}

static void check_isas(const layer_of *t)
{
    for (size_t i = 0; i < fnc_nisas; i++)
        if (fnc_isas[i]->is_here())
            check_isa(fnc_isas[i], t);
    if (!t->digits[0].is_packed && !t->dot.is_each)
        check_isa(&(fnc_isa){.name = "tiles", .dot_bytes = dot_model_of_tiles}, t);
}

/* The same image in every place of a slice but the first, which is empty: so a kernel that mixes
 * images is found. */
static void check_slices(const fnc_isa *isa, const layer_of *t)
{
    const fnc_digits *in = &t->digits[0], *out = &t->digits[1];
    fnc_slice_dot dot;
    cr_assert_eq(fnc_slice_pack(cx, &arena, &t->p, &t->layer, isa->slice, &dot), FINNC_OK);
    int64_t n = in->h * in->w * in->c * dot.planes,
            each = out->is_sum ? 2 * dot.bits : dot.out_planes;
    uint8_t *planes = fnc_pack_alloc(&arena, isa->slice, n);
    uint8_t *made = fnc_pack_alloc(&arena, isa->slice, out->h * out->w * out->c * each);
    for (int64_t i = 0; i < n; i++)
        if (t->codes[i / dot.planes] >> i % dot.planes & 1) {
            memset(planes + (size_t)i * isa->slice, 0xff, isa->slice);
            planes[(size_t)i * isa->slice] = 0xfe;
        }
    const fnc_slice_job job = {.dot = &dot,
                               .in = planes,
                               .out = made,
                               .scratch = fnc_pack_alloc(&arena, isa->slice, FNC_SLICE_SCRATCH),
                               .width = out->w,
                               .end = out->h * out->w,
                               .group_end = dot.ngroups,
                               .step_h = t->layer.sh * in->w * in->c * dot.planes,
                               .step_w = t->layer.sw * in->c * dot.planes,
                               .out_step = out->c * each};
    isa->slice_dot(&job);
    for (int64_t y = 0; y < out->h; y++)
        for (int64_t x = 0; x < out->w; x++)
            for (int64_t o = 0; o < out->c; o++)
                for (int64_t image = 1; image < (int64_t)isa->slice * 8; image += 61) {
                    int32_t have = 0;
                    for (int64_t b = 0; b < each; b++) {
                        int64_t plane = ((y * out->w + x) * out->c + o) * each + b;
                        int bit =
                            made[(size_t)plane * isa->slice + (size_t)image / 8] >> image % 8 & 1;
                        bool is_less = out->is_sum && b >= dot.bits;
                        have += is_less ? -(bit << (b - dot.bits)) : bit << b;
                    }
                    cr_assert_eq(have, wanted_at(t, y, x, o), "%s: image %d, channel %d: %d",
                                 isa->name, (int)image, (int)o, have);
                }
}

static void check(const sizes *s)
{
    layer_of t;
    make_layer(&t, s);
    fill_input(&t);
    check_isas(&t);
    for (size_t i = 0; i < fnc_nisas && s->high <= 15; i++)
        if (fnc_isas[i]->is_here())
            check_slices(fnc_isas[i], &t);
    fnc_arena_clear(&arena);
}

static const int64_t counts[] = {1, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65};
enum { NCOUNTS = sizeof counts / sizeof *counts };

Test(kernels, bits_and_bytes_at_sizes_around_their_tiles)
{
    for (int c = 0; c < NCOUNTS; c++)
        for (int o = 0; o < NCOUNTS; o++)
            for (int high = 1; high <= 255; high += 254)
                check(&(sizes){.c = counts[c],
                               .channels = counts[o],
                               .h = 4,
                               .w = 6 + (c + o) % 4,
                               .kernel = 1 + (c + o) % 3,
                               .stride = 1,
                               .dilation = 1,
                               .thresholds = (c + o) % 3,
                               .high = high,
                               .is_bipolar = true});
}

Test(kernels, strides_dilations_and_many_thresholds)
{
    for (int k = 0; k < 32; k++)
        check(&(sizes){.c = 1 + k * 5 % 70,
                       .channels = 5 + k,
                       .h = 9,
                       .w = 11,
                       .kernel = 1 + k % 3,
                       .stride = 1 + k / 3 % 2,
                       .dilation = 1 + k / 6 % 2,
                       .thresholds = k % 4 ? k % 4 * 2 - 1 : 0,
                       .high = k % 2 ? 1 : 3,
                       .is_bipolar = k % 3 != 0,
                       .wants_bytes = k % 5 == 0});
}

Test(kernels, channels_by_themselves_at_sizes_around_their_tiles)
{
    static const int64_t channels[] = {2, 7, 8, 31, 32, 33, 63, 64, 65};
    for (int k = 0; k < 9 * 12; k++)
        check(&(sizes){.c = channels[k % 9],
                       .channels = channels[k % 9],
                       .groups = channels[k % 9],
                       .h = 5,
                       .w = 5 + k % 7,
                       .kernel = 1 + k % 3,
                       .stride = 1 + k / 3 % 2,
                       .dilation = 1 + k / 6 % 2,
                       .thresholds = k % 4 ? k % 4 * 2 - 1 : 0,
                       .high = k % 5 ? 1 + k % 15 : 255,
                       .most = k % 2 ? 7 : 127,
                       .is_bipolar = k % 3 == 0,
                       .wants_bytes = k % 5 == 0});
}

Test(kernels, groups_of_channels)
{
    for (int k = 0; k < 96; k++) {
        int64_t groups = 2 + k % 5, depth = k % 3 ? 1 + k % 19 : 64 * (1 + k / 3 % 2);
        check(&(sizes){.c = groups * depth,
                       .channels = groups * (k % 4 ? 1 + k / 4 : 8),
                       .groups = groups,
                       .h = 4,
                       .w = 5 + k % 4,
                       .kernel = 1 + k % 2,
                       .stride = 1 + k / 2 % 2,
                       .dilation = 1,
                       .thresholds = k % 4 ? k % 4 * 2 - 1 : 0,
                       .high = k % 2 ? 1 : 3,
                       .most = 3,
                       .is_bipolar = k % 3 == 0});
    }
}

/* A tile has 16 pixels, 16 units of 4 codes and 16 channels, of four blocks at a time. */
Test(kernels, layers_around_the_sizes_of_tiles)
{
    for (int k = 0; k < 27; k++)
        check(&(sizes){.c = 60 + k % 3 * 4,
                       .channels = 63 + k % 4,
                       .h = 1 + k % 5,
                       .w = 15 + k % 4,
                       .kernel = 1 + k % 2 * (k % 5 > 0),
                       .stride = 1,
                       .dilation = 1,
                       .thresholds = k % 3,
                       .high = 255,
                       .is_bipolar = k % 4 == 0,
                       .wants_bytes = k % 5 == 0});
}

/* Words are counted one by one or three at a time, up to 31 in bytes. */
Test(kernels, every_number_of_words)
{
    for (int k = 1; k <= 68; k++)
        check(&(sizes){.c = 64 * k - k % 3,
                       .channels = 9,
                       .h = 1,
                       .w = 1 + k % 5,
                       .kernel = 1,
                       .stride = 1,
                       .dilation = 1,
                       .thresholds = k % 2,
                       .high = 1,
                       .is_bipolar = true});
}

/* The most that a word can count: 64, in all 8 bits of each byte. */
Test(kernels, words_that_differ_in_every_bit)
{
    for (int k = 1; k <= 70; k += 3) {
        layer_of t;
        make_layer(&t, &(sizes){.c = 64 * k,
                                .channels = 16,
                                .h = 1,
                                .w = 5,
                                .kernel = 1,
                                .stride = 1,
                                .dilation = 1,
                                .high = 1,
                                .is_bipolar = true});
        memset(t.layer.weights, 1, (size_t)(64 * k * 16));
        cr_assert_eq(fnc_pack_dot(cx, &arena, &t.p, &t.layer, &t.dot), FINNC_OK);
        fill_input(&t);
        memset(t.codes, 0, (size_t)(5 * 64 * k));
        memset(t.in, 0, 5 * t.digits[0].pixel);
        check_isas(&t);
        fnc_arena_clear(&arena);
    }
}

/* Every code is `high` and every weight 127 or -127: two products fit into 16 bits up to 129. */
static void check_largest(int high)
{
    layer_of t;
    make_layer(&t, &(sizes){.c = 640,
                            .channels = 16,
                            .h = 1,
                            .w = 1,
                            .kernel = 1,
                            .stride = 1,
                            .dilation = 1,
                            .high = high});
    memset(t.layer.weights, 127, 640);
    memset(t.layer.weights + 640, -127, 640);
    cr_assert_eq(fnc_pack_dot(cx, &arena, &t.p, &t.layer, &t.dot), FINNC_OK);
    fill_input(&t);
    memset(t.codes, high, 640);
    memset(t.in, high, 640);
    check_isas(&t);
    fnc_arena_clear(&arena);
}

Test(kernels, the_largest_codes_and_weights)
{
    for (int high = 126; high <= 131; high++)
        check_largest(high);
    check_largest(255);
}

Test(kernels, all_are_listed)
{
    finnc_isa isa;
    for (size_t i = 0; i < fnc_nisas; i++) {
        cr_assert(finnc_isa_at(i, &isa));
        cr_assert_str_eq(isa.name, fnc_isas[i]->name);
        cr_assert_str_eq(isa.needs, fnc_isas[i]->needs);
        cr_assert_eq(isa.is_here, fnc_isas[i]->is_here());
        cr_assert_eq(isa.is_untried, fnc_isas[i]->is_untried);
    }
    cr_assert_not(finnc_isa_at(fnc_nisas, &isa));
}

Test(kernels, one_may_be_asked_for)
{
    const fnc_isa *isa;
    setenv("FINNC_ISA", "portable", 1);
    cr_assert_eq(fnc_isa_choose(cx, NULL, &isa), FINNC_OK);
    cr_assert_str_eq(isa->name, "portable");
    setenv("FINNC_ISA", "abacus", 1);
    cr_assert_eq(fnc_isa_choose(cx, "portable", &isa), FINNC_OK, "the environment came first");
    cr_assert_str_eq(isa->name, "portable");
    cr_assert_eq(fnc_isa_choose(cx, "", &isa), FINNC_BAD_VALUE);
    cr_assert_eq(fnc_isa_choose(cx, "quipu", &isa), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "the instruction set is quipu"), "%s",
              finnc_ctx_message(cx));
    cr_assert_eq(fnc_isa_choose(cx, NULL, &isa), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "FINNC_ISA is abacus"), "%s", finnc_ctx_message(cx));
    for (size_t i = 0; i < fnc_nisas; i++)
        cr_assert(strstr(finnc_ctx_message(cx), fnc_isas[i]->name), "%s is not listed",
                  fnc_isas[i]->name);
    unsetenv("FINNC_ISA");
    cr_assert_eq(fnc_isa_choose(cx, NULL, &isa), FINNC_OK);
    cr_assert(isa->is_here());
    cr_assert_not(isa->is_untried, "nobody asked for %s", isa->name);
}

Test(kernels, squares_of_bits_are_turned)
{
    for (size_t i = 0; i < fnc_nisas; i++) {
        const fnc_isa *isa = fnc_isas[i];
        size_t images = isa->slice * 8;
        uint64_t *words = FNC_NEW_ARRAY(&arena, uint64_t, 3 * images);
        uint8_t *planes = fnc_pack_alloc(&arena, isa->slice, 2 * 64);
        for (size_t k = 0; k < 3 * images; k++)
            words[k] = (uint64_t)draw(1 << 30) << 34 ^ (uint64_t)draw(1 << 30) << 10;
        if (!isa->is_here())
            continue;
        isa->slice_transpose(words + 1, 3, planes, 40, 2);
        for (size_t image = 0; image < images; image++)
            for (size_t k = 0; k < 64; k++)
                cr_assert_eq(planes[2 * k * isa->slice + image / 8] >> image % 8 & 1,
                             k < 40 ? (int)(words[3 * image + 1] >> k & 1) : 0, "%s", isa->name);
    }
}

Test(kernels, the_larger_of_two_codes)
{
    for (size_t i = 0; i < fnc_nisas; i++) {
        const fnc_isa *isa = fnc_isas[i];
        enum { CODES = 16 };
        uint8_t *a = fnc_pack_alloc(&arena, isa->slice, 4 * CODES * CODES);
        uint8_t *b = fnc_pack_alloc(&arena, isa->slice, 4 * CODES * CODES);
        if (!isa->is_here())
            continue;
        for (size_t k = 0; k < 4 * CODES * CODES; k++) {
            memset(a + k * isa->slice, k / 4 / CODES >> k % 4 & 1 ? 0xff : 0, isa->slice);
            memset(b + k * isa->slice, k / 4 % CODES >> k % 4 & 1 ? 0xff : 0, isa->slice);
        }
        isa->slice_max(a, b, CODES * CODES, 4);
        for (size_t k = 0; k < 4 * CODES * CODES; k++) {
            size_t x = k / 4 / CODES, y = k / 4 % CODES, most = x > y ? x : y;
            cr_assert_eq(a[k * isa->slice + 1], most >> k % 4 & 1 ? 0xff : 0, "%s", isa->name);
        }
    }
}

Test(kernels, numbers_are_read_as_codes)
{
    for (size_t i = 0; i < fnc_nisas; i++) {
        const fnc_isa *isa = fnc_isas[i];
        float x[99];
        uint8_t codes[99];
        if (!isa->is_here())
            continue;
        for (int stride = 1; stride <= 3; stride += 2)
            for (int n = 1; n <= 33; n += 4) {
                for (int k = 0; k < n * stride; k++)
                    x[k] = k % stride ? NAN : (float)(2 * (k / stride) - 7);
                cr_assert(isa->find_codes(x, n, stride, -7, 2, 32, codes));
                for (int k = 0; k < n; k++)
                    cr_assert_eq(codes[k], k);
                for (int bad = 0; bad < 5; bad++) {
                    static const float wrong[] = {NAN, 1e30f, -9, 0, 59};
                    float kept = x[(n - 1) * stride];
                    x[(n - 1) * stride] = wrong[bad];
                    cr_assert_not(isa->find_codes(x, n, stride, -7, 2, 32, codes), "%s: %g",
                                  isa->name, (double)wrong[bad]);
                    x[(n - 1) * stride] = kept;
                }
            }
    }
}

static uint8_t count_one_by_one(const fnc_stair *stair, float x)
{
    int code = 0;
    for (int64_t k = 1; k <= stair->n; k++)
        code += (stair->is_negated ? -x : x) >= stair->steps[k];
    return (uint8_t)code;
}

/* Few thresholds, many at even distances, and many that are some of them the same, -infinity or
 * never reached. */
Test(kernels, floats_are_held_against_thresholds)
{
    static const int numbers[] = {1, 2, FNC_STAIR_FEW, FNC_STAIR_FEW + 1, 100, 255};
    float steps[257], x[33 * 3];
    uint8_t codes[33];
    for (size_t t = 0; t < 4 * sizeof numbers / sizeof *numbers; t++) {
        int n = numbers[t / 4];
        fnc_stair stair = {.n = n, .steps = steps, .is_negated = t & 1};
        stair.has_guess = t & 2;
        stair.scale = 4;
        stair.first = -10 - 0.25f;
        steps[0] = -INFINITY;
        for (int k = 0; k < n; k++)
            steps[k + 1] = stair.has_guess ? -10 + k / 4.0f : -10 + (float)(k / 3);
        if (!stair.has_guess && n > 2) {
            steps[1] = -INFINITY;
            steps[n] = NAN;
        }
        steps[n + 1] = NAN;
        for (size_t i = 0; i < fnc_nisas; i++) {
            const fnc_isa *isa = fnc_isas[i];
            if (!isa->is_here() || !isa->count_steps)
                continue;
            for (int size = 1; size <= 33; size++) {
                int stride = size % 3 + 1, bad = draw(size);
                for (int k = 0; k < size * stride; k++)
                    x[k] = (float)draw(800) / 8 - 20;
                x[draw(size) * stride] = draw(2) ? INFINITY : -INFINITY;
                x[draw(size) * stride] = nextafterf(steps[draw(n) + 1], 0);
                x[bad * stride] = 3;
                for (int k = 0; k < size; k++)
                    if (isnan(x[k * stride]))
                        x[k * stride] = 0;
                cr_assert(isa->count_steps(x, size, stride, &stair, codes));
                for (int k = 0; k < size; k++)
                    cr_assert_eq(codes[k], count_one_by_one(&stair, x[k * stride]),
                                 "%s, %d thresholds: %g", isa->name, n, (double)x[k * stride]);
                x[bad * stride] = NAN;
                cr_assert_not(isa->count_steps(x, size, stride, &stair, codes));
            }
        }
    }
}

/* All pairs of codes below 8 and 4: what they become, and what they are together. */
Test(kernels, codes_are_mapped_and_added)
{
    enum { PAIRS = 32 };
    uint8_t map[PAIRS * 256] = {0};
    for (int c = 0; c < PAIRS; c++)
        for (int k = 0; k < 8; k++)
            map[256 * c + k] = (uint8_t)((5 * k + c) % 4);
    for (size_t i = 0; i < fnc_nisas; i++) {
        const fnc_isa *isa = fnc_isas[i];
        size_t size = isa->slice;
        uint8_t *a = fnc_pack_alloc(&arena, size, 3 * PAIRS);
        uint8_t *b = fnc_pack_alloc(&arena, size, 2 * PAIRS);
        uint8_t *sum = fnc_pack_alloc(&arena, size, 4 * PAIRS);
        uint8_t *mapped = fnc_pack_alloc(&arena, size, 2 * PAIRS);
        if (!isa->is_here())
            continue;
        for (size_t k = 0; k < PAIRS; k++) {
            for (size_t bit = 0; bit < 3; bit++)
                memset(a + (3 * k + bit) * size, k / 4 >> bit & 1 ? 0xff : 0, size);
            for (size_t bit = 0; bit < 2; bit++)
                memset(b + (2 * k + bit) * size, k % 4 >> bit & 1 ? 0xff : 0, size);
        }
        isa->slice_add(a, 3, b, 2, PAIRS, sum, 4);
        isa->slice_map(a, PAIRS, 3, 7, map, mapped, 2);
        for (size_t k = 0; k < PAIRS; k++) {
            for (size_t bit = 0; bit < 4; bit++)
                cr_assert_eq(sum[(4 * k + bit) * size + 3], (k / 4 + k % 4) >> bit & 1 ? 0xff : 0);
            for (size_t bit = 0; bit < 2; bit++)
                cr_assert_eq(mapped[(2 * k + bit) * size + size - 1],
                             map[256 * k + k / 4] >> bit & 1 ? 0xff : 0);
        }
    }
}
