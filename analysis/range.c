/* The walk of range analysis: from the inputs along the nodes, each value's bounds kept until its
 * last user has seen them. */
#include "ranging.h"

#include <base/alloc.h>
#include <base/text.h>

#include <math.h>
#include <string.h>

/* ---- facts ---- */

fnc_fact *fnc_range_find_fact(const fnc_ranging *r, const finnc_value *value)
{
    size_t place = value ? fnc_value_index_find(&r->index, value) : SIZE_MAX;
    return place == SIZE_MAX ? NULL : &r->facts[place];
}

static void forget(fnc_fact *fact)
{
    finnc_tensor_release(fact->constant);
    fact->constant = NULL;
    fnc_bounds_clear(&fact->bounds);
    fnc_scaled_clear(&fact->scaled);
}

void fnc_range_forget_all(fnc_ranging *r)
{
    for (size_t i = 0; i < r->nfacts; i++)
        forget(&r->facts[i]);
}

/* Nodes, and the node around, which takes the outputs over. */
static size_t count_users(const fnc_ranging *r, const finnc_value *value)
{
    size_t n = r->around && finnc_value_is_output(value);
    for (const finnc_use *use = finnc_value_first_use(value); use; use = finnc_use_next(use))
        n += finnc_node_graph(finnc_use_node(use)) == r->graph;
    return n;
}

static void add_fact(fnc_ranging *r, const finnc_value *value)
{
    if (!value || fnc_value_index_find(&r->index, value) != SIZE_MAX)
        return;
    fnc_fact *fact = &r->facts[r->nfacts];
    fact->value = value;
    fact->elem = finnc_value_elem(value);
    fact->reason = "it is needed before it is made";
    fact->nusers = count_users(r, value);
    fnc_value_index_set(&r->index, value, r->nfacts++);
}

static double below(double x, double b, double user)
{
    (void)b, (void)user;
    return fabs(x) < FNC_RANGE_EXACT ? x : nextafter(x, -INFINITY);
}

static double above(double x, double b, double user)
{
    (void)b, (void)user;
    return fabs(x) < FNC_RANGE_EXACT ? x : nextafter(x, INFINITY);
}

/* Elements that double has to round lie between its neighbours. */
static finnc_status bounds_of_constant(fnc_ranging *r, const finnc_tensor *x, fnc_bounds *b)
{
    finnc_tensor *wide;
    finnc_elem elem = finnc_tensor_elem(x);
    FINNC_TRY(fnc_range_widen(r, x, &wide));
    if (!wide)
        return FINNC_OK;
    if (!finnc_elem_is_integer(elem) || fnc_range_largest(wide) < FNC_RANGE_EXACT) {
        *b = (fnc_bounds){wide, finnc_tensor_retain(wide)};
        return FINNC_OK;
    }
    finnc_status status = fnc_range_map(r, wide, NULL, below, 0, &b->lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, wide, NULL, above, 0, &b->hi);
    finnc_tensor_release(wide);
    return status;
}

finnc_status fnc_range_need(fnc_ranging *r, fnc_fact *fact, fnc_bounds *bounds)
{
    if (fact->constant && !fact->bounds.lo)
        FINNC_TRY(bounds_of_constant(r, fact->constant, &fact->bounds));
    *bounds = fact->bounds;
    return FINNC_OK;
}

void fnc_range_take(fnc_fact *fact, finnc_tensor *constant)
{
    fnc_bounds_clear(&fact->bounds);
    fact->constant = constant;
    fact->elem = finnc_tensor_elem(constant);
    fact->is_integer = fnc_range_are_whole(constant);
    fact->reason = "constant";
}

/* What the model says that it is. */
static void take_initialiser(fnc_fact *fact)
{
    fnc_range_take(fact, finnc_tensor_retain(finnc_value_tensor(fact->value)));
}

/* ---- outputs ---- */

static finnc_status set_unbounded(fnc_ranging *r, fnc_fact *fact, int rank, const int64_t *dims)
{
    fnc_bounds_clear(&fact->bounds);
    FINNC_TRY(fnc_range_fill(r, rank, dims, -INFINITY, &fact->bounds.lo));
    return fnc_range_fill(r, rank, dims, INFINITY, &fact->bounds.hi);
}

/* What is known of an output before anybody looks: nothing, in its shape if that is known. */
static finnc_status begin_output(fnc_ranging *r, fnc_fact *fact)
{
    int64_t dims[FINNC_MAX_RANK];
    fact->reason = "its node's rule does not speak of it";
    if (finnc_value_kind(fact->value) != FINNC_KIND_TENSOR ||
        !finnc_value_dims(fact->value, -1, dims))
        return FINNC_OK;
    return set_unbounded(r, fact, finnc_value_rank(fact->value), dims);
}

