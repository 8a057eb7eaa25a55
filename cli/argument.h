/* Arguments by kind: what they say, and what is wrong with them. */
#ifndef CLI_ARGUMENT_H
#define CLI_ARGUMENT_H

#include "cli.h"

/* False: the text is none, or too large. */
bool cli_read_count(const char *text, uint64_t *count);
bool cli_read_integer(const char *text, int *integer);
bool cli_read_size(const char *text, uint64_t *size); /* "2G" */
bool cli_read_number(const char *text, double *number);
bool cli_read_limit(finnc_limits *limits, const char *text); /* "nodes=5" */

/* The limit that "nodes=5" is about; NULL: there is none. */
const finnc_limit_info *cli_limit_of(const char *text);

/* What is wrong with an argument ("is not a number"), or NULL. Of a CLI_CHOICE, `words` has the
 * words. */
const char *cli_complaint(cli_kind kind, const char *words, const char *text);

#endif
