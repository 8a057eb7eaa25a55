#include "recurrent.h"

#include "../product.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { X, W, R, B, LENGTHS, INITIAL_H, INITIAL_C, P };

/* ---- what the node says ---- */

static finnc_status read_attrs(fnc_recurrent *r)
{
    fnc_call *call = r->call;
    const char *direction = finnc_node_string(call->node, "direction", "forward");
    bool both = !strcmp(direction, "bidirectional"), back = !strcmp(direction, "reverse");
    if (!both && !back && strcmp(direction, "forward") != 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "direction is %s, it may be forward, reverse or bidirectional",
                          direction);
    r->directions = both ? 2 : 1;
    r->backwards = back;
    r->batch_first = finnc_node_int(call->node, "layout", 0) != 0;
    r->clip = finnc_node_float(call->node, "clip", (double)INFINITY);
    if (!(r->clip >= 0))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "clip is %g", r->clip);
    return fnc_activations_read(call, r->elem, (int)r->directions, r->cell->activations,
                                r->cell->fallback, r->activations);
}

static finnc_status need_state(fnc_recurrent *r, size_t i)
{
    const int64_t dims[] = {r->batch_first ? r->sequences : r->directions,
                            r->batch_first ? r->directions : r->sequences, r->hidden};
    return fnc_has(r->call, i) ? fnc_need_shape(r->call, i, 3, dims) : FINNC_OK;
}

static finnc_status read_shapes(fnc_recurrent *r)
{
    fnc_call *call = r->call;
    const int64_t any[] = {-1, -1, -1};
    int64_t rows, steps;
    FINNC_TRY(fnc_need_shape(call, X, 3, any));
    FINNC_TRY(fnc_need_shape(call, R, 3, any));
    const int64_t *x = call->in[X].dims;
    r->steps = x[r->batch_first ? 1 : 0];
    r->sequences = x[r->batch_first ? 0 : 1];
    r->inputs = x[2];
    r->hidden = finnc_node_int(call->node, "hidden_size", call->in[R].dims[2]);
    if (r->hidden < 0 || !fnc_mul_i64(r->hidden, INT64_C(2) * r->cell->gates, &rows))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "hidden_size is %" PRId64, r->hidden);
    rows /= 2;
    FINNC_TRY(fnc_need_shape(call, W, 3, (int64_t[]){r->directions, rows, r->inputs}));
    FINNC_TRY(fnc_need_shape(call, R, 3, (int64_t[]){r->directions, rows, r->hidden}));
    if (fnc_has(call, B))
        FINNC_TRY(fnc_need_shape(call, B, 2, (int64_t[]){r->directions, 2 * rows}));
    FINNC_TRY(need_state(r, INITIAL_H));
    /* Before a list of lengths is made for as many sequences. */
    if (!fnc_mul_i64(r->steps, r->sequences, &steps))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_product_check(call->cx, steps, rows, r->inputs));
    if (!r->cell->has_cells)
        return FINNC_OK;
    FINNC_TRY(need_state(r, INITIAL_C));
    if (fnc_has(call, P))
        FINNC_TRY(fnc_need_shape(call, P, 2, (int64_t[]){r->directions, 3 * r->hidden}));
    return FINNC_OK;
}

static finnc_status read_lengths(fnc_recurrent *r)
{
    int64_t *all, count;
    if (!fnc_has(r->call, LENGTHS)) {
        r->lengths = all = FNC_SCRATCH(r->call, int64_t, r->sequences);
        if (!all)
            return finnc_no_memory(r->call->cx);
        for (int64_t n = 0; n < r->sequences; n++)
            all[n] = r->steps;
        return FINNC_OK;
    }
    FINNC_TRY(fnc_need_shape(r->call, LENGTHS, 1, &r->sequences));
    FINNC_TRY(fnc_in_ints(r->call, LENGTHS, &r->lengths, &count));
    for (int64_t n = 0; n < r->sequences; n++)
        if (r->lengths[n] < 0 || r->lengths[n] > r->steps)
            return finnc_fail(r->call->cx, FINNC_BAD_VALUE,
                              "sequence %" PRId64 " has %" PRId64 " steps, X has %" PRId64, n,
                              r->lengths[n], r->steps);
    return FINNC_OK;
}

