/*      Trunc(AveragePool(x) * k^2)   becomes   QuantAvgPool2d(x / scale) * scale
 *
 * A sum whose low bits are dropped, which is how hardware averages. Takes Truncs away. */
#include "../support/constants.h"
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
    if (!finnc_node_is(node, "MultiThreshold") || !name)
        return false;
    if (finnc_dtype_parse(cx, name, &dtype) != FINNC_OK) {
        finnc_ctx_clear(cx);
        return false;
    }
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

/* ---- which numbers can its data be? ---- */

typedef struct interval {
    double low, high;
} interval;

static const interval anything = {-INFINITY, INFINITY};

static interval product(interval a, interval b)
{
    const double x[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    interval y = {x[0], x[0]};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        if (isnan(x[i]))
            return anything;
        y.low = fmin(y.low, x[i]);
        y.high = fmax(y.high, x[i]);
    }
    return y;
}

static interval of_tensor(const finnc_tensor *tensor)
{
    interval y = {INFINITY, -INFINITY};
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++) {
        y.low = fmin(y.low, finnc_tensor_get(tensor, i));
        y.high = fmax(y.high, finnc_tensor_get(tensor, i));
    }
    return y.low <= y.high ? y : anything;
}

static interval of_maker(const finnc_node *node)
{
    fnc_quantiser q;
    if (fnc_is_quantiser(node))
        return fnc_quantiser_read(node, &q)
                   ? anything
                   : product((interval){q.low - q.zero, q.high - q.zero}, of_tensor(q.scale));
    const finnc_value *t = finnc_node_input(node, 1);
    if (!finnc_node_is(node, "MultiThreshold") || !t || finnc_value_rank(t) != 2)
        return anything;
    const double steps = (double)finnc_value_dim(t, 1).size;
    const double bias = finnc_node_attr_float(node, "out_bias");
    const double end = bias + finnc_node_attr_float(node, "out_scale") * steps;
    return steps < 0 ? anything : (interval){fmin(bias, end), fmax(bias, end)};
}

/* By its data type, or by what makes it, constant factors behind included. */
static interval find_interval(const finnc_value *value)
{
    interval factor = {1, 1};
    while (value) {
        const finnc_dtype dtype = finnc_value_dtype(value);
        if (finnc_dtype_is_integer(dtype))
            return product(factor, (interval){finnc_dtype_min(dtype), finnc_dtype_max(dtype)});
        const finnc_node *node = finnc_value_producer(value);
        if (!node || !finnc_node_is(node, "Mul"))
            return node ? product(factor, of_maker(node)) : anything;
        value = only_source(node);
        for (size_t i = 0; value && i < finnc_node_ninputs(node); i++)
            if (finnc_node_input(node, i) && finnc_node_input(node, i) != value)
                factor = product(factor, of_tensor(finnc_value_tensor(finnc_node_input(node, i))));
    }
    return anything;
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
    if (!finnc_node_attr_is(trunc, "rounding_mode", "FLOOR"))
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

/* What stands beside the data must not make more of them, and x / s has to be of one type, which
 * is that of a Trunc's result. */
static finnc_verdict are_numbers(finnc_match *m, bool has_two)
{
    static const struct {
        const char *name, *what;
        bool is_operand;
    } constants[] = {{"k", "the factor", false},
                     {"z", "its zero point", false},
                     {"s", "its scale", true},
                     {"behind", "its scale behind", true}};
    for (size_t i = 0; i < (has_two ? 4 : 3); i++) {
        const finnc_verdict verdict =
            fnc_when_number(m, constants[i].name, "x", 4, constants[i].what);
        if (verdict != FINNC_APPLY)
            return verdict;
        const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(m, constants[i].name));
        if (constants[i].is_operand && elem != FINNC_ELEM_FLOAT)
            return finnc_skip(m, "%s is %s: it does not compute in float32", constants[i].what,
                              finnc_elem_name(elem));
    }
    const finnc_elem elem = finnc_value_elem(finnc_match_value(m, "x"));
    if (elem != FINNC_ELEM_UNDEFINED && elem != FINNC_ELEM_FLOAT)
        return finnc_skip(m, "its data are %s: it does not compute in float32",
                          finnc_elem_name(elem));
    return FINNC_APPLY;
}

/* Version 2 of Trunc has limits, QuantAvgPool2d none. */
static finnc_verdict stays_inside(finnc_match *m, const pooling *p)
{
    const double shift = exp2(p->in_bits - p->out_bits);
    const double scale = finnc_tensor_get(finnc_match_tensor(m, "s"), 0);
    const double taps = (double)(p->kernel * p->kernel) / scale;
    const bool is_signed = finnc_node_int(finnc_match_node(m, "t"), "signed", 1) != 0;
    const double low = is_signed ? -exp2(p->out_bits - 1) : 0;
    const double high = exp2(p->out_bits - is_signed) - 1;
    const interval sum = product(find_interval(finnc_match_value(m, "x")), (interval){taps, taps});
    const double least = floor(rint(sum.low) / shift), most = floor(rint(sum.high) / shift);
    if (least >= low && most <= high)
        return FINNC_APPLY;
    return finnc_skip(m, "it may clip: what is left of the sums is %g to %g, and it keeps %g to %g",
                      least, most, low, high);
}

static finnc_verdict is_average(finnc_match *m)
{
    pooling p;
    fnc_windows w;
    const finnc_verdict verdict = are_numbers(m, false);
    if (verdict != FINNC_APPLY)
        return verdict;
    const char *reason = read_all(m, false, &p, &w);
    return reason ? finnc_skip(m, "%s", reason) : FINNC_APPLY;
}

static finnc_verdict is_rescaled_average(finnc_match *m)
{
    pooling p;
    fnc_windows w;
    const finnc_verdict verdict = are_numbers(m, true);
    if (verdict != FINNC_APPLY)
        return verdict;
    const char *reason = read_all(m, true, &p, &w);
    return reason ? finnc_skip(m, "%s", reason) : stays_inside(m, &p);
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
             "too, where its limits are none to the sums: QuantAvgPool2d has no limits.",
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
