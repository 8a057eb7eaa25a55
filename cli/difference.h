/* How two tensors, or two models, differ: for people and for programs. */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include "cli.h"

#include <jansson.h>

/* What --samples, --seed and --rtol say. */
finnc_status cli_comparison_read(cli *c, finnc_compare_options *options);
/* "global_out: 3 elements differ, the first at 7: 1 and 2; by at most 1", on standard output. */
void cli_difference_put(const finnc_difference *difference);
json_t *cli_difference_json(const finnc_difference *difference);
/* Where the models part, unless that is the output that differs. */
void cli_parting_put(const finnc_comparison *comparison);
/* The same as "parting" of an object. */
void cli_parting_json(const finnc_comparison *comparison, json_t *object);

#endif
