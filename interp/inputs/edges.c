/* Inputs where results may jump.
 *
 * Random numbers hardly ever meet a threshold, and that is where rewrites go wrong: by an
 * inequality that should be strict, by a rounding to the other side, by one level too few. So from
 * every input we follow the data through steps that can be undone element by element (undo.h) to
 * the quantisers behind them, pick an edge of theirs for each element, and go back with it. */
#include "../generator.h"
#include "undo.h"

#include <base/compiler.h>
#include <nodes/threshold_axis.h>

#include <finnc/op.h>
#include <finnc/run.h>

#include <math.h>
#include <string.h>

enum {
    NMIXED = 2,     /* samples 0 and 1: extreme numbers among others */
    NEDGES = 3,     /* and those below, on and above edges */
    MAX_STEPS = 24, /* between an input and a quantiser */
    MAX_PATHS = 64  /* per input */
};

/* Two roundings or more on the way may be moved by a pass that is right: none of its intermediate
 * results is off by more than a few of 2^-24 of the largest number there. */
static const double rounding_margin = 0x1p-18;

/* ---- the edges of quantisers ---- */

/* Fills `y`, of type DOUBLE and in the shape of the node's first input, with edges. UNSUPPORTED:
 * they are not known. */
typedef finnc_status edges_fn(finnc_ctx *cx, const finnc_node *node, uint64_t *state,
                              finnc_tensor *y, finnc_tensor **edges);

static uint64_t draw_below(uint64_t *state, uint64_t n)
{
    return fnc_random_next(state) % n;
}

static const finnc_tensor *constant(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value ? finnc_value_tensor(value) : NULL;
}

static finnc_status no_edges(finnc_ctx *cx)
{
    return finnc_fail(cx, FINNC_UNSUPPORTED, "its edges are not known");
}

/* The axis of the channels: last in hardware, else as MultiThreshold has it. */
static int channel_axis(const finnc_node *node, int rank)
{
    if (finnc_node_has_trait(node, FINNC_OP_HARDWARE))
        return rank < 1 ? 0 : rank - 1;
    return rank < 2 ? 0 : fnc_threshold_axis(node, rank);
}

static finnc_status threshold_edges(finnc_ctx *cx, const finnc_node *node, uint64_t *state,
                                    finnc_tensor *y, finnc_tensor **edges)
{
    const finnc_tensor *t = constant(node, 1);
    const int rank = finnc_tensor_rank(y), axis = channel_axis(node, rank);
    if (!t || finnc_tensor_rank(t) != 2 || finnc_tensor_nelems(t) == 0)
        return no_edges(cx);
    const int64_t nchannels = finnc_tensor_dim(t, 0), nsteps = finnc_tensor_dim(t, 1);
    if (nchannels > 1 && (rank == 0 || finnc_tensor_dim(y, axis) != nchannels))
        return no_edges(cx);
    int64_t inner = 1;
    for (int i = axis + 1; i < rank; i++)
        inner *= finnc_tensor_dim(y, i);
    for (int64_t i = 0, n = finnc_tensor_nelems(y); i < n; i++) {
        const int64_t channel = nchannels > 1 ? i / inner % nchannels : 0;
        const int64_t step = (int64_t)draw_below(state, (uint64_t)nsteps);
        finnc_tensor_set(y, i, finnc_tensor_get(t, channel * nsteps + step));
    }
    *edges = finnc_tensor_retain(y);
    return FINNC_OK;
}

/* Multiples of a half from `lo` to `hi`: whatever the rounding mode, the levels change there. */
static void draw_halves(uint64_t *state, double lo, double hi, finnc_tensor *y)
{
    lo = fmax(lo, -0x1p20);
    hi = fmin(hi, 0x1p20);
    const uint64_t count = (uint64_t)(2 * (hi - lo)) + 1;
    for (int64_t i = 0, n = finnc_tensor_nelems(y); i < n; i++)
        finnc_tensor_set(y, i, lo + 0.5 * (double)draw_below(state, count));
}

/* (y - zero_point) * scale. */
static finnc_status scaled(finnc_ctx *cx, const finnc_tensor *y, const finnc_tensor *scale,
                           const finnc_tensor *zero_point, finnc_tensor **edges)
{
    finnc_tensor *moved;
    FINNC_TRY(fnc_in_double(cx, "Sub", y, zero_point, &moved));
    const finnc_status status = fnc_in_double(cx, "Mul", moved, scale, edges);
    finnc_tensor_release(moved);
    return status;
}

