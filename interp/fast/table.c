/* What digits stand for, computed by the model's own nodes: a node runs once on all codes that
 * there can be, so whatever it does to one of them later, it did here, bit for bit. */
#include "lower.h"

#include "../sanitise.h"

#include <base/float_bits.h>

#include <math.h>
#include <string.h>

/* How long is the axis that channels lie along, and which channel is element `a` of it? */
static int64_t axis_length(const fnc_lowered *in)
{
    const fnc_digits *d = &in->program->digits[in->digits];
    bool is_flat = in->axes == FNC_AXES_FLAT_FIRST || in->axes == FNC_AXES_FLAT_LAST;
    return is_flat ? d->h * d->w * d->c : d->c;
}

static int64_t channel_of(const fnc_lowered *in, int64_t a)
{
    const fnc_digits *d = &in->program->digits[in->digits];
    if (in->axes == FNC_AXES_FLAT_FIRST)
        return a / (d->h * d->w);
    return in->axes == FNC_AXES_FLAT_LAST ? a % d->c : a;
}

/* That of a batch of one window, or of all pixels where these lie in the axis of the channels. */
static int probe_shape(const fnc_lowered *in, fnc_axes axes, int64_t h, int64_t w, int64_t n,
                       int64_t dims[4])
{
    fnc_digits d = in->program->digits[in->digits];
    if (axes == FNC_AXES_FIRST || axes == FNC_AXES_LAST || axes == FNC_AXES_ROW) {
        d.h = h;
        d.w = w;
    }
    return fnc_digits_shape(&d, axes, n, dims);
}

/* Is there a constant with `n` slices along its first axis? */
static finnc_status has_slices(fnc_lowering *l, const fnc_link *link, int64_t n, bool *has)
{
    const fnc_plan_step *step = &l->plan->steps[link->step];
    *has = false;
    for (size_t i = 0; i < step->ninputs && !*has; i++) {
        const finnc_tensor *constant = NULL;
        if (i != link->data)
            FINNC_TRY(fnc_lower_constant(l, link->step, i, &constant));
        *has = constant && finnc_tensor_rank(constant) > 0 && finnc_tensor_dim(constant, 0) == n;
    }
    return FINNC_OK;
}

/* The images of a batch with all codes. A constant with a slice for each image would treat each
 * code in a way of its own; there is another image, then, so that it does not fit. */
static finnc_status count_images(fnc_lowering *l, const fnc_link *link, int64_t codes, int64_t *n)
{
    bool has = true;
    for (*n = codes; has; *n += has)
        FINNC_TRY(has_slices(l, link, *n, &has));
    return FINNC_OK;
}

/* A batch of `n` in which image k has code k everywhere, or as the first pixel of its one window.
 * Behind the last code the first comes again. */
static finnc_status make_probe(fnc_lowering *l, const fnc_link *link, const fnc_lowered *in,
                               int64_t n, finnc_tensor **probe)
{
    int64_t dims[4], length = axis_length(in), pixels = link->h * link->w;
    const fnc_table *t = &in->table;
    int64_t step = in->axes == FNC_AXES_LAST ? 1 : pixels;
    int rank = probe_shape(in, in->axes, link->h, link->w, n, dims);
    FINNC_TRY(finnc_tensor_create(l->cx, FINNC_ELEM_FLOAT, rank, dims, probe));
    float *x = finnc_tensor_edit(*probe);
    for (int64_t k = 0; k < n; k++)
        for (int64_t a = 0; a < length; a++)
            x[k * length * pixels + a * step] = t->y[k % t->n * t->channels + channel_of(in, a)];
    return FINNC_OK;
}

static bool has_shape(const finnc_tensor *t, int rank, const int64_t *dims)
{
    return finnc_tensor_kind(t) == FINNC_KIND_TENSOR && finnc_tensor_elem(t) == FINNC_ELEM_FLOAT &&
           finnc_tensor_rank(t) == rank &&
           !memcmp(finnc_tensor_dims(t), dims, (size_t)rank * sizeof *dims);
}

static const char another_form[] = "it makes another shape or element type";

