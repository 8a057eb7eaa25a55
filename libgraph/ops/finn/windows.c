/* FINN's layers that look through windows at channels-last pictures. */
#include "hardware.h"

#include <inttypes.h>
#include <string.h>

/* ---- ConvolutionInputGenerator ---- */

static finnc_status swg_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of_generator(in->node);
    FINNC_TRY(fnc_infer_windows(in, &attrs, 2, NULL, &w));
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++)
        FINNC_TRY(fnc_infer_window(in, &w, i, &x.dims[i + 1]));
    if (x.rank == 4)
        x.dims[3] =
            fnc_dim_mul(fnc_dim_mul(fnc_known(w.kernel[0]), fnc_known(w.kernel[1])), x.dims[3]);
    return fnc_infer_set(in, 0, &x);
}

static finnc_status swg_check(finnc_infer *in)
{
    int64_t channels;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "IFMChannels", &channels));
    return fnc_hw_need_dim(in, 0, 3, "IFMChannels", channels);
}

const finnc_op fnc_op_finn_convolution_input_generator = {
    .name = "ConvolutionInputGenerator",
    .domain = FNC_HW_DOMAIN,
    .summary = "the window that a kernel sees at each place, as a row",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, OH, OW, kernel height * kernel width * C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INTS("ConvKernelDim", "height, width"), FNC_HW_INT("IFMChannels", "C"),
              FNC_HW_INTS("IFMDim", "H, W"), FNC_HW_INTS("OFMDim", "OH, OW"), FNC_HW_SIMD,
              FNC_HW_INTS("Stride", "height, width"), FNC_HW_INTS("Dilation", "height, width"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_TYPE("outputDataType", "of y"),
              FNC_HW_MAY("depthwise", INT, "0", "for a depthwise product?"),
              FNC_HW_MAY("is1D", INT, "0", "one axis only?"),
              FNC_HW_MAY("ram_style", STRING, "\"distributed\"", "what keeps lines"),
              FNC_HW_MAY("parallel_window", INT, "0", "a whole window at once?"),
              FNC_HW_MAY("dynamic_mode", INT, "0", "may sizes change while it runs?"),
              FNC_HW_RTL("M", INT, "1", "pixels at once"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES,
                                      {"ram_style", "auto block distributed ultra"},
                                      {"depthwise", "0 1"},
                                      {"is1D", "0 1"},
                                      {"parallel_window", "0 1"},
                                      {"dynamic_mode", "0 1"},
                                      {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = swg_shapes,
    .dtypes = fnc_dtypes_as_first,
    .check = swg_check,
    .range = fnc_range_moves};

/* ---- StreamingMaxPool ---- */

static finnc_status streaming_max_pool_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t sizes[2] = {-1, -1}, line[2];
    finnc_dim unknown[] = {fnc_unknown_dim(), fnc_unknown_dim()};
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++)
        sizes[i] = x.dims[i + 1].size;
    const fnc_window_attrs attrs = fnc_window_attrs_of_streaming_max_pool(in->node, sizes, line);
    FINNC_TRY(fnc_infer_window_dims(in, &attrs, 2, x.rank == 4 ? x.dims + 1 : unknown));
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
    .in = {{"x", "(N, H, W, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, OH, OW, C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INTS("ImgDim", "H, W"), FNC_HW_INTS("PoolDim", "height, width"),
              FNC_HW_INT("NumChannels", "C"), FNC_HW_MAY("PE", INT, "0", "channels at once"),
              FNC_HW_MAY("CeilMode", INT, "0", "round up?"), FNC_HW_TYPE("dataType", "of x"),
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"CeilMode", "0 1"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = streaming_max_pool_shapes,
    .dtypes = streaming_max_pool_dtypes,
    .range = fnc_range_picks};

/* ---- Pool ---- */

static finnc_status pool_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, NULL, "Channels");
}

/* The layer goes by what InputDataType says: integers beyond it would leave OutputDataType. */
static finnc_status need_pooled(const finnc_infer *in)
{
    const finnc_dtype is = finnc_infer_dtype(in, 0);
    finnc_dtype said;
    char is_name[FINNC_DTYPE_NAME_MAX], said_name[FINNC_DTYPE_NAME_MAX];
    FINNC_TRY(fnc_infer_dtype_attr(in, "InputDataType", &said));
    const bool has_zero = is.kind != FINNC_DTYPE_BIPOLAR;
    if (!finnc_dtype_is_integer(is) || (finnc_dtype_allows(said, finnc_dtype_min(is)) &&
                                        finnc_dtype_allows(said, finnc_dtype_max(is)) &&
                                        (!has_zero || finnc_dtype_allows(said, 0))))
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "the input is %s, attribute InputDataType is %s",
                      finnc_dtype_name(is, is_name), finnc_dtype_name(said, said_name));
}

