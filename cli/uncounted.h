/* What a table of a model's nodes does not count: the nodes of partitions, which are models of
 * their own. */
#ifndef CLI_UNCOUNTED_H
#define CLI_UNCOUNTED_H

#include "cli.h"

/* Notes the partitions of a model, with the command that counts each. */
void cli_uncounted_note(cli *c, const finnc_model *model);

#endif
