/* Ops that only move elements within an image: each is run once on the elements' numbers, and says
 * where they go. */
#include "lower.h"

#include <string.h>

/* Numbers of the elements of two images are floats. They are listed for one image and for two,
 * there and back. */
enum { MOST_ELEMENTS = 1 << 22 };

/* Does a node leave the axis of images alone? Two of them do not tell: [0, 2) is all that they are,
 * and of three it is less. Inputs but the first are constants. */
typedef finnc_status leaves_images(fnc_lowering *l, size_t s, int rank, bool *leaves);

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
    fnc_run *runs = FNC_NEW_ARRAY(&l->scratch, fnc_run, (size_t)nelems(out));
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

/* Do two images go the same ways, each by itself? A node that leaves their axis alone does to any
 * number of them what it does to two. */
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
                             const float *levels, const finnc_tensor *y, leaves_images *leaves,
                             const char **why)
{
    fnc_program *p = in->program;
    const fnc_digits d = p->digits[digits];
    fnc_digits out = d;
    const void *data;
    int64_t dims[4];
    bool is_any = true;
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
    if (leaves)
        FINNC_TRY(leaves(l, s, fnc_digits_shape(&d, in->axes, 1, dims), &is_any));
    if (is_any)
        FINNC_TRY(is_for_any_batch(l, s, &d, &out, in->axes, number, &is_any));
    if (!is_any && p->batch != -1 && p->batch != 1) {
        *why = "its shape is not that of a batch";
        return FINNC_OK;
    }
    if (!fnc_lower_may_list(l, 3 * nelems(&out) + (out.high + 1) * out.c, why))
        return FINNC_OK;
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

/* `leaves` NULL: it always does. */
static finnc_status move(fnc_lowering *l, size_t s, leaves_images *leaves, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
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
    const fnc_digits *numbers = &in->program->digits[digits];
    if (!fnc_lower_may_list(l, 3 * nelems(numbers), why))
        return FINNC_OK;
    finnc_tensor *y;
    FINNC_TRY(move_numbers(l, s, numbers, in->axes, 1, &y));
    finnc_status status = add_move(l, s, in, digits, levels, y, leaves, why);
    finnc_tensor_release(y);
    return status;
}

/* ---- the rows ---- */

finnc_status fnc_lower_move(fnc_lowering *l, size_t s, const char **why)
{
    return move(l, s, NULL, why);
}

static bool is_first(int64_t axis, int rank)
{
    return axis == 0 || axis == -rank;
}

/* ...or takes all of it: programs take no more images than 2^31 - 1, which some exporters write. */
static finnc_status slice_leaves(fnc_lowering *l, size_t s, int rank, bool *leaves)
{
    const int64_t *starts, *ends, *axes, *steps;
    size_t n, nends, naxes, nsteps;
    FINNC_TRY(fnc_lower_ints(l, s, "starts", 1, &starts, &n));
    FINNC_TRY(fnc_lower_ints(l, s, "ends", 2, &ends, &nends));
    FINNC_TRY(fnc_lower_ints(l, s, "axes", 3, &axes, &naxes));
    FINNC_TRY(fnc_lower_ints(l, s, NULL, 4, &steps, &nsteps));
    *leaves = nends == n && (!axes || naxes == n) && (!steps || nsteps == n);
    for (size_t i = 0; i < n && *leaves; i++)
        if (is_first(axes ? axes[i] : (int64_t)i, rank))
            *leaves = starts[i] == 0 && ends[i] >= INT32_MAX && (!steps || steps[i] == 1);
    return FINNC_OK;
}

finnc_status fnc_lower_slice(fnc_lowering *l, size_t s, const char **why)
{
    return move(l, s, slice_leaves, why);
}

static finnc_status gather_leaves(fnc_lowering *l, size_t s, int rank, bool *leaves)
{
    *leaves = !is_first(finnc_node_int(l->plan->steps[s].step.node, "axis", 0), rank);
    return FINNC_OK;
}

finnc_status fnc_lower_gather(fnc_lowering *l, size_t s, const char **why)
{
    return move(l, s, gather_leaves, why);
}

/* Resize and Upsample move elements in one of their modes. */
static finnc_status move_nearest(fnc_lowering *l, size_t s, leaves_images *leaves, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    if (strcmp(finnc_node_string(node, "mode", "nearest"), "nearest") != 0 ||
        !strcmp(finnc_node_string(node, "coordinate_transformation_mode", ""),
                "tf_crop_and_resize")) {
        *why = "it does more than to move elements";
        return FINNC_OK;
    }
    return move(l, s, leaves, why);
}

/* Input `i` has scales, if it is there, for the axes that an attribute lists, or all. Sizes are for
 * one number of images. */
static finnc_status scales_leave(fnc_lowering *l, size_t s, size_t i, int rank, bool *leaves)
{
    const finnc_tensor *scales;
    size_t n, place = 0;
    const int64_t *axes = finnc_node_ints(l->plan->steps[s].step.node, "axes", &n);
    FINNC_TRY(fnc_lower_constant(l, s, i, &scales));
    while (axes && place < n && !is_first(axes[place], rank))
        place++;
    *leaves = (axes && place == n) || (scales && finnc_tensor_kind(scales) == FINNC_KIND_TENSOR &&
                                       finnc_tensor_nelems(scales) > (int64_t)place &&
                                       finnc_tensor_get(scales, (int64_t)place) == 1);
    return FINNC_OK;
}

static finnc_status resize_leaves(fnc_lowering *l, size_t s, int rank, bool *leaves)
{
    return scales_leave(l, s, l->plan->steps[s].step.version < 11 ? 1 : 2, rank, leaves);
}

finnc_status fnc_lower_resize(fnc_lowering *l, size_t s, const char **why)
{
    return move_nearest(l, s, resize_leaves, why);
}

/* Scales were an attribute before, and first one for each of height and width. */
static finnc_status upsample_leaves(fnc_lowering *l, size_t s, int rank, bool *leaves)
{
    const fnc_step *step = &l->plan->steps[s].step;
    if (step->version >= 9)
        return scales_leave(l, s, 1, rank, leaves);
    const finnc_attr *attr = finnc_node_find_attr(step->node, "scales");
    size_t n = 0;
    const float *scales = attr ? finnc_attr_floats(attr, &n) : NULL;
    *leaves = step->version < 7 || (n > 0 && scales[0] == 1);
    return FINNC_OK;
}

finnc_status fnc_lower_upsample(fnc_lowering *l, size_t s, const char **why)
{
    return move_nearest(l, s, upsample_leaves, why);
}
