/* A model on its way through passes, kept as a file (--dump-dir). */
#ifndef CLI_STAGE_H
#define CLI_STAGE_H

#include "cli.h"

/* Writes FOLDER/NAME.onnx, and models of partitions below FOLDER/NAME, whatever path they have:
 * all stages name the same ones, which are other models each time. */
FINNC_MUST_USE finnc_status cli_stage_write(cli *c, const finnc_model *model, const char *folder,
                                            const char *name);

#endif
