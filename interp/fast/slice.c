#include "slice.h"

#include "../patience.h"
#include "../team.h"
#include "codes.h"
#include "pack.h"
#include "times.h"

#include <stdatomic.h>
#include <string.h>

struct fnc_slice_plan {
    const fnc_program *p;
    const fnc_isa *isa;
    fnc_image_plan *images;
    size_t first;        /* layers before it are run image by image */
    size_t entry;        /* the digits that go in */
    fnc_slice_dot *dots; /* by layer */
    uint8_t **planes;    /* by digits that are here; they share memory */
    size_t *makers;      /* by digits: the layer */
    uint64_t *words;     /* of the entry: by image, then pixel, word and bit */
    int64_t words_step;  /* words of an image */
    uint8_t **scratch;   /* by thread */
    fnc_halt *halt;
    int threads;
};

bool fnc_slice_has(const fnc_slice_plan *plan, size_t i)
{
    return i >= plan->first;
}

double fnc_slice_adders(const fnc_slice_plan *plan, size_t i)
{
    const fnc_slice_dot *dot = &plan->dots[i];
    const fnc_digits *out = &plan->p->digits[plan->p->layers[i].out];
    double n = dot->all.n;
    for (int64_t g = 0; g < dot->ngroups; g++)
        for (int l = 0; l < dot->groups[g].nlists; l++)
            n += dot->groups[g].lists[l].n;
    return n * dot->planes * (double)(out->h * out->w);
}

int64_t fnc_slice_size(const fnc_slice_plan *plan)
{
    return (int64_t)plan->isa->slice * 8;
}

/* Planes that a channel takes: sums are two numbers, of which the second is taken away. */
static int64_t planes_of(const fnc_slice_plan *plan, size_t digits)
{
    const fnc_program *p = plan->p;
    const fnc_digits *d = &p->digits[digits];
    if (!d->is_sum)
        return fnc_slice_planes(d);
    return 2 * (int64_t)plan->dots[plan->makers[digits]].bits;
}

/* ---- in: bits of images to planes ---- */

/* The bits `b` of 64 codes. */
static uint64_t gather_bits(const uint8_t *codes, int64_t n, int b)
{
    uint64_t word = 0;
    int64_t k = 0;
    for (; k + 8 <= n; k += 8)
        word |= (uint64_t)fnc_eight_bits(codes + k, b) << k;
    for (; k < n; k++)
        word |= (uint64_t)(codes[k] >> b & 1) << k;
    return word;
}

static void put_words(const fnc_slice_plan *plan, const uint8_t *codes, uint64_t *words)
{
    const fnc_digits *d = &plan->p->digits[plan->entry];
    int planes = fnc_slice_planes(d);
    for (int64_t i = 0; i < d->h * d->w; i++, codes += d->pixel)
        for (int64_t c = 0; c < d->c; c += 64)
            for (int b = 0; b < planes; b++)
                if (d->is_packed)
                    memcpy(words++, codes + c / 8, sizeof *words);
                else
                    *words++ = gather_bits(codes + c, d->c - c < 64 ? d->c - c : 64, b);
}

static void transpose(const fnc_slice_plan *plan, fnc_share s)
{
    const fnc_digits *d = &plan->p->digits[plan->entry];
    int64_t planes = fnc_slice_planes(d), pixels = d->h * d->w;
    int64_t across = (d->c + 63) / 64 * planes;
    for (int64_t i = fnc_cut(s, pixels, 0); i < fnc_cut(s, pixels, 1); i++)
        for (int64_t w = 0; w < across; w++) {
            int64_t c = w / planes * 64, n = d->c - c < 64 ? d->c - c : 64;
            int64_t plane = (i * d->c + c) * planes + w % planes;
            plan->isa->slice_transpose(plan->words + i * across + w, plan->words_step,
                                       plan->planes[plan->entry] + (size_t)plane * plan->isa->slice,
                                       n, planes);
        }
}

/* ---- layers ---- */

/* Half of a job's pixels, or groups; false: it is as small as can be. */
static bool halve_job(fnc_slice_job *job, fnc_slice_job *rest)
{
    *rest = *job;
    if (job->end - job->begin > 1)
        job->end = rest->begin = job->begin + (job->end - job->begin) / 2;
    else if (job->group_end - job->group > 1)
        job->group_end = rest->group = job->group + (job->group_end - job->group) / 2;
    else
        return false;
    return true;
}

/* A long job in pieces of some tenths of a second, so that a time-out is heard of. `adders`: of a
 * group of a pixel. */
