/* Adds up what nodes cost. A model has few keys and few op types, so they are looked for one by
 * one.
 */
#include <finnc/cost.h>

#include <base/alloc.h>
#include <base/compiler.h>

#include "inside.h"

#include <string.h>

/* A sum under construction. */
typedef struct sum {
    finnc_cost_sum seen; /* what the user sees */
    const char **keys;
    double *amounts;
    size_t key_room, amount_room;
    struct sum *next;
} sum;

typedef struct sums {
    sum *first, **end;
    size_t count;
    const finnc_cost_sum **list; /* once all are there */
} sums;

struct finnc_cost_report {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_cost_options options;
    fnc_inside inside;
    sum *total;
    sums nodes, op_types;
    const char **unsupported;
    size_t nunsupported, unsupported_room;
};

/* The walk through one graph. */
typedef struct place {
    const char *before; /* names of its nodes, in a partition: "Part_0/" */
    int depth;          /* how many partitions are around */
} place;

/* ---- sums ---- */

static finnc_status add_sum(finnc_cost_report *r, sums *to, const char *of, const finnc_node *node,
                            sum **made)
{
    sum *s = FNC_NEW(&r->arena, sum);
    if (!s)
        return finnc_no_memory(r->cx);
    s->seen.of = of;
    s->seen.node = node;
    *to->end = s;
    to->end = &s->next;
    to->count++;
    *made = s;
    return FINNC_OK;
}

static sum *find_sum(const sums *in, const char *of)
{
    sum *s = in->first;
    while (s && strcmp(s->seen.of, of))
        s = s->next;
    return s;
}

/* `key` lives as long as the report. */
static finnc_status add_amount(finnc_cost_report *r, sum *s, const char *key, double amount)
{
    size_t i = 0, n = s->seen.nkeys;
    while (i < n && strcmp(s->keys[i], key))
        i++;
    if (i == n) {
        const char **keys = fnc_arena_grow(&r->arena, s->keys, sizeof *keys, n, &s->key_room);
        double *amounts =
            fnc_arena_grow(&r->arena, s->amounts, sizeof *amounts, n, &s->amount_room);
        if (!keys || !amounts)
            return finnc_no_memory(r->cx);
        s->keys = keys;
        s->amounts = amounts;
        s->keys[s->seen.nkeys++] = key;
        s->amounts[i] = 0;
        s->seen.keys = s->keys;
        s->seen.amounts = s->amounts;
    }
    s->amounts[i] += amount;
    return FINNC_OK;
}

/* ---- one node ---- */

/* The share of a constant's elements that are not zero. */
static double density(const finnc_tensor *tensor)
{
    int64_t n = finnc_tensor_nelems(tensor), nonzero = 0;
    for (int64_t i = 0; i < n; i++)
        nonzero += finnc_tensor_get(tensor, i) != 0;
    return n ? (double)nonzero / (double)n : 1;
}

typedef struct keys {
    const char *mac, *weights, *outputs;
    double mac_bits, weight_bits, output_bits; /* of one */
} keys;

static finnc_status make_keys(finnc_cost_report *r, const finnc_node *node, const finnc_cost *cost,
                              keys *k)
{
    char names[3][FINNC_DTYPE_NAME_MAX];
    finnc_dtype x = finnc_value_dtype(finnc_node_input(node, cost->factors[0])),
                w = finnc_value_dtype(finnc_node_input(node, cost->factors[1])),
                y = finnc_value_dtype(finnc_node_output(node, 0));
    finnc_dtype_name(x, names[0]);
    finnc_dtype_name(w, names[1]);
    finnc_dtype_name(y, names[2]);
    *k = (keys){.mac = fnc_arena_printf(&r->arena, "op_mac_%s_%s", names[0], names[1]),
                .weights = fnc_arena_printf(&r->arena, "mem_w_%s", names[1]),
                .outputs = fnc_arena_printf(&r->arena, "mem_o_%s", names[2]),
                .mac_bits = (double)finnc_dtype_bits(x) * finnc_dtype_bits(w),
                .weight_bits = finnc_dtype_bits(w),
                .output_bits = finnc_dtype_bits(y)};
    return k->mac && k->weights && k->outputs ? FINNC_OK : finnc_no_memory(r->cx);
}

static finnc_status add_cost(finnc_cost_report *r, sum *s, const keys *k, const finnc_cost *cost)
{
    FINNC_TRY(add_amount(r, s, k->mac, cost->macs));
    if (cost->has_weights)
        FINNC_TRY(add_amount(r, s, k->weights, cost->weights));
    FINNC_TRY(add_amount(r, s, k->outputs, cost->outputs));
    s->seen.assumes_ones |= cost->assumes_ones;
    s->seen.macs += cost->macs;
    s->seen.bops += cost->macs * k->mac_bits;
    s->seen.weights += cost->weights;
    s->seen.weight_bits += cost->weights * k->weight_bits;
    s->seen.outputs += cost->outputs;
    s->seen.output_bits += cost->outputs * k->output_bits;
    return FINNC_OK;
}

static finnc_status add_unsupported(finnc_cost_report *r, const char *op_type)
{
    for (size_t i = 0; i < r->nunsupported; i++)
        if (!strcmp(r->unsupported[i], op_type))
            return FINNC_OK;
    const char **list = fnc_arena_grow(&r->arena, r->unsupported, sizeof *list, r->nunsupported,
                                       &r->unsupported_room);
    if (!list)
        return finnc_no_memory(r->cx);
    r->unsupported = list;
    list[r->nunsupported++] = op_type;
    return FINNC_OK;
}

