/*      MultiThreshold(f(x))   becomes   MultiThreshold(x)
 *
 * for an f that keeps or reverses the order of its inputs: f(x) reaches T where x reaches (or,
 * where f falls, no longer exceeds) the float at which the network's own node first gives T. That
 * float is found by running the node, so whatever it rounds is part of the threshold, and every
 * decision stays. Where f falls, signs stay in front of the quantiser; they let further nodes
 * through, until Absorb1BitMulIntoMatMul or -Conv takes them. Each application takes a node away
 * that is no sign, so it ends. */
#include "../support/build.h"
#include "../support/channels.h"
#include "../support/constants.h"
#include "../support/eval.h"
#include "../support/float_order.h"
#include "../support/opset.h"
#include "../support/retype.h"

#include <base/arena.h>
#include <nodes/threshold_axis.h>

#include <inttypes.h>
#include <math.h>

typedef struct monotone {
    const char *op_type;
    size_t x;              /* the input that counts; the others are constants */
    int direction;         /* +1 or -1 */
    size_t sign;           /* the constant whose sign turns it round; 0: none */
    bool is_both_ways;     /* x may as well be input 1, the constant being input 0 */
    const char *slope;     /* an attribute that must not be negative; NULL: none */
    bool has_own_channels; /* constants are vectors along the channels, not broadcast */
} monotone;

static const monotone table[] = {
    {"Add", .x = 0, .direction = 1, .is_both_ways = true},
    {"Mul", .x = 0, .direction = 1, .sign = 1, .is_both_ways = true},
    {"Sub", .x = 0, .direction = 1},
    {"Sub", .x = 1, .direction = -1},
    {"Div", .x = 0, .direction = 1, .sign = 1},
    {"BatchNormalization", .x = 0, .direction = 1, .sign = 1, .has_own_channels = true},
    {"Neg", .x = 0, .direction = -1},
    {"Relu", .x = 0, .direction = 1},
    {"LeakyRelu", .x = 0, .direction = 1, .slope = "alpha"},
    {"Clip", .x = 0, .direction = 1},
};

enum { MOST_STEPS = 1 << 16, HALVINGS = 32 };

typedef struct absorption {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node, *quantiser;
    finnc_node *signs; /* a Mul by -1 and +1 between the two, or NULL */
    const monotone *how;
    size_t x, sign; /* as in the table, or the other way round */
    int rank, axis; /* of the data and its channels; -1 where nothing varies */
    int64_t rows;   /* of the new thresholds */
    bool falls;     /* somewhere */
} absorption;

/* ---- may it be absorbed? ---- */

static const finnc_tensor *constant(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
}

static bool others_are_constant(const finnc_node *node, size_t x)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        if (i != x && finnc_node_input(node, i) && !constant(node, i))
            return false;
    return finnc_node_input(node, x) && !constant(node, x);
}

static bool find_how(absorption *a)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const monotone *m = &table[i];
        if (!finnc_node_is_any(a->node, m->op_type))
            continue;
        const size_t nways = m->is_both_ways ? 2 : 1;
        for (size_t turned = 0; turned < nways; turned++) {
            a->how = m;
            a->x = turned ? 1 - m->x : m->x;
            a->sign = turned && m->sign ? 0 : m->sign;
            if (others_are_constant(a->node, a->x))
                return true;
        }
    }
    return false;
}

static bool miss(absorption *a, const char *what, const char *detail)
{
    finnc_pass_missed(a->run, a->node, "%s%s", what, detail);
    return false;
}

