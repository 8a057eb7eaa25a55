#include "deconvolution.h"

#include "../support/build.h"
#include "../support/retype.h"
#include "pass.h"

static const char *read_weights(fnc_deconvolution *d)
{
    finnc_value *w = finnc_node_input(d->conv, 1);
    if (finnc_value_is_constant(w)) {
        d->weights = finnc_value_tensor(w);
        return NULL;
    }
    d->quant = finnc_value_producer(w);
    if (!d->quant || !(finnc_node_is(d->quant, "Quant") || finnc_node_is(d->quant, "IntQuant")))
        return "its weights are neither a constant nor a Quant's output";
    if (finnc_node_ninputs(d->quant) != 4)
        return "the Quant of its weights has not four inputs";
    for (size_t i = 0; i < 4; i++) {
        const finnc_value *input = finnc_node_input(d->quant, i);
        if (!input || !finnc_value_is_constant(input))
            return "the Quant of its weights has inputs that are no constants";
    }
    if (finnc_value_only_user(w) != d->conv || finnc_value_nuses(w) != 1)
        return "somebody else uses its quantised weights";
    d->weights = finnc_value_tensor(finnc_node_input(d->quant, 0));
    return NULL;
}

const char *fnc_deconvolution_read(finnc_node *conv, fnc_deconvolution *d)
{
    const fnc_conv_geometry *g = &d->g;
    *d = (fnc_deconvolution){.conv = conv};
    const char *reason = fnc_conv_geometry_read(conv, &d->g);
    if (reason)
        return reason;
    if (g->w.group != 1)
        return "it has more than one group";
    if (fnc_windows_are_dilated(&g->w))
        return "it is dilated";
    if (g->w.stride[0] != 1 || g->w.stride[1] != 1 || g->w.out[0] != g->w.in[0] ||
        g->w.out[1] != g->w.in[1])
        return "its output is not as large as its input";
    if (!finnc_elem_is_float(finnc_value_elem(finnc_node_input(conv, 1))))
        return "its weights are no floats";
    return read_weights(d);
}

static finnc_status set_weights(finnc_ctx *cx, fnc_deconvolution *d, finnc_tensor *weights)
{
    finnc_node *holder = d->quant ? d->quant : d->conv;
    const size_t i = d->quant ? 0 : 1;
    FINNC_TRY(fnc_set_constant(cx, holder, i, finnc_tensor_retain(weights)));
    FINNC_TRY(fnc_value_retype(cx, finnc_node_input(holder, i))); /* sums may have outgrown it */
    return finnc_value_set_shape(cx, finnc_node_input(d->conv, 1), finnc_tensor_elem(weights), 4,
                                 finnc_tensor_dims(weights));
}

static finnc_status set_node(finnc_ctx *cx, fnc_deconvolution *d, finnc_value *x, int64_t factor,
                             int64_t pixels, const int64_t *kernel)
{
    /* The transposed kernel counts from the other end. Fits: padding is below the kernel's size. */
    int64_t pads[4];
    for (int i = 0; i < 4; i++)
        pads[i] = pixels * (d->g.w.kernel[i % 2] - 1 - d->g.pads[i]);
    FINNC_TRY(finnc_node_set_op(cx, d->conv, "ConvTranspose", ""));
    finnc_node_erase_attr(d->conv, "auto_pad");
    FINNC_TRY(finnc_node_set_ints(cx, d->conv, "kernel_shape", kernel, 2));
    FINNC_TRY(finnc_node_set_ints(cx, d->conv, "strides", (const int64_t[]){factor, factor}, 2));
    FINNC_TRY(finnc_node_set_ints(cx, d->conv, "pads", pads, 4));
    FINNC_TRY(finnc_node_set_int(cx, d->conv, "group", 1));
    FINNC_TRY(finnc_node_set_ints(cx, d->conv, "dilations", d->g.w.dilation, 2));
    return finnc_node_set_input(cx, d->conv, 0, x);
}

finnc_status fnc_deconvolution_build(finnc_ctx *cx, fnc_deconvolution *d, finnc_value *x,
                                     int64_t factor, int64_t pixels, finnc_tensor *weights)
{
    finnc_status status = set_weights(cx, d, weights);
    if (status == FINNC_OK)
        status = set_node(cx, d, x, factor, pixels, finnc_tensor_dims(weights) + 2);
    finnc_tensor_release(weights);
    return status;
}