finnc_status fnc_range_give_up(fnc_ranged_node *n, const char *reason)
{
    for (size_t o = 0; o < n->noutputs; o++)
        if (n->out[o]) {
            n->out[o]->is_integer = false;
            n->out[o]->reason = reason;
        }
    return FINNC_OK;
}

static double not_nan_low(double x, double b, double user)
{
    (void)b, (void)user;
    return isnan(x) ? -INFINITY : x;
}

static double not_nan_high(double x, double b, double user)
{
    (void)b, (void)user;
    return isnan(x) ? INFINITY : x;
}

/* Integer elements wrap around, and then nothing is known of them; and those of 64 bits are not
 * followed to where bounds in double would be rounded. NULL: they stay in between. */
static const char *why_lost(finnc_elem elem, const fnc_bounds *b)
{
    int bits = finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem);
    if (!finnc_elem_is_integer(elem))
        return NULL;
    double end = ldexp(1, is_signed ? bits - 1 : bits), lo = is_signed ? -end : 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(b->lo); i++) {
        double from = fnc_range_data(b->lo)[i], to = fnc_range_data(b->hi)[i];
        if (end > FNC_RANGE_EXACT && !(from > -FNC_RANGE_EXACT && to < FNC_RANGE_EXACT))
            return fnc_range_too_large;
        if (!(from >= lo && to < end))
            return "it may overflow";
    }
    return NULL;
}

finnc_status fnc_range_set(fnc_ranged_node *n, size_t o, fnc_bounds *bounds, const char *reason)
{
    fnc_ranging *r = n->r;
    fnc_fact *fact = n->out[o];
    fnc_bounds clean = {NULL, NULL};
    fact->reason = reason;
    finnc_status status = fnc_range_map(r, bounds->lo, NULL, not_nan_low, 0, &clean.lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, bounds->hi, NULL, not_nan_high, 0, &clean.hi);
    fnc_bounds_clear(bounds);
    const char *why = status == FINNC_OK ? why_lost(fact->elem, &clean) : NULL;
    if (why) {
        fact->reason = why;
        fact->is_integer = false;
        status = set_unbounded(r, fact, finnc_tensor_rank(clean.lo), finnc_tensor_dims(clean.lo));
        fnc_bounds_clear(&clean);
        return status;
    }
    fnc_bounds_clear(&fact->bounds);
    fact->bounds = clean;
    return status;
}

/* ---- nodes ---- */

static finnc_status apply_rule(fnc_ranged_node *n)
{
    bool varies = false;
    for (size_t i = 0; i < n->ninputs; i++) {
        varies |= fnc_range_varies(n->in[i]);
        if (finnc_node_input(n->node, i) && !n->in[i])
            return fnc_range_give_up(n, "it needs a value of another graph");
    }
    if (finnc_node_has_trait(n->node, FINNC_OP_PARTITION))
        return fnc_range_partition(n);
    if (finnc_node_has_trait(n->node, FINNC_OP_RANDOM | FINNC_OP_CONTROL))
        return fnc_range_give_up(n, "it draws numbers or runs another graph");
    if (!varies)
        return fnc_range_constant(n);
    switch (n->rule.kind) {
    case FINNC_RANGE_UNKNOWN:
        break;
    case FINNC_RANGE_RISES:
    case FINNC_RANGE_MONOTONE:
    case FINNC_RANGE_TURNS:
        return fnc_range_corners(n);
    case FINNC_RANGE_LINEAR:
        return fnc_range_products(n);
    case FINNC_RANGE_BOUNDED:
        return fnc_range_bounded(n);
    }
    return fnc_range_give_up(n, "there is no rule for the op");
}

static finnc_status describe_output(fnc_ranging *r, fnc_fact *fact)
{
    finnc_ranges *whole = r->whole;
    const finnc_range **listed =
        fnc_arena_grow(r->arena, whole->listed, sizeof *listed, whole->nlisted, &whole->list_room);
    if (!listed)
        return finnc_no_memory(r->cx);
    whole->listed = listed;
    FINNC_TRY(fnc_range_describe(r, fact));
    whole->listed[whole->nlisted++] = &fact->seen;
    if (!fact->nusers)
        forget(fact);
    return FINNC_OK;
}

/* What arrives from a memory is said by an initialiser; in which order it lies there is another
 * matter. */
