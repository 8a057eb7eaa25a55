#include "lower.h"

#include "../sanitise.h"

#include <nodes/versioned_list.h>

#include <finnc/op.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which op is lowered how ---- */

#define OP(row, state) extern const finnc_op fnc_op_##row;
#include <ops/ops.def>
#undef OP

enum { OTHER, MONOTONE, STEPS, STEPS_BY_ROW };

static const struct row {
    const finnc_op *op;
    fnc_lower *lower;
    int shape;
} rows[] = {
#define LOWERING(row, lower, shape) {&fnc_op_##row, lower, shape},
#include "lowerings.def"
#undef LOWERING
};

static const struct row *row_of(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].op == op)
            return &rows[i];
    return NULL;
}

fnc_lower *fnc_lower_find(const finnc_node *node)
{
    const struct row *row = row_of(node);
    if (row)
        return row->lower;
    const finnc_op *op = finnc_node_find_op(node);
    bool is_table = op && op->traits & FINNC_OP_ELEMENTWISE &&
                    !(op->traits & (FINNC_OP_RANDOM | FINNC_OP_CONTROL));
    return is_table ? fnc_lower_table : NULL;
}

static int shape_of(const finnc_node *node)
{
    const struct row *row = row_of(node);
    return row ? row->shape : OTHER;
}

/* A constant divided by the data, or a quantiser whose scale is the data, is another matter. */
bool fnc_lower_is_monotone(const finnc_node *node, size_t data)
{
    const finnc_op *op = finnc_node_find_op(node);
    if (data != 0 && !(op && op->traits & FINNC_OP_COMMUTATIVE))
        return false;
    return shape_of(node) != OTHER;
}

bool fnc_lower_has_steps(const finnc_node *node)
{
    return shape_of(node) >= STEPS;
}

bool fnc_lower_is_for_all(const finnc_node *node, size_t i, const finnc_tensor *constant)
{
    if (finnc_tensor_nelems(constant) == 1)
        return true;
    return i == 1 && shape_of(node) == STEPS_BY_ROW && finnc_tensor_rank(constant) == 2 &&
           finnc_tensor_dim(constant, 0) == 1;
}

/* ---- constants ---- */

enum { MAX_CHAIN = 16 }; /* nodes from a constant to one made of it */

static finnc_status fold(fnc_lowering *l, size_t v, int depth);

static finnc_status fold_step(fnc_lowering *l, size_t s, int depth, bool *is_constant)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    *is_constant = step->nreads > 0 && step->nbodies == 0 && step->noutputs == 1 &&
                   !finnc_node_has_trait(step->step.node, FINNC_OP_RANDOM | FINNC_OP_CONTROL);
    for (size_t i = 0; i < step->ninputs && *is_constant; i++) {
        size_t v = step->inputs[i];
        if (v == SIZE_MAX)
            continue;
        FINNC_TRY(fold(l, v, depth + 1));
        *is_constant = l->constants[v];
    }
    return FINNC_OK;
}

static finnc_status fold(fnc_lowering *l, size_t v, int depth)
{
    const fnc_plan_value *value = &l->plan->values[v];
    bool is_constant;
    if (l->constants[v] || depth > MAX_CHAIN)
        return FINNC_OK;
    if (value->constant) {
        l->constants[v] = finnc_tensor_retain(value->constant);
        return FINNC_OK;
    }
    if (value->producer == SIZE_MAX)
        return FINNC_OK;
    FINNC_TRY(fold_step(l, value->producer, depth, &is_constant));
    if (!is_constant)
        return FINNC_OK;
    const fnc_plan_step *step = &l->plan->steps[value->producer];
    const finnc_tensor **inputs =
        FNC_NEW_ARRAY(&l->scratch, const finnc_tensor *, step->ninputs + 1);
    if (!inputs)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < step->ninputs; i++)
        inputs[i] = step->inputs[i] == SIZE_MAX ? NULL : l->constants[step->inputs[i]];
    finnc_tensor *made;
    FNC_AT_NODE(l->cx, step->step.node);
    finnc_status status =
        fnc_step_run(l->runner, &step->step, inputs, step->ninputs, NULL, 0, NULL, &made, 1);
    if (status == FINNC_OK) {
        l->constants[v] = made;
        status = fnc_sanitise(l->runner, value->value, &l->constants[v]);
    }
    if (status != FINNC_BAD_VALUE && status != FINNC_UNSUPPORTED)
        return status;
    /* It cannot be computed, which the run says if anybody needs it. */
    finnc_tensor_release(l->constants[v]);
    l->constants[v] = NULL;
    finnc_ctx_clear(l->cx);
    return FINNC_OK;
}

