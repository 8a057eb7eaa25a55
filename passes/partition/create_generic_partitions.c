/* PartitionFromDict and PartitionFromLambda in one, by the name of their module. */
#include "pass.h"

#include "../support/node_filter.h"
#include "partition.h"

static finnc_status partition(finnc_pass_run *run, finnc_graph *graph)
{
    return fnc_partition(
        run, graph,
        &(fnc_partition_kind){.assign = fnc_parts_by_either, .folder_param = "partition_dir"});
}

const finnc_pass fnc_pass_create_generic_partitions = {
    .name = "CreateGenericPartitions",
    .summary = "moves nodes, told by places or filters, into models of their own",
    .upstream = "qonnx.transformation.create_generic_partitions",
    .notes = "An entry is a list of indices, as PartitionFromDict's, or a filter, as "
             "PartitionFromLambda's. " FNC_NODE_FILTER_NOTES "\n\n" FNC_PARTITION_NOTES,
    .params = {{"partitioning", FINNC_PARAM_JSON, NULL, "{id: [index, ...] or filter of nodes}"},
               {"partition_dir", FINNC_PARAM_STRING, "null", "where the models go"}},
    .run = partition,
};
