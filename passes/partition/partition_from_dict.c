/* Partitions of nodes that are named by their places. */
#include "pass.h"

#include "partition.h"

static finnc_status partition(finnc_pass_run *run, finnc_graph *graph)
{
    return fnc_partition(
        run, graph,
        &(fnc_partition_kind){.assign = fnc_parts_by_index, .folder_param = "partition_dir"});
}

const finnc_pass fnc_pass_partition_from_dict = {
    .name = "PartitionFromDict",
    .summary = "moves nodes, told by their places, into models of their own",
    .upstream = "qonnx.transformation.create_generic_partitions",
    .notes = "Indices are places in the list of nodes, from 0; one that names no node is an error, "
             "which upstream ignores.\n\n" FNC_PARTITION_NOTES,
    .params = {{"partitioning", FINNC_PARAM_JSON, "{}", "{id: [index, ...]}"},
               {"partition_dir", FINNC_PARAM_STRING, "null", "where the models go"}},
    .run = partition,
};
