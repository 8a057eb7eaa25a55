#include "window_attrs.h"

#include "conv_geometry.h"

#include <string.h>

/* `x` keeps what it has if the attribute is not there. */
static bool read_ints(const finnc_node *node, const char *name, size_t wanted, int64_t least,
                      int64_t *x)
{
    size_t count;
    const int64_t *list = finnc_node_ints(node, name, &count);
    if (!list)
        return true;
    for (size_t i = 0; i < wanted && count == wanted; i++) {
        x[i] = list[i];
        if (x[i] < least)
            return false;
    }
    return count == wanted;
}

/* That of the weights, where there are some. */
static const char *read_kernel(const finnc_node *node, fnc_window_attrs *w)
{
    if (finnc_node_find_attr(node, "kernel_shape"))
        return read_ints(node, "kernel_shape", w->naxes, 1, w->kernel)
                   ? NULL
                   : "its kernel_shape does not fit its input";
    const finnc_value *weights = finnc_node_input(node, 1);
    int64_t dims[FINNC_MAX_RANK];
    if (!weights || !finnc_value_dims(weights, (int)w->naxes + 2, dims))
        return "the size of its kernel is not known";
    memcpy(w->kernel, dims + 2, w->naxes * sizeof *dims);
    return NULL;
}

static const char *read_padding(const finnc_node *node, fnc_window_attrs *w)
{
    const char *mode = finnc_node_string(node, "auto_pad", "NOTSET");
    if (!*mode || strcmp(mode, "NOTSET") == 0)
        return read_ints(node, "pads", 2 * w->naxes, 0, w->pads)
                   ? NULL
                   : "its pads are not two numbers from 0 on for each axis";
    if (strcmp(mode, "VALID") == 0)
        return NULL;
    const bool upper = strcmp(mode, "SAME_UPPER") == 0;
    if (!upper && strcmp(mode, "SAME_LOWER") != 0)
        return "its auto_pad is none that is known";
    for (size_t i = 0; i < w->naxes; i++) {
        const finnc_dim size = finnc_value_dim(finnc_node_input(node, 0), (int)i + 2);
        int64_t total;
        if (size.size < 1)
            return "auto_pad goes by the size of its input, which is not known";
        if (!fnc_same_padding(size.size, w->kernel[i], w->stride[i], w->dilation[i], &total))
            return "its padding is too large";
        w->pads[upper ? i : i + w->naxes] = total / 2;
        w->pads[upper ? i + w->naxes : i] = total - total / 2;
    }
    return NULL;
}

const char *fnc_window_attrs_read(const finnc_node *node, fnc_window_attrs *w)
{
    const finnc_value *x = finnc_node_input(node, 0);
    const int rank = x ? finnc_value_rank(x) : -1;
    *w = (fnc_window_attrs){.stride = {1, 1}, .dilation = {1, 1}};
    if (rank < 3 || rank - 2 > FNC_WINDOW_MAX_AXES)
        return "its input has neither three nor four axes";
    w->naxes = (size_t)rank - 2;
    const char *reason = read_kernel(node, w);
    if (reason)
        return reason;
    if (!read_ints(node, "strides", w->naxes, 1, w->stride))
        return "its strides are not a positive number for each axis";
    if (!read_ints(node, "dilations", w->naxes, 1, w->dilation))
        return "its dilations are not a positive number for each axis";
    return read_padding(node, w);
}

static finnc_status spell(finnc_ctx *cx, finnc_node *node, const char *name, const int64_t *x,
                          size_t count)
{
    return finnc_node_find_attr(node, name) ? FINNC_OK
                                            : finnc_node_set_ints(cx, node, name, x, count);
}

finnc_status fnc_window_attrs_spell(finnc_ctx *cx, finnc_node *node, const fnc_window_attrs *w)
{
    if (finnc_node_find_attr(node, "auto_pad")) {
        finnc_node_erase_attr(node, "auto_pad");
        FINNC_TRY(finnc_node_set_ints(cx, node, "pads", w->pads, 2 * w->naxes));
    }
    FINNC_TRY(spell(cx, node, "kernel_shape", w->kernel, w->naxes));
    FINNC_TRY(spell(cx, node, "strides", w->stride, w->naxes));
    FINNC_TRY(spell(cx, node, "pads", w->pads, 2 * w->naxes));
    if (!finnc_node_is(node, "Conv"))
        return FINNC_OK; /* dilated pooling came with opset 10 */
    FINNC_TRY(spell(cx, node, "dilations", w->dilation, w->naxes));
    return finnc_node_find_attr(node, "group") ? FINNC_OK
                                               : finnc_node_set_int(cx, node, "group", 1);
}
