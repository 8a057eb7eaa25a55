#include "dataflow.h"
#include "pipeline.h"

#include <finnc/dataflow.h>

#include <math.h>

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

/* ---- the model ---- */

static bool has_partition(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
            finnc_node_has_trait(node, FINNC_OP_HARDWARE))
            return true;
    return false;
}

static finnc_status prepare(cli *c, cli_dataflow *d, finnc_model *model)
{
    const char *passes = cli_text(c, "passes", NULL), *folding = cli_text(c, "folding", NULL);
    if (passes)
        FINNC_TRY(cli_passes_run(c, model, passes));
    const finnc_status status =
        finnc_dataflow_open(c->cx, model, d->has_part ? &d->part : NULL, &d->model);
    if (status == FINNC_BAD_VALUE)
        cli_hint(c, "recipes such as hw make layers (--passes), and --part binds them");
    FINNC_TRY(status);
    d->is_part = has_partition(finnc_model_graph(model));
    return folding ? cli_folding_apply(c, d->model, folding) : FINNC_OK;
}

finnc_status cli_dataflow_read(cli *c, const char *part, cli_dataflow *dataflow)
{
    const char *said = cli_text(c, "part", part);
    *dataflow = (cli_dataflow){.has_part = said != NULL, .part.dsp = FINNC_DSP48E2};
    if (said)
        FINNC_TRY(finnc_part_find(c->cx, said, &dataflow->part));
    finnc_model *model;
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = prepare(c, dataflow, model);
    finnc_ctx_leave(c->cx, depth);
    finnc_model_destroy(model);
    return status;
}

void cli_dataflow_clear(cli_dataflow *dataflow)
{
    finnc_model_destroy(dataflow->model);
}
