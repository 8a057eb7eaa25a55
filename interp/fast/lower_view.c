/* What only changes how the model sees an image. */
#include "lower.h"

#include <string.h>

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

static finnc_status flatten(fnc_lowering *l, size_t s, const fnc_lowered *in, const char **why)
{
    fnc_lowered lowered = *in;
    lowered.axes = flattened(in);
    FINNC_TRY(fnc_lower_flat(l, &lowered));
    return fnc_lower_output(l, s, lowered, why);
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
    if (fnc_lower_find(node) != fnc_lower_flatten || finnc_node_attr_int(node, "axis") != 1)
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
    return flatten(l, s, in, why);
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
    return *why ? FINNC_OK : fnc_lower_output(l, s, lowered, why);
}

/* Input 0 of an op that puts in or takes out axes. `*why`: it is another than axis 2 alone. */
static finnc_status input_by_third_axis(fnc_lowering *l, size_t s, const fnc_lowered **in,
                                        const char **why)
{
    const int64_t *axes;
    size_t n;
    FINNC_TRY(fnc_lower_ints(l, s, "axes", 1, &axes, &n));
    FINNC_TRY(fnc_lower_input(l, s, 0, in, why));
    if (!*why && !(axes && n == 1 && axes[0] == 2))
        *why = "it changes other axes than the one behind the channels";
    return FINNC_OK;
}

finnc_status fnc_lower_unsqueeze(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in;
    FINNC_TRY(input_by_third_axis(l, s, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    if (in->axes == FNC_AXES_VECTOR)
        lowered.axes = FNC_AXES_ROW;
    else if (in->axes == FNC_AXES_ROW)
        lowered.axes = FNC_AXES_FIRST;
    else
        *why = "it does more than to put an axis behind the channels";
    return *why ? FINNC_OK : fnc_lower_output(l, s, lowered, why);
}

finnc_status fnc_lower_squeeze(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in;
    FINNC_TRY(input_by_third_axis(l, s, &in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    const fnc_digits *d = &in->program->digits[in->digits];
    if (in->axes == FNC_AXES_ROW && d->w == 1)
        lowered.axes = FNC_AXES_VECTOR;
    else if (in->axes == FNC_AXES_FIRST && d->h == 1)
        lowered.axes = FNC_AXES_ROW;
    else
        *why = "it does more than to take away an axis behind the channels";
    return *why ? FINNC_OK : fnc_lower_output(l, s, lowered, why);
}
