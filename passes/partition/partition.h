/* Parts of a graph that become models in files of their own, each with a GenericPartition in its
 * place. */
#ifndef FNC_PARTITION_PARTITION_H
#define FNC_PARTITION_PARTITION_H

#include <finnc/pass.h>

/* What an entry of a pass's parameter `partitioning`, {id: ...}, may be. */
enum {
    FNC_PARTITION_BY_INDEX = 1u << 0,  /* a list of places in the list of nodes */
    FNC_PARTITION_BY_FILTER = 1u << 1, /* node_filter.h */
};

/* Reads the parameters `partitioning` and `partition_dir`, and does what they say: nothing, and no
 * file is left, if it fails. */
FINNC_MUST_USE finnc_status fnc_partition(finnc_pass_run *run, finnc_graph *graph, unsigned kinds);

#define FNC_PARTITION_NOTES                                                                        \
    "Partition ID is written to partition_dir/partition_ID.onnx, with the names that its tensors " \
    "have here; partition_dir is made if it is missing, and is the folder of the model's file if " \
    "it is null (upstream: a temporary one). A node GenericPartition_ID of that model takes the "  \
    "place of its nodes. Constants move in with the nodes that use them. A path that leaves a "    \
    "partition and comes back to it is an error, and so is a node in two of them; id -1 stands "   \
    "for no partition. Files are complete or not there; a pass that fails leaves none."

#endif
