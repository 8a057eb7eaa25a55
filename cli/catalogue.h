/* The catalogues of passes and ops, printed for people, for programs and as pages of docs/. */
#ifndef CLI_CATALOGUE_H
#define CLI_CATALOGUE_H

#include "cli.h"

/* A string without line breaks for a cell of a Markdown table: '|' escaped. */
void cli_markdown_cell(FILE *to, const char *text);
/* A paragraph as Markdown: '<' and '*' stand for themselves. */
void cli_markdown_text(FILE *to, const char *text);
/* The anchor that Markdown readers make of a heading: lower case, blanks to dashes. */
void cli_markdown_anchor(FILE *to, const char *heading);

const char *cli_param_kind_name(finnc_param_kind kind);

#endif
