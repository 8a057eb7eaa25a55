/* finnc fifo: how deep the FIFOs between hardware layers have to be. */
#include "dataflow.h"
#include "json.h"
#include "pipeline.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct sizing {
    cli *c;
    cli_dataflow flow;
    double clock_ns;
    bool checks;
    finnc_fifo_plan *plan;
} sizing;

/* ---- as a table ---- */

static const char *end_name(const finnc_node *node, const char *absent, bool is_converter,
                            char *text, size_t size)
{
    snprintf(text, size, "%s",
             is_converter ? "(converter)"
             : node       ? finnc_node_name(node)
                          : absent);
    return text;
}

static void add_end(cli_table *t, const finnc_node *node, size_t i, const char *absent,
                    bool is_converter)
{
    char text[240];
    end_name(node, absent, is_converter, text, sizeof text);
    if (node && !is_converter && i > 0)
        cli_table_add(t, "%s[%zu]", text, i);
    else
        cli_table_add(t, "%s", text);
}

static finnc_status put_fifos(const sizing *s, FILE *to)
{
    static const char *const heads[] = {"from", "to", "words", "bits", "depth", "peak"};
    const finnc_fifo *f;
    char number[CLI_NUMBER_MAX];
    cli_table t;
    cli_table_init(&t, "<<>>>>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&t, "%s", heads[i]);
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(s->plan, i)); i++) {
        add_end(&t, f->from, f->output, "(input)", f->place == FINNC_FIFO_BEHIND);
        add_end(&t, f->to, f->input, "(output)", f->place == FINNC_FIFO_BEFORE);
        cli_table_add(&t, "%s", cli_thousands((double)f->words, number));
        cli_table_add(&t, "%" PRId64, f->width);
        cli_table_add(&t, "%s", cli_thousands((double)f->depth, number));
        cli_table_add(&t, "%s", cli_thousands((double)f->peak, number));
    }
    return cli_table_print(s->c, &t, "", to);
}

static finnc_status put_text(const sizing *s, FILE *to)
{
    const finnc_fifo_summary *sum = finnc_fifo_plan_summary(s->plan);
    char number[CLI_NUMBER_MAX];
    FINNC_TRY(put_fifos(s, to));
    putc('\n', to);
    if (sum->is_deadlock) {
        fputs("deadlock: ", to);
        cli_put(to, sum->words);
        putc('\n', to);
        return FINNC_OK;
    }
    char cycles[CLI_CYCLES_MAX];
    fprintf(to, "a frame every %s", cli_cycles(sum->period, cycles));
    if (sum->bottleneck && !*sum->words) {
        fputs(", as often as ", to);
        cli_put(to, finnc_node_name(sum->bottleneck));
        fputs(" allows", to);
    }
    fprintf(to, ": %s frames/s at %g ns",
            cli_thousands(floor(1e9 / s->clock_ns / sum->period), number), s->clock_ns);
    fprintf(to, "; the first is out after %s\n", cli_cycles((double)sum->latency, cycles));
    fprintf(to, "FIFOs of %s bits in all\n", cli_thousands(sum->bits, number));
    if (*sum->words) {
        cli_put(to, sum->words);
        putc('\n', to);
    }
    return FINNC_OK;
}

/* ---- as JSON ---- */

static json_t *name_json(const finnc_node *node)
{
    return node ? cli_json_text(finnc_node_name(node)) : json_null();
}

static json_t *fifos_json(const sizing *s)
{
    static const char *const places[] = {[FINNC_FIFO_BETWEEN] = "between",
                                         [FINNC_FIFO_BEFORE] = "before converter",
                                         [FINNC_FIFO_BEHIND] = "behind converter"};
    json_t *list = json_array();
    const finnc_fifo *f;
    for (size_t i = 0; (f = finnc_fifo_plan_fifo(s->plan, i)); i++)
        json_array_append_new(list,
                              json_pack("{s:o, s:I, s:o, s:I, s:s, s:I, s:I, s:I, s:I}", "from",
                                        name_json(f->from), "output", (json_int_t)f->output, "to",
                                        name_json(f->to), "input", (json_int_t)f->input, "place",
                                        places[f->place], "words", (json_int_t)f->words, "width",
                                        (json_int_t)f->width, "depth", (json_int_t)f->depth, "peak",
                                        (json_int_t)f->peak));
    return list;
}

