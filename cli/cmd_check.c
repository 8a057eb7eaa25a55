/* finnc check: is a model valid, and does it keep what FINN's passes rely on? */
#include "json.h"

typedef struct findings {
    cli *c;
    bool is_strict;
    size_t nerrors, nwarnings;
    finnc_topology topology;
    json_t *list; /* with --json */
} findings;

static finnc_status add_finding(void *user, finnc_ctx *cx, const finnc_finding *finding)
{
    findings *f = user;
    bool is_error = finding->is_error || f->is_strict;
    const char *severity = is_error ? "error" : "warning";
    f->nerrors += is_error;
    f->nwarnings += !is_error;
    if (!f->list) {
        printf("%s: ", severity);
        cli_put(stdout, finding->text);
        putchar('\n');
        return FINNC_OK;
    }
    json_t *object =
        json_pack("{s:s, s:o}", "severity", severity, "message", cli_json_text(finding->text));
    return !object || json_array_append_new(f->list, object) ? finnc_no_memory(cx) : FINNC_OK;
}

/* The names are upstream's. */
static json_t *topology_json(const finnc_topology *t)
{
    return json_pack("{s:b, s:b, s:b, s:b}", "is_linear", t->is_linear, "all_tensors_f32",
                     t->all_tensors_f32, "node_inputs_in_expected_order",
                     t->node_inputs_in_expected_order, "nodes_topologically_sorted",
                     t->nodes_topologically_sorted);
}

static finnc_status put_verdict(const findings *f, const char *path)
{
    if (f->list) {
        json_t *root = json_pack("{s:I, s:I, s:O, s:o}", "errors", (json_int_t)f->nerrors,
                                 "warnings", (json_int_t)f->nwarnings, "findings", f->list,
                                 "topology", topology_json(&f->topology));
        return cli_json_answer(f->c, "findings", root, stdout);
    }
    cli_put(stdout, cli_file_name(path));
    if (f->nerrors || f->nwarnings)
        printf(": %zu error%s, %zu warning%s\n", f->nerrors, f->nerrors == 1 ? "" : "s",
               f->nwarnings, f->nwarnings == 1 ? "" : "s");
    else
        puts(": sound");
    return FINNC_OK;
}

static finnc_status check(cli *c)
{
    findings f = {.c = c, .is_strict = cli_has(c, "strict")};
    finnc_model *model;
    if (cli_has(c, "json") && !(f.list = json_array()))
        return finnc_no_memory(c->cx);
    finnc_status status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK) {
        /* Before types are inferred: what the file says. */
        status = finnc_graph_topology(c->cx, finnc_model_graph(model), &f.topology);
        if (status == FINNC_OK)
            status = finnc_model_examine(c->cx, model, add_finding, &f);
        finnc_model_destroy(model);
    }
    if (status == FINNC_OK)
        status = put_verdict(&f, c->operands[0]);
    json_decref(f.list);
    c->exit_status = f.nerrors > 0;
    return status;
}

const cli_command cli_command_check = {
    .name = "check",
    .group = CLI_ANALYSE,
    .summary = "tell whether a model is valid and keeps FINN's invariants",
    .about =
        "Errors are wrong for everybody: a graph with a cycle, a node whose attributes, inputs or "
        "shapes contradict its op or the file, an op newer than the imported opset, weights outside "
        "their annotated data type, a partition whose model cannot be read. "
        "Warnings break what FINN's passes rely on: unique node names, known shapes, no "
        "initialiser among the inputs, nodes in order, layers folded as those before them; or tell of what finnc does not know: ops, "
        "attributes, later versions of ONNX. All of them are listed, those of partitions' models, "
        "too; the exit status is 1 if there is an error.\n\n"
        "--json says besides what qonnx.analysis.topology asks, by its names: is_linear, "
        "all_tensors_f32, node_inputs_in_expected_order, nodes_topologically_sorted.",
    .examples = "finnc check net.onnx # all that is wrong\n"
                "finnc check net.onnx --strict # is it ready for FINN?\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"strict", 0, CLI_FLAG, NULL, "warnings are errors", 0},
                {"json", 0, CLI_FLAG, NULL, "the list as JSON", 0}},
    .run = check,
};
