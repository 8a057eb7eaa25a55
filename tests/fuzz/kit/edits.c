#include "edits.h"

#include "model.h"

#include <string.h>

enum { MAX_EDITS = 64 };

typedef struct source {
    finnc_ctx *cx;
    finnc_model *model;
    finnc_graph *graph;
    const uint8_t *bytes, *end;
    bool may_close; /* the edit may have closed a circle of nodes, which is the caller's to avoid */
} source;

static unsigned take(source *s)
{
    return s->bytes < s->end ? *s->bytes++ : 0;
}

static unsigned below(source *s, size_t n)
{
    return n ? take(s) % (unsigned)n : 0;
}

static finnc_node *any_node(source *s)
{
    unsigned at = below(s, finnc_graph_nnodes(s->graph));
    finnc_foreach_node (node, s->graph)
        if (at-- == 0)
            return node;
    return NULL;
}

static finnc_value *any_value(source *s)
{
    unsigned at = below(s, finnc_graph_nvalues(s->graph));
    finnc_foreach_value (value, s->graph)
        if (at-- == 0)
            return value;
    return NULL;
}

static const char *any_name(source *s)
{
    static const char *const names[] = {"",     "x",   "y",        "a",   "value", "axis", "alpha",
                                        "Relu", "Add", "MatMul_0", "w\"", "\n",    "ä",    "perm"};
    return names[below(s, sizeof names / sizeof *names)];
}

/* ---- nodes ---- */

static finnc_status insert_node(source *s)
{
    finnc_value *inputs[3], *made;
    const size_t n = below(s, 4);
    for (size_t i = 0; i < n; i++)
        inputs[i] = take(s) % 8 ? any_value(s) : NULL;
    FINNC_TRY(finnc_graph_insert_value(s->cx, s->graph, any_name(s), &made));
    return finnc_graph_insert_node(s->cx, s->graph,
                                   &(finnc_node_spec){.op_type = any_name(s),
                                                      .domain = take(s) % 4 ? NULL : any_name(s),
                                                      .name = any_name(s),
                                                      .inputs = inputs,
                                                      .ninputs = n,
                                                      .outputs = &made,
                                                      .noutputs = 1},
                                   NULL, NULL);
}

static finnc_status insert_like(source *s)
{
    finnc_node *like = any_node(s);
    finnc_value *inputs[8], *made;
    if (!like || finnc_node_ninputs(like) > 8)
        return FINNC_OK;
    for (size_t i = 0; i < finnc_node_ninputs(like); i++)
        inputs[i] = finnc_node_input(like, i);
    FINNC_TRY(finnc_graph_insert_value(s->cx, s->graph, NULL, &made));
    return finnc_graph_insert_like(s->cx, like, inputs, finnc_node_ninputs(like), &made, 1,
                                   take(s) % 2 ? like : finnc_node_next(like), NULL);
}

static finnc_status erase_node(source *s)
{
    finnc_node *node = any_node(s);
    if (node)
        finnc_graph_erase_node(node);
    return FINNC_OK;
}

static finnc_status move_node(source *s)
{
    finnc_node *node = any_node(s), *before = take(s) % 4 ? any_node(s) : NULL;
    if (node)
        finnc_graph_move_node(node, before);
    return FINNC_OK;
}

/* What a memory brings may be a constant besides; no other op may make one. */
static bool makes_constants(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        const finnc_value *value = finnc_node_output(node, i);
        if (value && finnc_value_is_constant(value))
            return true;
    }
    return false;
}

static finnc_status change_node(source *s)
{
    finnc_node *node = any_node(s);
    if (!node)
        return FINNC_OK;
    switch (take(s) % 3) {
    case 0:
        return finnc_node_rename(s->cx, node, any_name(s));
    case 1:
        if (makes_constants(node))
            return FINNC_OK;
        return finnc_node_set_op(s->cx, node, any_name(s), take(s) % 4 ? "" : any_name(s));
    default: {
        const size_t at = below(s, 6);
        finnc_value *value = take(s) % 4 ? any_value(s) : NULL;
        s->may_close = true;
        return finnc_node_set_input(s->cx, node, at, value);
    }
    }
}

