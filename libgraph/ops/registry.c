/* The list of ops, and how a node finds its own. */
#include "../ir/ir.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define OP(row, state) extern const finnc_op fnc_op_##row;
#include "ops.def"
#undef OP

static const finnc_op *const rows[] = {
#define OP(row, state) &fnc_op_##row,
#include "ops.def"
#undef OP
};
enum { NOPS = sizeof rows / sizeof *rows };

/* Old names of domains and what they mean now. "finn" depends on the node. */
static const struct {
    const char *old, *home;
} aliases[] = {
    {"ai.onnx", ""},
    {"onnx.brevitas", "qonnx.custom_op.general"},
    {"finn.custom_op.general", "qonnx.custom_op.general"},
};

static const char *home_of(const char *domain)
{
    domain = domain ? domain : "";
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i].old, domain))
            return aliases[i].home;
    return domain;
}

static const char *domain_of(const finnc_op *op)
{
    return op->domain ? op->domain : "";
}

static int compare_key(const char *domain, const char *name, const finnc_op *op)
{
    int c = strcmp(domain, domain_of(op));
    return c ? c : strcmp(name, op->name);
}

static int compare_ops(const void *a, const void *b)
{
    const finnc_op *x = *(const finnc_op *const *)a, *y = *(const finnc_op *const *)b;
    return compare_key(domain_of(x), x->name, y);
}

static const finnc_op *sorted[NOPS];

static void sort_ops(void)
{
    memcpy(sorted, rows, sizeof rows);
    qsort(sorted, NOPS, sizeof *sorted, compare_ops);
}

/* The rows in order, sorted the first time that somebody asks. */
static const finnc_op *const *sorted_ops(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, sort_ops);
    return sorted;
}

bool finnc_op_can_run(const finnc_op *op)
{
    enum { NO_KERNEL, RUNS };
    static const char states[] = {
#define OP(row, state) state,
#include "ops.def"
#undef OP
    };
    for (size_t i = 0; i < NOPS; i++)
        if (rows[i] == op)
            return states[i] == RUNS;
    return false;
}

const finnc_formal *finnc_op_formal(const finnc_formal *formals, size_t i)
{
    for (size_t f = 0; f < FINNC_OP_MAX_FORMALS && formals[f].name; f++)
        if (f == i || formals[f].flags & FINNC_VARIADIC)
            return &formals[f];
    return NULL;
}

finnc_types finnc_op_types(const finnc_op *op, const finnc_formal *formals, size_t i)
{
    const finnc_formal *formal = finnc_op_formal(formals, i);
    if (!formal || !formal->type)
        return 0;
    for (size_t t = 0; t < FINNC_OP_MAX_TYPES && op->types[t].name; t++)
        if (!strcmp(op->types[t].name, formal->type))
            return op->types[t].types;
    finnc_elem elem = finnc_elem_find(formal->type);
    return elem ? UINT64_C(1) << elem : 0;
}

const finnc_op *finnc_op_at(size_t i)
{
    return i < NOPS ? sorted_ops()[i] : NULL;
}

const finnc_op *finnc_op_find(const char *domain, const char *op_type)
{
    const finnc_op *const *ops = sorted_ops();
    domain = home_of(domain);
    size_t low = 0, high = NOPS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = compare_key(domain, op_type, ops[middle]);
        if (c == 0)
            return ops[middle];
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *finnc_node_home(const finnc_node *node)
{
    if (strcmp(node->domain, "finn") != 0)
        return home_of(node->domain);
    const char *backend = finnc_node_string(node, "backend", "");
    return !strcmp(backend, "fpgadataflow") ? "finn.custom_op.fpgadataflow"
                                            : "qonnx.custom_op.general";
}

static bool same_text(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

/* It has precedence over whatever the domain is known for. */
const fnc_function *fnc_node_find_function(const finnc_node *node)
{
    return fnc_model_find_function(node->graph->model, node);
}

const fnc_function *fnc_model_find_function(const finnc_model *model, const finnc_node *node)
{
    if (!*home_of(node->domain))
        return NULL;
    for (size_t i = 0; i < model->nfunctions; i++) {
        const fnc_function *f = &model->functions[i];
        if (same_text(f->name, node->op_type) && same_text(f->domain, node->domain) &&
            same_text(f->overload, node->overload))
            return f;
    }
    return NULL;
}

const finnc_op *finnc_node_find_op(const finnc_node *node)
{
    static const finnc_op nobody = {.name = ""}; /* remembers that there is none */
    const finnc_op *op = atomic_load_explicit(&node->op, memory_order_relaxed);
    if (!op) {
        op = fnc_node_find_function(node) ? NULL
                                          : finnc_op_find(finnc_node_home(node), node->op_type);
        if (!strcmp(node->domain, "finn")) /* may change with the attributes */
            return op;
        finnc_node *n = (finnc_node *)(uintptr_t)node; /* a cache: who fills it writes the same */
        atomic_store_explicit(&n->op, op ? op : &nobody, memory_order_relaxed);
    }
    return op == &nobody ? NULL : op;
}

/* Is the home ONNX's, QONNX's or FINN's: one of these, or below it? */
static bool is_known_home(const char *home)
{
    static const char *const families[] = {"ai.onnx", "qonnx.custom_op", "finn.custom_op"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t length = strlen(families[i]);
        if (!strncmp(home, families[i], length) && (!home[length] || home[length] == '.'))
            return true;
    }
    return !*home;
}

bool finnc_node_is(const finnc_node *node, const char *op_type)
{
    if (strcmp(node->op_type, op_type) != 0)
        return false;
    if (!*node->domain || finnc_node_find_op(node))
        return true;
    return is_known_home(finnc_node_home(node)) && !fnc_node_find_function(node);
}

bool finnc_node_is_custom(const finnc_node *node)
{
    const char *home = finnc_node_home(node);
    return *home && strcmp(home, "ai.onnx.ml") && strcmp(home, "ai.onnx.preview.training");
}

bool finnc_node_has_trait(const finnc_node *node, unsigned trait)
{
    const finnc_op *op = finnc_node_find_op(node);
    return op && op->traits & trait;
}

int finnc_node_version(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    int64_t imported = node->opset;
    if (!imported)
        imported = finnc_model_find_opset(node->graph->model, node->domain);
    if (!imported)
        imported = finnc_model_find_opset(node->graph->model, finnc_node_home(node));
    if (!imported)
        imported = 1;
    int version = 1;
    for (size_t i = 0; op && i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        if (op->since[i] <= imported)
            version = op->since[i];
    return version;
}
