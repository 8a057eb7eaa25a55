/* Sets attributes of layers by a configuration:
 *
 *      {"Defaults": {"mem_mode": ["internal_embedded", ["MVAU_hls"]]}, "MVAU_hls_0": {"PE": 4}}
 *
 * gives every MVAU_hls that mem_mode, and the node MVAU_hls_0 a PE of 4. */
#include "config.h"
#include "hw.h"

#include "../engine/args.h"
#include "../support/node_filter.h"
#include "../support/value_map.h"

#include <base/json.h>
#include <base/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct applying {
    finnc_pass_run *run;
    finnc_ctx *cx;
    fnc_config config;
    bool has_entries;     /* besides defaults */
    fnc_value_map folded; /* what those layers make whose folding is set */
    finnc_node *node;
    size_t changes; /* of the node's attributes */
    char text[160]; /* "PE = 4, SIMD = 2" */
    size_t length;
} applying;

/* ---- one value ---- */

static bool is_int(const json_t *x)
{
    return json_is_integer(x) || json_is_boolean(x);
}

static int64_t int_of(const json_t *x)
{
    return json_is_integer(x) ? (int64_t)json_integer_value(x) : json_is_true(x);
}

static bool all(const json_t *list, bool (*is)(const json_t *x))
{
    size_t i;
    json_t *x;
    json_array_foreach(list, i, x)
    {
        if (!is(x))
            return false;
    }
    return json_is_array(list);
}

static finnc_status set_ints(applying *a, const char *name, const json_t *list)
{
    enum { MOST = 256 };
    int64_t x[MOST];
    const size_t n = json_array_size(list);
    if (n > MOST)
        return finnc_fail(a->cx, FINNC_BAD_VALUE, "%s has %zu entries, at most %d", name, n, MOST);
    for (size_t i = 0; i < n; i++)
        x[i] = int_of(json_array_get(list, i));
    return finnc_node_set_ints(a->cx, a->node, name, x, n);
}

static finnc_status set(applying *a, const finnc_attr_spec *spec, const json_t *value)
{
    if (spec->kind == FINNC_ATTR_INT && is_int(value))
        return finnc_node_set_int(a->cx, a->node, spec->name, int_of(value));
    if (spec->kind == FINNC_ATTR_FLOAT && json_is_number(value))
        return finnc_node_set_float(a->cx, a->node, spec->name, json_number_value(value));
    if (spec->kind == FINNC_ATTR_STRING && json_is_string(value))
        return finnc_node_set_string(a->cx, a->node, spec->name, json_string_value(value));
    if (spec->kind == FINNC_ATTR_INTS && all(value, is_int))
        return set_ints(a, spec->name, value);
    return finnc_fail(a->cx, FINNC_BAD_VALUE,
                      "attribute %s is of kind %s, the configuration has %s", spec->name,
                      finnc_attr_kind_name(spec->kind), fnc_json_kind(value));
}

static void say(applying *a, const char *name, const json_t *value)
{
    enum { MOST = 64 };
    fnc_buf text;
    fnc_buf_init(&text, a->cx);
    fnc_json_add(&text, value, FNC_JSON_COMPACT);
    const bool fits = !text.failed && text.length <= MOST;
    const size_t room = sizeof a->text - a->length;
    const int put = snprintf(a->text + a->length, room, "%s%s = %.*s", a->length ? ", " : "", name,
                             fits ? (int)text.length : 3, fits ? fnc_buf_text(&text) : "...");
    fnc_buf_clear(&text);
    a->length += put > 0 && (size_t)put < room ? (size_t)put : room - 1;
    a->changes++;
}

/* Not known to the op at all, or not to this implementation of it. */
static finnc_status unknown(applying *a, const char *name)
{
    const finnc_op *op = finnc_node_find_op(a->node);
    const finnc_attr_spec *spec;
    fnc_nearest nearest = {.wanted = name};
    for (size_t i = 0; (spec = finnc_op_attr(op, i)); i++) {
        if (!strcmp(spec->name, name)) {
            finnc_pass_missed(a->run, a->node, "%s is for %s_%s only", name, op->name,
                              spec->flags & FINNC_FOR_HLS ? "hls" : "rtl");
            return FINNC_OK;
        }
        fnc_nearest_offer(&nearest, spec->name);
    }
    if (nearest.best)
        return finnc_fail(a->cx, FINNC_BAD_VALUE, "has no attribute %s; did you mean %s?", name,
                          nearest.best);
    return finnc_fail(a->cx, FINNC_BAD_VALUE, "has no attribute %s", name);
}

