/* Does a pass keep what the model computes? Runs both on the same inputs: random ones, those where
 * results may jump, and one that somebody gave. */
#include "../support/value_map.h"
#include "engine.h"

#include <finnc/compare.h>
#include <finnc/run.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_INPUTS = 3 };

/* Float outputs may move by what reordering sums and products does. A sum of n products is off by
 * n * 2^-24 of the sum of their magnitudes at worst, and by about sqrt(n) * 2^-24 as a rule: 1e-5
 * for the widest layers there are (n = 25,000), a few times that after a dozen layers, since errors
 * add up. A wrong rewrite is off by a level of a quantiser or a factor of a scale: 1/255 of the
 * largest output and mostly far more. 1e-4 of the largest magnitude lies between the two. */
static const double tolerance = 1e-4;

static bool same_type(const finnc_value *a, const finnc_value *b)
{
    int rank = finnc_value_rank(a);
    if (finnc_value_elem(a) != finnc_value_elem(b) || rank != finnc_value_rank(b))
        return false;
    for (int i = 0; i < rank; i++) {
        const int64_t x = finnc_value_dim(a, i).size, y = finnc_value_dim(b, i).size;
        if (x >= 0 && y >= 0 && x != y)
            return false;
    }
    return true;
}

/* ---- before ---- */

/* Does the node make something of data? What is made of constants alone are weights, which passes
 * turn and scale as they like. */
static bool sees_data(const fnc_value_map *data, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && ((finnc_value_is_input(value) && !finnc_value_is_constant(value)) ||
                      fnc_value_map_find(data, value)))
            return true;
    }
    return false;
}

static finnc_status add_made(finnc_ctx *cx, fnc_value_map *data, finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        finnc_value *made = finnc_node_output(node, i);
        if (made && !fnc_value_map_find(data, made))
            FINNC_TRY(fnc_value_map_add(cx, data, made, node));
    }
    return FINNC_OK;
}

static finnc_status call_witnesses(fnc_manager *m, fnc_before *before)
{
    const finnc_graph *graph = finnc_model_graph(m->model);
    const size_t n = finnc_graph_nnodes(graph);
    fnc_value_map data = {.arena = &before->arena};
    before->witnesses = FNC_NEW_ARRAY(&before->arena, fnc_witness, n + 1);
    if (!before->witnesses)
        return finnc_no_memory(m->cx);
    const finnc_node *clone = finnc_graph_first_node(finnc_model_graph(before->model));
    finnc_foreach_node (node, graph) {
        const bool is_one = clone && finnc_node_output(node, 0) && sees_data(&data, node);
        if (is_one)
            FINNC_TRY(add_made(m->cx, &data, node));
        if (is_one)
            before->witnesses[before->nwitnesses++] =
                (fnc_witness){.node = node,
                              .made = finnc_node_output(node, 0),
                              .clone = finnc_node_output(clone, 0),
                              .op_type = finnc_node_op_type(node)};
        clone = clone ? finnc_node_next(clone) : NULL;
    }
    return FINNC_OK;
}

finnc_status fnc_before_init(fnc_manager *m, fnc_before *before)
{
    *before = (fnc_before){.model = NULL};
    fnc_arena_init(&before->arena, m->cx);
    FINNC_TRY(finnc_model_clone(m->cx, m->model, &before->model));
    const bool wants = m->options.verify_each && m->options.verify_tensors;
    return wants ? call_witnesses(m, before) : FINNC_OK;
}

void fnc_before_clear(fnc_before *before)
{
    finnc_model_destroy(before->model);
    fnc_arena_clear(&before->arena);
}

/* Bits that stand for -1 and 1 become bits that stand for 0 and 1: the annotation tells. What
 * nobody reads may be anything. */
static bool has_kept_meaning(const fnc_witness *w)
{
    if (!w->clone || !finnc_dtype_equal(finnc_value_dtype(w->clone), finnc_value_dtype(w->made)) ||
        (finnc_value_nuses(w->made) == 0 && !finnc_value_is_output(w->made)))
        return false;
    return !finnc_node_is_erased(w->node) && finnc_node_output(w->node, 0) == w->made &&
           !strcmp(finnc_node_op_type(w->node), w->op_type) && same_type(w->made, w->clone);
}

/* What to compare besides the outputs. */
static finnc_status gather(fnc_manager *m, fnc_before *before, finnc_compare_options *options)
{
    const size_t n = before->nwitnesses + 1;
    const finnc_value **a = FNC_NEW_ARRAY(&before->arena, const finnc_value *, n);
    const finnc_value **b = FNC_NEW_ARRAY(&before->arena, const finnc_value *, n);
    if (!a || !b)
        return finnc_no_memory(m->cx);
    for (size_t i = 0; i < before->nwitnesses; i++) {
        if (!has_kept_meaning(&before->witnesses[i]))
            continue;
        a[options->ntensors] = before->witnesses[i].clone;
        b[options->ntensors++] = before->witnesses[i].made;
    }
    options->tensors_a = a;
    options->tensors_b = b;
    return FINNC_OK;
}

