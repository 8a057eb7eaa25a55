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
    int64_t stride[2];
    int64_t spread[2];    /* H and W with the zeros between */
    fnc_hw_window window; /* on that: strides of 1 */
    int64_t padded[2], places[2];
} lowering;

/* ---- what can be converted ---- */

/* What is cut off at both ends of axis `i` of the whole output, which is `whole` long. False:
 * output_shape is no shape. */
static bool find_cuts(const lowering *l, int i, int64_t whole, const int64_t pads[4],
                      int64_t cuts[2])
{
    size_t count;
    const char *mode = finnc_node_string(l->node, "auto_pad", "NOTSET");
    const int64_t *shape = finnc_node_ints(l->node, "output_shape", &count);
    const bool is_upper = !strcmp(mode, "SAME_UPPER"), is_lower = !strcmp(mode, "SAME_LOWER");
    const bool is_valid = !strcmp(mode, "VALID");
    cuts[0] = is_valid ? 0 : pads[i];
    cuts[1] = is_valid ? 0 : pads[i + 2];
    if (!shape && !is_upper && !is_lower)
        return true;
    if (shape && count != 2 && count != 4)
        return false;
    /* Some write batch and channels, too. */
    const int64_t wanted = shape ? shape[count - 2 + (size_t)i] : l->x[i + 2] * l->stride[i];
    if (wanted < 1 || wanted > INT32_MAX)
        return false;
    const int64_t total = whole > wanted ? whole - wanted : 0;
    cuts[0] = is_upper ? total / 2 : total - total / 2;
    cuts[1] = whole - wanted - cuts[0];
    return true;
}

/* The padding of the convolution that does the same: a kernel's reach less what is cut. */
static bool find_padding(fnc_hw_reason *why, lowering *l)
{
    int64_t pads[4], extra[2], cuts[2];
    fnc_hw_window *w = &l->window;
    if (!fnc_hw_read_ints(l->node, "pads", 4, 0, pads) ||
        !fnc_hw_read_ints(l->node, "output_padding", 2, 0, extra))
        return fnc_hw_decline(why, "its pads are not four numbers, or output_padding not two");
    for (int i = 0; i < 2; i++) {
        int64_t reach, whole;
        if (!fnc_mul_i64(l->x[i + 2] - 1, l->stride[i], &l->spread[i]) ||
            !fnc_mul_i64(w->kernel[i] - 1, w->dilation[i], &reach) ||
            !fnc_add_i64(l->spread[i], 1, &l->spread[i]) || !fnc_add_i64(reach, extra[i], &whole) ||
            !fnc_add_i64(whole, l->spread[i], &whole) || whole > INT32_MAX || pads[i] > INT32_MAX ||
            pads[i + 2] > INT32_MAX)
            return fnc_hw_decline(why, "its output is too large");
        if (!find_cuts(l, i, whole, pads, cuts))
            return fnc_hw_decline(why, "its output_shape is no size of two axes");
        w->pads[i] = reach - cuts[0];
        w->pads[i + 2] = reach + extra[i] - cuts[1];
        if (w->pads[i] < 0 || w->pads[i + 2] < 0)
            return fnc_hw_decline(why,
                                  "it cuts %" PRId64 " and %" PRId64
                                  " pixels off axis %d, its kernel adds %" PRId64,
                                  cuts[0], cuts[1], i + 2, reach);
    }
    return true;
}

static bool read_geometry(fnc_hw_reason *why, lowering *l)
{
    int64_t kernel[2] = {l->w[2], l->w[3]}, given[2];
    fnc_hw_window *w = &l->window;
    w->stride[0] = w->stride[1] = 1;
    memcpy(w->kernel, kernel, sizeof kernel);
    if (!fnc_hw_read_ints(l->node, "strides", 2, 1, l->stride) ||
        !fnc_hw_read_ints(l->node, "dilations", 2, 1, w->dilation))
        return fnc_hw_decline(why, "its strides or dilations are not two positive numbers");
    if (finnc_node_find_attr(l->node, "kernel_shape") &&
        (!fnc_hw_read_ints(l->node, "kernel_shape", 2, 1, given) ||
         memcmp(given, kernel, sizeof kernel) != 0))
        return fnc_hw_decline(why, "its kernel_shape is not that of its weights");
    if (!find_padding(why, l))
        return false;
    if (!fnc_hw_window_places(w, l->spread, l->padded, l->places))
        return fnc_hw_decline(why, "its output would be empty");
    return fnc_hw_has_size(why, finnc_node_output(l->node, 0), 2, l->places);
}

static bool can_convert(fnc_hw_reason *why, lowering *l)
{
    const finnc_value *x = finnc_node_input(l->node, 0), *w = finnc_node_input(l->node, 1);
    const int64_t group = finnc_node_int(l->node, "group", 1);
    if (!fnc_hw_is_image(why, x, l->x) || !fnc_hw_may_pad(why, x))
        return false;
    if (group != 1)
        return fnc_hw_decline(why, "it has %" PRId64 " groups, not one", group);
    if (finnc_node_input(l->node, 2))
        return fnc_hw_decline(why, "it has the bias %s, which ExtractBiasFromConv takes out",
                              finnc_value_name(finnc_node_input(l->node, 2)));
    if (!w || !finnc_value_is_constant(w))
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
    FINNC_TRY(finnc_node_set_ints(cx, node, "Stride", l->stride, 2));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", l->x[1]));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(pixels)));
    FINNC_TRY(finnc_node_set_int(cx, node, "numInputVectors", 1));
    return finnc_node_set_int(cx, node, "SIMD", 1);
}

/* One pixel in, one pixel out. */
static bool is_pointwise(const lowering *l)
{
    for (int i = 0; i < 4; i++)
        if (l->window.pads[i] != 0)
            return false;
    return l->w[2] == 1 && l->w[3] == 1 && l->stride[0] == 1 && l->stride[1] == 1;
}

static finnc_status lower(lowering *l)
{
    finnc_ctx *cx = l->cx;
    finnc_value *x = finnc_node_input(l->node, 0), *y = finnc_node_output(l->node, 0);
    const int64_t in[] = {1, l->x[2], l->x[3], l->x[1]};
    const int64_t out[] = {1, l->places[0], l->places[1], l->w[1]};
    finnc_value *pixels, *spread, *patches, *products;
    finnc_node *node;
    FINNC_TRY(turn_weights(l));
    FINNC_TRY(fnc_hw_insert_image(cx, l->graph, "pixels", x, in, &pixels));
    FINNC_TRY(fnc_hw_insert_turn(cx, l->graph, x, pixels, false, l->node));
    FINNC_TRY(insert_spread(l, pixels, &spread));
    patches = spread;
    if (!is_pointwise(l)) {
        FINNC_TRY(fnc_hw_insert_patches(cx, l->graph, spread, l->spread, l->x[1], &l->window, false,
                                        l->node, &patches, &node));
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
