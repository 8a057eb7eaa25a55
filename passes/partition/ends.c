#include "ends.h"

#include <string.h>

/* ---- lists ---- */

static finnc_status list_add(fnc_parting *p, fnc_value_list *list, finnc_value *value)
{
    list->met.arena = p->scratch;
    if (fnc_value_map_find(&list->met, value))
        return FINNC_OK;
    FINNC_TRY(fnc_value_map_add(p->cx, &list->met, value, value));
    if (list->count == list->room) {
        const size_t room = 2 * list->room + 8;
        finnc_value **more = FNC_NEW_ARRAY(p->scratch, finnc_value *, room);
        if (!more)
            return finnc_no_memory(p->cx);
        if (list->count > 0)
            memcpy(more, list->values, list->count * sizeof *more);
        list->values = more;
        list->room = room;
    }
    list->values[list->count++] = value;
    return FINNC_OK;
}

/* ---- which part ---- */

const finnc_value *fnc_first_output(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o))
            return finnc_node_output(node, o);
    return NULL;
}

finnc_node *fnc_parting_outermost(const fnc_parting *p, finnc_node *node)
{
    while (node && finnc_node_graph(node) != p->graph)
        node = finnc_graph_owner(finnc_node_graph(node));
    return node;
}

int fnc_parting_find(const fnc_parting *p, const finnc_node *node)
{
    const finnc_value *key = node ? fnc_first_output(node) : NULL;
    const int *k = key ? fnc_value_map_find(&p->part_of, key) : NULL;
    return k ? *k : FNC_NO_PART;
}

static finnc_status sort_into_parts(fnc_parting *p)
{
    fnc_parts *a = p->assigned;
    p->part_of.arena = p->scratch;
    for (size_t i = 0; i < a->nnodes; i++) {
        const finnc_node *node = a->nodes[i];
        if (!fnc_first_output(node))
            a->part_of[i] = FNC_NO_PART; /* nobody would see what it did in there */
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o))
                FINNC_TRY(fnc_value_map_add(p->cx, &p->part_of, finnc_node_output(node, o),
                                            &a->part_of[i]));
        if (a->part_of[i] != FNC_NO_PART)
            p->parts[a->part_of[i]].count++;
    }
    for (size_t k = 0; k < a->count; k++) {
        p->parts[k].nodes = FNC_NEW_ARRAY(p->scratch, finnc_node *, p->parts[k].count);
        if (!p->parts[k].nodes)
            return finnc_no_memory(p->cx);
        p->parts[k].count = 0;
    }
    for (size_t i = 0; i < a->nnodes; i++)
        if (a->part_of[i] != FNC_NO_PART) {
            fnc_part *own = &p->parts[a->part_of[i]];
            own->nodes[own->count++] = a->nodes[i];
        }
    return FINNC_OK;
}

finnc_status fnc_parting_init(finnc_ctx *cx, finnc_graph *graph, fnc_arena *scratch,
                              fnc_parts *assigned, fnc_parting *p)
{
    *p = (fnc_parting){.cx = cx, .graph = graph, .scratch = scratch, .assigned = assigned};
    p->parts = FNC_NEW_ARRAY(scratch, fnc_part, assigned->count);
    if (!p->parts)
        return finnc_no_memory(cx);
    return sort_into_parts(p);
}

/* ---- what goes in and out ---- */

static finnc_status add_input(fnc_parting *p, int k, finnc_value *value)
{
    if (!value || finnc_value_graph(value) != p->graph || finnc_value_is_constant(value) ||
        fnc_parting_find(p, finnc_value_producer(value)) == k)
        return FINNC_OK;
    return list_add(p, &p->parts[k].inputs, value);
}

static finnc_status add_captured(fnc_parting *p, int k, const finnc_node *node)
{
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++) {
        finnc_foreach_node (inner, body) {
            for (size_t j = 0; j < finnc_node_ninputs(inner); j++)
                FINNC_TRY(add_input(p, k, finnc_node_input(inner, j)));
            FINNC_TRY(add_captured(p, k, inner));
        }
    }
    return FINNC_OK;
}

static bool is_seen_outside(const fnc_parting *p, int k, finnc_value *value)
{
    if (finnc_value_is_output(value))
        return true;
    finnc_foreach_use (use, value)
        if (fnc_parting_find(p, fnc_parting_outermost(p, finnc_use_node(use))) != k)
            return true;
    return false;
}

finnc_status fnc_parting_find_ends(fnc_parting *p, int k)
{
    fnc_part *own = &p->parts[k];
    for (size_t i = 0; i < own->count; i++) {
        const finnc_node *node = own->nodes[i];
        for (size_t j = 0; j < finnc_node_ninputs(node); j++)
            FINNC_TRY(add_input(p, k, finnc_node_input(node, j)));
        FINNC_TRY(add_captured(p, k, node));
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            finnc_value *value = finnc_node_output(node, o);
            if (value && is_seen_outside(p, k, value))
                FINNC_TRY(list_add(p, &own->outputs, value));
        }
    }
    return FINNC_OK;
}

void fnc_parting_drop(fnc_parting *p, int k)
{
    fnc_part *own = &p->parts[k];
    for (size_t i = 0; i < own->count; i++) {
        int *part = fnc_value_map_find(&p->part_of, fnc_first_output(own->nodes[i]));
        *part = FNC_NO_PART;
    }
    own->count = 0;
}
