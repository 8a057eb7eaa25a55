/* finnc channels-last: ConvertToChannelsLastAndClean on a model. */
#include "cli.h"

static finnc_status read_pipeline(cli *c, finnc_pipeline **pipeline)
{
    return finnc_pipeline_parse(c->cx,
                                cli_has(c, "make-input-channels-last")
                                    ? "ConvertToChannelsLastAndClean{make_input_channels_last=true}"
                                    : "ConvertToChannelsLastAndClean",
                                pipeline);
}

static finnc_status channels_last(cli *c)
{
    finnc_pipeline *pipeline;
    if (!cli_has(c, "output"))
        return cli_wrong(c, "say where the result goes with -o");
    FINNC_TRY(read_pipeline(c, &pipeline));
    const finnc_status status = cli_model_apply(c, pipeline);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_channels_last = {
    .name = "channels-last",
    .group = CLI_CHANGE,
    .summary = "make a network work on channels-last data, as cameras and hardware have them",
    .about =
        "Convolutions, pools and normalisations become those of the domain "
        "qonnx.custom_op.channels_last, weights are turned, and the Transposes in between cancel "
        "out. One is left where channels-first data come in, and wherever a node stays that wants "
        "them. The model should have been tidied up before.\n\n"
        "The same as 'finnc transform --passes ConvertToChannelsLastAndClean', whose --remarks "
        "tell more.",
    .examples =
        "finnc channels-last net.onnx -o last.onnx # as qonnx-to-channels-last\n"
        "finnc channels-last net.onnx -o last.onnx --make-input-channels-last # its input too\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "the new model; FILE.onnxtxt: as text",
                 CLI_WRITES | CLI_REPLACES},
                {"make-input-channels-last", 0, CLI_FLAG, NULL,
                 "the network's first input takes its channels as the last axis", 0}},
    .run = channels_last,
};
