/* Partitions are read when a session is made, once, and then run as subgraphs are. */
#include "plan.h"

#include <finnc/model.h>

#include <nodes/nesting.h>

#include <string.h>

enum { MAX_PATH = 4096 };

/* `path` is not a partition that we are inside of, nor are they without end. */
static finnc_status check_nesting(fnc_plan *plan, const char *path)
{
    int depth = 0;
    fnc_plan *outermost = plan;
    for (; plan; plan = plan->parent) {
        if (plan->file && !strcmp(plan->file, path))
            return finnc_fail(plan->cx, FINNC_BAD_VALUE, "the partition %s contains itself", path);
        depth += plan->file != NULL;
        outermost = plan;
    }
    return fnc_check_nesting(outermost->cx, depth, outermost->npartitions++);
}

static size_t count_inputs(const finnc_graph *graph)
{
    size_t count = 0;
    for (size_t at = 0; finnc_graph_next_free_input(graph, &at);)
        count++;
    return count;
}

static finnc_status check_counts(finnc_ctx *cx, const finnc_node *node, const finnc_graph *graph)
{
    size_t ninputs = count_inputs(graph), noutputs = finnc_graph_noutputs(graph);
    if (ninputs != finnc_node_ninputs(node) || noutputs != finnc_node_noutputs(node))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "the model has %zu inputs and %zu outputs, the node %zu and %zu", ninputs,
                          noutputs, finnc_node_ninputs(node), finnc_node_noutputs(node));
    return FINNC_OK;
}

finnc_status fnc_plan_init_partition(fnc_plan *plan, const finnc_node *node, fnc_plan_step *step)
{
    finnc_ctx *cx = plan->cx;
    char path[MAX_PATH];
    FNC_AT_NODE(cx, node);
    finnc_model *model;
    fnc_plan *body = FNC_NEW(&plan->arena, fnc_plan);
    step->bodies = FNC_NEW(&plan->arena, fnc_body);
    if (!body || !step->bodies)
        return finnc_no_memory(cx);
    FINNC_TRY(finnc_node_open_partition(cx, node, path, sizeof path, &model));
    fnc_arena_init(&body->arena, cx); /* from here on fnc_plan_clear ends body and model */
    step->bodies[step->nbodies++] = (fnc_body){"model", 0, body, model};
    FINNC_TRY(check_nesting(plan, path));
    const char *file = fnc_arena_strdup(&plan->arena, path);
    if (!file)
        return finnc_no_memory(cx);
    FNC_AT_FILE(cx, file);
    FINNC_TRY(check_counts(cx, node, finnc_model_graph(model)));
    if (finnc_model_nfunctions(model) > 0)
        FINNC_TRY(finnc_model_inline_functions(cx, model));
    FINNC_TRY(fnc_plan_init(cx, finnc_model_graph(model), plan, file, body));
    body->partition = node;
    return FINNC_OK;
}
