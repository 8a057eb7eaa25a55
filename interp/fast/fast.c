#include "fast.h"

#include "image.h"
#include "lower.h"
#include "slice.h"
#include "times.h"

#include <base/alloc.h>
#include <base/clock.h>

#include <string.h>

/* A slice filled to this part takes as long as its images one by one. */
enum { WORTH_A_SLICE = 4 };
/* A program that missed so often is not tried again: the model does not keep its annotations. */
enum { ENOUGH = 3 };

struct fnc_fast {
    finnc_ctx *cx;
    fnc_plan *plan;
    fnc_arena arena;
    const fnc_isa *isa;
    fnc_lowering lowering; /* of_step, why, programs */
    int threads;
    fnc_halt halt;
    fnc_slice_mode mode;
    bool has_spun; /* what follows is known: seconds */
    double spin_bits, spin_bytes, spin_slice;
};

/* ---- making ---- */

finnc_status fnc_fast_check(finnc_ctx *cx, const finnc_session_options *options)
{
    const fnc_isa *isa;
    fnc_slice_mode mode;
    if (options->isa)
        FINNC_TRY(fnc_isa_choose(cx, options->isa, &isa));
    if (options->mode != FINNC_MODE_ESTIMATED)
        FINNC_TRY(fnc_slice_mode_choose(cx, options->mode, &mode));
    return FINNC_OK;
}

static void release_constants(fnc_lowering *l)
{
    for (size_t v = 0; l->constants && v < l->plan->nvalues; v++)
        finnc_tensor_release(l->constants[v]);
    l->constants = NULL;
}

/* What a program reads, or its folded steps where it misses, stays until the end of the run: it may
 * begin behind the last step that reads it by itself. */
static finnc_status keep_sources(fnc_lowering *l)
{
    fnc_plan *plan = l->plan;
    bool *is_kept = FNC_NEW_ARRAY(&l->scratch, bool, plan->nvalues + 1);
    if (!is_kept)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < l->nprograms; i++) {
        const fnc_program *p = l->programs[i];
        is_kept[p->source] = true;
        for (size_t f = 0; f < p->nfolded; f++) {
            const fnc_plan_step *step = &plan->steps[p->folded[f]];
            for (size_t k = 0; k < step->ninputs; k++)
                if (step->inputs[k] != SIZE_MAX)
                    is_kept[step->inputs[k]] = true;
        }
    }
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        size_t n = 0;
        for (size_t d = 0; d < step->ndying; d++)
            if (!is_kept[step->dying[d]])
                step->dying[n++] = step->dying[d];
        step->ndying = n;
    }
    return FINNC_OK;
}

static finnc_status init(fnc_fast *fast, const fnc_runner *runner)
{
    fnc_lowering *l = &fast->lowering;
    const finnc_session_options *options = runner->options;
    FINNC_TRY(fnc_isa_choose(fast->cx, options ? options->isa : NULL, &fast->isa));
    FINNC_TRY(fnc_slice_mode_choose(fast->cx, options ? options->mode : FINNC_MODE_ESTIMATED,
                                    &fast->mode));
    *l =
        (fnc_lowering){.cx = fast->cx, .runner = runner, .plan = fast->plan, .arena = &fast->arena};
    fnc_arena_init(&l->scratch, fast->cx);
    fnc_arena_init(&l->tables, fast->cx);
    finnc_status status = fnc_lower_plan(l);
    if (status == FINNC_OK)
        status = keep_sources(l);
    for (size_t i = 0; i < l->nprograms && status == FINNC_OK; i++) {
        fnc_program *p = l->programs[i];
        status = fnc_image_plan_create(fast->cx, &fast->arena, &l->scratch, p, fast->isa,
                                       fast->threads, &fast->halt, &p->image);
        if (status == FINNC_OK && options && options->profile)
            status = fnc_times_create(fast->cx, &fast->arena, p, &p->image_times);
        if (status == FINNC_OK && p->image_times)
            status = fnc_times_create(fast->cx, &fast->arena, p, &p->slice_times);
    }
    fnc_arena_clear(&l->scratch);
    fnc_arena_clear(&l->tables);
    release_constants(l);
    return status;
}

finnc_status fnc_fast_create(const fnc_runner *runner, fnc_plan *plan, fnc_fast **fast)
{
    fnc_fast *f = fnc_alloc(runner->cx, sizeof *f);
    *fast = NULL;
    if (!f)
        return finnc_no_memory(runner->cx);
    f->cx = runner->cx;
    f->plan = plan;
    f->threads = runner->threads;
    f->halt.cx = f->cx;
    fnc_arena_init(&f->arena, f->cx);
    finnc_status status = init(f, runner);
    if (status != FINNC_OK) {
        fnc_fast_destroy(f);
        return status;
    }
    *fast = f;
    return FINNC_OK;
}

