/* Models of partitions that an analysis looks into. */
#ifndef FNC_INSIDE_H
#define FNC_INSIDE_H

#include <finnc/model.h>

#include <base/arena.h>

/* They stay as long as what is told of them. */
typedef struct fnc_inside {
    finnc_model **models; /* in the analysis' arena */
    size_t count, room;
} fnc_inside;

/* A copy of the model of the partition `node`, which has `depth` partitions around it; `path` as in
 * finnc_node_open_partition. Fails as that does, and as fnc_check_nesting. */
FINNC_MUST_USE finnc_status fnc_inside_open(finnc_ctx *cx, fnc_arena *arena, fnc_inside *inside,
                                            int depth, const finnc_node *node, char *path,
                                            size_t size, finnc_model **model);
void fnc_inside_end(fnc_inside *inside);

#endif
