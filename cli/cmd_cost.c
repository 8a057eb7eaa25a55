/* finnc cost: what one inference costs. */
#include "json.h"
#include "pipeline.h"

#include <stdlib.h>

/* ---- as a table ---- */

static void add_row(cli_table *t, const char *what, const char *op_type, const char *types,
                    const finnc_cost_sum *s)
{
    char text[CLI_NUMBER_MAX];
    cli_table_add(t, "%s", what);
    cli_table_add(t, "%s", op_type);
    cli_table_add(t, "%s", types);
    cli_table_add(t, "%s", cli_thousands(s->macs, text));
    cli_table_add(t, "%s", cli_thousands(s->bops, text));
    cli_table_add(t, "%s", cli_thousands(s->weights, text));
    cli_table_add(t, "%s", cli_bytes(s->weight_bits / 8, text));
    cli_table_add(t, "%s", cli_thousands(s->outputs, text));
    cli_table_add(t, "%s", cli_bytes(s->output_bits / 8, text));
}

/* "INT2 x INT4", from the node itself. */
static const char *factors(const finnc_node *node, char *text, size_t size)
{
    char x[FINNC_DTYPE_NAME_MAX], w[FINNC_DTYPE_NAME_MAX];
    const finnc_value *b = finnc_node_input(node, 1);
    finnc_dtype_name(finnc_value_dtype(finnc_node_input(node, 0)), x);
    snprintf(text, size, "%s x %s", x, b ? finnc_dtype_name(finnc_value_dtype(b), w) : x);
    return text;
}

static finnc_status put_text(cli *c, const finnc_cost_report *report, FILE *to)
{
    static const char *const heads[] = {"node",    "op",     "types",   "MACs",  "bit operations",
                                        "weights", "memory", "outputs", "memory"};
    char text[2 * FINNC_DTYPE_NAME_MAX + 8];
    const finnc_cost_sum *sum;
    cli_table table;
    cli_table_init(&table, "<<<>>>>>>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&table, "%s", heads[i]);
    for (size_t i = 0; (sum = finnc_cost_report_node(report, i)); i++)
        add_row(&table, sum->of, finnc_node_op_type(sum->node),
                factors(sum->node, text, sizeof text), sum);
    add_row(&table, "total", "", "", finnc_cost_report_total(report));
    FINNC_TRY(cli_table_print(c, &table, "", to));
    const char *op_type;
    for (size_t i = 0; (op_type = finnc_cost_report_unsupported(report, i)); i++) {
        fputs(i ? ", " : "\nnot counted, since nobody has said what they cost: ", to);
        cli_put(to, op_type);
    }
    if (finnc_cost_report_unsupported(report, 0))
        putc('\n', to);
    return FINNC_OK;
}

/* ---- as JSON, with upstream's keys ---- */

static void put_number(json_t *object, const char *key, double x)
{
    json_object_set_new(object, key, json_real(x));
}

/* NULL: no memory. */
static json_t *sum_json(const finnc_cost_sum *s)
{
    json_t *object = json_object();
    for (size_t i = 0; i < s->nkeys; i++)
        put_number(object, s->keys[i], s->amounts[i]);
    put_number(object, "total_mem_w_bits", s->weight_bits);
    put_number(object, "total_mem_w_elems", s->weights);
    put_number(object, "total_mem_o_bits", s->output_bits);
    put_number(object, "total_mem_o_elems", s->outputs);
    put_number(object, "total_bops", s->bops);
    put_number(object, "total_macs", s->macs);
    return object;
}

/* Names as they stand need not tell nodes apart: the entry of one without is "Conv_7", that of a
 * second "a" "a_7", by their place among the entries. False: no memory. */
static bool set_sum(json_t *object, const finnc_cost_sum *sum)
{
    const bool has_name = !sum->node || finnc_node_name(sum->node)[0];
    const char *name = sum->of, *op_type = has_name ? "" : finnc_node_op_type(sum->node);
    char *numbered = NULL;
    bool is_taken = !has_name || json_object_get(object, name);
    for (size_t i = json_object_size(object); is_taken; i++) {
        free(numbered);
        if (asprintf(&numbered, "%s%s_%zu", name, op_type, i) < 0)
            return false;
        is_taken = json_object_get(object, numbered);
    }
    cli_json_set(object, numbered ? numbered : name, sum_json(sum));
    free(numbered);
    return true;
}

/* NULL: no memory. */
static json_t *sums_json(const finnc_cost_report *report,
                         const finnc_cost_sum *(*at)(const finnc_cost_report *, size_t))
{
    json_t *object = json_object();
    const finnc_cost_sum *sum;
    for (size_t i = 0; (sum = at(report, i)); i++)
        if (!set_sum(object, sum)) {
            json_decref(object);
            return NULL;
        }
    return object;
}

static finnc_status put_json(cli *c, const finnc_cost_report *report, FILE *to)
{
    json_t *total = sum_json(finnc_cost_report_total(report)), *unsupported = json_array();
    const char *op_type;
    for (size_t i = 0; (op_type = finnc_cost_report_unsupported(report, i)); i++)
        json_array_append_new(unsupported, cli_json_text(op_type));
    json_object_set_new(total, "unsupported", unsupported);
    json_object_set_new(total, "discount_sparsity", json_boolean(!cli_has(c, "dense")));
    return cli_json_answer(c, "cost",
                           json_pack("{s:o, s:o, s:o}", "total_cost", total, "optype_cost",
                                     sums_json(report, finnc_cost_report_op_type), "node_cost",
                                     sums_json(report, finnc_cost_report_node)),
                           to);
}

/* ---- the command ---- */

/* What something costs depends on its shape, which most files leave to be inferred. */
static finnc_status prepare(void *user, finnc_ctx *cx, finnc_model *model)
{
    cli *c = user;
    (void)cx; /* the command's */
    if (cli_has(c, "as-is"))
        return cli_passes_run(c, model, "InferShapes");
    return cli_passes_run(c, model, "cost-preparation,GiveUniqueNodeNames,GiveReadableTensorNames");
}

static finnc_status count(cli *c, finnc_model *model, finnc_cost_report **report)
{
    const finnc_cost_options options = {
        .counts_zeros = cli_has(c, "dense"), .prepare = prepare, .user = c};
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = prepare(c, c->cx, model);
    if (status == FINNC_OK)
        status = finnc_cost_report_create(c->cx, finnc_model_graph(model), &options, report);
    finnc_ctx_leave(c->cx, depth);
    return status;
}

static finnc_status put(cli *c, const finnc_model *model, const finnc_cost_report *report)
{
    cli_output output;
    if (cli_has(c, "save"))
        FINNC_TRY(cli_model_write(c, model, cli_text(c, "save", NULL), FINNC_EXTERNAL_KEEP));
    if (finnc_cost_report_total(report)->assumes_ones)
        cli_say(
            c, CLI_YELLOW, "warning",
            "sizes that the model leaves open are counted as 1; ChangeBatchSize sets a batch's");
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(c, report, output.stream));
}