static finnc_status add_node(finnc_cost_report *r, const place *at, const finnc_node *node)
{
    finnc_cost cost;
    FINNC_TRY(finnc_node_cost(r->cx, node, &cost));
    switch (cost.kind) {
    case FINNC_COST_NOTHING:
        return FINNC_OK;
    case FINNC_COST_UNKNOWN:
        return add_unsupported(r, finnc_node_op_type(node));
    case FINNC_COST_COUNTED:
        break;
    }
    if (cost.constant >= 0 && !r->options.counts_zeros) {
        const finnc_value *w = finnc_node_input(node, (size_t)cost.constant);
        double share = density(finnc_value_tensor(w));
        cost.macs *= share;
        cost.weights *= share;
    }
    keys k;
    sum *of_node = NULL, *of_type = find_sum(&r->op_types, finnc_node_op_type(node));
    FINNC_TRY(make_keys(r, node, &cost, &k));
    const char *name = fnc_arena_printf(&r->arena, "%s%s", at->before, finnc_node_name(node));
    if (!name)
        return finnc_no_memory(r->cx);
    FINNC_TRY(add_sum(r, &r->nodes, name, node, &of_node));
    if (!of_type)
        FINNC_TRY(add_sum(r, &r->op_types, finnc_node_op_type(node), NULL, &of_type));
    FINNC_TRY(add_cost(r, of_node, &k, &cost));
    FINNC_TRY(add_cost(r, of_type, &k, &cost));
    return add_cost(r, r->total, &k, &cost);
}

/* ---- graphs ---- */

static finnc_status add_graph(finnc_cost_report *r, const place *at, const finnc_graph *graph);

static finnc_status prepare(const finnc_cost_report *r, finnc_model *model)
{
    const finnc_cost_options *options = &r->options;
    return options->prepare ? options->prepare(options->user, r->cx, model)
                            : finnc_graph_infer_shapes(r->cx, finnc_model_graph(model));
}

static finnc_status add_partition(finnc_cost_report *r, const place *at, const finnc_node *node)
{
    char path[4096];
    finnc_model *model;
    const char *name = finnc_node_name(node);
    FNC_AT_NODE(r->cx, node);
    FINNC_TRY(
        fnc_inside_open(r->cx, &r->arena, &r->inside, at->depth, node, path, sizeof path, &model));
    FNC_AT_FILE(r->cx, path);
    FINNC_TRY(prepare(r, model));
    const place inner = {.before = fnc_arena_printf(&r->arena, "%s%s/", at->before,
                                                    *name ? name : finnc_node_op_type(node)),
                         .depth = at->depth + 1};
    return inner.before ? add_graph(r, &inner, finnc_model_graph(model)) : finnc_no_memory(r->cx);
}

static finnc_status add_graph(finnc_cost_report *r, const place *at, const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const bool is_partition = finnc_node_has_trait(node, FINNC_OP_PARTITION);
        FINNC_TRY(finnc_ctx_check(r->cx));
        FINNC_TRY((is_partition ? add_partition : add_node)(r, at, node));
    }
    return FINNC_OK;
}

/* ---- the report ---- */

static finnc_status list_sums(finnc_cost_report *r, sums *in)
{
    in->list = FNC_NEW_ARRAY(&r->arena, const finnc_cost_sum *, in->count + 1);
    if (!in->list)
        return finnc_no_memory(r->cx);
    size_t i = 0;
    for (const sum *s = in->first; s; s = s->next)
        in->list[i++] = &s->seen;
    return FINNC_OK;
}

static finnc_status fill(finnc_cost_report *r, const finnc_graph *graph)
{
    r->total = FNC_NEW(&r->arena, sum);
    if (!r->total)
        return finnc_no_memory(r->cx);
    FINNC_TRY(add_graph(r, &(place){.before = ""}, graph));
    FINNC_TRY(list_sums(r, &r->nodes));
    return list_sums(r, &r->op_types);
}

finnc_status finnc_cost_report_create(finnc_ctx *cx, const finnc_graph *graph,
                                      const finnc_cost_options *options, finnc_cost_report **report)
{
    finnc_cost_report *r = fnc_alloc(cx, sizeof *r);
    if (!r)
        return finnc_no_memory(cx);
    r->cx = cx;
    if (options)
        r->options = *options;
    r->nodes.end = &r->nodes.first;
    r->op_types.end = &r->op_types.first;
    fnc_arena_init(&r->arena, cx);
    finnc_status status = fill(r, graph);
    if (status != FINNC_OK)
        finnc_cost_report_destroy(r);
    else
        *report = r;
    return status;
}

void finnc_cost_report_destroy(finnc_cost_report *report)
{
    if (!report)
        return;
    fnc_inside_end(&report->inside);
    fnc_arena_clear(&report->arena);
    fnc_free(report->cx, report);
}

const finnc_cost_sum *finnc_cost_report_total(const finnc_cost_report *report)
{
    return &report->total->seen;
}

const finnc_cost_sum *finnc_cost_report_node(const finnc_cost_report *report, size_t i)
{
    return i < report->nodes.count ? report->nodes.list[i] : NULL;
}

const finnc_cost_sum *finnc_cost_report_op_type(const finnc_cost_report *report, size_t i)
{
    return i < report->op_types.count ? report->op_types.list[i] : NULL;
}

const char *finnc_cost_report_unsupported(const finnc_cost_report *report, size_t i)
{
    return i < report->nunsupported ? report->unsupported[i] : NULL;
}
