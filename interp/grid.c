#include "grid.h"

#include <math.h>

/* How far up the graph is looked: through a few pools and transpositions, or additions. */
enum { LOOK_AT = 32, NONE = -1 };

/* Beyond this many steps nearly every float32 is near some multiple of a step. */
static const double most_steps = 1 << 17;

typedef struct grid {
    const finnc_tensor *scale; /* float32; NULL: 1 */
    int axis;                  /* along which it varies; NONE */
    bool is_constant;          /* weights */
} grid;

/* ---- what the graph says ---- */

/* Ops that make integers times their input `scale`; 0: integers, mostly. */
typedef struct source {
    const char *op_type;
    size_t scale;
} source;

static const source sources[] = {{"Quant", 1},
                                 {"IntQuant", 1},
                                 {"BipolarQuant", 1},
                                 {"DequantizeLinear", 1},
                                 {"MultiThreshold", 0}};

static const finnc_tensor *scale_input(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_tensor *t =
        value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
    return t && finnc_tensor_elem(t) == FINNC_ELEM_FLOAT ? t : NULL;
}

/* A scale that is broadcast to `rank` axes: one number, or along one of them. */
static bool along_one_axis(const finnc_tensor *scale, int rank, grid *g)
{
    *g = (grid){.scale = scale, .axis = NONE};
    int own = finnc_tensor_rank(scale);
    if (finnc_tensor_nelems(scale) == 1)
        return true;
    for (int i = 0; i < own; i++) {
        if (finnc_tensor_dim(scale, i) == 1)
            continue;
        if (g->axis != NONE || own > rank)
            return false;
        g->axis = i + rank - own;
    }
    return finnc_tensor_nelems(scale) > 0;
}

static bool is_constant(const finnc_value *value)
{
    return value && finnc_value_is_constant(value);
}

static bool is_integer(const finnc_value *value)
{
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value));
}

static bool look(const finnc_value *value, int *left, grid *g);

static bool look_at_source(const finnc_node *node, grid *g, bool *is_source)
{
    const finnc_value *out = finnc_node_output(node, 0);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (!finnc_node_is(node, sources[i].op_type))
            continue;
        *is_source = true;
        if (sources[i].scale == 0)
            return true;
        const finnc_tensor *scale = scale_input(node, sources[i].scale);
        if (!scale || !along_one_axis(scale, out ? finnc_value_rank(out) : -1, g))
            return false;
        g->is_constant = is_constant(finnc_node_input(node, 0));
        return true;
    }
    return false;
}

/* The operand that is a constant, or 2. */
static size_t constant_operand(const finnc_node *node)
{
    for (size_t i = 0; i < 2; i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && finnc_value_is_constant(value))
            return i;
    }
    return 2;
}

/* Integers times a constant. */
static bool look_at_product(const finnc_node *node, int *left, grid *g)
{
    size_t constant = constant_operand(node);
    const finnc_tensor *scale = constant < 2 ? scale_input(node, constant) : NULL;
    return scale && look(finnc_node_input(node, 1 - constant), left, g) && !g->scale &&
           along_one_axis(scale, finnc_value_rank(finnc_node_output(node, 0)), g);
}

static double only_scale(const grid *g)
{
    return g->scale ? finnc_tensor_get(g->scale, 0) : 1;
}

/* Integers and a constant, or sums of numbers on one grid. */
static bool look_at_sum(const finnc_node *node, int *left, grid *g)
{
    grid other;
    size_t constant = constant_operand(node);
    if (constant < 2)
        return look(finnc_node_input(node, 1 - constant), left, g) && !g->scale;
    return look(finnc_node_input(node, 0), left, g) &&
           look(finnc_node_input(node, 1), left, &other) && g->axis == NONE && other.axis == NONE &&
           only_scale(g) == only_scale(&other);
}

/* Only a Transpose says plainly where an axis goes. */
static bool look_before_move(const finnc_node *node, int *left, grid *g)
{
    if (!look(finnc_node_input(node, 0), left, g))
        return false;
    if (g->axis == NONE || finnc_node_has_trait(node, FINNC_OP_PICKS))
        return true;
    size_t n = 0;
    const int64_t *perm = finnc_node_ints(node, "perm", &n);
    if (!finnc_node_is(node, "Transpose") || !perm)
        return false;
    for (size_t i = 0; i < n; i++)
        if (perm[i] == g->axis) {
            g->axis = (int)i;
            return true;
        }
    return false;
}

static bool look(const finnc_value *value, int *left, grid *g)
{
    *g = (grid){.axis = NONE, .is_constant = is_constant(value)};
    if (!value || (*left)-- <= 0)
        return false;
    if (is_integer(value))
        return true;
    const finnc_node *node = finnc_value_producer(value);
    bool is_source = false;
    if (!node || look_at_source(node, g, &is_source))
        return node != NULL;
    if (is_source)
        return false;
    if (finnc_node_is(node, "Mul"))
        return look_at_product(node, left, g);
    if (finnc_node_is(node, "Add"))
        return look_at_sum(node, left, g);
    return finnc_node_has_trait(node, FINNC_OP_MOVES | FINNC_OP_PICKS) &&
           look_before_move(node, left, g);
}

/* ---- what the numbers say ---- */

typedef struct counted {
    double *steps; /* the integers */
    double most;   /* the largest magnitude among them */
} counted;

