/* finnc cleanup: what every flow of qonnx begins with. */
#include "cli.h"

#include <string.h>

/* "1" and "(1,3,224,224)", as upstream has them, in JSON. */
static finnc_status size_json(cli *c, const char *text, char *json, size_t size)
{
    size_t n = strlen(text);
    bool is_list =
        n > 2 && (text[0] == '(' || text[0] == '[') && (text[n - 1] == ')' || text[n - 1] == ']');
    const char *from = is_list ? text + 1 : text;
    int length = (int)(is_list ? n - 2 : n);
    if (!n || n > size - 3 || strspn(from, "0123456789, ") < (size_t)length)
        return cli_wrong(c, "--override-inpsize is '%s', should be like 1 or (1,3,224,224)", text);
    while (length && (from[length - 1] == ',' || from[length - 1] == ' '))
        length--; /* "(1,)" is a list of one, to Python */
    snprintf(json, size, is_list ? "[%.*s]" : "%.*s", length, from);
    return FINNC_OK;
}

static finnc_status cleanup(cli *c)
{
    char size[256] = "null", passes[512];
    finnc_pipeline *pipeline;
    if (cli_has(c, "override-inpsize"))
        FINNC_TRY(size_json(c, cli_text(c, "override-inpsize", ""), size, sizeof size));
    snprintf(passes, sizeof passes,
             "Cleanup{preserve_qnt_ops=%s, override_inpsize=%s, extract_conv_bias=%s}",
             cli_has(c, "fold-quantisers") ? "false" : "true", size,
             cli_has(c, "extract-conv-bias") ? "true" : "false");
    FINNC_TRY(finnc_pipeline_parse(c->cx, passes, &pipeline));
    finnc_status status = cli_model_apply(c, pipeline);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_cleanup = {
    .name = "cleanup",
    .group = CLI_CHANGE,
    .summary = "infer shapes, fold constants and give readable names, as qonnx-cleanup does",
    .about = "Runs the pass Cleanup: what an exporter leaves behind goes, what can be known is "
             "written down, and nodes and tensors get names that people can read. Quantisers of "
             "weights stay unless --fold-quantisers.",
    .examples = "finnc cleanup exported.onnx -o clean.onnx # before anything else\n"
                "finnc cleanup exported.onnx -o clean.onnx --override-inpsize '(1,3,224,224)' # "
                "for pictures of that size\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "the clean model (standard output)",
                 CLI_WRITES | CLI_REPLACES},
                {"fold-quantisers", 0, CLI_FLAG, NULL,
                 "fold quantisers of weights, too: upstream's --preserve-qnt-ops=False", 0},
                {"override-inpsize", 0, CLI_TEXT, "SIZE",
                 "another batch size, or another shape for the first input: 1 or (1,3,224,224)", 0},
                {"extract-conv-bias", 0, CLI_FLAG, NULL,
                 "make the bias of a convolution an addition of its own", 0}},
    .run = cleanup,
};
