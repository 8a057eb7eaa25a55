/* Statistics over the tensors of runs: one session, whose trace shows every tensor once. */
#include <finnc/layer.h>
#include <finnc/run.h>
#include <finnc/stats.h>

#include <base/alloc.h>

#include "value_index.h"

#include <math.h>
#include <string.h>

/* Data types of up to so many bits have their numbers counted. */
enum { COUNTED_BITS = 16 };

typedef struct entry {
    finnc_tensor_stats seen; /* what the user sees */
    finnc_allowed allowed;
    double m2;     /* sum of squared distances from the mean (Welford) */
    uint8_t *used; /* a bit per number that the data type has, the least first; NULL: not counted */
    finnc_axis_stats axes[FINNC_STATS_MAX_AXES];
    int rank; /* of all tensors so far; -1: they differ */
    int64_t dims[FINNC_MAX_RANK];
} entry;

struct finnc_stats {
    finnc_ctx *cx;
    fnc_arena arena;
    const finnc_graph *graph;
    const finnc_stats_options *options;
    fnc_value_index index;
    entry **entries;
    size_t nentries;
    int most;                        /* the largest rank of a tensor so far */
    const finnc_tensor_stats **list; /* of those that saw anything */
    size_t count;
};

/* ---- one tensor ---- */

static finnc_status begin_axes(finnc_stats *s, entry *e, const finnc_tensor *tensor)
{
    e->rank = finnc_tensor_rank(tensor);
    memcpy(e->dims, finnc_tensor_dims(tensor), sizeof *e->dims * (size_t)e->rank);
    for (size_t i = 0; i < s->options->naxes; i++) {
        int asked = s->options->axes[i], axis = asked < 0 ? asked + e->rank : asked;
        if (axis < 0 || axis >= e->rank)
            continue;
        size_t n = (size_t)e->dims[axis];
        double *min = FNC_NEW_ARRAY(&s->arena, double, n),
               *max = FNC_NEW_ARRAY(&s->arena, double, n);
        uint64_t *nnans = FNC_NEW_ARRAY(&s->arena, uint64_t, n);
        if (!min || !max || !nnans)
            return finnc_no_memory(s->cx);
        for (size_t k = 0; k < n; k++) {
            min[k] = INFINITY;
            max[k] = -INFINITY;
        }
        e->axes[e->seen.naxes++] = (finnc_axis_stats){
            .axis = axis, .size = e->dims[axis], .min = min, .max = max, .nnans = nnans};
    }
    e->seen.axes = e->axes;
    e->seen.rank = e->rank;
    e->seen.dims = e->dims;
    return FINNC_OK;
}

static bool has_dims(const entry *e, const finnc_tensor *tensor)
{
    return e->rank == finnc_tensor_rank(tensor) &&
           !memcmp(e->dims, finnc_tensor_dims(tensor), sizeof *e->dims * (size_t)e->rank);
}

static void add_to_axis(const entry *e, const finnc_axis_stats *a, const finnc_tensor *tensor)
{
    int64_t inner = 1, n = finnc_tensor_nelems(tensor);
    double *min = (double *)a->min, *max = (double *)a->max; /* ours, shown as constant */
    uint64_t *nnans = (uint64_t *)a->nnans;
    for (int i = a->axis + 1; i < e->rank; i++)
        inner *= e->dims[i];
    for (int64_t i = 0; i < n; i++) {
        int64_t k = i / inner % a->size;
        double x = finnc_tensor_get(tensor, i);
        nnans[k] += isnan(x) != 0;
        if (x < min[k])
            min[k] = x;
        if (x > max[k])
            max[k] = x;
    }
}

static void add_number(entry *e, double x)
{
    finnc_tensor_stats *s = &e->seen;
    if (isnan(x)) {
        s->nnans++;
        return;
    }
    if (!s->count || x < s->min)
        s->min = x;
    if (!s->count || x > s->max)
        s->max = x;
    s->count++;
    double distance = x - s->mean;
    s->mean += distance / (double)s->count;
    e->m2 += distance * (x - s->mean);
    s->nzeros += x == 0;
    s->nfractions += x != nearbyint(x);
    const finnc_dtype dtype = e->allowed.dtype;
    bool is_inside = finnc_dtype_allows(dtype, x);
    s->noutside += !is_inside && !finnc_allowed_has(e->allowed, x);
    if (e->used && is_inside) {
        size_t code = (size_t)(x - finnc_dtype_min(dtype));
        s->nused += !(e->used[code / 8] >> code % 8 & 1);
        e->used[code / 8] |= (uint8_t)(1u << code % 8);
    }
}

