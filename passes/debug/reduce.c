/* Delta debugging of models: tries to take pieces away, half of everything first, then quarters,
 * down to single nodes, and keeps what is still interesting (Zeller, Hildebrandt: Simplifying and
 * isolating failure-inducing input, 2002).
 *
 * A candidate is a clone with one edit. Nodes are named by their place in the order, which is the
 * same in a clone, so the search is deterministic and nothing has to be undone. */
#include <finnc/op.h>
#include <finnc/reduce.h>

#include <base/arena.h>
#include <base/clock.h>

#include <string.h>

typedef struct reducer {
    finnc_ctx *cx;
    finnc_interesting_fn is_interesting;
    const finnc_reduce_options *options;
    finnc_model *best;
    finnc_reduction *done;
    double begin;
    bool is_over; /* a limit is reached */
} reducer;

/* An edit of a clone: pieces `first` to before `first + count`. It answers `applies` false if there
 * is nothing to take away. */
typedef finnc_status edit_fn(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                             bool *applies);
typedef size_t size_fn(const finnc_graph *graph);

/* ---- tidying a candidate ---- */

static bool is_dead(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        const finnc_value *value = finnc_node_output(node, i);
        if (value && (finnc_value_nuses(value) > 0 || finnc_value_is_output(value)))
            return false;
    }
    return true;
}

static void erase_dead_nodes(finnc_graph *graph)
{
    for (finnc_node *node = finnc_graph_last_node(graph), *before; node; node = before) {
        before = finnc_node_prev(node);
        if (is_dead(node))
            finnc_graph_erase_node(node);
    }
}

static finnc_status drop_unused_inputs(finnc_ctx *cx, finnc_graph *graph)
{
    const size_t n = finnc_graph_ninputs(graph);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    finnc_value **kept = FNC_NEW_ARRAY(&arena, finnc_value *, n + 1);
    size_t nkept = 0;
    for (size_t i = 0; i < n && kept; i++) {
        finnc_value *value = finnc_graph_input(graph, i);
        if (finnc_value_nuses(value) > 0 || finnc_value_is_output(value))
            kept[nkept++] = value;
    }
    const finnc_status status =
        kept ? finnc_graph_set_inputs(cx, graph, kept, nkept) : finnc_no_memory(cx);
    fnc_arena_clear(&arena);
    return status;
}

static finnc_status tidy(finnc_ctx *cx, finnc_graph *graph)
{
    erase_dead_nodes(graph);
    FINNC_TRY(drop_unused_inputs(cx, graph));
    finnc_foreach_value (value, graph)
        if (!finnc_value_producer(value) && finnc_value_nuses(value) == 0 &&
            !finnc_value_is_input(value) && !finnc_value_is_output(value))
            finnc_graph_erase_value(value);
    FINNC_TRY(finnc_graph_check(cx, graph));
    return finnc_graph_check_ends(cx, graph);
}

/* ---- lists of inputs and outputs ---- */

static finnc_status add_input(finnc_ctx *cx, finnc_graph *graph, finnc_value *value)
{
    const size_t n = finnc_graph_ninputs(graph);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    finnc_value **all = FNC_NEW_ARRAY(&arena, finnc_value *, n + 1);
    for (size_t i = 0; i < n && all; i++)
        all[i] = finnc_graph_input(graph, i);
    if (all)
        all[n] = value;
    const finnc_status status =
        all ? finnc_graph_set_inputs(cx, graph, all, n + 1) : finnc_no_memory(cx);
    fnc_arena_clear(&arena);
    return status;
}

/* ---- edits ---- */

static size_t count_outputs(const finnc_graph *graph)
{
    return finnc_graph_noutputs(graph);
}

static finnc_status drop_outputs(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                                 bool *applies)
{
    const size_t n = finnc_graph_noutputs(graph);
    *applies = count < n;
    if (!*applies)
        return FINNC_OK;
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    finnc_value **kept = FNC_NEW_ARRAY(&arena, finnc_value *, n);
    size_t nkept = 0;
    for (size_t i = 0; i < n && kept; i++)
        if (i < first || i >= first + count)
            kept[nkept++] = finnc_graph_output(graph, i);
    const finnc_status status =
        kept ? finnc_graph_set_outputs(cx, graph, kept, nkept) : finnc_no_memory(cx);
    fnc_arena_clear(&arena);
    return status;
}

static finnc_node *node_at(const finnc_graph *graph, size_t place)
{
    finnc_node *node = finnc_graph_first_node(graph);
    while (node && place-- > 0)
        node = finnc_node_next(node);
    return node;
}

static size_t count_nodes(const finnc_graph *graph)
{
    return finnc_graph_nnodes(graph);
}