static finnc_status set_attr(source *s)
{
    finnc_node *node = any_node(s);
    finnc_graph *body;
    if (!node)
        return FINNC_OK;
    const char *name = any_name(s);
    const int64_t ints[] = {(int64_t)take(s) - 128, 2, INT64_MAX};
    const float floats[] = {0.5F, (float)ints[0], -0.0F};
    const char *const strings[] = {any_name(s), "", "b"};
    switch (take(s) % 8) {
    case 0:
        return finnc_node_set_int(s->cx, node, name, ints[0]);
    case 1:
        return finnc_node_set_float(s->cx, node, name, (double)ints[0] / 3);
    case 2:
        return finnc_node_set_string(s->cx, node, name, strings[0]);
    case 3:
        return finnc_node_set_ints(s->cx, node, name, ints, below(s, 4));
    case 4:
        return finnc_node_set_floats(s->cx, node, name, floats, below(s, 4));
    case 5:
        return finnc_node_set_strings(s->cx, node, name, strings, below(s, 4));
    case 6:
        return finnc_node_set_graph(s->cx, node, name, &body);
    default:
        finnc_node_erase_attr(node, name);
        return FINNC_OK;
    }
}

static finnc_status copy_attrs(source *s)
{
    finnc_node *node = any_node(s), *from = any_node(s);
    return node && from ? finnc_node_copy_attrs(s->cx, node, from) : FINNC_OK;
}

/* ---- values ---- */

static finnc_status insert_constant(source *s)
{
    const int64_t dims[] = {below(s, 4), below(s, 3)};
    finnc_tensor *tensor;
    finnc_value *value;
    FINNC_TRY(finnc_tensor_create(s->cx, (finnc_elem)(1 + below(s, 16)), (int)below(s, 3), dims,
                                  &tensor));
    const finnc_status status =
        finnc_graph_insert_constant(s->cx, s->graph, any_name(s), tensor, &value);
    finnc_tensor_release(tensor);
    return status;
}

static finnc_status name_value(source *s)
{
    finnc_value *value = any_value(s);
    if (!value)
        return FINNC_OK;
    if (take(s) % 2)
        return finnc_value_rename(s->cx, value, any_name(s));
    return finnc_value_claim_name(s->cx, value, any_name(s));
}

static finnc_status erase_value(source *s)
{
    finnc_value *value = any_value(s);
    if (value && !finnc_value_producer(value) && !finnc_value_nuses(value) &&
        !finnc_value_is_input(value) && !finnc_value_is_output(value))
        finnc_graph_erase_value(value);
    return FINNC_OK;
}

static finnc_status replace_uses(source *s)
{
    finnc_value *value = any_value(s), *by = any_value(s);
    s->may_close = true;
    if (value && by && value != by)
        finnc_value_replace_uses(value, by);
    return FINNC_OK;
}

static finnc_status set_tensor(source *s)
{
    finnc_value *value = any_value(s), *from = any_value(s);
    if (!value || finnc_value_producer(value))
        return FINNC_OK;
    return finnc_value_set_tensor(s->cx, value, from ? finnc_value_tensor(from) : NULL);
}

static finnc_status set_type(source *s)
{
    finnc_value *value = any_value(s), *from = any_value(s);
    const finnc_dim dims[] = {{(int64_t)take(s) - 1, NULL}, {-1, any_name(s)}, {3, NULL}};
    if (!value || finnc_value_is_constant(value))
        return FINNC_OK;
    switch (take(s) % 3) {
    case 0:
        finnc_value_clear_type(value);
        return FINNC_OK;
    case 1:
        return finnc_value_copy_type(s->cx, value, from);
    default:
        return finnc_value_set_type(s->cx, value, (finnc_elem)(1 + below(s, 16)),
                                    (int)below(s, 5) - 1, dims);
    }
}

