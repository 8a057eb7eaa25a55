/* Examines a model: everything that is wrong with it, not only the first. */
#include "findings.h"

#include <finnc/layer.h>
#include <finnc/op.h>

#include <base/arena.h>
#include <base/text.h>
#include <nodes/elem_text.h>
#include <nodes/nesting.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

finnc_status fnc_findings_tell(const fnc_findings *f, bool is_error, const char *format, ...)
{
    char text[1024];
    const int n = snprintf(text, sizeof text, "%.500s", f->where);
    va_list args;
    va_start(args, format);
    vsnprintf(text + n, sizeof text - (size_t)n, format, args);
    va_end(args);
    return f->found(f->user, f->cx, &(finnc_finding){.is_error = is_error, .text = text});
}

/* A failure of the library becomes a finding, unless it is one of ours: memory, Ctrl-C. */
static finnc_status note(const fnc_findings *f, finnc_status status, bool is_error)
{
    char text[1024];
    if (status == FINNC_OK || status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    snprintf(text, sizeof text, "%s", finnc_ctx_message(f->cx));
    finnc_ctx_clear(f->cx);
    return fnc_findings_tell(f, is_error, "%s", text);
}

static finnc_status note_failure(const fnc_findings *f, finnc_status status)
{
    return note(f, status, true);
}

/* ---- initialisers ---- */

/* An initialiser's elements have to be numbers that its data type can hold. */
static finnc_status check_range(const fnc_findings *f, const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    char name[FINNC_DTYPE_NAME_MAX];
    int64_t nwrong, first;
    FINNC_TRY(finnc_value_find_forbidden(f->cx, value, tensor, &first, &nwrong));
    if (!nwrong)
        return FINNC_OK;
    return fnc_findings_tell(f, true,
                             "initialiser %.200s: %" PRId64 " of %" PRId64
                             " elements are no %s, the first is %g at %" PRId64,
                             finnc_value_name(value), nwrong, finnc_tensor_nelems(tensor),
                             finnc_dtype_name(finnc_value_dtype(value), name),
                             finnc_tensor_get(tensor, first), first);
}

static bool holds(const finnc_value *value, const finnc_tensor *tensor)
{
    const int rank = finnc_value_rank(value);
    if (rank >= 0 && rank != finnc_tensor_rank(tensor))
        return false;
    for (int i = 0; i < rank; i++) {
        const finnc_dim dim = finnc_value_dim(value, i);
        if (dim.size >= 0 && dim.size != finnc_tensor_dim(tensor, i))
            return false;
    }
    return true;
}

static finnc_status tell_shapes(const fnc_findings *f, const finnc_value *value,
                                const finnc_tensor *tensor)
{
    finnc_dim said[FINNC_MAX_RANK];
    char a[256], b[256];
    for (int i = 0; i < finnc_value_rank(value); i++)
        said[i] = finnc_value_dim(value, i);
    return fnc_findings_tell(
        f, true, "initialiser %.200s has the shape %s, but %s where it is declared",
        finnc_value_name(value),
        fnc_sizes_text(finnc_tensor_rank(tensor), finnc_tensor_dims(tensor), a, sizeof a),
        fnc_dims_text(finnc_value_rank(value), said, b, sizeof b));
}

/* The graph's lists may say less of an initialiser than it tells by itself, as of an input of which
 * it is the default, but nothing else. */
static finnc_status check_declared(const fnc_findings *f, const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    const finnc_elem said = finnc_value_elem(value), elem = finnc_tensor_elem(tensor);
    const finnc_kind kind = finnc_value_kind(value);
    const bool is_tensor = !finnc_value_has_type(value) || kind == FINNC_KIND_TENSOR;
    if (is_tensor && (said == FINNC_ELEM_UNDEFINED || said == elem))
        return holds(value, tensor) ? FINNC_OK : tell_shapes(f, value, tensor);
    return fnc_findings_tell(f, true, "initialiser %.200s is %s, but %s%s where it is declared",
                             finnc_value_name(value), fnc_elem_text(elem), is_tensor ? "" : "a ",
                             is_tensor ? fnc_elem_text(said) : finnc_kind_name(kind));
}

static finnc_status check_constants(const fnc_findings *f, const finnc_graph *graph)
{
    finnc_foreach_value (value, graph) {
        FINNC_TRY(finnc_ctx_check(f->cx));
        if (!finnc_value_is_constant(value))
            continue;
        FINNC_TRY(check_declared(f, value));
        FINNC_TRY(check_range(f, value));
    }
    return FINNC_OK;
}

/* ---- nodes ---- */

static finnc_status check_nodes(const fnc_findings *f, finnc_graph *graph);

static finnc_status check_bodies(const fnc_findings *f, const finnc_node *node)
{
    finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
        FINNC_TRY(check_nodes(f, body));
    return FINNC_OK;
}

/* Node by node, so that one contradiction does not hide the next. */
static finnc_status check_nodes(const fnc_findings *f, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        FINNC_TRY(finnc_ctx_check(f->cx));
        finnc_status status = finnc_node_check(f->cx, node);
        /* A session takes some mixtures of floats, of which inference has the type of the first. */
        if (status == FINNC_OK) {
            FNC_AT_NODE(f->cx, node);
            status = finnc_node_check_agreement(f->cx, node, NULL, 0, false);
        }
        bool is_sound = status == FINNC_OK;
        FINNC_TRY(note_failure(f, status));
        /* What a broken node would infer is noise. */
        if (is_sound)
            FINNC_TRY(note_failure(f, finnc_node_infer_shapes(f->cx, node, false)));
        FINNC_TRY(check_bodies(f, node));
    }
    return check_constants(f, graph);
}

