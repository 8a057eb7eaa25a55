/* Attributes that name values: what a node depends on without an input that shows it. Which those
 * are its op's row says (FINNC_NAMES_VALUES). */
#include "ir.h"

#include <finnc/op.h>

/* Is it a node's name for a value at all? An attribute of another kind is an error elsewhere. */
static bool names_values(const finnc_node *node, const finnc_attr *attr)
{
    const finnc_attr_spec *spec = finnc_node_attr_spec(node, attr->name);
    return spec && spec->flags & FINNC_NAMES_VALUES && spec->kind == attr->kind;
}

static void visit_own(const finnc_node *node, fnc_named_fn *visit, void *user)
{
    for (size_t a = 0; a < node->nattrs; a++)
        for (size_t i = 0; names_values(node, node->attrs[a]) && i < node->attrs[a]->count; i++) {
            finnc_value *value =
                fnc_graph_resolve(node->graph, finnc_attr_string(node->attrs[a], i).data);
            if (value)
                visit(user, value);
        }
}

void fnc_node_visit_named(const finnc_node *node, fnc_named_fn *visit, void *user)
{
    const finnc_graph *body;
    if (finnc_node_has_trait(node, FINNC_OP_NAMES))
        visit_own(node, visit, user);
    for (size_t b = 0; (body = finnc_node_body(node, b, NULL)); b++)
        for (const finnc_node *n = body->first; n; n = n->next)
            fnc_node_visit_named(n, visit, user);
}
