#include "plan.h"

#include <stdlib.h>
#include <string.h>

static int by_address(const void *a, const void *b)
{
    const finnc_value *x = ((const fnc_plan_value *)a)->value;
    const finnc_value *y = ((const fnc_plan_value *)b)->value;
    return (x > y) - (x < y);
}

size_t fnc_plan_find(const fnc_plan *plan, const finnc_value *value)
{
    if (!value || plan->nvalues == 0)
        return SIZE_MAX;
    const fnc_plan_value key = {.value = value};
    const fnc_plan_value *found =
        bsearch(&key, plan->values, plan->nvalues, sizeof key, by_address);
    return found ? (size_t)(found - plan->values) : SIZE_MAX;
}

/* ---- bodies, and what they capture ---- */

/* Values of graphs around. */
typedef struct captures {
    const finnc_value **values;
    size_t count, room;
} captures;

static finnc_status capture(fnc_plan *plan, captures *c, const finnc_value *value)
{
    if (!value || finnc_value_graph(value) == plan->graph)
        return FINNC_OK;
    if (c->count == c->room) {
        size_t room = c->room ? 2 * c->room : 8;
        const finnc_value **grown = FNC_NEW_ARRAY(&plan->arena, const finnc_value *, room);
        if (!grown)
            return finnc_no_memory(plan->cx);
        if (c->count)
            memcpy(grown, c->values, c->count * sizeof *grown);
        c->values = grown;
        c->room = room;
    }
    c->values[c->count++] = value;
    return FINNC_OK;
}

static int by_place(const void *a, const void *b)
{
    const finnc_value *x = *(const finnc_value *const *)a, *y = *(const finnc_value *const *)b;
    return (x > y) - (x < y);
}

static void keep_each_once(captures *c)
{
    size_t n = 0;
    if (c->count > 0)
        qsort(c->values, c->count, sizeof *c->values, by_place);
    for (size_t i = 0; i < c->count; i++)
        if (n == 0 || c->values[n - 1] != c->values[i])
            c->values[n++] = c->values[i];
    c->count = n;
}

static size_t count_bodies(const finnc_node *node)
{
    size_t count = 0;
    for (size_t a = 0; a < finnc_node_nattrs(node); a++) {
        const finnc_attr *attr = finnc_node_attr(node, a);
        for (size_t k = 0; k < finnc_attr_count(attr) && finnc_attr_graph(attr, k); k++)
            count++;
    }
    return count;
}

static finnc_status init_bodies(fnc_plan *plan, const finnc_node *node, fnc_plan_step *step)
{
    size_t count = count_bodies(node);
    if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
        return fnc_plan_init_partition(plan, node, step);
    if (!count)
        return FINNC_OK;
    step->bodies = FNC_NEW_ARRAY(&plan->arena, fnc_body, count);
    if (!step->bodies)
        return finnc_no_memory(plan->cx);
    for (size_t a = 0; a < finnc_node_nattrs(node); a++) {
        const finnc_attr *attr = finnc_node_attr(node, a);
        for (size_t k = 0; k < finnc_attr_count(attr) && finnc_attr_graph(attr, k); k++) {
            fnc_plan *body = FNC_NEW(&plan->arena, fnc_plan);
            if (!body)
                return finnc_no_memory(plan->cx);
            step->bodies[step->nbodies++] = (fnc_body){finnc_attr_name(attr), k, body, NULL};
            FNC_AT_NODE(plan->cx, node);
            FINNC_TRY(fnc_plan_init(plan->cx, finnc_attr_graph(attr, k), plan, NULL, body));
        }
    }
    return FINNC_OK;
}

/* ---- values ---- */

static finnc_status collect_captures(fnc_plan *plan, captures *c)
{
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t i = 0; i < finnc_node_ninputs(step->step.node); i++)
            FINNC_TRY(capture(plan, c, finnc_node_input(step->step.node, i)));
        for (size_t b = 0; b < step->nbodies; b++) {
            const fnc_plan *body = step->bodies[b].plan;
            for (size_t k = 0; k < body->ncaptured; k++)
                FINNC_TRY(capture(plan, c, body->values[body->captured[k]].value));
        }
    }
    for (size_t o = 0; o < finnc_graph_noutputs(plan->graph); o++)
        FINNC_TRY(capture(plan, c, finnc_graph_output(plan->graph, o)));
    keep_each_once(c);
    return FINNC_OK;
}

