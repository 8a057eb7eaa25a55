/* From y backwards: what each node hands on to its inputs. */
#include "gradient_region.h"

#include <string.h>

/* Small files can mean astronomic graphs: each Gradient of a Gradient is several times as large. */
enum { MAX_NODES = 300000 };

/* ---- calls of the library ---- */

/* `like`: the node whose attributes and version the call has; NULL: none. Values that the call is
 * to make are `outputs`, NULL where nobody wants one. */
static finnc_status call(fnc_region *r, const fnc_function *f, const finnc_node *like,
                         size_t operands, finnc_value *const *inputs, finnc_value *const *outputs)
{
    const finnc_node_spec spec = {.op_type = f->name,
                                  .domain = f->domain,
                                  .inputs = inputs,
                                  .ninputs = f->body->ninputs,
                                  .outputs = outputs,
                                  .noutputs = f->body->noutputs};
    finnc_node *node, *last = r->at->prev;
    if (r->at->graph->nnodes > MAX_NODES)
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "gradients of gradients make more than %d nodes",
                          MAX_NODES);
    FINNC_TRY(finnc_graph_insert_node(r->cx, r->at->graph, &spec, r->at, &node));
    if (like) {
        FINNC_TRY(finnc_node_copy_attrs(r->cx, node, like));
        node->opset =
            like->opset ? like->opset : finnc_model_find_opset(like->graph->model, like->domain);
        FINNC_TRY(finnc_node_set_int(r->cx, node, "operands", (int64_t)operands));
    }
    FINNC_TRY(fnc_node_inline(r->cx, node, f, r->library));
    node = last ? last->next : r->at->graph->first;
    for (; like && node != r->at; node = node->next)
        if (!strcmp(node->domain, "same"))
            FINNC_TRY(finnc_node_set_op(r->cx, node, node->op_type, like->domain));
    return FINNC_OK;
}

finnc_status fnc_region_call(fnc_region *r, const char *name, finnc_value *const *inputs,
                             finnc_value **output)
{
    FINNC_TRY(finnc_graph_insert_value(r->cx, r->at->graph, "gradient", output));
    return call(r, fnc_gradient_helper(r->library, name), NULL, 0, inputs, output);
}

/* ---- from a node's outputs to its inputs ---- */

/* A node, and the function that is its op's derivative. */
typedef struct step {
    finnc_node *node;
    const fnc_function *f;
    size_t ninputs; /* parameters that are inputs of the op; then come its outputs */
    finnc_value **arguments, **results;
    finnc_value *list; /* stands for all gradients, where the outputs are any number; NULL */
} step;

/* Which of the parameters is called so, `prefix` in front; SIZE_MAX. */
static size_t find_parameter(const fnc_function *f, const char *name)
{
    for (size_t p = 0; p < f->body->ninputs; p++)
        if (!strcmp(f->body->inputs[p]->name, name))
            return p;
    return SIZE_MAX;
}

/* The parameter for the gradient of parameter `p`; SIZE_MAX. */
static size_t find_gradient(const fnc_function *f, size_t p)
{
    for (size_t q = 0; q < f->body->ninputs; q++)
        if (f->body->inputs[q]->name[0] == 'd' &&
            !strcmp(f->body->inputs[q]->name + 1, f->body->inputs[p]->name))
            return q;
    return SIZE_MAX;
}

/* The parameter that result `o` is the gradient of; SIZE_MAX: it is `rest`. */
static size_t find_wanted(const fnc_function *f, size_t o)
{
    return find_parameter(f, f->body->outputs[o]->name + 1);
}

/* Is it made at all? What is not made is zero. */
static bool is_made(const fnc_function *f, size_t o)
{
    return f->body->outputs[o]->producer || finnc_value_is_input(f->body->outputs[o]);
}

static bool is_active(const fnc_region *r, const finnc_value *value)
{
    return value && r->marks[value->id] & FNC_REGION_ACTIVE;
}

static bool is_variadic(const finnc_formal *formals)
{
    return formals[0].flags & FINNC_VARIADIC;
}

