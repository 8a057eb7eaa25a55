/* FINN's layers that spread pixels out, thin them, or put zeros around them. Channels-last. */
#include "hardware.h"

#include <inttypes.h>
#include <math.h>

static finnc_status need_zero(const finnc_infer *in, finnc_dtype t)
{
    char name[FINNC_DTYPE_NAME_MAX];
    if (!finnc_dtype_allows(t, 0))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "pads with 0, which %s does not hold",
                          finnc_dtype_name(t, name));
    return FINNC_OK;
}

/* Zeros come in: the type has to hold them, which BIPOLAR does not. That is the input's, which the
 * attribute follows. */
static finnc_status padded_dtypes(finnc_infer *in)
{
    FINNC_TRY(need_zero(in, finnc_infer_dtype(in, 0)));
    return fnc_hw_dtypes_as_first(in);
}

static finnc_status check_zero(finnc_infer *in)
{
    finnc_dtype said;
    FINNC_TRY(fnc_infer_dtype_attr(in, "inputDataType", &said));
    FINNC_TRY(need_zero(in, said));
    return need_zero(in, finnc_infer_dtype(in, 0));
}

/* (N, H, W, C) with H and W made by `resize`; negative: too large to say. */
static finnc_status resized(finnc_infer *in, int64_t (*resize)(int64_t n, const int64_t *by),
                            const int64_t *height, const int64_t *width)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const int64_t *by[] = {height, width};
    FINNC_TRY(fnc_hw_image(in, &x));
    for (int i = 0; i < 2 && x.rank == 4; i++) {
        int64_t n = x.dims[i + 1].size;
        n = n >= 0 ? resize(n, by[i]) : -1;
        x.dims[i + 1] = n >= 0 ? fnc_known(n) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

/* ---- FMPadding, FMPadding_Pixel ---- */

static int64_t padded(int64_t n, const int64_t *by)
{
    return fnc_add_i64(n, by[0], &n) && fnc_add_i64(n, by[1], &n) ? n : -1;
}

static finnc_status fm_padding_shapes(finnc_infer *in)
{
    const int64_t *p;
    FINNC_TRY(fnc_hw_list(in, "Padding", 4, &p));
    for (int i = 0; i < 4; i++)
        if (p[i] < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute Padding holds %" PRId64, p[i]);
    const int64_t height[] = {p[0], p[2]}, width[] = {p[1], p[3]};
    return resized(in, padded, height, width);
}

const finnc_op fnc_op_finn_fm_padding = {
    .name = "FMPadding",
    .domain = FNC_HW_DOMAIN,
    .summary = "zeros around the picture",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, padded H, padded W, C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INTS("ImgDim", "H, W"), FNC_HW_INTS("Padding", "top, left, bottom, right"),
              FNC_HW_INT("NumChannels", "C"), FNC_HW_MAY("SIMD", INT, "1", "channels at once"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_IMAGES,
              FNC_HW_RTL("dynamic_mode", INT, "0", "may sizes change while it runs?"),
              FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"dynamic_mode", "0 1"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = fm_padding_shapes,
    .dtypes = padded_dtypes,
    .check = check_zero,
    .range = fnc_range_pads};

static int64_t spaced(int64_t n, const int64_t *by)
{
    int64_t m;
    return n == 0 ? 0 : fnc_mul_i64(n - 1, *by, &m) && fnc_add_i64(m, 1, &m) ? m : -1;
}

static finnc_status fm_padding_pixel_shapes(finnc_infer *in)
{
    const int64_t *s;
    FINNC_TRY(fnc_hw_list(in, "Stride", 2, &s));
    if (s[0] < 1 || s[1] < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute Stride is %" PRId64 ", %" PRId64,
                          s[0], s[1]);
    return resized(in, spaced, &s[0], &s[1]);
}

const finnc_op fnc_op_finn_fm_padding_pixel = {
    .name = "FMPadding_Pixel",
    .domain = FNC_HW_DOMAIN,
    .summary = "zeros between the pixels",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, (H - 1) * stride + 1, ..., C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INTS("ImgDim", "H, W"), FNC_HW_INTS("Stride", "height, width"),
              FNC_HW_INT("NumChannels", "C"), FNC_HW_MAY("SIMD", INT, "1", "channels at once"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_IMAGES, FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = fnc_hw_choices,
    .traits = FINNC_OP_HARDWARE | FINNC_OP_HLS,
    .shapes = fm_padding_pixel_shapes,
    .dtypes = padded_dtypes,
    .check = check_zero,
    .range = fnc_range_pads};

/* ---- DownSampler, UpsampleNearestNeighbour ---- */

static int64_t thinned(int64_t n, const int64_t *by)
{
    return n > 0 ? (n - 1) / *by + 1 : 0;
}

/* An axis of one pixel stays what it is, so pictures of one axis need no case of their own. */
static finnc_status down_sampler_shapes(finnc_infer *in)
{
    int64_t stride;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Stride", &stride));
    if (stride < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute Stride is %" PRId64, stride);
    return resized(in, thinned, &stride, &stride);
}

const finnc_op fnc_op_finn_down_sampler = {
    .name = "DownSampler",
    .domain = FNC_HW_DOMAIN,
    .summary = "every so-manieth pixel",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, (H - 1) / Stride + 1, ..., C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("ImgDim", "H"), FNC_HW_INT("NumChannels", "C"),
              FNC_HW_MAY("SIMD", INT, "1", "channels at once"),
              FNC_HW_INT("Stride", "the distance of those that stay"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_IMAGES,
              FNC_HW_MAY("is1D", INT, "0", "one axis only?"),
              FNC_HW_MAY("is1D_unitx", INT, "1", "if so: is that H?"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"is1D", "0 1"}, {"is1D_unitx", "0 1"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS,
    .shapes = down_sampler_shapes,
    .dtypes = fnc_hw_dtypes_as_first,
    .range = fnc_range_moves};

static int64_t repeated(int64_t n, const int64_t *by)
{
    int64_t m;
    return fnc_mul_i64(n, *by, &m) ? m : -1;
}

/* The kernel's own rule: a picture of one column stays one unless it is a single pixel, and DimMode
 * 1 has its data along H. */
static finnc_status upsample_shapes(finnc_infer *in)
{
    int64_t from, to;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "IFMDim", &from));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "OFMDim", &to));
    double ratio = from > 0 ? rint((double)to / (double)from) : 0;
    if (!(ratio >= 1 && ratio <= INT32_MAX))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute OFMDim is %" PRId64 ", IFMDim %" PRId64, to, from);
    fnc_shape x = fnc_shape_of(in, 0);
    bool is_line = finnc_node_attr_int(in->node, "DimMode") ||
                   (x.rank == 4 && x.dims[2].size == 1 && x.dims[1].size != 1);
    const int64_t by[] = {(int64_t)ratio, is_line ? 1 : (int64_t)ratio};
    return resized(in, repeated, &by[0], &by[1]);
}

const finnc_op fnc_op_finn_upsample_nearest_neighbour = {
    .name = "UpsampleNearestNeighbour",
    .domain = FNC_HW_DOMAIN,
    .summary = "every pixel several times",
    .since = {1},
    .in = {{"x", "(N, IFMDim, IFMDim, C)", 0, "FLOAT"}},
    .out = {{"y", "(N, OFMDim, OFMDim, C)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("OFMDim", "H of y"), FNC_HW_INT("IFMDim", "H"),
              FNC_HW_INT("NumChannels", "C"), FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_IMAGES,
              FNC_HW_MAY("DimMode", INT, "0", "1: along H alone"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES, {"DimMode", "0 1"}, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES | FINNC_OP_HLS,
    .shapes = upsample_shapes,
    .dtypes = fnc_hw_dtypes_as_first,
    .range = fnc_range_moves};