static finnc_status put_json(const sizing *s, FILE *to)
{
    const finnc_fifo_summary *sum = finnc_fifo_plan_summary(s->plan);
    json_t *root =
        json_pack("{s:o, s:f, s:I, s:o, s:I, s:b, s:o, s:f, s:I}", "fifos", fifos_json(s), "period",
                  sum->period, "least_period", (json_int_t)sum->least_period, "bottleneck",
                  name_json(sum->bottleneck), "latency", (json_int_t)sum->latency, "deadlock",
                  (int)sum->is_deadlock, "words", cli_json_text(sum->words), "bits", sum->bits,
                  "tries", (json_int_t)sum->tries);
    return cli_json_answer(s->c, "fifos", root, to);
}

/* ---- the command ---- */

static finnc_status put(const sizing *s)
{
    cli *c = s->c;
    cli_output output;
    const char *to = cli_text(c, "output", NULL);
    const finnc_fifo_summary *sum = finnc_fifo_plan_summary(s->plan);
    if (to) {
        FINNC_TRY(cli_output_open(c, to, &output));
        FINNC_TRY(cli_output_close(
            c, &output, finnc_fifo_plan_write(c->cx, s->plan, cli_write, output.stream)));
    }
    if (s->checks && *sum->words)
        c->exit_status = 1;
    if (to && !strcmp(to, "-"))
        return FINNC_OK;
    FINNC_TRY(cli_output_open(c, NULL, &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(s, output.stream));
}

static finnc_status search(sizing *s)
{
    cli *c = s->c;
    const char *file = cli_text(c, "check", NULL);
    finnc_fifo_options options = {.frames = (size_t)cli_int(c, "frames", 0)};
    FINNC_TRY(cli_clock(c, &s->clock_ns));
    options.keeps = s->checks = cli_has(c, "check");
    if (s->checks && cli_has(c, "output"))
        return cli_wrong(c, "--check chooses nothing that could be written with -o");
    FINNC_TRY(cli_dataflow_read(c, NULL, &s->flow));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = file ? cli_folding_apply(c, s->flow.model, file) : FINNC_OK;
    if (status == FINNC_OK)
        status = finnc_fifo_search(c->cx, finnc_model_graph(s->flow.model), &options, &s->plan);
    finnc_ctx_leave(c->cx, depth);
    return status == FINNC_OK ? put(s) : status;
}

static finnc_status fifo(cli *c)
{
    sizing s = {.c = c};
    const finnc_status status = search(&s);
    finnc_fifo_plan_destroy(s.plan);
    cli_dataflow_clear(&s.flow);
    return status;
}

const cli_command cli_command_fifo = {
    .name = "fifo",
    .group = CLI_ANALYSE,
    .summary = "find the smallest FIFOs between hardware layers that keep full speed",
    .about =
        "Simulates the words that go through a graph of hardware layers, cycle by cycle, width "
        "converters included, and finds for each FIFO the smallest depth with which frames come "
        "as often as the slowest layer allows; none can be less while the others stay. A depth of "
        "2 is what layers have room for by themselves. `peak` is how many words would wait there "
        "if there were no end of room.\n\n"
        "--check simulates with the depths that the model has, or FOLDING.json gives it, and fails "
        "if frames come less often, or if branches end up waiting for each other: then it says who "
        "waits for whom.\n\n" CLI_DATAFLOW_ABOUT,
    .examples =
        "finnc fifo child.onnx -o depths.json # the smallest FIFOs, for ApplyConfig and InsertFIFO\n"
        "finnc fifo child.onnx --check=folding.json # do these depths do?\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options =
        {
            CLI_DATAFLOW_OPTIONS(""),
            {"frames", 0, CLI_SOME, "N",
             "frames to look at before a design counts as never coming to rest (64)", 0},
            {"check", 0, CLI_FILE, "FOLDING.json", "choose nothing: are these depths enough?",
             CLI_MAY},
            {"output", 'o', CLI_FILE, "FOLDING.json", "write the depths there, for ApplyConfig",
             CLI_WRITES},
            {"json", 0, CLI_FLAG, NULL, "the report as JSON", 0},
        },
    .excludes = "check output",
    .run = fifo,
};
