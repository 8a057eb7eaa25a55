/*      Trunc(AveragePool(x) * k^2)   becomes   QuantAvgPool2d(x / scale) * scale
 *
 * A sum whose low bits are dropped, which is how hardware averages. Takes Truncs away. */
#include "../support/quantiser.h"
#include "../support/window.h"

#include <math.h>
#include <string.h>

/* ---- is the data signed? ---- */

/* What walking upwards may pass: ops that leave the sign of integers alone. */
static bool keeps_sign(const finnc_node *node)
{
    static const char *const ops[] = {"Add", "Mul", "AveragePool", "Pad"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is(node, ops[i]))
            return true;
    return false;
}

/* The one input that is computed, or NULL. */
static const finnc_value *only_source(const finnc_node *node)
{
    const finnc_value *source = NULL;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        if (!input || finnc_value_is_constant(input))
            continue;
        if (source)
            return NULL;
        source = input;
    }
    return source;
}

static bool sign_of_maker(finnc_ctx *cx, const finnc_node *node, bool *is_signed)
{
    finnc_dtype dtype;
    fnc_quantiser q;
    const char *name = finnc_node_string(node, "out_dtype", NULL);
    if (fnc_is_quantiser(node)) {
        if (fnc_quantiser_read(node, &q))
            return false;
        *is_signed = q.is_signed;
        return true;
    }
    if (!finnc_node_is(node, "MultiThreshold") || !name ||
        finnc_dtype_parse(cx, name, &dtype) != FINNC_OK)
        return false;
    *is_signed = finnc_dtype_is_signed(dtype);
    return true;
}

static bool find_sign(finnc_ctx *cx, const finnc_value *value, bool *is_signed)
{
    while (value) {
        const finnc_dtype dtype = finnc_value_dtype(value);
        if (finnc_dtype_is_integer(dtype)) {
            *is_signed = finnc_dtype_is_signed(dtype);
            return true;
        }
        const finnc_node *node = finnc_value_producer(value);
        if (!node)
            return false;
        if (sign_of_maker(cx, node, is_signed))
            return true;
        value = keeps_sign(node) ? only_source(node) : NULL;
    }
    return false;
}

/* ---- the numbers ---- */

typedef struct pooling {
    int64_t kernel, stride;
    int in_bits, out_bits; /* of the Trunc */
    int ibits;             /* of an element of the sum */
    bool is_signed;
} pooling;

static bool is_width(double bits)
{
    return bits >= 1 && bits <= 32 && bits == nearbyint(bits);
}

/* The answer may lie in `w`. */
static const char *read_pool(const finnc_node *node, pooling *p, fnc_windows *w)
{
    const char *wrong = fnc_node_windows(node, false, w);
    if (wrong)
        return wrong;
    p->kernel = w->kernel[0];
    p->stride = w->stride[0];
    if (w->rank != 2 || w->kernel[1] != p->kernel || w->stride[1] != p->stride || p->kernel > 1024)
        return "kernel and strides are not squares";
    if (w->padding != FNC_AUTO_NONE)
        return "it pads by itself";
    if (fnc_windows_are_padded(w))
        return "it pads";
    if (w->ceil)
        return "windows reach over the border (ceil_mode)";
    if (fnc_windows_are_dilated(w))
        return "its windows are dilated";
    return NULL;
}

static const char *read_trunc(const finnc_match *m, pooling *p)
{
    const finnc_node *trunc = finnc_match_node(m, "t");
    const finnc_tensor *out_bits = finnc_match_tensor(m, "o");
    const finnc_tensor *in_bits = finnc_match_tensor(m, "i");
    if (finnc_tensor_nelems(out_bits) != 1 || finnc_tensor_nelems(in_bits) != 1 ||
        !is_width(finnc_tensor_get(out_bits, 0)) || !is_width(finnc_tensor_get(in_bits, 0)))
        return "its bit widths are not single whole numbers";
    p->in_bits = (int)finnc_tensor_get(in_bits, 0);
    p->out_bits = (int)finnc_tensor_get(out_bits, 0);
    if (!fnc_tensor_is_all(finnc_match_tensor(m, "z"), 0))
        return "its zero point is not 0";
    const char *mode = finnc_node_string(trunc, "rounding_mode", "FLOOR");
    if (strcmp(mode, "FLOOR") != 0 && strcmp(mode, "floor") != 0)
        return "it does not round down";
    if (finnc_node_int(trunc, "narrow", 0) != 0)
        return "it leaves the lowest number out";
    return NULL;
}

/* QuantAvgPool2d drops the bits that the largest sum has too many, the Trunc as many as it says. */
static const char *compare_widths(pooling *p)
{
    const double taps = (double)(p->kernel * p->kernel);
    p->ibits = (int)floor(log2(exp2(p->in_bits) / taps));
    int accumulator = 0;
    frexp((exp2(p->ibits) - 1) * taps, &accumulator);
    if (p->ibits < 1 || p->out_bits < 2)
        return "too few bits are left";
    const int drops = accumulator > p->out_bits ? accumulator - p->out_bits : 0;
    if (drops != p->in_bits - p->out_bits)
        return "QuantAvgPool2d would drop another number of bits";
    return NULL;
}

