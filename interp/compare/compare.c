/* Two models on the same inputs. */
#include <finnc/compare.h>
#include <finnc/run.h>

#include "axes.h"
#include "counterpart.h"
#include "difference.h"

#include <math.h>
#include <string.h>

typedef struct comparing {
    finnc_ctx *cx;
    const finnc_compare_options *options;
    finnc_comparison *found;
    const finnc_model *models[2];
    const finnc_graph *graphs[2];
    finnc_session *sessions[2];
    bool by_name;     /* do inputs belong together by their names? */
    fnc_pairs inputs; /* if not: by their order */
    size_t nsamples;  /* those at edges included */
} comparing;

/* ---- running both ---- */

/* Calls one of the models' functions in its place, and remembers whose failure it was. */
#define AT_MODEL(c, which, call)                                                                   \
    do {                                                                                           \
        const char *name_ = (which) ? (c)->options->name_b : (c)->options->name_a;                 \
        int depth_ = name_ ? finnc_ctx_enter((c)->cx, "", name_, NULL) : 0;                        \
        finnc_status status_ = (call);                                                             \
        if (name_)                                                                                 \
            finnc_ctx_leave((c)->cx, depth_);                                                      \
        if (status_ != FINNC_OK) {                                                                 \
            (c)->found->failed = (c)->models[which];                                               \
            return status_;                                                                        \
        }                                                                                          \
    } while (0)

static void end_sessions(comparing *c)
{
    for (int which = 0; which < 2; which++) {
        finnc_session_destroy(c->sessions[which]);
        c->sessions[which] = NULL;
    }
}

static finnc_status begin_sessions(comparing *c, const finnc_session_options *a,
                                   const finnc_session_options *b)
{
    AT_MODEL(c, 0, finnc_session_create(c->cx, c->models[0], a, &c->sessions[0]));
    AT_MODEL(c, 1, finnc_session_create(c->cx, c->models[1], b, &c->sessions[1]));
    return FINNC_OK;
}

static bool have_same_types(const finnc_value *a, const finnc_value *b)
{
    return finnc_value_elem(a) == finnc_value_elem(b) &&
           finnc_value_nelems(a) == finnc_value_nelems(b);
}

static bool pair_by_order(const comparing *c)
{
    const finnc_value *a, *b;
    size_t i = 0, k = 0;
    do {
        a = finnc_graph_next_free_input(c->graphs[0], &i);
        b = finnc_graph_next_free_input(c->graphs[1], &k);
    } while (a && b && have_same_types(a, b));
    return !a && !b;
}

static bool have_same_inputs(const comparing *c)
{
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(c->graphs[0], &at));) {
        value = finnc_graph_find_value(c->graphs[1], finnc_value_name(value));
        if (!value || !finnc_value_is_input(value))
            return false;
    }
    return true;
}

static bool pair_by_name(const comparing *c)
{
    return have_same_inputs(c) && !(c->options->by_order && pair_by_order(c));
}

static finnc_status pair_inputs(comparing *c, fnc_arena *arena)
{
    const finnc_value *value;
    c->by_name = pair_by_name(c);
    if (c->by_name)
        return FINNC_OK;
    FINNC_TRY(fnc_pairs_init(c->cx, arena, c->graphs[0], c->graphs[1], &c->inputs));
    for (size_t i = 0, k = 0; (value = finnc_graph_next_free_input(c->graphs[0], &i));) {
        const finnc_value *other = finnc_graph_next_free_input(c->graphs[1], &k);
        if (other)
            fnc_pairs_set(&c->inputs, value, other);
    }
    return FINNC_OK;
}

/* The input of the second model that belongs to the first one's input of that name: NULL if there
 * is none. What is no input without default goes by its name. */
static const finnc_value *counterpart(const comparing *c, const char *name)
{
    const finnc_value *value = c->by_name ? NULL : finnc_graph_find_value(c->graphs[0], name);
    if (value && finnc_value_is_input(value) && !finnc_value_is_constant(value))
        return fnc_pairs_get(&c->inputs, value);
    return finnc_graph_find_value(c->graphs[1], name);
}

/* Channels are moved to where the second model has them; otherwise it is the elements in their
 * order that count. */
