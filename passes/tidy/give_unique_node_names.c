/* Names nodes after their op type, numbered in node order: Conv_0, Conv_1, MatMul_0. */
#include "pass.h"

#include <base/arena.h>
#include <base/buf.h>
#include <base/hash.h>

#include <string.h>

/* How many nodes of each op type there were so far: open addressing, grown at half full. The texts
 * are the nodes' own. */
typedef struct op_count {
    const char *op_type; /* NULL: free */
    size_t count;
} op_count;

typedef struct op_counts {
    fnc_arena arena;
    op_count *slots;
    size_t nslots; /* a power of two */
    size_t nused;
} op_counts;

static op_count *find_slot(const op_counts *counts, const char *op_type)
{
    size_t i = (size_t)fnc_hash(op_type, strlen(op_type)) & (counts->nslots - 1);
    while (counts->slots[i].op_type && strcmp(counts->slots[i].op_type, op_type) != 0)
        i = (i + 1) & (counts->nslots - 1);
    return &counts->slots[i];
}

static bool grow(op_counts *counts)
{
    const op_counts old = *counts;
    counts->nslots = old.nslots ? 2 * old.nslots : 64;
    counts->slots = FNC_NEW_ARRAY(&counts->arena, op_count, counts->nslots);
    if (!counts->slots)
        return false;
    for (size_t i = 0; i < old.nslots; i++)
        if (old.slots[i].op_type)
            *find_slot(counts, old.slots[i].op_type) = old.slots[i];
    return true;
}

/* The number of this op type's next node, counted; SIZE_MAX without memory. */
static size_t next_number(op_counts *counts, const char *op_type)
{
    if (2 * counts->nused >= counts->nslots && !grow(counts))
        return SIZE_MAX;
    op_count *slot = find_slot(counts, op_type);
    if (!slot->op_type) {
        slot->op_type = op_type;
        counts->nused++;
    }
    return slot->count++;
}

static finnc_status name_nodes(finnc_ctx *cx, finnc_graph *graph, const char *prefix,
                               op_counts *counts, fnc_buf *name)
{
    finnc_foreach_node (node, graph) {
        const size_t number = next_number(counts, finnc_node_op_type(node));
        if (number == SIZE_MAX)
            return finnc_no_memory(cx);
        name->length = 0;
        fnc_buf_printf(name, "%s%s_%zu", prefix, finnc_node_op_type(node), number);
        FINNC_TRY(fnc_buf_check(name));
        if (strcmp(finnc_node_name(node), fnc_buf_text(name)) != 0)
            FINNC_TRY(finnc_node_rename(cx, node, fnc_buf_text(name)));
    }
    return FINNC_OK;
}

static finnc_status give_names(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    op_counts counts = {0};
    fnc_buf name;
    fnc_arena_init(&counts.arena, cx);
    fnc_buf_init(&name, cx);
    const finnc_status status =
        name_nodes(cx, graph, finnc_pass_string(run, "prefix"), &counts, &name);
    fnc_buf_clear(&name);
    fnc_arena_clear(&counts.arena);
    return status;
}

const finnc_pass fnc_pass_give_unique_node_names = {
    .name = "GiveUniqueNodeNames",
    .summary = "names nodes after their op type, numbered in order",
    .upstream = "qonnx.transformation.general",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_KEEPS_GRAPH,
    .params = {{"prefix", FINNC_PARAM_STRING, "\"\"", "goes before every name"}},
    .run = give_names,
};
