#include "image.h"

#include "../patience.h"
#include "../team.h"
#include "codes.h"
#include "lives.h"
#include "pack.h"
#include "times.h"

#include <stdatomic.h>
#include <string.h>

struct fnc_image_plan {
    const fnc_program *p;
    const fnc_isa *isa;
    fnc_dot *dots;       /* by layer */
    fnc_jumps *jumps;    /* by layer */
    fnc_ladder *ladders; /* by layer; n is 0 where the kernels compare */
    size_t rows, row;    /* where an image's memory has a row of sums for each thread, and bytes */
    size_t *offsets;     /* of digits in an image's memory */
    size_t nbytes;       /* an image's memory */
    uint8_t **memory;    /* by thread */
    fnc_reader readers[2]; /* the source's; layers that they do, are done */
    size_t nreaders;
    fnc_halt *halt;
    int threads;
    bool is_small; /* meeting would take threads longer than an image takes one of them */
};

enum { SMALL = 1 << 21 }; /* multiply-accumulates: some microseconds */

/* ---- layers: rank's share of one image, of `size` that work on it ---- */

/* Blocks that begin at the same place, together. */
static void run_groups(void (*kernel)(const fnc_dot_job *), const fnc_dot_job *job)
{
    const int64_t *starts = job->dot->starts;
    fnc_dot_job part = *job;
    for (part.block = job->block; part.block < job->block_end; part.block = part.block_end) {
        part.block_end = part.block + 1;
        while (part.block_end < job->block_end && starts[part.block_end] == starts[part.block])
            part.block_end++;
        part.in = job->in + starts[part.block];
        kernel(&part);
    }
}

static void run_kernel(void (*kernel)(const fnc_dot_job *), const fnc_dot_job *job)
{
    if (job->dot->starts)
        run_groups(kernel, job);
    else
        kernel(job);
}

/* Row by row: sums, and then their codes. */
static void run_ladder(void (*kernel)(const fnc_dot_job *), const fnc_dot_job *job,
                       const fnc_ladder *ladder, int64_t lanes, void *sums)
{
    const int64_t first = job->block * lanes, channels = job->dot->channels;
    const int64_t end = job->block_end * lanes < channels ? job->block_end * lanes : channels;
    fnc_dot_job part = *job;
    part.out = sums;
    part.out_row = 0;
    part.out_pixel = channels * (int64_t)sizeof(int32_t);
    for (int64_t row = job->row; row < job->row_end; row++) {
        part.row = row;
        part.row_end = row + 1;
        run_kernel(kernel, &part);
        for (int64_t x = 0; x < job->width; x++)
            fnc_ladder_climb(ladder, first, (const int32_t *)sums + x * channels + first,
                             end - first,
                             job->out + row * job->out_row + x * job->out_pixel + first);
    }
}

typedef struct dot_run {
    void (*kernel)(const fnc_dot_job *);
    int64_t lanes, macs; /* macs: of a channel of a pixel */
    const fnc_ladder *ladder;
    void *sums;
    fnc_halt *halt;
} dot_run;

/* The job becomes half of it, of its rows, blocks or pixels; false: it is as small as can be. */
static bool halve_job(fnc_dot_job *job, fnc_dot_job *rest)
{
    *rest = *job;
    if (job->row_end - job->row > 1) {
        job->row_end = rest->row = job->row + (job->row_end - job->row) / 2;
    } else if (job->block_end - job->block > 1) {
        job->block_end = rest->block = job->block + (job->block_end - job->block) / 2;
    } else if (job->width > 1) {
        job->width /= 2;
        rest->width -= job->width;
        rest->in += job->width * job->dot->step_w;
        rest->out += job->width * job->out_pixel;
    } else {
        return false;
    }
    return true;
}