/* The table of what came out; `*why`: pixels of one channel became different. */
static finnc_status read_answer(fnc_lowering *l, fnc_axes axes, const fnc_lowered *in,
                                const finnc_tensor *answer, int64_t n, fnc_table *table,
                                const char **why)
{
    int64_t dims[4], length = axis_length(in);
    int rank = probe_shape(in, axes, 1, 1, n, dims);
    const void *data;
    if (!has_shape(answer, rank, dims)) {
        *why = another_form;
        return FINNC_OK;
    }
    FINNC_TRY(finnc_tensor_need_data(l->cx, answer, &data));
    const float *x = data;
    *table = in->table;
    table->y = FNC_NEW_ARRAY(&l->tables, float, (size_t)(table->n * table->channels));
    if (!table->y)
        return finnc_no_memory(l->cx);
    for (int64_t k = 0; k < table->n; k++)
        for (int64_t a = length - 1; a >= 0; a--)
            table->y[k * table->channels + channel_of(in, a)] = x[k * length + a];
    for (int64_t k = 0; k < table->n && length != table->channels; k++)
        for (int64_t a = 0; a < length; a++)
            if (!fnc_float_is_same(table->y[k * table->channels + channel_of(in, a)],
                                   x[k * length + a]))
                *why = "it treats the pixels of a channel differently";
    return FINNC_OK;
}

static finnc_status run_step(fnc_lowering *l, size_t s, size_t data, const finnc_tensor *probe,
                             const finnc_tensor **answer)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const finnc_tensor **inputs = FNC_NEW_ARRAY(&l->scratch, const finnc_tensor *, step->ninputs);
    finnc_tensor **outputs = FNC_NEW_ARRAY(&l->scratch, finnc_tensor *, step->noutputs);
    bool *wanted = FNC_NEW_ARRAY(&l->scratch, bool, step->noutputs);
    if (!inputs || !outputs || !wanted)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < step->ninputs; i++)
        if (i == data)
            inputs[i] = probe;
        else
            FINNC_TRY(fnc_lower_constant(l, s, i, &inputs[i]));
    wanted[0] = true;
    FNC_AT_NODE(l->cx, step->step.node);
    FINNC_TRY(fnc_step_run(l->runner, &step->step, inputs, step->ninputs, NULL, 0, wanted, outputs,
                           step->noutputs));
    *answer = outputs[0];
    return FINNC_OK;
}

/* May a probe stand for images of that size? It has one pixel, and one channel where all are alike,
 * and a node may want an axis to be as long as a constant is, or as an attribute says. What runs on
 * an axis of 1 and on a longer one, asks nothing of its length: so it is run on an image of all
 * channels, too, which has several pixels each way that the data have them. (That it asks nothing
 * of the number of images, the probe itself tells.) */
static finnc_status check_size(fnc_lowering *l, const fnc_link *link, const fnc_digits *d,
                               const char **why)
{
    const fnc_axes axes = (fnc_axes)link->axes;
    fnc_digits image = *d;
    int64_t dims[4], size;
    if (axes == FNC_AXES_FIRST || axes == FNC_AXES_LAST || axes == FNC_AXES_ROW) {
        image.h = d->h < 2 ? d->h : 2;
        image.w = d->w < 3 ? d->w : 3;
    }
    const int rank = fnc_digits_shape(&image, axes, 1, dims);
    FINNC_TRY(finnc_shape_nelems(l->cx, rank, dims, &size));
    if (size > FNC_MAX_TABLE) {
        *why = "its input is too large to try it on";
        return FINNC_OK;
    }
    finnc_tensor *zeros;
    const finnc_tensor *answer = NULL;
    FINNC_TRY(finnc_tensor_create(l->cx, FINNC_ELEM_FLOAT, rank, dims, &zeros));
    finnc_status status = run_step(l, link->step, link->data, zeros, &answer);
    finnc_tensor_release(zeros);
    if (status == FINNC_BAD_VALUE || status == FINNC_UNSUPPORTED) {
        finnc_ctx_clear(l->cx);
        *why = "it does not run on data of its input's shape";
        return FINNC_OK;
    }
    if (status == FINNC_OK && !has_shape(answer, rank, dims))
        *why = another_form;
    finnc_tensor_release(answer);
    return status;
}