static bool arrives(const fnc_ranged_node *n)
{
    return finnc_node_has_trait(n->node, FINNC_OP_MEMORY) && n->noutputs == 1 && n->out[0] &&
           finnc_value_tensor(n->out[0]->value);
}

static finnc_status see_node(fnc_ranging *r, const finnc_node *node)
{
    fnc_ranged_node n = {.r = r, .node = node};
    n.ninputs = finnc_node_ninputs(node);
    n.noutputs = finnc_node_noutputs(node);
    for (size_t o = 0; o < n.noutputs; o++) {
        fnc_fact *fact = fnc_range_find_fact(r, finnc_node_output(node, o));
        if (fact)
            FINNC_TRY(begin_output(r, fact));
        if (o < FNC_RANGING_INPUTS)
            n.out[o] = fact;
    }
    bool is_small = n.ninputs <= FNC_RANGING_INPUTS && n.noutputs <= FNC_RANGING_INPUTS;
    for (size_t i = 0; is_small && i < n.ninputs; i++)
        n.in[i] = fnc_range_find_fact(r, finnc_node_input(node, i));
    if (is_small && arrives(&n)) {
        take_initialiser(n.out[0]);
    } else if (is_small) {
        FINNC_TRY(finnc_node_range_rule(r->cx, node, &n.rule));
        FINNC_TRY(apply_rule(&n));
    }
    for (size_t o = 0; o < n.noutputs; o++) {
        fnc_fact *fact = fnc_range_find_fact(r, finnc_node_output(node, o));
        if (fact)
            FINNC_TRY(fnc_range_round(r, fact));
    }
    if (is_small && r->options->has_scaled)
        FINNC_TRY(fnc_range_scale_node(&n));
    for (size_t o = 0; o < n.noutputs; o++) {
        fnc_fact *fact = fnc_range_find_fact(r, finnc_node_output(node, o));
        if (fact)
            FINNC_TRY(describe_output(r, fact));
    }
    for (size_t i = 0; i < n.ninputs; i++) {
        fnc_fact *fact = fnc_range_find_fact(r, finnc_node_input(node, i));
        if (fact && !--fact->nusers)
            forget(fact);
    }
    return FINNC_OK;
}

/* ---- inputs ---- */

static const finnc_input_range *given_for(const fnc_ranging *r, const char *name)
{
    for (size_t i = 0; i < r->options->ninputs; i++)
        if (r->options->inputs[i].name && !strcmp(r->options->inputs[i].name, name))
            return &r->options->inputs[i];
    for (size_t i = 0; i < r->options->ninputs; i++)
        if (!r->options->inputs[i].name)
            return &r->options->inputs[i];
    return NULL;
}

static finnc_status check_given(const fnc_ranging *r, const finnc_input_range *given, int rank,
                                const int64_t *dims)
{
    for (size_t i = 0; i < given->count; i++)
        if (!(given->min[i] <= given->max[i]))
            return finnc_fail(r->cx, FINNC_BAD_VALUE, "a range from %g to %g", given->min[i],
                              given->max[i]);
    if (given->count == 1)
        return FINNC_OK;
    const int axis = fnc_range_axis(r, rank);
    if (axis < 0 || (int64_t)given->count != dims[axis])
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "%zu ranges for %lld channels", given->count,
                          axis < 0 ? 1LL : (long long)dims[axis]);
    return FINNC_OK;
}

static finnc_status set_given(fnc_ranging *r, fnc_fact *fact, const finnc_input_range *given,
                              int rank, const int64_t *dims)
{
    FINNC_TRY(check_given(r, given, rank, dims));
    FINNC_TRY(set_unbounded(r, fact, rank, dims));
    double *lo = finnc_tensor_edit(fact->bounds.lo), *hi = finnc_tensor_edit(fact->bounds.hi);
    int64_t inner = 1, n = finnc_tensor_nelems(fact->bounds.lo);
    const int axis = fnc_range_axis(r, rank);
    for (int i = axis + 1; i < rank; i++)
        inner *= dims[i];
    for (int64_t i = 0; i < n; i++) {
        size_t k = given->count == 1 ? 0 : (size_t)(i / inner % (int64_t)given->count);
        lo[i] = given->min[k];
        hi[i] = given->max[k];
    }
    fact->reason = "given";
    return FINNC_OK;
}

