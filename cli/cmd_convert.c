/* finnc convert: from one way to say "quantised" to another. */
#include "cli.h"

#include <string.h>

/* The words of --to, as upstream's output_style has them, and what they stand for. */
static const struct {
    const char *style, *passes;
} styles[] = {
    {"qcdq", "QuantToQCDQ"},
    {"quant", "FoldConstants{exclude_op_types=[\"Quant\", \"BipolarQuant\", \"QuantizeLinear\", "
              "\"DequantizeLinear\"]}, QCDQToQuant"}, /* whose parameters have to be constants */
    {"finn", "Cleanup, ConvertQONNXtoFINN"},
};

static const char *passes_of(const char *style)
{
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (!strcmp(styles[i].style, style))
            return styles[i].passes;
    return NULL;
}

static finnc_status convert(cli *c)
{
    finnc_pipeline *pipeline;
    const char *style = cli_text(c, "to", NULL);
    if (!style)
        return cli_wrong(c, "say what to convert to with --to: qcdq, quant or finn");
    FINNC_TRY(finnc_pipeline_parse(c->cx, passes_of(style), &pipeline));
    finnc_status status = cli_model_apply(c, pipeline);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_convert = {
    .name = "convert",
    .group = CLI_CHANGE,
    .summary = "convert quantisers: QONNX's Quant, ONNX's QuantizeLinear, FINN's thresholds",
    .about = "qcdq turns each Quant into QuantizeLinear, Clip and DequantizeLinear (QuantToQCDQ), "
             "which any ONNX runtime executes; quant goes the other way (QCDQToQuant). finn makes "
             "integer weights and MultiThresholds of them (Cleanup, ConvertQONNXtoFINN), where "
             "FINN's flow begins. What cannot be said in the other way stays.",
    .examples = "finnc convert net.onnx -o qcdq.onnx --to qcdq # for another runtime\n"
                "finnc convert net.onnx -o finn.onnx --to finn # for FINN\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "the converted model (standard output)",
                 CLI_WRITES | CLI_REPLACES},
                {"to", 0, CLI_CHOICE, "qcdq|quant|finn", "the kind of quantisers wanted", 0}},
    .run = convert,
};
