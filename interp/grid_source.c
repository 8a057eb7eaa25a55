/* Which values the graph says to be integers times scales. */
#include "grid.h"

#include "plan.h"

/* How far up the graph is looked: through a few pools and transpositions, or additions. */
enum { LOOK_AT = 32 };

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

static const finnc_tensor *scale_input(const fnc_plan *plan, const finnc_node *node, size_t i)
{
    const finnc_value *value = fnc_plan_source(plan, finnc_node_input(node, i)).value;
    const finnc_tensor *t =
        value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
    return t && finnc_tensor_elem(t) == FINNC_ELEM_FLOAT ? t : NULL;
}

/* -1: nobody knows. */
static int rank_of(const fnc_plan *plan, const finnc_value *value)
{
    if (value && finnc_value_rank(value) >= 0)
        return finnc_value_rank(value);
    const finnc_value *at = fnc_plan_source(plan, value).value;
    const finnc_tensor *t = at && finnc_value_is_constant(at) ? finnc_value_tensor(at) : NULL;
    return t ? finnc_tensor_rank(t) : at ? finnc_value_rank(at) : -1;
}

/* Of what an op makes of input `i` and its scale, each element by itself: scales have no more axes
 * than what they scale. Files need not have the shapes of values in the middle, and what is
 * computed must not depend on whether they do. */
static int result_rank(const fnc_plan *plan, const finnc_node *node, size_t i)
{
    const int rank = rank_of(plan, finnc_node_output(node, 0));
    return rank >= 0 ? rank : rank_of(plan, finnc_node_input(node, i));
}

/* A scale that is broadcast to `rank` axes: one number, or along one of them. */
static bool along_one_axis(const finnc_tensor *scale, int rank, fnc_grid *g)
{
    *g = (fnc_grid){.scale = scale, .axis = FNC_NO_AXIS};
    int own = finnc_tensor_rank(scale);
    if (finnc_tensor_nelems(scale) == 1)
        return true;
    for (int i = 0; i < own; i++) {
        if (finnc_tensor_dim(scale, i) == 1)
            continue;
        if (g->axis != FNC_NO_AXIS || own > rank)
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

static bool look(const fnc_plan *plan, const finnc_value *value, int *left, fnc_grid *g);

static bool look_at_source(const fnc_plan *plan, const finnc_node *node, fnc_grid *g,
                           bool *is_source)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (!finnc_node_is(node, sources[i].op_type))
            continue;
        *is_source = true;
        if (sources[i].scale == 0)
            return true;
        const finnc_tensor *scale = scale_input(plan, node, sources[i].scale);
        if (!scale || !along_one_axis(scale, result_rank(plan, node, 0), g))
            return false;
        g->is_constant = is_constant(fnc_plan_source(plan, finnc_node_input(node, 0)).value);
        return true;
    }
    return false;
}

/* The operand that is a constant, or 2. */
static size_t constant_operand(const fnc_plan *plan, const finnc_node *node)
{
    for (size_t i = 0; i < 2; i++) {
        if (is_constant(fnc_plan_source(plan, finnc_node_input(node, i)).value))
            return i;
    }
    return 2;
}

/* Integers times a constant. */
static bool look_at_product(const fnc_plan *plan, const finnc_node *node, int *left, fnc_grid *g)
{
    size_t constant = constant_operand(plan, node);
    const finnc_tensor *scale = constant < 2 ? scale_input(plan, node, constant) : NULL;
    return scale && look(plan, finnc_node_input(node, 1 - constant), left, g) && !g->scale &&
           along_one_axis(scale, result_rank(plan, node, 1 - constant), g);
}

static double only_scale(const fnc_grid *g)
{
    return g->scale ? finnc_tensor_get(g->scale, 0) : 1;
}

/* Integers and a constant, or sums of numbers on one grid. */
static bool look_at_sum(const fnc_plan *plan, const finnc_node *node, int *left, fnc_grid *g)
{
    fnc_grid other;
    size_t constant = constant_operand(plan, node);
    if (constant < 2)
        return look(plan, finnc_node_input(node, 1 - constant), left, g) && !g->scale;
    return look(plan, finnc_node_input(node, 0), left, g) &&
           look(plan, finnc_node_input(node, 1), left, &other) && g->axis == FNC_NO_AXIS &&
           other.axis == FNC_NO_AXIS && only_scale(g) == only_scale(&other);
}

/* Only a Transpose says plainly where an axis goes. */
static bool look_before_move(const fnc_plan *plan, const finnc_node *node, int *left, fnc_grid *g)
{
    if (!look(plan, finnc_node_input(node, 0), left, g))
        return false;
    if (g->axis == FNC_NO_AXIS || finnc_node_has_trait(node, FINNC_OP_PICKS))
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

static bool look(const fnc_plan *plan, const finnc_value *value, int *left, fnc_grid *g)
{
    const fnc_source at = fnc_plan_source(plan, value);
    *g = (fnc_grid){.axis = FNC_NO_AXIS, .is_constant = is_constant(at.value)};
    if (!value || (*left)-- <= 0)
        return false;
    if (is_integer(value) || is_integer(at.value))
        return true;
    const finnc_node *node = finnc_value_producer(at.value);
    bool is_source = false;
    if (!node || look_at_source(at.plan, node, g, &is_source))
        return node != NULL;
    if (is_source)
        return false;
    if (finnc_node_is(node, "Mul"))
        return look_at_product(at.plan, node, left, g);
    if (finnc_node_is(node, "Add"))
        return look_at_sum(at.plan, node, left, g);
    return finnc_node_has_trait(node, FINNC_OP_MOVES | FINNC_OP_PICKS) &&
           look_before_move(at.plan, node, left, g);
}

void fnc_grid_look(const fnc_plan *plan, const finnc_value *value, fnc_grid *grid)
{
    int left = LOOK_AT;
    grid->is_known = look(plan, value, &left, grid);
}
