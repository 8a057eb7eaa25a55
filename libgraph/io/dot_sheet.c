#include "dot_sheet.h"

#include "../ir/ir.h"

#include <finnc/op.h>

/* A partition may lie in itself, and a file in many: a drawing ends somewhere. */
enum { MAX_SHEETS = 256 };

static finnc_status add_sheet(fnc_dot_sheets *sheets, const finnc_model *model, finnc_model *own,
                              fnc_dot_sheet *outer, const finnc_node *node)
{
    fnc_dot_sheet *sheet = FNC_ALLOC_ARRAY(sheets->cx, fnc_dot_sheet, 1);
    Agnode_t **makers = FNC_ALLOC_ARRAY(sheets->cx, Agnode_t *, model->next_value_id);
    if (!sheet || !makers) {
        fnc_free(sheets->cx, sheet);
        fnc_free(sheets->cx, makers);
        finnc_model_destroy(own);
        return finnc_no_memory(sheets->cx);
    }
    *sheet = (fnc_dot_sheet){.model = model,
                             .own = own,
                             .makers = makers,
                             .outer = outer,
                             .node = node,
                             .depth = outer ? outer->depth + 1 : 0};
    if (sheets->last)
        sheets->last->next = sheet;
    else
        sheets->first = sheet;
    sheets->last = sheet;
    sheets->count++;
    return FINNC_OK;
}

/* A file that is gone or broken leaves the node as it is. */
static finnc_status read_partition(fnc_dot_sheets *sheets, fnc_dot_sheet *outer,
                                   const finnc_node *node)
{
    char path[4096];
    finnc_model *model = NULL;
    const finnc_status status =
        finnc_node_open_partition(sheets->cx, node, path, sizeof path, &model);
    if (status == FINNC_OK)
        return add_sheet(sheets, model, model, outer, node);
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    finnc_ctx_clear(sheets->cx);
    return FINNC_OK;
}

finnc_status fnc_dot_sheets_open(finnc_ctx *cx, const finnc_model *model, fnc_dot_sheets *sheets)
{
    *sheets = (fnc_dot_sheets){.cx = cx};
    finnc_status status = add_sheet(sheets, model, NULL, NULL, NULL);
    for (fnc_dot_sheet *s = sheets->first; s && status == FINNC_OK; s = s->next) {
        const finnc_graph *graph = finnc_model_graph(s->model);
        finnc_foreach_node (node, graph)
            if (status == FINNC_OK && s->depth < FINNC_PARTITION_DEPTH &&
                sheets->count < MAX_SHEETS && finnc_node_has_trait(node, FINNC_OP_PARTITION))
                status = read_partition(sheets, s, node);
    }
    if (status != FINNC_OK)
        fnc_dot_sheets_clear(sheets);
    return status;
}

void fnc_dot_sheets_clear(fnc_dot_sheets *sheets)
{
    for (fnc_dot_sheet *s = sheets->first, *next; s; s = next) {
        next = s->next;
        finnc_model_destroy(s->own);
        fnc_free(sheets->cx, s->makers);
        fnc_free(sheets->cx, s);
    }
    *sheets = (fnc_dot_sheets){.cx = sheets->cx};
}

fnc_dot_sheet *fnc_dot_sheet_of(const fnc_dot_sheets *sheets, const fnc_dot_sheet *outer,
                                const finnc_node *node)
{
    for (fnc_dot_sheet *s = sheets->first; s; s = s->next)
        if (s->node == node && s->outer == outer)
            return s;
    return NULL;
}

/* ---- where edges come from ---- */

/* From outside: as the input of the node that stands for the sheet. */
static fnc_dot_source find_outside(const fnc_dot_sheets *sheets, const fnc_dot_sheet *sheet,
                                   const finnc_value *value)
{
    const finnc_graph *graph = finnc_model_graph(sheet->model);
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *given =
            i < finnc_node_ninputs(sheet->node) ? finnc_node_input(sheet->node, i) : NULL;
        if (finnc_graph_input(graph, i) == value && given)
            return fnc_dot_sheet_find(sheets, sheet->outer, given);
    }
    return (fnc_dot_source){0};
}

fnc_dot_source fnc_dot_sheet_find(const fnc_dot_sheets *sheets, const fnc_dot_sheet *sheet,
                                  const finnc_value *value)
{
    const finnc_node *maker = finnc_value_producer(value);
    const size_t o = maker ? finnc_value_producer_index(value) : 0;
    if (sheet->makers[value->id])
        return (fnc_dot_source){sheet->makers[value->id], maker, o};
    if (!maker)
        return sheet->outer ? find_outside(sheets, sheet, value) : (fnc_dot_source){0};
    const fnc_dot_sheet *inner = fnc_dot_sheet_of(sheets, sheet, maker);
    const finnc_graph *graph = inner ? finnc_model_graph(inner->model) : NULL;
    if (!graph || o >= finnc_graph_noutputs(graph))
        return (fnc_dot_source){0};
    return fnc_dot_sheet_find(sheets, inner, finnc_graph_output(graph, o));
}
