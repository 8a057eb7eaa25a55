/*      op(x, quantised constant)   becomes   op(x, integers) * scale
 *
 * Weights become the integers that hardware holds, and their scale goes behind the one op that uses
 * them, to be streamlined away. Each step takes a quantiser away. */
#include "../support/build.h"
#include "../support/constants.h"
#include "../support/eval.h"
#include "../support/opset.h"
#include "../support/quantiser.h"

#include <base/arena.h>

#include <math.h>

/* How the scale of an operand gets behind an op. */
typedef struct carrier {
    const char *op_type;
    int operand; /* -1: either of two */
    /* Does a scale that varies along `axis` of the operand leave the op as it came? NULL: always.
     */
    bool (*carries)(const finnc_node *node, int axis, int rank);
    const char *before; /* on the other operand; NULL: nothing */
    const char *behind;
    size_t summand; /* an input that is added to the products; 0: none is */
} carrier;

static bool only_one_number(const finnc_node *node, int axis, int rank)
{
    (void)node, (void)rank;
    return axis == FNC_AXIS_NONE;
}

static bool first_axis(const finnc_node *node, int axis, int rank)
{
    (void)node, (void)rank;
    return axis == FNC_AXIS_NONE || axis == 0;
}

static bool second_axis_ungrouped(const finnc_node *node, int axis, int rank)
{
    (void)rank;
    return axis == FNC_AXIS_NONE || (axis == 1 && finnc_node_int(node, "group", 1) == 1);
}

static bool rows(const finnc_node *node, int axis, int rank)
{
    (void)node;
    return axis == FNC_AXIS_NONE || (rank >= 2 && axis == rank - 2);
}

static bool columns(const finnc_node *node, int axis, int rank)
{
    (void)node;
    return axis == FNC_AXIS_NONE || (rank >= 2 && axis == rank - 1);
}

static bool is_product(const carrier *c)
{
    return c->carries == rows || c->carries == columns;
}

static const carrier carriers[] = {
    {"Mul", -1, NULL, NULL, "Mul", 0},
    {"Div", 0, NULL, NULL, "Mul", 0},
    {"Div", 1, NULL, NULL, "Div", 0},
    {"MatMul", 0, rows, NULL, "Mul", 0},
    {"MatMul", 1, columns, NULL, "Mul", 0},
    {"Conv", 1, first_axis, NULL, "Mul", 2},
    {"ConvTranspose", 1, second_axis_ungrouped, NULL, "Mul", 2},
    {"Gather", 0, only_one_number, NULL, "Mul", 0},
    {"Add", -1, NULL, "Div", "Mul", 0},
    {"Sub", -1, NULL, "Div", "Mul", 0},
};

static const carrier *find_carrier(const finnc_node *node, size_t operand)
{
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++)
        if (finnc_node_is_any(node, carriers[i].op_type) &&
            (carriers[i].operand < 0 || carriers[i].operand == (int)operand))
            return &carriers[i];
    return NULL;
}

typedef struct folding {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node; /* the quantiser */
    fnc_quantiser q;
    finnc_value *y;     /* what it makes */
    int rank;           /* of that: a parameter may have more axes than the constant */
    bool *has_inferred; /* in this run: what it has not found, it will not find */
} folding;

static bool uses_twice(const finnc_node *user, const finnc_value *value)
{
    size_t n = 0;
    for (size_t i = 0; i < finnc_node_ninputs(user); i++)
        n += finnc_node_input(user, i) == value;
    return n > 1;
}

/* Of the operand that the constant, input `operand` of a product, is multiplied with: 1 for a
 * vector, 2 for more, -1 if it is not known. What the product has tells as well: a vector takes an
 * axis. */
static int rank_of_other(const folding *f, const finnc_node *product, size_t operand)
{
    const finnc_value *other = finnc_node_input(product, 1 - operand);
    const int own = other ? finnc_value_rank(other) : -1;
    const int made = finnc_value_rank(finnc_node_output(product, 0));
    if (own >= 0)
        return own < 2 ? 1 : 2;
    return made < 0 ? -1 : made < f->rank ? 1 : 2;
}

/* Products with vectors are rare, and other factors keep the scale's shape, as upstream's: so ranks
 * that nobody has inferred yet are, where they decide. */
