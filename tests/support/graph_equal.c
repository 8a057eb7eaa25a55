#include "graph_equal.h"

#include <finnc/op.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_PAIRS = 4096 };

/* What is one in both graphs: values with values, nodes with nodes. */
typedef struct pairing {
    const void *got[MAX_PAIRS], *want[MAX_PAIRS];
    size_t count;
    char *why;
    size_t nwhy;
} pairing;

FINNC_PRINTF(2, 3) static bool differ(pairing *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->why, p->nwhy, format, args);
    va_end(args);
    return false;
}

typedef enum pair_state { PAIR_NEW, PAIR_KNOWN, PAIR_WRONG } pair_state;

static pair_state pair(pairing *p, const void *got, const void *want)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->got[i] == got || p->want[i] == want)
            return p->got[i] == got && p->want[i] == want ? PAIR_KNOWN : PAIR_WRONG;
    if (p->count == MAX_PAIRS)
        return PAIR_WRONG;
    p->got[p->count] = got;
    p->want[p->count++] = want;
    return PAIR_NEW;
}

static const char *label(const finnc_node *node)
{
    return finnc_node_name(node)[0] ? finnc_node_name(node) : finnc_node_op_type(node);
}

static bool same_text(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

/* ---- constants ---- */

static bool same_tensor(pairing *p, const char *name, const finnc_tensor *got,
                        const finnc_tensor *want)
{
    if (finnc_tensor_elem(got) != finnc_tensor_elem(want))
        return differ(p, "constant %s is %s, wanted %s", name,
                      finnc_elem_name(finnc_tensor_elem(got)),
                      finnc_elem_name(finnc_tensor_elem(want)));
    if (finnc_tensor_rank(got) != finnc_tensor_rank(want))
        return differ(p, "constant %s has rank %d, wanted %d", name, finnc_tensor_rank(got),
                      finnc_tensor_rank(want));
    for (int i = 0; i < finnc_tensor_rank(got); i++)
        if (finnc_tensor_dim(got, i) != finnc_tensor_dim(want, i))
            return differ(p, "constant %s has %lld elements along axis %d, wanted %lld", name,
                          (long long)finnc_tensor_dim(got, i), i,
                          (long long)finnc_tensor_dim(want, i));
    double slack = finnc_elem_is_float(finnc_tensor_elem(got)) ? 1e-6 : 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(got); i++) {
        double a = finnc_tensor_get(got, i), b = finnc_tensor_get(want, i);
        if (a != b && !(fabs(a - b) <= slack * fmax(fabs(a), fabs(b))))
            return differ(p, "constant %s[%lld] is %g, wanted %g", name, (long long)i, a, b);
    }
    return true;
}

/* ---- values ---- */

static bool same_annotations(pairing *p, const finnc_value *got, const finnc_value *want)
{
    const char *name = finnc_value_name(got);
    if (!finnc_dtype_equal(finnc_value_dtype(got), finnc_value_dtype(want))) {
        char a[FINNC_DTYPE_NAME_MAX], b[FINNC_DTYPE_NAME_MAX];
        return differ(p, "%s is %s, wanted %s", name, finnc_dtype_name(finnc_value_dtype(got), a),
                      finnc_dtype_name(finnc_value_dtype(want), b));
    }
    if (!same_text(finnc_value_layout(got), finnc_value_layout(want)))
        return differ(p, "the layout of %s is '%s', wanted '%s'", name,
                      finnc_value_layout(got) ? finnc_value_layout(got) : "",
                      finnc_value_layout(want) ? finnc_value_layout(want) : "");
    if (!same_text(finnc_value_sparsity(got), finnc_value_sparsity(want)))
        return differ(p, "the sparsity of %s differs", name);
    return true;
}

static bool same_type(pairing *p, const finnc_value *got, const finnc_value *want)
{
    const char *name = finnc_value_name(got);
    if (!finnc_value_has_type(want))
        return true;
    if (finnc_value_elem(got) != finnc_value_elem(want))
        return differ(p, "%s is %s, wanted %s", name, finnc_elem_name(finnc_value_elem(got)),
                      finnc_elem_name(finnc_value_elem(want)));
    int rank = finnc_value_rank(want);
    if (rank < 0)
        return true;
    if (finnc_value_rank(got) != rank)
        return differ(p, "%s has rank %d, wanted %d", name, finnc_value_rank(got), rank);
    for (int i = 0; i < rank; i++) {
        finnc_dim a = finnc_value_dim(got, i), b = finnc_value_dim(want, i);
        if (a.size != b.size)
            return differ(p, "%s has %lld elements along axis %d, wanted %lld", name,
                          (long long)a.size, i, (long long)b.size);
    }
    return true;
}

static bool same_node(pairing *p, const finnc_node *got, const finnc_node *want);

