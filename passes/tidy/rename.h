/* New names for the values of one graph, whatever names they have now: a name that another value
 * holds, in this graph or one inside of it, is freed first. */
#ifndef FNC_TIDY_RENAME_H
#define FNC_TIDY_RENAME_H

#include <base/arena.h>

#include <finnc/graph.h>

typedef struct fnc_renamer {
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena arena;
    finnc_graph **inside; /* all subgraphs of its nodes, theirs included */
    size_t ninside, room;
    size_t evicted; /* numbers the names that make room */
} fnc_renamer;

FINNC_MUST_USE finnc_status fnc_renamer_init(fnc_renamer *renamer, finnc_ctx *cx,
                                             finnc_graph *graph);
/* Also after a failing init. */
void fnc_renamer_clear(fnc_renamer *renamer);

/* Makes `name` the name of `value`; does nothing if it is that already. Whoever held the name gets
 * another free one. O(1) without subgraphs, so that giving all values their names is linear. */
FINNC_MUST_USE finnc_status fnc_rename(fnc_renamer *renamer, finnc_value *value, const char *name);
/* Is there a value of that name, here or inside? */
bool fnc_name_is_taken(const fnc_renamer *renamer, const char *name);

#endif