static finnc_status quant_edges(finnc_ctx *cx, const finnc_node *node, uint64_t *state,
                                finnc_tensor *y, finnc_tensor **edges)
{
    const finnc_tensor *scale = constant(node, 1), *zero_point = constant(node, 2);
    const finnc_tensor *bits = constant(node, 3);
    if (!scale || !zero_point || !bits || finnc_tensor_nelems(bits) != 1)
        return no_edges(cx);
    const double top = ldexp(1, (int)fmin(fmax(finnc_tensor_get(bits, 0), 1), 24));
    const bool is_signed = finnc_node_int(node, "signed", 1) != 0;
    draw_halves(state, is_signed ? -top / 2 - 1 : -1, is_signed ? top / 2 : top, y);
    return scaled(cx, y, scale, zero_point, edges);
}

static finnc_status rounding_edges(finnc_ctx *cx, const finnc_node *node, uint64_t *state,
                                   finnc_tensor *y, finnc_tensor **edges)
{
    (void)cx, (void)node;
    draw_halves(state, -4, 4, y);
    *edges = finnc_tensor_retain(y);
    return FINNC_OK;
}

static finnc_status sign_edges(finnc_ctx *cx, const finnc_node *node, FNC_UNUSED uint64_t *state,
                               finnc_tensor *y, finnc_tensor **edges)
{
    (void)cx, (void)node;
    *edges = finnc_tensor_retain(y);
    return FINNC_OK;
}

static const struct quantiser {
    const char *op;
    edges_fn *edges;
} quantisers[] = {
    {"MultiThreshold", threshold_edges},
    {"Thresholding", threshold_edges},
    {"Quant", quant_edges},
    {"BipolarQuant", sign_edges},
    {"Sign", sign_edges},
    {"Relu", sign_edges},
    {"Round", rounding_edges},
    {"Floor", rounding_edges},
    {"Ceil", rounding_edges},
};

static edges_fn *edges_of(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node); /* of a layer's HLS and RTL variants, too */
    for (size_t i = 0; op && i < sizeof quantisers / sizeof *quantisers; i++)
        if (!strcmp(op->name, quantisers[i].op))
            return quantisers[i].edges;
    return NULL;
}

/* ---- the way to them ---- */

typedef struct step {
    const finnc_node *node;
    size_t index; /* of the input that the data come in by */
    const fnc_undo *undo;
} step;

/* One walk from an input; `found` is called for each quantiser on its way, with the steps before
 * it. */
typedef struct walk {
    finnc_ctx *cx;
    step steps[MAX_STEPS];
    int nsteps, npaths;
    finnc_status (*found)(struct walk *walk, const finnc_node *quantiser, edges_fn *edges);
    /* What finding fills in: */
    const finnc_value *input;
    finnc_tensor *drawn;
    uint64_t state;
    int side; /* -1: below the edges, 0: onto them, 1: above */
} walk;

static finnc_status follow(walk *w, const finnc_value *value)
{
    finnc_foreach_use (use, value) {
        const finnc_node *node = finnc_use_node(use);
        const size_t index = finnc_use_index(use);
        if (finnc_node_graph(node) != finnc_value_graph(value) || w->npaths >= MAX_PATHS)
            continue;
        edges_fn *edges = index == 0 ? edges_of(node) : NULL;
        if (edges) {
            w->npaths++;
            FINNC_TRY(w->found(w, node, edges));
        }
        const fnc_undo *undo = fnc_undo_find(node, index);
        const finnc_value *next = finnc_node_output(node, 0);
        if (!undo || !next || w->nsteps >= MAX_STEPS)
            continue;
        w->steps[w->nsteps++] = (step){node, index, undo};
        FINNC_TRY(follow(w, next));
        w->nsteps--;
    }
    return FINNC_OK;
}

static finnc_status just_count(walk *w, const finnc_node *quantiser, edges_fn *edges)
{
    (void)w, (void)quantiser, (void)edges;
    return FINNC_OK;
}

size_t finnc_graph_nedges(finnc_ctx *cx, const finnc_graph *graph)
{
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));) {
        walk w = {.cx = cx, .found = just_count};
        if (follow(&w, value) != FINNC_OK || w.npaths > 0)
            return NMIXED + NEDGES;
    }
    return NMIXED;
}

/* ---- from an edge to an input ---- */

