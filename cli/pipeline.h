/* Passes that a command runs by itself, on a model that it has read. */
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H

#include "cli.h"

#include <jansson.h>

/* "InferShapes,GiveUniqueNodeNames". */
FINNC_MUST_USE finnc_status cli_passes_run(cli *c, finnc_model *model, const char *passes);
/* Appends a pass with its arguments, which are taken over; NULL is "no memory". */
FINNC_MUST_USE finnc_status cli_pipeline_add(cli *c, finnc_pipeline *pipeline, const char *name,
                                             json_t *arguments);
/* ApplyConfig with a folding file: it knows what one may hold. An entry that is for no layer is
 * warned of. */
FINNC_MUST_USE finnc_status cli_folding_apply(cli *c, finnc_model *model, const char *path);

#endif
