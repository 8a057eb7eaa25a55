/* Answers as JSON: docs/json.md says which command gives which. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "cli.h"

#include <jansson.h>

/* Grows when a key changes its meaning or goes. */
enum { CLI_JSON_SCHEMA = 1 };

/* From here on what is printed is whole: an answer that memory was missing for is "no memory". */
void cli_json_watch(void);
/* A text from outside (a name, a label, a path): JSON is UTF-8, and bytes that are none become
 * U+FFFD. NULL: no memory, or no text. */
json_t *cli_json_text(const char *text);
/* The same for a key, `value` being taken over: an entry that is there already and differs stays,
 * and the new one has a number behind its name. */
void cli_json_set(json_t *object, const char *key, json_t *value);
/* Prints `body` behind the head that all answers of finnc's own have, {"finnc": {"kind": `kind`,
 * ...}}, and takes it over; NULL is "no memory". */
FINNC_MUST_USE finnc_status cli_json_answer(cli *c, const char *kind, json_t *body, FILE *to);
/* The same for a body that is a list: it becomes the entry `kind`. */
FINNC_MUST_USE finnc_status cli_json_answer_list(cli *c, const char *kind, json_t *list, FILE *to);
/* The beginning of an answer whose other entries, ",\n\"key\": ..." and the last brace, the caller
 * writes. */
void cli_json_open(const char *kind, FILE *to);
/* Prints JSON without a head into a file, or into a text to be freed, which is NULL on failure;
 * takes it over; NULL is "no memory". */
FINNC_MUST_USE finnc_status cli_json_write(cli *c, json_t *json, const char *path);
FINNC_MUST_USE finnc_status cli_json_collect(cli *c, json_t *json, char **text);

#endif