finnc_status fnc_lower_constant(fnc_lowering *l, size_t s, size_t i, const finnc_tensor **tensor)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    *tensor = NULL;
    if (i >= step->ninputs || step->inputs[i] == SIZE_MAX)
        return FINNC_OK;
    FINNC_TRY(fold(l, step->inputs[i], 0));
    *tensor = l->constants[step->inputs[i]];
    return FINNC_OK;
}

finnc_status fnc_lower_floats(fnc_lowering *l, size_t s, size_t i, const finnc_tensor **tensor,
                              const float **x)
{
    const void *data;
    *x = NULL;
    FINNC_TRY(fnc_lower_constant(l, s, i, tensor));
    if (!*tensor || finnc_tensor_kind(*tensor) != FINNC_KIND_TENSOR ||
        finnc_tensor_elem(*tensor) != FINNC_ELEM_FLOAT)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(l->cx, *tensor, &data));
    *x = data;
    return FINNC_OK;
}

finnc_status fnc_lower_ints(fnc_lowering *l, size_t s, const char *attr, size_t i,
                            const int64_t **ints, size_t *n)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const finnc_tensor *tensor;
    const fnc_versioned_list said = fnc_versioned_list_of(step->step.node, attr, i);
    *ints = said.x;
    *n = said.x ? said.count : 0;
    if (!said.input)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_constant(l, s, i, &tensor));
    if (!tensor || finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR ||
        finnc_tensor_nelems(tensor) > FINNC_MAX_RANK)
        return FINNC_OK;
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(l->cx, tensor, &data));
    const size_t count = (size_t)finnc_tensor_nelems(tensor);
    int64_t *list = FNC_NEW_ARRAY(&l->scratch, int64_t, count + 1);
    if (!list)
        return finnc_no_memory(l->cx);
    for (size_t k = 0; k < count; k++)
        list[k] = finnc_tensor_get_int(tensor, (int64_t)k);
    *ints = list;
    *n = count;
    return FINNC_OK;
}

/* ---- programs ---- */

/* Room for one more in an array that an arena holds. */
static void *with_room(fnc_arena *arena, void *array, size_t size, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    size_t more = *room ? 2 * *room : 8;
    char *grown = fnc_arena_alloc_array(arena, size, more);
    if (grown && count)
        memcpy(grown, array, count * size);
    if (grown)
        *room = more;
    return grown;
}

static bool add_digits(fnc_lowering *l, fnc_program *p, fnc_digits digits)
{
    fnc_digits *grown = with_room(l->arena, p->digits, sizeof *grown, p->ndigits, &p->digits_room);
    if (!grown)
        return false;
    p->digits = grown;
    p->digits[p->ndigits++] = digits;
    return true;
}