/* Complex numbers have no order, so there is no least one, and no data type holds them. */
static bool has_extremes(const finnc_tensor *tensor)
{
    const finnc_elem elem = finnc_tensor_elem(tensor);
    return finnc_tensor_kind(tensor) == FINNC_KIND_TENSOR && elem != FINNC_ELEM_STRING &&
           elem != FINNC_ELEM_COMPLEX64 && elem != FINNC_ELEM_COMPLEX128;
}

static finnc_status add_tensor(finnc_stats *s, entry *e, const finnc_tensor *tensor)
{
    if (!has_extremes(tensor))
        return FINNC_OK;
    if (!e->seen.ntensors) {
        FINNC_TRY(begin_axes(s, e, tensor));
    } else if (e->rank >= 0 && !has_dims(e, tensor)) {
        e->rank = e->seen.rank = -1;
        e->seen.naxes = 0;
    }
    e->seen.ntensors++;
    if (finnc_tensor_rank(tensor) > s->most)
        s->most = finnc_tensor_rank(tensor);
    int64_t n = finnc_tensor_nelems(tensor);
    for (int64_t i = 0; i < n; i++)
        add_number(e, finnc_tensor_get(tensor, i));
    for (size_t a = 0; a < e->seen.naxes; a++)
        add_to_axis(e, &e->seen.axes[a], tensor);
    return FINNC_OK;
}

/* ---- runs ---- */

static finnc_status add_named(finnc_stats *s, const finnc_value *value, const finnc_tensor *tensor)
{
    size_t place = value ? fnc_value_index_find(&s->index, value) : SIZE_MAX;
    return place == SIZE_MAX || !tensor ? FINNC_OK : add_tensor(s, s->entries[place], tensor);
}

/* Values are looked at as they are computed: what does not suit an annotation is told, not mended.
 * A session may run a copy of the model, whose values have the same names. */
static finnc_status see_node(void *user, finnc_ctx *cx, const finnc_trace *trace)
{
    finnc_stats *s = user;
    for (size_t o = 0; !trace->depth && o < trace->noutputs; o++) {
        const finnc_value *value = finnc_node_output(trace->node, o);
        if (value)
            value = finnc_graph_find_value(s->graph, finnc_value_name(value));
        FINNC_TRY(add_named(s, value, trace->outputs[o]));
    }
    return finnc_ctx_check(cx);
}

static finnc_status run_sample(finnc_stats *s, finnc_session *session, const finnc_bundle *inputs)
{
    for (size_t i = 0; i < finnc_bundle_count(inputs); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(inputs, i, &name);
        FINNC_TRY(finnc_session_feed(session, name, tensor));
        FINNC_TRY(add_named(s, finnc_graph_find_value(s->graph, name), tensor));
    }
    return finnc_session_run(session);
}

