/* finnc check: is a model valid, and does it keep what FINN's passes rely on? Lists everything that
 * is wrong, not only the first. */
#include "cli.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct findings {
    cli *c;
    bool is_strict;
    size_t nerrors, nwarnings;
    json_t *list; /* with --json */
} findings;

/* An error is wrong for everybody; a warning breaks what FINN's passes rely on. */
static finnc_status add_finding(findings *f, bool is_error, const char *text)
{
    f->nerrors += is_error;
    f->nwarnings += !is_error;
    if (!f->list) {
        printf("%s: ", is_error ? "error" : "warning");
        cli_put(stdout, text);
        putchar('\n');
        return FINNC_OK;
    }
    json_t *object = json_pack("{s:s, s:o}", "severity", is_error ? "error" : "warning", "message",
                               json_stringn_nocheck(text, strlen(text)));
    return !object || json_array_append_new(f->list, object) ? finnc_no_memory(f->c->cx) : FINNC_OK;
}

/* A failure of the library becomes a finding, unless it is one of ours: memory, Ctrl-C. */
static finnc_status note_failure(findings *f, finnc_status status)
{
    char text[1024];
    if (status == FINNC_OK || status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    snprintf(text, sizeof text, "%s", finnc_ctx_message(f->c->cx));
    finnc_ctx_clear(f->c->cx);
    return add_finding(f, true, text);
}

FINNC_PRINTF(2, 3) static finnc_status warn(findings *f, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return add_finding(f, f->is_strict, text);
}

/* ---- nodes ---- */

static finnc_status check_nodes(findings *f, finnc_graph *graph);

static finnc_status check_bodies(findings *f, const finnc_node *node)
{
    finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
        FINNC_TRY(check_nodes(f, body));
    return FINNC_OK;
}

/* Node by node, so that one contradiction does not hide the next. */
static finnc_status check_nodes(findings *f, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        FINNC_TRY(finnc_ctx_check(f->c->cx));
        finnc_status status = finnc_node_check(f->c->cx, node);
        bool is_sound = status == FINNC_OK;
        FINNC_TRY(note_failure(f, status));
        /* What a broken node would infer is noise. */
        if (is_sound)
            FINNC_TRY(note_failure(f, finnc_node_infer_shapes(f->c->cx, node, false)));
        FINNC_TRY(check_bodies(f, node));
    }
    return FINNC_OK;
}

/* ---- FINN's invariants ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(finnc_node_name(*(finnc_node *const *)a),
                  finnc_node_name(*(finnc_node *const *)b));
}

/* FINN finds nodes by name. */
static finnc_status check_node_names(findings *f, const finnc_graph *graph)
{
    size_t count = finnc_graph_nnodes(graph), n = 0, nunnamed = 0;
    finnc_node **nodes = calloc(count ? count : 1, sizeof *nodes);
    if (!nodes)
        return finnc_no_memory(f->c->cx);
    finnc_foreach_node (node, graph) {
        nodes[n++] = node;
        nunnamed += !finnc_node_name(node)[0];
    }
    qsort(nodes, n, sizeof *nodes, by_name);
    finnc_status status = nunnamed
                              ? warn(f, "%zu node%s no name; GiveUniqueNodeNames names them all",
                                     nunnamed, nunnamed == 1 ? " has" : "s have")
                              : FINNC_OK;
    for (size_t i = 1; i < n && status == FINNC_OK; i++) {
        const char *name = finnc_node_name(nodes[i]);
        bool is_first = i == 1 || strcmp(name, finnc_node_name(nodes[i - 2]));
        if (name[0] && is_first && !strcmp(name, finnc_node_name(nodes[i - 1])))
            status = warn(f, "several nodes are named %s", name);
    }
    free(nodes);
    return status;
}

/* An initialiser's elements have to be numbers that its data type can hold. */
static finnc_status check_range(findings *f, const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    finnc_dtype dtype = finnc_value_dtype(value);
    char name[FINNC_DTYPE_NAME_MAX], text[512];
    int64_t n = finnc_tensor_nelems(tensor), nwrong = 0, first = -1;
    if (finnc_tensor_elem(tensor) == FINNC_ELEM_STRING)
        return FINNC_OK;
    for (int64_t i = 0; i < n; i++)
        if (!finnc_dtype_allows(dtype, finnc_tensor_get(tensor, i)) && nwrong++ == 0)
            first = i;
    if (!nwrong)
        return FINNC_OK;
    snprintf(text, sizeof text,
             "initialiser %.200s: %" PRId64 " of %" PRId64
             " elements are no %s, the first is %g at %" PRId64,
             finnc_value_name(value), nwrong, n, finnc_dtype_name(dtype, name),
             finnc_tensor_get(tensor, first), first);
    return add_finding(f, true, text);
}

