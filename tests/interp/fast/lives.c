/* Digits that share memory, and where planes begin. */
#include "interp/fast/lives.h"
#include "interp/fast/slice.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

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

TestSuite(lives, .init = setup, .fini = teardown);

static size_t draw(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

static bool overlap(const fnc_room *a, const fnc_room *b)
{
    return a->life.first <= b->life.last && b->life.first <= a->life.last &&
           a->offset < b->offset + b->nbytes && b->offset < a->offset + a->nbytes;
}

Test(lives, nobody_overlaps_whom_he_meets)
{
    for (int round = 0; round < 200; round++) {
        enum { MOST = 60, MOMENTS = 20 };
        fnc_room rooms[MOST];
        size_t n = draw(MOST + 1), nbytes, end = 0;
        for (size_t i = 0; i < n; i++) {
            size_t first = draw(MOMENTS);
            rooms[i] = (fnc_room){.nbytes = draw(3) ? draw(1000) : 0,
                                  .life = {first, first + draw(MOMENTS - first)}};
        }
        cr_assert_eq(fnc_lives_lay_out(cx, &arena, rooms, n, &nbytes), FINNC_OK);
        for (size_t i = 0; i < n; i++) {
            if (rooms[i].nbytes == 0)
                continue;
            cr_assert_eq(rooms[i].offset % 64, 0);
            end = rooms[i].offset + rooms[i].nbytes > end ? rooms[i].offset + rooms[i].nbytes : end;
            for (size_t k = 0; k < i; k++)
                cr_assert(rooms[k].nbytes == 0 || !overlap(&rooms[i], &rooms[k]));
        }
        cr_assert_leq(end, nbytes);
    }
}

/* A chain needs room for two: what is read and what is written. */
Test(lives, a_chain_takes_no_more_as_it_grows)
{
    fnc_room rooms[100];
    size_t nbytes;
    for (size_t i = 0; i < 100; i++)
        rooms[i] = (fnc_room){.nbytes = 640, .life = {i, i + 1}};
    cr_assert_eq(fnc_lives_lay_out(cx, &arena, rooms, 100, &nbytes), FINNC_OK);
    cr_expect_eq(nbytes, 2 * 640);
    rooms[0].nbytes = SIZE_MAX - 10;
    cr_expect_eq(fnc_lives_lay_out(cx, &arena, rooms, 100, &nbytes), FINNC_NO_MEMORY);
}

/* ---- where planes begin ---- */

enum { BLOCKS = 200, LAYERS = 3 * BLOCKS };

/* Blocks of a convolution of bits, the sum with what went in, and a map to bits. */
static fnc_program residual(void)
{
    enum { C = 64 };
    fnc_program p = {.ndigits = LAYERS + 1, .nlayers = LAYERS, .flat = SIZE_MAX, .noutputs = 1};
    p.digits = FNC_NEW_ARRAY(&arena, fnc_digits, p.ndigits);
    p.layers = FNC_NEW_ARRAY(&arena, fnc_layer, p.nlayers);
    p.outputs = FNC_NEW(&arena, fnc_program_output);
    int8_t *weights = FNC_NEW_ARRAY(&arena, int8_t, C * C * 9);
    int32_t *thresholds = FNC_NEW_ARRAY(&arena, int32_t, C);
    cr_assert(p.digits && p.layers && p.outputs && weights && thresholds);
    memset(weights, 1, C * C * 9);
    for (size_t d = 0; d <= LAYERS; d++)
        p.digits[d] = (fnc_digits){.h = 8,
                                   .w = 8,
                                   .c = C,
                                   .high = d % 3 == 2 ? 2 : 1,
                                   .is_packed = d % 3 != 2,
                                   .pixel = C};
    for (size_t i = 0; i < LAYERS; i++) {
        fnc_layer *layer = &p.layers[i];
        *layer = (fnc_layer){.in = i, .in2 = i, .out = i + 1, .kh = 3, .kw = 3, .groups = 1};
        layer->kind = i % 3 == 0 ? FNC_LAYER_DOT : i % 3 == 1 ? FNC_LAYER_ADD : FNC_LAYER_MAP;
        if (layer->kind == FNC_LAYER_ADD)
            layer->in2 = i - 1;
        layer->weights = weights;
        layer->is_bipolar = true;
        layer->thresholds = thresholds;
        layer->nthresholds = 1;
    }
    p.outputs[0].digits = LAYERS;
    return p;
}

static size_t choose(const fnc_program *p, fnc_slice_mode mode)
{
    size_t first;
    fnc_life *lives = FNC_NEW_ARRAY(&arena, fnc_life, p->ndigits);
    cr_assert_not_null(lives);
    fnc_lives_find(p, lives);
    cr_assert_eq(fnc_slice_choose(cx, &arena, p, lives, mode, 64, &first), FINNC_OK);
    return first;
}

/* However many layers there are, for each of them saves something. */
Test(lives, planes_from_the_first_layer_on)
{
    fnc_program p = residual();
    cr_expect_eq(choose(&p, FNC_SLICE_ESTIMATED), 0);
    cr_expect_eq(choose(&p, FNC_SLICE_ALWAYS), 0);
    cr_expect_eq(choose(&p, FNC_SLICE_NEVER), p.nlayers);
}

/* Within a block two values are alive, so planes begin before or behind an Add. */
Test(lives, one_value_goes_in)
{
    fnc_program p = residual();
    p.digits[1].high = 255; /* which takes more planes than a code has */
    cr_expect_eq(choose(&p, FNC_SLICE_ALWAYS), 2, "with the sum that it goes into");
    p.digits[2].high = 255;
    cr_expect_eq(choose(&p, FNC_SLICE_ALWAYS), 3);
}

/* What comes out is made of planes, so it cannot be what goes in. */
Test(lives, an_output_in_the_middle)
{
    fnc_program p = residual();
    p.outputs[0].digits = 6;
    cr_expect_eq(choose(&p, FNC_SLICE_ALWAYS), 0);
    p.digits[5].high = 255;
    cr_expect_eq(choose(&p, FNC_SLICE_ALWAYS), p.nlayers);
}
