/* float64 constants become float32 ones, rounded to nearest. What nodes make of them is inferred
 * anew. What the types of an op tie together changes together or, where something of it is float64
 * for another reason (a graph input, a Cast), stays. */
#include "pass.h"

#include "../support/value_map.h"

#include <finnc/op.h>

#include <string.h>

/* Values that are of one type: a tree, whose root speaks for all. */
typedef struct group {
    struct group *up; /* NULL: this is the root */
    bool stays;       /* of the root */
} group;

typedef struct casting {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch;
    fnc_value_map groups;
} casting;

/* What inputs of a node are known to be of, formal type by formal type. */
typedef struct ties {
    const char *types[FINNC_OP_MAX_FORMALS + 1];
    group *groups[FINNC_OP_MAX_FORMALS + 1];
    size_t count;
} ties;

/* ---- groups ---- */

static bool is_double(const finnc_value *value)
{
    return value && finnc_value_elem(value) == FINNC_ELEM_DOUBLE;
}

/* Of a type that is to be found out, too: what is behind it may be stated. */
static bool may_be_double(const finnc_value *value)
{
    return is_double(value) || (value && finnc_value_elem(value) == FINNC_ELEM_UNDEFINED);
}

static group *root_of(group *g)
{
    while (g->up) {
        if (g->up->up)
            g->up = g->up->up;
        g = g->up;
    }
    return g;
}

static void unite(group *a, group *b)
{
    a = root_of(a);
    b = root_of(b);
    if (a == b)
        return;
    b->up = a;
    a->stays |= b->stays;
}

static finnc_status need_group(casting *c, const finnc_value *value, group **g)
{
    *g = fnc_value_map_find(&c->groups, value);
    if (*g)
        return FINNC_OK;
    *g = FNC_NEW(&c->scratch, group);
    if (!*g)
        return finnc_no_memory(c->cx);
    return fnc_value_map_add(c->cx, &c->groups, value, *g);
}

static finnc_status keep(casting *c, const finnc_value *value)
{
    group *g;
    FINNC_TRY(need_group(c, value, &g));
    root_of(g)->stays = true;
    return FINNC_OK;
}

/* ---- what has to stay ---- */

static bool is_read_in_body(const casting *c, const finnc_value *value)
{
    finnc_foreach_use (use, value)
        if (finnc_node_graph(finnc_use_node(use)) != c->graph)
            return true;
    return false;
}

static finnc_status keep_values(casting *c)
{
    finnc_foreach_value (value, c->graph) {
        const bool is_given = finnc_value_is_input(value) && !finnc_value_is_constant(value);
        if ((is_double(value) && is_given) || (may_be_double(value) && is_read_in_body(c, value)))
            FINNC_TRY(keep(c, value));
    }
    return FINNC_OK;
}

/* The tie of a formal's type; NULL: no input is of it. What an op says nothing of is one type. */
static group **find_tie(ties *t, const char *type)
{
    for (size_t i = 0; i < t->count; i++)
        if (type && t->types[i] ? !strcmp(type, t->types[i]) : type == t->types[i])
            return &t->groups[i];
    return NULL;
}

static const char *type_of(const finnc_formal *formals, size_t i)
{
    const finnc_formal *formal = formals ? finnc_op_formal(formals, i) : NULL;
    return formal ? formal->type : NULL;
}

static finnc_status tie_inputs(casting *c, const finnc_node *node, ties *t)
{
    const finnc_op *op = finnc_node_find_op(node);
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        group *g;
        if (!may_be_double(value))
            continue;
        FINNC_TRY(need_group(c, value, &g));
        const char *type = type_of(op ? op->in : NULL, i);
        group **tied = find_tie(t, type);
        if (tied) {
            unite(*tied, g);
        } else {
            t->types[t->count] = type;
            t->groups[t->count++] = g;
        }
    }
    return FINNC_OK;
}