fnc_layer *fnc_lower_layer(fnc_lowering *l, fnc_program *p, fnc_layer_kind kind, size_t s,
                           size_t in, fnc_digits out)
{
    fnc_layer *grown = with_room(l->arena, p->layers, sizeof *grown, p->nlayers, &p->layers_room);
    if (!grown || !add_digits(l, p, out))
        return NULL;
    p->layers = grown;
    fnc_digits *made = &p->digits[p->ndigits - 1];
    made->maker = p->nlayers;
    made->is_multiplied = p->digits[in].is_multiplied || kind == FNC_LAYER_DOT;
    fnc_layer *layer = &p->layers[p->nlayers++];
    *layer = (fnc_layer){.kind = kind,
                         .in = in,
                         .in2 = in,
                         .out = p->ndigits - 1,
                         .step = s,
                         .kh = 1,
                         .kw = 1,
                         .sh = 1,
                         .sw = 1,
                         .dh = 1,
                         .dw = 1,
                         .groups = 1};
    return layer;
}

finnc_status fnc_lower_map(fnc_lowering *l, size_t s, fnc_program *p, const uint8_t *map,
                           int32_t high, size_t *digits)
{
    fnc_digits out = p->digits[*digits];
    const size_t n = (size_t)out.high + 1;
    out.high = high;
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_MAP, s, *digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    *digits = layer->out;
    layer->map = FNC_NEW_ARRAY(l->arena, uint8_t, (size_t)out.c * FNC_MAX_CODES);
    if (!layer->map)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < out.c; c++)
        memcpy(layer->map + c * FNC_MAX_CODES, map, n);
    return FINNC_OK;
}

finnc_status fnc_lower_uniform(fnc_lowering *l, const float *levels, int64_t n, int64_t channels,
                               fnc_table *table)
{
    *table = (fnc_table){.n = n, .channels = channels};
    table->y = FNC_NEW_ARRAY(&l->tables, float, (size_t)(n * channels));
    if (!table->y)
        return finnc_no_memory(l->cx);
    for (int64_t k = 0; k < n; k++)
        for (int64_t c = 0; c < channels; c++)
            table->y[k * channels + c] = levels[k];
    return FINNC_OK;
}

static bool are_integers(const float *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(rintf(x[i]) == x[i]))
            return false;
    return true;
}

/* Whatever the sums are? */
static bool makes_integers(const fnc_affine *a, int64_t channels)
{
    const bool has_scales = a->scales[0].n > 0 || a->scales[1].n > 0;
    const double alpha = has_scales ? 1 : a->alpha, step = alpha * a->factor * a->step;
    bool does = rint(step) == step && (!has_scales || are_integers(&a->alpha, 1));
    for (int64_t o = 0; o < channels && does; o++) {
        const double least = alpha * (a->factor * a->all[o] + a->offset);
        does = rint(least) == least;
    }
    for (int i = 0; i < 2; i++)
        does = does && are_integers(a->scales[i].x, a->scales[i].n);
    return does && (!a->bias || are_integers(a->bias, channels));
}

/* Where a value is annotated with an integer type, a session rounds what is none, or refuses it
 * (sanitise.h). Programs do neither. What nodes made of sums is sanitised already where it is
 * listed. */
static finnc_status check_annotation(fnc_lowering *l, const finnc_value *value,
                                     fnc_lowered *lowered, const char **why)
{
    const int64_t n = lowered->table.n, channels = lowered->table.channels;
    if (!fnc_sanitises(l->runner, value))
        return FINNC_OK;
    if (!lowered->table.y && lowered->affine && !lowered->chain &&
        makes_integers(lowered->affine, channels))
        return FINNC_OK;
    FINNC_TRY(fnc_lower_list(l, lowered, why));
    if (!*why && !are_integers(lowered->table.y, n * channels))
        *why = "it may make what its output's annotation forbids";
    return FINNC_OK;
}

finnc_status fnc_lower_output(fnc_lowering *l, size_t s, fnc_lowered lowered, const char **why)
{
    const size_t v = l->plan->steps[s].outputs[0];
    FINNC_TRY(check_annotation(l, l->plan->values[v].value, &lowered, why));
    if (*why)
        return FINNC_OK;
    l->values[v] = lowered;
    l->of_step[s] = lowered.program;
    return FINNC_OK;
}

