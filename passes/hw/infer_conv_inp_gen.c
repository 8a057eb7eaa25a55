/*      y = Im2Col(x)
 * becomes
 *      y = ConvolutionInputGenerator(FMPadding(x))
 * or, where single pixels are taken some way apart, y = DownSampler(FMPadding(x)). Without padding
 * there is no FMPadding. Im2Cols go and none come, so it ends. */
#include "hw.h"

#include "image.h"
#include "stream.h"

#include <inttypes.h>

typedef struct laying {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *im2col;
    int64_t dims[4]; /* of x */
    fnc_windows w;
    int64_t padded[2];
    bool is_padded;
    bool is_line; /* one row or one column */
} laying;

/* ---- what can be converted ---- */

static bool read_window(fnc_hw_reason *why, laying *l)
{
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(l->im2col);
    if (!fnc_hw_lay_windows(why, &attrs, l->dims + 1, &l->w))
        return false;
    fnc_hw_padded(&l->w, l->padded);
    l->is_padded = fnc_windows_are_padded(&l->w);
    l->is_line = l->padded[0] == 1 || l->padded[1] == 1;
    return fnc_hw_has_size(why, finnc_node_output(l->im2col, 0), 1, l->w.out);
}

static bool is_thinning(const fnc_windows *w)
{
    return w->kernel[0] == 1 && w->kernel[1] == 1 && (w->stride[0] > 1 || w->stride[1] > 1);
}

static bool can_convert(fnc_hw_reason *why, laying *l)
{
    const finnc_value *x = finnc_node_input(l->im2col, 0);
    if (!fnc_hw_has_inputs(why, l->im2col, 1) || !fnc_hw_is_image(why, x, l->dims) ||
        !read_window(why, l))
        return false;
    if (l->is_padded && !fnc_hw_may_pad(why, x))
        return false;
    const fnc_windows *w = &l->w;
    if (is_thinning(w) && !l->is_line &&
        (l->padded[0] != l->padded[1] || w->stride[0] != w->stride[1]))
        return fnc_hw_decline(why,
                              "it takes one pixel in %" PRId64 " by %" PRId64 " of %" PRId64
                              " by %" PRId64 ": DownSampler takes squares, and one distance",
                              w->stride[0], w->stride[1], l->padded[0], l->padded[1]);
    return true;
}

/* ---- the layers ---- */

static finnc_status insert_padding(laying *l, finnc_value **x)
{
    const int64_t dims[] = {1, l->padded[0], l->padded[1], l->dims[3]};
    int64_t pads[4];
    finnc_value *padded;
    finnc_node *node;
    fnc_windows_list_pads(&l->w, pads);
    FINNC_TRY(fnc_hw_insert_image(l->cx, l->graph, "padded", *x, dims, &padded));
    FINNC_TRY(fnc_hw_insert(l->cx, l->graph, "FMPadding", x, 1, padded, l->im2col, &node));
    FINNC_TRY(fnc_hw_name_after(l->cx, node, "FMPadding_Batch_", l->im2col));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "ImgDim", l->dims + 1, 2));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "Padding", pads, 4));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "NumChannels", l->dims[3]));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "SIMD", l->dims[3]));
    FINNC_TRY(fnc_hw_attr_dtype(l->cx, node, "inputDataType", finnc_value_dtype(*x)));
    *x = padded;
    return FINNC_OK;
}

/* Along a line it is that axis's stride which counts; the other axis has one pixel. */
static finnc_status set_down_sampler(laying *l, finnc_node *node)
{
    const bool is_column = l->padded[1] == 1;
    const int64_t longer = l->padded[0] > l->padded[1] ? l->padded[0] : l->padded[1];
    FINNC_TRY(fnc_hw_name_after(l->cx, node, "DownSampler_", l->im2col));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "ImgDim", longer));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "NumChannels", l->dims[3]));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "SIMD", l->dims[3]));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "Stride", l->w.stride[is_column ? 0 : 1]));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "is1D", l->is_line));
    return finnc_node_set_int(l->cx, node, "is1D_unitx", is_column);
}

static finnc_status set_generator(laying *l, finnc_node *node, finnc_dtype dtype)
{
    const fnc_windows *w = &l->w;
    FINNC_TRY(fnc_hw_name_after(l->cx, node, "ConvolutionInputGenerator_", l->im2col));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "ConvKernelDim", w->kernel, 2));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "IFMChannels", l->dims[3]));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "IFMDim", l->padded, 2));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "OFMDim", w->out, 2));
    FINNC_TRY(finnc_node_set_int(l->cx, node, "SIMD", l->dims[3]));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "Stride", w->stride, 2));
    FINNC_TRY(finnc_node_set_ints(l->cx, node, "Dilation", w->dilation, 2));
    FINNC_TRY(fnc_hw_attr_dtype(l->cx, node, "outputDataType", dtype));
    FINNC_TRY(
        finnc_node_set_int(l->cx, node, "depthwise", finnc_node_int(l->im2col, "depthwise", 0)));
    return finnc_node_set_int(l->cx, node, "is1D", l->is_line);
}

static finnc_status convert(laying *l)
{
    finnc_value *x = finnc_node_input(l->im2col, 0), *y = finnc_node_output(l->im2col, 0);
    const finnc_dtype dtype = finnc_value_dtype(x);
    const bool thins = is_thinning(&l->w);
    finnc_node *node;
    if (l->is_padded)
        FINNC_TRY(insert_padding(l, &x));
    finnc_node *after = finnc_node_next(l->im2col);
    finnc_graph_erase_node(l->im2col);
    FINNC_TRY(fnc_hw_insert(l->cx, l->graph, thins ? "DownSampler" : "ConvolutionInputGenerator",
                            &x, 1, y, after, &node));
    FINNC_TRY(fnc_hw_attr_dtype(l->cx, node, "inputDataType", dtype));
    return thins ? set_down_sampler(l, node) : set_generator(l, node, dtype);
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Im2Col") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        laying l = {.cx = cx, .graph = graph, .im2col = node};
        fnc_hw_reason why;
        if (!can_convert(&why, &l)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        const int64_t value = finnc_node_int(node, "pad_value", 0);
        if (l.is_padded && value != 0)
            return finnc_fail(cx, FINNC_UNSUPPORTED,
                              "it pads with %" PRId64 " (pad_value), and FMPadding with 0 only",
                              value);
        finnc_pass_applied(run, node, "lays out %" PRId64 " by %" PRId64 " windows as hardware",
                           l.w.out[0], l.w.out[1]);
        FINNC_TRY(convert(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_conv_inp_gen = {
    .name = "InferConvInpGen",
    .summary = "windows laid out by Im2Col become ConvolutionInputGenerators and the like",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "Single pixels some way apart make a DownSampler, on a line (the padded picture has one "
        "row or one column) or on a square. Everything is looked at before anything is changed: "
        "upstream leaves an FMPadding behind that nobody reads where the rest cannot be converted. "
        "Along a line the stride of the line counts; upstream takes the larger of the two, and "
        "takes a row that is padded to a picture for a line. Batches stay, and BIPOLAR input that "
        "is padded, which has no zero. Padding with another number than 0 is an error, as there.",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
    .finish = "InferShapes,InferDataTypes",
};
