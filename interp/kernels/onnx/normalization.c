/* InstanceNormalization, GroupNormalization, LayerNormalization, RMSNormalization and
 * MeanVarianceNormalization: groups of elements brought to a common mean and spread, then scaled
 * and shifted. Statistics are taken in double, elements before and after rounded to stash_type. */
#include "../move.h"

#include <inttypes.h>
#include <math.h>

/* A view of the data: axes that tell groups apart, then axes along which a group's elements lie.
 * Strides are in elements of the data, of the scale and of the bias (0: repeated). */
enum { DATA, SCALE, BIAS, OPERANDS };

typedef struct norm {
    int outer_rank, inner_rank;
    int64_t outer[FINNC_MAX_RANK], inner[FINNC_MAX_RANK];
    int64_t outer_strides[OPERANDS][FINNC_MAX_RANK], inner_strides[OPERANDS][FINNC_MAX_RANK];
    int64_t groups, n; /* elements of a group */
    bool has[OPERANDS];
    bool is_rms;      /* the mean stays, and does not count */
    double epsilon;   /* under the root */
    double after;     /* added to the root */
    finnc_elem stash; /* what the data are rounded to; UNDEFINED: they need no rounding */
    finnc_elem type;  /* of the data as they came */
    /* As doubles: */
    const double *in[OPERANDS];
    double *y, *mean, *inverse; /* the last two may be NULL */
    int64_t *places[OPERANDS];  /* of a group's elements */
    double *rows;               /* two of n for each thread */
} norm;

static int64_t product(int rank, const int64_t *dims)
{
    int64_t n = 1;
    for (int i = 0; i < rank; i++)
        n *= dims[i];
    return n;
}

/* ---- the view ---- */

static void add_axis(norm *job, bool is_outer, int64_t dim, int64_t data, int64_t scale,
                     int64_t bias)
{
    int *rank = is_outer ? &job->outer_rank : &job->inner_rank;
    (is_outer ? job->outer : job->inner)[*rank] = dim;
    const int64_t strides[OPERANDS] = {data, scale, bias};
    for (int k = 0; k < OPERANDS; k++)
        (is_outer ? job->outer_strides : job->inner_strides)[k][*rank] = strides[k];
    ++*rank;
}

