/* Which die each layer goes to, and which layers make a partition: on one die, in one piece,
 * without a port to a processor in between; every IODMA by itself. */
#include "hw.h"

#include <base/buf.h>

#include <finnc/config.h>

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static const char *const placement[] = {"slr", "partition_id", "device_id", "mem_port", NULL};

typedef struct planning {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    int64_t nparts;
} planning;

/* ---- dies ---- */

static finnc_status apply_floorplan(planning *p)
{
    const char *said = finnc_pass_json(p->run, "floorplan");
    fnc_buf text;
    if (!strcmp(said, "null"))
        return FINNC_OK;
    fnc_buf_init(&text, p->cx);
    fnc_buf_printf(&text, "ApplyConfig{config=%s}", said);
    finnc_status status = fnc_buf_check(&text);
    if (status == FINNC_OK)
        status = finnc_pass_call(p->run, fnc_buf_text(&text));
    fnc_buf_clear(&text);
    return status;
}

/* {"Defaults": {"slr": [0, ...]}}; a file's are read by nobody, as upstream. */
static int64_t default_slr(const planning *p)
{
    json_t *said = json_loads(finnc_pass_json(p->run, "floorplan"), JSON_DECODE_ANY, NULL);
    const json_t *slr =
        json_array_get(json_object_get(json_object_get(said, "Defaults"), "slr"), 0);
    const int64_t x = json_is_integer(slr) ? (int64_t)json_integer_value(slr) : -1;
    json_decref(said);
    return x;
}

static const finnc_node *neighbour(const finnc_node *node, bool is_behind)
{
    const finnc_value *x = is_behind ? finnc_node_output(node, 0) : finnc_node_input(node, 0);
    if (!x)
        return NULL;
    return is_behind ? finnc_value_first_user(x) : finnc_value_producer(x);
}

/* Few wires cross between dies: a width converter stays with its narrow side, a FIFO with its
 * producer. `is_behind` says where that is. */
static bool has_companion(const finnc_node *node, bool *is_behind)
{
    const bool is_converter = fnc_hw_is(node, "StreamingDataWidthConverter");
    *is_behind =
        is_converter && finnc_node_int(node, "inWidth", 0) > finnc_node_int(node, "outWidth", 0);
    return (is_converter || fnc_hw_is(node, "StreamingFIFO")) && neighbour(node, *is_behind);
}

static int64_t slr_of(const finnc_node *node)
{
    return node ? finnc_node_int(node, "slr", -1) : -1;
}

/* What stands behind may be a FIFO that waits for this one: then it is what stands before. */
static int64_t slr_beside(const finnc_node *node, bool is_behind, int64_t fallback)
{
    const int64_t slr = slr_of(neighbour(node, is_behind));
    const int64_t other = slr == -1 ? slr_of(neighbour(node, !is_behind)) : slr;
    return other == -1 ? fallback : other;
}

/* Those that go by themselves, or in order those that go with a neighbour. */
static finnc_status choose_dies_of(planning *p, bool with_neighbours, int64_t fallback,
                                   size_t *unassigned)
{
    bool is_behind;
    finnc_foreach_node (node, p->graph) {
        if (slr_of(node) != -1 || has_companion(node, &is_behind) != with_neighbours)
            continue;
        ++*unassigned;
        FINNC_TRY(
            finnc_node_set_int(p->cx, node, "slr",
                               with_neighbours ? slr_beside(node, is_behind, fallback) : fallback));
    }
    return FINNC_OK;
}

static finnc_status choose_dies(planning *p)
{
    const int64_t fallback = default_slr(p);
    size_t unassigned = 0;
    FINNC_TRY(choose_dies_of(p, false, fallback, &unassigned));
    FINNC_TRY(choose_dies_of(p, true, fallback, &unassigned));
    if (unassigned > 0)
        finnc_pass_missed(p->run, finnc_graph_first_node(p->graph),
                          "%zu layers have no entry in a floorplan: SLR %" PRId64
                          ", converters and FIFOs as their neighbours",
                          unassigned, fallback);
    return FINNC_OK;
}

/* ---- partitions ---- */

static finnc_status begin_partition(planning *p, finnc_node *node)
{
    return finnc_node_set_int(p->cx, node, "partition_id", p->nparts++);
}