static finnc_status learn_ranks(const folding *f)
{
    bool is_open = false;
    finnc_foreach_use (use, f->y) {
        const finnc_node *user = finnc_use_node(use);
        const carrier *c = find_carrier(user, finnc_use_index(use));
        is_open |= c && is_product(c) && rank_of_other(f, user, finnc_use_index(use)) < 0;
    }
    if (!is_open || *f->has_inferred || finnc_tensor_nelems(f->q.scale) == 1)
        return FINNC_OK;
    *f->has_inferred = true;
    return finnc_graph_infer_shapes(f->cx, f->graph);
}

/* Can the scale go behind every user? Says why not. */
static bool can_move_scale(folding *f)
{
    const int rank = f->rank;
    if (finnc_value_is_output(f->y)) {
        finnc_pass_missed(f->run, f->node, "its scale would change the graph output %s",
                          finnc_value_name(f->y));
        return false;
    }
    if (!fnc_broadcasts(f->graph)) {
        finnc_pass_missed(f->run, f->node, FNC_NO_BROADCAST);
        return false;
    }
    char spread[FNC_SPREAD_MAX];
    finnc_foreach_use (use, f->y) {
        const finnc_node *user = finnc_use_node(use);
        const carrier *c = find_carrier(user, finnc_use_index(use));
        char words[FINNC_NODE_WORDS_MAX];
        finnc_node_words(user, words);
        if (!c || finnc_node_graph(user) != f->graph)
            finnc_pass_missed(f->run, f->node, "its scale cannot go behind %s", words);
        else if (c->summand && finnc_node_input(user, c->summand))
            finnc_pass_missed(f->run, f->node,
                              "its scale behind %s would scale the bias, too: "
                              "ExtractBiasFromConv takes it out",
                              words);
        else if (uses_twice(user, f->y))
            finnc_pass_missed(f->run, f->node, "%s uses it twice", words);
        else if (c->carries && !c->carries(user, fnc_tensor_axis(f->q.scale, rank), rank))
            finnc_pass_missed(f->run, f->node,
                              "its scale, %s, does not vary along the outputs of %s",
                              fnc_tensor_spread(f->q.scale, spread), words);
        else if (c->carries == rows && finnc_tensor_nelems(f->q.scale) > 1 &&
                 rank_of_other(f, user, 0) < 0)
            finnc_pass_missed(f->run, f->node,
                              "its scale varies along the rows and the rank of %s is not known: "
                              "InferShapes finds it",
                              finnc_value_name(finnc_node_input(user, 1)));
        else
            continue;
        return false;
    }
    return true;
}

/* ---- the integers ---- */

/* The quantiser's own type, or if a zero point was taken off the smallest one that holds them. */
static finnc_dtype type_of(const fnc_quantiser *q, const finnc_tensor *integers)
{
    double low = 0, high = 0;
    bool fits = true;
    for (int64_t i = 0; i < finnc_tensor_nelems(integers); i++) {
        const double x = finnc_tensor_get(integers, i);
        fits &= finnc_dtype_allows(q->dtype, x);
        low = fmin(low, x);
        high = fmax(high, x);
    }
    if (fits)
        return q->dtype;
    return finnc_dtype_smallest(low < 0 ? fmin(low, -high - 1) : high);
}

/* The element of `scale` that element `i` of a tensor of that shape is multiplied by. */
static int64_t broadcast_index(const finnc_tensor *tensor, int64_t i, const finnc_tensor *scale)
{
    int64_t index = 0, stride = 1;
    const int missing = finnc_tensor_rank(tensor) - finnc_tensor_rank(scale);
    for (int axis = finnc_tensor_rank(tensor) - 1; axis >= 0; axis--) {
        const int64_t size = finnc_tensor_dim(tensor, axis);
        if (axis >= missing && finnc_tensor_dim(scale, axis - missing) > 1) {
            index += i % size * stride;
            stride *= size;
        }
        i /= size;
    }
    return index;
}