static bool same_value(pairing *p, const finnc_value *got, const finnc_value *want)
{
    if (!got || !want)
        return got == want || differ(p, "%s is %s", finnc_value_name(got ? got : want),
                                     got ? "there, wanted nothing" : "missing");
    pair_state state = pair(p, got, want);
    if (state == PAIR_WRONG)
        return differ(p, "%s is shared in another way", finnc_value_name(got));
    if (state == PAIR_KNOWN)
        return true;
    if (!same_type(p, got, want) || !same_annotations(p, got, want))
        return false;
    const finnc_tensor *a = finnc_value_tensor(got), *b = finnc_value_tensor(want);
    if (!a != !b)
        return differ(p, "%s is %s constant", finnc_value_name(got), a ? "a" : "no");
    if (a && !same_tensor(p, finnc_value_name(got), a, b))
        return false;
    const finnc_node *x = finnc_value_producer(got), *y = finnc_value_producer(want);
    if (!x || !y)
        return (!x && !y && finnc_value_is_input(got) == finnc_value_is_input(want)) ||
               differ(p, "%s is made by %s, wanted %s", finnc_value_name(got),
                      x ? label(x) : "nobody", y ? finnc_node_op_type(y) : "nobody");
    if (finnc_value_producer_index(got) != finnc_value_producer_index(want))
        return differ(p, "%s is output %zu of %s, wanted %zu", finnc_value_name(got),
                      finnc_value_producer_index(got), label(x), finnc_value_producer_index(want));
    return same_node(p, x, y);
}

/* ---- nodes ---- */

static bool same_graph(pairing *p, const finnc_graph *got, const finnc_graph *want);

static bool same_attr(pairing *p, const finnc_node *node, const finnc_attr *got,
                      const finnc_attr *want)
{
    if (finnc_attr_get_kind(got) == FINNC_ATTR_GRAPH &&
        finnc_attr_get_kind(want) == FINNC_ATTR_GRAPH)
        return same_graph(p, finnc_attr_graph(got, 0), finnc_attr_graph(want, 0));
    return finnc_attr_equal(got, want) ||
           differ(p, "attribute %s of %s differs", finnc_attr_name(want), label(node));
}

static bool same_attrs(pairing *p, const finnc_node *got, const finnc_node *want)
{
    for (size_t i = 0; i < finnc_node_nattrs(want); i++) {
        const finnc_attr *b = finnc_node_attr(want, i);
        const finnc_attr *a = finnc_node_find_attr(got, finnc_attr_name(b));
        if (!a)
            return differ(p, "%s has no attribute %s", label(got), finnc_attr_name(b));
        if (!same_attr(p, got, a, b))
            return false;
    }
    for (size_t i = 0; i < finnc_node_nattrs(got); i++)
        if (!finnc_node_find_attr(want, finnc_attr_name(finnc_node_attr(got, i))))
            return differ(p, "%s has attribute %s, which nobody wanted", label(got),
                          finnc_attr_name(finnc_node_attr(got, i)));
    return true;
}

static bool same_node(pairing *p, const finnc_node *got, const finnc_node *want)
{
    pair_state state = pair(p, got, want);
    if (state != PAIR_NEW)
        return state == PAIR_KNOWN || differ(p, "%s is connected in another way", label(got));
    if (strcmp(finnc_node_op_type(got), finnc_node_op_type(want)) != 0 ||
        strcmp(finnc_node_home(got), finnc_node_home(want)) != 0)
        return differ(p, "%s is %s of '%s', wanted %s of '%s'", label(got), finnc_node_op_type(got),
                      finnc_node_home(got), finnc_node_op_type(want), finnc_node_home(want));
    if (!same_attrs(p, got, want))
        return false;
    size_t n = finnc_node_ninputs(got), m = finnc_node_ninputs(want);
    for (size_t i = 0; i < n || i < m; i++)
        if (!same_value(p, finnc_node_input(got, i), finnc_node_input(want, i)))
            return false;
    n = finnc_node_noutputs(got);
    m = finnc_node_noutputs(want);
    for (size_t i = 0; i < n || i < m; i++)
        if (!finnc_node_output(got, i) != !finnc_node_output(want, i))
            return differ(p, "output %zu of %s is %s", i, label(got),
                          finnc_node_output(got, i) ? "there, wanted nothing" : "missing");
    return true;
}

static bool same_graph(pairing *p, const finnc_graph *got, const finnc_graph *want)
{
    if (finnc_graph_ninputs(got) != finnc_graph_ninputs(want))
        return differ(p, "%zu graph inputs, wanted %zu", finnc_graph_ninputs(got),
                      finnc_graph_ninputs(want));
    if (finnc_graph_noutputs(got) != finnc_graph_noutputs(want))
        return differ(p, "%zu graph outputs, wanted %zu", finnc_graph_noutputs(got),
                      finnc_graph_noutputs(want));
    for (size_t i = 0; i < finnc_graph_ninputs(got); i++)
        if (!same_value(p, finnc_graph_input(got, i), finnc_graph_input(want, i)))
            return false;
    for (size_t i = 0; i < finnc_graph_noutputs(got); i++)
        if (!same_value(p, finnc_graph_output(got, i), finnc_graph_output(want, i)))
            return false;
    if (finnc_graph_nnodes(got) != finnc_graph_nnodes(want))
        return differ(p, "%zu nodes, wanted %zu", finnc_graph_nnodes(got),
                      finnc_graph_nnodes(want));
    return true;
}

bool graph_equal(const finnc_graph *got, const finnc_graph *want, char *why, size_t nwhy)
{
    static pairing p; /* large, and tests run in processes of their own */
    p = (pairing){.why = why, .nwhy = nwhy};
    return same_graph(&p, got, want);
}