/* Strides of input `i` under x's axes; BAD_VALUE if it does not broadcast to x. */
static finnc_status broadcast_strides(fnc_call *call, size_t i, int64_t *strides)
{
    const fnc_array *x = &call->in[0], *a = &call->in[i];
    int64_t stride = 1;
    for (int axis = x->rank, k = a->rank; axis-- > 0;) {
        int64_t dim = k > 0 ? a->dims[--k] : 1;
        if (dim != 1 && dim != x->dims[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements where the data have %" PRId64, i,
                              dim, x->dims[axis]);
        strides[axis] = dim == 1 ? 0 : stride;
        stride *= dim;
    }
    if (a->rank > x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu has rank %d, the data have %d", i,
                          a->rank, x->rank);
    return FINNC_OK;
}

/* Places of a group's elements in each operand, relative to where the group begins. */
static finnc_status list_places(fnc_call *call, norm *job)
{
    for (int k = 0; k < OPERANDS; k++) {
        if (!job->has[k])
            continue;
        job->places[k] = FNC_SCRATCH(call, int64_t, job->n);
        if (!job->places[k])
            return finnc_no_memory(call->cx);
        for (int64_t i = 0; i < job->n; i++) {
            int64_t rest = i, place = 0;
            for (int axis = job->inner_rank - 1; axis >= 0; axis--) {
                place += rest % job->inner[axis] * job->inner_strides[k][axis];
                rest /= job->inner[axis];
            }
            job->places[k][i] = place;
        }
    }
    return FINNC_OK;
}

static int64_t group_place(const norm *job, int operand, int64_t group)
{
    int64_t place = 0;
    for (int axis = job->outer_rank - 1; axis >= 0; axis--) {
        place += group % job->outer[axis] * job->outer_strides[operand][axis];
        group /= job->outer[axis];
    }
    return place;
}

/* ---- the work ---- */

static void round_row(finnc_elem elem, double *row, double *bits, int64_t n)
{
    fnc_convert(FINNC_ELEM_DOUBLE, row, elem, bits, n);
    fnc_convert(elem, bits, FINNC_ELEM_DOUBLE, row, n);
}

static void standardise(const norm *job, double *row, double *mean, double *inverse)
{
    double sum = 0, squares = 0;
    for (int64_t i = 0; !job->is_rms && i < job->n; i++)
        sum += row[i];
    *mean = job->is_rms ? 0 : sum / (double)job->n;
    for (int64_t i = 0; i < job->n; i++) {
        row[i] -= *mean;
        squares += row[i] * row[i];
    }
    *inverse = 1 / (sqrt(squares / (double)job->n + job->epsilon) + job->after);
    for (int64_t i = 0; i < job->n; i++)
        row[i] *= *inverse;
}

static void normalise_groups(void *user, int64_t begin, int64_t end)
{
    const norm *job = user;
    const int64_t n = job->n;
    double *row = job->rows + 2 * n * fnc_parallel_thread(), *bits = row + n;
    for (int64_t group = begin; group < end; group++) {
        int64_t at[OPERANDS];
        double mean, inverse;
        for (int k = 0; k < OPERANDS; k++)
            at[k] = group_place(job, k, group);
        for (int64_t i = 0; i < n; i++)
            row[i] = job->in[DATA][at[DATA] + job->places[DATA][i]];
        if (job->stash)
            round_row(job->stash, row, bits, n);
        standardise(job, row, &mean, &inverse);
        if (job->stash) {
            round_row(job->stash, row, bits, n);
            round_row(job->type, row, bits, n);
        }
        for (int64_t i = 0; job->has[SCALE] && i < n; i++)
            row[i] *= job->in[SCALE][at[SCALE] + job->places[SCALE][i]];
        for (int64_t i = 0; job->has[BIAS] && i < n; i++)
            row[i] += job->in[BIAS][at[BIAS] + job->places[BIAS][i]];
        for (int64_t i = 0; i < n; i++)
            job->y[at[DATA] + job->places[DATA][i]] = row[i];
        if (job->mean)
            job->mean[group] = mean;
        if (job->inverse)
            job->inverse[group] = inverse;
    }
}

/* Reads stash_type. Only one that holds less than the data's own type makes a difference: sums are
 * taken in double anyway. */
static finnc_status read_stash(fnc_call *call, norm *job)
{
    int64_t stash = finnc_node_attr_int(call->node, "stash_type");
    finnc_elem own = call->in[0].elem;
    if (stash != FINNC_ELEM_FLOAT && stash != FINNC_ELEM_FLOAT16 && stash != FINNC_ELEM_DOUBLE &&
        stash != FINNC_ELEM_BFLOAT16)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "stash_type is %" PRId64 ", which is no type of floats", stash);
    bool is_small = finnc_elem_bits((finnc_elem)stash) == 16;
    if (stash != (int64_t)own &&
        (is_small || (stash == FINNC_ELEM_FLOAT && own == FINNC_ELEM_DOUBLE)))
        job->stash = (finnc_elem)stash;
    return FINNC_OK;
}

/* Inputs 0, 1 and 2 are the data, the scale and the bias, as far as job->has them; the output gets
 * the data's shape and the type of input `like`. */