static finnc_status divide(finnc_ctx *cx, const finnc_tensor *quantised, const finnc_tensor *scale,
                           finnc_tensor **integers)
{
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(quantised), finnc_tensor_rank(quantised),
                                  finnc_tensor_dims(quantised), integers));
    for (int64_t i = 0; i < finnc_tensor_nelems(quantised); i++) {
        const double s = finnc_tensor_get(scale, broadcast_index(quantised, i, scale));
        /* + 0.0: no negative zeros */
        finnc_tensor_set(*integers, i, nearbyint(finnc_tensor_get(quantised, i) / s) + 0.0);
    }
    return FINNC_OK;
}

/* ---- the scale ---- */

static finnc_status insert(folding *f, const char *op_type, finnc_value *x,
                           const finnc_tensor *factor, finnc_value *y, finnc_node *before,
                           finnc_node **node)
{
    finnc_value *scale;
    FINNC_TRY(finnc_graph_insert_constant(
        f->cx, f->graph, finnc_value_name(finnc_node_input(f->node, 1)), factor, &scale));
    const finnc_node_spec spec = {.op_type = op_type,
                                  .inputs = (finnc_value *const[]){x, scale},
                                  .ninputs = 2,
                                  .outputs = &y,
                                  .noutputs = 1};
    return finnc_graph_insert_node(f->cx, f->graph, &spec, before, node);
}

/* A convolution's outputs are axis 1 of what it makes, or the last of QONNX's channels-last one,
 * whichever axis of the weights they are. Of the product with a vector they are the last axis. */
static finnc_status shape_factor(folding *f, const finnc_node *user, size_t operand,
                                 finnc_tensor **factor)
{
    const finnc_tensor *scale = f->q.scale;
    const int64_t n = finnc_tensor_nelems(scale);
    const int rank = f->rank;
    if (n > 1 && is_product(find_carrier(user, operand)) && rank_of_other(f, user, operand) < 2)
        return finnc_tensor_reshape(f->cx, scale, 1, &n, factor);
    if (!finnc_node_is_any(user, "Conv") || finnc_tensor_rank(scale) == 0)
        return fnc_factor_of(f->cx, scale, finnc_value_rank(finnc_node_output(user, 0)), factor);
    int64_t dims[FINNC_MAX_RANK];
    const int axis = finnc_node_is_custom(user) ? rank - 1 : 1;
    for (int i = 0; i < rank; i++)
        dims[i] = i == axis ? n : 1;
    return finnc_tensor_reshape(f->cx, scale, rank < 2 ? 0 : rank, dims, factor);
}

/* In the type of what it is multiplied with. */
static finnc_status factor_for(folding *f, const finnc_node *user, size_t operand, finnc_elem elem,
                               finnc_tensor **factor)
{
    finnc_tensor *shaped;
    FINNC_TRY(shape_factor(f, user, operand, &shaped));
    const finnc_status status = finnc_tensor_cast(f->cx, shaped, elem, factor);
    finnc_tensor_release(shaped);
    return status;
}

static finnc_status surround(folding *f, finnc_node *user, size_t operand,
                             const finnc_tensor *factor)
{
    const carrier *c = find_carrier(user, operand);
    finnc_node *node;
    if (c->before) {
        finnc_value *divided;
        const size_t other = 1 - operand;
        FINNC_TRY(finnc_graph_insert_value(f->cx, f->graph, NULL, &divided));
        FINNC_TRY(
            insert(f, c->before, finnc_node_input(user, other), factor, divided, user, &node));
        FINNC_TRY(finnc_node_infer_shapes(f->cx, node, true));
        FINNC_TRY(finnc_node_set_input(f->cx, user, other, divided));
    }
    finnc_value *unscaled;
    finnc_value *y = finnc_node_output(user, 0);
    FINNC_TRY(finnc_graph_insert_value(f->cx, f->graph, NULL, &unscaled));
    FINNC_TRY(finnc_node_set_output(f->cx, user, 0, unscaled));
    FINNC_TRY(insert(f, c->behind, unscaled, factor, y, finnc_node_next(user), &node));
    return finnc_node_infer_shapes(f->cx, user, true);
}