void fnc_fast_destroy(fnc_fast *fast)
{
    if (!fast)
        return;
    fnc_arena_clear(&fast->arena);
    fnc_free(fast->cx, fast);
}

/* ---- running ---- */

static bool has_fed(const fnc_plan *plan, const size_t *values, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (plan->values[values[k]].fed)
            return true;
    return false;
}

/* Does the run at hand want anything that the program makes? */
static bool is_wanted(const fnc_plan *plan, const fnc_program *p)
{
    for (size_t o = 0; o < p->noutputs; o++)
        if (plan->steps[plan->values[p->outputs[o].value].producer].is_needed)
            return true;
    return false;
}

void fnc_fast_begin(fnc_fast *fast)
{
    if (!fast)
        return;
    const fnc_lowering *l = &fast->lowering;
    const bool all_are_off = has_fed(fast->plan, l->watched, l->nwatched);
    for (size_t i = 0; i < l->nprograms; i++) {
        fnc_program *p = l->programs[i];
        p->is_done = p->has_missed = false;
        p->is_off = all_are_off || p->misses >= ENOUGH ||
                    has_fed(fast->plan, p->watched, p->nwatched) || !is_wanted(fast->plan, p);
    }
}

/* How many images is that? -1: it is not what was compiled for. */
static int64_t count_images(const fnc_program *p, const finnc_tensor *x)
{
    int64_t dims[4];
    if (!x || finnc_tensor_kind(x) != FINNC_KIND_TENSOR ||
        finnc_tensor_elem(x) != FINNC_ELEM_FLOAT || finnc_tensor_rank(x) < 1)
        return -1;
    int64_t n = finnc_tensor_dim(x, 0);
    int rank = fnc_digits_shape(&p->digits[0], p->source_axes, n, dims);
    bool fits = finnc_tensor_rank(x) == rank &&
                !memcmp(finnc_tensor_dims(x), dims, (size_t)rank * sizeof *dims);
    return fits && n <= INT32_MAX && (p->batch < 0 || p->batch == n) ? n : -1;
}

static finnc_status make_outputs(const fnc_program *p, const fnc_runner *runner, int64_t n,
                                 finnc_tensor **tensors, float **y)
{
    for (size_t o = 0; o < p->noutputs; o++) {
        int64_t dims[4], nelems;
        size_t nbytes;
        int rank = fnc_digits_shape(&p->digits[p->outputs[o].digits], p->outputs[o].axes, n, dims);
        FINNC_TRY(finnc_shape_nelems(runner->cx, rank, dims, &nelems));
        if (!fnc_mul((size_t)nelems, sizeof(float), &nbytes))
            return finnc_no_memory(runner->cx);
        fnc_buffer *buffer = fnc_pool_take(runner->pool, nbytes);
        if (!buffer)
            return finnc_no_memory(runner->cx);
        y[o] = fnc_buffer_data(buffer);
        FINNC_TRY(
            fnc_buffer_to_tensor(runner->cx, buffer, FINNC_ELEM_FLOAT, rank, dims, &tensors[o]));
    }
    return FINNC_OK;
}

/* Some tenths of a second's images, so that a time-out is heard of. */
static int64_t images_at_once(const fnc_fast *fast, const fnc_program *p)
{
    double macs = 1;
    for (size_t i = 0; i < p->nlayers; i++)
        macs += (double)p->layers[i].macs;
    const double n = 0x1p33 / macs;
    return n < fast->threads ? fast->threads : n < 0x1p16 ? (int64_t)n : 1 << 16;
}

/* Whoever goes on in spite of it has nothing from this program. */
static finnc_status check_halt(fnc_fast *fast, fnc_program *p)
{
    if (!fnc_halt_is_over(&fast->halt))
        return FINNC_OK;
    p->is_done = false;
    atomic_store(&fast->halt.is_over, false);
    return finnc_ctx_check(fast->cx);
}

/* Planes first, as long as there are images enough to fill them. */
static finnc_status run_images(fnc_fast *fast, fnc_program *p, const float *x, int64_t n, float **y)
{
    int64_t at = 0, least = (int64_t)fast->isa->slice * 8 / WORTH_A_SLICE;
    p->is_done = true;
    if (n >= least && !p->slice && !p->has_no_slice) {
        finnc_status status =
            fnc_slice_plan_create(fast->cx, &fast->arena, &fast->lowering.scratch, p, fast->isa,
                                  fast->mode, fast->threads, &fast->halt, p->image, &p->slice);
        fnc_arena_clear(&fast->lowering.scratch);
        if (status != FINNC_OK) /* there is no memory for it: one by one, then */
            finnc_ctx_clear(fast->cx);
        p->has_no_slice = !p->slice;
    }
    while (p->slice && n - at >= least && p->is_done) {
        int64_t end = n - at < fnc_slice_size(p->slice) ? n : at + fnc_slice_size(p->slice);
        FINNC_TRY(finnc_ctx_check(fast->cx));
        p->is_done = fnc_slice_run(p->slice, x, at, end, y);
        FINNC_TRY(check_halt(fast, p));
        at = end;
    }
    for (const int64_t most = images_at_once(fast, p); at < n && p->is_done;) {
        int64_t end = n - at < most ? n : at + most;
        FINNC_TRY(finnc_ctx_check(fast->cx));
        p->is_done = fnc_image_run(p->image, x, at, end, y);
        FINNC_TRY(check_halt(fast, p));
        at = end;
    }
    return FINNC_OK;
}

