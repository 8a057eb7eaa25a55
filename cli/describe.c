/* A model for people: its nodes as a table and what they add up to. */
#include "cli.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *cli_dims(int rank, const int64_t *dims, char text[CLI_SHAPE_MAX])
{
    size_t used = 0;
    if (!rank)
        snprintf(text, CLI_SHAPE_MAX, "scalar");
    for (int i = 0; i < rank && used < CLI_SHAPE_MAX; i++)
        used += (size_t)snprintf(text + used, CLI_SHAPE_MAX - used, "%s%" PRId64, i ? "x" : "",
                                 dims[i]);
    return text;
}

const char *cli_shape(const finnc_value *value, char text[CLI_SHAPE_MAX])
{
    int rank = finnc_value_rank(value);
    size_t used = 0;
    snprintf(text, CLI_SHAPE_MAX, rank < 0 ? "?" : "scalar");
    for (int i = 0; i < rank && used < CLI_SHAPE_MAX; i++) {
        finnc_dim dim = finnc_value_dim(value, i);
        const char *x = i ? "x" : "";
        used += (size_t)(dim.size >= 0 ? snprintf(text + used, CLI_SHAPE_MAX - used, "%s%" PRId64,
                                                  x, dim.size)
                                       : snprintf(text + used, CLI_SHAPE_MAX - used, "%s%s", x,
                                                  dim.symbol ? dim.symbol : "?"));
    }
    return text;
}

const char *cli_elem(finnc_elem elem, char text[FINNC_DTYPE_NAME_MAX])
{
    const char *name = finnc_elem_name(elem);
    snprintf(text, FINNC_DTYPE_NAME_MAX, "%s", elem == FINNC_ELEM_UNDEFINED || !name ? "?" : name);
    for (char *s = text; *s; s++)
        *s = (char)tolower((unsigned char)*s);
    if (elem == FINNC_ELEM_FLOAT)
        snprintf(text, FINNC_DTYPE_NAME_MAX, "float32");
    return text;
}

bool cli_is_complex(finnc_elem elem)
{
    return elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128;
}

static void put_string(FILE *to, finnc_string string)
{
    putc('"', to);
    for (size_t i = 0; i < string.length; i++)
        cli_put(to, (char[]){string.data[i], 0});
    putc('"', to);
}

void cli_put_element(FILE *to, const finnc_tensor *tensor, int64_t i)
{
    const finnc_elem elem = finnc_tensor_elem(tensor);
    if (elem == FINNC_ELEM_STRING)
        put_string(to, finnc_tensor_get_string(tensor, i));
    else if (elem == FINNC_ELEM_UINT64)
        fprintf(to, "%" PRIu64, finnc_tensor_get_uint(tensor, i));
    else if (finnc_elem_is_integer(elem))
        fprintf(to, "%" PRId64, finnc_tensor_get_int(tensor, i));
    else if (cli_is_complex(elem))
        fprintf(to, "%.7g%+.7gj", finnc_tensor_get(tensor, i),
                finnc_tensor_get_imaginary(tensor, i));
    else
        fprintf(to, "%.7g", finnc_tensor_get(tensor, i));
}

const char *cli_type(const finnc_value *value, char text[FINNC_DTYPE_NAME_MAX])
{
    finnc_dtype dtype = finnc_value_dtype(value);
    /* FLOAT32 as an annotation says no more than none. */
    if (finnc_value_has_dtype(value) && dtype.kind != FINNC_DTYPE_FLOAT32)
        return finnc_dtype_name(dtype, text);
    return cli_elem(finnc_value_elem(value), text);
}

/* ---- what adds up ---- */

/* Parameters of one data type. */
typedef struct tally {
    char type[FINNC_DTYPE_NAME_MAX];
    double count, bits;
} tally;

enum { NTALLIES = 16 }; /* more data types than that in one model are summed up as "other" */

typedef struct totals {
    tally tallies[NTALLIES];
    size_t ntallies;
    const char **op_types; /* one per node */
    size_t nnodes, room;
    double macs;
    size_t nunknown; /* nodes whose cost is not known */
} totals;

static void count_parameters(totals *t, const finnc_value *value)
{
    char type[FINNC_DTYPE_NAME_MAX];
    cli_type(value, type);
    double count = (double)finnc_tensor_nelems(finnc_value_tensor(value));
    int bits = finnc_value_has_dtype(value) ? finnc_dtype_bits(finnc_value_dtype(value))
                                            : finnc_elem_bits(finnc_value_elem(value));
    size_t i = 0;
    while (i < t->ntallies && strcmp(t->tallies[i].type, type))
        i++;
    if (i == NTALLIES)
        snprintf(t->tallies[--i].type, sizeof type, "other");
    else if (i == t->ntallies)
        snprintf(t->tallies[t->ntallies++].type, sizeof type, "%s", type);
    t->tallies[i].count += count;
    t->tallies[i].bits += count * bits;
}