finnc_status fnc_lower_link(fnc_lowering *l, size_t s, size_t data, const fnc_digits *d,
                            fnc_axes axes, fnc_link *link, const char **why)
{
    *link = (fnc_link){
        .step = s, .data = data, .axes = (int)axes, .out_axes = (int)axes, .h = 1, .w = 1};
    FINNC_TRY(fnc_lower_check_training(l, s, why));
    return *why ? FINNC_OK : check_size(l, link, d, why);
}

/* Each table and each move may be large, and there may be many of them; what is listed makes no run
 * faster. */
bool fnc_lower_may_list(fnc_lowering *l, int64_t n, const char **why)
{
    if (n <= FNC_MAX_ROUND)
        return true;
    if (n > FNC_MAX_LISTED - l->listed) {
        *why = "there is too much to list";
        return false;
    }
    l->listed += n;
    return true;
}

static const finnc_value *output_of(const fnc_lowering *l, size_t s)
{
    return l->plan->values[l->plan->steps[s].outputs[0]].value;
}

static finnc_status apply(fnc_lowering *l, const fnc_link *link, const fnc_lowered *in,
                          fnc_table *table, const char **why)
{
    int64_t n, size;
    finnc_tensor *probe;
    const finnc_tensor *answer = NULL;
    FINNC_TRY(count_images(l, link, in->table.n, &n));
    if (!fnc_mul_i64(n, axis_length(in), &size) || !fnc_mul_i64(size, link->h * link->w, &size) ||
        size > FNC_MAX_TABLE) {
        *why = "there are too many sums to make a table of";
        return FINNC_OK;
    }
    if (!fnc_lower_may_list(l, size, why))
        return FINNC_OK;
    FINNC_TRY(make_probe(l, link, in, n, &probe));
    finnc_status status = run_step(l, link->step, link->data, probe, &answer);
    finnc_tensor_release(probe);
    if (status == FINNC_OK)
        status = fnc_sanitise(l->runner, output_of(l, link->step), &answer);
    if (status == FINNC_BAD_VALUE || status == FINNC_UNSUPPORTED) {
        finnc_ctx_clear(l->cx); /* it may not meet such data, or says so again when it does */
        *why = "it does not run on all that its input might be";
        status = FINNC_OK;
    } else if (status == FINNC_OK) {
        status = read_answer(l, (fnc_axes)link->out_axes, in, answer, n, table, why);
    }
    finnc_tensor_release(answer);
    return status;
}

finnc_status fnc_lower_data(fnc_lowering *l, size_t s, size_t *data, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    *data = SIZE_MAX;
    for (size_t i = 0; i < step->ninputs; i++) {
        const finnc_tensor *tensor;
        if (step->inputs[i] == SIZE_MAX)
            continue;
        FINNC_TRY(fnc_lower_constant(l, s, i, &tensor));
        if (!tensor && *data != SIZE_MAX)
            *why = "it has two inputs that are no constants";
        if (!tensor)
            *data = i;
    }
    if (*data == SIZE_MAX)
        *why = "it works on constants";
    return FINNC_OK;
}

/* ---- chains ---- */

static bool has_nan(const fnc_table *t)
{
    bool is_there = false;
    for (int64_t i = 0; i < t->n * t->channels; i++)
        is_there |= t->y[i] != t->y[i];
    return is_there;
}

static const char no_number[] = "it may make something that is no number";

/* Between numbers that are asked for, a NaN might be overlooked, that neither rises nor falls. Such
 * is made of infinities, which come first where numbers are largest, at the least and the greatest,
 * and these are asked for; or at 0 by a factor that is infinite or a divisor that is 0. */
