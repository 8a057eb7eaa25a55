/* Help made from the rows. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli.h"

/* Each prints and returns an exit status. */
int cli_help_all(FILE *to);
int cli_help_command(const cli_command *command, FILE *to);

/* Walks the examples of a row: "COMMAND LINE # what it does" split at " # ". */
bool cli_next_example(const char **at, const char **line, int *line_length, const char **what,
                      int *what_length);

#endif