/* Version 2 of Trunc has a scale of its own behind, which says how many bits go. */
static const char *read_scales(const finnc_match *m, bool has_two, const pooling *p)
{
    if (finnc_match_nelems(m, "s") != 1 || (has_two && finnc_match_nelems(m, "behind") != 1))
        return "its scale is not one number";
    if (!has_two)
        return NULL;
    const double ratio = finnc_tensor_get(finnc_match_tensor(m, "behind"), 0) /
                         finnc_tensor_get(finnc_match_tensor(m, "s"), 0);
    if (nearbyint(log2(ratio)) != p->in_bits - p->out_bits)
        return "its scales say another number of bits than its widths";
    return NULL;
}

static const char *read_all(const finnc_match *m, bool has_two, pooling *p, fnc_windows *w)
{
    const int rank = finnc_value_rank(finnc_match_value(m, "x"));
    const char *reason = read_pool(finnc_match_node(m, "p"), p, w);
    if (!reason)
        reason = read_trunc(m, p);
    if (!reason)
        reason = read_scales(m, has_two, p);
    if (reason)
        return reason;
    if (rank >= 0 && rank != 4)
        return "its data is no image";
    if (!fnc_tensor_is_all(finnc_match_tensor(m, "k"), (double)(p->kernel * p->kernel)))
        return "the factor is not the number of the kernel's elements";
    if (!find_sign(finnc_match_ctx(m), finnc_match_value(m, "x"), &p->is_signed))
        return "nothing says whether its data is signed";
    return compare_widths(p);
}

static finnc_verdict is_average(finnc_match *m)
{
    pooling p;
    fnc_windows w;
    const char *reason = read_all(m, false, &p, &w);
    return reason ? finnc_skip(m, "%s", reason) : FINNC_APPLY;
}

static finnc_verdict is_rescaled_average(finnc_match *m)
{
    pooling p;
    fnc_windows w;
    const char *reason = read_all(m, true, &p, &w);
    return reason ? finnc_skip(m, "%s", reason) : FINNC_APPLY;
}

/* ---- the new node ---- */

static finnc_status describe(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_node *node = finnc_match_node(m, "q");
    pooling p;
    fnc_windows w;
    const char *reason = read_pool(finnc_match_node(m, "p"), &p, &w);
    if (!reason)
        reason = read_trunc(m, &p);
    if (!reason)
        reason = compare_widths(&p);
    if (reason || !find_sign(finnc_match_ctx(m), finnc_match_value(m, "x"), &p.is_signed))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s", reason ? reason : "no sign");
    FINNC_TRY(finnc_node_set_int(cx, node, "stride", p.stride));
    FINNC_TRY(finnc_node_set_int(cx, node, "kernel", p.kernel));
    FINNC_TRY(finnc_node_set_int(cx, node, "ibits", p.ibits));
    FINNC_TRY(finnc_node_set_int(cx, node, "obits", p.out_bits));
    FINNC_TRY(finnc_node_set_int(cx, node, "signed", p.is_signed));
    FINNC_TRY(finnc_node_set_string(cx, node, "data_layout", "NCHW"));
    return finnc_node_infer_shapes(cx, node, true);
}

/* Until `describe` knows better. */
#define POOL "q:\"qonnx.custom_op.general\"QuantAvgPool2d{stride=1, kernel=1, ibits=1, obits=2}"

const finnc_pass fnc_pass_avg_pool_and_trunc_to_quant_avg_pool = {
    .name = "AvgPoolAndTruncToQuantAvgPool",
    .summary = "an AveragePool of which a Trunc drops the low bits becomes a QuantAvgPool2d",
    .upstream = "finn.transformation.qonnx.infer_quant_avg_pool_2d",
    .notes = "Only where QuantAvgPool2d drops as many bits as the Trunc: it counts those of the "
             "largest possible sum, which for kernels that are no power of two can be fewer; "
             "upstream then changes results. Where upstream ends with an error (other pools, "
             "zero points, rounding) the nodes stay, with a remark. Version 2 of Trunc is known, "
             "too.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{.have = "t:Trunc(Mul(p:AveragePool(x), $k), $s, $z, $i, $o)",
               .want = "Mul(" POOL "(Div(x, $s)), $s)",
               .when = is_average,
               .then = describe},
              {.have = "t:Trunc(Mul(p:AveragePool(x), $k), $s, $z, $i, $behind, $o)",
               .want = "Mul(" POOL "(Div(x, $s)), $behind)",
               .when = is_rescaled_average,
               .then = describe}},
    .finish = "InferShapes,InferDataTypes",
};
