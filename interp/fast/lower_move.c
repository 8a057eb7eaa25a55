/* Ops that only move elements within an image: each is run once on the elements' numbers, and says
 * where they go. */
#include "lower.h"

#include <string.h>

/* Numbers of the elements of two images are floats. */
enum { MOST_ELEMENTS = 1 << 22 };

/* Resize and Upsample move elements in one of their modes; the other rows' ops do nothing else. */
static bool only_moves(const finnc_node *node)
{
    return strcmp(finnc_node_string(node, "mode", "nearest"), "nearest") != 0
               ? finnc_node_is(node, "DepthToSpace")
               : strcmp(finnc_node_string(node, "coordinate_transformation_mode", ""),
                        "tf_crop_and_resize") != 0;
}

static bool has_axes(fnc_axes axes)
{
    return axes != FNC_AXES_FLAT_FIRST && axes != FNC_AXES_FLAT_LAST;
}

static int64_t nelems(const fnc_digits *d)
{
    return d->h * d->w * d->c;
}

/* `n` images whose elements are 1, 2, 3... in the order of pixels and channels. */
static finnc_status make_numbers(fnc_lowering *l, const fnc_digits *d, fnc_axes axes, int64_t n,
                                 finnc_tensor **x)
{
    int64_t dims[4];
    const int rank = fnc_digits_shape(d, axes, n, dims);
    const fnc_strides at = fnc_strides_of(axes, d);
    FINNC_TRY(finnc_tensor_create(l->cx, FINNC_ELEM_FLOAT, rank, dims, x));
    float *number = finnc_tensor_edit(*x);
    for (int64_t k = 0; k < n; k++)
        for (int64_t i = 0; i < d->h * d->w; i++)
            for (int64_t c = 0; c < d->c; c++)
                number[k * nelems(d) + i * at.pixel + c * at.channel] =
                    (float)(k * nelems(d) + i * d->c + c + 1);
    return FINNC_OK;
}

/* What the node makes of them; NULL: it cannot run on them. */
static finnc_status move_numbers(fnc_lowering *l, size_t s, const fnc_digits *d, fnc_axes axes,
                                 int64_t n, finnc_tensor **y)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const finnc_tensor **inputs = FNC_NEW_ARRAY(&l->scratch, const finnc_tensor *, step->ninputs);
    finnc_tensor *x;
    *y = NULL;
    if (!inputs)
        return finnc_no_memory(l->cx);
    for (size_t i = 1; i < step->ninputs; i++)
        FINNC_TRY(fnc_lower_constant(l, s, i, &inputs[i]));
    FINNC_TRY(make_numbers(l, d, axes, n, &x));
    inputs[0] = x;
    finnc_status status =
        fnc_step_run(l->runner, &step->step, inputs, step->ninputs, NULL, 0, NULL, y, 1);
    finnc_tensor_release(x);
    if (status == FINNC_BAD_VALUE || status == FINNC_UNSUPPORTED) {
        finnc_ctx_clear(l->cx);
        *y = NULL;
        return FINNC_OK;
    }
    return status;
}

/* Digits of an output, if it is `n` images. */
static bool read_shape(const finnc_tensor *y, fnc_axes axes, int64_t n, fnc_digits *out)
{
    int64_t dims[4] = {n, 1, 1, 1};
    const int rank = axes == FNC_AXES_VECTOR ? 2 : axes == FNC_AXES_ROW ? 3 : 4;
    if (!y || finnc_tensor_kind(y) != FINNC_KIND_TENSOR || finnc_tensor_rank(y) != rank ||
        finnc_tensor_elem(y) != FINNC_ELEM_FLOAT)
        return false;
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_tensor_dim(y, i);
    const bool is_last = axes == FNC_AXES_LAST;
    out->c = dims[is_last ? 3 : 1];
    out->h = axes == FNC_AXES_ROW ? 1 : dims[is_last ? 1 : 2];
    out->w = axes == FNC_AXES_ROW ? dims[2] : dims[is_last ? 2 : 3];
    return dims[0] == n && nelems(out) > 0;
}