/* One number, or one for each channel. */
static bool fits_channels(absorption *a, const finnc_node *node, size_t input)
{
    const finnc_tensor *c = constant(node, input);
    const bool is_vector = node == a->node && a->how->has_own_channels;
    char spread[FNC_SPREAD_MAX];
    if (!c || finnc_tensor_nelems(c) == 1)
        return !c || finnc_tensor_rank(c) <= (a->rank < 0 ? 1 : a->rank) ||
               miss(a, "a constant has more axes than the data", "");
    if (a->rank < 2)
        return miss(a, "its constants differ per channel and the rank of its data is not known",
                    ": InferShapes finds it");
    const int axis = fnc_threshold_axis(a->quantiser, a->rank);
    const int varies = is_vector ? fnc_batch_norm_axis(node, a->rank) : fnc_tensor_axis(c, a->rank);
    if (varies != axis || (is_vector && finnc_tensor_rank(c) != 1))
        return miss(a,
                    "its constants do not vary along the channels: ", fnc_tensor_spread(c, spread));
    const int64_t n = finnc_tensor_nelems(c);
    const finnc_dim channels = finnc_value_dim(finnc_node_input(a->node, a->x), axis);
    /* Of one channel a longer constant makes more. */
    if (channels.size < 0)
        return miss(a,
                    "its constants differ per channel and the channels of its data are not known",
                    ": InferShapes finds them");
    if ((a->rows > 1 && a->rows != n) || channels.size != n)
        return miss(a, "it has another number of channels than its data or the thresholds: ",
                    fnc_tensor_spread(c, spread));
    a->rows = n;
    a->axis = axis;
    return true;
}

static bool is_alone(absorption *a)
{
    const finnc_node *last = a->signs ? a->signs : a->node;
    const finnc_value *y = finnc_node_output(a->node, 0), *z = finnc_node_output(last, 0);
    if (finnc_value_is_output(z) || finnc_value_nuses(z) != 1)
        y = z;
    for (size_t i = 1; i < finnc_node_noutputs(a->node); i++)
        if (finnc_node_output(a->node, i))
            return miss(a, "it has more outputs than one", "");
    if (finnc_value_is_output(y) || finnc_value_nuses(y) != 1)
        return miss(a,
                    finnc_value_is_output(y) ? "its result is a graph output"
                                             : "its result has other users, too",
                    "");
    return true;
}

static bool computes_in_float(const absorption *a, const finnc_tensor *thresholds)
{
    for (size_t i = 0; i < finnc_node_ninputs(a->node); i++) {
        const finnc_value *input = finnc_node_input(a->node, i);
        if (input && finnc_value_elem(input) != FINNC_ELEM_FLOAT &&
            finnc_value_elem(input) != FINNC_ELEM_UNDEFINED)
            return false;
    }
    return finnc_tensor_elem(thresholds) == FINNC_ELEM_FLOAT;
}

static double element(const finnc_tensor *c, int64_t row)
{
    return finnc_tensor_get(c, finnc_tensor_nelems(c) > 1 ? row : 0);
}

/* The factor, -1 or +1, that stands between node and quantiser in channel `row`. */
static int sign_behind(const absorption *a, int64_t row)
{
    return a->signs && element(constant(a->signs, 1), row) < 0 ? -1 : 1;
}

/* -1, +1: which way both go together. */
static int direction(const absorption *a, int64_t row)
{
    const finnc_tensor *c = a->how->sign ? constant(a->node, a->sign) : NULL;
    const int way = c && element(c, row) < 0 ? -1 : 1;
    return a->how->direction * way * sign_behind(a, row);
}

/* A factor that is nothing but signs, as this pass and FactorOutMulSignMagnitude write it. */
static bool is_signs(const finnc_node *node)
{
    const finnc_value *signs = finnc_node_is(node, "Mul") ? finnc_node_input(node, 1) : NULL;
    return signs && finnc_value_is_constant(signs) &&
           finnc_dtype_equal(finnc_value_dtype(signs), finnc_dtype_bipolar());
}

static void find_directions(absorption *a)
{
    for (int64_t row = 0; row < a->rows; row++)
        a->falls |= direction(a, row) < 0;
}

static bool has_zero(const finnc_tensor *t)
{
    for (int64_t i = 0; t && i < finnc_tensor_nelems(t); i++)
        if (finnc_tensor_get(t, i) == 0)
            return true;
    return false;
}

