#include "binary_source.h"

#include <base/compiler.h>

#include <finnc/op.h>

#include <string.h>

void fnc_binary_source_init(fnc_binary_source *s, finnc_ctx *cx, finnc_graph *graph)
{
    *s = (fnc_binary_source){.cx = cx, .graph = graph};
    fnc_arena_init(&s->arena, cx);
    s->twins.arena = &s->arena;
}

void fnc_binary_source_clear(fnc_binary_source *s)
{
    fnc_arena_clear(&s->arena);
}

/* ---- the way up ---- */

static bool makes_bipolar(const finnc_node *node)
{
    return finnc_node_is(node, "MultiThreshold") &&
           strcmp(finnc_node_string(node, "out_dtype", ""), "BIPOLAR") == 0;
}

/* Every output element is an input element, also if these are 0 and 1: no op here makes elements of
 * its own. MaxPool takes the larger of two, which is the same one either way. */
static bool only_moves(const finnc_node *node)
{
    static const char *const ops[] = {
        "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze",   "Identity", "Slice",
        "Gather",    "Expand",  "Tile",    "MaxPool", "MaxPoolNHWC", "Im2Col",
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is_any(node, ops[i]))
            return true;
    return false;
}

static size_t count_data_inputs(const finnc_node *node)
{
    size_t n = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        n += value && !finnc_value_is_constant(value);
    }
    return n;
}

/* A zero that Im2Col pads with is neither -1 nor +1, and stands for -1 among zeros and ones. */
static bool pads(const finnc_node *node)
{
    if (!finnc_node_is(node, "Im2Col"))
        return false;
    size_t count;
    const int64_t *amount = finnc_node_ints(node, "pad_amount", &count);
    for (size_t i = 0; i < count; i++)
        if (amount[i] != 0)
            return true;
    return false;
}

static const char *step_obstacle(const finnc_node *node)
{
    if (!only_moves(node) || count_data_inputs(node) != 1 || finnc_node_noutputs(node) != 1)
        return "its data do not come straight from a MultiThreshold";
    if (pads(node))
        return "its data are padded with zeros, which would stand for -1";
    return NULL;
}

const char *fnc_binary_source_obstacle(const finnc_node *node)
{
    const finnc_node *reader = node;
    bool alone = true;
    for (;;) {
        const finnc_value *value = finnc_node_input(reader, 0);
        if (!value)
            return "its data do not come straight from a MultiThreshold";
        alone &= finnc_value_only_user(value) == reader;
        const finnc_node *producer = finnc_value_producer(value);
        if (!producer && !finnc_value_is_input(value))
            return "its data are a constant";
        if (!producer)
            return alone ? NULL : "its data are a graph input that others read as well";
        if (makes_bipolar(producer)) {
            if (finnc_node_attr_float(producer, "out_scale") != 2 ||
                finnc_node_attr_float(producer, "out_bias") != -1)
                return "the MultiThreshold before it is no 2 x - 1";
            return NULL;
        }
        const char *reason = step_obstacle(producer);
        if (reason)
            return reason;
        reader = producer;
    }
}

/* ---- in place ---- */

/* Does nobody else read what leads to `node`, and never did? */
static bool is_alone(const fnc_binary_source *s, const finnc_node *node)
{
    for (const finnc_node *reader = node;;) {
        const finnc_value *value = finnc_node_input(reader, 0);
        if (finnc_value_only_user(value) != reader || fnc_value_map_find(&s->twins, value))
            return false;
        reader = finnc_value_producer(value);
        if (!reader || makes_bipolar(reader))
            return true;
    }
}

static finnc_status make_binary(finnc_ctx *cx, finnc_node *threshold)
{
    FINNC_TRY(finnc_node_set_string(cx, threshold, "out_dtype", "BINARY"));
    FINNC_TRY(finnc_node_set_float(cx, threshold, "out_scale", 1));
    return finnc_node_set_float(cx, threshold, "out_bias", 0);
}