static finnc_status feed_second(const comparing *c, const finnc_value *first,
                                const finnc_value *value, const finnc_tensor *tensor)
{
    const char *name = finnc_value_name(value);
    int64_t dims[FINNC_MAX_RANK];
    int perm[FINNC_MAX_RANK], rank = finnc_value_rank(value);
    finnc_tensor *fitted;
    bool has_dims = !c->options->keeps_axes && rank >= 0 && rank <= FINNC_MAX_RANK &&
                    rank == finnc_tensor_rank(tensor);
    for (int i = 0; has_dims && i < rank; i++)
        dims[i] = finnc_value_dim(value, i).size;
    if (has_dims &&
        fnc_axes_differ(rank, dims, finnc_value_layout(value), finnc_tensor_dims(tensor),
                        first ? finnc_value_layout(first) : NULL, perm))
        FINNC_TRY(finnc_tensor_transpose(c->cx, tensor, perm, &fitted));
    else if (finnc_value_dims(value, -1, dims) &&
             finnc_value_nelems(value) == finnc_tensor_nelems(tensor))
        FINNC_TRY(finnc_tensor_reshape(c->cx, tensor, rank, dims, &fitted));
    else
        fitted = finnc_tensor_retain(tensor);
    finnc_status status = finnc_session_feed(c->sessions[1], name, fitted);
    finnc_tensor_release(fitted);
    return status;
}

static finnc_status run_both(const comparing *c, const finnc_bundle *inputs)
{
    for (size_t i = 0; i < finnc_bundle_count(inputs); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(inputs, i, &name);
        const finnc_value *other = counterpart(c, name);
        if (!other)
            return finnc_fail(c->cx, FINNC_BAD_VALUE, "input %s has no counterpart", name);
        AT_MODEL(c, 0, finnc_session_feed(c->sessions[0], name, tensor));
        AT_MODEL(c, 1, feed_second(c, finnc_graph_find_value(c->graphs[0], name), other, tensor));
    }
    AT_MODEL(c, 0, finnc_session_run(c->sessions[0]));
    AT_MODEL(c, 1, finnc_session_run(c->sessions[1]));
    return FINNC_OK;
}

/* ---- looking ---- */

static bool is_integer(const finnc_value *value)
{
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value));
}

/* `is_moved`, if not NULL: did the axes stand in another order? */
static finnc_status compare_values(const comparing *c, const finnc_value *a, const finnc_value *b,
                                   finnc_difference *difference, bool *is_moved)
{
    const finnc_tensor *x = finnc_session_fetch(c->sessions[0], finnc_value_name(a));
    const finnc_tensor *y = finnc_session_fetch(c->sessions[1], finnc_value_name(b));
    double rtol = is_integer(a) || is_integer(b) ? 0 : c->options->rtol;
    finnc_tensor *aligned;
    *difference = (finnc_difference){.index = -1};
    if (!x || !y)
        return FINNC_OK;
    if (c->options->keeps_axes)
        aligned = finnc_tensor_retain(y);
    else
        FINNC_TRY(fnc_axes_align(c->cx, a, x, b, y, &aligned));
    fnc_tensor_compare(c->cx, x, aligned, rtol, finnc_value_name(a), difference);
    if (is_moved)
        *is_moved = aligned != y;
    finnc_tensor_release(aligned);
    return finnc_ctx_check(c->cx);
}

static finnc_status compare_outputs(const comparing *c)
{
    const finnc_graph *a = c->graphs[0], *b = c->graphs[1];
    finnc_difference *difference = &c->found->difference;
    if (finnc_graph_noutputs(a) != finnc_graph_noutputs(b))
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "%zu outputs on one side, %zu on the other",
                          finnc_graph_noutputs(a), finnc_graph_noutputs(b));
    c->found->nmoved = 0;
    for (size_t o = 0; o < finnc_graph_noutputs(a) && !difference->value; o++) {
        bool is_moved = false;
        FINNC_TRY(compare_values(c, finnc_graph_output(a, o), finnc_graph_output(b, o), difference,
                                 &is_moved));
        c->found->nmoved += is_moved;
    }
    return FINNC_OK;
}

static finnc_status compare_tensors(const comparing *c)
{
    const finnc_compare_options *options = c->options;
    finnc_difference *difference = &c->found->difference;
    for (size_t i = 0; i < options->ntensors && !difference->value; i++)
        FINNC_TRY(
            compare_values(c, options->tensors_a[i], options->tensors_b[i], difference, NULL));
    return FINNC_OK;
}

/* ---- where they part ---- */

typedef enum verdict { UNKNOWN, AGREES, DIFFERS, OTHER_SHAPE } verdict;

/* What both have, and what became of it. Parallel to pairs.all. */
typedef struct parting {
    fnc_pairs pairs;
    verdict *verdicts;
    bool
        *is_settled; /* agrees, or whatever is made of it does: if it differs, that is on purpose */
} parting;

