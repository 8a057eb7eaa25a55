/* What a model has that finnc does not know: ops, attributes, versions. Each is told once, however
 * many nodes have it. */
#include "findings.h"

#include <finnc/op.h>

#include <base/buf.h>
#include <base/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum unknown_kind { UNKNOWN_OP, UNKNOWN_ATTR, NEWER_OP } unknown_kind;

typedef struct unknown {
    unknown_kind kind;
    const finnc_node *node;
    const char *attr; /* UNKNOWN_ATTR; else "" */
    size_t place;     /* in the order of nodes */
} unknown;

static int by_subject(const unknown *a, const unknown *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = strcmp(finnc_node_domain(a->node), finnc_node_domain(b->node));
    if (!order)
        order = strcmp(finnc_node_op_type(a->node), finnc_node_op_type(b->node));
    return order ? order : strcmp(a->attr, b->attr);
}

static int by_subject_and_place(const void *x, const void *y)
{
    const unknown *a = x, *b = y;
    const int order = by_subject(a, b);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static void add(fnc_buf *all, unknown_kind kind, const finnc_node *node, const char *attr)
{
    const unknown one = {kind, node, attr, all->length};
    fnc_buf_add(all, &one, sizeof one);
}

static bool is_function(const finnc_model *model, const finnc_node *node)
{
    const char *name, *domain;
    for (size_t i = 0; (name = finnc_model_function(model, i, &domain, NULL)); i++)
        if (!strcmp(name, finnc_node_op_type(node)) && fnc_same(domain, finnc_node_domain(node)))
            return true;
    return false;
}

static void look(fnc_buf *all, const finnc_model *model, const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    const int64_t opset = finnc_node_opset(node);
    const size_t before = all->length;
    if (!op)
        add(all, UNKNOWN_OP, node, "");
    if (op && !finnc_node_is_custom(node) && opset > 0 && op->since[0] > opset)
        add(all, NEWER_OP, node, "");
    for (size_t i = 0; i < finnc_node_nattrs(node); i++) {
        const char *name = finnc_attr_name(finnc_node_attr(node, i)), *near;
        if (!finnc_node_knows_attr(node, name, &near))
            add(all, UNKNOWN_ATTR, node, name);
    }
    if (all->length > before && is_function(model, node)) /* it knows */
        fnc_buf_truncate(all, before);
}

static finnc_status look_at_all(const fnc_findings *f, fnc_buf *all, const finnc_model *model,
                                const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        finnc_graph *body;
        FINNC_TRY(finnc_ctx_check(f->cx));
        look(all, model, node);
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(look_at_all(f, all, model, body));
    }
    return fnc_buf_check(all);
}

/* "3 nodes, the first is conv1" */
static const char *nodes_text(const unknown *first, size_t count, char *text, size_t room)
{
    const char *name = finnc_node_name(first->node);
    if (count == 1)
        snprintf(text, room, *name ? "node %s" : "1 node", name);
    else
        snprintf(text, room, *name ? "%zu nodes, the first is %s" : "%zu nodes", count, name);
    return text;
}

static finnc_status tell(const fnc_findings *f, const unknown *first, size_t count)
{
    const finnc_node *node = first->node;
    const char *domain = *finnc_node_domain(node) ? finnc_node_domain(node) : "ai.onnx";
    const char *op = finnc_node_op_type(node), *near;
    char nodes[256];
    nodes_text(first, count, nodes, sizeof nodes);
    switch (first->kind) {
    case UNKNOWN_OP:
        return fnc_findings_tell(f, false, "op %.200s of domain %.200s is not known (%s)", op,
                                 domain, nodes);
    case NEWER_OP:
        return fnc_findings_tell(
            f, true, "op %.200s came with opset %d, %" PRId64 " of %s is imported (%s)", op,
            finnc_node_find_op(node)->since[0], finnc_node_opset(node), domain, nodes);
    default:
        finnc_node_knows_attr(node, first->attr, &near);
        return fnc_findings_tell(f, false, "attribute %.200s of %.200s is not known%s%s (%s)",
                                 first->attr, op, near ? "; did you mean " : "", near ? near : "",
                                 nodes);
    }
}

static finnc_status tell_all(const fnc_findings *f, unknown *all, size_t n)
{
    if (n)
        qsort(all, n, sizeof *all, by_subject_and_place);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && !by_subject(&all[i], &all[end]);)
            end++;
        FINNC_TRY(tell(f, &all[i], end - i));
    }
    return FINNC_OK;
}

static finnc_status check_versions(const fnc_findings *f, const finnc_model *model)
{
    const int64_t ir = finnc_model_ir_version(model), opset = finnc_model_find_opset(model, "");
    if (ir > FINNC_IR_VERSION)
        FINNC_TRY(fnc_findings_tell(f, false,
                                    "IR version %" PRId64 " is newer than what is known, %d", ir,
                                    FINNC_IR_VERSION));
    if (opset > FINNC_OPSET_VERSION)
        FINNC_TRY(fnc_findings_tell(f, false,
                                    "opset %" PRId64 " is newer than what is known, %d: ops may "
                                    "have changed",
                                    opset, FINNC_OPSET_VERSION));
    return FINNC_OK;
}

finnc_status fnc_check_known(const fnc_findings *f, const finnc_model *model)
{
    fnc_buf all;
    finnc_graph *body;
    FINNC_TRY(check_versions(f, model));
    fnc_buf_init(&all, f->cx);
    finnc_status status = look_at_all(f, &all, model, finnc_model_graph(model));
    for (size_t i = 0; !status && finnc_model_function(model, i, NULL, &body); i++)
        status = look_at_all(f, &all, model, body);
    if (status == FINNC_OK)
        status = tell_all(f, (unknown *)all.data, all.length / sizeof(unknown));
    fnc_buf_clear(&all);
    return status;
}
