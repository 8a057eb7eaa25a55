/* Two models on the same inputs. */
#include <finnc/compare.h>
#include <finnc/run.h>

#include <base/arena.h>

#include <string.h>

/* A tensor of the first model and its counterpart in the second. */
typedef struct pair {
    const finnc_value *a, *b;
} pair;

typedef struct comparing {
    finnc_ctx *cx;
    const finnc_compare_options *options;
    finnc_comparison *found;
    const finnc_model *models[2];
    const finnc_graph *graphs[2];
    finnc_session *sessions[2];
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

/* The input of the second model that belongs to the first one's input of that name: NULL if there
 * is none. What is no input without default goes by its name. */
static const finnc_value *counterpart(const comparing *c, const char *name)
{
    const finnc_value *value, *other;
    bool by_name = have_same_inputs(c);
    for (size_t i = 0, k = 0;
         !by_name && (value = finnc_graph_next_free_input(c->graphs[0], &i));) {
        other = finnc_graph_next_free_input(c->graphs[1], &k);
        if (!strcmp(finnc_value_name(value), name))
            return other;
    }
    return finnc_graph_find_value(c->graphs[1], name);
}

static finnc_status feed_second(const comparing *c, const finnc_value *value,
                                const finnc_tensor *tensor)
{
    const char *name = finnc_value_name(value);
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *reshaped;
    if (!finnc_value_dims(value, -1, dims) ||
        finnc_value_nelems(value) != finnc_tensor_nelems(tensor))
        return finnc_session_feed(c->sessions[1], name, tensor);
    FINNC_TRY(finnc_tensor_reshape(c->cx, tensor, finnc_value_rank(value), dims, &reshaped));
    finnc_status status = finnc_session_feed(c->sessions[1], name, reshaped);
    finnc_tensor_release(reshaped);
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
        AT_MODEL(c, 1, feed_second(c, other, tensor));
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

static void compare_values(const comparing *c, const finnc_value *a, const finnc_value *b,
                           finnc_difference *difference)
{
    const finnc_tensor *x = finnc_session_fetch(c->sessions[0], finnc_value_name(a));
    const finnc_tensor *y = finnc_session_fetch(c->sessions[1], finnc_value_name(b));
    double rtol = is_integer(a) || is_integer(b) ? 0 : c->options->rtol;
    if (x && y)
        finnc_tensor_compare(x, y, rtol, finnc_value_name(a), difference);
}

static finnc_status compare_outputs(const comparing *c)
{
    const finnc_graph *a = c->graphs[0], *b = c->graphs[1];
    finnc_difference *difference = &c->found->difference;
    if (finnc_graph_noutputs(a) != finnc_graph_noutputs(b))
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "%zu outputs on one side, %zu on the other",
                          finnc_graph_noutputs(a), finnc_graph_noutputs(b));
    for (size_t o = 0; o < finnc_graph_noutputs(a) && !difference->value; o++)
        compare_values(c, finnc_graph_output(a, o), finnc_graph_output(b, o), difference);
    return FINNC_OK;
}

/* ---- where they part ---- */

/* `twin`: the second model's node in the same place; NULL unless it is of the same op. */
static const finnc_value *counterpart_inside(const comparing *c, const finnc_value *value,
                                             const finnc_node *twin, size_t o)
{
    const finnc_value *other = finnc_graph_find_value(c->graphs[1], finnc_value_name(value));
    if (other && finnc_value_producer(other))
        return other;
    other = twin && o < finnc_node_noutputs(twin) ? finnc_node_output(twin, o) : NULL;
    /* A name that the first model uses elsewhere stands for something else. */
    return other && !finnc_graph_find_value(c->graphs[0], finnc_value_name(other)) ? other : NULL;
}

/* What both have, in the first one's order; room for as many as that one has values. */
static size_t find_pairs(const comparing *c, pair *pairs)
{
    size_t n = 0;
    const finnc_node *twin = finnc_graph_first_node(c->graphs[1]);
    if (finnc_graph_nnodes(c->graphs[0]) != finnc_graph_nnodes(c->graphs[1]))
        twin = NULL;
    finnc_foreach_node (node, c->graphs[0]) {
        bool is_alike = twin && !strcmp(finnc_node_op_type(node), finnc_node_op_type(twin));
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *a = finnc_node_output(node, o);
            const finnc_value *b = a ? counterpart_inside(c, a, is_alike ? twin : NULL, o) : NULL;
            if (b)
                pairs[n++] = (pair){a, b};
        }
        twin = twin ? finnc_node_next(twin) : NULL;
    }
    return n;
}

static finnc_status run_pairs(comparing *c, fnc_arena *arena, const finnc_bundle *inputs)
{
    size_t max = finnc_graph_nvalues(c->graphs[0]) + 1;
    pair *pairs = FNC_NEW_ARRAY(arena, pair, max);
    const char **a = FNC_NEW_ARRAY(arena, const char *, max);
    const char **b = FNC_NEW_ARRAY(arena, const char *, max);
    if (!pairs || !a || !b)
        return finnc_no_memory(c->cx);
    size_t n = find_pairs(c, pairs);
    for (size_t i = 0; i < n; i++) {
        a[i] = finnc_value_name(pairs[i].a);
        b[i] = finnc_value_name(pairs[i].b);
    }
    FINNC_TRY(begin_sessions(c, &(finnc_session_options){.keep = a, .nkeep = n},
                             &(finnc_session_options){.keep = b, .nkeep = n}));
    FINNC_TRY(run_both(c, inputs));
    for (size_t i = 0; i < n && !c->found->parting.value; i++) {
        compare_values(c, pairs[i].a, pairs[i].b, &c->found->parting);
        c->found->parting_node = finnc_value_producer(pairs[i].a);
    }
    if (!c->found->parting.value)
        c->found->parting_node = NULL;
    return FINNC_OK;
}

/* With sessions of its own, which keep everything that is in both. */
static finnc_status find_parting(const comparing *c, const finnc_bundle *inputs)
{
    comparing again = *c;
    fnc_arena arena;
    again.sessions[0] = again.sessions[1] = NULL;
    fnc_arena_init(&arena, c->cx);
    finnc_status status = run_pairs(&again, &arena, inputs);
    end_sessions(&again);
    fnc_arena_clear(&arena);
    return status;
}

/* ---- samples ---- */

static finnc_status compare_on(const comparing *c, const finnc_bundle *inputs)
{
    FINNC_TRY(run_both(c, inputs));
    FINNC_TRY(compare_outputs(c));
    return c->found->difference.value && c->options->wants_parting ? find_parting(c, inputs)
                                                                   : FINNC_OK;
}

static finnc_status compare_sample(const comparing *c, size_t sample)
{
    const finnc_compare_options *options = c->options;
    finnc_bundle *inputs;
    FINNC_TRY(finnc_progress(c->cx, "comparing", sample, options->nsamples));
    if (options->inputs)
        FINNC_TRY(options->inputs(options->user, c->cx, sample, &inputs));
    else
        FINNC_TRY(finnc_graph_draw_inputs(c->cx, c->graphs[0], options->seed, sample, &inputs));
    c->found->sample = sample;
    finnc_status status = compare_on(c, inputs);
    finnc_bundle_destroy(inputs);
    return status;
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
    finnc_status status = begin_sessions(&c, NULL, NULL);
    for (size_t i = 0; i < options->nsamples && status == FINNC_OK && !comparison->difference.value;
         i++)
        status = compare_sample(&c, i);
    end_sessions(&c);
    return status;
}
