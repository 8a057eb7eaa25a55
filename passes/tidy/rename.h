/* New names for the values of one graph, whatever names they have now: a name that another value
 * holds is freed first. */
#ifndef FNC_TIDY_RENAME_H
#define FNC_TIDY_RENAME_H

#include <finnc/graph.h>

typedef struct fnc_renamer {
    finnc_ctx *cx;
    finnc_graph *graph;
    size_t evicted; /* numbers the names that make room */
} fnc_renamer;

/* Makes `name` the name of `value`; does nothing if it is that already. Whoever held the name gets
 * another free one. O(1), so that giving all values their names is linear. */
FINNC_MUST_USE finnc_status fnc_rename(fnc_renamer *renamer, finnc_value *value, const char *name);

#endif
