/* finnc fold: the best PE and SIMD for a speed, or for a budget. */
#include "dataflow.h"
#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- the goal ---- */

typedef struct folding {
    cli *c;
    cli_dataflow flow;
    finnc_fold_goal goal;
    double clock_ns;
    finnc_fold_plan *plan;
} folding;

static const struct {
    const char *option, *key;
} resources[FINNC_NRESOURCES] = {
    [FINNC_LUT] = {"max-luts", "LUT"},
    [FINNC_BRAM_18K] = {"max-bram", "BRAM_18K"},
    [FINNC_DSP] = {"max-dsp", "DSP"},
    [FINNC_URAM] = {"max-uram", "URAM"},
};

/* 0: not known. */
static double capacity(const folding *f, int r)
{
    const finnc_part *part = &f->flow.part;
    const int64_t all[FINNC_NRESOURCES] = {[FINNC_LUT] = part->luts,
                                           [FINNC_BRAM_18K] = part->bram_18k,
                                           [FINNC_DSP] = part->dsps,
                                           [FINNC_URAM] = part->urams};
    return (double)all[r];
}

static finnc_status read_target(folding *f)
{
    cli *c = f->c;
    FINNC_TRY(cli_clock(c, &f->clock_ns));
    if (cli_has(c, "target-cycles")) {
        const uint64_t cycles = cli_count(c, "target-cycles", 0);
        if (cycles < 1 || cycles > INT64_MAX)
            return cli_wrong(c, "--target-cycles is at least 1");
        f->goal.max_cycles = (int64_t)cycles;
    }
    if (cli_has(c, "target-fps")) {
        const double fps = cli_number(c, "target-fps", 0), cycles = 1e9 / f->clock_ns / fps;
        if (!(fps > 0) || !(cycles < 9e15))
            return cli_wrong(c, "--target-fps is %g", fps);
        if (cycles < 1)
            return finnc_fail(c->cx, FINNC_BAD_VALUE,
                              "%g frames per second at %g ns are %g cycles per frame: no layer "
                              "takes less than one",
                              fps, f->clock_ns, cycles);
        f->goal.max_cycles = (int64_t)floor(cycles);
    }
    return FINNC_OK;
}

/* What is not said is what the part has. */
static void read_budgets(folding *f)
{
    for (int r = 0; r < FINNC_NRESOURCES; r++) {
        f->goal.has_budget[r] = cli_has(f->c, resources[r].option) || f->flow.part.luts > 0;
        f->goal.budget[r] = cli_number(f->c, resources[r].option, capacity(f, r));
    }
}

/* ---- as tables ---- */

static void folds_text(const finnc_folded *l, const int64_t *values, char *text, size_t size)
{
    size_t n = 0;
    *text = '\0';
    for (size_t i = 0; i < l->nfolds && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%s %" PRId64, i ? ", " : "", l->folds[i].attr,
                              values ? values[i] : l->folds[i].now);
}

static void add_resources(const folding *f, cli_table *t, const double *amounts)
{
    char text[CLI_NUMBER_MAX];
    (void)f;
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        cli_table_add(t, "%s", cli_thousands(amounts[r], text));
}

