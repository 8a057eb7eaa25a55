/* finnc estimate: what hardware layers take. */
#include "dataflow.h"
#include "json.h"

#include <inttypes.h>
#include <string.h>

typedef struct estimating {
    cli *c;
    const finnc_estimate *estimate;
    double clock_ns;
} estimating;

/* ---- as a table ---- */

static void add_amount(cli_table *t, double x)
{
    char text[CLI_NUMBER_MAX];
    cli_table_add(t, "%s", x > 0 ? cli_thousands(x, text) : "");
}

static void add_fold(cli_table *t, const finnc_node *node, const char *attr)
{
    const int64_t x = finnc_node_int(node, attr, 0);
    if (x > 0)
        cli_table_add(t, "%" PRId64, x);
    else
        cli_table_add(t, "%s", "");
}

static void add_row(cli_table *t, const finnc_estimate_summary *s, const finnc_layer_estimate *l)
{
    char text[CLI_NUMBER_MAX];
    cli_table_add(t, "%s", l->name);
    add_fold(t, l->node, "PE");
    add_fold(t, l->node, "SIMD");
    cli_table_add(t, "%s", cli_thousands((double)l->cycles, text));
    cli_table_add(t, "%.0f %%",
                  s->max_cycles > 0 ? 100 * (double)l->cycles / (double)s->max_cycles : 0);
    add_amount(t, l->resources.lut);
    add_amount(t, l->resources.bram_18k);
    add_amount(t, l->resources.uram);
    add_amount(t, l->resources.dsp);
    cli_table_add(t, "%s", l == s->bottleneck ? "<- bottleneck" : "");
}

static void add_sum(cli_table *t, const char *name, const double amounts[4], const char *format)
{
    cli_table_add(t, "%s", name);
    for (int i = 0; i < 4; i++)
        cli_table_add(t, "%s", "");
    for (int i = 0; i < 4; i++) {
        char text[CLI_NUMBER_MAX];
        if (format && amounts[i] >= 0)
            cli_table_add(t, format, amounts[i]);
        else
            cli_table_add(t, "%s", format || amounts[i] < 0 ? "" : cli_thousands(amounts[i], text));
    }
    cli_table_add(t, "%s", "");
}

/* What the part has, and how much of that is taken. */
static void add_capacity(cli_table *t, const finnc_estimate_summary *s)
{
    const finnc_part *p = s->part;
    const double has[4] = {(double)p->luts, (double)p->bram_18k, (double)p->urams, (double)p->dsps};
    const double takes[4] = {s->total.lut, s->total.bram_18k, s->total.uram, s->total.dsp};
    double share[4], known[4];
    if (p->luts <= 0)
        return;
    for (int i = 0; i < 4; i++) {
        known[i] = has[i] > 0 ? has[i] : -1;
        share[i] = has[i] > 0 ? 100 * takes[i] / has[i] : -1;
    }
    add_sum(t, p->name, known, NULL);
    add_sum(t, "", share, "%.1f %%");
}

static void put_speed(const estimating *e, FILE *to)
{
    const finnc_estimate_summary *s = finnc_estimate_summarise(e->estimate);
    char text[CLI_CYCLES_MAX];
    fprintf(to, "\n%.6g frames/s and %.6g us from end to end at %.6g MHz\n",
            finnc_estimate_fps(e->estimate, e->clock_ns),
            finnc_estimate_latency_ns(e->estimate, e->clock_ns) / 1e3, 1e3 / e->clock_ns);
    fprintf(to, "a frame begins every %s%s", cli_cycles((double)s->max_cycles, text),
            s->bottleneck ? ", which " : "");
    if (s->bottleneck) {
        cli_put(to, s->bottleneck->name);
        fputs(" takes", to);
    }
    fprintf(to, "; it takes %s if no layer overlaps another\n",
            cli_cycles((double)s->critical_path_cycles, text));
}

static finnc_status put_text(const estimating *e, FILE *to)
{
    static const char *const heads[] = {"layer", "PE",     "SIMD",  "cycles", "share",
                                        "LUTs",  "BRAM18", "URAMs", "DSPs",   ""};
    const finnc_estimate_summary *s = finnc_estimate_summarise(e->estimate);
    const double sums[4] = {s->total.lut, s->total.bram_18k, s->total.uram, s->total.dsp};
    const finnc_layer_estimate *l;
    cli_table table;
    cli_table_init(&table, "<>>>>>>>><");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&table, "%s", heads[i]);
    for (size_t i = 0; (l = finnc_estimate_layer(e->estimate, i)); i++)
        add_row(&table, s, l);
    add_sum(&table, "total", sums, NULL);
    add_capacity(&table, s);
    FINNC_TRY(cli_table_print(e->c, &table, "", to));
    put_speed(e, to);
    return FINNC_OK;
}

/* ---- as JSON: FINN's reports as the entries of one object ---- */