static finnc_status make_scratch(fnc_recurrent *r)
{
    int64_t rows, row = r->cell->gates * r->hidden, all = 0, some = 0;
    if (!fnc_mul_i64(r->steps, r->sequences, &rows) || !fnc_mul_i64(rows, row, &all) ||
        !fnc_mul_i64(r->sequences, row, &some))
        return finnc_no_memory(r->call->cx);
    int64_t states = r->sequences * r->hidden;
    r->from_x = fnc_scratch_array(r->call, r->size, all);
    r->gates = fnc_scratch_array(r->call, r->size, some);
    r->h = fnc_scratch_array(r->call, r->size, states);
    r->c = fnc_scratch_array(r->call, r->size, states);
    r->spare = fnc_scratch_array(r->call, r->size, states);
    if (!r->from_x || !r->gates || !r->h || !r->c || !r->spare)
        return finnc_no_memory(r->call->cx);
    memset(r->spare, 0, (size_t)states * r->size); /* sequences without a step never fill theirs */
    return FINNC_OK;
}

/* ---- what cells use ---- */

static int64_t at_least_1(int64_t n)
{
    return n > 0 ? n : 1;
}

finnc_status fnc_recurrent_product(fnc_recurrent *r, const void *state, int first, int count)
{
    int64_t row = r->cell->gates * r->hidden;
    fnc_factor left = {.data = state, .stride = at_least_1(r->hidden)};
    fnc_factor right = {.data = r->r + (size_t)(first * r->hidden * r->hidden) * r->size,
                        .stride = at_least_1(r->hidden),
                        .is_transposed = true};
    return fnc_product(r->call, r->elem, r->sequences, count * r->hidden, r->hidden, left, right,
                       (char *)r->gates + (size_t)(first * r->hidden) * r->size, at_least_1(row));
}

typedef struct rows_job {
    const fnc_recurrent *r;
    void (*row)(const fnc_recurrent *r, int64_t sequence);
} rows_job;

static void rows_range(void *user, int64_t begin, int64_t end)
{
    const rows_job *job = user;
    for (int64_t n = begin; n < end; n++)
        if (job->r->step < job->r->lengths[n])
            job->row(job->r, n);
}

void fnc_recurrent_rows(fnc_recurrent *r, void (*row)(const fnc_recurrent *r, int64_t sequence))
{
    rows_job job = {r, row};
    fnc_parallel_long(r->call, r->sequences, r->hidden * r->cell->gates * 32, rows_range, &job);
}

/* Where the present step of a sequence lies in X and Y: backwards, each begins at its own end. */
static int64_t place(const fnc_recurrent *r, int64_t sequence)
{
    return r->backwards ? r->lengths[sequence] - 1 - r->step : r->step;
}

const void *fnc_recurrent_input(const fnc_recurrent *r, int64_t sequence)
{
    int64_t at = place(r, sequence);
    int64_t row = r->batch_first ? sequence * r->steps + at : at * r->sequences + sequence;
    return r->from_x + (size_t)(row * r->cell->gates * r->hidden) * r->size;
}

/* ---- one direction ---- */

#define ADD_BIASES(NAME, T, ...)                                                                   \
    static void add_biases_##NAME(void *to, int64_t rows, int64_t n, const void *of_w,             \
                                  const void *of_r, int64_t n_of_r)                                \
    {                                                                                              \
        const T *w = of_w, *r = of_r;                                                              \
        for (int64_t i = 0; i < rows; i++) {                                                       \
            T *y = (T *)to + i * n;                                                                \
            for (int64_t j = 0; j < n; j++)                                                        \
                y[j] += w[j] + (j < n_of_r ? r[j] : 0);                                            \
        }                                                                                          \
    }
FNC_FLOATS(ADD_BIASES, )

/* from_x: what the inputs of all steps give, in one product. */
static finnc_status project_inputs(fnc_recurrent *r)
{
    fnc_call *call = r->call;
    int64_t row = r->cell->gates * r->hidden, rows = r->steps * r->sequences;
    fnc_factor x = {.data = call->in[X].data, .stride = at_least_1(r->inputs)};
    fnc_factor w = {.data = (const char *)call->in[W].data +
                            (size_t)(r->direction * row * r->inputs) * r->size,
                    .stride = at_least_1(r->inputs),
                    .is_transposed = true};
    FINNC_TRY(fnc_product(call, r->elem, rows, row, r->inputs, x, w, r->from_x, at_least_1(row)));
    r->recurrence = NULL;
    if (!fnc_has(call, B))
        return FINNC_OK;
    const char *biases =
        (const char *)call->in[B].data + (size_t)(2 * row * r->direction) * r->size;
    r->recurrence = biases + (size_t)row * r->size;
    (r->elem == FINNC_ELEM_FLOAT ? add_biases_FLOAT : add_biases_DOUBLE)(
        r->from_x, rows, row, biases, r->recurrence,
        row - (r->cell->keeps_last_bias ? r->hidden : 0));
    return FINNC_OK;
}

/* A sequence's row of a state in this direction, of an input or an output. */
static size_t state_offset(const fnc_recurrent *r, int64_t sequence)
{
    int64_t row = r->batch_first ? sequence * r->directions + r->direction
                                 : r->direction * r->sequences + sequence;
    return (size_t)(row * r->hidden) * r->size;
}