/* ---- sources ---- */

/* The numbers that a data type allows, if they are few; how many. */
static int64_t list_levels(finnc_dtype dtype, float levels[FNC_MAX_CODES])
{
    double low = finnc_dtype_min(dtype), high = finnc_dtype_max(dtype);
    int64_t n = 0;
    if (!finnc_dtype_is_integer(dtype) || !(finnc_dtype_count(dtype) <= FNC_MAX_CODES))
        return 0;
    for (int x = (int)low; x <= (int)high; x++)
        if (finnc_dtype_allows(dtype, x))
            levels[n++] = (float)x;
    return n;
}

bool fnc_lower_source_shape(const finnc_value *value, fnc_digits *d, fnc_axes *axes)
{
    int rank = finnc_value_rank(value);
    int64_t dims[4] = {0, 1, 1, 1};
    const char *layout = finnc_value_layout(value);
    if (rank < 2 || rank > 4)
        return false;
    for (int i = 1; i < rank; i++) {
        dims[i] = finnc_value_dim(value, i).size;
        if (dims[i] < 1 || dims[i] > 1 << 20)
            return false;
    }
    bool is_last = rank > 2 && layout && strlen(layout) == (size_t)rank && layout[rank - 1] == 'C';
    if (is_last && rank == 3)
        return false;
    *axes = rank == 2   ? FNC_AXES_VECTOR
            : rank == 3 ? FNC_AXES_ROW
            : is_last   ? FNC_AXES_LAST
                        : FNC_AXES_FIRST;
    d->c = is_last ? dims[3] : dims[1];
    d->h = is_last ? dims[1] : rank == 3 ? 1 : dims[2];
    d->w = is_last || rank == 3 ? dims[2] : dims[3];
    return d->h * d->w <= 1 << 24 && d->h * d->w * d->c <= 1 << 28;
}

/* Annotations may be wrong by a shift: upstream calls a count of 255 thresholds INT8. Where the
 * node that makes a value only rises or falls, it says itself from where to where. */
static finnc_status ask_producer(fnc_lowering *l, size_t v, fnc_digits *digits, fnc_axes axes,
                                 float levels[FNC_MAX_CODES], int64_t *n)
{
    float extremes[] = {-FLT_MAX, FLT_MAX}, low = INFINITY, high = -INFINITY;
    fnc_program p = {.digits = digits, .ndigits = 1};
    fnc_lowered in = {.program = &p, .axes = axes};
    fnc_table out;
    bool is_known;
    FINNC_TRY(fnc_lower_uniform(l, extremes, 2, digits->c, &in.table));
    FINNC_TRY(fnc_lower_producer(l, l->plan->values[v].producer, &in, &out, &is_known));
    if (!is_known)
        return FINNC_OK;
    for (int64_t i = 0; i < out.n * out.channels; i++) {
        low = fminf(low, out.y[i]);
        high = fmaxf(high, out.y[i]);
    }
    if (!(low == rintf(low) && high == rintf(high) && high - low >= 1 &&
          high - low < FNC_MAX_CODES && fabsf(low) < 1 << 20))
        return FINNC_OK;
    *n = (int64_t)(high - low) + 1;
    levels[0] = low; /* it may be -0 */
    for (int64_t k = 1; k < *n; k++)
        levels[k] = low + (float)k;
    return FINNC_OK;
}

finnc_status fnc_lower_begin(fnc_lowering *l, size_t v, const fnc_digits *digits, fnc_axes axes,
                             fnc_program **program)
{
    fnc_program *p = FNC_NEW(l->arena, fnc_program);
    if (!p || !add_digits(l, p, *digits))
        return finnc_no_memory(l->cx);
    p->source = v;
    p->source_axes = axes;
    p->batch = -1;
    p->flat = SIZE_MAX;
    *program = p;
    return FINNC_OK;
}

