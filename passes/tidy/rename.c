#include "rename.h"

#include <base/buf.h>

#include <string.h>

static finnc_status collect_one(fnc_renamer *r, finnc_graph *graph)
{
    if (r->ninside == r->room) {
        const size_t room = 2 * r->room + 8;
        finnc_graph **longer = FNC_NEW_ARRAY(&r->arena, finnc_graph *, room);
        if (!longer)
            return finnc_no_memory(r->cx);
        for (size_t i = 0; i < r->ninside; i++)
            longer[i] = r->inside[i];
        r->inside = longer;
        r->room = room;
    }
    r->inside[r->ninside++] = graph;
    return FINNC_OK;
}

static finnc_status collect(fnc_renamer *r, const finnc_graph *graph)
{
    for (const finnc_node *n = finnc_graph_first_node(graph); n; n = finnc_node_next(n))
        for (size_t a = 0; a < finnc_node_nattrs(n); a++) {
            const finnc_attr *attr = finnc_node_attr(n, a);
            const finnc_attr_kind kind = finnc_attr_get_kind(attr);
            if (kind != FINNC_ATTR_GRAPH && kind != FINNC_ATTR_GRAPHS)
                continue;
            for (size_t i = 0; i < finnc_attr_count(attr); i++)
                FINNC_TRY(collect_one(r, finnc_attr_graph(attr, i)));
        }
    return FINNC_OK;
}

finnc_status fnc_renamer_init(fnc_renamer *r, finnc_ctx *cx, finnc_graph *graph)
{
    *r = (fnc_renamer){.cx = cx, .graph = graph};
    fnc_arena_init(&r->arena, cx);
    FINNC_TRY(collect(r, graph));
    for (size_t i = 0; i < r->ninside; i++) /* grows meanwhile */
        FINNC_TRY(collect(r, r->inside[i]));
    return FINNC_OK;
}

void fnc_renamer_clear(fnc_renamer *r)
{
    fnc_arena_clear(&r->arena);
}

bool fnc_name_is_taken(const fnc_renamer *r, const char *name)
{
    bool taken = finnc_graph_find_value(r->graph, name) != NULL;
    for (size_t i = 0; i < r->ninside && !taken; i++)
        taken = finnc_graph_find_value(r->inside[i], name) != NULL;
    return taken;
}

/* Numbers only go up within one renamer, so a search over many values stays linear. */
static finnc_status evict(fnc_renamer *r, finnc_value *value)
{
    fnc_buf name;
    fnc_buf_init(&name, r->cx);
    do {
        name.length = 0;
        fnc_buf_printf(&name, "%s_%zu", finnc_value_name(value), ++r->evicted);
    } while (!name.failed && fnc_name_is_taken(r, fnc_buf_text(&name)));
    finnc_status status = fnc_buf_check(&name);
    if (status == FINNC_OK)
        status = finnc_value_rename(r->cx, value, fnc_buf_text(&name));
    fnc_buf_clear(&name);
    return status;
}

finnc_status fnc_rename(fnc_renamer *r, finnc_value *value, const char *name)
{
    if (strcmp(finnc_value_name(value), name) == 0)
        return FINNC_OK;
    finnc_value *holder = finnc_graph_find_value(r->graph, name);
    if (holder)
        FINNC_TRY(evict(r, holder));
    for (size_t i = 0; i < r->ninside; i++) {
        holder = finnc_graph_find_value(r->inside[i], name);
        if (holder)
            FINNC_TRY(evict(r, holder));
    }
    return finnc_value_rename(r->cx, value, name);
}