/* The numbers that a type has; false: any. */
static bool type_range(const fnc_fact *fact, double *lo, double *hi, const char **reason)
{
    finnc_dtype dtype = finnc_value_dtype(fact->value);
    int bits = finnc_elem_bits(fact->elem);
    bool is_signed = finnc_elem_is_signed(fact->elem);
    if (finnc_value_has_dtype(fact->value) && dtype.kind != FINNC_DTYPE_FLOAT32 &&
        dtype.kind != FINNC_DTYPE_FLOAT16) {
        *lo = finnc_dtype_min(dtype);
        *hi = finnc_dtype_max(dtype);
        *reason = "its data type";
        return true;
    }
    *hi = fact->elem == FINNC_ELEM_BOOL ? 1 : ldexp(1, is_signed ? bits - 1 : bits) - 1;
    *lo = is_signed ? -*hi - 1 : 0;
    *reason = "its element type";
    return finnc_elem_is_integer(fact->elem) || fact->elem == FINNC_ELEM_BOOL;
}

/* What is given for it, or else its type. */
static finnc_status take_declared(fnc_ranging *r, fnc_fact *fact)
{
    int rank = finnc_value_rank(fact->value);
    int64_t dims[FINNC_MAX_RANK];
    const finnc_input_range *given = given_for(r, finnc_value_name(fact->value));
    double lo, hi;
    const char *reason;
    int depth = finnc_ctx_enter(r->cx, "input", finnc_value_name(fact->value), NULL);
    finnc_status status = FINNC_OK;
    fact->reason = "nobody gave its range";
    for (int i = 0; i < rank; i++) {
        int64_t size = finnc_value_dim(fact->value, i).size;
        dims[i] = size < 0 ? 1 : size;
        r->whole->assumes_ones |= size < 0;
    }
    bool is_real =
        finnc_value_kind(fact->value) == FINNC_KIND_TENSOR && fnc_range_is_real(fact->elem);
    bool is_tensor = is_real && rank >= 0;
    bool has_type = is_tensor && type_range(fact, &lo, &hi, &reason);
    fact->is_integer =
        has_type && (finnc_elem_is_integer(fact->elem) || fact->elem == FINNC_ELEM_BOOL ||
                     finnc_dtype_is_integer(finnc_value_dtype(fact->value)));
    if (!is_real && given && given->name) {
        status = finnc_fail(r->cx, FINNC_BAD_VALUE, "a range for what holds no real numbers");
    } else if (is_tensor && given) {
        status = set_given(r, fact, given, rank, dims);
    } else if (has_type) {
        status = set_given(r, fact, &(finnc_input_range){.min = &lo, .max = &hi, .count = 1}, rank,
                           dims);
        fact->reason = reason;
    } else if (is_tensor) {
        status = set_unbounded(r, fact, rank, dims);
    }
    finnc_ctx_leave(r->cx, depth);
    return status;
}

static finnc_status see_input(fnc_ranging *r, fnc_fact *fact)
{
    FINNC_TRY(r->around ? fnc_range_take_given(r, fact) : take_declared(r, fact));
    FINNC_TRY(fnc_range_round(r, fact));
    return r->options->has_scaled ? fnc_range_scale_source(r, fact) : FINNC_OK;
}

/* ---- the graph ---- */

static finnc_status begin(fnc_ranging *r)
{
    size_t max = finnc_graph_nvalues(r->graph);
    r->facts = FNC_NEW_ARRAY(r->arena, fnc_fact, max + 1);
    if (!r->facts)
        return finnc_no_memory(r->cx);
    FINNC_TRY(fnc_value_index_init(r->cx, &r->index, r->arena, max));
    for (size_t i = 0; i < finnc_graph_ninputs(r->graph); i++)
        if (!finnc_value_is_constant(finnc_graph_input(r->graph, i)))
            add_fact(r, finnc_graph_input(r->graph, i));
    finnc_foreach_node (node, r->graph)
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            add_fact(r, finnc_node_output(node, o));
    r->nmade = r->nfacts;
    finnc_foreach_value (value, r->graph)
        if (finnc_value_is_constant(value))
            add_fact(r, value);
    return FINNC_OK;
}

static finnc_status see_initialisers(fnc_ranging *r)
{
    for (size_t i = r->nmade; i < r->nfacts; i++) {
        fnc_fact *fact = &r->facts[i];
        if (!fact->nusers)
            continue;
        take_initialiser(fact);
        FINNC_TRY(fnc_range_round(r, fact));
        if (r->options->has_scaled)
            FINNC_TRY(fnc_range_scale_source(r, fact));
    }
    return FINNC_OK;
}