static void run_job(const fnc_slice_plan *plan, fnc_slice_job job, double adders)
{
    const double at_once = 0x1p27, groups = (double)(job.group_end - job.group);
    const bool is_long = (double)(job.end - job.begin) * groups * adders > at_once;
    fnc_slice_job rest;
    if (is_long && fnc_halt_ask(plan->halt))
        return;
    if (is_long && halve_job(&job, &rest)) {
        run_job(plan, job, adders);
        run_job(plan, rest, adders);
    } else {
        plan->isa->slice_dot(&job);
    }
}

static void run_dot(const fnc_slice_plan *plan, size_t i, fnc_share s, void *scratch)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_slice_dot *dot = &plan->dots[i];
    const fnc_digits *in = &plan->p->digits[layer->in], *out = &plan->p->digits[layer->out];
    int64_t pixel = in->c * dot->planes, n = out->h * out->w;
    bool by_groups = n < INT64_C(4) * s.size;
    const fnc_slice_job job = {.dot = dot,
                               .in = plan->planes[layer->in],
                               .out = plan->planes[layer->out],
                               .scratch = scratch,
                               .width = out->w,
                               .begin = by_groups ? 0 : fnc_cut(s, n, 0),
                               .end = by_groups ? n : fnc_cut(s, n, 1),
                               .group = by_groups ? fnc_cut(s, dot->ngroups, 0) : 0,
                               .group_end = by_groups ? fnc_cut(s, dot->ngroups, 1) : dot->ngroups,
                               .step_h = layer->sh * in->w * pixel,
                               .step_w = layer->sw * pixel,
                               .out_step = out->c * planes_of(plan, layer->out)};
    run_job(plan, job, fnc_slice_adders(plan, i) / ((double)n * (double)dot->ngroups));
}

static void run_max(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *in = &plan->p->digits[layer->in], *out = &plan->p->digits[layer->out];
    int64_t pixel = in->c * fnc_slice_planes(in);
    size_t size = plan->isa->slice;
    fnc_patience patience = {.cx = plan->halt->cx};
    for (int64_t at = fnc_cut(s, out->h * out->w, 0); at < fnc_cut(s, out->h * out->w, 1); at++) {
        if (!fnc_patience_lasts(&patience, layer->kh * layer->kw * 4 * pixel) &&
            fnc_halt_ask(plan->halt))
            return;
        int64_t y = at / out->w * layer->sh, x = at % out->w * layer->sw;
        uint8_t *to = plan->planes[layer->out] + (size_t)(at * pixel) * size;
        for (int64_t t = 0; t < layer->kh * layer->kw; t++) {
            int64_t iy = y + t / layer->kw * layer->dh, ix = x + t % layer->kw * layer->dw;
            const uint8_t *from =
                plan->planes[layer->in] + (size_t)((iy * in->w + ix) * pixel) * size;
            if (t == 0)
                memcpy(to, from, (size_t)pixel * size);
            else
                plan->isa->slice_max(to, from, in->c, fnc_slice_planes(in));
        }
    }
}

static void fill_border(const fnc_slice_plan *plan, const fnc_layer *layer, uint8_t *to,
                        int64_t pixels)
{
    const fnc_digits *d = &plan->p->digits[layer->out];
    int planes = fnc_slice_planes(d);
    for (int64_t k = 0; k < pixels * d->c * planes; k++)
        memset(to + (size_t)k * plan->isa->slice, layer->border >> k % planes & 1 ? 0xff : 0,
               plan->isa->slice);
}

static void run_pad(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *in = &plan->p->digits[layer->in], *out = &plan->p->digits[layer->out];
    size_t pixel = (size_t)(in->c * fnc_slice_planes(in)) * plan->isa->slice;
    for (int64_t y = fnc_cut(s, out->h, 0); y < fnc_cut(s, out->h, 1); y++) {
        uint8_t *row = plan->planes[layer->out] + (size_t)(y * out->w) * pixel;
        fill_border(plan, layer, row, out->w);
        if (y >= layer->top && y < layer->top + in->h)
            memcpy(row + (size_t)layer->left * pixel,
                   plan->planes[layer->in] + (size_t)((y - layer->top) * in->w) * pixel,
                   (size_t)in->w * pixel);
    }
}

