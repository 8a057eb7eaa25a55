/* Batch normalisation with frozen statistics is one multiplication and one addition per channel:
 *
 *     (x - mean) / sqrt(var + eps) * scale + bias  =  x * A + B,   A = scale / sqrt(var + eps),
 *                                                                  B = bias - A * mean
 *
 * A and B are computed in double and rounded once. Exporters that know batch normalisation only for
 * images put an Unsqueeze before and a Squeeze behind it; where both name the same axes they go,
 * too. Nothing makes a BatchNormalization again. */
#include "../support/channels.h"
#include "../support/constants.h"

#include <nodes/versioned_list.h>

#include <inttypes.h>
#include <math.h>

/* The axes of an Unsqueeze or Squeeze in a tensor of `rank` axes, as bits; 0 if they are not known.
 */
static uint64_t axes_of(const finnc_node *node, int rank)
{
    const fnc_versioned_list axes = fnc_versioned_list_of(node, "axes", 1);
    uint64_t bits = 0;
    for (size_t i = 0; axes.is_known && i < axes.count; i++) {
        int64_t axis = fnc_versioned_entry(&axes, i);
        axis += axis < 0 ? rank : 0;
        if (axis < 0 || axis >= rank || axis >= 64)
            return 0;
        bits |= UINT64_C(1) << axis;
    }
    return bits;
}

static finnc_verdict frozen(finnc_match *m, const finnc_node *bn)
{
    if (finnc_node_trains(bn))
        return finnc_skip(m, "it trains: the statistics are those of the batch");
    for (size_t i = 1; i < finnc_node_noutputs(bn); i++) {
        const finnc_value *extra = finnc_node_output(bn, i);
        if (extra && (finnc_value_nuses(extra) > 0 || finnc_value_is_output(extra)))
            return finnc_skip(m, "output %s is used", finnc_value_name(extra));
    }
    const finnc_elem data = finnc_value_elem(finnc_match_value(m, "x"));
    const finnc_elem own = finnc_tensor_elem(finnc_match_tensor(m, "scale"));
    if (data != FINNC_ELEM_UNDEFINED && data != own)
        return finnc_skip(m, "the input is %s, the scale is %s: arithmetic wants one type",
                          finnc_elem_name(data), finnc_elem_name(own));
    if (finnc_tensor_rank(finnc_match_tensor(m, "scale")) != 1)
        return finnc_skip(m, "scale has %d axes instead of one per channel",
                          finnc_tensor_rank(finnc_match_tensor(m, "scale")));
    const int64_t n = finnc_match_nelems(m, "scale");
    if (finnc_match_nelems(m, "bias") != n || finnc_match_nelems(m, "mean") != n ||
        finnc_match_nelems(m, "var") != n)
        return finnc_skip(m, "scale, bias, mean and variance differ in length");
    const finnc_value *in = finnc_node_input(bn, 0);
    const int axis = fnc_batch_norm_axis(bn, finnc_value_rank(in));
    const int64_t channels = axis < finnc_value_rank(in) ? finnc_value_dim(in, axis).size : -1;
    if (channels >= 0 && channels != n)
        return finnc_skip(m, "scale has %" PRId64 " elements for %" PRId64 " channels", n,
                          channels);
    return FINNC_APPLY;
}

/* Does the pair of Unsqueeze and Squeeze around `bn` go with it? */
static bool is_squeezed(const finnc_node *bn)
{
    finnc_value *in = finnc_node_input(bn, 0);
    const finnc_node *unsqueeze = finnc_value_producer(in);
    const finnc_node *squeeze = finnc_value_only_user(finnc_node_output(bn, 0));
    const int rank = finnc_value_rank(in);
    if (!unsqueeze || !squeeze || rank < 2 || !finnc_node_is(unsqueeze, "Unsqueeze") ||
        !finnc_node_is(squeeze, "Squeeze") || finnc_value_only_user(in) != bn)
        return false;
    const uint64_t axes = axes_of(unsqueeze, rank);
    return axes != 0 && axes == axes_of(squeeze, rank) &&
           (axes & (UINT64_C(1) << fnc_batch_norm_axis(bn, rank))) == 0;
}