/* ---- inputs ---- */

typedef struct samples {
    const finnc_graph *graph; /* before */
    const finnc_bundle *given;
    size_t ndrawn, nedges;
    uint64_t seed;
} samples;

/* Has the graph an input for each, and each input one? */
static bool fits(const finnc_bundle *given, const finnc_graph *graph)
{
    const finnc_value *value;
    size_t n = 0;
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at)); n++)
        if (!finnc_bundle_find(given, finnc_value_name(value)))
            return false;
    return n == finnc_bundle_count(given);
}

static finnc_status copy(finnc_ctx *cx, const finnc_bundle *from, finnc_bundle **copied)
{
    FINNC_TRY(finnc_bundle_create(cx, copied));
    for (size_t i = 0; i < finnc_bundle_count(from); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(from, i, &name);
        const finnc_status status = finnc_bundle_set(*copied, name, tensor);
        if (status != FINNC_OK) {
            finnc_bundle_destroy(*copied);
            return status;
        }
    }
    return FINNC_OK;
}

static finnc_status sample_of(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    const samples *s = user;
    if (sample < s->ndrawn + s->nedges)
        return finnc_graph_draw_sample(cx, s->graph, s->seed, s->ndrawn, sample, inputs);
    return copy(cx, s->given, inputs);
}

/* ---- what can be compared ---- */

/* An image whose sides and channels are as many has the same type either way. Without a layout its
 * channels come first, as InferDataLayouts takes it. */
static bool same_layout(const finnc_value *a, const finnc_value *b)
{
    const char *x = finnc_value_layout(a), *y = finnc_value_layout(b);
    if (x && y)
        return strcmp(x, y) == 0;
    const char *said = x ? x : y;
    return !said || !strncmp(said, "NC", 2);
}

/* An input whose size was open takes samples of a size that it may not have any more. */
static bool keeps_open(const finnc_value *before, const finnc_value *after)
{
    for (int i = 0; i < finnc_value_rank(before); i++)
        if (finnc_value_dim(before, i).size < 0 && finnc_value_dim(after, i).size >= 0)
            return false;
    return true;
}

/* A graph input with a default needs none: leaving the defaults out of the inputs changes nothing.
 */
static bool inputs_pair(const finnc_graph *a, const finnc_graph *b)
{
    const finnc_value *x, *y;
    size_t i = 0, k = 0;
    do {
        x = finnc_graph_next_free_input(a, &i);
        y = finnc_graph_next_free_input(b, &k);
    } while (x && y && same_type(x, y) && keeps_open(x, y) && same_layout(x, y));
    return !x && !y;
}

/* Are inputs that were signs bits now? A sample of -1 is nothing that the model afterwards takes.
 */
static bool takes_bits_for_signs(const finnc_graph *a, const finnc_graph *b)
{
    const finnc_value *x, *y;
    size_t i = 0, k = 0;
    while ((x = finnc_graph_next_free_input(a, &i)) && (y = finnc_graph_next_free_input(b, &k)))
        if (finnc_dtype_equal(finnc_value_dtype(x), finnc_dtype_bipolar()) &&
            finnc_dtype_equal(finnc_value_dtype(y), finnc_dtype_uint(1)))
            return true;
    return false;
}

static bool outputs_pair(const finnc_graph *a, const finnc_graph *b)
{
    size_t n = finnc_graph_noutputs(a);
    if (n != finnc_graph_noutputs(b))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!same_type(finnc_graph_output(a, i), finnc_graph_output(b, i)))
            return false;
    return true;
}

static void not_verified(fnc_manager *m, const fnc_step *step, const char *why)
{
    if (m->options.verification)
        m->options.verification->unverified++;
    fnc_remark(m, FINNC_REMARK_ANALYSIS, fnc_step_name(step), NULL, "not verified: %s", why);
}

/* The inputs that made the difference, for whoever wants to see it again. */
static finnc_status keep_inputs(fnc_manager *m, samples *s, size_t sample)
{
    if (!m->options.failure)
        return FINNC_OK;
    return sample_of(s, m->cx, sample, &m->options.failure->inputs);
}

/* What the input was, for the message. */
static const char *describe_input(const samples *s, size_t sample, char text[64])
{
    if (sample < s->ndrawn)
        snprintf(text, 64, "random input %zu", sample + 1);
    else if (sample < s->ndrawn + s->nedges)
        snprintf(text, 64, "input %zu of %zu at the edges of its types and of quantisers",
                 sample - s->ndrawn + 1, s->nedges);
    else
        snprintf(text, 64, "the input given");
    return text;
}