static void add_value(fnc_plan *plan, const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    bool is_own = finnc_value_graph(value) == plan->graph;
    plan->values[plan->nvalues++] = (fnc_plan_value){
        .value = value,
        .constant = tensor && is_own ? finnc_tensor_retain(tensor) : NULL,
        .producer = SIZE_MAX,
        .is_fetched = is_own && finnc_value_is_output(value),
        .is_captured = !is_own,
    };
}

static finnc_status init_values(fnc_plan *plan)
{
    captures c = {0};
    FINNC_TRY(collect_captures(plan, &c));
    plan->values =
        FNC_NEW_ARRAY(&plan->arena, fnc_plan_value, finnc_graph_nvalues(plan->graph) + c.count + 1);
    plan->captured = FNC_NEW_ARRAY(&plan->arena, size_t, c.count + 1);
    plan->outer = FNC_NEW_ARRAY(&plan->arena, size_t, c.count + 1);
    if (!plan->values || !plan->captured || !plan->outer)
        return finnc_no_memory(plan->cx);
    finnc_foreach_value (value, plan->graph)
        add_value(plan, value);
    for (size_t i = 0; i < c.count; i++)
        add_value(plan, c.values[i]);
    if (plan->nvalues > 0)
        qsort(plan->values, plan->nvalues, sizeof *plan->values, by_address);
    for (size_t v = 0; v < plan->nvalues; v++)
        if (plan->values[v].is_captured)
            plan->captured[plan->ncaptured++] = v;
    for (size_t o = 0; o < finnc_graph_noutputs(plan->graph); o++) { /* captured ones too */
        size_t v = fnc_plan_find(plan, finnc_graph_output(plan->graph, o));
        if (v != SIZE_MAX)
            plan->values[v].is_fetched = true;
    }
    return FINNC_OK;
}

/* ---- steps ---- */

static bool is_made_by_nobody(const finnc_value *value)
{
    return !finnc_value_producer(value) && !finnc_value_is_input(value) &&
           !finnc_value_is_constant(value);
}

/* Some exporters name an optional input that nothing makes, such as Resize's roi: it is absent
 * until somebody feeds it. */
static bool is_dangling(const finnc_op *op, size_t i, const finnc_value *value)
{
    const finnc_formal *formal = finnc_op_formal(op->in, i);
    return value && formal && formal->flags & FINNC_OPTIONAL && is_made_by_nobody(value);
}

static void read_inputs(const fnc_plan *plan, fnc_plan_step *step)
{
    for (size_t i = 0; i < step->ninputs; i++) {
        const finnc_value *value = finnc_node_input(step->step.node, i);
        const bool is_absent = is_dangling(step->step.op, i, value);
        step->inputs[i] = is_absent ? SIZE_MAX : fnc_plan_find(plan, value);
    }
}

/* Is it more than an absent input? */
static bool is_read(const fnc_plan *plan, size_t v)
{
    for (size_t s = 0; s < plan->nsteps; s++)
        for (size_t i = 0; i < plan->steps[s].nreads; i++)
            if (plan->steps[s].inputs[i] == v)
                return true;
    return plan->values[v].is_fetched;
}

/* Behind the inputs: what the bodies capture. */
static void read_captured(const fnc_plan *plan, fnc_plan_step *step)
{
    step->nreads = step->ninputs;
    for (size_t b = 0; b < step->nbodies; b++) {
        const fnc_plan *body = step->bodies[b].plan;
        for (size_t k = 0; k < body->ncaptured; k++) {
            const finnc_value *value = body->values[body->captured[k]].value;
            const size_t v = fnc_plan_find(plan, value);
            const bool is_absent = is_made_by_nobody(value) && !is_read(body, body->captured[k]);
            body->outer[k] = v;
            step->inputs[step->nreads++] = is_absent ? SIZE_MAX : v;
        }
    }
}

bool fnc_plan_adopt(fnc_plan *plan, const finnc_value *value)
{
    bool was_absent = false;
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        bool is_in_body = false;
        for (size_t b = 0; b < step->nbodies; b++)
            is_in_body |= fnc_plan_adopt(step->bodies[b].plan, value);
        if (is_in_body)
            read_captured(plan, step);
        was_absent |= is_in_body;
        for (size_t i = 0; i < step->ninputs; i++)
            if (step->inputs[i] == SIZE_MAX && finnc_node_input(step->step.node, i) == value) {
                step->inputs[i] = fnc_plan_find(plan, value);
                was_absent = true;
            }
    }
    return was_absent;
}

