/* FINN's hardware layers at the abstraction level: what goes in and out of
 * them, by their attributes. Their shapes are (vectors..., channels); attributes that only folding
 * and code generation read are not listed. */
#include "hardware.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

finnc_status fnc_hw_shape(const finnc_infer *in, const char *name, fnc_shape *y)
{
    size_t count;
    const int64_t *vectors = finnc_node_ints(in->node, "numInputVectors", &count);
    int64_t n;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, name, &n));
    *y = fnc_shape_of(in, 0);
    if (vectors && count < FINNC_MAX_RANK) {
        y->rank = (int)count + 1;
        for (size_t i = 0; i < count; i++)
            y->dims[i] = fnc_known(vectors[i]);
    }
    for (int i = 0; vectors && i < y->rank - 1; i++)
        if (y->dims[i].size < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute numInputVectors holds %" PRId64,
                              y->dims[i].size);
    if (n < 1 || (vectors && count >= FINNC_MAX_RANK))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%s %" PRId64 " behind %zu dimensions", name, n,
                          count);
    y->elem = fnc_container(in, 0);
    if (y->rank > 0)
        y->dims[y->rank - 1] = fnc_known(n);
    return FINNC_OK;
}

finnc_status fnc_hw_set_shape(finnc_infer *in, const char *name)
{
    fnc_shape y;
    FINNC_TRY(fnc_hw_shape(in, name, &y));
    return fnc_infer_set(in, 0, &y);
}

finnc_status fnc_hw_set_dtype(finnc_infer *in, const char *name)
{
    finnc_dtype t;
    FINNC_TRY(fnc_infer_dtype_attr(in, name, &t));
    return finnc_infer_set_dtype(in, 0, t);
}

/* ---- matrices and thresholds ---- */

static finnc_status mvau_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "MH");
}

finnc_status fnc_hw_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    return fnc_hw_set_dtype(in, "outputDataType");
}

const finnc_op fnc_op_finn_mvau = {
    .name = "MVAU",
    .domain = FNC_HW_DOMAIN,
    .summary = "matrix-vector product, with thresholds if there are any",
    .since = {1},
    .in = {{"x", "(..., MW)", 0, NULL},
           {"W", "(MW, MH)", 0, NULL},
           {"T", "(1 or MH, steps)", FINNC_OPTIONAL, NULL}},
    .out = {{"y", "(..., MH)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INT("MW", "inputs"),
              FNC_HW_INT("MH", "outputs"),
              FNC_HW_SIMD,
              FNC_HW_PE,
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("weightDataType", "of W"),
              FNC_HW_TYPE("outputDataType", "of y"),
              {"ActVal", FINNC_ATTR_INT, "0", "added to the count of thresholds", 0},
              {"binaryXnorMode", FINNC_ATTR_INT, "0", "count agreeing bits?", 0},
              {"noActivation", FINNC_ATTR_INT, "0", "no thresholds?", 0},
              {"accDataType", FINNC_ATTR_STRING, "\"INT32\"", "of sums", 0},
              FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_LINEAR,
    .shapes = mvau_shapes,
    .dtypes = fnc_hw_dtypes};

static finnc_status vvau_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "Channels");
}