static void run_map(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *in = &plan->p->digits[layer->in], *out = &plan->p->digits[layer->out];
    int planes = fnc_slice_planes(in), to_planes = fnc_slice_planes(out);
    size_t size = plan->isa->slice, from_step = (size_t)(in->c * planes) * size;
    size_t to_step = (size_t)(out->c * to_planes) * size;
    for (int64_t at = fnc_cut(s, in->h * in->w, 0); at < fnc_cut(s, in->h * in->w, 1); at++)
        plan->isa->slice_map(plan->planes[layer->in] + (size_t)at * from_step, in->c, planes,
                             in->high, layer->map, plan->planes[layer->out] + (size_t)at * to_step,
                             to_planes);
}

static void run_add(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *digits = plan->p->digits, *out = &digits[layer->out];
    int a = fnc_slice_planes(&digits[layer->in]), b = fnc_slice_planes(&digits[layer->in2]);
    int to = fnc_slice_planes(out);
    size_t each = (size_t)out->c * plan->isa->slice;
    for (int64_t at = fnc_cut(s, out->h * out->w, 0); at < fnc_cut(s, out->h * out->w, 1); at++)
        plan->isa->slice_add(plan->planes[layer->in] + (size_t)(at * a) * each, a,
                             plan->planes[layer->in2] + (size_t)(at * b) * each, b, out->c,
                             plan->planes[layer->out] + (size_t)(at * to) * each, to);
}

/* Codes that take fewer planes than there is room for have zeros in the others. */
static void copy_planes(const fnc_slice_plan *plan, const uint8_t *from, int planes, int64_t n,
                        uint8_t *to, int to_planes)
{
    size_t size = plan->isa->slice, each = (size_t)planes * size;
    if (planes == to_planes) {
        memcpy(to, from, (size_t)n * each);
        return;
    }
    for (int64_t c = 0; c < n; c++, from += each, to += (size_t)to_planes * size) {
        memcpy(to, from, each);
        memset(to + each, 0, (size_t)(to_planes - planes) * size);
    }
}

static void run_join(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *a = &plan->p->digits[layer->in], *b = &plan->p->digits[layer->in2];
    const fnc_digits *out = &plan->p->digits[layer->out];
    int na = fnc_slice_planes(a), nb = fnc_slice_planes(b), to = fnc_slice_planes(out);
    size_t size = plan->isa->slice, each = (size_t)(out->c * to) * size;
    for (int64_t at = fnc_cut(s, out->h * out->w, 0); at < fnc_cut(s, out->h * out->w, 1); at++) {
        uint8_t *pixel = plan->planes[layer->out] + (size_t)at * each;
        copy_planes(plan, plan->planes[layer->in] + (size_t)(at * a->c * na) * size, na, a->c,
                    pixel, to);
        copy_planes(plan, plan->planes[layer->in2] + (size_t)(at * b->c * nb) * size, nb, b->c,
                    pixel + (size_t)(a->c * to) * size, to);
    }
}

static void run_move(const fnc_slice_plan *plan, size_t i, fnc_share s)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *in = &plan->p->digits[layer->in], *out = &plan->p->digits[layer->out];
    size_t code = (size_t)fnc_slice_planes(out) * plan->isa->slice;
    for (int64_t at = fnc_cut(s, out->h * out->w, 0); at < fnc_cut(s, out->h * out->w, 1); at++)
        for (int32_t r = layer->starts[at]; r < layer->starts[at + 1]; r++) {
            const fnc_run *run = &layer->runs[r];
            memcpy(plan->planes[layer->out] + (size_t)(at * out->c + run->to) * code,
                   plan->planes[layer->in] + (size_t)(run->pixel * in->c + run->first) * code,
                   (size_t)run->count * code);
        }
}

static void run_layer(const fnc_slice_plan *plan, size_t i, fnc_share s, void *scratch)
{
    if (fnc_halt_is_over(plan->halt))
        return;
    switch (plan->p->layers[i].kind) {
    case FNC_LAYER_DOT:
        run_dot(plan, i, s, scratch);
        break;
    case FNC_LAYER_MAX:
        run_max(plan, i, s);
        break;
    case FNC_LAYER_PAD:
        run_pad(plan, i, s);
        break;
    case FNC_LAYER_MAP:
        run_map(plan, i, s);
        break;
    case FNC_LAYER_ADD:
        run_add(plan, i, s);
        break;
    case FNC_LAYER_JOIN:
        run_join(plan, i, s);
        break;
    case FNC_LAYER_MOVE:
        run_move(plan, i, s);
        break;
    }
}

/* ---- out: planes to numbers ---- */

