/* What the fast engine makes of a model. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli.h"

/* A row for each node: which part of a program it is, or why it is none; --json is heard. */
FINNC_MUST_USE finnc_status cli_explain_plan(cli *c, const finnc_model *model, FILE *to);

#endif
