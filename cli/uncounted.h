/* What a table of a model's nodes leaves out: the nodes of partitions, which are models of their
 * own. */
#ifndef CLI_UNCOUNTED_H
#define CLI_UNCOUNTED_H

#include "cli.h"

/* Notes the partitions of a model, that each `is_left` ("is not counted"), with the command that
 * tells of it. */
void cli_uncounted_note(cli *c, const finnc_model *model, const char *is_left, const char *command);

#endif