static finnc_verdict when_squeezed(finnc_match *m)
{
    const finnc_node *bn = finnc_match_node(m, "bn");
    if (!is_squeezed(bn))
        return finnc_skip(m, "Unsqueeze and Squeeze around it do not name the same axes");
    if (finnc_value_rank(finnc_match_value(m, "x")) < 0)
        return finnc_skip(m, "the rank of its input is not known");
    return frozen(m, bn);
}

static finnc_verdict when_plain(finnc_match *m)
{
    const finnc_node *bn = finnc_match_node(m, "bn");
    if (is_squeezed(bn))
        return FINNC_SKIP; /* the other rule's */
    if (finnc_value_rank(finnc_match_value(m, "x")) < 2)
        return finnc_skip(m, "its input is not known to have two or more axes");
    return frozen(m, bn);
}

static int bits_below(uint64_t bits, int axis)
{
    int count = 0;
    for (int i = 0; i < axis; i++)
        count += (int)(bits >> i & 1);
    return count;
}

static finnc_status affine(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    const finnc_node *bn = finnc_match_node(m, "bn");
    const finnc_tensor *scale = finnc_match_tensor(m, "scale");
    const finnc_tensor *bias = finnc_match_tensor(m, "bias");
    const finnc_tensor *mean = finnc_match_tensor(m, "mean");
    const finnc_tensor *var = finnc_match_tensor(m, "var");
    const double eps = finnc_node_attr_float(bn, "epsilon");
    const int64_t n = finnc_tensor_nelems(scale);

    const int inner = finnc_value_rank(finnc_node_input(bn, 0));
    const int rank = finnc_value_rank(finnc_match_value(m, "x"));
    int axis = fnc_batch_norm_axis(bn, inner);
    if (finnc_match_root(m) != bn)
        axis -= bits_below(axes_of(finnc_match_root(m), inner), axis);
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i < rank; i++)
        dims[i] = i == axis ? n : 1;

    finnc_tensor *a;
    finnc_tensor *b;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(scale), rank, dims, &a));
    finnc_status status = finnc_tensor_create(cx, finnc_tensor_elem(scale), rank, dims, &b);
    if (status == FINNC_OK) {
        for (int64_t i = 0; i < n; i++) {
            const double ai = finnc_tensor_get(scale, i) / sqrt(finnc_tensor_get(var, i) + eps);
            finnc_tensor_set(a, i, ai);
            finnc_tensor_set(b, i, finnc_tensor_get(bias, i) - ai * finnc_tensor_get(mean, i));
        }
        status = finnc_match_bind(m, "a", a, NULL);
        if (status == FINNC_OK)
            status = finnc_match_bind(m, "b", b, NULL);
        finnc_tensor_release(b);
    }
    finnc_tensor_release(a);
    return status;
}

const finnc_pass fnc_pass_batch_norm_to_affine = {
    .name = "BatchNormToAffine",
    .summary = "batch normalisation becomes a multiplication and an addition per channel",
    .upstream = "qonnx.transformation.batchnorm_to_affine",
    .notes = "An Unsqueeze before and a Squeeze behind go only as a pair that names the same axes; "
             "upstream removes each on its own, unchecked. The channels-last variant gets its "
             "constants along the last axis. Parameters that are not constant are left alone "
             "instead of ending the pass with an error.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules =
        {
            {
                .have = "Squeeze(bn:\"*\"BatchNormalization(Unsqueeze(x, before?), $scale, $bias, "
                        "$mean, $var), behind?)",
                .want = "Add(Mul(x, $a), $b)",
                .when = when_squeezed,
                .make = affine,
            },
            {
                .have = "bn:\"*\"BatchNormalization(x, $scale, $bias, $mean, $var)",
                .want = "Add(Mul(x, $a), $b)",
                .when = when_plain,
                .make = affine,
            },
        },
};