static finnc_status draw_edges(walk *w, const finnc_node *quantiser, edges_fn *edges,
                               finnc_tensor **y)
{
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *room;
    if (!fnc_drawn_shape(finnc_node_input(quantiser, 0), &rank, dims))
        return no_edges(w->cx);
    FINNC_TRY(finnc_tensor_create(w->cx, FINNC_ELEM_DOUBLE, rank, dims, &room));
    finnc_status status = edges(w->cx, quantiser, &w->state, room, y);
    finnc_tensor_release(room);
    return status;
}

/* Ends `y`, whatever it answers. */
static finnc_status undo_all(walk *w, finnc_tensor *y, finnc_tensor **x)
{
    for (int i = w->nsteps - 1; i >= 0; i--) {
        finnc_tensor *before;
        const step *s = &w->steps[i];
        const finnc_status status = fnc_undo_step(w->cx, s->undo, s->node, s->index, y, &before);
        finnc_tensor_release(y);
        FINNC_TRY(status);
        y = before;
    }
    *x = y;
    return FINNC_OK;
}

static double margin_of(const walk *w, const finnc_tensor *x)
{
    int roundings = 0;
    double largest = 0;
    for (int i = 0; i < w->nsteps; i++)
        roundings += fnc_undo_roundings(w->steps[i].undo);
    for (int64_t i = 0, n = finnc_tensor_nelems(x); i < n && roundings > 1; i++) {
        const double size = fabs(finnc_tensor_get(x, i));
        largest = isfinite(size) ? fmax(largest, size) : largest;
    }
    return largest * rounding_margin;
}

static double beside_integer(double edge, double margin, int side)
{
    if (side < 0)
        return ceil(edge - margin) - 1;
    if (side > 0)
        return floor(edge + margin) + 1;
    return margin > 0 && fabs(nearbyint(edge) - edge) <= margin ? nearbyint(edge) + 1
                                                                : nearbyint(edge);
}

static double beside_float(double edge, double margin, int side)
{
    if (margin > 0)
        return edge + (side < 0 ? -margin : margin);
    return side == 0 ? (float)edge : nextafterf((float)edge, side < 0 ? -INFINITY : INFINITY);
}

static bool is_integer(const finnc_value *value)
{
    return finnc_elem_is_integer(finnc_value_elem(value)) ||
           (finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value)));
}

static bool can_hold(const finnc_value *value, double x)
{
    if (!isfinite(x) || fabs(x) > 1e30)
        return false;
    if (finnc_value_has_dtype(value) && !finnc_dtype_allows(finnc_value_dtype(value), x))
        return false;
    const finnc_elem elem = finnc_value_elem(value);
    return !finnc_elem_is_integer(elem) || finnc_elem_decode(elem, finnc_elem_encode(elem, x)) == x;
}

/* Of several quantisers behind an input each has its share of the elements. */
static void place(walk *w, const finnc_tensor *x)
{
    const double margin = margin_of(w, x);
    const bool integers = is_integer(w->input);
    for (int64_t i = 0, n = finnc_tensor_nelems(x); i < n; i++) {
        const double edge = finnc_tensor_get(x, i);
        const double beside =
            integers ? beside_integer(edge, margin, w->side) : beside_float(edge, margin, w->side);
        if (can_hold(w->input, beside) && draw_below(&w->state, (uint64_t)w->npaths) == 0)
            finnc_tensor_set(w->drawn, i, beside);
    }
}

static finnc_status put_onto(walk *w, const finnc_node *quantiser, edges_fn *edges)
{
    finnc_tensor *y, *x = NULL;
    finnc_status status = draw_edges(w, quantiser, edges, &y);
    if (status == FINNC_OK)
        status = undo_all(w, y, &x);
    if (status == FINNC_OK)
        place(w, x);
    finnc_tensor_release(x);
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    finnc_ctx_clear(w->cx); /* this one has no edges that we know */
    return FINNC_OK;
}

/* ---- extremes ---- */

static double extreme(const finnc_value *value, uint64_t bits)
{
    const bool has_bounds = finnc_value_has_dtype(value) &&
                            isfinite(finnc_dtype_min(finnc_value_dtype(value))) &&
                            finnc_dtype_max(finnc_value_dtype(value)) < 0x1p24;
    if (has_bounds)
        return bits & 1 ? finnc_dtype_max(finnc_value_dtype(value))
                        : finnc_dtype_min(finnc_value_dtype(value));
    static const double numbers[] = {0, 1, -1, 100};
    return numbers[bits & 3];
}