static finnc_status check_values(findings *f, const finnc_graph *graph)
{
    size_t nunknown = 0;
    const char *example = NULL;
    finnc_foreach_value (value, graph) {
        FINNC_TRY(finnc_ctx_check(f->c->cx));
        if (finnc_value_is_constant(value) && finnc_value_has_dtype(value))
            FINNC_TRY(check_range(f, value));
        bool is_known = finnc_value_nelems(value) >= 0;
        if (!is_known && !nunknown++)
            example = finnc_value_name(value);
    }
    return nunknown
               ? warn(f, "the shapes of %zu tensors are not known, such as %s", nunknown, example)
               : FINNC_OK;
}

static finnc_status check_inputs(findings *f, const finnc_graph *graph)
{
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *value = finnc_graph_input(graph, i);
        if (finnc_value_is_constant(value))
            FINNC_TRY(warn(f,
                           "initialiser %s is also a graph input; RemoveStaticGraphInputs makes it "
                           "none",
                           finnc_value_name(value)));
    }
    return FINNC_OK;
}

/* ---- the command ---- */

static finnc_status check_model(findings *f, const finnc_model *model)
{
    finnc_graph *graph = finnc_model_graph(model);
    finnc_status status = finnc_graph_check(f->c->cx, graph);
    if (status == FINNC_OK)
        status = finnc_graph_check_ends(f->c->cx, graph);
    bool is_sound = status == FINNC_OK;
    FINNC_TRY(note_failure(f, status));
    if (!is_sound)
        return FINNC_OK; /* nothing can be said about the nodes of a graph that is none */
    FINNC_TRY(check_nodes(f, graph));
    FINNC_TRY(check_values(f, graph));
    FINNC_TRY(check_node_names(f, graph));
    return check_inputs(f, graph);
}

static finnc_status put_verdict(findings *f, const char *path)
{
    if (f->list) {
        json_t *root = json_pack("{s:I, s:I, s:O}", "errors", (json_int_t)f->nerrors, "warnings",
                                 (json_int_t)f->nwarnings, "findings", f->list);
        bool is_written = root && !json_dumpf(root, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(root);
        return is_written ? FINNC_OK : finnc_no_memory(f->c->cx);
    }
    if (f->c->is_quiet)
        return FINNC_OK;
    cli_put(stdout, cli_file_name(path));
    if (f->nerrors || f->nwarnings)
        printf(": %zu error%s, %zu warning%s\n", f->nerrors, f->nerrors == 1 ? "" : "s",
               f->nwarnings, f->nwarnings == 1 ? "" : "s");
    else
        puts(": sound");
    return FINNC_OK;
}

static finnc_status check(cli *c)
{
    findings f = {.c = c, .is_strict = cli_has(c, "strict")};
    finnc_model *model;
    if (cli_has(c, "json") && !(f.list = json_array()))
        return finnc_no_memory(c->cx);
    finnc_status status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK) {
        status = check_model(&f, model);
        finnc_model_destroy(model);
    }
    if (status == FINNC_OK)
        status = put_verdict(&f, c->operands[0]);
    json_decref(f.list);
    c->exit_status = f.nerrors > 0;
    return status;
}

const cli_command cli_command_check = {
    .name = "check",
    .group = CLI_ANALYSE,
    .summary = "tell whether a model is valid and keeps FINN's invariants",
    .about =
        "Errors are wrong for everybody: a graph with a cycle, a node whose attributes, inputs or "
        "shapes contradict its op or the file, weights outside their annotated data type. "
        "Warnings break what FINN's passes rely on: unique node names, known shapes, no "
        "initialiser among the inputs. All of them are listed; the exit status is 1 if there is "
        "an error.",
    .examples = "finnc check net.onnx # all that is wrong\n"
                "finnc check net.onnx --strict # is it ready for FINN?\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"strict", 0, CLI_FLAG, NULL, "warnings are errors", 0},
                {"json", 0, CLI_FLAG, NULL, "the list as JSON", 0}},
    .run = check,
};
