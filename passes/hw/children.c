#include "children.h"

#include <base/compiler.h>
#include <nodes/nesting.h>

#include <finnc/op.h>

bool fnc_children_has(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
           finnc_node_has_trait(node, FINNC_OP_HARDWARE);
}

finnc_status fnc_children_enter(fnc_children *children, finnc_node *node, finnc_model **child)
{
    FNC_AT_NODE(children->cx, node);
    FINNC_TRY(fnc_check_nesting(children->cx, children->depth, children->count));
    FINNC_TRY(finnc_node_need_partition(children->cx, node, child));
    children->depth++;
    children->count++;
    return FINNC_OK;
}

void fnc_children_leave(fnc_children *children)
{
    children->depth--;
}