/* What somebody still reads of an erased node becomes an input of the graph. */
static finnc_status cut_node(finnc_ctx *cx, finnc_graph *graph, finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_noutputs(node); i++)
        if (finnc_node_output(node, i) && finnc_value_is_output(finnc_node_output(node, i)))
            return FINNC_OK; /* an input that is an output shows nothing */
    finnc_graph_erase_node(node);
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        finnc_value *value = finnc_node_output(node, i);
        if (value && finnc_value_nuses(value) > 0 && !finnc_value_is_constant(value))
            FINNC_TRY(add_input(cx, graph, value));
    }
    return FINNC_OK;
}

/* Nodes go, and what they made comes from outside. */
static finnc_status cut_before(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                               bool *applies)
{
    finnc_node *node = node_at(graph, first), *next;
    const size_t n = finnc_graph_nnodes(graph);
    for (size_t i = 0; i < count && node; i++, node = next) {
        next = finnc_node_next(node);
        FINNC_TRY(cut_node(cx, graph, node));
    }
    *applies = finnc_graph_nnodes(graph) < n;
    return FINNC_OK;
}

/* Nodes go with all that is made of them; what they read is the result. */
static finnc_status cut_behind(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                               bool *applies)
{
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    const size_t n = finnc_graph_nnodes(graph);
    const size_t room = finnc_graph_nvalues(graph) + finnc_graph_noutputs(graph) + 1;
    finnc_value **ends = FNC_NEW_ARRAY(&arena, finnc_value *, room);
    size_t nends = 0;
    *applies = ends && first > 0 && first + count >= n;
    for (size_t i = 0; *applies && i < finnc_graph_noutputs(graph); i++)
        ends[nends++] = finnc_graph_output(graph, i);
    finnc_node *node = *applies ? node_at(graph, first) : NULL;
    /* Outputs that the nodes made are replaced by what they read. */
    for (; node; node = finnc_node_next(node)) {
        size_t kept = 0;
        for (size_t i = 0; i < nends; i++)
            if (finnc_value_producer(ends[i]) != node)
                ends[kept++] = ends[i];
        nends = kept;
    }
    finnc_node *const begin = *applies ? node_at(graph, first) : NULL;
    for (node = begin; node; node = finnc_node_next(node))
        for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
            finnc_value *value = finnc_node_input(node, i);
            finnc_node *maker = value ? finnc_value_producer(value) : NULL;
            bool is_new = maker && finnc_node_is_before(maker, begin);
            for (size_t k = 0; k < nends && is_new; k++)
                is_new = ends[k] != value;
            if (is_new && nends < room)
                ends[nends++] = value;
        }
    *applies = *applies && nends > 0;
    finnc_status status = ends ? FINNC_OK : finnc_no_memory(cx);
    if (*applies)
        status = finnc_graph_set_outputs(cx, graph, ends, nends);
    fnc_arena_clear(&arena);
    return status;
}

static bool same_type(const finnc_value *a, const finnc_value *b)
{
    const int rank = finnc_value_rank(a);
    if (finnc_value_elem(a) != finnc_value_elem(b) || rank < 0 || rank != finnc_value_rank(b))
        return false;
    for (int i = 0; i < rank; i++)
        if (finnc_value_dim(a, i).size != finnc_value_dim(b, i).size)
            return false;
    return true;
}

/* The readers of nodes that keep the type read what the nodes read. */
static finnc_status pass_by(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                            bool *applies)
{
    (void)cx;
    finnc_node *node = node_at(graph, first);
    *applies = false;
    for (size_t i = 0; i < count && node; i++, node = finnc_node_next(node)) {
        finnc_value *x = finnc_node_input(node, 0), *y = finnc_node_output(node, 0);
        if (!x || !y || finnc_value_is_constant(x) || finnc_value_is_output(y) ||
            finnc_value_nuses(y) == 0 || !same_type(x, y))
            continue;
        finnc_value_replace_uses(y, x);
        *applies = true;
    }
    return FINNC_OK;
}

/* Size `first` of all sizes of all inputs, of all inputs alike, becomes half of it. */
static size_t count_sizes(const finnc_graph *graph)
{
    size_t n = 0;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const int rank = finnc_value_rank(finnc_graph_input(graph, i));
        n += rank > 0 ? (size_t)rank : 0;
    }
    return n;
}

/* Shapes are found anew: where a reshape or a product wants the old ones, that fails, and the
 * candidate is none. */
static finnc_status forget_shapes(finnc_ctx *cx, finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        for (size_t i = 0; i < finnc_node_noutputs(node); i++)
            if (finnc_node_output(node, i))
                finnc_value_clear_type(finnc_node_output(node, i));
    return finnc_graph_infer_shapes(cx, graph);
}

