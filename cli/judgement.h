/* What an evaluation found, for people and for programs. */
#ifndef CLI_JUDGEMENT_H
#define CLI_JUDGEMENT_H

#include "cli.h"

typedef struct cli_judgement {
    cli *c;
    const finnc_dataset *dataset;
    const finnc_evaluation *evaluation;
    const finnc_eval_report *report;
} cli_judgement;

/* Prints it: text, or JSON with --json. */
FINNC_MUST_USE finnc_status cli_judgement_show(const cli_judgement *judgement, FILE *to);
/* Writes down which samples were put into the wrong class, a line each; into a folder with the
 * samples themselves. */
FINNC_MUST_USE finnc_status cli_wrong_write(const cli_judgement *judgement, const char *path);

/* The name of a class, or its number in `room`. */
enum { CLI_CLASS_MAX = 24 };
const char *cli_class(const finnc_dataset *dataset, int64_t class_number, char room[CLI_CLASS_MAX]);

#endif