finnc_status fnc_lower_check_zero(fnc_lowering *l, const fnc_link *link, const fnc_lowered *in,
                                  const char **why)
{
    const float zero = 0;
    fnc_lowered at = *in;
    at.axes = (fnc_axes)link->axes;
    FINNC_TRY(fnc_lower_uniform(l, &zero, 1, in->table.channels, &at.table));
    FINNC_TRY(apply(l, link, &at, &at.table, why));
    for (int64_t i = 0; !*why && i < at.table.channels; i++)
        if (!isfinite(at.table.y[i]))
            *why = no_number;
    return FINNC_OK;
}

static finnc_status run_chain(fnc_lowering *l, const fnc_link *link, bool is_asked, fnc_lowered *at,
                              const char **why)
{
    if (!link)
        return FINNC_OK;
    FINNC_TRY(run_chain(l, link->before, is_asked, at, why));
    if (*why)
        return FINNC_OK;
    at->axes = (fnc_axes)link->axes;
    FINNC_TRY(apply(l, link, at, &at->table, why));
    if (!*why && is_asked && has_nan(&at->table))
        *why = no_number;
    return FINNC_OK;
}

static finnc_status begin_chain(fnc_lowering *l, const fnc_lowered *in, const int32_t *sums,
                                int64_t rows, float **to)
{
    const fnc_affine *a = in->affine;
    const int64_t channels = in->table.channels;
    /* They are too many to be listed, so there are always some that are asked for. */
    const int32_t *floats = in->numbers_floats ? sums : NULL;
    float *y = *to = FNC_NEW_ARRAY(&l->tables, float, (size_t)(rows * channels));
    if (!y)
        return finnc_no_memory(l->cx);
    for (int64_t k = 0; floats && k < rows * channels; k++)
        y[k] = fnc_lower_float(floats[k]);
    for (int64_t k = 0; !floats && k < rows; k++, y += channels) {
        for (int64_t o = 0; o < channels; o++) {
            int64_t sum = sums ? sums[k * channels + o] : in->table.low + k;
            y[o] = (float)(a->factor * (a->step * (double)sum + a->all[o]) + a->offset);
        }
        for (int i = 0; i < 2; i++)
            for (int64_t o = 0; a->scales[i].n && o < channels; o++)
                y[o] *= a->scales[i].x[o % a->scales[i].n];
        for (int64_t o = 0; o < channels; o++)
            y[o] *= a->alpha;
        for (int64_t o = 0; a->bias && o < channels; o++)
            y[o] += a->bias[o];
    }
    return FINNC_OK;
}

finnc_status fnc_lower_try(fnc_lowering *l, const fnc_lowered *in, const int32_t *sums,
                           int64_t rows, float **y, const char **why)
{
    fnc_lowered at = *in;
    at.table.n = rows;
    FINNC_TRY(begin_chain(l, in, sums, rows, &at.table.y));
    FINNC_TRY(run_chain(l, in->chain, sums != NULL, &at, why));
    *y = at.table.y;
    return FINNC_OK;
}

finnc_status fnc_lower_list(fnc_lowering *l, fnc_lowered *lowered, const char **why)
{
    int64_t size;
    if (lowered->table.y)
        return FINNC_OK;
    if (!fnc_mul_i64(lowered->table.n, lowered->table.channels, &size) || size > FNC_MAX_TABLE) {
        *why = "there are too many sums to make a table of";
        return FINNC_OK;
    }
    if (!fnc_lower_may_list(l, size, why))
        return FINNC_OK;
    float *y = NULL;
    FINNC_TRY(fnc_lower_try(l, lowered, NULL, lowered->table.n, &y, why));
    if (!*why)
        lowered->table.y = y;
    return FINNC_OK;
}

/* Longer chains are listed, so that trying them does not take ever longer. */
enum { MAX_LENGTH = 32 };

/* Appends a node to the chain of sums that are not listed. The least and the greatest go through it
 * now, to see whether it runs. */
