/* Gradient nodes put into words of other ops: reverse-mode differentiation, done to the graph.
 *
 * A node names tensors of the graph around it, x..., z... and y. The nodes between are gone through
 * from y backwards; each hands the gradient of its outputs on to its inputs as its op's row of
 * gradients.def says. Where the node is given other values than the tensors that it names, the
 * nodes between are copied to compute y from those. */
#include "gradient_region.h"

#include "../base/text.h"

extern const finnc_op fnc_op_training_gradient;

static bool is_gradient(const finnc_node *node)
{
    return finnc_node_find_op(node) == &fnc_op_training_gradient;
}

bool finnc_model_has_gradients(const finnc_model *model)
{
    for (const finnc_graph *graph = model->graphs; graph; graph = graph->next_graph)
        for (const finnc_node *node = graph->first; node; node = node->next)
            if (is_gradient(node))
                return true;
    return false;
}

/* ---- names become inputs, so that they last when functions are put in place of calls ---- */

finnc_status fnc_gradient_need_value(finnc_ctx *cx, const finnc_node *node, const char *attr,
                                     size_t i, finnc_value **value)
{
    const char *name = finnc_attr_string(finnc_node_find_attr(node, attr), i).data;
    *value = fnc_graph_resolve(node->graph, name);
    if (*value)
        return FINNC_OK;
    fnc_nearest nearest = {.wanted = name};
    finnc_foreach_value (v, node->graph)
        fnc_nearest_offer(&nearest, finnc_value_name(v));
    return finnc_fail(cx, FINNC_NOT_FOUND, "%s: no tensor %s in the graph%s%s%s", attr, name,
                      nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                      nearest.best ? "?" : "");
}

static size_t count_names(const finnc_node *node, const char *attr)
{
    const finnc_attr *names = finnc_node_find_attr(node, attr);
    return names ? finnc_attr_count(names) : 0;
}

static finnc_status bind_name(finnc_ctx *cx, finnc_node *node, const char *attr, size_t i)
{
    finnc_value *value;
    FINNC_TRY(fnc_gradient_need_value(cx, node, attr, i, &value));
    return finnc_node_set_input(cx, node, node->ninputs, value);
}

static finnc_status bind_names(finnc_ctx *cx, finnc_node *node)
{
    static const char *const attrs[] = {"xs", "zs", "y"};
    FNC_AT_NODE(cx, node);
    FINNC_TRY(finnc_node_check(cx, node));
    for (size_t a = 0; a < sizeof attrs / sizeof *attrs; a++)
        for (size_t i = 0; i < count_names(node, attrs[a]); i++)
            FINNC_TRY(bind_name(cx, node, attrs[a], i));
    return FINNC_OK;
}

/* ---- one Gradient node ---- */

static bool is_used(const finnc_node *node)
{
    for (size_t o = 0; o < node->noutputs; o++)
        if (node->outputs[o] && (node->outputs[o]->uses || finnc_value_is_output(node->outputs[o])))
            return true;
    return false;
}

/* The texts make more than anybody asked for. From `end` (NULL: the last node) back to `first`. */
static void erase_unused(finnc_graph *graph, const finnc_node *before, finnc_node *end)
{
    for (finnc_node *node = end ? end->prev : graph->last, *prev; node && node != before;
         node = prev) {
        prev = node->prev;
        if (!is_used(node))
            finnc_graph_erase_node(node);
    }
}

static finnc_status put_in_place(fnc_region *r)
{
    finnc_graph *graph = r->at->graph;
    finnc_node *next = r->at->next;
    size_t count = r->at->noutputs;
    finnc_value **outputs = FNC_NEW_ARRAY(&r->scratch, finnc_value *, count + 1);
    finnc_value **gradients = FNC_NEW_ARRAY(&r->scratch, finnc_value *, count + 1);
    if (!outputs || !gradients)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < count; i++) {
        finnc_value *x = fnc_region_given(r, i);
        outputs[i] = r->at->outputs[i];
        gradients[i] = r->grads[fnc_region_named(r, i)->id];
        if (outputs[i] && !gradients[i])
            FINNC_TRY(fnc_region_call(r, "Zeros", &x, &gradients[i]));
    }
    finnc_graph_erase_node(r->at);
    for (size_t i = 0; i < count; i++) {
        const finnc_node_spec spec = {.op_type = "Identity",
                                      .inputs = &gradients[i],
                                      .ninputs = 1,
                                      .outputs = &outputs[i],
                                      .noutputs = 1};
        if (outputs[i])
            FINNC_TRY(finnc_graph_insert_node(r->cx, graph, &spec, next, NULL));
    }
    return FINNC_OK;
}

