/* Which nodes a pass is about, where upstream takes a function of Python:
 *
 *      filter  ::=  "OpType"                           of that type
 *               |   [filter, ...]                      one of these
 *               |   {"op_type": text or list,          all that is said
 *                    "domain": text or list,
 *                    "name": pattern or list,          with * and ? in it
 *                    "attribute": {key: value, ...},   has it with that value; null: has it not
 *                    "not": filter} */
#ifndef FNC_NODE_FILTER_H
#define FNC_NODE_FILTER_H

#include <finnc/graph.h>

#include <jansson.h>

/* What passes write of such a parameter. */
#define FNC_NODE_FILTER_NOTES                                                                      \
    "A filter is an op type, a list of filters of which one has to hold, or an object all of "     \
    "which has to hold: {\"op_type\": ..., \"domain\": ..., \"name\": ..., \"attribute\": {key: "  \
    "value}, \"not\": filter}; the first three are a text or a list of them, names with * and ? "  \
    "in them; an attribute that is null has to be absent."

/* BAD_VALUE, with words that name `param`, if it is none. */
FINNC_MUST_USE finnc_status fnc_node_filter_check(finnc_ctx *cx, const char *param,
                                                  const json_t *filter);
/* Reads and checks a pass's parameter; json_decref it. */
FINNC_MUST_USE finnc_status fnc_node_filter_read(finnc_ctx *cx, const char *param, const char *text,
                                                 json_t **filter);
bool fnc_node_filter_accepts(const json_t *filter, const finnc_node *node);
/* Does one of the patterns (a text, or a list of them) fit? */
bool fnc_pattern_fits(const json_t *patterns, const char *name);

#endif
