/*      y = ConvTranspose(x, w)
 * becomes
 *      y = Transpose(MatMul(Im2Col(FMPadding_Pixel(Transpose(x))), w'))
 * A transposed convolution sees each pixel with stride - 1 zeros behind it, through the kernel
 * turned by half a turn: (channels, filters, kh, kw) becomes w', of a row per element of a patch
 * (kernel row, kernel column, channel) and a column per filter. ConvTransposes go and none come
 * back, so it ends. */
#include "hw.h"

#include "image.h"
#include "layout.h"
#include "stream.h"

#include <inttypes.h>
#include <string.h>

typedef struct lowering {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;
    int64_t x[4], w[4]; /* (1, C, H, W), (C, filters, kh, kw) */
    fnc_windows undone; /* by the ConvTranspose */
    int64_t spread[2];  /* H and W with the zeros between */
    fnc_windows window; /* on that: strides of 1 */
} lowering;

/* ---- what can be converted ---- */

/* The padding of the convolution that does the same: a kernel's reach less what is cut. */
static bool find_padding(fnc_hw_reason *why, lowering *l, int axis)
{
    const fnc_windows *u = &l->undone;
    fnc_windows *w = &l->window;
    const int64_t most = INT32_MAX; /* whose sums and products are exact */
    if (u->out[axis] < 1 || u->in[axis] > most || u->out[axis] > most ||
        u->dilation[axis] > most / u->kernel[axis] || u->stride[axis] > most / u->out[axis])
        return fnc_hw_decline(why, "its output is too large");
    const int64_t reach = (u->kernel[axis] - 1) * u->dilation[axis];
    l->spread[axis] = (u->out[axis] - 1) * u->stride[axis] + 1;
    w->before[axis] = reach - u->before[axis];
    w->after[axis] = u->in[axis] + u->before[axis] - l->spread[axis];
    if (w->before[axis] >= 0 && w->after[axis] >= 0)
        return true;
    return fnc_hw_decline(
        why, "it cuts %" PRId64 " and %" PRId64 " pixels off axis %d, its kernel adds %" PRId64,
        u->before[axis], u->after[axis], axis + 2, reach);
}

static bool read_geometry(fnc_hw_reason *why, lowering *l)
{
    fnc_window_attrs attrs = fnc_window_attrs_of(l->node);
    attrs.least_pad = 0;
    const char *wrong = fnc_windows_read(&attrs, 2, l->w + 2, &l->undone);
    l->window = l->undone;
    l->window.padding = FNC_AUTO_NONE;
    l->window.ceil = false;
    for (int i = 0; i < 2 && !wrong; i++) {
        wrong = fnc_windows_place_transposed(&l->undone, &attrs, i, l->x[i + 2]);
        if (!wrong && l->undone.in[i] < 1)
            wrong = "its output would be empty";
        if (!wrong && !find_padding(why, l, i))
            return false;
        l->window.stride[i] = 1;
        if (!wrong)
            wrong = fnc_windows_place(&l->window, i, l->spread[i]);
    }
    if (!wrong)
        wrong = fnc_windows_multiply(&l->window);
    if (wrong)
        return fnc_hw_decline(why, "%s", wrong);
    return fnc_hw_has_size(why, finnc_node_output(l->node, 0), 2, l->window.out);
}

static bool can_convert(fnc_hw_reason *why, lowering *l)
{
    const finnc_value *x = finnc_node_input(l->node, 0), *w = finnc_node_input(l->node, 1);
    const int64_t group = finnc_node_attr_int(l->node, "group");
    if (!fnc_hw_has_inputs(why, l->node, 2) || !fnc_hw_is_image(why, x, l->x) ||
        !fnc_hw_may_pad(why, x))
        return false;
    if (group != 1)
        return fnc_hw_decline(why, "it has %" PRId64 " groups, not one", group);
    if (finnc_node_input(l->node, 2))
        return fnc_hw_decline(why, "it has the bias %s, which ExtractBiasFromConv takes out",
                              finnc_value_name(finnc_node_input(l->node, 2)));
    if (!finnc_value_is_constant(w))
        return fnc_hw_decline(why, "its weights are no constant");
    if (!finnc_value_dims(w, 4, l->w) || l->w[0] != l->x[1] || l->w[1] < 1 || l->w[2] < 1 ||
        l->w[3] < 1)
        return fnc_hw_decline(why, "its weights do not fit its %" PRId64 " channels", l->x[1]);
    return read_geometry(why, l);
}

/* ---- the nodes ---- */

