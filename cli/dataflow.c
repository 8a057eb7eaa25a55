#include "dataflow.h"
#include "pipeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

finnc_status cli_clock(cli *c, double *clock_ns)
{
    *clock_ns = cli_number(c, "clock", 10);
    if (*clock_ns > 0 && isfinite(*clock_ns))
        return FINNC_OK;
    return cli_wrong(c, "--clock is %g, should be a period in nanoseconds, more than 0", *clock_ns);
}

const char *cli_cycles(double n, char text[CLI_CYCLES_MAX])
{
    char number[CLI_NUMBER_MAX];
    snprintf(text, CLI_CYCLES_MAX, "%s %s", cli_thousands(n, number), n == 1 ? "cycle" : "cycles");
    return text;
}

/* ---- the partition ---- */

static bool is_partition(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
           finnc_node_has_trait(node, FINNC_OP_HARDWARE);
}

static finnc_status too_many(cli *c, const finnc_node *a, const finnc_node *b)
{
    cli_hint(c, "give the model of one of them");
    return finnc_fail(c->cx, FINNC_BAD_VALUE, "has several partitions, %s and %s at least",
                      finnc_node_name(a), finnc_node_name(b));
}

/* The partition to go into, or NULL: layers lie in the graph itself. */
static finnc_status find_partition(cli *c, const finnc_graph *graph, const finnc_node **partition)
{
    *partition = NULL;
    finnc_foreach_node (node, graph) {
        if (!is_partition(node))
            continue;
        if (*partition)
            return too_many(c, *partition, node);
        *partition = node;
    }
    return FINNC_OK;
}

static finnc_status enter_partition(cli *c, cli_dataflow *d)
{
    char path[4096];
    const finnc_node *partition;
    finnc_model *child;
    FINNC_TRY(find_partition(c, finnc_model_graph(d->model), &partition));
    if (!partition)
        return FINNC_OK;
    FINNC_TRY(finnc_node_open_partition(c->cx, partition, path, sizeof path, &child));
    finnc_log(c->cx, FINNC_NOTE, "its partition %s is looked at, %s", finnc_node_name(partition),
              path);
    finnc_model_destroy(d->model);
    d->model = child;
    return FINNC_OK;
}

/* ---- binding and names ---- */

static finnc_status bind(cli *c, cli_dataflow *d)
{
    FINNC_TRY(cli_pass_run(c, d->model, "SpecializeLayers",
                           json_pack("{s:s}", "fpgapart", d->part.name)));
    return cli_passes_run(c, d->model, "GiveUniqueNodeNames");
}

static finnc_status need_bound(cli *c, cli_dataflow *d)
{
    size_t n = 0;
    finnc_foreach_node (node, finnc_model_graph(d->model))
        n += finnc_layer_find(node) && finnc_node_style(node) == FINNC_STYLE_ABSTRACT;
    if (n == 0)
        return FINNC_OK;
    if (!d->has_part) {
        cli_hint(c, "--part binds them, as SpecializeLayers does");
        return finnc_fail(c->cx, FINNC_BAD_VALUE,
                          "%zu layers are bound neither to HLS nor to RTL, and no part is given",
                          n);
    }
    finnc_log(c->cx, FINNC_NOTE,
              "%zu layers are bound for %s and named anew, as SpecializeLayers and "
              "GiveUniqueNodeNames do",
              n, d->part.name);
    return bind(c, d);
}

static int by_name(const void *a, const void *b)
{
    const finnc_node *const *x = a, *const *y = b;
    return strcmp(finnc_node_name(*x), finnc_node_name(*y));
}

static finnc_status are_named(cli *c, const finnc_graph *graph, bool *yes)
{
    size_t n = 0;
    const finnc_node **nodes = calloc(finnc_graph_nnodes(graph) + 1, sizeof *nodes);
    if (!nodes)
        return finnc_no_memory(c->cx);
    finnc_foreach_node (node, graph)
        nodes[n++] = node;
    qsort(nodes, n, sizeof *nodes, by_name);
    *yes = true;
    for (size_t i = 0; i < n; i++)
        *yes &= *finnc_node_name(nodes[i]) && (i == 0 || by_name(&nodes[i - 1], &nodes[i]) != 0);
    free(nodes);
    return FINNC_OK;
}

static finnc_status need_names(cli *c, cli_dataflow *d)
{
    bool yes = true;
    FINNC_TRY(are_named(c, finnc_model_graph(d->model), &yes));
    if (yes)
        return FINNC_OK;
    finnc_log(c->cx, FINNC_NOTE, "nodes are named anew, as GiveUniqueNodeNames does");
    return cli_passes_run(c, d->model, "GiveUniqueNodeNames");
}

/* ---- all of it ---- */

static finnc_status apply_folding(cli *c, cli_dataflow *d)
{
    const char *path = cli_text(c, "folding", NULL);
    return path ? cli_folding_apply(c, d->model, path) : FINNC_OK;
}

static finnc_status need_layers(cli *c, const cli_dataflow *d)
{
    finnc_foreach_node (node, finnc_model_graph(d->model))
        if (finnc_layer_find(node))
            return FINNC_OK;
    cli_hint(c, "recipes such as hw make layers: 'finnc passes', --passes");
    return finnc_fail(c->cx, FINNC_BAD_VALUE, "has no hardware layers");
}

static finnc_status prepare(cli *c, cli_dataflow *d)
{
    if (cli_has(c, "passes"))
        FINNC_TRY(cli_passes_run(c, d->model, cli_text(c, "passes", NULL)));
    FINNC_TRY(enter_partition(c, d));
    FINNC_TRY(need_layers(c, d));
    FINNC_TRY(need_bound(c, d));
    FINNC_TRY(need_names(c, d));
    return apply_folding(c, d);
}

finnc_status cli_dataflow_read(cli *c, const char *part, cli_dataflow *dataflow)
{
    const char *said = cli_text(c, "part", part);
    *dataflow = (cli_dataflow){.has_part = said != NULL, .part.dsp = FINNC_DSP48E2};
    if (said)
        FINNC_TRY(finnc_part_find(c->cx, said, &dataflow->part));
    FINNC_TRY(cli_model_read(c, c->operands[0], &dataflow->model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = prepare(c, dataflow);
    finnc_ctx_leave(c->cx, depth);
    return status;
}

void cli_dataflow_clear(cli_dataflow *dataflow)
{
    finnc_model_destroy(dataflow->model);
}
