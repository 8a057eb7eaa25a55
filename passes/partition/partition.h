/* Parts of a graph that become models in files of their own, each with a GenericPartition in its
 * place. */
#ifndef FNC_PARTITION_PARTITION_H
#define FNC_PARTITION_PARTITION_H

#include "assign.h"

#include <base/buf.h>

/* How a pass partitions. */
typedef struct fnc_partition_kind {
    /* Says which node belongs where: fnc_parts_by_index ... */
    finnc_status (*assign)(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch,
                           fnc_parts *parts);
    const char *folder_param; /* the parameter that tells where the models go */
    /* Completes the node that stands for `nodes`, which are out of the graph by now but readable;
     * `position` counts partitions in the order of the graph. NULL: nothing to do. */
    finnc_status (*finish)(finnc_ctx *cx, finnc_node *partition, finnc_node *const *nodes,
                           size_t count, int64_t position);
    /* Says of nodes that lie between those of one partition why they are in none: adds "; node:
     * why" for each. `between` is a model of these nodes alone. NULL: nothing is said. */
    finnc_status (*explain)(finnc_pass_run *run, finnc_model *between, fnc_buf *words);
} fnc_partition_kind;

/* Does what `kind` says. */
FINNC_MUST_USE finnc_status fnc_partition(finnc_pass_run *run, finnc_graph *graph,
                                          const fnc_partition_kind *kind);

#define FNC_PARTITION_NOTES                                                                                                                 \
    "Partition ID is written with the model, to partition_dir/partition_ID.onnx, with the names "                                           \
    "that its tensors have here; partition_dir is relative to the folder that the model is "                                                \
    "written to, and made if it is missing (upstream: a temporary one, if it is null). A node GenericPartition_ID of that model takes the " \
    "place of its nodes. Constants move in with the nodes that use them. A path that leaves a "                                             \
    "partition and comes back to it is an error, and so is a node in two of them; id -1 stands "                                            \
    "for no partition."

#endif
