/* Puts a Quant on chosen inputs and outputs of chosen nodes. One that is there already stays alone,
 * so a second run changes nothing but names. */
#include "pass.h"

#include <base/arena.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* ---- numbers in JSON ---- */

enum { MOST_AXES = 8 };

static bool is_number(const json_t *x)
{
    return json_is_number(x) || json_is_boolean(x);
}

static double number_of(const json_t *x)
{
    return json_is_boolean(x) ? json_is_true(x) : json_number_value(x);
}

/* A number, or lists of lists of them, into `tensor` from element *i on. */
static bool fill(const json_t *x, int axis, int rank, const int64_t *dims, finnc_tensor *tensor,
                 int64_t *i)
{
    if (axis == rank) {
        finnc_tensor_set(tensor, (*i)++, number_of(x));
        return is_number(x);
    }
    if (!json_is_array(x) || (int64_t)json_array_size(x) != dims[axis])
        return false;
    for (size_t k = 0; k < json_array_size(x); k++)
        if (!fill(json_array_get(x, k), axis + 1, rank, dims, tensor, i))
            return false;
    return true;
}

static finnc_status read_tensor(finnc_ctx *cx, const json_t *x, finnc_tensor **tensor)
{
    int64_t dims[MOST_AXES], i = 0;
    int rank = 0;
    for (const json_t *inner = x; json_is_array(inner) && rank < MOST_AXES;
         inner = json_array_get(inner, 0))
        dims[rank++] = (int64_t)json_array_size(inner);
    FINNC_TRY(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, rank, dims, tensor));
    if (fill(x, 0, rank, dims, *tensor, &i))
        return FINNC_OK;
    finnc_tensor_release(*tensor);
    *tensor = NULL;
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "scale, zero point and bit width are numbers, or arrays of them");
}

/* ---- one Quant ---- */

typedef struct place {
    finnc_node *node;
    bool is_output;
    size_t index;
} place;

typedef struct quantising {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch;
    place *done;
    size_t ndone, room;
} quantising;

static bool is_quant(const finnc_node *node)
{
    return node && (finnc_node_is(node, "Quant") || finnc_node_is(node, "IntQuant"));
}

static bool feeds_quant(finnc_value *value)
{
    finnc_foreach_use (use, value)
        if (is_quant(finnc_use_node(use)) && finnc_use_index(use) == 0)
            return true;
    return false;
}

/* Makes `out` the quantised `in`. */
static finnc_status insert_quant(quantising *g, const json_t *params, finnc_value *in,
                                 finnc_value *out, finnc_node *before)
{
    static const char *const hints[] = {NULL, "scale", "zeropt", "bitwidth"};
    finnc_value *inputs[4] = {in};
    for (size_t i = 1; i < 4; i++) {
        finnc_tensor *tensor;
        FINNC_TRY(read_tensor(g->cx, json_array_get(params, i - 1), &tensor));
        const finnc_status status =
            finnc_graph_insert_constant(g->cx, g->graph, hints[i], tensor, &inputs[i]);
        finnc_tensor_release(tensor);
        FINNC_TRY(status);
    }
    char name[256];
    snprintf(name, sizeof name, "Quant_%s", finnc_value_name(in));
    finnc_node *quant;
    const finnc_node_spec spec = {.op_type = "Quant",
                                  .domain = "qonnx.custom_op.general",
                                  .name = name,
                                  .inputs = inputs,
                                  .ninputs = 4,
                                  .outputs = &out,
                                  .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(g->cx, g->graph, &spec, before, &quant));
    const int narrow = number_of(json_array_get(params, 3)) != 0;
    const int is_signed = number_of(json_array_get(params, 4)) != 0;
    FINNC_TRY(finnc_node_set_int(g->cx, quant, "narrow", narrow));
    FINNC_TRY(finnc_node_set_int(g->cx, quant, "signed", is_signed));
    FINNC_TRY(finnc_node_set_string(g->cx, quant, "rounding_mode",
                                    json_string_value(json_array_get(params, 5))));
    finnc_pass_applied(g->run, quant, "quantises %s", finnc_value_name(in));
    return FINNC_OK;
}

static finnc_status quantise_input(quantising *g, const place *p, const json_t *params)
{
    finnc_value *in = finnc_node_input(p->node, p->index);
    finnc_value *quantised;
    if (!in || is_quant(finnc_value_producer(in))) {
        finnc_pass_missed(g->run, p->node, "input %zu is %s", p->index,
                          in ? "quantised already" : "not there");
        return FINNC_OK;
    }
    FINNC_TRY(finnc_graph_insert_value(g->cx, g->graph, NULL, &quantised));
    FINNC_TRY(insert_quant(g, params, in, quantised, p->node));
    return finnc_node_set_input(g->cx, p->node, p->index, quantised);
}

/* All users see the quantised value, which keeps its name. */
static finnc_status quantise_output(quantising *g, const place *p, const json_t *params)
{
    finnc_value *out = finnc_node_output(p->node, p->index);
    finnc_value *exact;
    if (!out || feeds_quant(out)) {
        finnc_pass_missed(g->run, p->node, "output %zu is %s", p->index,
                          out ? "quantised already" : "not there");
        return FINNC_OK;
    }
    FINNC_TRY(finnc_graph_insert_value(g->cx, g->graph, finnc_value_name(out), &exact));
    FINNC_TRY(finnc_node_set_output(g->cx, p->node, p->index, exact));
    return insert_quant(g, params, exact, out, finnc_node_next(p->node));
}

/* ---- the map ---- */

static bool is_done(const quantising *g, const place *p)
{
    for (size_t i = 0; i < g->ndone; i++)
        if (g->done[i].node == p->node && g->done[i].is_output == p->is_output &&
            g->done[i].index == p->index)
            return true;
    return false;
}