static finnc_status begin_program(fnc_lowering *l, size_t v, const fnc_digits *digits,
                                  fnc_axes axes, const float *levels)
{
    fnc_program *p;
    FINNC_TRY(fnc_lower_begin(l, v, digits, axes, &p));
    p->levels = fnc_arena_copy(l->arena, levels, (size_t)(digits->high + 1) * sizeof *levels);
    if (!p->levels)
        return finnc_no_memory(l->cx);
    l->programs[l->nprograms++] = p;
    l->values[v] = (fnc_lowered){.program = p, .digits = 0, .axes = axes};
    for (int32_t k = 0; k <= digits->high; k++) /* reading takes -0 for 0 */
        l->values[v].has_two_zeros |= levels[k] == 0;
    return fnc_lower_uniform(l, levels, digits->high + 1, digits->c, &l->values[v].table);
}

finnc_status fnc_lower_add_flat(fnc_lowering *l, fnc_program *p)
{
    fnc_digits d = p->digits[0];
    if (p->flat != SIZE_MAX)
        return FINNC_OK;
    d.c = d.h * d.w;
    d.h = d.w = 1;
    if (!add_digits(l, p, d))
        return finnc_no_memory(l->cx);
    p->flat = p->ndigits - 1;
    return FINNC_OK;
}

finnc_status fnc_lower_flat(fnc_lowering *l, fnc_lowered *lowered)
{
    fnc_program *p = lowered->program;
    const fnc_digits d = p->digits[0];
    const fnc_table from = lowered->table;
    int64_t size;
    if (lowered->digits != 0 || d.c != 1 || d.h * d.w == 1 ||
        !fnc_mul_i64(from.n, d.h * d.w, &size) || size > FNC_MAX_TABLE)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_add_flat(l, p));
    lowered->digits = p->flat;
    lowered->axes = FNC_AXES_VECTOR;
    return fnc_lower_uniform(l, from.y, from.n, d.h * d.w, &lowered->table);
}

finnc_status fnc_lower_input(fnc_lowering *l, size_t s, size_t i, const fnc_lowered **in,
                             const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    size_t v = i < step->ninputs ? step->inputs[i] : SIZE_MAX;
    float levels[FNC_MAX_CODES];
    fnc_digits digits = {0};
    fnc_axes axes;
    *in = NULL;
    if (v == SIZE_MAX) {
        *why = "an input is missing";
        return FINNC_OK;
    }
    *in = &l->values[v];
    if ((*in)->is_patches)
        *why = "its input are the pixels under windows, which are for products";
    if ((*in)->program)
        return FINNC_OK;
    const finnc_value *value = l->plan->values[v].value;
    int64_t n = finnc_value_has_dtype(value) ? list_levels(finnc_value_dtype(value), levels) : 0;
    if (n < 2)
        *why = "its input is not known to be of at most 256 integers";
    else if (finnc_value_elem(value) != FINNC_ELEM_FLOAT ||
             !fnc_lower_source_shape(value, &digits, &axes))
        *why = "its input is not known to be pictures or vectors of floats";
    if (*why)
        return FINNC_OK;
    if (!fnc_lower_may_list(l, n * digits.c, why))
        return FINNC_OK;
    if (l->plan->values[v].producer != SIZE_MAX)
        FINNC_TRY(ask_producer(l, v, &digits, axes, levels, &n));
    digits.high = (int32_t)n - 1;
    return begin_program(l, v, &digits, axes, levels);
}

/* ---- what stays ---- */

static finnc_status add_output(fnc_lowering *l, size_t v)
{
    const fnc_lowered *lowered = &l->values[v];
    fnc_program *p = lowered->program;
    fnc_program_output *grown =
        with_room(l->arena, p->outputs, sizeof *grown, p->noutputs, &p->outputs_room);
    if (!grown)
        return finnc_no_memory(l->cx);
    p->outputs = grown;
    fnc_table table = lowered->table;
    table.y =
        fnc_arena_copy(l->arena, table.y, (size_t)(table.n * table.channels) * sizeof *table.y);
    if (!table.y)
        return finnc_no_memory(l->cx);
    p->outputs[p->noutputs++] = (fnc_program_output){
        .value = v, .digits = lowered->digits, .table = table, .axes = lowered->axes};
    return FINNC_OK;
}

