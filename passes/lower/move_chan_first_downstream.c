/*      x -> Transpose -> v -> Add(v, z) -> y
 * becomes
 *      x -> Add(x, z') -> v -> Transpose -> y
 * where the Transpose leads to channels first, the Add is any op that works element by element, and
 * z' is z turned the other way: at once if it is a constant, by a Transpose otherwise. Pushes these
 * Transposes towards the outputs. Of three axes, where the Transpose of z is one of these as well,
 * it is only pushed where z needs none: the two would push each other around for ever. */
#include "pass.h"

#include "../support/build.h"
#include "../support/channels.h"
#include "../support/turn.h"

#include <string.h>

typedef struct push {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *transpose, *past;
    int rank;
} push;

/* Those that upstream moves past. Its list also has Maximum and Minimum, which nobody defines. */
static bool is_elementwise(const finnc_node *node)
{
    static const char *const ops[] = {"Identity",    "Relu",
                                      "LeakyRelu",   "Clip",
                                      "Selu",        "Celu",
                                      "Elu",         "Sigmoid",
                                      "HardSigmoid", "Tanh",
                                      "Softplus",    "Exp",
                                      "Log",         "Sqrt",
                                      "Erf",         "Floor",
                                      "Ceil",        "Round",
                                      "Sign",        "Quant",
                                      "IntQuant",    "Mul",
                                      "Div",         "Sub",
                                      "Add",         "Mod",
                                      "And",         "Or",
                                      "Xor",         "Equal",
                                      "Less",        "LessOrEqual",
                                      "Greater",     "GreaterOrEqual",
                                      "BitwiseAnd",  "BitwiseOr",
                                      "BitwiseXor",  "BitShift",
                                      "Pow"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is(node, ops[i]))
            return true;
    return false;
}

/* ---- may it be pushed? ---- */

/* An operand that is the same wherever the axes are. */
static bool stays(const finnc_value *z)
{
    return finnc_value_rank(z) == 0 || (!finnc_value_is_constant(z) && finnc_value_nelems(z) == 1);
}

static const char *operand_obstacle(const push *p, const finnc_value *z)
{
    const int rank = finnc_value_rank(z);
    if (rank < 0)
        return "the shape of another operand is not known";
    if (rank > p->rank)
        return "another operand has more axes than the data of the Transpose before it";
    if (stays(z) || finnc_value_is_constant(z) || p->rank > 3)
        return NULL;
    const finnc_node *producer = finnc_value_producer(z);
    if (rank == 3 && (!producer || fnc_brings_channels(producer, FNC_CHANNELS_FIRST)))
        return NULL;
    return "another operand would need a Transpose like it";
}

static const char *obstacle(const push *p)
{
    const finnc_value *v = finnc_node_output(p->transpose, 0);
    if (finnc_node_noutputs(p->past) != 1)
        return "what reads it makes several values";
    if (finnc_node_int(p->past, "broadcast", 0) != 0)
        return "it says by attributes which axes its second operand goes along";
    for (size_t i = 0; i < finnc_node_ninputs(p->past); i++) {
        const finnc_value *z = finnc_node_input(p->past, i);
        const char *reason = z && z != v ? operand_obstacle(p, z) : NULL;
        if (reason)
            return reason;
    }
    return NULL;
}

/* ---- pushing it ---- */

static finnc_status turn_constant(push *p, size_t i, const int64_t *back)
{
    finnc_tensor *turned;
    FINNC_TRY(fnc_turn_tensor(p->cx, finnc_value_tensor(finnc_node_input(p->past, i)), p->rank,
                              back, &turned));
    return fnc_set_constant(p->cx, p->past, i, turned);
}

/* `z` with axes of one element in front, as many as the data have. */
static finnc_status unsqueeze(push *p, finnc_value *z, finnc_value **full)
{
    int64_t axes[FINNC_MAX_RANK];
    finnc_dim dims[FINNC_MAX_RANK];
    finnc_tensor *list;
    finnc_node *node;
    const int missing = p->rank - finnc_value_rank(z);
    for (int i = 0; i < p->rank; i++) {
        axes[i] = i;
        dims[i] = (finnc_dim){.size = 1};
        if (i >= missing)
            dims[i] = finnc_value_dim(z, i - missing);
    }
    FINNC_TRY(fnc_insert_value(p->cx, p->graph, finnc_value_name(z), z, p->rank, dims, full));
    if (finnc_model_find_opset(finnc_graph_model(p->graph), "") < 13) {
        FINNC_TRY(fnc_insert_op(p->cx, p->graph, NULL, "Unsqueeze", &z, 1, *full, p->past, &node));
        return finnc_node_set_ints(p->cx, node, "axes", axes, (size_t)missing);
    }
    finnc_value *inputs[] = {z, NULL};
    FINNC_TRY(
        finnc_tensor_create_from(p->cx, FINNC_ELEM_INT64, 1, (int64_t[]){missing}, axes, &list));
    FINNC_TRY(fnc_insert_tensor(p->cx, p->graph, "axes", list, &inputs[1]));
    return fnc_insert_op(p->cx, p->graph, NULL, "Unsqueeze", inputs, 2, *full, p->past, NULL);
}

/* Takes out a Transpose that nobody needs any more. */
static void erase_idle(finnc_node *node)
{
    finnc_value *value = finnc_node_output(node, 0);
    if (finnc_value_nuses(value) > 0 || finnc_value_is_output(value))
        return;
    finnc_graph_erase_node(node);
    finnc_graph_erase_value(value);
}

