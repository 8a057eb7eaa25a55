/* finnc dump: what is in a model. */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

static void put_values(FILE *to, const char *what, const finnc_graph *graph, size_t count,
                       finnc_value *(*at)(const finnc_graph *, size_t))
{
    char shape[CLI_SHAPE_MAX], type[FINNC_DTYPE_NAME_MAX], elem[FINNC_DTYPE_NAME_MAX];
    for (size_t i = 0; i < count; i++) {
        const finnc_value *value = at(graph, i);
        fprintf(to, "  %-10s", i ? "" : what);
        cli_put(to, finnc_value_name(value));
        fputs("  ", to);
        cli_put(to, cli_shape(value, shape));
        fprintf(to, " %s", cli_type(value, type));
        if (finnc_value_has_dtype(value))
            fprintf(to, " (as %s)", cli_elem(finnc_value_elem(value), elem));
        const char *layout = finnc_value_layout(value);
        if (layout && layout[0]) {
            putc(' ', to);
            cli_put(to, layout);
        }
        if (finnc_value_is_constant(value))
            fputs(", has a default", to);
        putc('\n', to);
    }
}

static void put_header(FILE *to, const finnc_model *model, const char *path)
{
    const finnc_graph *graph = finnc_model_graph(model);
    cli_put(to, path);
    fputs("\n  producer  ", to);
    cli_put(to, finnc_model_producer(model)[0] ? finnc_model_producer(model) : "not said");
    fprintf(to, "\n  format    ONNX IR %" PRId64, finnc_model_ir_version(model));
    for (size_t i = 0; i < finnc_model_nopsets(model); i++) {
        int64_t version;
        const char *domain = finnc_model_opset(model, i, &version);
        fputs(", ", to);
        cli_put(to, domain[0] ? domain : "ai.onnx");
        fprintf(to, " %" PRId64, version);
    }
    putc('\n', to);
    put_values(to, "inputs", graph, finnc_graph_ninputs(graph), finnc_graph_input);
    put_values(to, "outputs", graph, finnc_graph_noutputs(graph), finnc_graph_output);
    for (size_t i = 0; i < finnc_model_nfunctions(model); i++) {
        const char *domain;
        finnc_graph *body;
        fprintf(to, "  %-10s", i ? "" : "functions");
        cli_put(to, finnc_model_function(model, i, &domain, &body));
        fprintf(to, "  %zu nodes\n", finnc_graph_nnodes(body));
    }
    for (size_t i = 0; i < finnc_model_nmetadata(model); i++) {
        const char *key, *text = finnc_model_metadata(model, i, &key);
        fprintf(to, "  %-10s", i ? "" : "metadata");
        cli_put(to, key);
        fputs(" = ", to);
        cli_put(to, text);
        putc('\n', to);
    }
    putc('\n', to);
}

static void put_weights(FILE *to, const finnc_graph *graph)
{
    enum { SHOWN = 8 };
    char shape[CLI_SHAPE_MAX], type[FINNC_DTYPE_NAME_MAX];
    fputs("\nweights\n", to);
    finnc_foreach_value (value, graph) {
        if (!finnc_value_is_constant(value))
            continue;
        const finnc_tensor *tensor = finnc_value_tensor(value);
        int64_t n = finnc_tensor_nelems(tensor);
        fputs("  ", to);
        cli_put(to, finnc_value_name(value));
        fprintf(to, "  %s %s ",
                cli_dims(finnc_tensor_rank(tensor), finnc_tensor_dims(tensor), shape),
                cli_type(value, type));
        for (int64_t i = 0; i < n && i < SHOWN; i++) {
            putc(' ', to);
            cli_put_element(to, tensor, i);
        }
        fputs(n > SHOWN ? " ...\n" : "\n", to);
    }
}

/* The table shows what can be inferred besides what the file says; the file stays as it is. */
static finnc_status put_text(cli *c, finnc_model *model, const char *path, FILE *to)
{
    FINNC_TRY(cli_infer_shapes(c, model));
    put_header(to, model, cli_file_name(path));
    FINNC_TRY(cli_describe_nodes(c, model, to));
    if (cli_has(c, "weights"))
        put_weights(to, finnc_model_graph(model));
    return FINNC_OK;
}

static finnc_status dump(cli *c)
{
    const char *path = c->operands[0], *format = cli_text(c, "format", "text");
    unsigned flags = cli_has(c, "weights") ? FINNC_TEXT_WEIGHTS : 0;
    finnc_model *model;
    cli_output output;
    if (cli_has(c, "json"))
        format = "json";
    FINNC_TRY(cli_model_read(c, path, &model));
    finnc_status status = cli_output_open(c, cli_text(c, "output", NULL), &output);
    if (status == FINNC_OK && !strcmp(format, "json"))
        status = finnc_json_write(c->cx, model, flags, cli_write, output.stream);
    else if (status == FINNC_OK && !strcmp(format, "onnx"))
        status = finnc_text_write(c->cx, model, flags, cli_write, output.stream);
    else if (status == FINNC_OK)
        status = put_text(c, model, path, output.stream);
    status = cli_output_close(c, &output, status);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_dump = {
    .name = "dump",
    .group = CLI_LOOK,
    .summary = "show what is in a model: nodes, data types, shapes, parameters, MACs",
    .about =
        "Prints a line per node, bodies of If, Loop and Scan and the models of partitions indented "
        "below theirs, and what the nodes add up to. 'in' is the data type of the first input that is no constant, 'weights' "
        "the first constant, 'type' that of the output: a name such as INT4 or BIPOLAR is FINN's "
        "annotation, one such as float32 the element type of a tensor without annotation. Shapes "
        "that the file leaves out are inferred for the table.\n\n"
        "The formats json and onnx print what the file says and no more.",
    .examples = "finnc dump net.onnx # the table\n"
                "finnc dump net.onnx --format onnx --weights -o net.onnxtxt # the model as text, "
                "to be edited and read back\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"format", 'f', CLI_CHOICE, "text|json|onnx",
                 "a table, JSON for programs, or ONNX's textual syntax", 0},
                {"json", 0, CLI_FLAG, NULL, "the same as --format=json", 0},
                {"weights", 'w', CLI_FLAG, NULL,
                 "the elements of the weights too (the table: the first ones)", 0},
                {"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .excludes = "json format=text format=onnx",
    .run = dump,
};