const finnc_op fnc_op_finn_vvau = {
    .name = "VVAU",
    .domain = FNC_HW_DOMAIN,
    .summary = "a product per channel (depthwise), with thresholds if there are any",
    .since = {1},
    .in = {{"x", "(1, H, W, kernel * Channels)", 0, NULL},
           {"W", "(Channels, 1, kernel height, kernel width)", 0, NULL},
           {"T", "(1 or Channels, steps)", FINNC_OPTIONAL, NULL}},
    .out = {{"y", "(1, H, W, Channels)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_PE,
              FNC_HW_SIMD,
              FNC_HW_INTS("Dim", "height, width"),
              FNC_HW_INT("Channels", "channels"),
              FNC_HW_INTS("Kernel", "height, width"),
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("weightDataType", "of W"),
              FNC_HW_TYPE("outputDataType", "of y"),
              {"ActVal", FINNC_ATTR_INT, "0", "added to the count of thresholds", 0},
              {"noActivation", FINNC_ATTR_INT, "0", "no thresholds?", 0},
              {"accDataType", FINNC_ATTR_STRING, "\"INT32\"", "of sums", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_LINEAR,
    .shapes = vvau_shapes,
    .dtypes = fnc_hw_dtypes};

static finnc_status thresholding_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "NumChannels");
}

const finnc_op fnc_op_finn_thresholding = {
    .name = "Thresholding",
    .domain = FNC_HW_DOMAIN,
    .summary = "how many of its channel's thresholds an element reaches",
    .since = {1},
    .in = {{"x", "(..., C)", 0, NULL}, {"T", "(1 or C, steps)", 0, NULL}},
    .out = {{"y", "as x", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_PE,
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_INT("numSteps", "thresholds per channel"),
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("weightDataType", "of T"),
              FNC_HW_TYPE("outputDataType", "of y"),
              {"ActVal", FINNC_ATTR_INT, "0", "added to the count", 0},
              FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_QUANTISER,
    .shapes = thresholding_shapes,
    .dtypes = fnc_hw_dtypes};

/* Of layers that only move elements. */
finnc_status fnc_hw_dtypes_as_first(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    return fnc_dtypes_as_first(in);
}

/* ---- windows ---- */

finnc_status fnc_hw_list(const finnc_infer *in, const char *name, size_t length, const int64_t **x)
{
    size_t count;
    FINNC_TRY(finnc_node_need_ints(in->cx, in->node, name, x, &count));
    if (count != length)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s has %zu entries, should have %zu",
                          name, count, length);
    return FINNC_OK;
}

finnc_status fnc_hw_image(const finnc_infer *in, const fnc_shape *x)
{
    if (x->rank >= 0 && x->rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes (N, H, W, C), the input has rank %d",
                          x->rank);
    return FINNC_OK;
}

static finnc_status swg_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const int64_t *k, *s, *d;
    FINNC_TRY(fnc_hw_list(in, "ConvKernelDim", 2, &k));
    FINNC_TRY(fnc_hw_list(in, "Stride", 2, &s));
    FINNC_TRY(fnc_hw_list(in, "Dilation", 2, &d));
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++) {
        int64_t extent, room, size = x.dims[i + 1].size;
        bool fits = k[i] > 0 && s[i] > 0 && d[i] > 0 && fnc_mul_i64(k[i] - 1, d[i], &extent) &&
                    fnc_add_i64(size, -extent - 1, &room);
        if (size >= 0 && (!fits || room < 0))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "a kernel of %" PRId64 " does not fit axis %d of %" PRId64
                              " elements",
                              k[i], i + 1, size);
        x.dims[i + 1] = size >= 0 ? fnc_known(room / s[i] + 1) : fnc_unknown_dim();
    }
    if (x.rank == 4)
        x.dims[3] = fnc_dim_mul(fnc_dim_mul(fnc_known(k[0]), fnc_known(k[1])), x.dims[3]);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_finn_convolution_input_generator = {
    .name = "ConvolutionInputGenerator",
    .domain = FNC_HW_DOMAIN,
    .summary = "the window that a kernel sees at each place, as a row",
    .since = {1},
    .in = {{"x", "(1, H, W, C)", 0, NULL}},
    .out = {{"y", "(1, OH, OW, kernel height * kernel width * C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INTS("ConvKernelDim", "height, width"),
              FNC_HW_INT("IFMChannels", "C"),
              FNC_HW_INTS("IFMDim", "H, W"),
              FNC_HW_INTS("OFMDim", "OH, OW"),
              FNC_HW_SIMD,
              FNC_HW_INTS("Stride", "height, width"),
              FNC_HW_INTS("Dilation", "height, width"),
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("outputDataType", "of y"),
              {"depthwise", FINNC_ATTR_INT, "0", "for a depthwise product?", 0},
              {"is1D", FINNC_ATTR_INT, "0", "one axis only?", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = swg_shapes,
    .dtypes = fnc_dtypes_as_first};

static finnc_status fm_padding_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const int64_t *p;
    FINNC_TRY(fnc_hw_list(in, "Padding", 4, &p));
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++) {
        int64_t n = x.dims[i + 1].size;
        bool fits = n >= 0 && fnc_add_i64(n, p[i], &n) && fnc_add_i64(n, p[i + 2], &n);
        x.dims[i + 1] = fits ? fnc_known(n) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_finn_fm_padding = {
    .name = "FMPadding",
    .domain = FNC_HW_DOMAIN,
    .summary = "zeros around the picture",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, NULL}},
    .out = {{"y", "(N, padded H, padded W, C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INTS("ImgDim", "H, W"),
              FNC_HW_INTS("Padding", "top, left, bottom, right"),
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_SIMD,
              FNC_HW_TYPE("inputDataType", "of x"),
              {"numInputVectors", FINNC_ATTR_INT, "1", "N", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = fm_padding_shapes,
    .dtypes = fnc_hw_dtypes_as_first};

static finnc_status fm_padding_pixel_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const int64_t *s;
    FINNC_TRY(fnc_hw_list(in, "Stride", 2, &s));
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++) {
        int64_t n = x.dims[i + 1].size, m;
        bool fits = n > 0 && fnc_mul_i64(n - 1, s[i], &m) && fnc_add_i64(m, 1, &m);
        x.dims[i + 1] = fits ? fnc_known(m) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_finn_fm_padding_pixel = {
    .name = "FMPadding_Pixel",
    .domain = FNC_HW_DOMAIN,
    .summary = "zeros between the pixels",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, NULL}},
    .out = {{"y", "(N, (H - 1) * stride + 1, ..., C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INTS("ImgDim", "H, W"),
              FNC_HW_INTS("Stride", "height, width"),
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_SIMD,
              FNC_HW_TYPE("inputDataType", "of x"),
              {"numInputVectors", FINNC_ATTR_INT, "1", "N", 0}},
    .traits = FINNC_OP_HARDWARE,
    .shapes = fm_padding_pixel_shapes,
    .dtypes = fnc_hw_dtypes_as_first};

/* Windows side by side. An image of one row or one column is a line, and so is its window. */
static finnc_status streaming_max_pool_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const int64_t *dim;
    FINNC_TRY(fnc_hw_list(in, "PoolDim", 2, &dim));
    FINNC_TRY(fnc_hw_image(in, &x));
    int64_t k[2] = {dim[0], dim[1]}, length;
    if (k[0] < 1 || k[1] < 1 || !fnc_mul_i64(k[0], k[1], &length))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute PoolDim is %" PRId64 ", %" PRId64,
                          k[0], k[1]);
    bool is_row = x.rank == 4 && x.dims[1].size == 1;
    bool is_column = x.rank == 4 && x.dims[2].size == 1;
    if (is_row || is_column) {
        k[0] = is_row ? 1 : length;
        k[1] = is_row ? length : 1;
    }
    bool up = fnc_infer_int(in, "CeilMode", 0) != 0;
    for (int i = 0; i < 2 && x.rank == 4; i++) {
        int64_t n = x.dims[i + 1].size;
        x.dims[i + 1] = n >= 0 ? fnc_known(n / k[i] + (up && n % k[i])) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status streaming_max_pool_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "dataType"));
    return fnc_dtypes_as_first(in);
}