static finnc_status halve_sizes(finnc_ctx *cx, finnc_graph *graph, size_t first, size_t count,
                                bool *applies)
{
    size_t at = 0;
    *applies = false;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        finnc_value *value = finnc_graph_input(graph, i);
        int64_t dims[FINNC_MAX_RANK];
        const int rank = finnc_value_rank(value);
        const bool is_known = !finnc_value_is_constant(value) && finnc_value_dims(value, -1, dims);
        bool is_smaller = false;
        for (int axis = 0; axis < rank; axis++, at++)
            if (is_known && at >= first && at < first + count && dims[axis] > 1) {
                dims[axis] /= 2;
                is_smaller = true;
            }
        if (is_smaller)
            FINNC_TRY(finnc_value_set_shape(cx, value, finnc_value_elem(value), rank, dims));
        *applies |= is_smaller;
    }
    return *applies ? forget_shapes(cx, graph) : FINNC_OK;
}

/* ---- the search ---- */

static bool is_at_limit(reducer *r)
{
    const finnc_reduce_options *o = r->options;
    r->is_over |= (o->seconds > 0 && fnc_now() - r->begin > o->seconds) ||
                  (o->ncandidates > 0 && r->done->ncandidates >= o->ncandidates);
    return r->is_over;
}

/* Keeps the candidate as the best, or ends it. */
static finnc_status ask(reducer *r, finnc_model *candidate, bool *is_better)
{
    r->done->ncandidates++;
    finnc_status status = r->is_interesting(r->options->user, r->cx, candidate, is_better);
    if (status == FINNC_OK && *is_better && r->options->better)
        status = r->options->better(r->options->user, r->cx, candidate);
    if (status != FINNC_OK || !*is_better) {
        finnc_model_destroy(candidate);
        return status;
    }
    finnc_model_destroy(r->best);
    r->best = candidate;
    r->done->nbetter++;
    return FINNC_OK;
}

static finnc_status attempt(reducer *r, edit_fn *edit, size_t first, size_t count, bool *is_better)
{
    finnc_model *candidate;
    bool applies = false;
    *is_better = false;
    FINNC_TRY(finnc_progress(r->cx, "reducing", (size_t)r->done->ncandidates, 0));
    FINNC_TRY(finnc_model_clone(r->cx, r->best, &candidate));
    finnc_graph *graph = finnc_model_graph(candidate);
    finnc_status status = edit(r->cx, graph, first, count, &applies);
    if (status == FINNC_OK && applies)
        status = tidy(r->cx, graph);
    if (status == FINNC_OK && applies && finnc_graph_nnodes(graph) > 0)
        return ask(r, candidate, is_better);
    finnc_model_destroy(candidate);
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    finnc_ctx_clear(r->cx); /* it is no model: the next one */
    return FINNC_OK;
}

/* From the end, so that places before stay what they are. */
static finnc_status reduce_by(reducer *r, size_fn *size, edit_fn *edit, bool *is_any_better)
{
    for (size_t count = size(finnc_model_graph(r->best)); count > 0; count /= 2) {
        size_t at = size(finnc_model_graph(r->best));
        while (at > 0 && !is_at_limit(r)) {
            const size_t first = at > count ? at - count : 0;
            bool is_better;
            FINNC_TRY(attempt(r, edit, first, at - first, &is_better));
            *is_any_better |= is_better;
            const size_t n = size(finnc_model_graph(r->best));
            at = first < n ? first : n;
        }
    }
    return FINNC_OK;
}

static const struct kind {
    size_fn *size;
    edit_fn *edit;
} kinds[] = {
    {count_outputs, drop_outputs}, {count_nodes, cut_behind},  {count_nodes, cut_before},
    {count_nodes, pass_by},        {count_sizes, halve_sizes},
};

static finnc_status search(reducer *r)
{
    bool is_better = true;
    while (is_better && !r->is_over) {
        is_better = false;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            FINNC_TRY(reduce_by(r, kinds[i].size, kinds[i].edit, &is_better));
    }
    r->done->is_finished = !r->is_over;
    return FINNC_OK;
}

static finnc_status begin(reducer *r, const finnc_model *model)
{
    bool is_interesting = false;
    FINNC_TRY(finnc_model_clone(r->cx, model, &r->best));
    FINNC_TRY(r->is_interesting(r->options->user, r->cx, r->best, &is_interesting));
    if (!is_interesting)
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "the model itself is not interesting");
    return FINNC_OK;
}

finnc_status finnc_reduce(finnc_ctx *cx, const finnc_model *model,
                          finnc_interesting_fn is_interesting, const finnc_reduce_options *options,
                          finnc_model **reduced, finnc_reduction *reduction)
{
    *reduction = (finnc_reduction){.ncandidates = 0};
    reducer r = {.cx = cx,
                 .is_interesting = is_interesting,
                 .options = options,
                 .done = reduction,
                 .begin = fnc_now()};
    finnc_status status = begin(&r, model);
    if (status == FINNC_OK)
        status = search(&r);
    if (status == FINNC_OK)
        *reduced = r.best;
    else
        finnc_model_destroy(r.best);
    return status;
}
