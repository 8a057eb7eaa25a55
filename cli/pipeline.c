/* --passes and --pipeline: what a command runs. */
#include "cli.h"

#include <stdlib.h>

/* Several --passes are one pipeline, in the order given. */
static finnc_status joined_passes(cli *c, finnc_pipeline **pipeline)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return finnc_no_memory(c->cx);
    const char *passes;
    for (size_t i = 0; (passes = cli_nth(c, "passes", i)); i++)
        fprintf(stream, "%s%s", i ? "," : "", passes);
    finnc_status status =
        fclose(stream) ? finnc_no_memory(c->cx) : finnc_pipeline_parse(c->cx, text, pipeline);
    free(text);
    return status;
}

finnc_status cli_pipeline_read(cli *c, finnc_pipeline **pipeline)
{
    const char *file = cli_text(c, "pipeline", NULL);
    bool has_passes = cli_has(c, "passes");
    if (file && has_passes)
        return cli_wrong(c, "--passes and --pipeline exclude each other");
    if (!file && !has_passes)
        return cli_wrong(c, "say what to do with --passes or --pipeline");
    finnc_status status =
        file ? finnc_pipeline_read(c->cx, file, pipeline) : joined_passes(c, pipeline);
    if (status == FINNC_NOT_FOUND && has_passes)
        cli_hint(c, "'finnc passes' lists them");
    return status;
}