/* What has come to output `o`; zeros if nothing has. */
static finnc_status gradient_of(fnc_region *r, const finnc_node *node, size_t o,
                                finnc_value **gradient)
{
    finnc_value *output = finnc_node_output(node, o);
    *gradient = output ? r->grads[output->id] : NULL;
    if (output && !*gradient)
        return fnc_region_call(r, "Zeros", &r->twins[output->id], gradient);
    return FINNC_OK;
}

static finnc_status add_gradient(fnc_region *r, const finnc_value *value, finnc_value *gradient)
{
    finnc_value **sum = &r->grads[value->id];
    if (!*sum) {
        *sum = gradient;
        return FINNC_OK;
    }
    finnc_value *const both[] = {*sum, gradient};
    return fnc_region_call(r, "Total", both, sum);
}

static finnc_status init_step(fnc_region *r, finnc_node *node, step *s)
{
    const fnc_gradient *row = fnc_gradient_find(node);
    if (!row || row->why)
        return finnc_fail(r->cx, FINNC_UNSUPPORTED, "op %s has no derivative here%s%s",
                          finnc_node_op_type(node), row ? ": " : "", row ? row->why : "");
    *s = (step){.node = node, .f = fnc_gradient_function(r->library, row)};
    while (s->ninputs < s->f->body->ninputs && find_gradient(s->f, s->ninputs) == SIZE_MAX)
        s->ninputs++;
    s->arguments = FNC_NEW_ARRAY(&r->scratch, finnc_value *, s->f->body->ninputs + 1);
    s->results = FNC_NEW_ARRAY(&r->scratch, finnc_value *, s->f->body->noutputs + 1);
    return s->arguments && s->results ? FINNC_OK : finnc_no_memory(r->cx);
}

/* Has the text a derivative by input `p`, zero though it may be? */
static bool covers_input(const step *s, size_t p)
{
    for (size_t o = 0; o < s->f->body->noutputs; o++)
        if (find_wanted(s->f, o) == p)
            return true;
    return false;
}

static finnc_status check_covered(fnc_region *r, const step *s, const finnc_op *op)
{
    const finnc_node *node = s->node;
    for (size_t i = 0; i < node->ninputs; i++)
        if (is_active(r, finnc_node_input(node, i)) && !is_variadic(op->in) && !covers_input(s, i))
            return finnc_fail(r->cx, FINNC_UNSUPPORTED, "no derivative by input %zu (%s)", i,
                              finnc_value_name(finnc_node_input(node, i)));
    for (size_t o = 0; o < node->noutputs; o++) {
        const finnc_value *output = node->outputs[o];
        size_t p = s->ninputs + o;
        bool is_there =
            is_variadic(op->out) || (p < s->f->body->ninputs && find_gradient(s->f, p) != SIZE_MAX);
        if (output && r->grads[output->id] && !is_there)
            return finnc_fail(r->cx, FINNC_UNSUPPORTED, "no derivative of output %zu (%s)", o,
                              finnc_value_name(output));
    }
    return FINNC_OK;
}

/* Outputs and their gradients, behind the inputs. */
static finnc_status fill_outputs(fnc_region *r, step *s, const finnc_op *op)
{
    for (size_t p = s->ninputs; p < s->f->body->ninputs; p++) {
        size_t q = find_gradient(s->f, p);
        if (q == SIZE_MAX)
            continue;
        const finnc_value *output = finnc_node_output(s->node, p - s->ninputs);
        s->arguments[p] = output ? r->twins[output->id] : NULL;
        if (!is_variadic(op->out)) {
            FINNC_TRY(gradient_of(r, s->node, p - s->ninputs, &s->arguments[q]));
            continue;
        }
        for (size_t o = 0; o < s->node->noutputs; o++)
            if (s->node->outputs[o])
                FINNC_TRY(gradient_of(r, s->node, o, &r->grads[s->node->outputs[o]->id]));
        FINNC_TRY(finnc_graph_insert_value(r->cx, r->at->graph, "gradients", &s->list));
        s->arguments[q] = s->list;
    }
    return FINNC_OK;
}