static finnc_status change_in_place(finnc_ctx *cx, finnc_node *node)
{
    for (finnc_node *reader = node; reader;) {
        finnc_value *value = finnc_node_input(reader, 0);
        FINNC_TRY(finnc_value_set_dtype(cx, value, finnc_dtype_uint(1)));
        reader = finnc_value_producer(value);
        if (!reader) {
            FNC_AT_TENSOR(cx, finnc_value_name(value));
            finnc_log(cx, FINNC_WARNING, "this graph input takes 0 and 1 now, no longer -1 and +1");
        } else if (makes_bipolar(reader)) {
            return make_binary(cx, reader);
        }
    }
    return FINNC_OK;
}

/* ---- twins ---- */

/* A node like `node`, beside it, on `data` in place of input 0. */
static finnc_status insert_twin(fnc_binary_source *s, finnc_node *node, finnc_value *data,
                                finnc_value **binary)
{
    finnc_value *bipolar = finnc_node_output(node, 0);
    const size_t n = finnc_node_ninputs(node);
    finnc_value **inputs = FNC_NEW_ARRAY(&s->arena, finnc_value *, n);
    if (!inputs)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < n; i++)
        inputs[i] = i == 0 ? data : finnc_node_input(node, i);
    FINNC_TRY(finnc_graph_insert_value(s->cx, s->graph, finnc_value_name(bipolar), binary));
    FINNC_TRY(finnc_value_copy_type(s->cx, *binary, bipolar));
    FINNC_TRY(finnc_value_set_dtype(s->cx, *binary, finnc_dtype_uint(1)));
    finnc_node *twin;
    FINNC_TRY(finnc_graph_insert_like(s->cx, node, inputs, n, binary, 1, node, &twin));
    if (makes_bipolar(twin))
        FINNC_TRY(make_binary(s->cx, twin));
    return fnc_value_map_add(s->cx, &s->twins, bipolar, *binary);
}

/* The nodes from `node` up to its MultiThreshold, or up to a value that has a twin already; then
 * twins of them on the way down. */
static finnc_status find_or_make_twin(fnc_binary_source *s, finnc_node *node, finnc_value **binary)
{
    size_t count = 0, room = 0;
    finnc_node **path = NULL;
    *binary = NULL;
    for (finnc_node *reader = node; !*binary;) {
        finnc_value *value = finnc_node_input(reader, 0);
        *binary = fnc_value_map_find(&s->twins, value);
        if (*binary)
            break;
        if (count == room) {
            finnc_node **longer = FNC_NEW_ARRAY(&s->arena, finnc_node *, 2 * room + 8);
            if (!longer)
                return finnc_no_memory(s->cx);
            for (size_t i = 0; i < count; i++)
                longer[i] = path[i];
            path = longer;
            room = 2 * room + 8;
        }
        reader = path[count++] = finnc_value_producer(value);
        if (makes_bipolar(reader))
            break;
    }
    while (count-- > 0) {
        finnc_node *original = path[count];
        finnc_value *data = *binary ? *binary : finnc_node_input(original, 0);
        FINNC_TRY(insert_twin(s, original, data, binary));
    }
    return FINNC_OK;
}

/* What led to `value` goes as far as nobody else reads it. */
static void drop_unread(finnc_value *value)
{
    finnc_node *producer;
    while (value && finnc_value_nuses(value) == 0 && !finnc_value_is_output(value) &&
           (producer = finnc_value_producer(value)) && finnc_node_noutputs(producer) == 1) {
        value = makes_bipolar(producer) ? NULL : finnc_node_input(producer, 0);
        finnc_graph_erase_node(producer);
    }
}

finnc_status fnc_binary_source_use(fnc_binary_source *s, finnc_node *node)
{
    if (is_alone(s, node))
        return change_in_place(s->cx, node);
    finnc_value *bipolar = finnc_node_input(node, 0), *binary;
    FINNC_TRY(find_or_make_twin(s, node, &binary));
    FINNC_TRY(finnc_node_set_input(s->cx, node, 0, binary));
    drop_unread(bipolar);
    return FINNC_OK;
}
