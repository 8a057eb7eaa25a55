/* How two tensors, or two models, differ: for people and for programs. */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include "cli.h"

#include <jansson.h>

/* Rewriting a sum moves all elements by as much as rounding its largest term does: tolerance is
 * relative to that. What a test case records is the element itself, so that 'finnc test' is. */
#define CLI_COMPARISON_OPTIONS                                                                     \
    {"samples",                                                                                    \
     'n',                                                                                          \
     CLI_SOME,                                                                                     \
     "N",                                                                                          \
     "without inputs: on N random ones (3), and some on the edges of quantisers",                  \
     0},                                                                                           \
        {"seed", 0, CLI_COUNT, "N", "drawn from the seed N (0)", 0},                               \
    {                                                                                              \
        "rtol", 0, CLI_NUMBER, "X",                                                                \
            "let floats differ by X times the largest magnitude in their tensor (1e-4), where "    \
            "'finnc test' takes each element's",                                                   \
            0                                                                                      \
    }
/* Reads them. */
finnc_status cli_comparison_read(cli *c, finnc_compare_options *options);
/* "global_out: 3 elements differ, the first at 7: 1 and 2; by at most 1", on standard output. */
void cli_difference_put(const finnc_difference *difference);
json_t *cli_difference_json(const finnc_difference *difference);
/* Where the models part, unless that is the output that differs. */
void cli_parting_put(const finnc_comparison *comparison);
/* The same as "parting" of an object. */
void cli_parting_json(const finnc_comparison *comparison, json_t *object);

#endif