static finnc_status init_step(fnc_plan *plan, fnc_plan_step *step)
{
    const finnc_node *node = step->step.node;
    size_t nreads = finnc_node_ninputs(node);
    step->ninputs = nreads;
    step->noutputs = finnc_node_noutputs(node);
    for (size_t b = 0; b < step->nbodies; b++)
        nreads += step->bodies[b].plan->ncaptured;
    step->inputs = FNC_NEW_ARRAY(&plan->arena, size_t, nreads + 1);
    step->outputs = FNC_NEW_ARRAY(&plan->arena, size_t, step->noutputs + 1);
    if (!step->inputs || !step->outputs)
        return finnc_no_memory(plan->cx);
    if (step->step.op->traits & FINNC_OP_LINEAR) {
        step->step.kept = FNC_NEW_ARRAY(&plan->arena, fnc_grid_kept, 2);
        if (!step->step.kept)
            return finnc_no_memory(plan->cx);
    }
    read_inputs(plan, step);
    read_captured(plan, step);
    for (size_t o = 0; o < step->noutputs; o++) {
        step->outputs[o] = fnc_plan_find(plan, finnc_node_output(node, o));
        if (step->outputs[o] != SIZE_MAX)
            plan->values[step->outputs[o]].producer = (size_t)(step - plan->steps);
    }
    if (step->ninputs > plan->max_inputs)
        plan->max_inputs = step->ninputs;
    if (step->noutputs > plan->max_outputs)
        plan->max_outputs = step->noutputs;
    return FINNC_OK;
}

/* Kernels and bodies first: only with them is it known which values there are. */
static finnc_status find_kernels(fnc_plan *plan)
{
    plan->steps = FNC_NEW_ARRAY(&plan->arena, fnc_plan_step, finnc_graph_nnodes(plan->graph) + 1);
    if (!plan->steps)
        return finnc_no_memory(plan->cx);
    finnc_foreach_node (node, plan->graph) {
        fnc_plan_step *step = &plan->steps[plan->nsteps++];
        FINNC_TRY(fnc_step_init(plan->cx, node, &step->step));
        FINNC_TRY(init_bodies(plan, node, step));
    }
    return FINNC_OK;
}

static finnc_status init_steps(fnc_plan *plan)
{
    for (size_t s = 0; s < plan->nsteps; s++)
        FINNC_TRY(init_step(plan, &plan->steps[s]));
    plan->in = FNC_NEW_ARRAY(&plan->arena, const finnc_tensor *, plan->max_inputs + 1);
    plan->out = FNC_NEW_ARRAY(&plan->arena, finnc_tensor *, plan->max_outputs + 1);
    plan->wanted = FNC_NEW_ARRAY(&plan->arena, bool, plan->max_outputs + 1);
    return plan->in && plan->out && plan->wanted ? FINNC_OK : finnc_no_memory(plan->cx);
}

/* A value dies at its last reader, or where it is made if nobody reads it. Inputs have to come from
 * earlier steps: the order of the nodes is the order of the run. */
static finnc_status init_deaths(fnc_plan *plan)
{
    size_t *last = FNC_NEW_ARRAY(&plan->arena, size_t, plan->nvalues + 1);
    if (!last)
        return finnc_no_memory(plan->cx);
    for (size_t v = 0; v < plan->nvalues; v++)
        last[v] = SIZE_MAX;
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t i = 0; i < step->nreads; i++) {
            size_t v = step->inputs[i];
            if (v == SIZE_MAX)
                continue;
            const fnc_plan_value *value = &plan->values[v];
            if (value->producer != SIZE_MAX && value->producer >= s) {
                FNC_AT_NODE(plan->cx, step->step.node);
                return finnc_fail(plan->cx, FINNC_BAD_VALUE,
                                  "input %s is made by a later node: the graph is not sorted",
                                  finnc_value_name(value->value));
            }
            last[v] = s;
        }
        for (size_t o = 0; o < step->noutputs; o++)
            if (step->outputs[o] != SIZE_MAX)
                last[step->outputs[o]] = s;
    }
    for (size_t v = 0; v < plan->nvalues; v++)
        if (last[v] != SIZE_MAX)
            plan->steps[last[v]].ndying++;
    for (size_t s = 0; s < plan->nsteps; s++) {
        plan->steps[s].dying = FNC_NEW_ARRAY(&plan->arena, size_t, plan->steps[s].ndying + 1);
        if (!plan->steps[s].dying)
            return finnc_no_memory(plan->cx);
        plan->steps[s].ndying = 0;
    }
    for (size_t v = 0; v < plan->nvalues; v++) {
        fnc_plan_step *step = last[v] == SIZE_MAX ? NULL : &plan->steps[last[v]];
        if (step)
            step->dying[step->ndying++] = v;
    }
    return FINNC_OK;
}