static bool count_node(totals *t, const finnc_node *node)
{
    const char **more = cli_grow(t->op_types, sizeof *more, t->nnodes, &t->room);
    if (!more)
        return false;
    t->op_types = more;
    t->op_types[t->nnodes++] = finnc_node_op_type(node);
    return true;
}

/* ---- the table ---- */

typedef struct walk {
    cli *c;
    cli_table table;
    totals totals;
    finnc_model **parts; /* of partitions: the totals name their nodes */
    size_t nparts, part_room;
    int nesting; /* partitions around the graph at hand */
    bool is_cut; /* that not all are shown has been said */
} walk;

static void add_heading(walk *w)
{
    static const char *const heads[] = {"#",     "op",   "name",   "in",  "weights",
                                        "shape", "type", "params", "MACs"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&w->table, "%s", heads[i]);
}

/* The constants of a node: the first one's shape and type, and how many elements they all have. */
static void add_weights(const finnc_node *node, char *text, size_t size, double *nparams)
{
    char shape[CLI_SHAPE_MAX], type[FINNC_DTYPE_NAME_MAX];
    size_t nconstants = 0;
    text[0] = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (!value || !finnc_value_is_constant(value))
            continue;
        const finnc_tensor *tensor = finnc_value_tensor(value);
        *nparams += (double)finnc_tensor_nelems(tensor);
        if (!nconstants++)
            snprintf(text, size, "%s %s",
                     cli_dims(finnc_tensor_rank(tensor), finnc_tensor_dims(tensor), shape),
                     cli_type(value, type));
    }
    if (nconstants > 1) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, " +%zu", nconstants - 1);
    }
}

static const finnc_value *first_variable(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && !finnc_value_is_constant(value))
            return value;
    }
    return NULL;
}

static void add_node(walk *w, const finnc_node *node, size_t number, int depth)
{
    cli_table *t = &w->table;
    char text[256], number_text[CLI_NUMBER_MAX], weights[CLI_SHAPE_MAX + FINNC_DTYPE_NAME_MAX + 16];
    double nparams = 0;
    add_weights(node, weights, sizeof weights, &nparams);
    finnc_cost cost;
    bool is_known = finnc_node_cost(w->c->cx, node, &cost) == FINNC_OK;
    if (!is_known) {
        finnc_ctx_clear(w->c->cx);
        w->totals.nunknown++;
    }
    w->totals.macs += cost.macs;

    const finnc_value *in = first_variable(node);
    const finnc_value *out = finnc_node_output(node, 0);
    cli_table_add(t, "%zu", number);
    cli_table_add(t, "%*s%s", 2 * depth, "", finnc_node_op_type(node));
    cli_table_add(t, "%s", finnc_node_name(node));
    cli_table_add(t, "%s", in ? cli_type(in, text) : "");
    cli_table_add(t, "%s", weights);
    cli_table_add(t, "%s", out ? cli_shape(out, text) : "");
    cli_table_add(t, "%s", out ? cli_type(out, text) : "");
    cli_table_add(t, "%s", nparams > 0 ? cli_thousands(nparams, number_text) : "");
    cli_table_add(t, "%s",
                  !is_known        ? "?"
                  : cost.macs != 0 ? cli_thousands(cost.macs, number_text)
                                   : "");
    for (size_t i = 1; i < finnc_node_noutputs(node); i++) {
        const finnc_value *more = finnc_node_output(node, i);
        if (!more)
            continue;
        for (int column = 0; column < 5; column++)
            cli_table_add(t, "%s", "");
        cli_table_add(t, "%s", cli_shape(more, text));
        cli_table_add(t, "%s", cli_type(more, text));
        cli_table_add(t, "%s", "");
        cli_table_add(t, "%s", "");
    }
}

static finnc_status add_graph(walk *w, const finnc_graph *graph, int depth);

/* What a node holds: a graph of that kind, under a name of its own or "". */
static finnc_status add_inner(walk *w, const char *kind, const char *name, const finnc_graph *graph,
                              int depth)
{
    cli_table_add(&w->table, "%s", "");
    cli_table_add(&w->table, "%*s%s:", 2 * depth + 1, "", kind);
    cli_table_add(&w->table, "%s", name);
    for (int column = 3; column < 9; column++)
        cli_table_add(&w->table, "%s", "");
    return add_graph(w, graph, depth + 1);
}

static finnc_status add_bodies(walk *w, const finnc_node *node, int depth)
{
    const char *attr;
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, &attr)); i++)
        FINNC_TRY(add_inner(w, attr, "", body, depth));
    return FINNC_OK;
}

/* What is wrong with a part does not keep the rest from being shown. */
static finnc_status warn(cli *c, finnc_status status)
{
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    cli_say(c, CLI_YELLOW, "warning", finnc_ctx_message(c->cx));
    finnc_ctx_clear(c->cx);
    return FINNC_OK;
}

finnc_status cli_infer_shapes(cli *c, finnc_model *model)
{
    const finnc_status status = finnc_graph_infer_shapes(c->cx, finnc_model_graph(model));
    return status == FINNC_OK ? FINNC_OK : warn(c, status);
}

