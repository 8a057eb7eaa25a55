/* What changed between two texts, line by line. */
#ifndef CLI_TEXT_DIFF_H
#define CLI_TEXT_DIFF_H

#include "cli.h"

/* Writes lines of `a` that went as "- ..." and those of `b` that came as "+ ...", with a line of
 * each side around. Texts that differ in more than some thousands of lines are shown as all gone
 * and all new. NO_MEMORY. */
FINNC_MUST_USE finnc_status cli_text_diff(cli *c, const char *a, const char *b, FILE *to);

#endif