static bool is_dma(const finnc_node *node)
{
    return fnc_hw_is(node, "IODMA");
}

/* External weights come from memory: they do not tell where a layer belongs. */
static size_t ninputs_that_count(const finnc_node *node)
{
    const bool streams_weights =
        fnc_hw_is(node, "MVAU") && !strcmp(finnc_node_string(node, "mem_mode", ""), "external");
    return streams_weights ? 1 : finnc_node_ninputs(node);
}

/* With the last of those before it that it may join. */
static finnc_status join_partition(planning *p, finnc_node *node)
{
    const int64_t slr = finnc_node_int(node, "slr", -1);
    const finnc_node *first = neighbour(node, false);
    if (!first || is_dma(first))
        return begin_partition(p, node);
    for (size_t i = 0; i < ninputs_that_count(node); i++) {
        const finnc_value *x = finnc_node_input(node, i);
        const finnc_node *before = x ? finnc_value_producer(x) : NULL;
        if (!before)
            continue;
        if (finnc_node_int(before, "slr", -1) == slr && !finnc_layer_has_port(before))
            FINNC_TRY(finnc_node_set_int(p->cx, node, "partition_id",
                                         finnc_node_int(before, "partition_id", 0)));
        else
            FINNC_TRY(begin_partition(p, node));
    }
    return FINNC_OK;
}

static finnc_status choose_partitions(planning *p)
{
    finnc_foreach_node (node, p->graph)
        if (is_dma(node))
            FINNC_TRY(begin_partition(p, node));
    finnc_foreach_node (node, p->graph)
        if (!is_dma(node))
            FINNC_TRY(join_partition(p, node));
    finnc_pass_applied(p->run, finnc_graph_first_node(p->graph), "%" PRId64 " partitions",
                       p->nparts);
    return FINNC_OK;
}

/* ---- the file ---- */

static finnc_status append(void *user, finnc_ctx *cx, const char *text, size_t length)
{
    (void)cx;
    fnc_buf_add(user, text, length);
    return fnc_buf_check(user);
}

static finnc_status write_floorplan(planning *p)
{
    const char *path = finnc_pass_string(p->run, "floorplan_json");
    fnc_buf text;
    if (!path)
        return FINNC_OK;
    fnc_buf_init(&text, p->cx);
    finnc_status status = finnc_config_write(p->cx, p->graph, placement, append, &text);
    if (status == FINNC_OK)
        status = finnc_file_write(p->cx, path, fnc_buf_text(&text), text.length);
    fnc_buf_clear(&text);
    return status == FINNC_OK ? finnc_model_set_metadata(p->cx, finnc_graph_model(p->graph),
                                                         "floorplan_json", path)
                              : status;
}

static finnc_status plan(finnc_pass_run *run, finnc_graph *graph)
{
    planning p = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    if (finnc_graph_nnodes(graph) == 0)
        return FINNC_OK;
    FINNC_TRY(fnc_hw_need_dataflow(p.cx, graph, "Floorplan"));
    FINNC_TRY(finnc_graph_sort(p.cx, graph)); /* a layer joins the partition of one before it */
    FINNC_TRY(apply_floorplan(&p));
    FINNC_TRY(choose_dies(&p));
    FINNC_TRY(choose_partitions(&p));
    return write_floorplan(&p);
}

const finnc_pass fnc_pass_floorplan = {
    .name = "Floorplan",
    .summary = "places layers on dies and sorts them into partitions",
    .upstream = "finn.transformation.fpgadataflow.floorplan",
    .notes = "A floorplan says by layer on which SLR it is (slr), perhaps device_id and mem_port: "
             "a file or an object, as ApplyConfig takes it. Layers that it does not name go to "
             "the SLR of its Defaults, width converters to that of their narrow side and FIFOs to "
             "their producer's. Every IODMA is a partition of its own; what follows a layer on the "
             "same SLR joins its partition, unless that layer has a port to a processor.\n\n"
             "The result is written to floorplan_json if that is given; upstream writes into a "
             "folder of its own, or over the file that it was given. Upstream means to set apart "
             "marks of variable length, too, but never does.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"floorplan", FINNC_PARAM_JSON, "null", "a file's name, or what would be in it"},
               {"floorplan_json", FINNC_PARAM_STRING, "null", "write the result there"}},
    .run = plan,
};