/* A long job in pieces of some tenths of a second, so that a time-out is heard of. */
static void run_job(const dot_run *run, fnc_dot_job job)
{
    const double at_once = 0x1p30, rows = (double)(job.row_end - job.row);
    const double channels = (double)((job.block_end - job.block) * run->lanes);
    const bool is_long = rows * (double)job.width * channels * (double)run->macs > at_once;
    fnc_dot_job rest;
    if (is_long && fnc_halt_ask(run->halt))
        return;
    if (is_long && halve_job(&job, &rest)) {
        run_job(run, job);
        run_job(run, rest);
    } else if (run->ladder->n > 0) {
        run_ladder(run->kernel, &job, run->ladder, run->lanes, run->sums);
    } else {
        run_kernel(run->kernel, &job);
    }
}

static void run_dot(const fnc_image_plan *plan, size_t i, fnc_share s, uint8_t *memory)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *from = &plan->p->digits[layer->in], *to = &plan->p->digits[layer->out];
    const fnc_dot *dot = &plan->dots[i];
    void (*kernel)(const fnc_dot_job *) = dot->is_each      ? plan->isa->dot_each
                                          : from->is_packed ? plan->isa->dot_bits
                                                            : plan->isa->dot_bytes;
    const int64_t lanes = dot->is_each      ? FNC_DOT_EACH
                          : from->is_packed ? FNC_DOT_BITS
                                            : FNC_DOT_BYTES;
    bool by_rows = to->h >= INT64_C(4) * s.size;
    uint8_t *const sums = memory + plan->rows + (size_t)s.rank * plan->row;
    const fnc_dot_job job = {.dot = dot,
                             .in = memory + plan->offsets[layer->in],
                             .out = memory + plan->offsets[layer->out],
                             .width = to->w,
                             .out_row = to->w * (int64_t)to->pixel,
                             .out_pixel = (int64_t)to->pixel,
                             .row = by_rows ? fnc_cut(s, to->h, 0) : 0,
                             .row_end = by_rows ? fnc_cut(s, to->h, 1) : to->h,
                             .block = by_rows ? 0 : fnc_cut(s, dot->blocks, 0),
                             .block_end = by_rows ? dot->blocks : fnc_cut(s, dot->blocks, 1)};
    const dot_run run = {.kernel = kernel,
                         .lanes = lanes,
                         .macs = layer->macs / (to->h * to->w * to->c),
                         .ladder = &plan->ladders[i],
                         .sums = sums,
                         .halt = plan->halt};
    run_job(&run, job);
}