/* Whatever follows its neighbour does so in one run. */
static finnc_status find_runs(fnc_lowering *l, const float *y, const fnc_digits *d,
                              const fnc_digits *out, fnc_axes axes, fnc_layer *layer)
{
    const fnc_strides at = fnc_strides_of(axes, out);
    const int64_t pixels = out->h * out->w;
    fnc_run *runs = FNC_NEW_ARRAY(&l->tables, fnc_run, (size_t)nelems(out));
    int32_t *starts = FNC_NEW_ARRAY(l->arena, int32_t, (size_t)pixels + 1);
    int32_t n = 0;
    if (!runs || !starts)
        return finnc_no_memory(l->cx);
    for (int64_t i = 0; i < pixels; i++) {
        starts[i] = n;
        for (int64_t c = 0, before = -2; c < out->c; c++) {
            const int64_t from = (int64_t)y[i * at.pixel + c * at.channel] - 1;
            if (from == before + 1 && from % d->c != 0)
                runs[n - 1].count++;
            else
                runs[n++] =
                    (fnc_run){(int32_t)(from / d->c), (int32_t)(from % d->c), (int32_t)c, 1};
            before = from;
        }
    }
    starts[pixels] = n;
    layer->starts = starts;
    layer->runs = fnc_arena_copy(l->arena, runs, (size_t)n * sizeof *runs);
    return layer->runs ? FINNC_OK : finnc_no_memory(l->cx);
}

/* Do two images go the same ways, each by itself? */
static finnc_status is_for_any_batch(fnc_lowering *l, size_t s, const fnc_digits *d,
                                     const fnc_digits *out, fnc_axes axes, const float *one,
                                     bool *is_any)
{
    finnc_tensor *y;
    fnc_digits two;
    const void *data;
    FINNC_TRY(move_numbers(l, s, d, axes, 2, &y));
    *is_any = read_shape(y, axes, 2, &two) && two.h == out->h && two.w == out->w && two.c == out->c;
    finnc_status status = *is_any ? finnc_tensor_need_data(l->cx, y, &data) : FINNC_OK;
    for (int64_t i = 0; *is_any && status == FINNC_OK && i < 2 * nelems(out); i++) {
        const float *x = data;
        const int64_t n = nelems(out);
        *is_any = i < n ? x[i] == one[i] : x[i] == one[i - n] + (float)nelems(d);
        if (!*is_any)
            break;
    }
    finnc_tensor_release(y);
    return status;
}

static finnc_status add_move(fnc_lowering *l, size_t s, const fnc_lowered *in, size_t digits,
                             const float *levels, const finnc_tensor *y, const char **why)
{
    fnc_program *p = in->program;
    const fnc_digits d = p->digits[digits];
    fnc_digits out = d;
    const void *data;
    bool is_any;
    if (!read_shape(y, in->axes, 1, &out) || nelems(&out) >= MOST_ELEMENTS) {
        *why = "it makes no image of each image, or a large one";
        return FINNC_OK;
    }
    FINNC_TRY(finnc_tensor_need_data(l->cx, y, &data));
    const float *number = data;
    for (int64_t i = 0; i < nelems(&out); i++)
        if (!(number[i] >= 1 && number[i] <= (float)nelems(&d))) {
            *why = "it puts something of its own into the image";
            return FINNC_OK;
        }
    FINNC_TRY(is_for_any_batch(l, s, &d, &out, in->axes, number, &is_any));
    if (!is_any && p->batch != -1 && p->batch != 1) {
        *why = "its shape is not that of a batch";
        return FINNC_OK;
    }
    p->batch = is_any ? p->batch : 1;
    fnc_lowered lowered = *in;
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_MOVE, s, digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    FINNC_TRY(find_runs(l, number, &d, &out, in->axes, layer));
    lowered.digits = layer->out;
    FINNC_TRY(fnc_lower_uniform(l, levels, out.high + 1, out.c, &lowered.table));
    return fnc_lower_output(l, s, lowered, why);
}

finnc_status fnc_lower_move(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
    if (!only_moves(step->step.node))
        *why = "it does more than to move elements";
    for (size_t i = 1; i < step->ninputs && !*why; i++) {
        const finnc_tensor *constant;
        FINNC_TRY(fnc_lower_constant(l, s, i, &constant));
        if (step->inputs[i] != SIZE_MAX && !constant)
            *why = "where it moves elements is no constant";
    }
    if (!*why)
        FINNC_TRY(fnc_lower_codes(l, s, 0, &in, &digits, &levels, why));
    if (!*why && (!has_axes(in->axes) || nelems(&in->program->digits[digits]) >= MOST_ELEMENTS))
        *why = "its input is no picture, or a large one";
    if (*why)
        return FINNC_OK;
    finnc_tensor *y;
    FINNC_TRY(move_numbers(l, s, &in->program->digits[digits], in->axes, 1, &y));
    finnc_status status = add_move(l, s, in, digits, levels, y, why);
    finnc_tensor_release(y);
    return status;
}