static finnc_status pool_dtypes(finnc_infer *in)
{
    FINNC_TRY(need_pooled(in));
    return fnc_hw_set_dtype(in, "OutputDataType");
}

static finnc_status pool_check(finnc_infer *in)
{
    size_t n;
    const int64_t *kernel = finnc_node_ints(in->node, "KernelSize", &n);
    FINNC_TRY(fnc_hw_need_windows(in, "KernelSize", kernel, n));
    finnc_dtype x, y;
    char xname[FINNC_DTYPE_NAME_MAX], yname[FINNC_DTYPE_NAME_MAX];
    FINNC_TRY(need_pooled(in));
    FINNC_TRY(fnc_infer_dtype_attr(in, "InputDataType", &x));
    FINNC_TRY(fnc_infer_dtype_attr(in, "OutputDataType", &y));
    bool is_max = !strcmp(finnc_node_string(in->node, "Function", ""), "MaxPool");
    bool fit = is_max ? finnc_dtype_equal(x, y)
                      : finnc_dtype_is_integer(x) && finnc_dtype_is_integer(y) &&
                            finnc_dtype_is_signed(x) == finnc_dtype_is_signed(y);
    if (!fit)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "InputDataType is %s, OutputDataType %s: %s",
                          finnc_dtype_name(x, xname), finnc_dtype_name(y, yname),
                          is_max ? "a maximum is of the same type"
                                 : "an average of integers is signed if they are");
    return FINNC_OK;
}

static finnc_status pool_range(finnc_infer *in, finnc_range_rule *rule)
{
    bool is_max = !strcmp(finnc_node_string(in->node, "Function", ""), "MaxPool");
    return is_max ? fnc_range_picks(in, rule) : fnc_range_rounds(in, rule);
}

const finnc_op fnc_op_finn_pool = {
    .name = "Pool",
    .domain = FNC_HW_DOMAIN,
    .summary = "one number out of each window that was laid out as a row",
    .since = {1},
    .in = {{"x", "(N, H, W, window * Channels)", 0, "FLOAT"}},
    .out = {{"y", "(N, H, W, Channels)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("Channels", "channels"), FNC_HW_PE,
              FNC_HW_INTS("KernelSize", "size of the window"),
              FNC_HW_TYPE("Function", "the largest element, or the sum shifted right"),
              FNC_HW_INTS("OutImgDims", "H, W"), FNC_HW_TYPE("InputDataType", "of x"),
              FNC_HW_TYPE("OutputDataType", "of y"),
              FNC_HW_MAY("AccumBits", INT, "0", "width of the sums"),
              FNC_HW_MAY("Size", INT, "1", "elements of a window"),
              FNC_HW_MAY("BatchSize", INT, "1", "N"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"Function", "MaxPool QuantAvgPool"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = pool_shapes,
    .dtypes = pool_dtypes,
    .check = pool_check,
    .range = pool_range};

/* ---- GlobalAccPool ---- */

static finnc_status global_acc_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank >= 0 && x.rank != 4 && x.rank != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "takes (N, H, W, C) or (N, C), the input has rank %d", x.rank);
    for (int i = 1; i < x.rank - 1; i++)
        x.dims[i] = fnc_known(1);
    return fnc_infer_set(in, 0, &x);
}

/* The sum over all places of one picture, if it is known how many these are. */
static finnc_status global_acc_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    finnc_dtype t = finnc_infer_dtype(in, 0);
    const int rank = finnc_infer_rank(in, 0);
    double places = rank < 0 ? -1 : 1;
    for (int i = 1; i < rank - 1 && places > 0; i++)
        places *= (double)finnc_infer_dim(in, 0, i).size;
    if (!finnc_dtype_is_integer(t) || places < 1)
        return FINNC_OK;
    FINNC_TRY(
        fnc_hw_sums_dtype(in->cx, places * finnc_dtype_min(t), places * finnc_dtype_max(t), &t));
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_finn_global_acc_pool = {.name = "GlobalAccPool",
                                              .domain = FNC_HW_DOMAIN,
                                              .summary = "sums over all places of a picture",
                                              .since = {1},
                                              .in = {{"x", "(N, H, W, C), or (N, C)", 0, "FLOAT"}},
                                              .out = {{"y", "(N, 1, 1, C), or (N, C)", 0, "FLOAT"}},
                                              .attrs = {FNC_HW_INT("NumChannels", "C"), FNC_HW_PE,
                                                        FNC_HW_TYPE("inputDataType", "of x"),
                                                        FNC_HW_VECTORS, FNC_HW_FIFOS("[2]")},
                                              .common = fnc_hw_common,
                                              .choices = fnc_hw_choices,
                                              .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
                                              .shapes = global_acc_shapes,
                                              .dtypes = global_acc_dtypes,
                                              .range = fnc_range_reduces};