static finnc_status put_layers(const folding *f, FILE *to)
{
    static const char *const heads[] = {"node", "folding", "before", "cycles", "share",
                                        "LUTs", "BRAM18",  "DSPs",   "URAMs"};
    const finnc_fold_summary *s = finnc_fold_plan_summary(f->plan);
    const finnc_folded *l;
    char text[160], number[CLI_NUMBER_MAX];
    cli_table t;
    cli_table_init(&t, "<<<>>>>>>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&t, "%s", heads[i]);
    for (size_t i = 0; (l = finnc_fold_plan_layer(f->plan, i)); i++) {
        cli_table_add(&t, "%s", finnc_node_name(l->node));
        folds_text(l, NULL, text, sizeof text);
        cli_table_add(&t, "%s", text);
        folds_text(l, l->before, text, sizeof text);
        cli_table_add(&t, "%s", text);
        cli_table_add(&t, "%s", cli_thousands((double)l->cycles, number));
        cli_table_add(&t, "%.0f %%",
                      s->max_cycles ? 100.0 * (double)l->cycles / (double)s->max_cycles : 0.0);
        add_resources(f, &t, l->resources);
    }
    return cli_table_print(f->c, &t, "", to);
}

static finnc_status put_converters(const folding *f, FILE *to)
{
    const finnc_fold_converter *x;
    char number[CLI_NUMBER_MAX];
    cli_table t;
    if (!finnc_fold_plan_converter(f->plan, 0))
        return FINNC_OK;
    fputs("\nwidth converters, which InsertDWC inserts\n", to);
    cli_table_init(&t, "<<>>>");
    cli_table_add(&t, "from");
    cli_table_add(&t, "to");
    cli_table_add(&t, "bits");
    cli_table_add(&t, "bits");
    cli_table_add(&t, "LUTs");
    for (size_t i = 0; (x = finnc_fold_plan_converter(f->plan, i)); i++) {
        cli_table_add(&t, "%s", finnc_node_name(x->from));
        cli_table_add(&t, "%s", finnc_node_name(x->to));
        cli_table_add(&t, "%" PRId64, x->from_width);
        cli_table_add(&t, "%" PRId64, x->to_width);
        cli_table_add(&t, "%s", cli_thousands(x->luts, number));
    }
    return cli_table_print(f->c, &t, "  ", to);
}

static double fps_of(const folding *f)
{
    const int64_t cycles = finnc_fold_plan_summary(f->plan)->max_cycles;
    return cycles ? 1e9 / f->clock_ns / (double)cycles : 0;
}

static void put_totals(const folding *f, FILE *to)
{
    const finnc_fold_summary *s = finnc_fold_plan_summary(f->plan);
    char number[CLI_NUMBER_MAX];
    char cycles[CLI_CYCLES_MAX];
    fprintf(to, "\n%s per frame", cli_cycles((double)s->max_cycles, cycles));
    if (s->bottleneck) {
        fputs(", of ", to);
        cli_put(to, finnc_node_name(s->bottleneck));
        fprintf(to, ": %s frames/s at %g ns", cli_thousands(floor(fps_of(f)), number), f->clock_ns);
    }
    putc('\n', to);
    for (int r = 0; r < FINNC_NRESOURCES; r++) {
        fprintf(to, "%s%s: %s", r ? ", " : "", finnc_resource_name((finnc_resource)r),
                cli_thousands(s->total[r], number));
        if (capacity(f, r) > 0)
            fprintf(to, " (%.1f %%)", 100 * s->total[r] / capacity(f, r));
    }
    putc('\n', to);
}

static finnc_status put_text(const folding *f, FILE *to)
{
    const finnc_fold_proof *proof = finnc_fold_plan_proof(f->plan);
    FINNC_TRY(put_layers(f, to));
    FINNC_TRY(put_converters(f, to));
    put_totals(f, to);
    if (*proof->words) {
        fputs("\nthe best of ", to);
        fprintf(to, "%.3g designs: ", finnc_fold_plan_summary(f->plan)->ndesigns);
        cli_put(to, proof->words);
        putc('\n', to);
    }
    return FINNC_OK;
}

/* ---- as JSON ---- */

static void put_resources(json_t *object, const double *amounts)
{
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        json_object_set_new(object, resources[r].key, json_real(amounts[r]));
}

static json_t *folds_json(const finnc_folded *l, const int64_t *values)
{
    json_t *object = json_object();
    for (size_t i = 0; i < l->nfolds; i++)
        json_object_set_new(object, l->folds[i].attr,
                            json_integer(values ? values[i] : l->folds[i].now));
    return object;
}

static json_t *layers_json(const folding *f)
{
    json_t *list = json_array();
    const finnc_folded *l;
    for (size_t i = 0; (l = finnc_fold_plan_layer(f->plan, i)); i++) {
        json_t *object = json_pack(
            "{s:o, s:o, s:o, s:o, s:I}", "name", cli_json_text(finnc_node_name(l->node)), "op",
            cli_json_text(finnc_node_op_type(l->node)), "folding", folds_json(l, NULL), "before",
            folds_json(l, l->before), "cycles", (json_int_t)l->cycles);
        put_resources(object, l->resources);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *converters_json(const folding *f)
{
    json_t *list = json_array();
    const finnc_fold_converter *x;
    for (size_t i = 0; (x = finnc_fold_plan_converter(f->plan, i)); i++)
        json_array_append_new(
            list, json_pack("{s:o, s:I, s:o, s:I, s:I, s:I, s:f}", "from",
                            cli_json_text(finnc_node_name(x->from)), "output",
                            (json_int_t)x->output, "to", cli_json_text(finnc_node_name(x->to)),
                            "input", (json_int_t)x->input, "in_width", (json_int_t)x->from_width,
                            "out_width", (json_int_t)x->to_width, "LUT", x->luts));
    return list;
}

static json_t *proof_json(const folding *f)
{
    static const char *const limits[] = {
        [FINNC_FOLD_KEPT] = "kept",     [FINNC_FOLD_LAYER] = "layer",
        [FINNC_FOLD_WIDTHS] = "widths", [FINNC_FOLD_BUDGET] = "budget",
        [FINNC_FOLD_TARGET] = "target", [FINNC_FOLD_NOTHING] = "nothing"};
    const finnc_fold_proof *p = finnc_fold_plan_proof(f->plan);
    json_t *object =
        json_pack("{s:s, s:o}", "limit", limits[p->limit], "words", cli_json_text(p->words));
    if (p->layer)
        json_object_set_new(object, "layer", cli_json_text(finnc_node_name(p->layer)));
    if (p->cycles)
        json_object_set_new(object, "cycles", json_integer(p->cycles));
    if (p->limit == FINNC_FOLD_BUDGET || p->limit == FINNC_FOLD_TARGET) {
        json_object_set_new(object, "resource", json_string(resources[p->resource].key));
        json_object_set_new(object, "needed", json_real(p->needed));
        json_object_set_new(object, "budget", json_real(p->budget));
    }
    return object;
}

static finnc_status put_json(const folding *f, FILE *to)
{
    const finnc_fold_summary *s = finnc_fold_plan_summary(f->plan);
    json_t *total = json_object();
    put_resources(total, s->total);
    json_t *root = json_pack("{s:o, s:o, s:I, s:f, s:f, s:o, s:o, s:f}", "layers", layers_json(f),
                             "converters", converters_json(f), "max_cycles",
                             (json_int_t)s->max_cycles, "clock_ns", f->clock_ns, "fps", fps_of(f),
                             "total", total, "proof", proof_json(f), "designs", s->ndesigns);
    if (root && s->bottleneck)
        json_object_set_new(root, "bottleneck", cli_json_text(finnc_node_name(s->bottleneck)));
    return cli_json_answer(f->c, "folding", root, to);
}

/* ---- the command ---- */

static finnc_status check_outputs(cli *c)
{
    if (cli_is_stdout(c, "output") + cli_is_stdout(c, "apply") + cli_has(c, "json") > 1)
        return cli_wrong(c, "standard output takes one of --output -, --apply - and --json");
    return FINNC_OK;
}

/* Over the model that was read only if nothing but the folding becomes another. */
static finnc_status check_apply(const folding *f)
{
    cli *c = f->c;
    const char *path = cli_text(c, "apply", NULL);
    if (path && f->flow.is_part && cli_is_same_file(path, c->operands[0]))
        return cli_wrong(c,
                         "--apply and MODEL are one file, %s: all but its dataflow partition would "
                         "be lost",
                         path);
    return FINNC_OK;
}

static finnc_status write_folding(const folding *f)
{
    cli_output output;
    FINNC_TRY(cli_output_open(f->c, cli_text(f->c, "output", NULL), &output));
    return cli_output_close(f->c, &output,
                            finnc_fold_plan_write(f->c->cx, f->plan, cli_write, output.stream));
}

static finnc_status put(const folding *f)
{
    cli *c = f->c;
    cli_output output;
    if (cli_has(c, "output"))
        FINNC_TRY(write_folding(f));
    if (cli_has(c, "apply")) {
        FINNC_TRY(finnc_fold_plan_apply(c->cx, f->plan, finnc_model_graph(f->flow.model)));
        FINNC_TRY(
            cli_model_write(c, f->flow.model, cli_text(c, "apply", NULL), FINNC_EXTERNAL_KEEP));
    }
    if (cli_is_stdout(c, "output") || cli_is_stdout(c, "apply"))
        return FINNC_OK;
    FINNC_TRY(cli_output_open(c, NULL, &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(f, output.stream));
}

static finnc_status search(folding *f)
{
    cli *c = f->c;
    f->goal.keeps = cli_has(c, "as-is");
    FINNC_TRY(check_outputs(c));
    FINNC_TRY(read_target(f));
    FINNC_TRY(cli_dataflow_read(c, NULL, &f->flow));
    FINNC_TRY(check_apply(f));
    if (!f->goal.keeps)
        read_budgets(f);
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_fold_search(c->cx, finnc_model_graph(f->flow.model), &f->flow.part,
                                            &f->goal, &f->plan);
    finnc_ctx_leave(c->cx, depth);
    return status == FINNC_OK ? put(f) : status;
}

static finnc_status fold(cli *c)
{
    folding f = {.c = c};
    const finnc_status status = search(&f);
    finnc_fold_plan_destroy(f.plan);
    cli_dataflow_clear(&f.flow);
    return status;
}

const cli_command cli_command_fold = {
    .name = "fold",
    .group = CLI_ANALYSE,
    .summary = "find the best PE and SIMD of hardware layers, for a speed or within budgets",
    .about =
        "Searches all legal PE, SIMD and parallel_window of a graph of hardware layers, and what "
        "width converters between them cost: the result is the optimum, by FINN's estimates, and "
        "the last line says what keeps it from being better. With a target the design is the "
        "cheapest in which no layer takes more cycles; without one the fastest within the budgets, "
        "and of those the cheapest. Cheapest: fewest LUTs, then BRAMs, DSP blocks, UltraRAMs.\n\n"
        "Budgets that are not given are what the part has. FOLDING.json is a file for ApplyConfig, "
        "as FINN's. With -o - or --apply - that is all that is written to standard output.\n\n" CLI_DATAFLOW_ABOUT,
    .examples =
        "finnc fold child.onnx --part pynq-z1 # the fastest design that fits a Pynq-Z1\n"
        "finnc fold child.onnx --target-fps 3000 -o folding.json # the cheapest that is fast "
        "enough\n"
        "finnc fold child.onnx --max-luts 20000 --max-bram 100 --apply folded.onnx # a model with "
        "the result\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options =
        {
            CLI_DATAFLOW_OPTIONS(""),
            {"target-fps", 0, CLI_NUMBER, "F", "frames per second that are needed", 0},
            {"target-cycles", 0, CLI_COUNT, "N", "cycles that a layer may take for a frame", 0},
            {"max-luts", 0, CLI_NUMBER, "N", "LUTs that there are", 0},
            {"max-bram", 0, CLI_NUMBER, "N", "BRAMs of 18 Kibit that there are", 0},
            {"max-dsp", 0, CLI_NUMBER, "N", "DSP blocks that there are", 0},
            {"max-uram", 0, CLI_NUMBER, "N", "UltraRAMs that there are", 0},
            {"as-is", 0, CLI_FLAG, NULL,
             "take the model as it is: choose nothing, look at the folding that it has", 0},
            {"output", 'o', CLI_FILE, "FOLDING.json", "write the folding there, for ApplyConfig",
             CLI_WRITES},
            {"apply", 0, CLI_FILE, "OUT.onnx", "write the model with the folding applied",
             CLI_WRITES | CLI_REPLACES},
            {"json", 0, CLI_FLAG, NULL, "the report as JSON", 0},
        },
    .excludes = "target-cycles target-fps\n"
                "as-is target-fps target-cycles max-luts max-bram max-dsp max-uram",
    .run = fold,
};