/* Constants that only programs need, nobody has to compute: who needs one alone, has it. */
static void find_folded(fnc_lowering *l, size_t s, const bool *is_needed, fnc_program **users)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    size_t v = step->noutputs == 1 ? step->outputs[0] : SIZE_MAX;
    if (v == SIZE_MAX || !l->constants[v] || is_needed[v] || !users[v] || step->nreads == 0)
        return;
    l->of_step[s] = users[v];
    l->is_folded[s] = true;
}

/* Somebody needs the value as a tensor: the program gives it; or `*why`. What is no value of it,
 * lies before its codes. */
static finnc_status give_output(fnc_lowering *l, size_t v, const char **why)
{
    fnc_lowered *lowered = &l->values[v];
    if (lowered->program)
        FINNC_TRY(fnc_lower_list(l, lowered, why));
    if (lowered->is_patches)
        *why = "somebody else than a product needs the pixels under its windows";
    else if (!lowered->program || !lowered->program->digits[lowered->digits].is_multiplied)
        *why = "nothing is multiplied before it";
    else if (lowered->has_two_zeros)
        *why = "there may be zeros of both signs in what it gives";
    return *why ? FINNC_OK : add_output(l, v);
}

/* Backwards: who needs a value as a tensor? What nothing was multiplied for, its node makes. */
static finnc_status find_outputs(fnc_lowering *l)
{
    fnc_plan *plan = l->plan;
    bool *is_needed = FNC_NEW_ARRAY(&l->scratch, bool, plan->nvalues + 1);
    fnc_program **users = FNC_NEW_ARRAY(&l->scratch, fnc_program *, plan->nvalues + 1);
    if (!is_needed || !users)
        return finnc_no_memory(l->cx);
    for (size_t v = 0; v < plan->nvalues; v++)
        is_needed[v] = plan->values[v].is_fetched;
    for (size_t s = plan->nsteps; s-- > 0;) {
        const fnc_plan_step *step = &plan->steps[s];
        size_t v = l->of_step[s] ? step->outputs[0] : SIZE_MAX;
        if (v != SIZE_MAX && is_needed[v]) {
            FINNC_TRY(give_output(l, v, &l->why[s]));
            if (l->why[s])
                l->of_step[s] = NULL;
        }
        if (!l->of_step[s])
            find_folded(l, s, is_needed, users);
        for (size_t i = 0; i < step->nreads; i++) {
            size_t in = step->inputs[i];
            if (in == SIZE_MAX)
                continue;
            is_needed[in] |= !l->of_step[s] || (users[in] && users[in] != l->of_step[s]);
            users[in] = l->of_step[s];
        }
    }
    return FINNC_OK;
}

/* Leaves the layers that outputs depend on; their digits keep their numbers. */
static finnc_status drop_layers(fnc_lowering *l, fnc_program *p)
{
    bool *is_needed = FNC_NEW_ARRAY(&l->scratch, bool, p->ndigits);
    if (!is_needed)
        return finnc_no_memory(l->cx);
    for (size_t o = 0; o < p->noutputs; o++)
        is_needed[p->outputs[o].digits] = true;
    for (size_t i = p->nlayers; i-- > 0;)
        if (is_needed[p->layers[i].out])
            is_needed[p->layers[i].in] = is_needed[p->layers[i].in2] = true;
    size_t n = 0;
    for (size_t i = 0; i < p->nlayers; i++)
        if (is_needed[p->layers[i].out])
            p->layers[n++] = p->layers[i];
    p->nlayers = n;
    return FINNC_OK;
}

