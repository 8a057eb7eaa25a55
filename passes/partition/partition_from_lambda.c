/* Partitions of nodes that a filter accepts. */
#include "pass.h"

#include "../support/node_filter.h"
#include "partition.h"

static finnc_status partition(finnc_pass_run *run, finnc_graph *graph)
{
    return fnc_partition(
        run, graph,
        &(fnc_partition_kind){.assign = fnc_parts_by_filter, .folder_param = "partition_dir"});
}

const finnc_pass fnc_pass_partition_from_lambda = {
    .name = "PartitionFromLambda",
    .summary = "moves nodes, told by filters, into models of their own",
    .upstream = "qonnx.transformation.create_generic_partitions",
    .notes = "Upstream takes a function from nodes to ids; here every id has a "
             "filter. " FNC_NODE_FILTER_NOTES "\n\n" FNC_PARTITION_NOTES,
    .params = {{"partitioning", FINNC_PARAM_JSON, "{}", "{id: filter of nodes}"},
               {"partition_dir", FINNC_PARAM_STRING, "null", "where the models go"}},
    .run = partition,
};