/* Functions are held against their ops' records; what their values are their callers tell. */
static finnc_status check_functions(const fnc_findings *f, finnc_model *model)
{
    finnc_graph *body;
    const char *name;
    for (size_t i = 0; (name = finnc_model_function(model, i, NULL, &body)); i++) {
        FNC_AT(f->cx, "function", name, NULL);
        finnc_foreach_node (node, body)
            FINNC_TRY(note_failure(f, finnc_node_check(f->cx, node)));
    }
    return FINNC_OK;
}

/* ---- FINN's invariants ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each name that is there more than once, once; "" is none. Sorts them. */
static finnc_status tell_repeated(const fnc_findings *f, const char *what, const char **names,
                                  size_t n)
{
    qsort(names, n, sizeof *names, by_text);
    for (size_t i = 1; i < n; i++) {
        const bool is_second = i == 1 || strcmp(names[i - 2], names[i]);
        if (names[i][0] && is_second && !strcmp(names[i - 1], names[i]))
            FINNC_TRY(fnc_findings_tell(f, false, "several %s %s", what, names[i]));
    }
    return FINNC_OK;
}

/* FINN finds nodes by name. `names` has room for those of all. */
static finnc_status compare_names(const fnc_findings *f, const finnc_graph *graph,
                                  const char **names)
{
    size_t n = 0, nunnamed = 0;
    finnc_foreach_node (node, graph) {
        names[n++] = finnc_node_name(node);
        nunnamed += !finnc_node_name(node)[0];
    }
    if (nunnamed)
        FINNC_TRY(fnc_findings_tell(f, false,
                                    "%zu node%s no name; GiveUniqueNodeNames names them all",
                                    nunnamed, nunnamed == 1 ? " has" : "s have"));
    return tell_repeated(f, "nodes are named", names, n);
}

static finnc_status check_node_names(const fnc_findings *f, const finnc_graph *graph)
{
    fnc_arena arena;
    fnc_arena_init(&arena, f->cx);
    const char **names = FNC_NEW_ARRAY(&arena, const char *, finnc_graph_nnodes(graph) + 1);
    finnc_status status = names ? compare_names(f, graph, names) : finnc_no_memory(f->cx);
    fnc_arena_clear(&arena);
    return status;
}

static finnc_status check_values(const fnc_findings *f, const finnc_graph *graph)
{
    size_t nunknown = 0;
    const char *example = NULL;
    finnc_foreach_value (value, graph) {
        FINNC_TRY(finnc_ctx_check(f->cx));
        bool is_known =
            finnc_value_nelems(value) >= 0 || finnc_value_kind(value) != FINNC_KIND_TENSOR;
        if (!is_known && !nunknown++)
            example = finnc_value_name(value);
    }
    return nunknown
               ? fnc_findings_tell(f, false, "the shapes of %zu tensors are not known, such as %s",
                                   nunknown, example)
               : FINNC_OK;
}

/* Who asks a session for its outputs by name gets one. */
static finnc_status check_outputs(const fnc_findings *f, const finnc_graph *graph)
{
    fnc_arena arena;
    const size_t n = finnc_graph_noutputs(graph);
    fnc_arena_init(&arena, f->cx);
    const char **names = FNC_NEW_ARRAY(&arena, const char *, n + 1);
    for (size_t i = 0; names && i < n; i++)
        names[i] = finnc_value_name(finnc_graph_output(graph, i));
    finnc_status status =
        names ? tell_repeated(f, "outputs are", names, n) : finnc_no_memory(f->cx);
    fnc_arena_clear(&arena);
    return status;
}