/* A program that nothing comes out of is none. */
static finnc_status keep_programs(fnc_lowering *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->nprograms; i++) {
        fnc_program *p = l->programs[i];
        FINNC_TRY(drop_layers(l, p));
        if (p->noutputs > 0)
            l->programs[n++] = p;
    }
    l->nprograms = n;
    for (size_t s = 0; s < l->plan->nsteps; s++)
        if (l->of_step[s] && l->of_step[s]->noutputs == 0) {
            l->of_step[s] = NULL;
            l->is_folded[s] = false;
            l->why[s] = l->why[s] ? l->why[s] : "nothing is multiplied behind it";
        }
    return FINNC_OK;
}

/* Where programs begin, and the steps that they folded. */
static finnc_status find_steps(fnc_lowering *l)
{
    const fnc_plan *plan = l->plan;
    for (size_t i = 0; i < l->nprograms; i++)
        l->programs[i]->first_step = SIZE_MAX;
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_program *p = l->of_step[s];
        if (!p)
            continue;
        p->nfolded += l->is_folded[s];
        if (p->first_step == SIZE_MAX && !l->is_folded[s])
            p->first_step = s;
    }
    for (size_t i = 0; i < l->nprograms; i++) {
        fnc_program *p = l->programs[i];
        p->folded = FNC_NEW_ARRAY(l->arena, size_t, p->nfolded + 1);
        if (!p->folded)
            return finnc_no_memory(l->cx);
        p->nfolded = 0;
    }
    for (size_t s = 0; s < plan->nsteps; s++)
        if (l->of_step[s] && l->is_folded[s])
            l->of_step[s]->folded[l->of_step[s]->nfolded++] = s;
    return FINNC_OK;
}

static finnc_status lower_step(fnc_lowering *l, size_t s)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    fnc_lower *lower = fnc_lower_find(step->step.node);
    size_t v = step->noutputs > 0 ? step->outputs[0] : SIZE_MAX;
    if (!lower)
        l->why[s] = "there is no fast kernel for its op";
    else if (v == SIZE_MAX || step->nbodies > 0)
        l->why[s] = "nobody needs its output";
    for (size_t o = 1; o < step->noutputs && !l->why[s]; o++)
        if (step->outputs[o] != SIZE_MAX)
            l->why[s] = "it has more than one output";
    if (!l->why[s])
        FINNC_TRY(lower(l, s, &l->why[s]));
    if (l->why[s] && v != SIZE_MAX)
        l->values[v] = (fnc_lowered){.program = NULL};
    if (l->why[s] && v != SIZE_MAX)
        FINNC_TRY(fnc_lower_entry(l, s, &l->why[s]));
    fnc_arena_clear(&l->scratch);
    return FINNC_OK;
}

finnc_status fnc_lower_plan(fnc_lowering *l)
{
    fnc_plan *plan = l->plan;
    l->values = FNC_NEW_ARRAY(l->arena, fnc_lowered, plan->nvalues + 1);
    l->constants = FNC_NEW_ARRAY(l->arena, const finnc_tensor *, plan->nvalues + 1);
    l->of_step = FNC_NEW_ARRAY(l->arena, fnc_program *, plan->nsteps + 1);
    l->why = FNC_NEW_ARRAY(l->arena, const char *, plan->nsteps + 1);
    l->programs = FNC_NEW_ARRAY(l->arena, fnc_program *, plan->nvalues + 1);
    l->is_folded = FNC_NEW_ARRAY(l->arena, bool, plan->nsteps + 1);
    if (!l->values || !l->is_folded || !l->constants || !l->of_step || !l->why || !l->programs)
        return finnc_no_memory(l->cx);
    for (size_t s = 0; s < plan->nsteps; s++)
        FINNC_TRY(lower_step(l, s));
    FINNC_TRY(find_outputs(l));
    FINNC_TRY(keep_programs(l));
    FINNC_TRY(find_steps(l));
    return fnc_lower_watch(l);
}
