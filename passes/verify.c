/* Does a pass keep what the model computes? Runs both on the same random inputs. */
#include "engine.h"

#include <finnc/compare.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_INPUTS = 3 };

/* Float outputs may move by what reordering sums of a network does. */
static const double tolerance = 1e-4;

static finnc_status text_flags(fnc_manager *m, const char *text, unsigned *flags);

static finnc_status step_flags(fnc_manager *m, const fnc_step *step, unsigned *flags)
{
    for (const fnc_step *inner = step->inner; inner; inner = inner->next)
        FINNC_TRY(step_flags(m, inner, flags));
    const finnc_pass *pass = step->pass;
    if (!pass)
        return FINNC_OK;
    *flags |= pass->flags;
    if (pass->steps)
        FINNC_TRY(text_flags(m, pass->steps, flags));
    return pass->each ? text_flags(m, pass->each, flags) : FINNC_OK;
}

static finnc_status text_flags(fnc_manager *m, const char *text, unsigned *flags)
{
    const finnc_pipeline *pipeline;
    FINNC_TRY(fnc_manager_read(m, text, &pipeline));
    for (const fnc_step *step = pipeline->first; step; step = step->next)
        FINNC_TRY(step_flags(m, step, flags));
    return FINNC_OK;
}

static bool same_type(const finnc_value *a, const finnc_value *b)
{
    int rank = finnc_value_rank(a);
    if (finnc_value_elem(a) != finnc_value_elem(b) || rank != finnc_value_rank(b))
        return false;
    for (int i = 0; i < rank; i++)
        if (finnc_value_dim(a, i).size != finnc_value_dim(b, i).size)
            return false;
    return true;
}

/* An image whose sides and channels are as many has the same type either way. */
static bool same_layout(const finnc_value *a, const finnc_value *b)
{
    const char *x = finnc_value_layout(a), *y = finnc_value_layout(b);
    return x && y ? strcmp(x, y) == 0 : x == y;
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
    } while (x && y && same_type(x, y) && same_layout(x, y));
    return !x && !y;
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

static finnc_status judge(fnc_manager *m, const finnc_difference *d)
{
    if (!d->value) {
        if (m->options.verification)
            m->options.verification->verified++;
        return FINNC_OK;
    }
    if (d->index < 0)
        return finnc_fail(m->cx, FINNC_BAD_VALUE,
                          "not equivalent: output %s has another shape or type than before",
                          d->value);
    return finnc_fail(m->cx, FINNC_BAD_VALUE,
                      "not equivalent: output %s, element %" PRId64
                      " was %.9g and is %.9g (%" PRId64 " elements differ, by %.3g at most)",
                      d->value, d->index, d->a, d->b, d->count, d->largest);
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
    FINNC_TRY(finnc_compare(m->cx, before, before, options, comparison));
    return finnc_fail(m->cx, FINNC_BAD_VALUE,
                      "not equivalent: the model could be run before and cannot be run now: %s",
                      words);
}

finnc_status fnc_verify(fnc_manager *m, const fnc_step *step, const finnc_model *before,
                        const finnc_model *after)
{
    FNC_AT_PASS(m->cx, fnc_step_name(step));
    unsigned flags = 0;
    FINNC_TRY(step_flags(m, step, &flags));
    const finnc_graph *a = finnc_model_graph(before), *b = finnc_model_graph(after);
    if (flags & FINNC_PASS_CHANGES_VALUES) {
        not_verified(m, step, "it changes values on purpose");
        return FINNC_OK;
    }
    if ((flags & FINNC_PASS_CHANGES_IO) && !(inputs_pair(a, b) && outputs_pair(a, b))) {
        not_verified(m, step, "inputs or outputs are others than before");
        return FINNC_OK;
    }
    int n = m->options.verify_inputs > 0 ? m->options.verify_inputs : DEFAULT_INPUTS;
    const finnc_compare_options options = {
        .nsamples = (size_t)n, .seed = m->options.verify_seed, .rtol = tolerance};
    finnc_comparison comparison;
    finnc_status status = finnc_compare(m->cx, before, after, &options, &comparison);
    if (is_about_model(status) && comparison.failed == after)
        status = blame(m, before, &options, &comparison);
    /* Inputs that cannot be drawn are nobody's failure. */
    if ((is_about_model(status) && comparison.failed == before) || status == FINNC_UNSUPPORTED) {
        cannot_run_before(m, step);
        return FINNC_OK;
    }
    FINNC_TRY(status);
    return judge(m, &comparison.difference);
}