static void load_state(const fnc_recurrent *r, size_t input, void *state)
{
    size_t nbytes = (size_t)r->hidden * r->size;
    for (int64_t n = 0; n < r->sequences && nbytes; n++) {
        char *to = (char *)state + (size_t)n * nbytes;
        if (fnc_has(r->call, input))
            memcpy(to, (const char *)r->call->in[input].data + state_offset(r, n), nbytes);
        else
            memset(to, 0, nbytes);
    }
}

static void store_state(const fnc_recurrent *r, const void *state, char *output)
{
    size_t nbytes = (size_t)r->hidden * r->size;
    for (int64_t n = 0; n < r->sequences && nbytes; n++)
        memcpy(output + state_offset(r, n), (const char *)state + (size_t)n * nbytes, nbytes);
}

static void store_step(const fnc_recurrent *r, char *y)
{
    size_t nbytes = (size_t)r->hidden * r->size;
    for (int64_t n = 0; n < r->sequences && nbytes; n++) {
        if (r->step >= r->lengths[n])
            continue;
        int64_t at = place(r, n), row;
        if (r->batch_first)
            row = (n * r->steps + at) * r->directions + r->direction;
        else
            row = (at * r->directions + r->direction) * r->sequences + n;
        memcpy(y + (size_t)row * nbytes, (const char *)r->h + (size_t)n * nbytes, nbytes);
    }
}

static finnc_status run_direction(fnc_recurrent *r, char *y)
{
    fnc_call *call = r->call;
    int64_t row = r->cell->gates * r->hidden;
    r->r = (const char *)call->in[R].data + (size_t)(r->direction * row * r->hidden) * r->size;
    r->peepholes = NULL;
    if (r->cell->has_cells && fnc_has(call, P))
        r->peepholes =
            (const char *)call->in[P].data + (size_t)(3 * r->hidden * r->direction) * r->size;
    FINNC_TRY(project_inputs(r));
    load_state(r, INITIAL_H, r->h);
    if (r->cell->has_cells)
        load_state(r, INITIAL_C, r->c);
    bool is_empty = r->sequences == 0 || r->hidden == 0;
    for (r->step = 0; r->step < r->steps && !is_empty; r->step++) {
        FINNC_TRY(r->cell->step(r));
        store_step(r, y);
    }
    return FINNC_OK;
}

/* ---- all of it ---- */

static finnc_status make_outputs(fnc_recurrent *r, char **y, char **last_h, char **last_c)
{
    int64_t y_dims[] = {r->steps, r->directions, r->sequences, r->hidden};
    int64_t last_dims[] = {r->directions, r->sequences, r->hidden};
    int64_t y_by_batch[] = {r->sequences, r->steps, r->directions, r->hidden};
    int64_t last_by_batch[] = {r->sequences, r->directions, r->hidden};
    FINNC_TRY(fnc_out(r->call, 0, r->elem, 4, r->batch_first ? y_by_batch : y_dims, y));
    FINNC_TRY(fnc_out(r->call, 1, r->elem, 3, r->batch_first ? last_by_batch : last_dims, last_h));
    if (r->cell->has_cells)
        FINNC_TRY(
            fnc_out(r->call, 2, r->elem, 3, r->batch_first ? last_by_batch : last_dims, last_c));
    size_t nbytes = (size_t)(r->steps * r->directions * r->sequences) * (size_t)r->hidden * r->size;
    if (nbytes) /* steps beyond a sequence's end stay zero */
        memset(*y, 0, nbytes);
    return FINNC_OK;
}

finnc_status fnc_recurrent_run(fnc_call *call, const fnc_cell *cell)
{
    FINNC_TRY(fnc_need_inputs(call, 3));
    fnc_recurrent r = {.call = call,
                       .cell = cell,
                       .elem = call->in[X].elem,
                       .size = fnc_elem_size(call->in[X].elem)};
    char *y, *last_h, *last_c = NULL;
    for (size_t i = 0; i < call->ninputs; i++)
        if (i != LENGTHS && fnc_has(call, i) && call->in[i].elem != r.elem)
            return fnc_bad_elem(call, i);
    FINNC_TRY(read_attrs(&r));
    FINNC_TRY(read_shapes(&r));
    FINNC_TRY(read_lengths(&r));
    FINNC_TRY(make_outputs(&r, &y, &last_h, &last_c));
    FINNC_TRY(make_scratch(&r));
    for (r.direction = 0; r.direction < r.directions; r.direction++) {
        r.backwards |= r.direction == 1;
        FINNC_TRY(run_direction(&r, y));
        store_state(&r, r.h, last_h);
        if (cell->has_cells)
            store_state(&r, r.c, last_c);
    }
    return FINNC_OK;
}