/* Of 64 images from `first` on. */
static void write_images(const fnc_slice_plan *plan, const fnc_program_output *output,
                         int64_t first, int64_t n, float *y, int64_t y_image)
{
    const fnc_digits *d = &plan->p->digits[output->digits];
    int64_t planes = planes_of(plan, output->digits), half = d->is_sum ? planes / 2 : planes;
    size_t size = plan->isa->slice;
    for (int64_t i = 0; i < d->h * d->w; i++)
        for (int64_t c = 0; c < d->c; c++) {
            const uint8_t *at =
                plan->planes[output->digits] + (size_t)((i * d->c + c) * planes) * size;
            int32_t x[64] = {0};
            for (int64_t b = 0; b < planes; b++) {
                uint64_t word;
                memcpy(&word, at + (size_t)b * size + (size_t)first / 8, sizeof word);
                int32_t worth = b < half ? INT32_C(1) << b : -(INT32_C(1) << (b - half));
                for (int k = 0; k < 64; k++)
                    x[k] += (int32_t)(word >> k & 1) * worth;
            }
            fnc_write_element(plan->p, output, i, c, x, n, y + first * y_image, y_image);
        }
}

/* ---- a run ---- */

typedef struct slices {
    const fnc_slice_plan *plan;
    const float *x;
    int64_t begin, end;
    float *const *y;
    atomic_bool is_wrong;
} slices;

static void read_images(slices *job, fnc_share s, fnc_times *times)
{
    const fnc_slice_plan *plan = job->plan;
    int64_t n = job->end - job->begin;
    for (int64_t k = fnc_cut(s, n, 0); k < fnc_cut(s, n, 1); k++) {
        if (fnc_halt_is_over(plan->halt))
            return;
        const uint8_t *codes = fnc_image_begin(plan->images, job->x, job->begin + k, s.rank,
                                               plan->first, plan->entry, times);
        if (codes)
            put_words(plan, codes, plan->words + k * plan->words_step);
        else
            atomic_store(&job->is_wrong, true);
        fnc_times_lap(times, fnc_stage_turn(plan->p));
    }
}

static void write_outputs(slices *job, fnc_share s)
{
    const fnc_program *p = job->plan->p;
    int64_t n = job->end - job->begin, blocks = (n + 63) / 64;
    for (size_t o = 0; o < p->noutputs; o++) {
        const fnc_digits *d = &p->digits[p->outputs[o].digits];
        int64_t nelems = d->h * d->w * d->c;
        for (int64_t b = fnc_cut(s, blocks, 0); b < fnc_cut(s, blocks, 1); b++)
            write_images(job->plan, &p->outputs[o], 64 * b, n - 64 * b < 64 ? n - 64 * b : 64,
                         job->y[o] + job->begin * nelems, nelems);
    }
}

static void work(void *user, int rank, int size)
{
    slices *job = user;
    const fnc_slice_plan *plan = job->plan;
    fnc_share s = {rank, size};
    fnc_times *times = size == 1 ? plan->p->slice_times : NULL;
    fnc_times_begin(times);
    read_images(job, s, times);
    fnc_team_wait();
    transpose(plan, s);
    fnc_times_lap(times, fnc_stage_turn(plan->p));
    for (size_t i = plan->first; i < plan->p->nlayers; i++) {
        fnc_team_wait();
        run_layer(plan, i, s, plan->scratch[rank]);
        fnc_times_lap(times, FNC_STAGE_LAYER + i);
    }
    fnc_team_wait();
    if (!fnc_halt_is_over(plan->halt))
        write_outputs(job, s);
    fnc_times_lap(times, fnc_stage_write(plan->p));
    fnc_times_end(times, job->end - job->begin);
}

bool fnc_slice_run(fnc_slice_plan *plan, const float *x, int64_t begin, int64_t end,
                   float *const *y)
{
    slices job = {.plan = plan, .x = x, .begin = begin, .end = end, .y = y};
    fnc_team(plan->threads, work, &job);
    return !atomic_load(&job.is_wrong);
}

/* ---- making ---- */