/* In sample 0 a half of the elements are extreme, in sample 1 all are, channel by channel alike. */
static void mix_extremes(walk *w, uint64_t sample)
{
    const int rank = finnc_tensor_rank(w->drawn);
    const int64_t n = finnc_tensor_nelems(w->drawn);
    const int64_t run =
        rank > 1 && finnc_tensor_dim(w->drawn, 0) > 0 && finnc_tensor_dim(w->drawn, 1) > 0
            ? n / finnc_tensor_dim(w->drawn, 0) / finnc_tensor_dim(w->drawn, 1)
            : n;
    uint64_t bits = 0;
    for (int64_t i = 0; i < n; i++) {
        if (sample == 0 || i % (run > 0 ? run : 1) == 0)
            bits = fnc_random_next(&w->state);
        const double x = extreme(w->input, bits >> 8);
        if ((sample > 0 || bits & 1) && can_hold(w->input, x))
            finnc_tensor_set(w->drawn, i, x);
    }
}

/* ---- samples ---- */

static uint64_t mix(uint64_t seed, uint64_t sample, uint64_t input)
{
    uint64_t state = seed ^ UINT64_C(0x6564676573);
    state = fnc_random_next(&state) ^ sample;
    state = fnc_random_next(&state) ^ input;
    return fnc_random_next(&state);
}

static finnc_status draw_input(finnc_ctx *cx, const finnc_value *value, uint64_t seed,
                               uint64_t sample, finnc_bundle *drawn)
{
    walk w = {.cx = cx,
              .found = put_onto,
              .input = value,
              .state = seed,
              .side = sample < NMIXED ? 0 : (int)((sample - NMIXED) % NEDGES) - 1};
    FINNC_TRY(finnc_value_draw(cx, value, fnc_random_next(&w.state), &w.drawn));
    finnc_status status = FINNC_OK;
    const bool is_tensor = finnc_tensor_kind(w.drawn) == FINNC_KIND_TENSOR;
    if (is_tensor && sample < NMIXED)
        mix_extremes(&w, sample);
    else if (is_tensor)
        status = follow(&w, value);
    if (status == FINNC_OK)
        status = finnc_bundle_set(drawn, finnc_value_name(value), w.drawn);
    finnc_tensor_release(w.drawn);
    return status;
}

static finnc_status draw_inputs(finnc_ctx *cx, const finnc_graph *graph, uint64_t seed,
                                uint64_t sample, finnc_bundle *drawn)
{
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));)
        FINNC_TRY(draw_input(cx, value, mix(seed, sample, at), sample, drawn));
    return FINNC_OK;
}

/* The way back needs shapes, which a model need not say. */
static finnc_status draw_with_shapes(finnc_ctx *cx, const finnc_graph *graph, uint64_t seed,
                                     uint64_t sample, finnc_bundle *drawn)
{
    finnc_model *model;
    FINNC_TRY(finnc_model_clone(cx, finnc_graph_model(graph), &model));
    finnc_graph *clone = finnc_model_graph(model);
    finnc_status status = finnc_graph_infer_shapes(cx, clone);
    if (status != FINNC_NO_MEMORY && status != FINNC_CANCELLED) {
        finnc_ctx_clear(cx); /* what is not known has no edges that we know */
        status = draw_inputs(cx, clone, seed, sample, drawn);
    }
    finnc_model_destroy(model);
    return status;
}

finnc_status finnc_graph_draw_edges(finnc_ctx *cx, const finnc_graph *graph, uint64_t seed,
                                    uint64_t sample, finnc_bundle **inputs)
{
    finnc_bundle *drawn;
    FINNC_TRY(finnc_bundle_create(cx, &drawn));
    const bool is_main = finnc_model_graph(finnc_graph_model(graph)) == graph;
    const finnc_status status = sample >= NMIXED && is_main
                                    ? draw_with_shapes(cx, graph, seed, sample, drawn)
                                    : draw_inputs(cx, graph, seed, sample, drawn);
    if (status == FINNC_OK)
        *inputs = drawn;
    else
        finnc_bundle_destroy(drawn);
    return status;
}

finnc_status finnc_graph_draw_sample(finnc_ctx *cx, const finnc_graph *graph, uint64_t seed,
                                     size_t nrandom, size_t sample, finnc_bundle **inputs)
{
    if (sample < nrandom)
        return finnc_graph_draw_inputs(cx, graph, seed, sample, inputs);
    return finnc_graph_draw_edges(cx, graph, seed, sample - nrandom, inputs);
}