/* An output that no input has its type from is float64 whatever the inputs become. */
static finnc_status tie_outputs(casting *c, finnc_node *node, ties *t)
{
    const finnc_op *op = finnc_node_find_op(node);
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        group *g;
        if (!may_be_double(value))
            continue;
        FINNC_TRY(need_group(c, value, &g));
        group **tied = find_tie(t, type_of(op ? op->out : NULL, o));
        if (tied) {
            unite(*tied, g);
            continue;
        }
        if (!is_double(value)) /* a Cast's attribute tells, for one */
            FINNC_TRY(finnc_node_infer_shapes(c->cx, node, false));
        root_of(g)->stays |= is_double(value);
    }
    return FINNC_OK;
}

/* What goes into bodies and comes out of them has its types there. */
static finnc_status keep_ends_of_bodies(casting *c, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        if (may_be_double(finnc_node_input(node, i)))
            FINNC_TRY(keep(c, finnc_node_input(node, i)));
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (may_be_double(finnc_node_output(node, o)))
            FINNC_TRY(keep(c, finnc_node_output(node, o)));
    return FINNC_OK;
}

static finnc_status find_groups(casting *c)
{
    FINNC_TRY(keep_values(c));
    finnc_foreach_node (node, c->graph) {
        ties t = {.count = 0};
        if (finnc_node_body(node, 0, NULL)) {
            FINNC_TRY(keep_ends_of_bodies(c, node));
            continue;
        }
        FINNC_TRY(tie_inputs(c, node, &t));
        FINNC_TRY(tie_outputs(c, node, &t));
    }
    return FINNC_OK;
}

/* ---- the rest ---- */

static finnc_status cast_constant(finnc_ctx *cx, finnc_value *value)
{
    finnc_tensor *single;
    FINNC_TRY(finnc_tensor_cast(cx, finnc_value_tensor(value), FINNC_ELEM_FLOAT, &single));
    finnc_status status = finnc_value_set_tensor(cx, value, single);
    finnc_tensor_release(single);
    return status;
}

static finnc_status cast_constants(casting *c, bool *any)
{
    finnc_foreach_value (value, c->graph) {
        if (!finnc_value_is_constant(value) || !is_double(value))
            continue;
        group *g = fnc_value_map_find(&c->groups, value);
        if (g && root_of(g)->stays) {
            finnc_pass_missed(c->run, finnc_value_first_user(value),
                              "constant %s stays float64, as does what it is computed with",
                              finnc_value_name(value));
            continue;
        }
        FINNC_TRY(cast_constant(c->cx, value));
        *any = true;
    }
    return FINNC_OK;
}

static bool reads_double(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        if (is_double(finnc_node_input(node, i)))
            return true;
    return false;
}

static bool may_make_double(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (may_be_double(finnc_node_output(node, o)))
            return true;
    return false;
}

static finnc_status infer_types(casting *c)
{
    FINNC_TRY(finnc_graph_sort(c->cx, c->graph));
    finnc_foreach_node (node, c->graph) {
        if (may_make_double(node) && !reads_double(node))
            FINNC_TRY(finnc_node_infer_shapes(c->cx, node, true));
    }
    return FINNC_OK;
}

static bool has_double_constant(const finnc_graph *graph)
{
    finnc_foreach_value (value, graph)
        if (finnc_value_is_constant(value) && is_double(value))
            return true;
    return false;
}

static finnc_status to_single(finnc_pass_run *run, finnc_graph *graph)
{
    casting c = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    bool any = false;
    if (!has_double_constant(graph))
        return FINNC_OK;
    fnc_arena_init(&c.scratch, c.cx);
    c.groups.arena = &c.scratch;
    finnc_status status = find_groups(&c);
    if (status == FINNC_OK)
        status = cast_constants(&c, &any);
    fnc_arena_clear(&c.scratch);
    return status == FINNC_OK && any ? infer_types(&c) : status;
}

const finnc_pass fnc_pass_double_to_single_float = {
    .name = "DoubleToSingleFloat",
    .summary = "float64 constants become float32",
    .upstream = "qonnx.transformation.double_to_single_float",
    .notes = "Upstream leaves the stated types of what is computed from them at float64; here they "
             "follow. A constant beside what is float64 for another reason stays, with a remark.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES, /* by rounding */
    .run = to_single,
};