/* When all bodies are there: what a step looks for may lie in another one. */
static void look_around(fnc_plan *plan)
{
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        fnc_step_look(plan, &step->step);
        for (size_t b = 0; b < step->nbodies; b++)
            look_around(step->bodies[b].plan);
    }
}

finnc_status fnc_plan_init(finnc_ctx *cx, const finnc_graph *graph, fnc_plan *parent,
                           const char *file, fnc_plan *plan)
{
    *plan = (fnc_plan){.cx = cx,
                       .graph = graph,
                       .parent = parent,
                       .file = file,
                       .depth = parent ? parent->depth + 1 : 0};
    fnc_arena_init(&plan->arena, cx);
    FINNC_TRY(find_kernels(plan));
    FINNC_TRY(init_values(plan));
    FINNC_TRY(init_steps(plan));
    FINNC_TRY(init_deaths(plan));
    if (!parent)
        look_around(plan);
    return FINNC_OK;
}

void fnc_plan_clear(fnc_plan *plan)
{
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t b = 0; b < step->nbodies; b++) {
            fnc_plan_clear(step->bodies[b].plan);
            finnc_model_destroy(step->bodies[b].model);
        }
        for (size_t i = 0; i < 2 && step->step.kept; i++)
            fnc_grid_forget(plan->cx, &step->step.kept[i]);
    }
    for (size_t v = 0; v < plan->nvalues; v++) {
        finnc_tensor_release(plan->values[v].constant);
        finnc_tensor_release(plan->values[v].fed);
        finnc_tensor_release(plan->values[v].tensor);
    }
    fnc_arena_clear(&plan->arena);
}

bool fnc_plan_spare(fnc_plan *plan)
{
    bool had = false;
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t b = 0; b < step->nbodies; b++)
            had |= fnc_plan_spare(step->bodies[b].plan);
        for (size_t i = 0; i < 2 && step->step.kept; i++) {
            had |= step->step.kept[i].steps != NULL;
            fnc_grid_forget(plan->cx, &step->step.kept[i]);
        }
    }
    plan->is_short = true;
    return had;
}

/* `node` reads the value; NULL: it is to be fetched. */
static finnc_status missing(const fnc_plan *plan, const fnc_plan_value *value,
                            const finnc_node *node)
{
    if (finnc_value_is_input(value->value))
        return finnc_fail(plan->cx, FINNC_BAD_VALUE, "input %s has no tensor",
                          finnc_value_name(value->value));
    if (node) {
        FNC_AT_NODE(plan->cx, node);
        return finnc_fail(plan->cx, FINNC_BAD_VALUE,
                          "input %s: nothing makes it and it has no initialiser",
                          finnc_value_name(value->value));
    }
    return finnc_fail(plan->cx, FINNC_BAD_VALUE, "nothing makes %s and it has no initialiser",
                      finnc_value_name(value->value));
}

/* Has it a tensor before any step has run? */
static bool is_given(const fnc_plan *plan, const fnc_plan_value *value)
{
    return value->fed || value->constant || value->is_captured ||
           (plan->parent && finnc_value_is_input(value->value));
}

/* Backwards: a step is needed if it makes a value that is fetched or that a needed step reads, and
 * that nobody gave. */
finnc_status fnc_plan_mark(fnc_plan *plan, bool all)
{
    for (size_t s = 0; s < plan->nsteps; s++)
        plan->steps[s].is_needed = all && !plan->steps[s].is_done;
    for (size_t v = 0; v < plan->nvalues; v++) {
        const fnc_plan_value *value = &plan->values[v];
        if (!value->is_fetched || is_given(plan, value))
            continue;
        if (value->producer == SIZE_MAX)
            return missing(plan, value, NULL);
        plan->steps[value->producer].is_needed = true;
    }
    for (size_t s = plan->nsteps; s-- > 0;) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t i = 0; step->is_needed && i < step->nreads; i++) {
            if (step->inputs[i] == SIZE_MAX)
                continue;
            const fnc_plan_value *value = &plan->values[step->inputs[i]];
            if (is_given(plan, value))
                continue;
            if (value->producer == SIZE_MAX)
                return missing(plan, value, step->step.node);
            plan->steps[value->producer].is_needed = true;
        }
    }
    return FINNC_OK;
}