/* Elements before those of `axis` that follow each other, and how many the axis has. */
static void stride_of(const fnc_array *x, int axis, int64_t *inner, int64_t *size)
{
    *inner = 1;
    *size = axis == NONE ? 1 : x->dims[axis];
    for (int i = axis + 1; axis != NONE && i < x->rank; i++)
        *inner *= x->dims[i];
}

/* Four roundings off at most: a Quant's one, a few of additions. */
static bool count_steps(const fnc_array *x, const grid *g, counted *c)
{
    const float *data = x->data;
    const double near = g->scale ? 4 * 0x1p-23 : 0;
    int64_t inner, size;
    if (g->axis >= x->rank)
        return false;
    stride_of(x, g->axis, &inner, &size);
    if (g->scale && finnc_tensor_nelems(g->scale) != size)
        return false;
    c->most = 0;
    for (int64_t begin = 0; begin < x->nelems; begin += inner) {
        double scale = g->scale ? finnc_tensor_get(g->scale, begin / inner % size) : 1;
        int64_t end = g->axis == NONE ? x->nelems : begin + inner;
        if (!(scale > 0 && isfinite(scale)))
            return false;
        for (int64_t i = begin; i < end; i++) {
            double v = data[i], q = rint(v / scale);
            if (!(fabs(v - q * scale) <= near * fabs(v)))
                return false;
            c->steps[i] = q;
            c->most = fabs(q) > c->most ? fabs(q) : c->most;
        }
        if (g->axis == NONE)
            break;
    }
    return !g->scale || c->most <= most_steps;
}

/* Where the graph or the numbers say no, the operand stays as it is. */
static bool find_integers(const fnc_call *call, size_t i, int axis, grid *g, counted *c)
{
    int left = LOOK_AT;
    const fnc_array *x = &call->in[i];
    return look(finnc_node_input(call->node, i), &left, g) &&
           (g->axis == NONE || g->axis == axis) && count_steps(x, g, c);
}

/* ---- both together ---- */

static finnc_status operand_as(fnc_call *call, finnc_elem elem, const double *integers, size_t i,
                               const void **operand)
{
    const int64_t n = call->in[i].nelems;
    *operand = elem == FINNC_ELEM_DOUBLE ? (const void *)integers : call->in[i].data;
    if (!integers && elem == FINNC_ELEM_DOUBLE) {
        fnc_array wide;
        FINNC_TRY(fnc_in_as(call, i, elem, &wide));
        *operand = wide.data;
    } else if (integers && elem == FINNC_ELEM_FLOAT) {
        float *narrow = FNC_SCRATCH(call, float, n);
        if (!narrow)
            return finnc_no_memory(call->cx);
        fnc_convert(FINNC_ELEM_DOUBLE, integers, elem, narrow, n);
        *operand = narrow;
    }
    return FINNC_OK;
}

static finnc_status steps_of(fnc_call *call, const grid *g, fnc_grid_steps *s)
{
    const void *data;
    *s = (fnc_grid_steps){NULL, 1};
    if (!g->scale)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(call->cx, g->scale, &data));
    *s = (fnc_grid_steps){data, finnc_tensor_nelems(g->scale)};
    return FINNC_OK;
}

finnc_status fnc_grid_find(fnc_call *call, const int axes[2], int64_t terms,
                           fnc_grid_product *product, bool *found)
{
    grid g[2];
    counted c[2] = {{0}};
    bool on_grid[2];
    *found = false;
    if (call->in[0].elem != FINNC_ELEM_FLOAT || call->in[1].elem != FINNC_ELEM_FLOAT)
        return FINNC_OK;
    for (size_t i = 0; i < 2; i++) {
        c[i].steps = FNC_SCRATCH(call, double, call->in[i].nelems);
        if (!c[i].steps)
            return finnc_no_memory(call->cx);
        on_grid[i] = find_integers(call, i, axes[i], &g[i], &c[i]);
        if (!on_grid[i])
            g[i] = (grid){.axis = NONE};
    }
    const bool both = on_grid[0] && on_grid[1];
    if (!(on_grid[0] || on_grid[1]) || (both && !g[0].scale && !g[1].scale))
        return FINNC_OK;
    const double sum = (double)terms * c[0].most * c[1].most;
    product->elem = both && sum < 0x1p24 ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
    product->first = g[0].is_constant && !g[1].is_constant;
    for (size_t i = 0; i < 2; i++) {
        FINNC_TRY(
            operand_as(call, product->elem, on_grid[i] ? c[i].steps : NULL, i, &product->in[i]));
        FINNC_TRY(steps_of(call, &g[i], &product->steps[i]));
    }
    *found = true;
    return FINNC_OK;
}

static float times(float x, const fnc_grid_steps *s, int64_t i, int64_t inner)
{
    return s->steps ? x * s->steps[s->count > 1 ? i / inner % s->count : 0] : x;
}

void fnc_grid_scale(const fnc_grid_product *product, const void *sums, int64_t n,
                    const int64_t inner[2], float *out)
{
    const float *narrow = sums;
    const double *wide = sums;
    const int first = product->first, last = !first;
    for (int64_t i = 0; i < n; i++) {
        float x = product->elem == FINNC_ELEM_FLOAT ? narrow[i] : (float)wide[i];
        x = times(x, &product->steps[first], i, inner[first]);
        out[i] = times(x, &product->steps[last], i, inner[last]);
    }
}