static size_t place_of(const parting *p, const finnc_value *a)
{
    return (size_t)(fnc_pairs_find_value(&p->pairs, a) - p->pairs.all);
}

static finnc_status judge(const comparing *c, parting *p)
{
    for (size_t i = 0; i < p->pairs.nvalues; i++) {
        const fnc_pair *pair = &p->pairs.all[i];
        finnc_difference difference;
        if (!pair->b || !finnc_value_producer(pair->a))
            continue;
        FINNC_TRY(compare_values(c, pair->a, pair->b, &difference, NULL));
        p->verdicts[i] = !difference.value ? AGREES : difference.index < 0 ? OTHER_SHAPE : DIFFERS;
    }
    return FINNC_OK;
}

/* Is all that reads `value` settled? Nobody reading it, an output is what it is itself. */
static bool are_readers_settled(const parting *p, const finnc_value *value)
{
    bool is_read = false;
    finnc_foreach_use (use, value) {
        const finnc_node *node = finnc_use_node(use);
        is_read = true;
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *made = finnc_node_output(node, o);
            if (made &&
                !(fnc_pairs_find_value(&p->pairs, made) && p->is_settled[place_of(p, made)]))
                return false;
        }
    }
    return is_read && !finnc_value_is_output(value);
}

/* From the outputs upwards. */
static void settle(const comparing *c, parting *p)
{
    for (const finnc_node *node = finnc_graph_last_node(c->graphs[0]); node;
         node = finnc_node_prev(node))
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *value = finnc_node_output(node, o);
            if (value)
                p->is_settled[place_of(p, value)] =
                    p->verdicts[place_of(p, value)] == AGREES || are_readers_settled(p, value);
        }
}

static const fnc_pair *first_of(const comparing *c, const parting *p, verdict wanted,
                                bool is_settled)
{
    finnc_foreach_node (node, c->graphs[0])
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *value = finnc_node_output(node, o);
            size_t at = value ? place_of(p, value) : 0;
            if (value && p->verdicts[at] == wanted && p->is_settled[at] == is_settled)
                return &p->pairs.all[at];
        }
    return NULL;
}

/* Tensors of other shapes are mostly other things that took a name over: they come last. */
static const fnc_pair *find_first(const comparing *c, const parting *p)
{
    const fnc_pair *first = first_of(c, p, DIFFERS, false);
    first = first ? first : first_of(c, p, DIFFERS, true);
    first = first ? first : first_of(c, p, OTHER_SHAPE, false);
    return first ? first : first_of(c, p, OTHER_SHAPE, true);
}

static finnc_status run_pairs(comparing *c, fnc_arena *arena, parting *p,
                              const finnc_bundle *inputs)
{
    size_t max = p->pairs.nvalues + 1, n = 0;
    const char **a = FNC_NEW_ARRAY(arena, const char *, max);
    const char **b = FNC_NEW_ARRAY(arena, const char *, max);
    if (!a || !b)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < p->pairs.nvalues; i++) {
        const fnc_pair *pair = &p->pairs.all[i];
        if (!pair->b || !finnc_value_producer(pair->a))
            continue;
        a[n] = finnc_value_name(pair->a);
        b[n++] = finnc_value_name(pair->b);
    }
    FINNC_TRY(begin_sessions(c, &(finnc_session_options){.keep = a, .nkeep = n},
                             &(finnc_session_options){.keep = b, .nkeep = n}));
    return run_both(c, inputs);
}

static finnc_status find_pairs(comparing *c, fnc_arena *arena, const finnc_bundle *inputs,
                               parting *p)
{
    FINNC_TRY(fnc_pairs_init(c->cx, arena, c->graphs[0], c->graphs[1], &p->pairs));
    p->verdicts = FNC_NEW_ARRAY(arena, verdict, p->pairs.nvalues + 1);
    p->is_settled = FNC_NEW_ARRAY(arena, bool, p->pairs.nvalues + 1);
    if (!p->verdicts || !p->is_settled)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < finnc_bundle_count(inputs); i++) {
        const char *name;
        finnc_bundle_at(inputs, i, &name);
        const finnc_value *a = finnc_graph_find_value(c->graphs[0], name);
        const finnc_value *b = counterpart(c, name);
        if (a && b)
            fnc_pairs_set(&p->pairs, a, b);
    }
    return fnc_pairs_find(c->cx, &p->pairs);
}