static finnc_status append(fnc_lowering *l, fnc_link link, fnc_lowered *out, const char **why)
{
    const int64_t channels = out->table.channels;
    int32_t *sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)(2 * channels));
    float *y;
    link.length = out->chain ? out->chain->length + 1 : 1;
    link.before = out->chain;
    const fnc_link *kept = fnc_arena_copy(&l->tables, &link, sizeof link);
    if (!kept || !sums)
        return finnc_no_memory(l->cx);
    for (int64_t o = 0; o < channels; o++) {
        sums[o] = out->table.low;
        sums[channels + o] = (int32_t)(out->table.low + out->table.n - 1);
    }
    FINNC_TRY(fnc_lower_check_zero(l, kept, out, why));
    out->chain = kept;
    return *why ? FINNC_OK : fnc_lower_try(l, out, sums, 2, &y, why);
}

/* A code that stands for zeros of both signs: what the node makes of these has to be the same
 * number, and may be zeros of both signs again. */
static finnc_status try_zeros(fnc_lowering *l, const fnc_link *link, fnc_lowered *lowered,
                              const char **why)
{
    const fnc_table *t = &lowered->table;
    const int64_t channels = t->channels;
    fnc_lowered at = *lowered;
    at.table.n = 2;
    at.table.y = FNC_NEW_ARRAY(&l->tables, float, (size_t)(2 * channels));
    if (!at.table.y)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < channels; c++)
        at.table.y[c] = at.table.y[channels + c] = t->y[c];
    for (int64_t i = 0; i < t->n * channels; i++)
        if (t->y[i] == 0) {
            at.table.y[i % channels] = 0;
            at.table.y[channels + i % channels] = -0.0f;
        }
    FINNC_TRY(apply(l, link, &at, &at.table, why));
    if (*why)
        return FINNC_OK;
    lowered->has_two_zeros = false;
    for (int64_t c = 0; c < channels; c++) {
        const float a = at.table.y[c], b = at.table.y[channels + c];
        lowered->has_two_zeros |= !fnc_float_is_same(a, b);
        if (!(a == b || (a != a && b != b)))
            *why = "it makes different numbers of 0 and -0, which its input may both be";
    }
    return FINNC_OK;
}

finnc_status fnc_lower_through(fnc_lowering *l, fnc_link link, bool is_monotone,
                               fnc_lowered *lowered, const char **why)
{
    bool is_chain = !lowered->table.y && is_monotone &&
                    !(lowered->chain && lowered->chain->length >= MAX_LENGTH);
    link.axes = (int)lowered->axes;
    if (is_chain) {
        FINNC_TRY(append(l, link, lowered, why));
    } else {
        FINNC_TRY(fnc_lower_list(l, lowered, why));
        if (!*why && lowered->has_two_zeros)
            FINNC_TRY(try_zeros(l, &link, lowered, why));
        if (!*why)
            FINNC_TRY(apply(l, &link, lowered, &lowered->table, why));
    }
    if (*why)
        return FINNC_OK;
    lowered->axes = (fnc_axes)link.out_axes;
    return fnc_lower_output(l, link.step, *lowered, why);
}

finnc_status fnc_lower_table(fnc_lowering *l, size_t s, const char **why)
{
    size_t data;
    const fnc_lowered *in;
    FINNC_TRY(fnc_lower_data(l, s, &data, why));
    if (*why)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_input(l, s, data, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered out = *in;
    fnc_link link;
    FINNC_TRY(fnc_lower_link(l, s, data, &in->program->digits[in->digits], in->axes, &link, why));
    if (*why)
        return FINNC_OK;
    bool is_monotone = fnc_lower_is_monotone(l->plan->steps[s].step.node, data);
    return fnc_lower_through(l, link, is_monotone, &out, why);
}

finnc_status fnc_lower_producer(fnc_lowering *l, size_t s, const fnc_lowered *in, fnc_table *out,
                                bool *is_known)
{
    const char *why = NULL;
    size_t data;
    *is_known = false;
    FINNC_TRY(fnc_lower_data(l, s, &data, &why));
    if (why || !fnc_lower_is_monotone(l->plan->steps[s].step.node, data))
        return FINNC_OK;
    fnc_link link;
    FINNC_TRY(fnc_lower_link(l, s, data, &in->program->digits[in->digits], in->axes, &link, &why));
    if (!why)
        FINNC_TRY(apply(l, &link, in, out, &why));
    *is_known = !why;
    return FINNC_OK;
}