static finnc_status set_attr(applying *a, const char *name, const json_t *value)
{
    const finnc_attr_spec *spec = finnc_node_attr_spec(a->node, name);
    if (!spec)
        return unknown(a, name);
    const uint64_t edits = finnc_graph_edits(finnc_node_graph(a->node));
    FINNC_TRY(set(a, spec, value));
    FINNC_TRY(finnc_node_check_attr(a->cx, a->node, name));
    if (finnc_graph_edits(finnc_node_graph(a->node)) != edits)
        say(a, name, value);
    return FINNC_OK;
}

/* ---- one node ---- */

/* What "all" is said of is for those that know the attribute. */
static finnc_status set_defaults(applying *a)
{
    const char *name;
    json_t *values;
    json_object_foreach((json_t *)a->config.defaults, name, values)
    {
        for (size_t i = 0; i + 1 < json_array_size(values); i += 2) {
            const json_t *types = json_array_get(values, i + 1);
            const bool is_named = !json_is_string(types) || strcmp(json_string_value(types), "all");
            if (fnc_config_is_for(types, a->node) &&
                (is_named || finnc_node_attr_spec(a->node, name)))
                FINNC_TRY(set_attr(a, name, json_array_get(values, i)));
        }
    }
    return FINNC_OK;
}

static finnc_status set_entry(applying *a, const json_t *entry)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)entry, name, value)
    {
        FINNC_TRY(set_attr(a, name, value));
    }
    return FINNC_OK;
}

static bool is_folded(const applying *a, const finnc_node *node)
{
    const finnc_value *y = finnc_node_output(node, 0);
    return y && fnc_value_map_find(&a->folded, y);
}

static finnc_status note_folded(applying *a)
{
    const finnc_value *y = finnc_node_output(a->node, 0);
    return y && !is_folded(a, a->node) ? fnc_value_map_add(a->cx, &a->folded, y, a->node)
                                       : FINNC_OK;
}

/* A layer that cannot be folded so cannot be built: better told here than by a tool behind. */
static finnc_status check_folds(applying *a, const json_t *entry)
{
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t count = 0;
    bool sets_folds = false;
    if (finnc_layer_find(a->node))
        FINNC_TRY(finnc_layer_folds(a->cx, a->node, folds, &count));
    for (size_t i = 0; i < count; i++) {
        const finnc_fold *f = &folds[i];
        const bool is_said =
            json_object_get(entry, f->attr) || json_object_get(a->config.defaults, f->attr);
        if (is_said && !f->is_switch && (f->now < 1 || f->of % f->now != 0))
            return finnc_fail(a->cx, FINNC_BAD_VALUE, "%s %" PRId64 " does not divide %" PRId64,
                              f->attr, f->now, f->of);
        sets_folds |= is_said;
    }
    return sets_folds ? note_folded(a) : FINNC_OK;
}

static finnc_status configure(applying *a, size_t place)
{
    FNC_AT_NODE(a->cx, a->node);
    a->changes = a->length = 0;
    a->text[0] = '\0';
    const json_t *entry = fnc_config_find(&a->config, a->node, place);
    FINNC_TRY(set_defaults(a));
    if (entry)
        FINNC_TRY(set_entry(a, entry));
    else if (a->has_entries)
        finnc_pass_missed(a->run, a->node, "the configuration has no entry for it");
    if (!a->changes)
        return FINNC_OK;
    FINNC_TRY(check_folds(a, entry));
    finnc_pass_applied(a->run, a->node, "%s", a->text);
    return FINNC_OK;
}

/* ---- all ---- */

/* How many layers of each op came before; FINN has some two dozen ops. */
typedef struct counter {
    const finnc_op *ops[64];
    size_t counts[64], n;
} counter;

static size_t next_place(counter *c, const finnc_op *op)
{
    size_t i = 0;
    while (i < c->n && c->ops[i] != op)
        i++;
    if (i == sizeof c->ops / sizeof *c->ops)
        return SIZE_MAX;
    c->n += i == c->n;
    c->ops[i] = op;
    return c->counts[i]++;
}