static finnc_status search_parting(comparing *c, fnc_arena *arena, const finnc_bundle *inputs)
{
    parting p = {.verdicts = NULL};
    FINNC_TRY(find_pairs(c, arena, inputs, &p));
    FINNC_TRY(run_pairs(c, arena, &p, inputs));
    FINNC_TRY(judge(c, &p));
    settle(c, &p);
    const fnc_pair *first = find_first(c, &p);
    if (!first)
        return FINNC_OK;
    c->found->parting_node = finnc_value_producer(first->a);
    c->found->parting_value = first->b;
    return compare_values(c, first->a, first->b, &c->found->parting, NULL);
}

/* With sessions of its own, which keep everything that is in both. */
static finnc_status find_parting(const comparing *c, const finnc_bundle *inputs)
{
    comparing again = *c;
    fnc_arena arena;
    again.sessions[0] = again.sessions[1] = NULL;
    fnc_arena_init(&arena, c->cx);
    finnc_status status = search_parting(&again, &arena, inputs);
    end_sessions(&again);
    fnc_arena_clear(&arena);
    return status;
}

/* ---- samples ---- */

static finnc_status compare_on(const comparing *c, const finnc_bundle *inputs)
{
    FINNC_TRY(run_both(c, inputs));
    FINNC_TRY(compare_outputs(c));
    FINNC_TRY(compare_tensors(c));
    return c->found->difference.value && c->options->wants_parting ? find_parting(c, inputs)
                                                                   : FINNC_OK;
}

static finnc_status compare_sample(const comparing *c, size_t sample)
{
    const finnc_compare_options *options = c->options;
    finnc_bundle *inputs;
    FINNC_TRY(finnc_progress(c->cx, "comparing", sample, c->nsamples));
    if (options->inputs)
        FINNC_TRY(options->inputs(options->user, c->cx, sample, &inputs));
    else
        FINNC_TRY(finnc_graph_draw_sample(c->cx, c->graphs[0], options->seed, options->nsamples,
                                          sample, &inputs));
    c->found->sample = sample;
    finnc_status status = compare_on(c, inputs);
    finnc_bundle_destroy(inputs);
    return status;
}

/* With sessions that keep the tensors to compare. */
static finnc_status begin_keeping(comparing *c)
{
    const finnc_compare_options *options = c->options;
    const size_t n = options->ntensors;
    if (n == 0)
        return begin_sessions(c, NULL, NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, c->cx);
    const char **a = FNC_NEW_ARRAY(&arena, const char *, n);
    const char **b = FNC_NEW_ARRAY(&arena, const char *, n);
    finnc_status status = a && b ? FINNC_OK : finnc_no_memory(c->cx);
    for (size_t i = 0; i < n && status == FINNC_OK; i++) {
        a[i] = finnc_value_name(options->tensors_a[i]);
        b[i] = finnc_value_name(options->tensors_b[i]);
    }
    if (status == FINNC_OK)
        status = begin_sessions(c, &(finnc_session_options){.keep = a, .nkeep = n},
                                &(finnc_session_options){.keep = b, .nkeep = n});
    fnc_arena_clear(&arena);
    return status;
}

finnc_status finnc_compare_check(finnc_ctx *cx, const finnc_compare_options *options)
{
    if (options->nsamples == 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "no samples: nothing would be compared");
    if (options->nsamples > SIZE_MAX / 2) /* those at edges come to them */
        return finnc_fail(cx, FINNC_BAD_VALUE, "%zu samples; at most %zu can be counted",
                          options->nsamples, SIZE_MAX / 2);
    if (!(options->rtol >= 0) || isinf(options->rtol))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tolerance of %g; 0 and more is one",
                          options->rtol);
    return FINNC_OK;
}

finnc_status finnc_compare(finnc_ctx *cx, const finnc_model *a, const finnc_model *b,
                           const finnc_compare_options *options, finnc_comparison *comparison)
{
    comparing c = {.cx = cx,
                   .options = options,
                   .found = comparison,
                   .models = {a, b},
                   .graphs = {finnc_model_graph(a), finnc_model_graph(b)}};
    *comparison = (finnc_comparison){.difference.index = -1, .parting.index = -1};
    FINNC_TRY(finnc_compare_check(cx, options));
    c.nsamples = options->nsamples + (options->inputs ? 0 : finnc_graph_nedges(cx, c.graphs[0]));
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    finnc_status status = pair_inputs(&c, &arena);
    if (status == FINNC_OK)
        status = begin_keeping(&c);
    for (size_t i = 0; i < c.nsamples && status == FINNC_OK && !comparison->difference.value; i++)
        status = compare_sample(&c, i);
    end_sessions(&c);
    fnc_arena_clear(&arena);
    return status;
}