static finnc_status put_json(const estimating *e, FILE *to)
{
    static const char *const keys[] = {
        [FINNC_REPORT_LAYER_CYCLES] = "layer_cycles",
        [FINNC_REPORT_LAYER_RESOURCES] = "layer_resources",
        [FINNC_REPORT_ALTERNATIVES] = "layer_config_alternatives",
        [FINNC_REPORT_NETWORK_PERFORMANCE] = "network_performance",
        [FINNC_REPORT_COUNTS] = "op_and_param_counts",
    };
    cli *c = e->c;
    cli_json_open("estimate", to);
    for (int r = 0; r < FINNC_NREPORTS; r++) {
        fprintf(to, ",\n\"%s\": ", keys[r]);
        FINNC_TRY(
            finnc_report_write(c->cx, e->estimate, (finnc_report)r, e->clock_ns, cli_write, to));
    }
    fputs("}\n", to);
    return FINNC_OK;
}

/* ---- files ---- */

static finnc_status write_report(const estimating *e, const char *folder, finnc_report report)
{
    char path[4096];
    cli_output output;
    cli *c = e->c;
    if (snprintf(path, sizeof path, "%s/%s", folder, finnc_report_file(report)) >= (int)sizeof path)
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "%s: the path is too long", folder);
    FINNC_TRY(cli_output_open(c, path, &output));
    return cli_output_close(
        c, &output,
        finnc_report_write(c->cx, e->estimate, report, e->clock_ns, cli_write, output.stream));
}

static finnc_status write_reports(const estimating *e, const char *folder)
{
    FINNC_TRY(cli_folder_make(e->c, folder));
    for (int r = 0; r < FINNC_NREPORTS; r++)
        FINNC_TRY(write_report(e, folder, (finnc_report)r));
    return FINNC_OK;
}

static finnc_status write_chart(const estimating *e, const char *path)
{
    cli_output output;
    cli *c = e->c;
    FINNC_TRY(cli_output_open(c, path, &output));
    return cli_output_close(
        c, &output, finnc_estimate_draw(c->cx, e->estimate, e->clock_ns, cli_write, output.stream));
}

/* ---- the command ---- */

/* The chart may have standard output if nobody asked for the report there. */
static finnc_status check_outputs(cli *c)
{
    const bool is_asked =
        cli_is_stdout(c, "output") || (cli_has(c, "json") && !cli_has(c, "output"));
    if (cli_is_stdout(c, "chart") && is_asked)
        return cli_wrong(c, "standard output takes either --chart - or the report");
    return FINNC_OK;
}

static finnc_status show(const estimating *e)
{
    cli *c = e->c;
    cli_output output;
    if (cli_has(c, "reports"))
        FINNC_TRY(write_reports(e, cli_text(c, "reports", NULL)));
    if (cli_has(c, "chart"))
        FINNC_TRY(write_chart(e, cli_text(c, "chart", NULL)));
    if (cli_is_stdout(c, "chart") && !cli_has(c, "output"))
        return FINNC_OK;
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(e, output.stream));
}

/* Resources need a part: FINN's smallest board, if none is said. */
#define USUAL_BOARD "Pynq-Z1"

static finnc_status estimate(cli *c)
{
    cli_dataflow flow;
    finnc_estimate *estimate;
    double clock_ns;
    FINNC_TRY(cli_clock(c, &clock_ns));
    FINNC_TRY(check_outputs(c));
    finnc_status status = cli_dataflow_read(c, USUAL_BOARD, &flow);
    if (status == FINNC_OK) {
        const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
        if (!cli_has(c, "part"))
            finnc_log(c->cx, FINNC_NOTE, "estimated for %s, the part of a %s; --part says another",
                      flow.part.name, USUAL_BOARD);
        status = finnc_estimate_create(c->cx, finnc_model_graph(flow.model), &flow.part, &estimate);
        finnc_ctx_leave(c->cx, depth);
        if (status == FINNC_OK) {
            status = show(&(estimating){c, estimate, clock_ns});
            finnc_estimate_destroy(estimate);
        }
    }
    cli_dataflow_clear(&flow);
    return status;
}

const cli_command cli_command_estimate = {
    .name = "estimate",
    .group = CLI_ANALYSE,
    .summary = "estimate hardware layers: cycles, throughput, latency, LUTs, memories, DSPs",
    .about =
        "Estimates by FINN's formulas, without vendor tools: cycles of each layer for one frame, "
        "the layer that is the bottleneck, frames per second and latency at a clock, and what "
        "each layer takes of the FPGA. " CLI_DATAFLOW_ABOUT
        "\n\n--reports writes FINN's files by their names; --chart draws cycles per layer; "
        "with --chart - the table is left out.",
    .examples =
        "finnc estimate child.onnx --part Pynq-Z1 # a table\n"
        "finnc estimate child.onnx -f folding.json --clock 5 --chart cycles.svg # at 200 MHz\n"
        "finnc estimate child.onnx --reports report/ # FINN's estimate_*.json\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {CLI_DATAFLOW_OPTIONS(" (" USUAL_BOARD ")"),
                {"reports", 'r', CLI_FOLDER, "DIR", "write FINN's report files there", CLI_WRITES},
                {"chart", 0, CLI_FILE, "FILE", "draw cycles per layer as SVG", CLI_WRITES},
                {"json", 0, CLI_FLAG, NULL, "the reports as JSON", 0},
                {"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .run = estimate,
};
