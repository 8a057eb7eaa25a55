/*      y = MaxPool(x)
 * becomes
 *      y = Transpose(Pool(Im2Col(Transpose(x))))
 * and the same for MaxPoolNHWC and QONNX's channels-last MaxPool, which need no Transposes, and
 * QuantAvgPool2d, which has one layout or the other. Pool reduces the windows that Im2Col, later a
 * ConvolutionInputGenerator, lays out. Pools go and none come back, so it ends. */
#include "hw.h"

#include "image.h"
#include "layout.h"
#include "stream.h"

#include <inttypes.h>
#include <string.h>

typedef struct pooling {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;
    bool is_channels_first;
    bool is_average;
    int64_t channels;
    fnc_windows w;
    finnc_dtype from, to;
    int accum_bits, shift; /* of an average */
} pooling;

/* ---- what can be converted ---- */

/* The picture that it pools, and its windows on it. */
static bool lay_windows(fnc_hw_reason *why, const fnc_window_attrs *attrs, const int64_t dims[4],
                        pooling *p)
{
    p->channels = dims[p->is_channels_first ? 1 : 3];
    return fnc_hw_lay_windows(why, attrs, dims + (p->is_channels_first ? 2 : 1), &p->w);
}

static bool read_max_pool(fnc_hw_reason *why, const int64_t dims[4], pooling *p)
{
    fnc_window_attrs attrs = fnc_window_attrs_of(p->node);
    if (finnc_node_output(p->node, 1))
        return fnc_hw_decline(why, "it gives the indices %s, too",
                              finnc_value_name(finnc_node_output(p->node, 1)));
    p->is_channels_first = finnc_node_is(p->node, "MaxPool");
    attrs.first_axis = p->is_channels_first ? 2 : 1;
    p->to = p->from;
    if (!lay_windows(why, &attrs, dims, p))
        return false;
    return p->w.padding == FNC_AUTO_NONE ||
           fnc_hw_decline(why, "auto_pad is %s: the paddings have to be numbers", attrs.auto_pad);
}

/* The bits of a sum of the largest values of a window, and those to shift it right by. */
static bool find_shift(pooling *p, int64_t bits, int64_t result_bits)
{
    int64_t most = (INT64_C(1) << bits) - 1;
    if (!fnc_mul_i64(most, p->w.kernel[0], &most) || !fnc_mul_i64(most, p->w.kernel[1], &most))
        return false;
    for (p->accum_bits = 0; most > 0; most >>= 1)
        p->accum_bits++;
    p->shift = p->accum_bits > result_bits ? p->accum_bits - (int)result_bits : 0;
    return true;
}

/* Pool shifts by what its data types say, QuantAvgPool2d by its attributes. */
static bool read_average(fnc_hw_reason *why, const int64_t dims[4], pooling *p)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_node *node = p->node;
    const fnc_window_attrs attrs = fnc_window_attrs_of_quant_avg_pool(node);
    const int64_t from = finnc_node_int(node, "ibits", 0), to = finnc_node_int(node, "obits", 0);
    const bool is_signed = finnc_node_attr_int(node, "signed") != 0;
    if (from < 1 || from > 32 || to < 1 || to > 32)
        return fnc_hw_decline(why, "ibits %" PRId64 ", obits %" PRId64 " are no pool", from, to);
    if (finnc_dtype_bits(p->from) != from || finnc_dtype_is_signed(p->from) != is_signed)
        return fnc_hw_decline(why, "it averages %s integers of %" PRId64 " bits, its input is %s",
                              is_signed ? "signed" : "unsigned", from,
                              finnc_dtype_name(p->from, name));
    p->is_average = true;
    p->is_channels_first = strcmp(finnc_node_string(node, "data_layout", "NCHW"), "NHWC") != 0;
    if (!lay_windows(why, &attrs, dims, p))
        return false;
    p->to = is_signed ? finnc_dtype_int((int)to) : finnc_dtype_uint((int)to);
    if (!find_shift(p, from, to))
        return fnc_hw_decline(why, "the sum of a window of %" PRId64 " by %" PRId64 " is too large",
                              p->w.kernel[0], p->w.kernel[1]);
    return true;
}

/* A maximum is padded with the smallest number, and the layer that will pad with 0. */
static bool can_pad(fnc_hw_reason *why, const pooling *p)
{
    const fnc_windows *w = &p->w;
    char name[FINNC_DTYPE_NAME_MAX];
    if (fnc_windows_are_padded(w) && finnc_dtype_min(p->from) != 0)
        return fnc_hw_decline(why, "it pads with %g, the smallest %s, and FMPadding with 0 only",
                              finnc_dtype_min(p->from), finnc_dtype_name(p->from, name));
    for (int i = 0; i < 2; i++)
        if (fnc_windows_may_miss(w, i))
            return fnc_hw_decline(
                why, "a window may lie in the padding of %" PRId64 " and %" PRId64 " alone",
                w->before[i], w->after[i]);
    return true;
}