static finnc_status check_given(const fnc_region *r)
{
    for (size_t i = 0; i < r->nnamed; i++)
        if (!fnc_region_given(r, i))
            return finnc_fail(r->cx, FINNC_BAD_VALUE, "input %zu, a value for %s, is missing", i,
                              finnc_value_name(fnc_region_named(r, i)));
    for (size_t i = 0; i < r->nx; i++) {
        finnc_elem elem = finnc_value_elem(fnc_region_given(r, i));
        if (elem != FINNC_ELEM_UNDEFINED && !finnc_elem_is_float(elem))
            return finnc_fail(r->cx, FINNC_BAD_VALUE, "%s is %s, there is no derivative by that",
                              finnc_value_name(fnc_region_named(r, i)), finnc_elem_name(elem));
    }
    return FINNC_OK;
}

static finnc_status init_region(fnc_region *r, finnc_node *node)
{
    finnc_model *model = node->graph->model;
    r->at = node;
    r->nx = count_names(node, "xs");
    r->nnamed = r->nx + count_names(node, "zs");
    r->y = fnc_region_named(r, r->nnamed);
    r->marks = FNC_NEW_ARRAY(&r->scratch, unsigned char, model->next_value_id + 1);
    r->twins = FNC_NEW_ARRAY(&r->scratch, finnc_value *, model->next_value_id + 1);
    r->grads = FNC_NEW_ARRAY(&r->scratch, finnc_value *, model->next_value_id + 1);
    if (!r->marks || !r->twins || !r->grads)
        return finnc_no_memory(r->cx);
    for (finnc_graph *graph = node->graph; graph; graph = graph->owner ? graph->owner->graph : NULL)
        for (finnc_value *v = graph->first_value; v; v = v->next)
            r->twins[v->id] = v;
    for (size_t i = 0; i < r->nnamed; i++)
        r->twins[fnc_region_named(r, i)->id] = fnc_region_given(r, i);
    return FINNC_OK;
}

static finnc_status expand(fnc_region *r, finnc_node *node)
{
    finnc_graph *graph = node->graph;
    finnc_node *before = node->prev, *next = node->next;
    FNC_AT_NODE(r->cx, node);
    FINNC_TRY(init_region(r, node));
    FINNC_TRY(check_given(r));
    FINNC_TRY(fnc_region_collect(r));
    FINNC_TRY(fnc_region_mark(r));
    FINNC_TRY(fnc_region_copy_changed(r));
    FINNC_TRY(fnc_region_go_back(r));
    FINNC_TRY(put_in_place(r));
    erase_unused(graph, before, next);
    return FINNC_OK;
}

/* Who takes the gradients of any number of outputs takes one of each, zeros where nobody uses it.
 */
static finnc_status name_outputs(finnc_ctx *cx, finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    if (!op || !(op->out[0].flags & FINNC_VARIADIC) || !fnc_gradient_find(node))
        return FINNC_OK;
    for (size_t o = 0; o < node->noutputs; o++) {
        finnc_value *output;
        if (node->outputs[o])
            continue;
        FINNC_TRY(finnc_graph_insert_value(cx, node->graph, "unused", &output));
        FINNC_TRY(finnc_node_set_output(cx, node, o, output));
    }
    return FINNC_OK;
}

/* ---- all of them ---- */

/* In order: one may be about the result of another before it. */
static finnc_status expand_graph(finnc_ctx *cx, const finnc_model *library, finnc_graph *graph)
{
    for (finnc_node *node = graph->first, *next; node; node = next) {
        finnc_graph *body;
        next = node->next;
        for (size_t b = 0; (body = finnc_node_body(node, b, NULL)); b++)
            FINNC_TRY(expand_graph(cx, library, body));
        if (!is_gradient(node))
            continue;
        fnc_region r = {.cx = cx, .library = library};
        fnc_arena_init(&r.scratch, cx);
        finnc_status status = expand(&r, node);
        fnc_arena_clear(&r.scratch);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

finnc_status finnc_model_expand_gradients(finnc_ctx *cx, finnc_model *model)
{
    finnc_model *library;
    if (!finnc_model_has_gradients(model))
        return finnc_model_inline_functions(cx, model);
    for (finnc_graph *graph = model->graphs; graph; graph = graph->next_graph)
        for (finnc_node *node = graph->first; node; node = node->next)
            if (is_gradient(node))
                FINNC_TRY(bind_names(cx, node));
    FINNC_TRY(finnc_model_inline_functions(cx, model));
    for (finnc_graph *graph = model->graphs; graph; graph = graph->next_graph)
        for (finnc_node *node = graph->first; node; node = node->next)
            FINNC_TRY(name_outputs(cx, node));
    FINNC_TRY(fnc_gradient_library(cx, &library));
    finnc_status status = expand_graph(cx, library, model->graph);
    finnc_model_destroy(library);
    return status;
}