static finnc_status add_partition(walk *w, const finnc_node *node, int depth)
{
    char path[4096];
    finnc_model *model;
    finnc_ctx *cx = w->c->cx;
    if (w->nesting >= FINNC_PARTITION_DEPTH || w->nparts >= FINNC_PARTITION_COUNT) {
        if (!w->is_cut)
            cli_say(w->c, CLI_YELLOW, "warning",
                    "partitions lie too deep, or there are too many, to show them all: does one "
                    "contain itself?");
        w->is_cut = true;
        return FINNC_OK;
    }
    finnc_model **more = cli_grow(w->parts, sizeof *more, w->nparts, &w->part_room);
    if (!more)
        return finnc_no_memory(cx);
    w->parts = more;
    const int at = finnc_ctx_enter(cx, "", finnc_node_name(node), finnc_node_op_type(node));
    finnc_status status = finnc_node_open_partition(cx, node, path, sizeof path, &model);
    finnc_ctx_leave(cx, at);
    if (status != FINNC_OK)
        return warn(w->c, status);
    w->parts[w->nparts++] = model;
    FINNC_TRY(cli_infer_shapes(w->c, model));
    w->nesting++;
    status = add_inner(w, "model", cli_file_name(path), finnc_model_graph(model), depth);
    w->nesting--;
    return status;
}

static finnc_status add_graph(walk *w, const finnc_graph *graph, int depth)
{
    size_t number = 0;
    finnc_foreach_value (value, graph) {
        if (finnc_value_is_constant(value))
            count_parameters(&w->totals, value);
    }
    finnc_foreach_node (node, graph) {
        FINNC_TRY(finnc_ctx_check(w->c->cx));
        if (!count_node(&w->totals, node))
            return finnc_no_memory(w->c->cx);
        add_node(w, node, number++, depth);
        FINNC_TRY(add_bodies(w, node, depth));
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
            FINNC_TRY(add_partition(w, node, depth));
    }
    return FINNC_OK;
}

/* ---- the totals ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef struct group {
    const char *op_type;
    size_t count;
} group;

static int by_count(const void *a, const void *b)
{
    const group *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->op_type, y->op_type);
}

static finnc_status put_op_counts(walk *w, FILE *to)
{
    totals *t = &w->totals;
    fprintf(to, "%zu node%s", t->nnodes, t->nnodes == 1 ? "" : "s");
    if (t->nnodes) {
        group *groups = calloc(t->nnodes, sizeof *groups);
        if (!groups)
            return finnc_no_memory(w->c->cx);
        qsort(t->op_types, t->nnodes, sizeof *t->op_types, by_name);
        size_t n = 0;
        for (size_t i = 0; i < t->nnodes; i++) {
            if (!i || strcmp(t->op_types[i], t->op_types[i - 1]))
                groups[n++].op_type = t->op_types[i];
            groups[n - 1].count++;
        }
        qsort(groups, n, sizeof *groups, by_count);
        for (size_t i = 0; i < n; i++) {
            fprintf(to, "%s%zu ", i ? ", " : ": ", groups[i].count);
            cli_put(to, groups[i].op_type);
        }
        free(groups);
    }
    putc('\n', to);
    return FINNC_OK;
}

static void put_parameters(const totals *t, FILE *to)
{
    char text[CLI_NUMBER_MAX];
    double count = 0, bits = 0;
    for (size_t i = 0; i < t->ntallies; i++) {
        count += t->tallies[i].count;
        bits += t->tallies[i].bits;
    }
    fprintf(to, "%s parameters", cli_thousands(count, text));
    for (size_t i = 0; i < t->ntallies; i++)
        fprintf(to, "%s%s %s", i ? ", " : ": ", cli_thousands(t->tallies[i].count, text),
                t->tallies[i].type);
    fprintf(to, "%s%s when packed\n", t->ntallies ? "; " : ": ", cli_bytes(bits / 8, text));
}

finnc_status cli_describe_nodes(cli *c, const finnc_model *model, FILE *to)
{
    walk w = {.c = c};
    cli_table_init(&w.table, "><<<<<<>>");
    add_heading(&w);
    finnc_status status = add_graph(&w, finnc_model_graph(model), 0);
    if (status == FINNC_OK)
        status = cli_table_print(c, &w.table, "  ", to);
    putc('\n', to);
    if (status == FINNC_OK)
        status = put_op_counts(&w, to);
    if (status == FINNC_OK) {
        char text[CLI_NUMBER_MAX];
        put_parameters(&w.totals, to);
        fprintf(to, "%s multiply-accumulates", cli_thousands(w.totals.macs, text));
        if (w.totals.nunknown)
            fprintf(to, ", and those of %zu nodes whose shapes are not known", w.totals.nunknown);
        putc('\n', to);
    }
    cli_table_clear(&w.table);
    free(w.totals.op_types);
    while (w.nparts > 0)
        finnc_model_destroy(w.parts[--w.nparts]);
    free(w.parts);
    return status;
}