static bool may_absorb(absorption *a)
{
    const finnc_tensor *t = constant(a->quantiser, 1);
    a->rank = finnc_value_rank(finnc_node_input(a->node, a->x));
    a->axis = FNC_AXIS_NONE;
    if (!t || finnc_tensor_rank(t) != 2)
        return miss(a, "the thresholds behind it are not a constant of two axes", "");
    a->rows = finnc_tensor_dim(t, 0);
    if (a->rows < 1 || finnc_tensor_dim(t, 1) > MOST_STEPS)
        return false;
    if (!fnc_broadcasts(a->graph))
        return miss(a, FNC_NO_BROADCAST, "");
    if (!computes_in_float(a, t))
        return miss(a, "it does not compute in float32", "");
    if (finnc_node_is(a->node, "Div") && has_zero(constant(a->node, 1)))
        return miss(a, "it divides by 0", "");
    if (!is_alone(a))
        return false;
    if (finnc_node_trains(a->node))
        return miss(a, "it trains: the statistics are those of the batch", "");
    if (a->how->slope && finnc_node_attr_float(a->node, a->how->slope) < 0)
        return miss(a, a->how->slope, " is negative: it neither rises nor falls");
    for (size_t i = 0; i < finnc_node_ninputs(a->node); i++)
        if (i != a->x && !fits_channels(a, a->node, i))
            return false;
    if (a->signs && !fits_channels(a, a->signs, 1))
        return false;
    if (a->axis == FNC_AXIS_NONE && a->rows > 1) {
        if (a->rank < 2)
            return false;
        a->axis = fnc_threshold_axis(a->quantiser, a->rank);
    }
    find_directions(a);
    /* Signs by themselves are what stays in front, unless they are all +1. */
    return !(a->falls && is_signs(a->node));
}

/* ---- where does it reach the thresholds? ---- */

typedef struct search {
    int64_t steps, n; /* n = rows * steps, row by row */
    uint32_t *lo, *hi;
} search;

/* Steps along the first axis, channels along theirs. */
static finnc_status make_points(const absorption *a, const search *s, finnc_tensor **points)
{
    int64_t dims[FINNC_MAX_RANK];
    const int rank = a->rank < 1 ? 1 : a->rank;
    for (int i = 0; i < rank; i++)
        dims[i] = a->rows > 1 && i == a->axis ? a->rows : 1;
    dims[0] = s->steps;
    FINNC_TRY(finnc_tensor_create(a->cx, FINNC_ELEM_FLOAT, rank, dims, points));
    float *data = finnc_tensor_edit(*points);
    for (int64_t i = 0; i < s->n; i++) {
        const float x = fnc_float_ranked(s->lo[i] + (s->hi[i] - s->lo[i]) / 2);
        const int64_t row = i / s->steps;
        data[i % s->steps * a->rows + row] = direction(a, row) < 0 ? -x : x;
    }
    return FINNC_OK;
}

static finnc_status halve(const absorption *a, const finnc_tensor *t, search *s)
{
    finnc_tensor *x, *y = NULL;
    FINNC_TRY(make_points(a, s, &x));
    finnc_status status = fnc_eval_on(a->cx, a->node, a->x, x, &y);
    finnc_tensor_release(x);
    FINNC_TRY(status);
    if (finnc_tensor_nelems(y) != s->n)
        status = finnc_fail(a->cx, FINNC_BAD_VALUE, "its constants do not fit its data");
    for (int64_t i = 0; status == FINNC_OK && i < s->n; i++) {
        const int64_t row = i / s->steps, step = i % s->steps;
        const uint32_t middle = s->lo[i] + (s->hi[i] - s->lo[i]) / 2;
        const double level =
            finnc_tensor_get(t, (finnc_tensor_dim(t, 0) > 1 ? row : 0) * s->steps + step);
        if (sign_behind(a, row) * finnc_tensor_get(y, step * a->rows + row) >= level)
            s->hi[i] = middle;
        else if (s->lo[i] < s->hi[i])
            s->lo[i] = middle + 1;
    }
    finnc_tensor_release(y);
    return status;
}