/* Planes of the entry and of what is made here. */
static finnc_status lay_out_planes(finnc_ctx *cx, fnc_arena *arena, fnc_arena *scratch,
                                   fnc_slice_plan *plan, const fnc_life *lives)
{
    const fnc_program *p = plan->p;
    fnc_room *rooms = FNC_NEW_ARRAY(scratch, fnc_room, p->ndigits);
    size_t nbytes;
    if (!rooms)
        return finnc_no_memory(cx);
    for (size_t d = 0; d < p->ndigits; d++) {
        const fnc_digits *digits = &p->digits[d];
        int64_t n;
        rooms[d].life = lives[d];
        if (d != plan->entry && lives[d].first <= plan->first)
            continue;
        if (!fnc_mul_i64(digits->h * digits->w * digits->c, planes_of(plan, d), &n) ||
            !fnc_mul((size_t)n, plan->isa->slice, &rooms[d].nbytes))
            return finnc_no_memory(cx);
    }
    rooms[plan->entry].life.first = plan->first;
    FINNC_TRY(fnc_lives_lay_out(cx, scratch, rooms, p->ndigits, &nbytes));
    uint8_t *memory = fnc_pack_alloc(arena, 1, (int64_t)nbytes);
    if (!memory)
        return finnc_no_memory(cx);
    for (size_t d = 0; d < p->ndigits; d++)
        plan->planes[d] = memory + rooms[d].offset;
    return FINNC_OK;
}

static finnc_status lay_out(finnc_ctx *cx, fnc_arena *arena, fnc_arena *scratch,
                            fnc_slice_plan *plan, const fnc_life *lives)
{
    const fnc_digits *entry = &plan->p->digits[plan->entry];
    plan->words_step = entry->h * entry->w * ((entry->c + 63) / 64) * fnc_slice_planes(entry);
    plan->words =
        fnc_pack_alloc(arena, sizeof *plan->words, plan->words_step * fnc_slice_size(plan));
    if (!plan->words)
        return finnc_no_memory(cx);
    for (int t = 0; t < plan->threads; t++) {
        plan->scratch[t] = fnc_pack_alloc(arena, plan->isa->slice, FNC_SLICE_SCRATCH);
        if (!plan->scratch[t])
            return finnc_no_memory(cx);
    }
    return lay_out_planes(cx, arena, scratch, plan, lives);
}

/* Are the planes of a window less than 2^32 bytes apart? */
static bool is_near(const fnc_program *p, const fnc_layer *layer, size_t size)
{
    const fnc_digits *in = &p->digits[layer->in];
    double rows = (double)(layer->kh * layer->dh) * (double)in->w + (double)(layer->kw * layer->dw);
    return rows * (double)in->c * fnc_slice_planes(in) * (double)size < UINT32_MAX;
}

static bool fits(const fnc_slice_dot *dot)
{
    return dot->bits < FNC_SLICE_BITS - 1 && dot->all.n < 1u << 20;
}

finnc_status fnc_slice_plan_create(finnc_ctx *cx, fnc_arena *arena, fnc_arena *scratch,
                                   const fnc_program *p, const fnc_isa *isa, fnc_slice_mode mode,
                                   int threads, fnc_halt *halt, fnc_image_plan *images,
                                   fnc_slice_plan **created)
{
    size_t first;
    fnc_life *lives = FNC_NEW_ARRAY(scratch, fnc_life, p->ndigits);
    fnc_slice_plan *plan = FNC_NEW(arena, fnc_slice_plan);
    *created = NULL;
    if (!lives || !plan)
        return finnc_no_memory(cx);
    fnc_lives_find(p, lives);
    FINNC_TRY(fnc_slice_choose(cx, scratch, p, lives, mode, isa->slice, &first));
    if (first == p->nlayers)
        return FINNC_OK;
    *plan = (fnc_slice_plan){.p = p,
                             .isa = isa,
                             .images = images,
                             .first = first,
                             .entry = p->layers[first].in,
                             .halt = halt,
                             .threads = threads};
    plan->dots = FNC_NEW_ARRAY(arena, fnc_slice_dot, p->nlayers + 1);
    plan->planes = FNC_NEW_ARRAY(arena, uint8_t *, p->ndigits);
    plan->scratch = FNC_NEW_ARRAY(arena, uint8_t *, (size_t)threads);
    plan->makers = FNC_NEW_ARRAY(arena, size_t, p->ndigits);
    if (!plan->dots || !plan->planes || !plan->scratch || !plan->makers)
        return finnc_no_memory(cx);
    for (size_t i = first; i < p->nlayers; i++) {
        plan->makers[p->layers[i].out] = i;
        if (p->layers[i].kind != FNC_LAYER_DOT)
            continue;
        if (!is_near(p, &p->layers[i], isa->slice))
            return FINNC_OK;
        FINNC_TRY(fnc_slice_pack(cx, arena, p, &p->layers[i], isa->slice, &plan->dots[i]));
        if (!fits(&plan->dots[i]))
            return FINNC_OK;
    }
    FINNC_TRY(lay_out(cx, arena, scratch, plan, lives));
    *created = plan;
    return FINNC_OK;
}
