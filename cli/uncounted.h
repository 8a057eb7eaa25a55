/* What a table of a model's nodes leaves out: the nodes of partitions, which are models of their
 * own. */
#ifndef CLI_UNCOUNTED_H
#define CLI_UNCOUNTED_H

#include "cli.h"

/* Notes the partitions of a model, each with the command that counts it. */
void cli_uncounted_note(cli *c, const finnc_model *model);

#endif