static finnc_status begin(const absorption *a, const finnc_tensor *t, fnc_arena *scratch, search *s)
{
    s->steps = finnc_tensor_dim(t, 1);
    s->n = a->rows * s->steps; /* of a tensor that fits, and one of its constants */
    s->lo = FNC_NEW_ARRAY(scratch, uint32_t, (size_t)s->n);
    s->hi = FNC_NEW_ARRAY(scratch, uint32_t, (size_t)s->n);
    if (!s->lo || !s->hi)
        return finnc_no_memory(a->cx);
    for (int64_t i = 0; i < s->n; i++) {
        s->lo[i] = fnc_float_rank(-INFINITY);
        s->hi[i] = fnc_float_rank(INFINITY);
    }
    return FINNC_OK;
}

/* What was out of reach by being a NaN stays a NaN. What no number reaches comes to lie at
 * +infinity, where an infinite input alone reaches it (docs/exactness.md). */
static finnc_status finish(const absorption *a, const finnc_tensor *t, const search *s,
                           finnc_tensor **moved)
{
    FINNC_TRY(
        finnc_tensor_create(a->cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){a->rows, s->steps}, moved));
    for (int64_t i = 0; i < s->n; i++) {
        const float x = fnc_float_ranked(s->hi[i]);
        const int64_t row = finnc_tensor_dim(t, 0) > 1 ? i / s->steps : 0;
        const bool never = isnan(finnc_tensor_get(t, row * s->steps + i % s->steps));
        finnc_tensor_set(*moved, i, never ? NAN : x == 0 ? 0 : (double)x); /* not -0 */
    }
    return FINNC_OK;
}

static finnc_status pull_back(const absorption *a, const finnc_tensor *t, finnc_tensor **moved)
{
    search s;
    fnc_arena scratch;
    fnc_arena_init(&scratch, a->cx);
    finnc_status status = begin(a, t, &scratch, &s);
    for (int i = 0; status == FINNC_OK && i < HALVINGS && s.n > 0; i++)
        status = halve(a, t, &s);
    if (status == FINNC_OK)
        status = finish(a, t, &s, moved);
    fnc_arena_clear(&scratch);
    return status;
}

/* ---- the rewrite ---- */

/* Of numbers of type `dtype` and their negatives. */
static finnc_dtype either_sign(finnc_dtype dtype)
{
    if (!finnc_dtype_is_integer(dtype) || finnc_dtype_equal(dtype, finnc_dtype_bipolar()))
        return dtype;
    const double most = fmax(finnc_dtype_max(dtype), -finnc_dtype_min(dtype));
    return finnc_dtype_smallest(-most - 1);
}

static finnc_status insert_signs(absorption *a, finnc_value **x)
{
    int64_t dims[FINNC_MAX_RANK];
    const int rank = a->axis == FNC_AXIS_NONE ? 0 : a->rank;
    for (int i = 0; i < rank; i++)
        dims[i] = i == a->axis ? a->rows : 1;
    finnc_tensor *signs;
    finnc_value *constants, *turned;
    FINNC_TRY(finnc_tensor_create(a->cx, FINNC_ELEM_FLOAT, rank, dims, &signs));
    for (int64_t i = 0; i < finnc_tensor_nelems(signs); i++)
        finnc_tensor_set(signs, i, direction(a, i));
    FINNC_TRY(fnc_insert_tensor(a->cx, a->graph, "sign", signs, &constants));
    FINNC_TRY(finnc_value_set_dtype(a->cx, constants, finnc_dtype_bipolar()));
    FINNC_TRY(finnc_graph_insert_value(a->cx, a->graph, NULL, &turned));
    FINNC_TRY(finnc_value_copy_type(a->cx, turned, *x));
    if (finnc_value_has_dtype(*x))
        FINNC_TRY(finnc_value_set_dtype(a->cx, turned, either_sign(finnc_value_dtype(*x))));
    FINNC_TRY(fnc_insert_op(a->cx, a->graph, NULL, "Mul", (finnc_value *const[]){*x, constants}, 2,
                            turned, a->quantiser, NULL));
    *x = turned;
    return FINNC_OK;
}

