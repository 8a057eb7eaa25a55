/* Estimates, from the sizes in the model and a few constants, so that the choice is the same in
 * each run and can be told beforehand. They need be right where one engine is much faster:
 * elsewhere either will do.
 *
 * The constants were fitted to what TFC, keyword spotting and CNV take on one core of an AMD EPYC
 * (Zen 4); docs/fast-engine.md has the figures. Faster machines have all of them smaller. */
#include "choice.h"

#include <finnc/op.h>

#include <math.h>

/* Microseconds, of the reference engine: for */
static const double per_node = 0.4;        /* each run */
static const double per_element = 0.001;   /* of an output */
static const double per_quantised = 0.005; /* ...of a quantiser */
static const double per_product = 0.00004; /* multiply-accumulate */
/* of the fast one, */
static const double per_program = 2;        /* each run */
static const double per_read = 0.001;       /* element of its source, */
static const double per_read_alone = 0.015; /* ...whose channels have thresholds of their own */
static const double per_code_product = 0.000005;
/* and of compiling. */
static const double per_plan = 800, per_weight = 0.008, per_folded_weight = 0.005;
static const double per_listed = 0.005; /* number that a node is tried on */

/* Numbers that a node is tried on, for each channel, pixels of a picture being tried together: all
 * that there are of a source of integers; or those that halving asks for. */
enum { LEVELS = 256, FEW_LEVELS = 16 };

/* ---- sizes ---- */

static double count_elements(const finnc_value *value, int from)
{
    double n = 1;
    for (int i = from; i < finnc_value_rank(value); i++)
        n *= (double)finnc_value_dim(value, i).size;
    return n;
}

static bool is_shape_known(const finnc_value *value)
{
    for (int i = 1; i < finnc_value_rank(value); i++)
        if (finnc_value_dim(value, i).size < 1)
            return false;
    return finnc_value_rank(value) > 0;
}

/* Samples in a run. */
static double count_batch(const fnc_plan *plan)
{
    const finnc_value *input = finnc_graph_next_free_input(plan->graph, &(size_t){0});
    int64_t size = input && finnc_value_rank(input) > 0 ? finnc_value_dim(input, 0).size : -1;
    return size > 0 ? (double)size : 1;
}

/* The constant, or what is made of one, that a linear step multiplies by; SIZE_MAX: none. */
static size_t weights_of(const fnc_plan *plan, const fnc_plan_step *step)
{
    if (!(step->step.op->traits & FINNC_OP_LINEAR) || step->nreads < 2)
        return SIZE_MAX;
    size_t v = step->inputs[1];
    const finnc_value *weights = v == SIZE_MAX ? NULL : plan->values[v].value;
    bool is_known = weights && finnc_value_rank(weights) >= 2 && is_shape_known(weights) &&
                    finnc_value_dim(weights, 0).size > 0;
    return is_known ? v : SIZE_MAX;
}

/* Weights that nodes make, of a shape that the model does not say, are as many as what they are
 * made of. */
static double count_hidden_weights(const fnc_plan *plan, const fnc_plan_step *step)
{
    enum { FAR = 8 };
    size_t v = step->nreads > 1 ? step->inputs[1] : SIZE_MAX;
    bool is_linear = step->step.op->traits & FINNC_OP_LINEAR;
    for (int i = 0; i < FAR && is_linear && v != SIZE_MAX; i++) {
        const fnc_plan_value *value = &plan->values[v];
        if (value->constant)
            return (double)finnc_tensor_nelems(value->constant);
        const fnc_plan_step *maker =
            value->producer == SIZE_MAX ? NULL : &plan->steps[value->producer];
        v = maker && maker->is_steady && maker->nreads > 0 ? maker->inputs[0] : SIZE_MAX;
    }
    return 0;
}

/* Of weights: output channels, or input channels. Those of convolutions have the former first. */
static double channels_of(const finnc_value *weights, bool is_out)
{
    int rank = finnc_value_rank(weights);
    bool is_conv = rank > 2;
    int axis = is_conv ? !is_out : is_out ? rank - 1 : rank - 2;
    return (double)finnc_value_dim(weights, axis).size;
}

/* Where the model does not say how large a value is: as large as the largest that is read, or as
 * weights make it of input 0. */
static double guess_elements(const fnc_plan *plan, const fnc_plan_step *step,
                             const double *elements)
{
    double most = 0;
    size_t v = weights_of(plan, step);
    if (v != SIZE_MAX && step->inputs[0] != SIZE_MAX) {
        const finnc_value *weights = plan->values[v].value;
        double groups = (double)finnc_node_int(step->step.node, "group", 1);
        return elements[step->inputs[0]] * channels_of(weights, true) /
               (channels_of(weights, false) * fmax(groups, 1));
    }
    for (size_t i = 0; i < step->nreads; i++)
        if (step->inputs[i] != SIZE_MAX && elements[step->inputs[i]] > most)
            most = elements[step->inputs[i]];
    return most;
}

/* How many elements values have, by value of the plan, for a sample; constants: 0. */
static finnc_status estimate_elements(fnc_plan *plan, double **estimated)
{
    double *elements = *estimated = FNC_NEW_ARRAY(&plan->arena, double, plan->nvalues + 1);
    if (!elements)
        return finnc_no_memory(plan->cx);
    for (size_t v = 0; v < plan->nvalues; v++)
        if (!plan->values[v].constant && is_shape_known(plan->values[v].value))
            elements[v] = count_elements(plan->values[v].value, 1);
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t o = 0; o < step->noutputs && !step->is_steady; o++)
            if (step->outputs[o] != SIZE_MAX && elements[step->outputs[o]] == 0)
                elements[step->outputs[o]] = guess_elements(plan, step, elements);
    }
    return FINNC_OK;
}

