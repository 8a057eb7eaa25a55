/* finnc prune: PruneChannels on a model, what is to go in a file. */
#include "pipeline.h"

#include <stdlib.h>

/* The file's text as a JSON string: the pass takes it as it is, JSON or what upstream's tool reads.
 */
static finnc_status read_spec(cli *c, const char *path, json_t **spec)
{
    char *text = NULL;
    size_t capacity = 0;
    FILE *file = fopen(path, "rb");
    const ssize_t length = file ? getdelim(&text, &capacity, '\0', file) : -1;
    const bool is_bad = !file || ferror(file);
    if (file)
        fclose(file);
    *spec = is_bad || length < 0 ? NULL : json_stringn(text, (size_t)length);
    free(text);
    if (*spec)
        return FINNC_OK;
    return finnc_fail(c->cx, FINNC_BAD_FILE, "%s: %s", path,
                      is_bad ? "cannot be read" : "has no text");
}

static finnc_status add_pass(cli *c, finnc_pipeline *pipeline)
{
    json_t *spec;
    FINNC_TRY(read_spec(c, cli_text(c, "spec", ""), &spec));
    return cli_pipeline_add(c, pipeline, "PruneChannels", json_pack("{s:o}", "prune_spec", spec));
}

static finnc_status prune(cli *c)
{
    finnc_pipeline *pipeline;
    if (!cli_has(c, "spec") || !cli_has(c, "output"))
        return cli_wrong(c, "say what is to go with --spec, and where the result goes with -o");
    FINNC_TRY(finnc_pipeline_parse(c->cx, "", &pipeline));
    finnc_status status = add_pass(c, pipeline);
    if (status == FINNC_OK)
        status = cli_model_apply(c, pipeline);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_prune = {
    .name = "prune",
    .group = CLI_CHANGE,
    .summary = "take channels out of a model, and all that serves only them",
    .about =
        "FILE says which: {tensor: {axis: channels}}, as JSON ({\"Mul_0_out0\": {\"1\": [0, 3]}}) "
        "or as QONNX's tool reads it ({'Mul_0_out0': {1: {0, 3}}}). The channels are taken for "
        "zero: filters that make them go, columns of weights that read them, parameters. Where "
        "what goes and what stays would not fit together nothing is written, and the message "
        "names the node.\n\n"
        "The same as 'finnc transform --passes PruneChannels{...}', whose --remarks tell more.",
    .examples =
        "finnc prune net.onnx -o small.onnx --spec channels.json # as qonnx-prune-channels\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"spec", 's', CLI_FILE, "FILE", "the channels that are to go", 0},
                {"output", 'o', CLI_FILE, "FILE", "the pruned model; FILE.onnxtxt: as text",
                 CLI_WRITES | CLI_REPLACES}},
    .run = prune,
};