finnc_status fnc_range_see_graph(fnc_ranging *r)
{
    size_t done = 0, nnodes = finnc_graph_nnodes(r->graph);
    FINNC_TRY(begin(r));
    FINNC_TRY(see_initialisers(r));
    for (size_t i = 0; i < r->nmade; i++) {
        fnc_fact *fact = &r->facts[i];
        if (!finnc_value_is_input(fact->value))
            continue;
        FINNC_TRY(see_input(r, fact));
        FINNC_TRY(describe_output(r, fact));
    }
    finnc_foreach_node (node, r->graph) {
        FINNC_TRY(r->around ? finnc_ctx_check(r->cx)
                            : finnc_progress(r->cx, "analysing", done++, nnodes));
        FINNC_TRY(see_node(r, node));
    }
    return FINNC_OK;
}

/* The default fits no tensor of a model of vectors, and nobody asked for it. */
static finnc_status check_axis(const fnc_ranging *r)
{
    int most = 0;
    if (!r->options->has_axis)
        return FINNC_OK;
    for (size_t i = 0; i < r->nmade; i++) {
        const int rank = finnc_value_rank(r->facts[i].value);
        most = rank > most ? rank : most;
    }
    if (r->axis >= -most && r->axis < most)
        return FINNC_OK;
    return finnc_fail(r->cx, FINNC_BAD_VALUE, "channels along axis %d, and the largest rank is %d",
                      r->axis, most);
}

static finnc_status check_names(const fnc_ranging *r)
{
    for (size_t i = 0; i < r->options->ninputs; i++) {
        const char *name = r->options->inputs[i].name;
        const finnc_value *value = name ? finnc_graph_find_value(r->graph, name) : NULL;
        for (size_t k = 0; name && k < i; k++)
            if (r->options->inputs[k].name && !strcmp(r->options->inputs[k].name, name))
                return finnc_fail(r->cx, FINNC_BAD_VALUE, "two ranges for '%s'", name);
        if (value && finnc_value_is_input(value) && finnc_value_is_constant(value))
            return finnc_fail(
                r->cx, FINNC_BAD_VALUE,
                "a range for '%s', which has a default and is taken as constant: make "
                "it an input without one",
                name);
        if (!name || (value && finnc_value_is_input(value)))
            continue;
        fnc_nearest nearest = {.wanted = name};
        for (size_t k = 0; k < finnc_graph_ninputs(r->graph); k++)
            fnc_nearest_offer(&nearest, finnc_value_name(finnc_graph_input(r->graph, k)));
        return finnc_fail(r->cx, FINNC_NOT_FOUND, "a range for '%s', which is no input%s%s%s", name,
                          nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                          nearest.best ? "?" : "");
    }
    return FINNC_OK;
}

finnc_status finnc_ranges_create(finnc_ctx *cx, const finnc_model *model,
                                 const finnc_ranges_options *options, finnc_ranges **ranges)
{
    static const finnc_ranges_options plain = {0};
    finnc_ranges *made = fnc_alloc(cx, sizeof *made);
    if (!made)
        return finnc_no_memory(cx);
    *made = (finnc_ranges){.main = {.cx = cx,
                                    .arena = &made->arena,
                                    .whole = made,
                                    .graph = finnc_model_graph(model),
                                    .options = options ? options : &plain,
                                    .axis = options && options->has_axis ? options->axis : 1,
                                    .where = ""}};
    fnc_arena_init(&made->arena, cx);
    finnc_status status = check_names(&made->main);
    if (status == FINNC_OK)
        status = fnc_range_see_graph(&made->main);
    if (status == FINNC_OK)
        status = check_axis(&made->main);
    fnc_range_forget_all(&made->main);
    if (status != FINNC_OK)
        finnc_ranges_destroy(made);
    else
        *ranges = made;
    return status;
}

void finnc_ranges_destroy(finnc_ranges *ranges)
{
    if (!ranges)
        return;
    finnc_ctx *cx = ranges->main.cx;
    fnc_inside_end(&ranges->inside);
    fnc_arena_clear(&ranges->arena);
    fnc_free(cx, ranges);
}

bool finnc_ranges_assume_ones(const finnc_ranges *ranges)
{
    return ranges->assumes_ones;
}

const finnc_range *finnc_ranges_at(const finnc_ranges *ranges, size_t i)
{
    return i < ranges->nlisted ? ranges->listed[i] : NULL;
}

const finnc_range *finnc_ranges_find(const finnc_ranges *ranges, const finnc_value *value)
{
    const fnc_ranging *r = &ranges->main;
    size_t place = fnc_value_index_find(&r->index, value);
    return place < r->nmade ? &r->facts[place].seen : NULL;
}