static void larger(bool is_packed, const uint8_t *from, size_t n, uint8_t *to)
{
    if (is_packed)
        for (size_t i = 0; i < n; i++)
            to[i] |= from[i];
    else
        for (size_t i = 0; i < n; i++)
            to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void run_max(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *in,
                    uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *d = &plan->p->digits[layer->in], *to = &plan->p->digits[layer->out];
    const int64_t cost = layer->kh * layer->kw * ((int64_t)d->pixel / 8 + 2);
    fnc_patience patience = {.cx = plan->halt->cx};
    for (int64_t y = fnc_cut(s, to->h, 0); y < fnc_cut(s, to->h, 1); y++)
        for (int64_t x = 0; x < to->w; x++) {
            if (!fnc_patience_lasts(&patience, cost) && fnc_halt_ask(plan->halt))
                return;
            uint8_t *pixel = out + (size_t)(y * to->w + x) * to->pixel;
            memset(pixel, 0, to->pixel);
            for (int64_t ky = 0; ky < layer->kh; ky++)
                for (int64_t kx = 0; kx < layer->kw; kx++) {
                    int64_t iy = y * layer->sh + ky * layer->dh;
                    int64_t ix = x * layer->sw + kx * layer->dw;
                    larger(d->is_packed, in + (size_t)(iy * d->w + ix) * d->pixel, d->pixel, pixel);
                }
        }
}

/* Codes that are looked up one by one. */
static void look_up(const fnc_layer *layer, const fnc_digits *d, const uint8_t *from,
                    const fnc_digits *to, uint8_t *pixel)
{
    const uint8_t *map = layer->map;
    if (!to->is_packed)
        for (int64_t c = 0; c < d->c; c++, map += 256)
            pixel[c] = map[from[c]];
    for (int64_t c = 0; c < d->c && to->is_packed; c += 8) {
        unsigned bits = 0;
        for (int64_t k = 0; k < 8 && c + k < d->c; k++, map += 256)
            bits |= (unsigned)map[from[c + k]] << k;
        pixel[c / 8] = (uint8_t)bits;
    }
}

static void jump(const fnc_jumps *jumps, const fnc_digits *d, const uint8_t *from,
                 const fnc_digits *to, uint8_t *pixel)
{
    uint8_t codes[FNC_CHUNK];
    if (!to->is_packed) {
        fnc_codes_jump(jumps, 0, from, d->c, pixel);
        return;
    }
    for (int64_t c = 0; c < d->c; c += FNC_CHUNK) {
        int64_t n = d->c - c < FNC_CHUNK ? d->c - c : FNC_CHUNK;
        fnc_codes_jump(jumps, c, from + c, n, codes);
        fnc_codes_to_bits(codes, n, pixel + c / 8);
    }
}

static void run_map(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *in,
                    uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_jumps *jumps = &plan->jumps[i];
    const fnc_digits *d = &plan->p->digits[layer->in], *to = &plan->p->digits[layer->out];
    for (int64_t at = fnc_cut(s, d->h * d->w, 0); at < fnc_cut(s, d->h * d->w, 1); at++) {
        const uint8_t *from = in + (size_t)at * d->pixel;
        uint8_t *pixel = out + (size_t)at * to->pixel;
        if (jumps->n >= 0)
            jump(jumps, d, from, to, pixel);
        else
            look_up(layer, d, from, to, pixel);
    }
}

static void run_add(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *memory,
                    uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *digits = plan->p->digits, *to = &digits[layer->out];
    const fnc_digits *a = &digits[layer->in], *b = &digits[layer->in2];
    for (int64_t at = fnc_cut(s, to->h * to->w, 0); at < fnc_cut(s, to->h * to->w, 1); at++)
        fnc_codes_add(memory + plan->offsets[layer->in] + (size_t)at * a->pixel, a->is_packed,
                      memory + plan->offsets[layer->in2] + (size_t)at * b->pixel, b->is_packed,
                      to->c, out + (size_t)at * to->pixel);
}

/* Codes of channels [first, first + n) of a pixel, to where channel `to_first` of another one is:
 * bits that lie in other places of a byte, one by one. */
static void copy_channels(const fnc_digits *d, const uint8_t *from, int64_t first, int64_t n,
                          uint8_t *to, int64_t to_first)
{
    if (!d->is_packed) {
        memcpy(to + to_first, from + first, (size_t)n);
        return;
    }
    int64_t c = 0;
    for (; first % 8 == to_first % 8 && first % 8 == 0 && c + 8 <= n; c += 8)
        to[(to_first + c) / 8] = from[(first + c) / 8];
    for (; c < n; c++) {
        int bit = from[(first + c) / 8] >> (first + c) % 8 & 1;
        to[(to_first + c) / 8] |= (uint8_t)(bit << (to_first + c) % 8);
    }
}

static void run_join(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *memory,
                     uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *digits = plan->p->digits, *to = &digits[layer->out];
    const fnc_digits *a = &digits[layer->in], *b = &digits[layer->in2];
    for (int64_t at = fnc_cut(s, to->h * to->w, 0); at < fnc_cut(s, to->h * to->w, 1); at++) {
        uint8_t *pixel = out + (size_t)at * to->pixel;
        if (to->is_packed)
            memset(pixel, 0, to->pixel);
        copy_channels(to, memory + plan->offsets[layer->in] + (size_t)at * a->pixel, 0, a->c, pixel,
                      0);
        copy_channels(to, memory + plan->offsets[layer->in2] + (size_t)at * b->pixel, 0, b->c,
                      pixel, a->c);
    }
}

static void run_move(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *in,
                     uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *d = &plan->p->digits[layer->in], *to = &plan->p->digits[layer->out];
    for (int64_t at = fnc_cut(s, to->h * to->w, 0); at < fnc_cut(s, to->h * to->w, 1); at++) {
        uint8_t *pixel = out + (size_t)at * to->pixel;
        if (to->is_packed)
            memset(pixel, 0, to->pixel);
        for (int32_t r = layer->starts[at]; r < layer->starts[at + 1]; r++) {
            const fnc_run *run = &layer->runs[r];
            copy_channels(to, in + (size_t)run->pixel * d->pixel, run->first, run->count, pixel,
                          run->to);
        }
    }
}

/* In bytes behind the last channel a border does no harm, their weights being 0; bits there would.
 */
static void fill_border(const fnc_layer *layer, const fnc_digits *d, uint8_t *to, int64_t pixels)
{
    memset(to, d->is_packed ? 0 : layer->border, (size_t)pixels * d->pixel);
    for (int64_t i = 0; i < pixels && d->is_packed && layer->border; i++)
        for (int64_t c = 0; c < d->c; c++)
            to[(size_t)i * d->pixel + (size_t)c / 8] |= (uint8_t)(1u << c % 8);
}

static void run_pad(const fnc_image_plan *plan, size_t i, fnc_share s, const uint8_t *in,
                    uint8_t *out)
{
    const fnc_layer *layer = &plan->p->layers[i];
    const fnc_digits *d = &plan->p->digits[layer->in], *to = &plan->p->digits[layer->out];
    for (int64_t y = fnc_cut(s, to->h, 0); y < fnc_cut(s, to->h, 1); y++) {
        uint8_t *row = out + (size_t)(y * to->w) * to->pixel;
        fill_border(layer, to, row, to->w);
        if (y >= layer->top && y < layer->top + d->h)
            memcpy(row + (size_t)layer->left * d->pixel,
                   in + (size_t)((y - layer->top) * d->w) * d->pixel, (size_t)d->w * d->pixel);
    }
}

/* A layer that only maps the source's codes is done while these are read, if it is one of the first
 * `nlayers`, which are those that run here. */
static bool read_image(const fnc_image_plan *plan, const float *x, int64_t n, size_t nlayers,
                       uint8_t *memory)
{
    bool is_foreseen = true;
    for (size_t i = 0; i < plan->nreaders; i++) {
        fnc_reader reader = plan->readers[i];
        if (reader.map && (size_t)(reader.map - plan->p->layers) >= nlayers)
            reader = (fnc_reader){.source = reader.source, .digits = reader.source};
        is_foreseen &= fnc_read_image(plan->isa, plan->p, &reader, x, n,
                                      memory + plan->offsets[reader.digits]);
    }
    return is_foreseen;
}

static bool is_read(const fnc_image_plan *plan, const fnc_layer *layer)
{
    for (size_t i = 0; i < plan->nreaders; i++)
        if (plan->readers[i].map == layer)
            return true;
    return false;
}

static void run_layer(const fnc_image_plan *plan, size_t i, fnc_share s, uint8_t *memory)
{
    const fnc_layer *layer = &plan->p->layers[i];
    if (is_read(plan, layer) || fnc_halt_is_over(plan->halt))
        return;
    const uint8_t *in = memory + plan->offsets[layer->in];
    uint8_t *out = memory + plan->offsets[layer->out];
    switch (layer->kind) {
    case FNC_LAYER_DOT:
        run_dot(plan, i, s, memory);
        break;
    case FNC_LAYER_MAX:
        run_max(plan, i, s, in, out);
        break;
    case FNC_LAYER_MAP:
        run_map(plan, i, s, in, out);
        break;
    case FNC_LAYER_PAD:
        run_pad(plan, i, s, in, out);
        break;
    case FNC_LAYER_ADD:
        run_add(plan, i, s, memory, out);
        break;
    case FNC_LAYER_JOIN:
        run_join(plan, i, s, memory, out);
        break;
    case FNC_LAYER_MOVE:
        run_move(plan, i, s, in, out);
        break;
    }
}

/* ---- images ---- */

typedef struct images {
    const fnc_image_plan *plan;
    const float *x;
    int64_t begin, end;
    float *const *y;
    bool is_shared; /* all threads on one image */
    atomic_bool is_wrong;
} images;

static void run_image(images *job, int64_t n, fnc_share s, uint8_t *memory)
{
    const fnc_image_plan *plan = job->plan;
    const fnc_program *p = plan->p;
    fnc_times *times = s.size == 1 && plan->threads == 1 ? p->image_times : NULL;
    fnc_times_begin(times);
    if (s.rank == 0 && !read_image(plan, job->x, n, p->nlayers, memory))
        atomic_store(&job->is_wrong, true);
    fnc_times_lap(times, FNC_STAGE_READ);
    if (s.size > 1)
        fnc_team_wait();
    if (atomic_load(&job->is_wrong)) /* its codes may be any: there are no tables for them */
        return;
    for (size_t i = 0; i < p->nlayers; i++) {
        if (s.size > 1 && i > 0)
            fnc_team_wait();
        run_layer(plan, i, s, memory);
        fnc_times_lap(times, FNC_STAGE_LAYER + i);
    }
    if (s.size > 1)
        fnc_team_wait();
    for (size_t o = 0; o < p->noutputs && s.rank == 0 && !fnc_halt_is_over(plan->halt); o++)
        fnc_write_image(p, &p->outputs[o], memory + plan->offsets[p->outputs[o].digits], n,
                        job->y[o]);
    fnc_times_lap(times, fnc_stage_write(p));
    fnc_times_end(times, 1);
}

static void work(void *user, int rank, int size)
{
    images *job = user;
    int64_t count = job->end - job->begin;
    fnc_share all = {rank, size}, alone = {0, 1};
    if (job->is_shared) {
        for (int64_t n = job->begin; n < job->end; n++) {
            run_image(job, n, all, job->plan->memory[0]);
            fnc_team_wait(); /* the next one goes to the same place */
        }
        return;
    }
    for (int64_t n = fnc_cut(all, count, 0); n < fnc_cut(all, count, 1); n++)
        run_image(job, job->begin + n, alone, job->plan->memory[rank]);
}

bool fnc_image_run(fnc_image_plan *plan, const float *x, int64_t begin, int64_t end,
                   float *const *y)
{
    images job = {.plan = plan,
                  .x = x,
                  .begin = begin,
                  .end = end,
                  .y = y,
                  .is_shared = end - begin < plan->threads && !plan->is_small};
    fnc_team(end - begin == 1 && plan->is_small ? 1 : plan->threads, work, &job);
    return !atomic_load(&job.is_wrong);
}

const uint8_t *fnc_image_begin(fnc_image_plan *plan, const float *x, int64_t n, int rank,
                               size_t nlayers, size_t digits, fnc_times *times)
{
    uint8_t *memory = plan->memory[rank];
    if (!read_image(plan, x, n, nlayers, memory))
        return NULL;
    fnc_times_lap(times, FNC_STAGE_READ);
    for (size_t i = 0; i < nlayers; i++) {
        run_layer(plan, i, (fnc_share){0, 1}, memory);
        fnc_times_lap(times, FNC_STAGE_LAYER + i);
    }
    return memory + plan->offsets[digits];
}

/* ---- making ---- */

/* Kernels read up to 64 bytes behind an image. Bits behind the last channel have to be 0 and nobody
 * writes them, so such images share their memory with none. */
static finnc_status lay_out(finnc_ctx *cx, fnc_arena *scratch, fnc_image_plan *plan)
{
    const fnc_program *p = plan->p;
    fnc_life *lives = FNC_NEW_ARRAY(scratch, fnc_life, p->ndigits);
    fnc_room *rooms = FNC_NEW_ARRAY(scratch, fnc_room, p->ndigits);
    if (!lives || !rooms)
        return finnc_no_memory(cx);
    fnc_lives_find(p, lives);
    for (size_t i = 0; i < plan->nreaders; i++)
        lives[plan->readers[i].digits].first = 0;
    for (size_t d = 0; d < p->ndigits; d++) {
        const fnc_digits *digits = &p->digits[d];
        rooms[d].life = lives[d];
        if (digits->is_packed && digits->c % 64 != 0)
            rooms[d].life = (fnc_life){0, p->nlayers + 1};
        if (!fnc_mul((size_t)(digits->h * digits->w), digits->pixel, &rooms[d].nbytes) ||
            !fnc_add(rooms[d].nbytes, 64, &rooms[d].nbytes))
            return finnc_no_memory(cx);
    }
    FINNC_TRY(fnc_lives_lay_out(cx, scratch, rooms, p->ndigits, &plan->nbytes));
    plan->rows = plan->nbytes;
    for (size_t i = 0; i < p->nlayers; i++) {
        const fnc_digits *out = &p->digits[p->layers[i].out];
        size_t row;
        if (plan->ladders[i].n == 0)
            continue;
        if (!fnc_mul((size_t)(out->w * out->c), sizeof(int32_t), &row) ||
            !fnc_align_up(row, 64, &row))
            return finnc_no_memory(cx);
        plan->row = row > plan->row ? row : plan->row;
    }
    size_t all;
    if (!fnc_mul(plan->row, (size_t)plan->threads, &all) ||
        !fnc_add(plan->nbytes, all, &plan->nbytes))
        return finnc_no_memory(cx);
    for (size_t d = 0; d < p->ndigits; d++)
        plan->offsets[d] = rooms[d].offset;
    return FINNC_OK;
}

/* Kernels compare with few thresholds; of more they make sums. */
static finnc_status make_dot(finnc_ctx *cx, fnc_arena *arena, fnc_image_plan *plan, size_t i)
{
    fnc_layer layer = plan->p->layers[i];
    if (layer.nthresholds > FNC_LADDER) {
        FINNC_TRY(fnc_ladder_make(cx, arena, plan->p, &layer, &plan->ladders[i]));
        layer.nthresholds = 0;
    }
    return fnc_pack_dot(cx, arena, plan->p, &layer, &plan->dots[i]);
}

finnc_status fnc_image_plan_create(finnc_ctx *cx, fnc_arena *arena, fnc_arena *scratch,
                                   fnc_program *p, const fnc_isa *isa, int threads, fnc_halt *halt,
                                   fnc_image_plan **created)
{
    fnc_image_plan *plan = FNC_NEW(arena, fnc_image_plan);
    if (!plan)
        return finnc_no_memory(cx);
    *plan = (fnc_image_plan){.p = p, .isa = isa, .halt = halt, .threads = threads};
    int64_t macs = 0;
    for (size_t i = 0; i < p->nlayers; i++)
        macs += p->layers[i].macs < SMALL ? p->layers[i].macs : SMALL;
    plan->is_small = macs < SMALL;
    plan->nreaders = fnc_readers(p, true, plan->readers);
    plan->dots = FNC_NEW_ARRAY(arena, fnc_dot, p->nlayers + 1);
    plan->jumps = FNC_NEW_ARRAY(arena, fnc_jumps, p->nlayers + 1);
    plan->ladders = FNC_NEW_ARRAY(arena, fnc_ladder, p->nlayers + 1);
    plan->offsets = FNC_NEW_ARRAY(arena, size_t, p->ndigits);
    plan->memory = FNC_NEW_ARRAY(arena, uint8_t *, (size_t)threads);
    if (!plan->dots || !plan->jumps || !plan->ladders || !plan->offsets || !plan->memory)
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_pack_digits(cx, scratch, p));
    for (size_t i = 0; i < p->nlayers; i++)
        if (p->layers[i].kind == FNC_LAYER_DOT)
            FINNC_TRY(make_dot(cx, arena, plan, i));
        else if (p->layers[i].kind == FNC_LAYER_MAP)
            FINNC_TRY(fnc_jumps_find(cx, arena, p, &p->layers[i], &plan->jumps[i]));
    for (size_t i = 0; i < plan->nreaders; i++)
        if (plan->readers[i].map)
            plan->readers[i].jumps = &plan->jumps[plan->readers[i].map - p->layers];
    FINNC_TRY(lay_out(cx, scratch, plan));
    for (int t = 0; t < threads; t++) {
        plan->memory[t] = fnc_pack_alloc(arena, 1, (int64_t)plan->nbytes);
        if (!plan->memory[t])
            return finnc_no_memory(cx);
    }
    *created = plan;
    return FINNC_OK;
}