static finnc_status judge(fnc_manager *m, const finnc_difference *d, bool is_output,
                          const char *input)
{
    if (!d->value) {
        if (m->options.verification)
            m->options.verification->verified++;
        return FINNC_OK;
    }
    if (d->index < 0)
        return finnc_fail(m->cx, FINNC_BAD_VALUE,
                          "not equivalent: %s %s has another shape or type than before",
                          is_output ? "output" : "tensor", d->value);
    return finnc_fail(m->cx, FINNC_BAD_VALUE,
                      "not equivalent: %s %s, element %" PRId64 " was %.9g and is %.9g (%" PRId64
                      " elements differ, by %.3g at most; %s)",
                      is_output ? "output" : "tensor", d->value, d->index, d->a, d->b, d->count,
                      d->largest, input);
}

/* An op that nobody here can run, or random indices outside of a tensor: that says nothing against
 * the step. Silence would be worse; a warning for every step would be noise. */
static void cannot_run_before(fnc_manager *m, const fnc_step *step)
{
    const char *words = fnc_ctx_words(m->cx);
    if (!m->warned)
        finnc_log(m->cx, FINNC_WARNING,
                  "not verified, nor are later steps of which this is true: "
                  "the model before cannot be run: %s",
                  words);
    m->warned = true;
    not_verified(m, step, words);
    finnc_ctx_clear(m->cx);
}

static bool is_about_model(finnc_status status)
{
    return status != FINNC_OK && status != FINNC_NO_MEMORY && status != FINNC_CANCELLED;
}

/* The model after the step cannot be run. That is the step's fault only if the one before can be,
 * on all of the inputs: run both times, it says so. */
static finnc_status blame(fnc_manager *m, const finnc_model *before,
                          const finnc_compare_options *options, finnc_comparison *comparison)
{
    char words[512]; /* a line; what is longer is cut */
    snprintf(words, sizeof words, "%s", fnc_ctx_words(m->cx));
    finnc_compare_options twice = *options;
    twice.ntensors = 0;
    FINNC_TRY(finnc_compare(m->cx, before, before, &twice, comparison));
    return finnc_fail(m->cx, FINNC_BAD_VALUE,
                      "not equivalent: the model could be run before and cannot be run now: %s",
                      words);
}

static bool is_output(const finnc_model *model, const char *name)
{
    const finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), name);
    return value && finnc_value_is_output(value);
}

static finnc_status compare(fnc_manager *m, const fnc_step *step, fnc_before *before,
                            bool keeps_axes)
{
    const finnc_model *model = before->model;
    const finnc_bundle *given = m->options.verify_given;
    samples s = {.graph = finnc_model_graph(model), .given = given, .seed = m->options.verify_seed};
    s.ndrawn = (size_t)(m->options.verify_inputs > 0 ? m->options.verify_inputs : DEFAULT_INPUTS);
    s.nedges = finnc_graph_nedges(m->cx, s.graph);
    finnc_compare_options options = {.nsamples = s.ndrawn + s.nedges,
                                     .rtol = tolerance,
                                     .inputs = sample_of,
                                     .user = &s,
                                     .keeps_axes = keeps_axes,
                                     .by_order = true};
    if (given && fits(given, s.graph))
        options.nsamples++;
    FINNC_TRY(gather(m, before, &options));
    finnc_comparison comparison;
    finnc_status status = finnc_compare(m->cx, model, m->model, &options, &comparison);
    if (is_about_model(status) && comparison.failed == m->model)
        status = blame(m, model, &options, &comparison);
    /* Inputs that cannot be drawn are nobody's failure. */
    if ((is_about_model(status) && comparison.failed == model) || status == FINNC_UNSUPPORTED) {
        cannot_run_before(m, step);
        return FINNC_OK;
    }
    FINNC_TRY(status);
    if (comparison.difference.value)
        FINNC_TRY(keep_inputs(m, &s, comparison.sample));
    char input[64];
    return judge(m, &comparison.difference,
                 comparison.difference.value && is_output(model, comparison.difference.value),
                 describe_input(&s, comparison.sample, input));
}

finnc_status fnc_verify(fnc_manager *m, const fnc_step *step, fnc_before *before)
{
    FNC_AT_PASS(m->cx, fnc_step_name(step));
    const unsigned flags = m->flags;
    const finnc_graph *a = finnc_model_graph(before->model), *b = finnc_model_graph(m->model);
    if (flags & FINNC_PASS_CHANGES_VALUES) {
        not_verified(m, step, "it changes values on purpose");
        return FINNC_OK;
    }
    if (takes_bits_for_signs(a, b)) {
        not_verified(m, step, "an input takes 0 and 1 now, no longer -1 and +1");
        return FINNC_OK;
    }
    if ((flags & FINNC_PASS_CHANGES_IO) && !(inputs_pair(a, b) && outputs_pair(a, b))) {
        not_verified(m, step, "inputs or outputs are others than before");
        return FINNC_OK;
    }
    return compare(m, step, before, !(flags & FINNC_PASS_CHANGES_IO));
}
