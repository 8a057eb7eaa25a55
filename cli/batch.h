/* A model that takes several samples at once. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli.h"

typedef struct cli_batch {
    const finnc_model *model;
    int64_t old;     /* the batch size of the model as it stands: 1 if it says none */
    bool is_dynamic; /* it takes any: nothing has to be changed */
    size_t group;    /* samples in a run, at most */
} cli_batch;

/* Reads --batch-size. */
FINNC_MUST_USE finnc_status cli_batch_init(cli_batch *batch, cli *c, const finnc_model *model);
/* The model for `count` samples at once: a clone that the caller ends, or NULL where the model can
 * stay as it is. BAD_VALUE names a node in which the old batch size is baked in. */
FINNC_MUST_USE finnc_status cli_batch_resize(const cli_batch *batch, cli *c, size_t count,
                                             finnc_model **resized);

#endif