static finnc_status annotate(source *s)
{
    finnc_value *value = any_value(s);
    if (!value)
        return FINNC_OK;
    switch (take(s) % 4) {
    case 0:
        return finnc_value_set_dtype(s->cx, value,
                                     take(s) % 2 ? finnc_dtype_int(1 + (int)below(s, 40))
                                                 : finnc_dtype_float32());
    case 1:
        return finnc_value_set_layout(s->cx, value, take(s) % 4 ? "NCHW" : "");
    case 2:
        return finnc_value_set_sparsity(s->cx, value, any_name(s));
    default:
        return finnc_value_annotate(s->cx, value, any_name(s), any_name(s));
    }
}

/* ---- the graph, the model ---- */

static finnc_status set_ends(source *s)
{
    finnc_value *values[3] = {NULL};
    const size_t n = 1 + below(s, 3);
    const bool is_inputs = take(s) % 2;
    for (size_t i = 0; i < n; i++) {
        values[i] = any_value(s);
        for (size_t k = 0; k < i; k++)
            if (values[k] == values[i])
                return FINNC_OK;
        if (!values[i] || (is_inputs && finnc_value_producer(values[i])))
            return FINNC_OK;
    }
    return is_inputs ? finnc_graph_set_inputs(s->cx, s->graph, values, n)
                     : finnc_graph_set_outputs(s->cx, s->graph, values, n);
}

static finnc_status extract(source *s)
{
    const finnc_value *from = any_value(s), *to = any_value(s);
    finnc_model *copy;
    if (!from)
        return FINNC_OK;
    FINNC_TRY(finnc_model_clone(s->cx, s->model, &copy));
    const char *name_from = finnc_value_name(from), *name_to = finnc_value_name(to);
    finnc_status status =
        finnc_graph_extract(s->cx, finnc_model_graph(copy), &name_from, take(s) % 2, &name_to, 1);
    if (status == FINNC_OK)
        status = finnc_graph_check(s->cx, finnc_model_graph(copy));
    finnc_model_destroy(copy);
    return status;
}

static finnc_status import(source *s)
{
    finnc_model *copy;
    if (finnc_graph_nnodes(s->graph) > 100 || finnc_graph_nvalues(s->graph) > 500)
        return FINNC_OK;
    FINNC_TRY(finnc_model_clone(s->cx, s->model, &copy));
    const finnc_status status = finnc_graph_import(s->cx, s->graph, finnc_model_graph(copy),
                                                   take(s) % 2 ? any_node(s) : NULL, NULL, NULL);
    finnc_model_destroy(copy);
    return status;
}

static finnc_status change_model(source *s)
{
    switch (take(s) % 5) {
    case 0:
        finnc_model_set_ir_version(s->model, take(s));
        return FINNC_OK;
    case 1:
        return finnc_model_set_producer(s->cx, s->model, any_name(s), any_name(s));
    case 2:
        return finnc_model_set_opset(s->cx, s->model, any_name(s), 1 + take(s));
    case 3:
        return finnc_model_set_metadata(s->cx, s->model, any_name(s), any_name(s));
    default:
        return finnc_model_inline_functions(s->cx, s->model);
    }
}

static finnc_status sort(source *s)
{
    return finnc_graph_sort(s->cx, s->graph);
}

typedef finnc_status edit(source *s);
static edit *const edits[] = {insert_node,  insert_like, erase_node,      move_node,  change_node,
                              set_attr,     copy_attrs,  insert_constant, name_value, erase_value,
                              replace_uses, set_tensor,  set_type,        annotate,   set_ends,
                              extract,      import,      change_model,    sort};

bool make_edits(finnc_ctx *cx, finnc_model *model, const uint8_t *bytes, size_t nbytes)
{
    source s = {cx, model, finnc_model_graph(model), bytes, bytes + nbytes, false};
    for (int i = 0; i < MAX_EDITS && s.bytes < s.end; i++) {
        const finnc_status status = edits[below(&s, sizeof edits / sizeof *edits)](&s);
        fuzz_check_words(cx, status);
        finnc_ctx_clear(cx);
        const finnc_status sound = finnc_graph_check(cx, s.graph);
        if (sound != FINNC_OK && s.may_close && strstr(finnc_ctx_message(cx), "cycle")) {
            finnc_ctx_clear(cx);
            return false;
        }
        CHECK(sound == FINNC_OK || sound == FINNC_NO_MEMORY, finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
    }
    return true;
}