static finnc_status turn_weights(lowering *l)
{
    const finnc_tensor *w = finnc_value_tensor(finnc_node_input(l->node, 1));
    const int64_t channels = l->w[0], filters = l->w[1], taps = l->w[2] * l->w[3];
    const int64_t dims[] = {finnc_tensor_nelems(w) / filters, filters};
    finnc_tensor *matrix;
    FINNC_TRY(finnc_tensor_create(l->cx, finnc_tensor_elem(w), 2, dims, &matrix));
    for (int64_t c = 0; c < channels; c++)
        for (int64_t f = 0; f < filters; f++)
            for (int64_t t = 0; t < taps; t++)
                finnc_tensor_set(matrix, (t * channels + c) * filters + f,
                                 finnc_tensor_get(w, (c * filters + f) * taps + (taps - 1 - t)));
    return fnc_set_constant(l->cx, l->node, 1, matrix);
}

static finnc_status insert_spread(lowering *l, finnc_value *pixels, finnc_value **spread)
{
    finnc_ctx *cx = l->cx;
    const int64_t dims[] = {1, l->spread[0], l->spread[1], l->x[1]};
    finnc_node *node;
    FINNC_TRY(fnc_hw_insert_image(cx, l->graph, "spread", pixels, dims, spread));
    FINNC_TRY(fnc_hw_insert(cx, l->graph, "FMPadding_Pixel", &pixels, 1, *spread, l->node, &node));
    FINNC_TRY(finnc_node_set_ints(cx, node, "ImgDim", l->x + 2, 2));
    FINNC_TRY(finnc_node_set_ints(cx, node, "Stride", l->undone.stride, 2));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", l->x[1]));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(pixels)));
    FINNC_TRY(finnc_node_set_int(cx, node, "numInputVectors", 1));
    return finnc_node_set_int(cx, node, "SIMD", 1);
}

/* One pixel in, one pixel out. */
static bool is_pointwise(const lowering *l)
{
    const int64_t *stride = l->undone.stride;
    return !fnc_windows_are_padded(&l->window) && l->w[2] == 1 && l->w[3] == 1 && stride[0] == 1 &&
           stride[1] == 1;
}

static finnc_status lower(lowering *l)
{
    finnc_ctx *cx = l->cx;
    finnc_value *x = finnc_node_input(l->node, 0), *y = finnc_node_output(l->node, 0);
    const int64_t in[] = {1, l->x[2], l->x[3], l->x[1]};
    const int64_t out[] = {1, l->window.out[0], l->window.out[1], l->w[1]};
    finnc_value *pixels, *spread, *patches, *products;
    finnc_node *node;
    FINNC_TRY(turn_weights(l));
    FINNC_TRY(fnc_hw_insert_image(cx, l->graph, "pixels", x, in, &pixels));
    FINNC_TRY(fnc_hw_insert_turn(cx, l->graph, x, pixels, false, l->node));
    FINNC_TRY(insert_spread(l, pixels, &spread));
    patches = spread;
    if (!is_pointwise(l)) {
        FINNC_TRY(fnc_hw_insert_patches(cx, l->graph, spread, l->x[1], &l->window, false, l->node,
                                        &patches, &node));
        FINNC_TRY(finnc_node_set_ints(cx, node, "dilations", l->window.dilation, 2));
    }
    FINNC_TRY(fnc_hw_insert_image(cx, l->graph, "products", y, out, &products));
    finnc_value *const factors[] = {patches, finnc_node_input(l->node, 1)};
    FINNC_TRY(fnc_insert_op(cx, l->graph, NULL, "MatMul", factors, 2, products, l->node, NULL));
    finnc_node *after = finnc_node_next(l->node);
    finnc_graph_erase_node(l->node);
    return fnc_hw_insert_turn(cx, l->graph, products, y, true, after);
}

static finnc_status lower_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "ConvTranspose") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        lowering l = {.cx = cx, .graph = graph, .node = node};
        fnc_hw_reason why;
        if (!can_convert(&why, &l)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node,
                           "convolves %" PRId64 " by %" PRId64 " pixels with zeros between",
                           l.spread[0], l.spread[1]);
        FINNC_TRY(lower(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_pixel_padding_deconv = {
    .name = "InferPixelPaddingDeconv",
    .summary =
        "transposed convolutions become zeros between pixels (FMPadding_Pixel) and a product",
    .upstream = "finn.transformation.fpgadataflow.infer_pixel_padding_deconv",
    .notes =
        "InferConvInpGen goes on with the Im2Col, and the passes for MVAUs with the product. "
        "Padding may differ from side to side, kernel and dilation from axis to axis; "
        "output_padding, output_shape and auto_pad are those of the standard, and weights that "
        "somebody else reads are copied. Upstream takes the padding at the top for all four "
        "sides, drops a bias, and overwrites shared weights. Floats and batches stay.",
    .flags = FINNC_PASS_STABLE,
    .run = lower_all,
};