static finnc_status configure_all(applying *a, const finnc_graph *graph, const json_t *filter)
{
    counter layers = {.n = 0};
    finnc_foreach_node (node, graph) {
        const finnc_op *op = finnc_node_find_op(node);
        if (!op || !finnc_node_is_custom(node))
            continue;
        const size_t place = op->traits & FINNC_OP_HARDWARE ? next_place(&layers, op) : SIZE_MAX;
        if (json_is_true(filter) || fnc_node_filter_accepts(filter, node)) {
            if (!finnc_pass_may_rewrite(a->run))
                break;
            a->node = node;
            FINNC_TRY(configure(a, place));
        }
    }
    return FINNC_OK;
}

/* Layers that are folded against each other: windows come in another order than they are taken
 * apart in. What was so before is not looked at. */
static finnc_status check_orders(const applying *a, const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_node *maker = finnc_layer_find(node) ? fnc_hw_stream_maker(node) : NULL;
        if (maker && fnc_hw_is_bound(maker) && (is_folded(a, node) || is_folded(a, maker)))
            FINNC_TRY(finnc_layer_check_order(a->cx, maker, node));
    }
    return FINNC_OK;
}

/* Who mistyped that many names did not mistype them. */
enum { MAX_GUESSES = 16 };

static void tell_unused(const applying *a, const finnc_graph *graph)
{
    const char *key;
    void *at = NULL;
    for (int n = 0; (key = fnc_config_next_unused(&a->config, &at)); n += n < MAX_GUESSES) {
        fnc_nearest nearest = {.wanted = key};
        if (n < MAX_GUESSES)
            finnc_foreach_node (node, graph)
                fnc_nearest_offer(&nearest, finnc_node_name(node));
        finnc_pass_missed(a->run, NULL, "entry %s is for no node%s%s%s", key,
                          nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                          nearest.best ? "?" : "");
    }
}

static finnc_status read_filter(finnc_pass_run *run, json_t **filter)
{
    const char *text = finnc_pass_json(run, "node_filter");
    if (strcmp(text, "null") != 0)
        return fnc_node_filter_read(finnc_pass_ctx(run), "node_filter", text, filter);
    *filter = json_true();
    return FINNC_OK;
}

static finnc_status apply(applying *a, finnc_graph *graph, const json_t *filter)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, a->cx);
    a->folded.arena = &scratch;
    a->has_entries = json_object_size(a->config.root) > (a->config.defaults ? 1 : 0);
    finnc_status status = configure_all(a, graph, filter);
    if (status == FINNC_OK)
        status = check_orders(a, graph);
    if (status == FINNC_OK)
        tell_unused(a, graph);
    fnc_arena_clear(&scratch);
    a->folded.arena = NULL;
    return status;
}

static finnc_status apply_config(finnc_pass_run *run, finnc_graph *graph)
{
    applying a = {.run = run, .cx = finnc_pass_ctx(run)};
    json_t *filter;
    FINNC_TRY(read_filter(run, &filter));
    finnc_status status = fnc_config_read(a.cx, finnc_pass_json(run, "config"), graph, &a.config);
    if (status == FINNC_OK) {
        status = apply(&a, graph, filter);
        fnc_config_clear(&a.config);
    }
    json_decref(filter);
    return status;
}

const finnc_pass fnc_pass_apply_config = {
    .name = "ApplyConfig",
    .summary = "sets attributes of layers by a configuration, such as a folding file of FINN's",
    .upstream = "qonnx.transformation.general",
    .notes =
        "A configuration is {\"Defaults\": {attribute: [value, op types]}, node: {attribute: "
        "value}}; instead of the list of op types, \"all\" is for every node that knows the "
        "attribute. It may be given as such or as the name of a file.\n\n"
        "Names of the time before there were styles are understood: ConvolutionInputGenerator_2 and "
        "StreamingFCLayer_Batch_2 are the third node of that op, whichever its style, unless some "
        "node has that name. An attribute that only the other style has is left out, with a remark; "
        "upstream raises. Defaults may be missing. Entries for no node, and layers without an entry, "
        "are remarks.\n\n"
        "A folding that does not divide is an error, and so is one by which a layer takes windows "
        "apart in other groups of channels (PE) than a bound generator lays them out in (SIMD); "
        "upstream takes both.\n\n"
        "node_filter is a function in upstream. " FNC_NODE_FILTER_NOTES,
    .flags = FINNC_PASS_STABLE,
    .params = {{"config", FINNC_PARAM_JSON, NULL, "the configuration, or the name of its file"},
               {"node_filter", FINNC_PARAM_JSON, "null", "a filter of nodes; null: all"}},
    .run = apply_config,
};
