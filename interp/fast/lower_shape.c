/* Windows, pools, and what only changes how the model sees an image. */
#include "lower.h"

#include <math.h>
#include <string.h>

bool fnc_lower_lay(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                   const fnc_digits *image, fnc_windows *w)
{
    const int64_t most = 1 << 15, sizes[] = {image->h, image->w};
    if (fnc_windows_lay(attrs, rank, kernel, sizes + (2 - rank), w) || w->ceil)
        return false;
    for (int i = 0; i < rank; i++)
        if (w->kernel[i] > most || w->stride[i] > most || w->dilation[i] > most ||
            w->before[i] < 0 || w->before[i] > most || w->after[i] < 0 || w->after[i] > most)
            return false;
    if (rank == 1) { /* what is of one axis is of the second */
        fnc_windows row = {.rank = 2, .kernel = {1, w->kernel[0]}, .stride = {1, w->stride[0]}};
        row.dilation[0] = 1;
        row.dilation[1] = w->dilation[0];
        row.before[1] = w->before[0];
        row.after[1] = w->after[0];
        row.in[0] = row.out[0] = image->h;
        row.in[1] = w->in[0];
        row.out[1] = w->out[0];
        *w = row;
    }
    return true;
}

int fnc_lower_rank(const fnc_lowering *l, size_t s)
{
    const size_t v = l->plan->steps[s].inputs[0];
    int rank = v == SIZE_MAX ? 0 : finnc_value_rank(l->plan->values[v].value);
    if (v != SIZE_MAX && l->values[v].program) {
        int64_t dims[4];
        const fnc_lowered *in = &l->values[v];
        rank = fnc_digits_shape(&in->program->digits[in->digits], in->axes, 1, dims);
    }
    return rank == 3 || rank == 4 ? rank - 2 : 0;
}

/* Is there a window whose taps along an axis are all in the border? */
static bool misses_image(const fnc_windows *w, int axis)
{
    const int64_t d = w->dilation[axis];
    for (int64_t i = 0; i < w->out[axis]; i++) {
        const int64_t begin = i * w->stride[axis] - w->before[axis];
        const int64_t tap = begin < 0 ? (-begin + d - 1) / d : 0;
        if (tap >= w->kernel[axis] || begin + tap * d >= w->in[axis])
            return true;
    }
    return false;
}

