/* finnc dot: a model drawn by Graphviz. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

/* The format asked for, or the one that the file's name says, or DOT itself. */
static const char *format_of(const cli *c)
{
    static const char *const formats[] = {"svg", "png", "pdf"};
    const char *path = cli_text(c, "output", "-");
    const char *format = "dot";
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char suffix[8];
        snprintf(suffix, sizeof suffix, ".%s", formats[i]);
        if (cli_has_suffix(path, suffix))
            format = formats[i];
    }
    return cli_text(c, "format", format);
}

static finnc_status dot(cli *c)
{
    const char *format = format_of(c), *path = cli_text(c, "output", "-");
    bool is_text = !strcmp(format, "dot") || !strcmp(format, "svg");
    finnc_model *model;
    cli_output output;
    if (!is_text && !strcmp(path, "-") && isatty(STDOUT_FILENO))
        return cli_wrong(c, "a terminal cannot show a %s; say where it goes with -o", format);
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    finnc_status status = cli_output_open(c, path, &output);
    if (status == FINNC_OK)
        status = strcmp(format, "dot")
                     ? finnc_dot_render(c->cx, model, format, cli_write, output.stream)
                     : finnc_dot_write(c->cx, model, cli_write, output.stream);
    if (status == FINNC_UNSUPPORTED)
        cli_hint(c, "install Graphviz (apt install graphviz), or keep the text with -T dot");
    status = cli_output_close(c, &output, status);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_dot = {
    .name = "dot",
    .group = CLI_LOOK,
    .summary = "draw a model with Graphviz",
    .about = "Nodes are coloured by kind (standard, quantised, hardware), edges carry data type, "
             "shape and layout, subgraphs and partitions are clusters, with a partition's model "
             "drawn inside. Hardware layers say their PE and SIMD, their cycles and how much that "
             "is of the slowest layer's, which has a colour of its own; streams say their width "
             "and the depth of their FIFO. The picture's format follows from the "
             "file's name unless -T says it.",
    .examples = "finnc dot net.onnx -o net.svg # a drawing\n"
                "finnc dot net.onnx | dot -Tx11 # the text, for Graphviz' own programs\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES},
                {"format", 'T', CLI_CHOICE, "dot|svg|png|pdf", "Graphviz' text, or a picture of it",
                 0}},
    .run = dot,
};