/* Whoever reads the list reads all gradients. */
static finnc_status spread_list(fnc_region *r, const step *s)
{
    while (s->list && s->list->uses) {
        finnc_node *reader = s->list->uses->node;
        size_t at = s->list->uses->index;
        for (size_t o = 0; o < s->node->noutputs; o++) {
            const finnc_value *output = s->node->outputs[o];
            FINNC_TRY(
                finnc_node_set_input(r->cx, reader, at + o, output ? r->grads[output->id] : NULL));
        }
    }
    return FINNC_OK;
}

static finnc_status want(fnc_region *r, step *s, size_t o, const finnc_value *value)
{
    s->results[o] = NULL;
    if (!is_active(r, value) || !is_made(s->f, o))
        return FINNC_OK;
    return finnc_graph_insert_value(r->cx, r->at->graph, "gradient", &s->results[o]);
}

static finnc_status add_results(fnc_region *r, const step *s, size_t o, const finnc_value *value)
{
    return s->results[o] ? add_gradient(r, value, s->results[o]) : FINNC_OK;
}

static finnc_status differentiate_fixed(fnc_region *r, step *s)
{
    const finnc_node *node = s->node;
    size_t noutputs = s->f->body->noutputs;
    for (size_t p = 0; p < s->ninputs; p++) {
        const finnc_value *input = finnc_node_input(node, p);
        s->arguments[p] = input ? r->twins[input->id] : NULL;
    }
    for (size_t o = 0; o < noutputs; o++)
        FINNC_TRY(want(r, s, o, finnc_node_input(node, find_wanted(s->f, o))));
    FINNC_TRY(call(r, s->f, node, node->ninputs, s->arguments, s->results));
    FINNC_TRY(spread_list(r, s));
    for (size_t o = 0; o < noutputs; o++)
        FINNC_TRY(add_results(r, s, o, finnc_node_input(node, find_wanted(s->f, o))));
    return FINNC_OK;
}

/* One operand after the other; what the first leaves of the gradient is the next one's. */
static finnc_status differentiate_each(fnc_region *r, step *s)
{
    const finnc_node *node = s->node;
    bool has_rest = s->f->body->noutputs > 1;
    size_t dy = find_gradient(s->f, 1);
    for (size_t i = 0; i < node->ninputs; i++) {
        const finnc_value *input = finnc_node_input(node, i);
        if (!input || (!has_rest && !is_active(r, input)))
            continue;
        s->arguments[0] = r->twins[input->id];
        FINNC_TRY(want(r, s, 0, input));
        if (has_rest)
            FINNC_TRY(finnc_graph_insert_value(r->cx, r->at->graph, "gradient", &s->results[1]));
        FINNC_TRY(call(r, s->f, node, node->ninputs, s->arguments, s->results));
        FINNC_TRY(add_results(r, s, 0, input));
        if (has_rest)
            s->arguments[dy] = s->results[1];
    }
    return FINNC_OK;
}

static finnc_status differentiate(fnc_region *r, finnc_node *node)
{
    step s;
    FNC_AT_NODE(r->cx, node);
    FINNC_TRY(init_step(r, node, &s));
    const finnc_op *op = finnc_node_find_op(node);
    FINNC_TRY(check_covered(r, &s, op));
    FINNC_TRY(fill_outputs(r, &s, op));
    return is_variadic(op->in) ? differentiate_each(r, &s) : differentiate_fixed(r, &s);
}

/* Has anything come to an output of it that an x may be behind? */
static bool has_gradient(const fnc_region *r, const finnc_node *node)
{
    for (size_t o = 0; o < node->noutputs; o++)
        if (is_active(r, node->outputs[o]) && r->grads[node->outputs[o]->id] &&
            !(r->marks[node->outputs[o]->id] & FNC_REGION_NAMED))
            return true;
    return false;
}

finnc_status fnc_region_go_back(fnc_region *r)
{
    if (is_active(r, r->y))
        FINNC_TRY(fnc_region_call(r, "Ones", &r->twins[r->y->id], &r->grads[r->y->id]));
    for (size_t n = r->nnodes; n-- > 0;)
        if (fnc_region_is_between(r, r->nodes[n]) && has_gradient(r, r->nodes[n]))
            FINNC_TRY(differentiate(r, r->nodes[n]));
    return FINNC_OK;
}