static finnc_status cost(cli *c)
{
    finnc_model *model;
    finnc_cost_report *report = NULL;
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    finnc_status status = count(c, model, &report);
    if (status == FINNC_OK)
        status = put(c, model, report);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_cost = {
    .name = "cost",
    .group = CLI_ANALYSE,
    .summary = "count what one inference costs: MACs, bit operations, memory, node by node",
    .about =
        "Counts as qonnx-inference-cost does: multiply-accumulates of convolutions and matrix "
        "products, each as many bit operations as the widths of its factors multiplied; weights; "
        "outputs of those nodes. Products with weights that are zero are left out unless --dense. "
        "Biases, quantisers and whatever works element by element count as nothing.\n\n"
        "Before that a copy of the model is prepared (the recipe cost-preparation): quantised "
        "weights are folded, data types inferred, nodes named; with --as-is shapes are inferred and "
        "no more. --json has upstream's keys.\n\n"
        "Models of partitions are counted with it, prepared likewise; their nodes are named "
        "behind the partition's: Part_0/MVAU_3.",
    .examples = "finnc cost net.onnx # a table\n"
                "finnc cost net.onnx --dense --json -o cost.json # as qonnx-inference-cost "
                "--discount-sparsity=False --cost-breakdown\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"json", 0, CLI_FLAG, NULL, "the figures as JSON", 0},
                {"dense", 0, CLI_FLAG, NULL, "count products with zeros and their memory, too", 0},
                {"as-is", 0, CLI_FLAG, NULL, "take the model as it is: fold and rename nothing", 0},
                {"save", 0, CLI_FILE, "FILE", "write the model that was counted", CLI_WRITES},
                {"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .run = cost,
};
