#include "assign.h"

#include "../support/node_filter.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { LONGEST_ID = 200 }; /* files have names of up to 255 bytes */

/* What an entry may be. */
enum { BY_INDEX = 1u << 0, BY_FILTER = 1u << 1 };

static finnc_status check_id(finnc_ctx *cx, const char *id)
{
    const size_t length = strlen(id);
    bool is_plain = length > 0 && length <= LONGEST_ID;
    for (const char *c = id; *c; c++)
        is_plain &= *c != '/' && (unsigned char)*c >= ' ';
    if (is_plain)
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE, "partition '%s': an id is part of a file's name", id);
}

static finnc_status assign(finnc_ctx *cx, fnc_parts *parts, size_t node, int part)
{
    const int old = parts->part_of[node];
    char words[FINNC_NODE_WORDS_MAX];
    if (old != FNC_NO_PART && old != part)
        return finnc_fail(cx, FINNC_BAD_VALUE, "node %zu, %s, is in partitions %s and %s", node,
                          finnc_node_words(parts->nodes[node], words), parts->ids[old],
                          parts->ids[part]);
    parts->part_of[node] = part;
    return FINNC_OK;
}

static bool are_indices(const json_t *what)
{
    size_t i;
    json_t *index;
    json_array_foreach(what, i, index)
    {
        if (!json_is_integer(index))
            return false;
    }
    return json_is_array(what);
}

static finnc_status assign_indices(finnc_ctx *cx, fnc_parts *parts, const json_t *what, int part)
{
    size_t i;
    json_t *index;
    json_array_foreach(what, i, index)
    {
        const json_int_t at = json_integer_value(index);
        if (at < 0 || (uint64_t)at >= parts->nnodes)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "partition %s: there is no node %" JSON_INTEGER_FORMAT
                              ", the graph has %zu",
                              parts->ids[part], at, parts->nnodes);
        FINNC_TRY(assign(cx, parts, (size_t)at, part));
    }
    return FINNC_OK;
}

static finnc_status assign_filtered(finnc_ctx *cx, fnc_parts *parts, const json_t *what, int part)
{
    FINNC_TRY(fnc_node_filter_check(cx, "partitioning", what));
    for (size_t i = 0; i < parts->nnodes; i++)
        if (fnc_node_filter_accepts(what, parts->nodes[i]))
            FINNC_TRY(assign(cx, parts, i, part));
    return FINNC_OK;
}

static finnc_status assign_part(finnc_ctx *cx, fnc_parts *parts, const json_t *what, unsigned kinds,
                                int part)
{
    if ((kinds & BY_INDEX) && are_indices(what))
        return assign_indices(cx, parts, what, part);
    if (kinds & BY_FILTER)
        return assign_filtered(cx, parts, what, part);
    return finnc_fail(cx, FINNC_BAD_VALUE, "partition %s is no list of the indices of nodes",
                      parts->ids[part]);
}

finnc_status fnc_parts_init(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                            fnc_parts *parts)
{
    *parts = (fnc_parts){0};
    parts->nnodes = finnc_graph_nnodes(graph);
    parts->nodes = FNC_NEW_ARRAY(scratch, finnc_node *, parts->nnodes);
    parts->part_of = FNC_NEW_ARRAY(scratch, int, parts->nnodes);
    if (!parts->nodes || !parts->part_of)
        return finnc_no_memory(cx);
    size_t n = 0;
    finnc_foreach_node (node, graph) {
        parts->part_of[n] = FNC_NO_PART;
        parts->nodes[n++] = node;
    }
    return FINNC_OK;
}

static finnc_status assign_all(finnc_ctx *cx, fnc_arena *scratch, json_t *partitioning,
                               unsigned kinds, fnc_parts *parts)
{
    const char *id;
    json_t *what;
    if (!json_is_object(partitioning))
        return finnc_fail(cx, FINNC_BAD_VALUE, "partitioning is no object {id: nodes}");
    const char **ids = FNC_NEW_ARRAY(scratch, const char *, json_object_size(partitioning));
    if (!ids)
        return finnc_no_memory(cx);
    parts->ids = ids;
    json_object_foreach(partitioning, id, what)
    {
        if (!strcmp(id, "-1"))
            continue;
        FINNC_TRY(check_id(cx, id));
        ids[parts->count] = fnc_arena_strdup(scratch, id);
        if (!ids[parts->count])
            return finnc_no_memory(cx);
        FINNC_TRY(assign_part(cx, parts, what, kinds, (int)parts->count++));
    }
    return FINNC_OK;
}

static finnc_status read_parts(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                               unsigned kinds, fnc_parts *parts)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    json_error_t error;
    FINNC_TRY(fnc_parts_init(cx, scratch, graph, parts));
    json_t *said = json_loads(finnc_pass_json(run, "partitioning"), JSON_DECODE_ANY, &error);
    if (!said)
        return finnc_no_memory(cx);
    const finnc_status status = assign_all(cx, scratch, said, kinds, parts);
    json_decref(said);
    return status;
}

finnc_status fnc_parts_by_index(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                                fnc_parts *parts)
{
    return read_parts(run, graph, scratch, BY_INDEX, parts);
}

finnc_status fnc_parts_by_filter(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                                 fnc_parts *parts)
{
    return read_parts(run, graph, scratch, BY_FILTER, parts);
}

finnc_status fnc_parts_by_either(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                                 fnc_parts *parts)
{
    return read_parts(run, graph, scratch, BY_INDEX | BY_FILTER, parts);
}