static finnc_status run_samples(finnc_stats *s, finnc_session *session)
{
    const finnc_stats_options *options = s->options;
    for (size_t i = 0; i < options->nsamples; i++) {
        finnc_bundle *inputs;
        FINNC_TRY(finnc_progress(s->cx, "running", i, options->nsamples));
        if (options->inputs)
            FINNC_TRY(options->inputs(options->user, s->cx, i, &inputs));
        else
            FINNC_TRY(finnc_graph_draw_inputs(s->cx, s->graph, options->seed, i, &inputs));
        finnc_status status = run_sample(s, session, inputs);
        finnc_bundle_destroy(inputs);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

/* ---- what to look at ---- */

static finnc_status add_entry(finnc_stats *s, const finnc_value *value)
{
    if (!value || fnc_value_index_find(&s->index, value) != SIZE_MAX)
        return FINNC_OK;
    entry *e = FNC_NEW(&s->arena, entry);
    if (!e)
        return finnc_no_memory(s->cx);
    e->seen.value = value;
    e->allowed = finnc_value_allowed(s->cx, value);
    const finnc_dtype dtype = e->allowed.dtype;
    e->seen.nallowed = finnc_dtype_count(dtype);
    if (finnc_dtype_is_integer(dtype) && finnc_dtype_bits(dtype) <= COUNTED_BITS) {
        e->used = fnc_arena_alloc(&s->arena, (size_t)1 << COUNTED_BITS >> 3);
        if (!e->used)
            return finnc_no_memory(s->cx);
    }
    s->entries[s->nentries] = e;
    fnc_value_index_set(&s->index, value, s->nentries++);
    return FINNC_OK;
}

static finnc_status add_entries(finnc_stats *s)
{
    const finnc_graph *g = s->graph;
    for (size_t i = 0; s->options->outputs_only && i < finnc_graph_noutputs(g); i++)
        FINNC_TRY(add_entry(s, finnc_graph_output(g, i)));
    if (s->options->outputs_only)
        return FINNC_OK;
    for (size_t i = 0; i < finnc_graph_ninputs(g); i++)
        if (!finnc_value_is_constant(finnc_graph_input(g, i)))
            FINNC_TRY(add_entry(s, finnc_graph_input(g, i)));
    finnc_foreach_node (node, g)
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            FINNC_TRY(add_entry(s, finnc_node_output(node, o)));
    if (s->options->includes_weights)
        finnc_foreach_value (value, g) {
            if (!finnc_value_is_constant(value))
                continue;
            FINNC_TRY(add_entry(s, value));
            FINNC_TRY(add_named(s, value, finnc_value_tensor(value)));
        }
    return FINNC_OK;
}

/* ---- axes that are said ---- */

static finnc_status check_axes(const finnc_stats *s, int most)
{
    for (size_t i = 0; s->options->has_axes && i < s->options->naxes; i++) {
        const int axis = s->options->axes[i];
        if (axis < -most || axis >= most)
            return finnc_fail(s->cx, FINNC_BAD_VALUE,
                              "channels along axis %d, and the largest rank is %d", axis, most);
    }
    return FINNC_OK;
}

/* Before anything runs, if the model tells the ranks. */
static finnc_status check_axes_early(const finnc_stats *s)
{
    int most = 0;
    for (size_t i = 0; i < s->nentries; i++) {
        const int rank = finnc_value_rank(s->entries[i]->seen.value);
        if (rank < 0)
            return FINNC_OK;
        most = rank > most ? rank : most;
    }
    return check_axes(s, most);
}

/* ---- the result ---- */

/* No type of integers holds a NaN, and where no number came up there is none to tell. */
static void finish_entry(entry *e)
{
    finnc_tensor_stats *t = &e->seen;
    if (!t->count)
        t->min = t->max = t->mean = NAN;
    t->stddev = t->count ? sqrt(e->m2 / (double)t->count) : NAN;
    t->needs = t->nfractions || t->nnans || !t->count ? finnc_dtype_float32()
                                                      : finnc_dtype_holding(t->min, t->max);
}

static finnc_status collect(finnc_stats *s, const finnc_model *model)
{
    finnc_session *session;
    size_t max = finnc_graph_nvalues(s->graph);
    s->entries = FNC_NEW_ARRAY(&s->arena, entry *, max + 1);
    s->list = FNC_NEW_ARRAY(&s->arena, const finnc_tensor_stats *, max + 1);
    if (!s->entries || !s->list)
        return finnc_no_memory(s->cx);
    FINNC_TRY(fnc_value_index_init(s->cx, &s->index, &s->arena, max));
    FINNC_TRY(add_entries(s));
    FINNC_TRY(check_axes_early(s));
    finnc_session_options options = {.trace = see_node, .user = s, .unsanitised = true};
    FINNC_TRY(finnc_session_create(s->cx, model, &options, &session));
    finnc_status status = run_samples(s, session);
    finnc_session_destroy(session);
    if (status == FINNC_OK)
        status = check_axes(s, s->most);
    for (size_t i = 0; i < s->nentries; i++) {
        finish_entry(s->entries[i]);
        if (s->entries[i]->seen.ntensors)
            s->list[s->count++] = &s->entries[i]->seen;
    }
    return status;
}

finnc_status finnc_stats_create(finnc_ctx *cx, const finnc_model *model,
                                const finnc_stats_options *options, finnc_stats **stats)
{
    finnc_stats *s = fnc_alloc(cx, sizeof *s);
    if (!s)
        return finnc_no_memory(cx);
    *s = (finnc_stats){.cx = cx, .graph = finnc_model_graph(model), .options = options};
    fnc_arena_init(&s->arena, cx);
    finnc_status status = collect(s, model);
    if (status != FINNC_OK)
        finnc_stats_destroy(s);
    else
        *stats = s;
    return status;
}

void finnc_stats_destroy(finnc_stats *stats)
{
    if (!stats)
        return;
    fnc_arena_clear(&stats->arena);
    fnc_free(stats->cx, stats);
}

const finnc_tensor_stats *finnc_stats_at(const finnc_stats *stats, size_t i)
{
    return i < stats->count ? stats->list[i] : NULL;
}
