#include "plan.h"

#include <finnc/layer.h>
#include <finnc/op.h>

/* Of the graph that the value belongs to: this one, or one around it. */
static const fnc_plan *plan_of(const fnc_plan *plan, const finnc_value *value)
{
    while (plan && plan->graph != finnc_value_graph(value))
        plan = plan->parent;
    return plan;
}

/* What the partition's node reads for an input of its model; NULL: it is no such input. */
static const finnc_value *outside(const fnc_plan *plan, const finnc_value *input)
{
    const finnc_value *value;
    size_t i = 0;
    if (!plan->partition || !finnc_value_is_input(input))
        return NULL;
    for (size_t at = 0; (value = finnc_graph_next_free_input(plan->graph, &at)); i++)
        if (value == input)
            return finnc_node_input(plan->partition, i);
    return NULL;
}

/* The plan of the partition that makes the value; NULL: none does. */
static const fnc_plan *maker(const fnc_plan *plan, const finnc_value *value)
{
    const finnc_node *node = finnc_value_producer(value);
    const size_t v = node && finnc_node_has_trait(node, FINNC_OP_PARTITION)
                         ? fnc_plan_find(plan, value)
                         : SIZE_MAX;
    if (v == SIZE_MAX || plan->values[v].producer == SIZE_MAX)
        return NULL;
    const fnc_plan_step *step = &plan->steps[plan->values[v].producer];
    return step->nbodies ? step->bodies[0].plan : NULL;
}

/* What the model returns for that output of its node. */
static const finnc_value *inside(const fnc_plan *part, const finnc_value *output)
{
    for (size_t o = 0; o < finnc_node_noutputs(part->partition); o++)
        if (finnc_node_output(part->partition, o) == output)
            return finnc_graph_output(part->graph, o);
    return NULL;
}

fnc_source fnc_plan_source(const fnc_plan *plan, const finnc_value *value)
{
    fnc_source at = {plan, value};
    while (value && (plan = plan_of(plan, value))) {
        at = (fnc_source){plan, value};
        const fnc_plan *part = maker(plan, value);
        value = part ? inside(part, value) : outside(plan, value);
        plan = part ? part : plan->parent;
    }
    return at;
}

const finnc_node *fnc_plan_stream_maker(const fnc_plan *plan, const finnc_value *value)
{
    fnc_source at = fnc_plan_source(plan, value);
    const finnc_value *source = at.value ? finnc_stream_source(at.value) : NULL;
    while (source != at.value) { /* from partition to partition */
        at = fnc_plan_source(at.plan, source);
        source = finnc_stream_source(at.value);
    }
    return source ? finnc_value_producer(source) : NULL;
}