static finnc_status move_scale(folding *f, finnc_elem elem)
{
    finnc_foreach_use (use, f->y) {
        finnc_tensor *factor;
        finnc_node *user = finnc_use_node(use);
        const size_t operand = finnc_use_index(use);
        FINNC_TRY(factor_for(f, user, operand, elem, &factor));
        const finnc_status status = surround(f, user, operand, factor);
        finnc_tensor_release(factor);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

/* ---- the pass ---- */

/* Does InferDataTypes know this quantiser's type, with scale 1? Then the annotation is its matter.
 */
static bool is_inferable(const finnc_node *node)
{
    if (finnc_node_is(node, "BipolarQuant"))
        return true;
    const finnc_tensor *zero = finnc_value_tensor(finnc_node_input(node, 2));
    return fnc_tensor_is_all(zero, 0) &&
           finnc_tensor_rank(finnc_value_tensor(finnc_node_input(node, 3))) == 0;
}

static finnc_status fold(folding *f)
{
    const finnc_tensor *weights = finnc_value_tensor(finnc_node_input(f->node, 0));
    finnc_tensor *quantised = NULL, *integers = NULL;
    FINNC_TRY(fnc_eval_on(f->cx, f->node, 0, weights, &quantised));
    finnc_status status = divide(f->cx, quantised, f->q.scale, &integers);
    finnc_tensor_release(quantised);
    FINNC_TRY(status);

    char name[FINNC_DTYPE_NAME_MAX];
    char spread[FNC_SPREAD_MAX];
    const finnc_dtype dtype = type_of(&f->q, integers);
    const bool is_unity = fnc_tensor_is_all(f->q.scale, 1);
    const bool has_type = is_unity && is_inferable(f->node);
    finnc_pass_applied(f->run, f->node, "%s with scale %s", finnc_dtype_name(dtype, name),
                       fnc_tensor_spread(f->q.scale, spread));
    if (!is_unity)
        status = move_scale(f, finnc_tensor_elem(integers));
    if (status == FINNC_OK) {
        finnc_graph_erase_node(f->node);
        status = finnc_value_set_tensor(f->cx, f->y, integers);
    }
    finnc_tensor_release(integers);
    FINNC_TRY(status);
    return has_type ? FINNC_OK : finnc_value_set_dtype(f->cx, f->y, dtype);
}

/* The axes that numpy's rules give a result of all inputs. */
static int rank_of_all(const finnc_node *node)
{
    int rank = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        const int own = input ? finnc_tensor_rank(finnc_value_tensor(input)) : 0;
        rank = own > rank ? own : rank;
    }
    return rank;
}

static bool has_constant_inputs(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        if (input && !finnc_value_is_constant(input))
            return false;
    }
    return finnc_node_ninputs(node) >= 2 && finnc_node_ninputs(node) <= 4 &&
           finnc_node_input(node, 0) && finnc_node_output(node, 0);
}

static finnc_status fold_quant_weights(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    bool has_inferred = false;
    FINNC_TRY(finnc_graph_sort(cx, graph));
    finnc_foreach_node (node, graph) {
        if (!fnc_is_quantiser(node) || !has_constant_inputs(node))
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(cx, node);
        folding f = {
            .run = run, .cx = cx, .graph = graph, .node = node, .has_inferred = &has_inferred};
        f.y = finnc_node_output(node, 0);
        f.rank = rank_of_all(node);
        const char *reason = fnc_quantiser_read(node, &f.q);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        FINNC_TRY(learn_ranks(&f));
        if (fnc_tensor_is_all(f.q.scale, 1) || can_move_scale(&f))
            FINNC_TRY(fold(&f));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_fold_quant_weights = {
    .name = "FoldQuantWeights",
    .summary = "quantised constants become integers, with their scale behind the op that uses them",
    .upstream = "finn.transformation.qonnx.fold_quant_weights",
    .notes =
        "What the scale can go behind: products (Conv, ConvTranspose, MatMul, Mul, Div, a Gather "
        "from the constant) if it varies along their outputs only; sums (Add, Sub) with a "
        "division of the other operand in front: scale * (x / scale + integers). With scale 1 "
        "the constant is its integers already, whoever uses it.\n\n"
        "Several users get their factor each, and a zero point is taken off the integers, where "
        "upstream ends with an error. A convolution with a bias keeps its quantiser: "
        "ExtractBiasFromConv comes before. A constant that divides is followed by a division, not by a "
        "product. A quantiser whose scale cannot move stays, with a remark.",
    .flags = FINNC_PASS_STABLE,
    .run = fold_quant_weights,
    .finish = "InferShapes",
};
