#include "times.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

finnc_status cli_times_init(cli_times *t, cli *c)
{
    *t = (cli_times){.by_name = json_object()};
    return t->by_name ? FINNC_OK : finnc_no_memory(c->cx);
}

void cli_times_clear(cli_times *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->nodes[i].node);
        free(t->nodes[i].op_type);
    }
    free(t->nodes);
    json_decref(t->by_name);
}

/* "Loop_3/Add_1": a node in a body behind the nodes around it. One without a name goes by what it
 * makes, which is unique. */
static char *full_name(const finnc_node *node)
{
    const char *name = finnc_node_name(node);
    const finnc_node *owner = finnc_graph_owner(finnc_node_graph(node));
    char *text = NULL;
    for (size_t o = 0; !name[0] && o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o))
            name = finnc_value_name(finnc_node_output(node, o));
    if (!owner)
        return strdup(name);
    char *around = full_name(owner);
    if (around && asprintf(&text, "%s/%s", around, name) < 0)
        text = NULL;
    free(around);
    return text;
}

static cli_node_time *find(const cli_times *t, const char *name)
{
    const json_t *place = json_object_get(t->by_name, name);
    return place ? &t->nodes[json_integer_value(place)] : NULL;
}

/* Takes `name` over. */
static cli_node_time *append(cli_times *t, char *name, const finnc_trace *trace)
{
    cli_node_time *grown = cli_grow(t->nodes, sizeof *grown, t->count, &t->room);
    if (!grown)
        return NULL;
    t->nodes = grown;
    char *op_type = strdup(finnc_node_op_type(trace->node));
    if (!op_type)
        return NULL;
    /* Names need not be UTF-8; this object is never written. */
    if (json_object_set_new_nocheck(t->by_name, name, json_integer((json_int_t)t->count))) {
        free(op_type);
        return NULL;
    }
    t->nodes[t->count] = (cli_node_time){.node = name, .op_type = op_type, .depth = trace->depth};
    return &t->nodes[t->count++];
}

finnc_status cli_times_add(cli_times *t, cli *c, const finnc_trace *trace)
{
    char *name = full_name(trace->node);
    if (!name)
        return finnc_no_memory(c->cx);
    cli_node_time *node = find(t, name);
    if (node) {
        free(name);
    } else if (!(node = append(t, name, trace))) {
        free(name);
        return finnc_no_memory(c->cx);
    }
    node->calls++;
    node->us += trace->duration_us;
    if (!trace->depth)
        t->us += trace->duration_us;
    return FINNC_OK;
}

static int by_time(const void *a, const void *b)
{
    const cli_node_time *x = a, *y = b;
    return x->us != y->us ? (x->us < y->us ? 1 : -1) : strcmp(x->node, y->node);
}

/* The places in `by_name` mean nothing any more. */
static void sort(cli_times *t)
{
    if (t->count)
        qsort(t->nodes, t->count, sizeof *t->nodes, by_time);
}

static double share(const cli_times *t, double us)
{
    return t->us > 0 ? 100 * us / t->us : 0;
}

finnc_status cli_times_show(cli_times *t, cli *c, size_t most, FILE *to)
{
    cli_table table;
    double us = 0;
    size_t calls = 0;
    sort(t);
    cli_table_init(&table, "<<>>>");
    cli_table_add(&table, "node");
    cli_table_add(&table, "op");
    cli_table_add(&table, "calls");
    cli_table_add(&table, "ms");
    cli_table_add(&table, "share");
    for (size_t i = 0; i < t->count; i++) {
        const cli_node_time *n = &t->nodes[i];
        if (i >= most) {
            us += n->depth ? 0 : n->us;
            calls += n->calls;
            continue;
        }
        cli_table_add(&table, "%s", n->node);
        cli_table_add(&table, "%s", n->op_type);
        cli_table_add(&table, "%zu", n->calls);
        cli_table_add(&table, "%.3f", n->us / 1e3);
        cli_table_add(&table, "%.1f %%", share(t, n->us));
    }
    if (t->count > most) {
        cli_table_add(&table, "%zu other%s", t->count - most, t->count - most == 1 ? "" : "s");
        cli_table_add(&table, "%s", "");
        cli_table_add(&table, "%zu", calls);
        cli_table_add(&table, "%.3f", us / 1e3);
        cli_table_add(&table, "%.1f %%", share(t, us));
    }
    return cli_table_print(c, &table, "", to);
}

json_t *cli_times_as_json(cli_times *t)
{
    json_t *list = json_array();
    sort(t);
    for (size_t i = 0; list && i < t->count; i++) {
        const cli_node_time *n = &t->nodes[i];
        json_t *row = json_pack("{s:o, s:o, s:I, s:f, s:f}", "node", cli_json_text(n->node), "op",
                                cli_json_text(n->op_type), "calls", (json_int_t)n->calls, "ms",
                                n->us / 1e3, "share", share(t, n->us) / 100);
        if (!row || json_array_append_new(list, row)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}
