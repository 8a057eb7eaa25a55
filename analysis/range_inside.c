/* Partitions: the walk goes on inside with what is known of the node's inputs, and comes back with
 * what it finds of the model's outputs. */
#include "ranging.h"

/* ---- the way in ---- */

/* Owned by the whole, which names of its values are told from. */
static finnc_status open_model(fnc_ranging *r, const finnc_node *node, finnc_model **model)
{
    char path[4096];
    FINNC_TRY(fnc_inside_open(r->cx, r->arena, &r->whole->inside, r->depth, node, path, sizeof path,
                              model));
    return finnc_graph_infer_shapes(r->cx, finnc_model_graph(*model));
}

/* Is it what its model's input is declared to be? */
static bool fits(const fnc_fact *given, const finnc_value *input)
{
    const int rank = finnc_value_rank(input);
    const finnc_elem elem = finnc_value_elem(input);
    const finnc_tensor *x = given->constant ? given->constant : given->bounds.lo;
    if (elem != FINNC_ELEM_UNDEFINED && elem != given->elem)
        return false;
    if (!x || rank < 0)
        return true;
    if (finnc_tensor_kind(x) != FINNC_KIND_TENSOR || finnc_tensor_rank(x) != rank)
        return false;
    for (int i = 0; i < rank; i++) {
        const int64_t size = finnc_value_dim(input, i).size;
        if (size >= 0 && size != finnc_tensor_dim(x, i))
            return false;
    }
    return true;
}

/* The model is what its node takes it for; NULL, or why not. */
static const char *why_unfit(const fnc_ranged_node *n, const finnc_graph *graph)
{
    const finnc_value *input;
    size_t k = 0;
    for (size_t at = 0; (input = finnc_graph_next_free_input(graph, &at)); k++) {
        if (k == n->ninputs)
            return "its model has more inputs than it";
        if (!n->in[k])
            return "an input of its model is not given";
        if (!fits(n->in[k], input))
            return "its model takes other types or shapes";
    }
    if (k < n->ninputs)
        return "its model has fewer inputs than it";
    return finnc_graph_noutputs(graph) == n->noutputs ? NULL
                                                      : "its model has another number of outputs";
}

/* ---- what is known, from one graph to another ---- */

static finnc_tensor *share(const finnc_tensor *x)
{
    return x ? finnc_tensor_retain(x) : NULL;
}

static finnc_status copy_fact(fnc_ranging *r, fnc_fact *from, fnc_fact *to)
{
    fnc_bounds b;
    FINNC_TRY(fnc_range_need(r, from, &b));
    fnc_bounds_clear(&to->bounds);
    to->constant = share(from->constant);
    to->bounds = (fnc_bounds){share(b.lo), share(b.hi)};
    to->scaled = (fnc_scaled){{share(from->scaled.q.lo), share(from->scaled.q.hi)},
                              share(from->scaled.scale),
                              share(from->scaled.bias)};
    to->elem = from->elem;
    to->is_integer = from->is_integer;
    to->reason = from->reason;
    return FINNC_OK;
}

finnc_status fnc_range_take_given(fnc_ranging *r, fnc_fact *fact)
{
    const finnc_value *input;
    size_t k = 0;
    for (size_t at = 0; (input = finnc_graph_next_free_input(r->graph, &at)); k++)
        if (input == fact->value)
            return copy_fact(r, r->around->in[k], fact);
    return FINNC_OK;
}

static finnc_status come_back(fnc_ranging *inner, fnc_ranged_node *n)
{
    for (size_t o = 0; o < n->noutputs; o++) {
        fnc_fact *found = fnc_range_find_fact(inner, finnc_graph_output(inner->graph, o));
        if (n->out[o] && found)
            FINNC_TRY(copy_fact(n->r, found, n->out[o]));
    }
    return FINNC_OK;
}

/* ---- all of it ---- */

static finnc_status look_into(fnc_ranged_node *n, const finnc_graph *graph)
{
    const fnc_ranging *r = n->r;
    const char *name = finnc_node_name(n->node);
    fnc_ranging inner = {.cx = r->cx,
                         .arena = r->arena,
                         .whole = r->whole,
                         .graph = graph,
                         .options = r->options,
                         .axis = r->axis,
                         .around = n,
                         .depth = r->depth + 1};
    inner.where =
        fnc_arena_printf(r->arena, "%s%s/", r->where, *name ? name : finnc_node_op_type(n->node));
    if (!inner.where)
        return finnc_no_memory(r->cx);
    finnc_status status = fnc_range_see_graph(&inner);
    if (status == FINNC_OK)
        status = come_back(&inner, n);
    fnc_range_forget_all(&inner);
    return status;
}

finnc_status fnc_range_partition(fnc_ranged_node *n)
{
    finnc_ctx *cx = n->r->cx;
    finnc_model *model;
    FNC_AT_NODE(cx, n->node);
    const finnc_status status = open_model(n->r, n->node, &model);
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    if (status != FINNC_OK) {
        const char *why = fnc_arena_strdup(n->r->arena, finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
        return why ? fnc_range_give_up(n, why) : finnc_no_memory(cx);
    }
    const char *why = why_unfit(n, finnc_model_graph(model));
    return why ? fnc_range_give_up(n, why) : look_into(n, finnc_model_graph(model));
}
