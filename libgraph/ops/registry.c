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

/* Other names: aliases.def. */

#define NAME(home, old, name)
#define VARIANT(domain, suffix, trait)
static const char *home_of(const char *domain)
{
    static const struct {
        const char *old, *home;
    } domains[] = {
#define DOMAIN(old, home) {old, home},
#include "aliases.def"
#undef DOMAIN
    };
    domain = domain ? domain : "";
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (!strcmp(domains[i].old, domain))
            return domains[i].home;
    return domain;
}
#undef NAME
#undef VARIANT

#define DOMAIN(old, home)
#define VARIANT(domain, suffix, trait)
/* The name that an op of this one goes by now, or NULL. */
static const char *find_new_name(const char *home, const char *old)
{
    static const struct {
        const char *home, *old, *name;
    } names[] = {
#define NAME(home, old, name) {home, old, name},
#include "aliases.def"
#undef NAME
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].old, old) && !strcmp(names[i].home, home))
            return names[i].name;
    return NULL;
}
#undef DOMAIN
#undef VARIANT

typedef struct variant {
    const char *domain, *suffix;
    unsigned trait;
} variant;

#define DOMAIN(old, home)
#define NAME(home, old, name)
static const variant variants[] = {
#define VARIANT(domain, suffix, trait) {domain, suffix, trait},
#include "aliases.def"
#undef VARIANT
};
#undef DOMAIN
#undef NAME