static finnc_status turn_operand(push *p, size_t i, const int64_t *back)
{
    finnc_value *z = finnc_node_input(p->past, i), *turned;
    finnc_node *producer = finnc_value_producer(z);
    if (finnc_value_is_constant(z))
        return turn_constant(p, i, back);
    if (p->rank == 3 && producer) {
        FINNC_TRY(finnc_node_set_input(p->cx, p->past, i, finnc_node_input(producer, 0)));
        erase_idle(producer);
        return FINNC_OK;
    }
    if (finnc_value_rank(z) < p->rank)
        FINNC_TRY(unsqueeze(p, z, &z));
    FINNC_TRY(
        fnc_insert_turned(p->cx, p->graph, finnc_value_name(z), z, FNC_CHANNELS_LAST, &turned));
    FINNC_TRY(fnc_insert_transpose(p->cx, p->graph, z, p->rank, back, turned, p->past, NULL));
    return finnc_node_set_input(p->cx, p->past, i, turned);
}

/* `v` was what the Transpose made; it is what `y` is, not yet turned. */
static finnc_status retype(push *p, finnc_value *v, const finnc_value *y, const int64_t *back)
{
    finnc_dim dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(y);
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(y, (int)back[i]);
    FINNC_TRY(finnc_value_set_type(p->cx, v, finnc_value_elem(y), rank, dims));
    return fnc_annotate_turned(p->cx, v, y, FNC_CHANNELS_LAST);
}

static finnc_status exchange(push *p, const int64_t *back)
{
    finnc_value *x = finnc_node_input(p->transpose, 0), *v = finnc_node_output(p->transpose, 0);
    finnc_value *y = finnc_node_output(p->past, 0);
    for (size_t i = 0; i < finnc_node_ninputs(p->past); i++) {
        const finnc_value *z = finnc_node_input(p->past, i);
        if (z == v)
            FINNC_TRY(finnc_node_set_input(p->cx, p->past, i, x));
        else if (z && !stays(z))
            FINNC_TRY(turn_operand(p, i, back));
    }
    FINNC_TRY(finnc_node_set_output(p->cx, p->transpose, 0, NULL));
    FINNC_TRY(finnc_node_set_output(p->cx, p->past, 0, NULL));
    FINNC_TRY(finnc_node_set_output(p->cx, p->past, 0, v));
    FINNC_TRY(finnc_node_set_input(p->cx, p->transpose, 0, v));
    FINNC_TRY(finnc_node_set_output(p->cx, p->transpose, 0, y));
    finnc_graph_move_node(p->transpose, finnc_node_next(p->past));
    return retype(p, v, y, back);
}

/* Does nobody else read it? A node may read it twice. */
static bool reads_alone(const finnc_node *user, const finnc_value *v)
{
    if (finnc_value_is_output(v))
        return false;
    finnc_foreach_use (use, v)
        if (finnc_use_node(use) != user)
            return false;
    return true;
}

/* The next node to push past, or NULL, with a remark if one is near. */
static finnc_node *find_next(finnc_pass_run *run, const finnc_node *transpose)
{
    const finnc_value *v = finnc_node_output(transpose, 0);
    finnc_node *user = finnc_value_first_user(v);
    if (!user || !is_elementwise(user))
        return NULL;
    if (reads_alone(user, v))
        return user;
    char words[FINNC_NODE_WORDS_MAX];
    finnc_pass_missed(run, transpose, "others than %s read it as well",
                      finnc_node_words(user, words));
    return NULL;
}

static finnc_status push_along(finnc_pass_run *run, finnc_graph *graph, finnc_node *transpose)
{
    int64_t back[FINNC_MAX_RANK];
    push p = {.cx = finnc_pass_ctx(run), .graph = graph, .transpose = transpose};
    fnc_transpose_perm(transpose, &p.rank);
    fnc_channels_perm(FNC_CHANNELS_LAST, p.rank, back);
    while ((p.past = find_next(run, transpose)) && finnc_pass_may_rewrite(run)) {
        const char *reason = obstacle(&p);
        if (reason) {
            finnc_pass_missed(run, p.past, "%s", reason);
            break;
        }
        FNC_AT_NODE(p.cx, p.past);
        finnc_pass_applied(run, p.past, "the Transpose comes behind it now");
        FINNC_TRY(exchange(&p, back));
    }
    return FINNC_OK;
}

static finnc_status move(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!fnc_brings_channels(node, FNC_CHANNELS_FIRST))
            continue;
        if (finnc_value_producer(finnc_node_input(node, 0)))
            FINNC_TRY(push_along(run, graph, node));
        else
            finnc_pass_missed(run, node, "it stands at the beginning of the graph");
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_move_chan_first_downstream = {
    .name = "MoveChanFirstDownstream",
    .summary = "a Transpose to channels first comes behind what works on each element by itself",
    .upstream = "qonnx.transformation.channels_last",
    .notes =
        "Past activation functions, quantisers, arithmetic and comparisons; their other operands "
        "are turned the other way, and what depends on constants only is computed.\n\n"
        "A Transpose that others read as well stays; upstream gives the others data with the "
        "channels last. Of three axes, where both directions are one permutation, it stays if "
        "another operand would need such a Transpose; upstream does not end.",
    .flags = FINNC_PASS_STABLE,
    .finish = "FoldConstants",
    .run = move,
};