static finnc_status run_norm(fnc_call *call, norm *job, size_t like)
{
    const fnc_array *x = &call->in[0];
    fnc_array operands[OPERANDS];
    void *out;
    int64_t nrows;
    job->type = x->elem;
    job->has[DATA] = true;
    job->groups = product(job->outer_rank, job->outer);
    job->n = product(job->inner_rank, job->inner);
    for (size_t k = 0; k < OPERANDS; k++)
        if (job->has[k]) {
            if (!finnc_elem_is_float(call->in[k].elem))
                return fnc_bad_elem(call, k);
            FINNC_TRY(fnc_in_as(call, k, FINNC_ELEM_DOUBLE, &operands[k]));
            job->in[k] = operands[k].data;
        }
    finnc_elem elem = call->in[like].elem;
    FINNC_TRY(fnc_out(call, 0, elem, x->rank, x->dims, &out));
    job->y = elem == FINNC_ELEM_DOUBLE ? out : fnc_scratch_array(call, sizeof(double), x->nelems);
    if (!job->y ||
        !fnc_mul_i64(2 * (int64_t)(call->threads > 0 ? call->threads : 1), job->n, &nrows))
        return finnc_no_memory(call->cx);
    if (x->nelems > 0) {
        FINNC_TRY(list_places(call, job));
        job->rows = FNC_SCRATCH(call, double, nrows);
        if (!job->rows)
            return finnc_no_memory(call->cx);
    }
    if (x->nelems > 0 || job->mean || job->inverse)
        fnc_parallel_long(call, job->groups, fnc_cost(8.0 * (double)job->n), normalise_groups, job);
    if (elem != FINNC_ELEM_DOUBLE)
        fnc_convert(FINNC_ELEM_DOUBLE, job->y, elem, out, x->nelems);
    return FINNC_OK;
}

static finnc_status need_channels(fnc_call *call)
{
    if (call->in[0].rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d, no channels",
                          call->in[0].rank);
    return FINNC_OK;
}

/* Inputs 1 and 2: `count` numbers each. */
static finnc_status need_lists(fnc_call *call, int64_t count, const char *what)
{
    for (size_t i = 1; i < 3; i++)
        if (call->in[i].rank != 1 || call->in[i].nelems != count)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements for %" PRId64 " %s", i,
                              call->in[i].nelems, count, what);
    return FINNC_OK;
}

/* ---- over images ---- */

/* Groups of `size` channels. Scale and bias are per channel, or per group. */
static finnc_status by_channels(fnc_call *call, norm *job, int64_t size, bool is_per_group)
{
    const fnc_array *x = &call->in[0];
    int64_t spatial = product(x->rank - 2, x->dims + 2), groups = size ? x->dims[1] / size : 0;
    int64_t outer = is_per_group ? 1 : size, inner = is_per_group ? 0 : 1;
    job->has[SCALE] = job->has[BIAS] = true;
    job->epsilon = finnc_node_attr_float(call->node, "epsilon");
    add_axis(job, true, x->dims[0], x->dims[1] * spatial, 0, 0);
    add_axis(job, true, groups, size * spatial, outer, outer);
    add_axis(job, false, size, spatial, inner, inner);
    add_axis(job, false, spatial, 1, 0, 0);
    return run_norm(call, job, 0);
}

static finnc_status instance_normalization(fnc_call *call)
{
    norm job = {0};
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(need_channels(call));
    FINNC_TRY(need_lists(call, call->in[0].dims[1], "channels"));
    return by_channels(call, &job, 1, false);
}

static finnc_status group_normalization(fnc_call *call)
{
    norm job = {0};
    int64_t groups = finnc_node_int(call->node, "num_groups", 0);
    bool is_per_group = call->version < 21;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(need_channels(call));
    int64_t channels = call->in[0].dims[1];
    if (groups < 1 || channels % groups)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels do not divide into %" PRId64 " groups", channels,
                          groups);
    FINNC_TRY(
        need_lists(call, is_per_group ? groups : channels, is_per_group ? "groups" : "channels"));
    if (call->version >= 21)
        FINNC_TRY(read_stash(call, &job));
    return by_channels(call, &job, channels / groups, is_per_group);
}

const fnc_kernel fnc_kernel_onnx_instance_normalization = {.run = instance_normalization,
                                                           .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_group_normalization = {.run = group_normalization,
                                                        .takes = FNC_TAKES_ALL};

/* ---- over the last axes ---- */

/* Statistics of each group as output `o`, with one element along the axes from `axis` on. */
static finnc_status make_statistics(fnc_call *call, size_t o, int axis, double **statistics,
                                    void **out)
{
    const fnc_array *x = &call->in[0];
    int64_t dims[FINNC_MAX_RANK], nelems;
    finnc_elem elem = (finnc_elem)finnc_node_attr_int(call->node, "stash_type");
    if (!fnc_out_is_wanted(call, o))
        return FINNC_OK;
    for (int i = 0; i < x->rank; i++)
        dims[i] = i < axis ? x->dims[i] : 1;
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, o, elem, x->rank, dims, out));
    *statistics = FNC_SCRATCH(call, double, nelems);
    return *statistics ? FINNC_OK : finnc_no_memory(call->cx);
}