/* Is `home` below `domain`, as a.b.c is below a.b; or, with `or_same`, that itself? */
static bool is_below(const char *home, const char *domain, bool or_same)
{
    size_t length = strlen(domain);
    return !strncmp(home, domain, length) && (home[length] == '.' || (or_same && !home[length]));
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

const char *finnc_op_choices(const finnc_op *op, const char *attr)
{
    for (const finnc_choice *c = op->choices; c && c->attr; c++)
        if (!strcmp(c->attr, attr))
            return c->words;
    return NULL;
}

const finnc_attr_spec *finnc_op_attr(const finnc_op *op, size_t i)
{
    size_t own = 0;
    while (own < FINNC_OP_MAX_ATTRS && op->attrs[own].name && own < i)
        own++;
    if (own < FINNC_OP_MAX_ATTRS && op->attrs[own].name)
        return &op->attrs[own];
    const finnc_attr_spec *common = op->common;
    for (; common && common->name; common++, own++)
        if (own == i)
            return common;
    return NULL;
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

static const finnc_op *find_row(const char *domain, const char *name)
{
    const finnc_op *const *ops = sorted_ops();
    size_t low = 0, high = NOPS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = compare_key(domain, name, ops[middle]);
        if (c == 0)
            return ops[middle];
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* A row whose name with the suffix is `op_type`: MVAU for MVAU_hls. */
static const finnc_op *find_variant(const char *home, const char *op_type)
{
    size_t length = strlen(op_type);
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        size_t tail = strlen(variants[v].suffix);
        bool is_here =
            !strcmp(home, variants[v].domain) || is_below(variants[v].domain, home, false);
        if (!is_here || length <= tail || strcmp(op_type + length - tail, variants[v].suffix) != 0)
            continue;
        for (size_t i = 0; i < NOPS; i++)
            if (rows[i]->traits & variants[v].trait &&
                is_below(variants[v].domain, domain_of(rows[i]), false) &&
                strlen(rows[i]->name) == length - tail &&
                !strncmp(rows[i]->name, op_type, length - tail))
                return rows[i];
    }
    return NULL;
}

const finnc_op *finnc_op_find(const char *domain, const char *op_type)
{
    const char *home = home_of(domain);
    const finnc_op *op = find_row(home, op_type);
    if (op || !*home)
        return op;
    const char *name = find_new_name(home, op_type);
    return name ? find_row(home, name) : find_variant(home, op_type);
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

/* The row among the program's own; NULL. */
static const finnc_own_op *find_own(const finnc_node *node, const finnc_op *op)
{
    const finnc_own_op *own = node->graph->model->own_ops;
    for (; own && own->op; own++)
        if (op ? own->op == op : !compare_key(node->domain, node->op_type, own->op))
            return own;
    return NULL;
}

/* Its own op, if neither finnc nor the model has one. */
static const finnc_op *find_op(const finnc_node *node)
{
    if (fnc_node_find_function(node))
        return NULL;
    const finnc_op *op = finnc_op_find(finnc_node_home(node), node->op_type);
    const finnc_own_op *own = op ? NULL : find_own(node, NULL);
    return own ? own->op : op;
}

const finnc_kernel *finnc_node_own_kernel(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_own_op *own = op ? find_own(node, op) : NULL;
    return own ? own->kernel : NULL;
}

const finnc_op *finnc_node_find_op(const finnc_node *node)
{
    static const finnc_op nobody = {.name = ""}; /* remembers that there is none */
    const finnc_op *op = atomic_load_explicit(&node->op, memory_order_relaxed);
    if (!op) {
        op = find_op(node);
        if (!strcmp(node->domain, "finn")) /* may change with the attributes */
            return op;
        finnc_node *n = (finnc_node *)node; /* a cache: who fills it writes the same */
        atomic_store_explicit(&n->op, op ? op : &nobody, memory_order_relaxed);
    }
    return op == &nobody ? NULL : op;
}

/* Is the home ONNX's, QONNX's or FINN's: one of these, or below it? */
static bool is_known_home(const char *home)
{
    static const char *const families[] = {"ai.onnx", "qonnx.custom_op", "finn.custom_op"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (is_below(home, families[i], true))
            return true;
    return !*home;
}

/* An old name is as good as the new one. What is specialised for HLS or RTL is another op for the
 * passes, if one that computes the same. */
bool finnc_node_is_any(const finnc_node *node, const char *op_type)
{
    if (strcmp(node->op_type, op_type) != 0) {
        const char *name =
            *node->domain ? find_new_name(finnc_node_home(node), node->op_type) : NULL;
        return name && !strcmp(name, op_type) && !fnc_node_find_function(node);
    }
    if (!*node->domain)
        return true;
    const finnc_op *op = finnc_node_find_op(node);
    if (op && !find_own(node, op))
        return true;
    return is_known_home(finnc_node_home(node)) && !fnc_node_find_function(node);
}

bool finnc_node_is(const finnc_node *node, const char *op_type)
{
    return finnc_node_is_any(node, op_type) &&
           !(finnc_node_is_custom(node) && finnc_op_find("", op_type));
}

bool finnc_node_is_custom(const finnc_node *node)
{
    const char *home = finnc_node_home(node);
    return *home && strcmp(home, "ai.onnx.ml") && strcmp(home, "ai.onnx.preview.training");
}

static const struct {
    unsigned trait;
    const char *name;
} traits[] = {
    {FINNC_OP_ELEMENTWISE, "element-wise"},
    {FINNC_OP_COMMUTATIVE, "commutative"},
    {FINNC_OP_MOVES, "moves elements"},
    {FINNC_OP_QUANTISER, "quantiser"},
    {FINNC_OP_HARDWARE, "hardware layer"},
    {FINNC_OP_RANDOM, "random"},
    {FINNC_OP_CONTROL, "runs subgraphs"},
    {FINNC_OP_LINEAR, "linear"},
    {FINNC_OP_HLS, "for HLS too"},
    {FINNC_OP_RTL, "for RTL too"},
    {FINNC_OP_PARTITION, "a model in a file"},
    {FINNC_OP_MEMORY, "brings what lies in a memory"},
    {FINNC_OP_PICKS, "may choose among elements"},
    {FINNC_OP_NAMES, "names values of the graph around"},
};

const char *finnc_op_trait_name(unsigned trait)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++)
        if (traits[i].trait == trait)
            return traits[i].name;
    return NULL;
}

bool finnc_node_has_trait(const finnc_node *node, unsigned trait)
{
    const finnc_op *op = finnc_node_find_op(node);
    return op && op->traits & trait;
}

bool finnc_node_trains(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    return op && op->trains && op->trains(node);
}

/* The function that a node lies in; NULL: it lies in the main graph. */
static const fnc_function *function_around(const finnc_node *node)
{
    const finnc_graph *graph = node->graph;
    while (graph->owner)
        graph = graph->owner->graph;
    return graph->function ? &graph->model->functions[graph->function - 1] : NULL;
}

int64_t finnc_node_opset(const finnc_node *node)
{
    int64_t imported = node->opset;
    const fnc_function *function = imported ? NULL : function_around(node);
    if (function)
        imported = fnc_function_opset(function, node->domain);
    if (!imported)
        imported = finnc_model_find_opset(node->graph->model, node->domain);
    if (!imported)
        imported = finnc_model_find_opset(node->graph->model, finnc_node_home(node));
    return imported;
}

int finnc_node_version(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    const int64_t opset = finnc_node_opset(node), imported = opset ? opset : 1;
    int version = 1;
    for (size_t i = 0; op && i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        if (op->since[i] <= imported)
            version = op->since[i];
    return version;
}