static finnc_status check_inputs(const fnc_findings *f, const finnc_graph *graph)
{
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *value = finnc_graph_input(graph, i);
        if (finnc_value_is_constant(value))
            FINNC_TRY(fnc_findings_tell(
                f, false,
                "initialiser %s is also a graph input; RemoveStaticGraphInputs makes it "
                "none",
                finnc_value_name(value)));
    }
    return FINNC_OK;
}

static finnc_status pass_by(void *user, finnc_ctx *cx, finnc_node *node)
{
    (void)user, (void)cx, (void)node;
    return FINNC_OK;
}

/* ONNX wants nodes sorted; passes here do not mind, and sort them; sessions do. What depends on
 * itself by a name, as a Gradient may, nobody can sort. */
static finnc_status check_order(const fnc_findings *f, const finnc_graph *graph)
{
    if (finnc_graph_is_in_order(graph))
        return FINNC_OK;
    const finnc_status status = finnc_graph_visit(f->cx, graph, pass_by, NULL);
    return status ? note_failure(f, status)
                  : fnc_findings_tell(
                        f, false, "nodes stand before nodes that they need; SortGraph sorts them");
}

/* A bound generator lays windows out in groups of channels, in which its reader has to take them
 * apart: nothing that can be built, but foldings are set one by one. */
static finnc_status check_windows(const fnc_findings *f, const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_value *x = finnc_layer_find(node) ? finnc_node_input(node, 0) : NULL;
        const finnc_node *maker = x ? finnc_value_producer(finnc_stream_source(x)) : NULL;
        if (maker && finnc_layer_find(maker) && finnc_node_style(maker) != FINNC_STYLE_ABSTRACT)
            FINNC_TRY(note(f, finnc_layer_check_order(f->cx, maker, node), false));
    }
    return FINNC_OK;
}

/* ---- the model ---- */

static finnc_status examine(const fnc_findings *f, finnc_model *model, int depth);

/* "partition p: " before what is found in it, behind that of the partitions around. */
static finnc_status examine_partition(const fnc_findings *f, const finnc_node *node, int depth)
{
    fnc_findings inner = *f;
    char where[512], path[4096];
    finnc_model *part;
    FNC_AT_NODE(f->cx, node);
    if (*f->npartitions > FINNC_PARTITION_COUNT)
        return FINNC_OK;
    finnc_status status = fnc_check_nesting(f->cx, depth, *f->npartitions);
    if (status != FINNC_OK) {
        *f->npartitions = FINNC_PARTITION_COUNT + 1; /* said once */
        return status;
    }
    ++*f->npartitions;
    FINNC_TRY(finnc_node_open_partition(f->cx, node, path, sizeof path, &part));
    snprintf(where, sizeof where, "%.250spartition %.200s: ", f->where, finnc_node_name(node));
    inner.where = where;
    status = examine(&inner, part, depth + 1);
    finnc_model_destroy(part);
    return status;
}

static finnc_status check_partitions(const fnc_findings *f, const finnc_graph *graph, int depth)
{
    finnc_foreach_node (node, graph)
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
            FINNC_TRY(note_failure(f, examine_partition(f, node, depth)));
    return FINNC_OK;
}

static finnc_status examine(const fnc_findings *f, finnc_model *model, int depth)
{
    finnc_graph *graph = finnc_model_graph(model);
    finnc_status status = finnc_graph_check(f->cx, graph);
    if (status == FINNC_OK)
        status = finnc_graph_check_ends(f->cx, graph);
    bool is_sound = status == FINNC_OK;
    FINNC_TRY(note_failure(f, status));
    if (!is_sound)
        return FINNC_OK; /* nothing can be said about the nodes of a graph that is none */
    FINNC_TRY(fnc_check_known(f, model));
    FINNC_TRY(check_nodes(f, graph));
    FINNC_TRY(check_functions(f, model));
    FINNC_TRY(check_values(f, graph));
    FINNC_TRY(check_node_names(f, graph));
    FINNC_TRY(check_order(f, graph));
    FINNC_TRY(check_windows(f, graph));
    FINNC_TRY(check_inputs(f, graph));
    FINNC_TRY(check_outputs(f, graph));
    return check_partitions(f, graph, depth);
}

finnc_status finnc_model_examine(finnc_ctx *cx, finnc_model *model, finnc_finding_fn found,
                                 void *user)
{
    size_t npartitions = 0;
    const fnc_findings f = {
        .cx = cx, .found = found, .user = user, .where = "", .npartitions = &npartitions};
    return examine(&f, model, 0);
}