static finnc_status last_axes(fnc_call *call, norm *job, int *axis)
{
    const fnc_array *x = &call->in[0];
    int64_t strides[OPERANDS][FINNC_MAX_RANK] = {{0}};
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), x->rank, axis));
    FINNC_TRY(read_stash(call, job));
    job->epsilon = finnc_node_attr_float(call->node, "epsilon");
    fnc_strides(x->rank, x->dims, strides[DATA]);
    for (size_t k = SCALE; k < OPERANDS; k++)
        if (job->has[k])
            FINNC_TRY(broadcast_strides(call, k, strides[k]));
    for (int i = 0; i < x->rank; i++)
        add_axis(job, i < *axis, x->dims[i], strides[DATA][i], strides[SCALE][i], strides[BIAS][i]);
    return FINNC_OK;
}

static finnc_status layer_normalization(fnc_call *call)
{
    norm job = {.has = {[SCALE] = true}};
    int axis;
    void *mean = NULL, *inverse = NULL;
    FINNC_TRY(fnc_need_inputs(call, 2));
    int64_t stash = finnc_node_attr_int(call->node, "stash_type");
    if (stash != FINNC_ELEM_FLOAT && stash != FINNC_ELEM_BFLOAT16)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "stash_type is %" PRId64 ", should be 1 (FLOAT) or 16 (BFLOAT16)", stash);
    job.has[BIAS] = fnc_has(call, 2);
    FINNC_TRY(last_axes(call, &job, &axis));
    FINNC_TRY(make_statistics(call, 1, axis, &job.mean, &mean));
    FINNC_TRY(make_statistics(call, 2, axis, &job.inverse, &inverse));
    FINNC_TRY(run_norm(call, &job, 0));
    if (mean)
        fnc_convert(FINNC_ELEM_DOUBLE, job.mean, (finnc_elem)stash, mean, job.groups);
    if (inverse)
        fnc_convert(FINNC_ELEM_DOUBLE, job.inverse, (finnc_elem)stash, inverse, job.groups);
    return FINNC_OK;
}

static finnc_status rms_normalization(fnc_call *call)
{
    norm job = {.is_rms = true, .has = {[SCALE] = true}};
    int axis;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(last_axes(call, &job, &axis));
    return run_norm(call, &job, 1);
}

const fnc_kernel fnc_kernel_onnx_layer_normalization = {.run = layer_normalization,
                                                        .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_rms_normalization = {.run = rms_normalization,
                                                      .takes = FNC_TAKES_ALL};

/* ---- over any axes ---- */

static finnc_status mean_variance_normalization(fnc_call *call)
{
    static const int64_t usual[] = {0, 2, 3};
    norm job = {.after = 1e-9};
    bool is_inner[FINNC_MAX_RANK] = {false};
    int64_t strides[FINNC_MAX_RANK];
    size_t count;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    const int64_t *axes = finnc_node_ints(call->node, "axes", &count);
    if (!axes) {
        axes = usual;
        count = sizeof usual / sizeof *usual;
    }
    for (size_t i = 0; i < count; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes[i], x->rank, &axis));
        is_inner[axis] = true;
    }
    fnc_strides(x->rank, x->dims, strides);
    for (int i = 0; i < x->rank; i++)
        add_axis(&job, !is_inner[i], x->dims[i], strides[i], 0, 0);
    return run_norm(call, &job, 0);
}

const fnc_kernel fnc_kernel_onnx_mean_variance_normalization = {.run = mean_variance_normalization,
                                                                .takes = FNC_TAKES_ALL};