static finnc_status run_program(fnc_fast *fast, fnc_program *p, const fnc_runner *runner,
                                fnc_plan *plan, const finnc_tensor *x, int64_t n)
{
    const void *data;
    fnc_buffer *chain = NULL;
    FINNC_TRY(finnc_tensor_need_data(runner->cx, x, &data));
    finnc_tensor **tensors = fnc_pool_scratch(runner->pool, &chain, p->noutputs * sizeof *tensors);
    float **y = fnc_pool_scratch(runner->pool, &chain, p->noutputs * sizeof *y);
    finnc_status status = tensors && y ? FINNC_OK : finnc_no_memory(runner->cx);
    if (status == FINNC_OK) {
        memset(tensors, 0, p->noutputs * sizeof *tensors);
        status = make_outputs(p, runner, n, tensors, y);
        if (status == FINNC_OK)
            status = run_images(fast, p, data, n, y);
        for (size_t o = 0; o < p->noutputs; o++) {
            fnc_plan_value *value = &plan->values[p->outputs[o].value];
            if (p->is_done) {
                finnc_tensor_release(value->tensor);
                value->tensor = tensors[o];
            } else {
                finnc_tensor_release(tensors[o]);
            }
        }
    }
    fnc_buffer_give_back_all(&chain);
    return status;
}

finnc_status fnc_fast_step(fnc_fast *fast, const fnc_runner *runner, size_t s,
                           const fnc_program **missed)
{
    fnc_program *p = fast ? fast->lowering.of_step[s] : NULL;
    *missed = NULL;
    if (!p || p->is_off || p->first_step != s)
        return FINNC_OK;
    const finnc_tensor *x = fast->plan->values[p->source].tensor;
    int64_t n = count_images(p, x);
    if (n >= 0)
        FINNC_TRY(run_program(fast, p, runner, fast->plan, x, n));
    p->misses = p->is_done ? 0 : p->misses + 1;
    p->has_missed = !p->is_done;
    if (p->has_missed)
        *missed = p;
    return FINNC_OK;
}

bool fnc_fast_has_done(const fnc_fast *fast, size_t s)
{
    const fnc_program *p = fast ? fast->lowering.of_step[s] : NULL;
    if (!p || p->is_off)
        return false;
    return p->is_done || (fast->lowering.is_folded[s] && !p->has_missed);
}

/* ---- telling ---- */

bool fnc_fast_knows(const finnc_node *node)
{
    return fnc_lower_find(node) != NULL;
}

fnc_fast_work fnc_fast_measure(const fnc_fast *fast)
{
    const fnc_lowering *l = &fast->lowering;
    fnc_fast_work w = {.programs = l->nprograms};
    for (size_t i = 0; i < l->nprograms; i++) {
        const fnc_program *p = l->programs[i];
        const fnc_digits *d = &p->digits[0];
        double elements = (double)(d->h * d->w * d->c);
        bool is_alone = p->nstairs > 1 && d->h * d->w == 1;
        *(is_alone ? &w.elements_alone : &w.elements) += elements;
        for (size_t k = 0; k < p->nlayers; k++)
            w.products += (double)p->layers[k].macs;
    }
    return w;
}

static const char *kind_of(const fnc_program *p, size_t s)
{
    for (size_t i = 0; i < p->nlayers; i++)
        if (p->layers[i].step == s && p->layers[i].kind == FNC_LAYER_DOT)
            return p->digits[p->layers[i].in].is_packed ? "bits" : "bytes";
    return "fused";
}

finnc_how fnc_fast_how(const fnc_fast *fast, size_t s)
{
    const fnc_lowering *l = &fast->lowering;
    const fnc_program *p = l->of_step[s];
    finnc_how how = {.is_fast = p, .program = -1, .kind = "reference", .why = p ? NULL : l->why[s]};
    for (size_t i = 0; p && i < l->nprograms; i++)
        if (l->programs[i] == p)
            how.program = (int)i;
    if (p)
        how.kind = l->is_folded[s] ? "folded" : kind_of(p, s);
    return how;
}