static finnc_status max_pool(fnc_lowering *l, size_t s, fnc_axes axes, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
    fnc_windows w;
    fnc_layer shape;
    fnc_digits out;
    const fnc_window_attrs attrs = fnc_window_attrs_of(node);
    FINNC_TRY(fnc_lower_codes(l, s, 0, &in, &digits, &levels, why));
    if (!*why && in->axes != axes)
        *why = "its input is no picture with channels where it looks for them";
    if (!*why && (!fnc_lower_lay(&attrs, axes == FNC_AXES_ROW ? 1 : 2, NULL,
                                 &in->program->digits[digits], &w) ||
                  finnc_node_int(node, "storage_order", 0) != 0))
        *why = "its windows are not of a kind that the fast engine has";
    for (int i = 0; i < 2 && !*why; i++)
        if (misses_image(&w, i))
            *why = "a window lies in the border alone";
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    fnc_program *program = in->program;
    /* The least code is never above what it stands beside. */
    FINNC_TRY(fnc_lower_windows(l, s, &w, 0, program, &digits, &shape, &out, why));
    if (*why)
        return FINNC_OK;
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_MAX, s, digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->kh = shape.kh;
    layer->kw = shape.kw;
    layer->sh = shape.sh;
    layer->sw = shape.sw;
    layer->dh = shape.dh;
    layer->dw = shape.dw;
    lowered.digits = layer->out;
    fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

finnc_status fnc_lower_max_pool(fnc_lowering *l, size_t s, const char **why)
{
    return max_pool(l, s, fnc_lower_rank(l, s) == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST, why);
}

finnc_status fnc_lower_max_pool_last(fnc_lowering *l, size_t s, const char **why)
{
    return max_pool(l, s, FNC_AXES_LAST, why);
}

/* Windows whose pixels stand side by side: a product behind them is a convolution. */
finnc_status fnc_lower_im2col(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(node);
    FINNC_TRY(fnc_lower_codes(l, s, 0, &in, &digits, &levels, why));
    if (!*why && in->axes != FNC_AXES_LAST)
        *why = "its input is no picture with channels last";
    if (!*why && !fnc_lower_lay(&attrs, 2, NULL, &in->program->digits[digits], &w))
        *why = "its windows are not of a kind that the fast engine has";
    if (*why)
        return FINNC_OK;
    int zero = 0;
    fnc_lowered lowered = *in;
    if (fnc_windows_are_padded(&w))
        FINNC_TRY(fnc_lower_add_level(l, s, in->program,
                                      (float)finnc_node_int(node, "pad_value", 0), &digits, &levels,
                                      &zero, why));
    if (!*why)
        FINNC_TRY(fnc_lower_windows(l, s, &w, zero, in->program, &digits, &lowered.windows,
                                    &lowered.image, why));
    if (*why)
        return FINNC_OK;
    const fnc_digits *d = &in->program->digits[digits];
    FINNC_TRY(fnc_lower_uniform(l, levels, d->high + 1, d->c, &lowered.table));
    lowered.digits = digits;
    lowered.is_patches = true;
    fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

/* ---- views ---- */

/* The pixels one behind the other, in the order of the model. */
static fnc_axes flattened(const fnc_lowered *in)
{
    const fnc_digits *d = &in->program->digits[in->digits];
    if (d->h * d->w == 1)
        return FNC_AXES_VECTOR;
    switch (in->axes) {
    case FNC_AXES_FIRST:
    case FNC_AXES_ROW:
        return FNC_AXES_FLAT_FIRST;
    case FNC_AXES_LAST:
        return FNC_AXES_FLAT_LAST;
    case FNC_AXES_VECTOR:
    case FNC_AXES_FLAT_FIRST:
    case FNC_AXES_FLAT_LAST:
        break;
    }
    return in->axes;
}

static finnc_status flatten(fnc_lowering *l, size_t s, const fnc_lowered *in)
{
    fnc_lowered lowered = *in;
    lowered.axes = flattened(in);
    FINNC_TRY(fnc_lower_flat(l, &lowered));
    fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

/* To N, CHW: with N and CHW as numbers, or one of them left open. */
static finnc_status reshapes_flat(fnc_lowering *l, size_t s, const fnc_digits *d, int64_t *batch,
                                  const char **why)
{
    const finnc_tensor *shape;
    FINNC_TRY(fnc_lower_constant(l, s, 1, &shape));
    if (!shape || finnc_tensor_nelems(shape) != 2 ||
        finnc_node_int(l->plan->steps[s].step.node, "allowzero", 0) != 0) {
        *why = "its shape is not that of a vector for each image";
        return FINNC_OK;
    }
    int64_t n = finnc_tensor_get_int(shape, 0), k = finnc_tensor_get_int(shape, 1);
    bool is_open = n == 0 || (n == -1 && k == d->h * d->w * d->c);
    if (k != -1 && k != d->h * d->w * d->c)
        *why = "it mixes images of a batch";
    else if (!is_open && n < 1)
        *why = "its shape is not that of a vector for each image";
    *batch = is_open ? -1 : n;
    return FINNC_OK;
}

finnc_status fnc_lower_flattens(fnc_lowering *l, size_t s, const fnc_digits *d, int64_t *batch,
                                const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    *batch = -1;
    if (fnc_lower_find(node) == fnc_lower_reshape)
        return reshapes_flat(l, s, d, batch, why);
    if (fnc_lower_find(node) != fnc_lower_flatten || finnc_node_int(node, "axis", 1) != 1)
        *why = "it mixes images of a batch";
    return FINNC_OK;
}

static finnc_status flatten_image(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in;
    int64_t batch = -1;
    FINNC_TRY(fnc_lower_input(l, s, 0, &in, why));
    if (!*why)
        FINNC_TRY(fnc_lower_flattens(l, s, &in->program->digits[in->digits], &batch, why));
    if (!*why && batch >= 0 && in->program->batch >= 0 && in->program->batch != batch)
        *why = "its shape is not that of a vector for each image";
    if (*why)
        return FINNC_OK;
    if (batch >= 0)
        in->program->batch = batch;
    return flatten(l, s, in);
}

finnc_status fnc_lower_flatten(fnc_lowering *l, size_t s, const char **why)
{
    return flatten_image(l, s, why);
}

finnc_status fnc_lower_reshape(fnc_lowering *l, size_t s, const char **why)
{
    return flatten_image(l, s, why);
}

/* The shape of a graph input is what the model says, or feeding it fails. */
finnc_status fnc_lower_shape_of(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    size_t v = step->inputs[0];
    const finnc_value *value = v == SIZE_MAX ? NULL : l->plan->values[v].value;
    int64_t dims[FINNC_MAX_RANK], nelems;
    bool is_known = value && finnc_value_is_input(value) && finnc_value_rank(value) >= 0 &&
                    finnc_value_elem(value) == FINNC_ELEM_FLOAT;
    for (int i = 0; is_known && i < finnc_value_rank(value); i++) {
        dims[i] = finnc_value_dim(value, i).size;
        is_known = dims[i] >= 0;
    }
    *why = is_known ? "it works on constants" : "there is no fast kernel for its op";
    if (!is_known)
        return FINNC_OK;
    finnc_tensor *like, *made;
    FINNC_TRY(finnc_shape_nelems(l->cx, finnc_value_rank(value), dims, &nelems));
    if (nelems > FNC_MAX_TABLE)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_create(l->cx, FINNC_ELEM_FLOAT, finnc_value_rank(value), dims, &like));
    const finnc_tensor *inputs[] = {like};
    FNC_AT_NODE(l->cx, step->step.node);
    finnc_status status = fnc_step_run(l->runner, &step->step, inputs, 1, NULL, 0, NULL, &made, 1);
    finnc_tensor_release(like);
    if (status == FINNC_OK)
        l->constants[step->outputs[0]] = made;
    return status;
}

finnc_status fnc_lower_transpose(fnc_lowering *l, size_t s, const char **why)
{
    static const int64_t to_last[] = {0, 2, 3, 1}, to_first[] = {0, 3, 1, 2};
    const fnc_lowered *in;
    size_t n;
    const int64_t *perm = finnc_node_ints(l->plan->steps[s].step.node, "perm", &n);
    FINNC_TRY(fnc_lower_input(l, s, 0, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    if (perm && n == 4 && in->axes == FNC_AXES_FIRST && !memcmp(perm, to_last, sizeof to_last))
        lowered.axes = FNC_AXES_LAST;
    else if (perm && n == 4 && in->axes == FNC_AXES_LAST &&
             !memcmp(perm, to_first, sizeof to_first))
        lowered.axes = FNC_AXES_FIRST;
    else
        *why = "it does more than to move the channels";
    if (!*why)
        fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

/* The axes that an op puts in or takes out, by attribute or input: is it axis 2 alone? */
static finnc_status changes_third_axis(fnc_lowering *l, size_t s, bool *is_third)
{
    const finnc_tensor *axes;
    size_t n;
    const int64_t *list = finnc_node_ints(l->plan->steps[s].step.node, "axes", &n);
    FINNC_TRY(fnc_lower_constant(l, s, 1, &axes));
    *is_third = list ? n == 1 && list[0] == 2
                     : axes && finnc_tensor_nelems(axes) == 1 && finnc_tensor_get_int(axes, 0) == 2;
    return FINNC_OK;
}

finnc_status fnc_lower_unsqueeze(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in;
    bool is_third;
    FINNC_TRY(changes_third_axis(l, s, &is_third));
    FINNC_TRY(fnc_lower_input(l, s, 0, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    if (is_third && in->axes == FNC_AXES_VECTOR)
        lowered.axes = FNC_AXES_ROW;
    else if (is_third && in->axes == FNC_AXES_ROW)
        lowered.axes = FNC_AXES_FIRST;
    else
        *why = "it does more than to put an axis behind the channels";
    if (!*why)
        fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

finnc_status fnc_lower_squeeze(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in;
    bool is_third;
    FINNC_TRY(changes_third_axis(l, s, &is_third));
    FINNC_TRY(fnc_lower_input(l, s, 0, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    const fnc_digits *d = &in->program->digits[in->digits];
    if (is_third && in->axes == FNC_AXES_ROW && d->w == 1)
        lowered.axes = FNC_AXES_VECTOR;
    else if (is_third && in->axes == FNC_AXES_FIRST && d->h == 1)
        lowered.axes = FNC_AXES_ROW;
    else
        *why = "it does more than to take away an axis behind the channels";
    if (!*why)
        fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}