typedef struct step_work {
    double elements, products; /* for a sample */
    double weights;
    bool are_folded; /* a node makes them */
} step_work;

static step_work measure(const fnc_plan *plan, const fnc_plan_step *step, const double *elements)
{
    size_t out = step->noutputs > 0 ? step->outputs[0] : SIZE_MAX, v = weights_of(plan, step);
    step_work w = {.elements = out == SIZE_MAX ? 0 : elements[out]};
    if (v == SIZE_MAX) {
        w.weights = w.products = count_hidden_weights(plan, step);
        w.are_folded = true;
        return w;
    }
    const finnc_value *weights = plan->values[v].value;
    w.weights = count_elements(weights, 0);
    w.are_folded = !plan->values[v].constant;
    w.products = w.weights * fmax(w.elements / channels_of(weights, true), 1);
    return w;
}

static double plain_cost(const fnc_plan_step *step, const step_work *w, double batch)
{
    bool is_quantiser = step->step.op->traits & FINNC_OP_QUANTISER;
    return per_node / batch + w->elements * (is_quantiser ? per_quantised : per_element) +
           w->products * per_product;
}

/* Channels of what a step makes; `before`: of what was made before it, for want of better. */
static double count_channels(const fnc_plan *plan, const fnc_plan_step *step, const step_work *w,
                             double before)
{
    size_t weights = weights_of(plan, step);
    const finnc_value *out = step->noutputs > 0 && step->outputs[0] != SIZE_MAX
                                 ? plan->values[step->outputs[0]].value
                                 : NULL;
    if (weights != SIZE_MAX)
        return channels_of(plan->values[weights].value, true);
    if (out && finnc_value_rank(out) > 2 && finnc_value_dim(out, 1).size > 0)
        return (double)finnc_value_dim(out, 1).size;
    return before > 0 && !(out && finnc_value_rank(out) > 0) ? before : w->elements;
}

static bool begins_with_integers(const fnc_plan *plan)
{
    const finnc_value *input = finnc_graph_next_free_input(plan->graph, &(size_t){0});
    return input && finnc_value_has_dtype(input) &&
           finnc_dtype_is_integer(finnc_value_dtype(input));
}

/* ---- the choice ---- */

static finnc_engine_choice decide(const finnc_session_options *options, finnc_engine_choice c,
                                  double batch)
{
    double n = options->nsamples ? (double)options->nsamples : INFINITY;
    double gain = c.reference - c.fast;
    c.samples = gain > 0 ? c.compile / gain : INFINITY;
    c.samples = c.samples < batch ? batch : c.samples;
    c.engine = n >= c.samples && gain > 0 ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE;
    return c;
}

finnc_status fnc_choose(fnc_plan *plan, const finnc_session_options *options,
                        finnc_engine_choice *choice)
{
    const double batch = count_batch(plan);
    double *elements;
    FINNC_TRY(estimate_elements(plan, &elements));
    finnc_engine_choice c = {.compile = per_plan};
    double products = 0, plain = 0, channels = 0;
    bool has_few = !begins_with_integers(plan);
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        if (step->is_steady || step->is_done)
            continue;
        step_work w = measure(plan, step, elements);
        double cost = plain_cost(step, &w, batch);
        c.reference += cost;
        plain += fnc_fast_knows(step->step.node) ? 0 : cost;
        products += fnc_fast_knows(step->step.node) ? w.products : 0;
        c.compile += w.weights * (w.are_folded ? per_weight + per_folded_weight : per_weight);
        has_few |= w.products > 0;
        channels = count_channels(plan, step, &w, channels);
        if (w.products == 0 && fnc_fast_knows(step->step.node))
            c.compile += channels * (has_few ? FEW_LEVELS : LEVELS) * per_listed;
    }
    c.fast = plain + per_program / batch + products * per_code_product;
    if (products == 0)
        c.fast = c.reference + per_program / batch;
    *choice = decide(options, c, batch);
    return FINNC_OK;
}

finnc_status fnc_choose_again(fnc_plan *plan, const finnc_session_options *options,
                              const fnc_fast *fast, finnc_engine_choice *choice)
{
    const finnc_engine_choice before = *choice;
    const double batch = count_batch(plan);
    double *elements;
    FINNC_TRY(estimate_elements(plan, &elements));
    const fnc_fast_work work = fnc_fast_measure(fast);
    finnc_engine_choice c = before;
    c.compile = 0; /* that is done */
    c.fast = (double)work.programs * per_program / batch + work.products * per_code_product +
             work.elements * per_read + work.elements_alone * per_read_alone;
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        if (step->is_steady || step->is_done || fnc_fast_how(fast, s).is_fast)
            continue;
        step_work w = measure(plan, step, elements);
        c.fast += plain_cost(step, &w, batch);
    }
    c = decide(options, c, batch);
    c.compile = before.compile;
    c.samples = c.engine == FINNC_ENGINE_FAST ? before.samples : INFINITY;
    *choice = c;
    return FINNC_OK;
}
