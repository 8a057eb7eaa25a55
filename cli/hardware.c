#include "hardware.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

finnc_status cli_part(cli *c, finnc_part *part)
{
    const finnc_status status = finnc_part_find(c->cx, cli_text(c, "part", "Pynq-Z1"), part);
    if (status == FINNC_NOT_FOUND)
        cli_hint(c, "boards are Pynq-Z1, ZCU104, U250, ...; parts have names like xc7z020clg400-1");
    return status;
}

static finnc_status run_passes(cli *c, finnc_model *model, const char *passes)
{
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(c->cx, passes, &pipeline));
    const finnc_status status = finnc_transform(c->cx, model, pipeline, NULL);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* ---- into the partition ---- */

static const finnc_node *find_partition(const finnc_graph *graph, size_t *count)
{
    const finnc_node *found = NULL;
    *count = 0;
    finnc_foreach_node (node, graph) {
        if (!finnc_node_has_trait(node, FINNC_OP_PARTITION))
            continue;
        found = found ? found : node;
        ++*count;
    }
    return found;
}

static finnc_status enter_partition(cli *c, finnc_model **model)
{
    size_t count;
    char path[4096];
    finnc_model *inner;
    const finnc_node *node = find_partition(finnc_model_graph(*model), &count);
    if (!node)
        return FINNC_OK;
    if (count > 1)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED,
                          "the model has %zu partitions: give the file of one of them", count);
    FINNC_TRY(finnc_node_find_partition(c->cx, node, path, sizeof path));
    FINNC_TRY(finnc_model_read(c->cx, path, &inner));
    finnc_model_destroy(*model);
    *model = inner;
    return FINNC_OK;
}

/* ---- layers that are bound ---- */

static void count_layers(const finnc_graph *graph, size_t *nabstract, size_t *nbound)
{
    *nabstract = *nbound = 0;
    finnc_foreach_node (node, graph) {
        if (!finnc_layer_find(node))
            continue;
        if (finnc_node_style(node) == FINNC_STYLE_ABSTRACT)
            ++*nabstract;
        else
            ++*nbound;
    }
}

static bool has_names(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        if (!*finnc_node_name(node))
            return false;
    return true;
}

static finnc_status bind_layers(cli *c, finnc_model *model, const finnc_part *part)
{
    char passes[160], text[160];
    size_t nabstract, nbound;
    const finnc_graph *graph = finnc_model_graph(model);
    count_layers(graph, &nabstract, &nbound);
    if (nabstract + nbound == 0) {
        cli_hint(
            c,
            "--passes hw makes layers of a streamlined network; 'finnc passes' lists recipes that streamline");
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "the model has no hardware layers");
    }
    if (nabstract > 0) {
        snprintf(passes, sizeof passes, "SpecializeLayers{fpgapart=\"%s\"},GiveUniqueNodeNames",
                 part->name);
        snprintf(text, sizeof text, "%zu layers are bound to HLS or RTL for %s", nabstract,
                 part->name);
        if (!c->is_quiet)
            cli_say(c, CLI_DIM, "note", text);
        FINNC_TRY(run_passes(c, model, passes));
    }
    return has_names(graph) ? FINNC_OK : run_passes(c, model, "GiveUniqueNodeNames");
}

static finnc_status apply_folding(cli *c, finnc_model *model)
{
    const char *path = cli_text(c, "folding", NULL);
    finnc_pipeline *pipeline;
    if (!path)
        return FINNC_OK;
    FINNC_TRY(finnc_pipeline_parse(c->cx, "", &pipeline));
    json_t *arguments = json_pack("{s:s}", "config", path);
    char *text = arguments ? json_dumps(arguments, 0) : NULL;
    finnc_status status =
        text ? finnc_pipeline_add(c->cx, pipeline, finnc_pass_find("ApplyConfig"), text)
             : finnc_no_memory(c->cx);
    if (status == FINNC_OK)
        status = finnc_transform(c->cx, model, pipeline, NULL);
    free(text);
    json_decref(arguments);
    finnc_pipeline_destroy(pipeline);
    return status;
}

static finnc_status make_ready(cli *c, const finnc_part *part, finnc_model **model)
{
    if (cli_has(c, "passes"))
        FINNC_TRY(run_passes(c, *model, cli_text(c, "passes", NULL)));
    FINNC_TRY(enter_partition(c, model));
    FINNC_TRY(bind_layers(c, *model, part));
    return apply_folding(c, *model);
}

finnc_status cli_hardware_read(cli *c, const finnc_part *part, finnc_model **model)
{
    *model = NULL;
    FINNC_TRY(cli_model_read(c, c->operands[0], model));
    const finnc_status status = make_ready(c, part, model);
    if (status == FINNC_OK)
        return FINNC_OK;
    finnc_model_destroy(*model);
    *model = NULL;
    return status;
}
