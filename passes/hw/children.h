/* The models of dataflow partitions, changed together with their parent: each is opened once,
 * and all are written at the end, so that a failure before leaves every file as it was. */
#ifndef FNC_HW_CHILDREN_H
#define FNC_HW_CHILDREN_H

#include <base/arena.h>

#include <finnc/model.h>

typedef struct fnc_child {
    finnc_model *model;
    const char *path;
    uint64_t edits; /* when it was read */
    bool is_entered;
    struct fnc_child *next;
} fnc_child;

typedef struct fnc_children {
    finnc_ctx *cx;
    fnc_arena arena;
    fnc_child *first;
    int depth;
} fnc_children;

/* Is it a StreamingDataflowPartition? (Not a GenericPartition, which may hold anything.) */
bool fnc_children_has(const finnc_node *node);

void fnc_children_init(fnc_children *children, finnc_ctx *cx);
/* The model of partition `node`, until fnc_children_leave. BAD_VALUE if it lies in itself. */
FINNC_MUST_USE finnc_status fnc_children_enter(fnc_children *children, const finnc_node *node,
                                               fnc_child **child);
void fnc_children_leave(fnc_children *children, fnc_child *child);
/* Replaces the files of those that were edited. */
FINNC_MUST_USE finnc_status fnc_children_write(fnc_children *children);
void fnc_children_clear(fnc_children *children);

#endif
