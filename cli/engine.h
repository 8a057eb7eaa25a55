/* What ran a model: told with --json, and in words to who asked for an engine. */
#ifndef CLI_ENGINE_H
#define CLI_ENGINE_H

#include "json.h"

typedef struct cli_ran {
    finnc_engine engine;  /* never AUTO */
    size_t nnodes, nfast; /* of the main graph; of these, in compiled programs */
} cli_ran;

cli_ran cli_ran_of(const finnc_session *session);
/* "reference", "fast", "auto". */
const char *cli_engine_name(finnc_engine engine);
/* Adds the keys engine, nodes and fast_nodes to an answer, or to a part of one; NULL is fine. */
void cli_ran_json(const cli_ran *ran, json_t *object);
/* "fast engine, 47 of 48 nodes are fast", if there is an --engine among the arguments. */
void cli_ran_put(const cli *c, const cli_ran *ran, FILE *to);
/* A note, where `asked` is the fast engine and nothing is fast: why not, by the first node that
 * says it. */
void cli_ran_note(const cli *c, finnc_engine asked, const finnc_session *session);

#endif