static void erase(finnc_node *node)
{
    finnc_value *y = finnc_node_output(node, 0);
    finnc_graph_erase_node(node);
    finnc_graph_erase_value(y);
}

static finnc_status absorb(absorption *a)
{
    finnc_tensor *moved;
    finnc_value *x = finnc_node_input(a->node, a->x);
    FINNC_TRY(pull_back(a, constant(a->quantiser, 1), &moved));
    finnc_pass_applied(a->run, a->node, "%" PRId64 " thresholds%s", finnc_tensor_nelems(moved),
                       a->falls ? ", signs in front of them" : "");
    FINNC_TRY(fnc_set_constant(a->cx, a->quantiser, 1, moved));
    FINNC_TRY(fnc_value_retype(a->cx, finnc_node_input(a->quantiser, 1)));
    if (a->falls)
        FINNC_TRY(insert_signs(a, &x));
    FINNC_TRY(finnc_node_set_input(a->cx, a->quantiser, 0, x));
    if (a->signs)
        erase(a->signs);
    erase(a->node);
    return FINNC_OK;
}

/* What stands before the quantiser, signs or not. */
static bool find_node(absorption *a)
{
    a->node = finnc_value_producer(finnc_node_input(a->quantiser, 0));
    if (a->node && finnc_node_graph(a->node) == a->graph && is_signs(a->node)) {
        finnc_node *before = finnc_value_producer(finnc_node_input(a->node, 0));
        a->signs = a->node;
        a->node = before;
        if (before && finnc_node_graph(before) == a->graph && find_how(a))
            return true;
        a->node = a->signs;
        a->signs = NULL;
    }
    return a->node && finnc_node_graph(a->node) == a->graph && find_how(a);
}

/* Takes in what stands before one quantiser, node by node. */
static finnc_status absorb_before(finnc_pass_run *run, finnc_graph *graph, finnc_node *quantiser)
{
    while (finnc_pass_may_rewrite(run)) {
        absorption a = {
            .run = run, .cx = finnc_pass_ctx(run), .graph = graph, .quantiser = quantiser};
        if (!find_node(&a))
            return FINNC_OK;
        FNC_AT_NODE(a.cx, a.node);
        if (!may_absorb(&a))
            return FINNC_OK;
        FINNC_TRY(absorb(&a));
    }
    return FINNC_OK;
}

static finnc_status absorb_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        if (finnc_node_is(node, "MultiThreshold") && finnc_node_input(node, 0))
            FINNC_TRY(absorb_before(run, graph, node));
    return FINNC_OK;
}

const finnc_pass fnc_pass_absorb_monotone_into_multi_threshold = {
    .name = "AbsorbMonotoneIntoMultiThreshold",
    .summary = "what keeps the order of its inputs goes into the thresholds behind it, bit for bit",
    .notes =
        "Add, Sub, Mul, Div, BatchNormalization, Relu, LeakyRelu, Clip and Neg with constants that "
        "are numbers or vary along the channels. Each new threshold is the smallest float32 for "
        "which the network's own node, run with its rounding, reaches the old one, so no decision "
        "changes; upstream's way there (BatchNormToAffine, MoveAddPastMul, CollapseRepeatedMul...) "
        "rounds the constants at every step. Where the node falls as its input rises, in all "
        "channels or in some, signs stay in front, which Absorb1BitMulIntoMatMul and "
        "Absorb1BitMulIntoConv take into weights.",
    .flags = FINNC_PASS_STABLE,
    .run = absorb_all,
};