const fnc_isa *fnc_fast_isa(const fnc_fast *fast)
{
    return fast->isa;
}

static const char *kind_of_layer(const fnc_program *p, const fnc_layer *layer, bool is_sliced)
{
    static const char *const kinds[] = {
        [FNC_LAYER_DOT] = "bytes", [FNC_LAYER_MAX] = "max", [FNC_LAYER_MAP] = "map",
        [FNC_LAYER_PAD] = "pad",   [FNC_LAYER_ADD] = "add", [FNC_LAYER_JOIN] = "join",
        [FNC_LAYER_MOVE] = "move"};
    if (layer->kind == FNC_LAYER_DOT && is_sliced)
        return layer->is_bipolar ? "signs" : "weights";
    if (layer->kind == FNC_LAYER_DOT && p->digits[layer->in].is_packed)
        return "bits";
    if (layer->kind == FNC_LAYER_DOT && fnc_layer_is_each(p, layer))
        return "each";
    return kinds[layer->kind];
}

/* Seconds that one of them takes: the least of a few tries. */
static double spin(void (*spin_once)(int64_t n))
{
    enum { TIMES = 4096, TRIES = 50 };
    double least = 0;
    for (int i = 0; spin_once && i < TRIES; i++) {
        double start = fnc_now();
        spin_once(TIMES);
        double each = (fnc_now() - start) / TIMES;
        least = i == 0 || each < least ? each : least;
    }
    return least;
}

/* What a layer's arithmetic takes at least. */
static double bound_of(fnc_fast *fast, const fnc_program *p, size_t i, bool is_plane)
{
    const fnc_isa *isa = fast->isa;
    const fnc_layer *layer = &p->layers[i];
    if (layer->kind != FNC_LAYER_DOT)
        return 0;
    if (!fast->has_spun) {
        fast->spin_bits = spin(isa->spin_bits);
        fast->spin_bytes = spin(isa->spin_bytes);
        fast->spin_slice = spin(isa->spin_slice);
        fast->has_spun = true;
    }
    if (is_plane)
        return fast->spin_slice * fnc_slice_adders(p->slice, i) / (double)fnc_slice_size(p->slice);
    if (layer->groups > 1) /* what multiplies there is another instruction, or by zeros, too */
        return 0;
    if (p->digits[layer->in].is_packed)
        return isa->spin_bits ? fast->spin_bits * (double)layer->macs / (double)isa->spin_bits_macs
                              : 0;
    return isa->spin_bytes ? fast->spin_bytes * (double)layer->macs / (double)isa->spin_bytes_macs
                           : 0;
}

static void describe_stage(fnc_fast *fast, const fnc_program *p, size_t i, bool is_sliced,
                           finnc_stage *stage)
{
    const fnc_times *times = is_sliced ? p->slice_times : p->image_times;
    *stage = (finnc_stage){.mode = is_sliced ? "planes" : "images",
                           .seconds = times ? 1e-6 * times->least[i] : 0};
    if (i == FNC_STAGE_READ)
        stage->kind = "read";
    else if (i == fnc_stage_turn(p))
        stage->kind = "turn";
    else if (i == fnc_stage_write(p))
        stage->kind = "write";
    if (stage->kind)
        return;
    const fnc_layer *layer = &p->layers[i - FNC_STAGE_LAYER];
    bool is_plane = is_sliced && p->slice && fnc_slice_has(p->slice, i - FNC_STAGE_LAYER);
    stage->kind = kind_of_layer(p, layer, is_plane);
    stage->node = fast->plan->steps[layer->step].step.origin;
    stage->macs = (double)layer->macs;
    if (times)
        stage->bound = bound_of(fast, p, i - FNC_STAGE_LAYER, is_plane);
}

/* Images alone turn nothing. */
static size_t count_stages(const fnc_program *p, bool is_sliced)
{
    return fnc_stage_write(p) + is_sliced;
}

static size_t stage_at(const fnc_program *p, size_t i, bool is_sliced)
{
    return i + (!is_sliced && i >= fnc_stage_turn(p));
}

/* Whether a program takes planes is known when it has been given as many images. */
bool fnc_fast_stage(fnc_fast *fast, size_t i, finnc_stage *stage)
{
    const fnc_lowering *l = &fast->lowering;
    for (int is_sliced = 0; is_sliced < 2; is_sliced++)
        for (size_t k = 0; k < l->nprograms; k++) {
            const fnc_program *p = l->programs[k];
            const size_t n = is_sliced && !p->slice ? 0 : count_stages(p, is_sliced);
            if (i < n) {
                describe_stage(fast, p, stage_at(p, i, is_sliced), is_sliced, stage);
                stage->program = (int)k;
                return true;
            }
            i -= n;
        }
    return false;
}
