/* Models of partitions that are in memory: the model around them owns them. */
#ifndef FNC_PARTITIONS_H
#define FNC_PARTITIONS_H

#include "ir.h"

typedef struct fnc_partition_model {
    const char *name;   /* attribute `model` of the nodes that stand for it */
    finnc_model *model; /* NULL: a name that nothing was put under yet */
    const char *source; /* the file that it was read from; NULL: it was made */
    uint64_t edits;     /* when it was read */
    UT_hash_handle hh;
} fnc_partition_model;

/* What a node's attribute `model` names, or NULL: it is in a file, if anywhere. */
fnc_partition_model *fnc_partition_find(const finnc_node *node);
/* Does its file, if it has one, say something else? */
bool fnc_partition_is_edited(const fnc_partition_model *partition);
/* Makes `name` the node's attribute `model`, and takes `part` over under it, in place of another
 * one; neither if this fails. `source`: the file that it was read from, or NULL. */
FINNC_MUST_USE finnc_status fnc_partition_put(finnc_ctx *cx, finnc_node *node, const char *name,
                                              finnc_model *part, const char *source);
/* `node`, in another model, gets a copy of what `from` stands for, unless it has one. */
FINNC_MUST_USE finnc_status fnc_partition_copy(finnc_ctx *cx, const finnc_node *from,
                                               finnc_node *node);
/* Edits of all of them together. */
uint64_t fnc_partitions_edits(const finnc_model *model);
void fnc_partitions_destroy(finnc_model *model);

#endif