static finnc_status remember(quantising *g, const place *p)
{
    if (g->ndone == g->room) {
        const size_t room = 2 * g->room + 16;
        place *more = FNC_NEW_ARRAY(&g->scratch, place, room);
        if (!more)
            return finnc_no_memory(g->cx);
        if (g->ndone > 0)
            memcpy(more, g->done, g->ndone * sizeof *more);
        g->done = more;
        g->room = room;
    }
    g->done[g->ndone++] = *p;
    return FINNC_OK;
}

/* [["input"|"output", index], [scale, zero point, bit width, narrow, signed, rounding mode]] */
static finnc_status quantise_place(quantising *g, finnc_node *node, const json_t *entry)
{
    const json_t *where = json_array_get(entry, 0);
    const json_t *params = json_array_get(entry, 1);
    const char *side = json_string_value(json_array_get(where, 0));
    const json_t *index = json_array_get(where, 1);
    if (!side || (strcmp(side, "input") != 0 && strcmp(side, "output") != 0) ||
        !json_is_integer(index) || json_integer_value(index) < 0 || json_array_size(params) != 6 ||
        !is_number(json_array_get(params, 3)) || !is_number(json_array_get(params, 4)) ||
        !json_is_string(json_array_get(params, 5)))
        return finnc_fail(g->cx, FINNC_BAD_VALUE,
                          "a place is [[\"input\" or \"output\", index], [scale, zero point, bit "
                          "width, narrow, signed, rounding mode]]");
    const place p = {node, strcmp(side, "output") == 0, (size_t)json_integer_value(index)};
    if (is_done(g, &p)) {
        finnc_pass_missed(g->run, node, "%s %zu was named before", side, p.index);
        return FINNC_OK;
    }
    FINNC_TRY(remember(g, &p));
    return p.is_output ? quantise_output(g, &p, params) : quantise_input(g, &p, params);
}

static finnc_status quantise_node(quantising *g, finnc_node *node, const json_t *entries)
{
    size_t i;
    json_t *entry;
    FNC_AT_NODE(g->cx, node);
    if (!json_is_array(entries))
        return finnc_fail(g->cx, FINNC_BAD_VALUE, "its places are no list");
    json_array_foreach(entries, i, entry)
    {
        if (!finnc_pass_may_rewrite(g->run))
            break;
        FINNC_TRY(quantise_place(g, node, entry));
    }
    return FINNC_OK;
}

static finnc_status quantise_named(quantising *g, json_t *map)
{
    const char *name;
    json_t *entries;
    json_object_foreach(map, name, entries)
    {
        finnc_node *node = finnc_graph_find_node(g->graph, name);
        if (!node)
            return finnc_fail(g->cx, FINNC_NOT_FOUND, "there is no node %s", name);
        FINNC_TRY(quantise_node(g, node, entries));
    }
    return FINNC_OK;
}

static finnc_status quantise_types(quantising *g, json_t *map)
{
    const char *op_type;
    json_t *entries;
    json_object_foreach(map, op_type, entries)
    {
        finnc_foreach_node (node, g->graph)
            if (finnc_node_is_any(node, op_type))
                FINNC_TRY(quantise_node(g, node, entries));
    }
    return FINNC_OK;
}

static finnc_status quantise_all(quantising *g, json_t *map)
{
    const char *key;
    json_t *value;
    json_object_foreach(map, key, value) if (
        (strcmp(key, "name") != 0 && strcmp(key, "op_type") != 0) ||
        !json_is_object(
            value)) return finnc_fail(g->cx, FINNC_BAD_VALUE,
                                      "quantnode_map has %s; it may have objects name and op_type",
                                      key);
    FINNC_TRY(quantise_named(g, json_object_get(map, "name")));
    return quantise_types(g, json_object_get(map, "op_type"));
}

static finnc_status quantize_graph(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *map = json_loads(finnc_pass_json(run, "quantnode_map"), 0, &error);
    quantising g = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    if (!json_is_object(map)) {
        json_decref(map);
        return finnc_fail(g.cx, FINNC_BAD_VALUE, "quantnode_map is no object");
    }
    fnc_arena_init(&g.scratch, g.cx);
    const finnc_status status = quantise_all(&g, map);
    fnc_arena_clear(&g.scratch);
    json_decref(map);
    return status;
}

const finnc_pass fnc_pass_quantize_graph = {
    .name = "QuantizeGraph",
    .summary = "puts quantisers on chosen inputs and outputs of nodes",
    .upstream = "qonnx.transformation.quantize_graph",
    .notes =
        "quantnode_map is {\"name\": {node: places}, \"op_type\": {op type: places}}, either of "
        "them; a place is [[\"input\" or \"output\", index], [scale, zero point, bit width, "
        "narrow, signed, rounding mode]], the first three numbers or arrays. Names come first; what "
        "is quantised already stays as it is.\n\n"
        "All users of an output see it quantised; upstream rewires one input of the first of them.",
    .flags = FINNC_PASS_CHANGES_VALUES,
    .params = {{"quantnode_map", FINNC_PARAM_JSON, NULL, "what to quantise, and how"}},
    .run = quantize_graph,
    .finish = "InferShapes, GiveUniqueParameterTensors, "
              "FoldConstants{exclude_op_types=[\"Quant\", \"BipolarQuant\", \"QuantizeLinear\", "
              "\"DequantizeLinear\"]}, FoldTransposeIntoQuantInit, RemoveUnusedTensors, "
              "RemoveStaticGraphInputs, GiveUniqueNodeNames, GiveReadableTensorNames",
};