const finnc_op fnc_op_finn_streaming_max_pool = {
    .name = "StreamingMaxPool",
    .domain = FNC_HW_DOMAIN,
    .summary = "the largest element of windows side by side",
    .since = {1},
    .in = {{"x", "(1, H, W, C)", 0, NULL}},
    .out = {{"y", "(1, OH, OW, C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INTS("ImgDim", "H, W"),
              FNC_HW_INTS("PoolDim", "height, width"),
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_PE,
              {"CeilMode", FINNC_ATTR_INT, "0", "round up?", 0},
              FNC_HW_TYPE("dataType", "of x")},
    .traits = FINNC_OP_HARDWARE,
    .shapes = streaming_max_pool_shapes,
    .dtypes = streaming_max_pool_dtypes};

/* ---- heads and streams ---- */

static finnc_status label_select_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "K");
}

/* Whole bytes that hold the largest label, unless the node says otherwise. */
static finnc_status label_select_dtypes(finnc_infer *in)
{
    int64_t labels;
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    if (*finnc_node_string(in->node, "outputDataType", ""))
        return fnc_hw_set_dtype(in, "outputDataType");
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Labels", &labels));
    finnc_dtype t = finnc_dtype_smallest((double)(labels > 0 ? labels - 1 : 0));
    if (t.bits > 1)
        t.bits = (t.bits + 7) / 8 * 8;
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_finn_label_select = {
    .name = "LabelSelect",
    .domain = FNC_HW_DOMAIN,
    .summary = "the places of the K largest elements",
    .since = {1},
    .in = {{"x", "(..., Labels)", 0, NULL}},
    .out = {{"indices", "(..., K)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INT("Labels", "elements to choose from"),
              FNC_HW_PE,
              FNC_HW_INT("K", "how many"),
              FNC_HW_TYPE("inputDataType", "of x"),
              {"outputDataType", FINNC_ATTR_STRING, "\"\"", "of the indices", 0},
              FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE,
    .shapes = label_select_shapes,
    .dtypes = label_select_dtypes};

finnc_dtype fnc_hw_span(double low, double high)
{
    bool is_signed = low < 0;
    for (int bits = is_signed ? 2 : 1; bits < 64; bits++) {
        finnc_dtype t = is_signed ? finnc_dtype_int(bits) : finnc_dtype_uint(bits);
        if (low >= finnc_dtype_min(t) && high <= finnc_dtype_max(t))
            return t;
    }
    return is_signed ? finnc_dtype_int(64) : finnc_dtype_uint(64);
}

static finnc_status add_streams_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    finnc_dtype a = finnc_infer_dtype(in, 0), b = finnc_infer_dtype(in, 1);
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        return FINNC_OK;
    return finnc_infer_set_dtype(in, 0,
                                 fnc_hw_span(finnc_dtype_min(a) + finnc_dtype_min(b),
                                             finnc_dtype_max(a) + finnc_dtype_max(b)));
}

const finnc_op fnc_op_finn_add_streams = {
    .name = "AddStreams",
    .domain = FNC_HW_DOMAIN,
    .summary = "sums of two streams",
    .since = {1},
    .in = {{"a", "(..., C)", 0, NULL}, {"b", "(..., C)", 0, NULL}},
    .out = {{"y", "(..., C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND, FNC_HW_INT("NumChannels", "C"), FNC_HW_PE,
              FNC_HW_TYPE("inputDataType", "of a and b"), FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_COMMUTATIVE | FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_container,
    .dtypes = add_streams_dtypes};

const finnc_op fnc_op_finn_channelwise_op = {
    .name = "ChannelwiseOp",
    .domain = FNC_HW_DOMAIN,
    .summary = "adds, multiplies or compares with one number per channel",
    .since = {1},
    .in = {{"x", "(..., C)", 0, NULL}, {"param", "(C)", 0, NULL}},
    .out = {{"y", "(..., C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              {"Func", FINNC_ATTR_STRING, "\"cmp_le\"", "add, mul, cmp_le or cmp_ge", 0},
              FNC_HW_PE,
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_TYPE("paramDataType", "of the numbers"),
              FNC_HW_TYPE("outputDataType", "of y"),
              FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_container,
    .dtypes = fnc_hw_dtypes};

static finnc_status duplicate_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(fnc_infer_set(in, o, &x));
    return FINNC_OK;
}

static finnc_status duplicate_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(finnc_infer_set_dtype(in, o, finnc_infer_dtype(in, 0)));
    return FINNC_OK;
}

const finnc_op fnc_op_finn_duplicate_streams = {
    .name = "DuplicateStreams",
    .domain = FNC_HW_DOMAIN,
    .summary = "the same stream several times",
    .since = {1},
    .in = {{"x", "(..., C)", 0, NULL}},
    .out = {{"copies", "as x", FINNC_VARIADIC, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INT("NumChannels", "C"),
              FNC_HW_PE,
              {"NumOutputStreams", FINNC_ATTR_INT, "2", "copies", 0},
              FNC_HW_TYPE("inputDataType", "of x"),
              FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = duplicate_shapes,
    .dtypes = duplicate_dtypes};

static finnc_status global_acc_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    for (int i = 1; i < x.rank - 1; i++)
        x.dims[i] = fnc_known(1);
    return fnc_infer_set(in, 0, &x);
}

/* The sum over all places of one picture. */
static finnc_status global_acc_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    finnc_dtype t = finnc_infer_dtype(in, 0);
    double places = 1;
    for (int i = 1; i < finnc_infer_rank(in, 0) - 1; i++)
        places *= (double)finnc_infer_dim(in, 0, i).size;
    if (!finnc_dtype_is_integer(t) || places < 1)
        return FINNC_OK;
    return finnc_infer_set_dtype(
        in, 0, fnc_hw_span(places * finnc_dtype_min(t), places * finnc_dtype_max(t)));
}

const finnc_op fnc_op_finn_global_acc_pool = {
    .name = "GlobalAccPool",
    .domain = FNC_HW_DOMAIN,
    .summary = "sums over all places of a picture",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, NULL}},
    .out = {{"y", "(N, 1, 1, C)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND, FNC_HW_INT("NumChannels", "C"), FNC_HW_PE,
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_VECTORS},
    .traits = FINNC_OP_HARDWARE,
    .shapes = global_acc_shapes,
    .dtypes = global_acc_dtypes};