static bool check_window(fnc_hw_reason *why, pooling *p)
{
    const fnc_windows *w = &p->w;
    int64_t padded[2];
    fnc_hw_padded(w, padded);
    if (w->kernel[0] < w->stride[0] || w->kernel[1] < w->stride[1])
        return fnc_hw_decline(why,
                              "windows of %" PRId64 " by %" PRId64 " leave gaps: they lie %" PRId64
                              " by %" PRId64 " apart",
                              w->kernel[0], w->kernel[1], w->stride[0], w->stride[1]);
    for (int i = 0; i < 2; i++) {
        const int64_t room = padded[i] - (w->kernel[i] - 1) * w->dilation[i] - 1;
        if (room % w->stride[i] != 0 && w->ceil)
            return fnc_hw_decline(
                why, "ceil_mode adds a window that ends beyond the %" PRId64 " pixels of an axis",
                padded[i]);
    }
    const finnc_value *y = finnc_node_output(p->node, 0);
    return can_pad(why, p) && fnc_hw_has_size(why, y, p->is_channels_first ? 2 : 1, w->out);
}

static bool can_convert(fnc_hw_reason *why, pooling *p)
{
    const finnc_value *x = finnc_node_input(p->node, 0);
    int64_t dims[4];
    if (!fnc_hw_has_inputs(why, p->node, 1) || !fnc_hw_is_image(why, x, dims))
        return false;
    p->from = finnc_value_dtype(x);
    const bool is_average = finnc_node_is(p->node, "QuantAvgPool2d");
    if (!(is_average ? read_average(why, dims, p) : read_max_pool(why, dims, p)))
        return false;
    return check_window(why, p);
}

/* ---- the layer ---- */

static finnc_status insert_pool(pooling *p, finnc_value *patches, finnc_value *y,
                                finnc_node *before)
{
    finnc_ctx *cx = p->cx;
    finnc_node *node;
    FINNC_TRY(fnc_hw_insert(cx, p->graph, "Pool", &patches, 1, y, before, &node));
    FINNC_TRY(fnc_hw_name_after(cx, node, "Pool_", p->node));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "InputDataType", p->from));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "OutputDataType", p->to));
    FINNC_TRY(finnc_node_set_int(cx, node, "Channels", p->channels));
    /* The ConvolutionInputGenerator to come interleaves windows unless all channels go at once. */
    FINNC_TRY(finnc_node_set_int(cx, node, "PE", p->channels));
    FINNC_TRY(finnc_node_set_ints(cx, node, "KernelSize", p->w.kernel, 2));
    FINNC_TRY(
        finnc_node_set_string(cx, node, "Function", p->is_average ? "QuantAvgPool" : "MaxPool"));
    FINNC_TRY(finnc_node_set_ints(cx, node, "OutImgDims", p->w.out, 2));
    FINNC_TRY(finnc_node_set_int(cx, node, "AccumBits", p->accum_bits));
    FINNC_TRY(finnc_node_set_int(cx, node, "Size", p->shift));
    return finnc_node_set_int(cx, node, "BatchSize", 1);
}

static finnc_status insert_windows(pooling *p, finnc_value *x, finnc_value **patches)
{
    finnc_node *node;
    FINNC_TRY(fnc_hw_insert_patches(p->cx, p->graph, x, p->channels, &p->w, true, p->node, patches,
                                    &node));
    FINNC_TRY(fnc_hw_name_after(p->cx, node, "Im2Col_", p->node));
    return finnc_node_set_int(p->cx, node, "pad_value",
                              p->is_average ? 0 : (int64_t)finnc_dtype_min(p->from));
}

static finnc_status convert(pooling *p)
{
    finnc_ctx *cx = p->cx;
    finnc_value *x = finnc_node_input(p->node, 0), *y = finnc_node_output(p->node, 0);
    finnc_value *pixels = x, *pooled = y, *patches;
    if (p->is_channels_first) {
        const int64_t in[] = {1, p->w.in[0], p->w.in[1], p->channels};
        const int64_t out[] = {1, p->w.out[0], p->w.out[1], p->channels};
        FINNC_TRY(fnc_hw_insert_image(cx, p->graph, "pixels", x, in, &pixels));
        FINNC_TRY(fnc_hw_insert_turn(cx, p->graph, x, pixels, false, p->node));
        FINNC_TRY(fnc_hw_insert_image(cx, p->graph, "pooled", x, out, &pooled));
        FINNC_TRY(finnc_value_set_dtype(cx, pooled, p->to));
    }
    FINNC_TRY(insert_windows(p, pixels, &patches));
    finnc_node *after = finnc_node_next(p->node);
    finnc_graph_erase_node(p->node);
    FINNC_TRY(insert_pool(p, patches, pooled, after));
    return p->is_channels_first ? fnc_hw_insert_turn(cx, p->graph, pooled, y, true, after)
                                : FINNC_OK;
}

static bool is_pool(const finnc_node *node)
{
    static const char *const ops[] = {"MaxPool", "MaxPoolNHWC", "QuantAvgPool2d"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is_any(node, ops[i]))
            return true;
    return false;
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!is_pool(node) || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        pooling p = {.cx = cx, .graph = graph, .node = node};
        fnc_hw_reason why;
        if (!can_convert(&why, &p)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "reduces %" PRId64 " by %" PRId64 " windows", p.w.out[0],
                           p.w.out[1]);
        FINNC_TRY(convert(&p));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_pool = {
    .name = "InferPool",
    .summary = "pools become an Im2Col that lays windows out and a Pool that reduces them",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "Only what InferConvInpGen can go on with is converted. A padded maximum of signed numbers "
        "stays: it is padded with the smallest of them, and the hardware pads with 0; upstream "
        "converts it, and InferConvInpGen then stops. Batches stay, pools with indices or "
        "auto_pad, windows that ceil_mode adds, and averages whose bit widths are not those of "
        "their data, all of which upstream converts into something else. Dilated maxima are "
        "dilated here.",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
    .finish = "InferShapes,InferDataTypes",
};
