#include "losses.h"

#include "channels.h"

#include <base/compiler.h>
#include <nodes/versioned_list.h>

#include <inttypes.h>
#include <string.h>

fnc_sizes fnc_sizes_of(const finnc_value *value)
{
    fnc_sizes s = {.rank = value ? finnc_value_rank(value) : -1};
    if (s.rank > FINNC_MAX_RANK)
        s.rank = -1;
    for (int i = 0; i < s.rank; i++)
        s.size[i] = finnc_value_dim(value, i).size;
    return s;
}

/* ---- ops at which masks end, and what becomes of the data, input 0 ---- */

typedef struct look {
    const finnc_node *node;
    const fnc_loss *lost;
    const fnc_sizes *made;
} look;

/* All of them where the rank is not known. */
static uint64_t bit_of(const look *l, int64_t axis)
{
    const int rank = l->lost->before.rank;
    axis += axis < 0 ? rank : 0;
    return axis >= 0 && axis < rank && axis < 64 ? UINT64_C(1) << axis : UINT64_MAX;
}

static bool is_lost(const look *l, int axis)
{
    return l->lost->axes >> axis & 1;
}

static uint64_t bits_of(const look *l, const fnc_versioned_list *axes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < axes->count; i++)
        bits |= bit_of(l, fnc_versioned_entry(axes, i));
    return bits;
}

static bool carries(const look *l)
{
    (void)l;
    return true;
}

/* Elements behind each axis; negative where not known. */
static void count_behind(const fnc_sizes *s, int64_t behind[FINNC_MAX_RANK + 1])
{
    behind[s->rank] = 1;
    for (int i = s->rank - 1; i >= 0; i--)
        if (s->size[i] < 0 || behind[i + 1] < 0 ||
            !fnc_mul_i64(s->size[i], behind[i + 1], &behind[i]))
            behind[i] = -1;
}

/* The axis of the output that held the one of the data, alone or with whole neighbours; or -1. */
static int find_holder(const look *l, int axis)
{
    int64_t from[FINNC_MAX_RANK + 1] = {0}, to[FINNC_MAX_RANK + 1] = {0};
    count_behind(&l->lost->before, from);
    count_behind(l->made, to);
    for (int b = 0; b < l->made->rank; b++) {
        bool begins = false, ends = false;
        for (int i = 0; i <= axis; i++)
            begins |= from[i] >= 0 && from[i] == to[b];
        for (int i = axis + 1; i <= l->lost->before.rank; i++)
            ends |= from[i] >= 0 && from[i] == to[b + 1];
        if (begins && ends)
            return b;
    }
    return -1;
}

/* That axis has to be the one that becomes shorter. */
static bool reshapes(const look *l)
{
    const fnc_sizes x = fnc_sizes_of(finnc_node_input(l->node, 0));
    const fnc_sizes y = fnc_sizes_of(finnc_node_output(l->node, 0));
    const fnc_sizes *before = &l->lost->before;
    fnc_sizes wanted = *l->made;
    if (before->rank < 0 || wanted.rank < 0 || x.rank != before->rank || y.rank != wanted.rank)
        return false;
    for (int i = 0; i < before->rank; i++) {
        const int b = is_lost(l, i) ? find_holder(l, i) : -1;
        if (is_lost(l, i) && (b < 0 || before->size[i] <= 0 || x.size[i] < 0))
            return false;
        if (b >= 0)
            wanted.size[b] = wanted.size[b] / before->size[i] * x.size[i];
    }
    for (int b = 0; b < y.rank; b++)
        if (y.size[b] != wanted.size[b])
            return false;
    return true;
}

/* Without axes it takes away whichever have one element, of channels too. */
static bool squeezes(const look *l)
{
    return fnc_versioned_list_of(l->node, "axes", 1).is_there ||
           fnc_sizes_of(finnc_node_output(l->node, 0)).rank == l->made->rank;
}

/* What is zero changes no sum, but may be the largest, and counts in a mean. */
static bool sums(const look *l)
{
    (void)l;
    return true;
}

static bool reduces(const look *l)
{
    const fnc_versioned_list axes = fnc_versioned_list_of(l->node, "axes", 1);
    if (!axes.is_known)
        return false;
    if (axes.count == 0)
        return finnc_node_attr_int(l->node, "noop_with_empty_axes") != 0;
    return !(bits_of(l, &axes) & l->lost->axes);
}

static bool is_along(const look *l, int64_t fallback)
{
    return bit_of(l, finnc_node_int(l->node, "axis", fallback)) & l->lost->axes;
}

static bool works_along_first(const look *l)
{
    return !is_along(l, 0);
}

static bool works_along_last(const look *l)
{
    return !is_along(l, -1);
}

/* Over the axis and all behind it. */
static bool is_before(const look *l, int64_t axis)
{
    const uint64_t bit = bit_of(l, axis);
    return bit != UINT64_MAX && l->lost->axes < bit;
}

static bool normalises(const look *l)
{
    return is_before(l, finnc_node_attr_int(l->node, "axis"));
}

static bool shares_out(const look *l)
{
    if (finnc_node_version(l->node) < 13)
        return is_before(l, finnc_node_int(l->node, "axis", 1));
    return works_along_last(l);
}

static bool slices(const look *l)
{
    const fnc_versioned_list starts = fnc_versioned_list_of(l->node, "starts", 1),
                             axes = fnc_versioned_list_of(l->node, "axes", 3);
    if (!starts.is_known || !axes.is_known)
        return false;
    for (size_t i = 0; !axes.is_there && i < starts.count; i++)
        if (bit_of(l, (int64_t)i) & l->lost->axes)
            return false;
    return !(bits_of(l, &axes) & l->lost->axes);
}

static bool pads(const look *l)
{
    const fnc_versioned_list pads = fnc_versioned_list_of(l->node, "pads", 1);
    const size_t rank = l->lost->before.rank < 0 ? 0 : (size_t)l->lost->before.rank;
    bool is_free =
        pads.is_known && rank > 0 && pads.count == 2 * rank && !finnc_node_input(l->node, 3);
    for (size_t i = 0; is_free && i < rank; i++)
        is_free = !is_lost(l, (int)i) ||
                  (fnc_versioned_entry(&pads, i) == 0 && fnc_versioned_entry(&pads, rank + i) == 0);
    return is_free;
}

/* By scales only: sizes would bring back as many channels as there were. */
static bool resizes(const look *l)
{
    const size_t i = finnc_node_ninputs(l->node) > 2 ? 2 : 1;
    const finnc_value *scales = finnc_node_input(l->node, i);
    const int rank = l->lost->before.rank;
    if (!scales || !finnc_value_is_constant(scales) || finnc_node_find_attr(l->node, "axes") ||
        rank < 0 || finnc_tensor_nelems(finnc_value_tensor(scales)) != rank)
        return false;
    for (int k = 0; k < rank; k++)
        if (is_lost(l, k) && finnc_tensor_get(finnc_value_tensor(scales), k) != 1)
            return false;
    return true;
}

/* Its channels are the last axis. */
static bool spells_windows(const look *l)
{
    return l->lost->axes == bit_of(l, -1);
}

static const struct {
    const char *op;
    bool (*keeps)(const look *l);
} ends[] = {
    {"ArgMax", works_along_first},
    {"ArgMin", works_along_first},
    {"Flatten", reshapes},
    {"Gather", works_along_first},
    {"Hardmax", shares_out},
    {"Identity", carries},
    {"Im2Col", spells_windows},
    {"LayerNormalization", normalises},
    {"LogSoftmax", shares_out},
    {"Pad", pads},
    {"RMSNormalization", normalises},
    {"ReduceL1", sums},
    {"ReduceL2", sums},
    {"ReduceMax", reduces},
    {"ReduceMean", reduces},
    {"ReduceMin", reduces},
    {"ReduceProd", reduces},
    {"ReduceSum", sums},
    {"ReduceSumSquare", sums},
    {"Reshape", reshapes},
    {"Resize", resizes},
    {"Shape", carries},
    {"Slice", slices},
    {"Softmax", shares_out},
    {"Split", works_along_first},
    {"Squeeze", squeezes},
    {"TopK", works_along_last},
    {"Transpose", carries},
    {"Unsqueeze", carries},
    {"Upsample", resizes},
};

static bool keeps_elements(const look *l)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (finnc_node_is(l->node, ends[i].op))
            return ends[i].keeps(l);
    return false;
}

/* Parts stand one behind the other, whatever is left of each. */
static bool joins_along(const finnc_node *node, const fnc_loss *lost)
{
    const look l = {.node = node, .lost = lost};
    return finnc_node_is(node, "Concat") &&
           lost->axes == bit_of(&l, finnc_node_attr_int(node, "axis"));
}

static finnc_status check_end(finnc_ctx *cx, const finnc_node *node, const fnc_loss *const *lost,
                              const fnc_sizes *made)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const look l = {.node = node, .lost = lost[i], .made = made};
        if (!lost[i] || joins_along(node, lost[i]) || (i == 0 && keeps_elements(&l)))
            continue;
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its input '%s' loses channels, which it counts by their place, or all "
                          "of them together: the mask ends here",
                          finnc_value_name(finnc_node_input(node, i)));
    }
    return FINNC_OK;
}

/* ---- products ---- */

static finnc_status fail_axes(finnc_ctx *cx, const finnc_node *node, size_t i)
{
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "its input '%s' loses elements along an axis that is not one of channels",
                      finnc_value_name(finnc_node_input(node, i)));
}

static uint64_t both(int a, int b)
{
    return (a < 0 ? 0 : UINT64_C(1) << a) | (b < 0 ? 0 : UINT64_C(1) << b);
}

static finnc_status check_conv(finnc_ctx *cx, const finnc_node *node, const fnc_loss *const *lost)
{
    const fnc_product_axes axes = fnc_product_axes_of(node);
    const uint64_t may[] = {both(axes.in, -1), both(axes.weight_in, axes.weight_out)};
    for (size_t i = 0; i < 2 && i < finnc_node_ninputs(node); i++)
        if (lost[i] && lost[i]->axes & ~may[i])
            return fail_axes(cx, node, i);
    return FINNC_OK;
}

/* How many matrices has operand `i` along the axis that lies `behind` the end? */
static int64_t count_matrices(const finnc_node *node, const fnc_loss *const *lost, size_t i,
                              int behind)
{
    const fnc_sizes now = fnc_sizes_of(finnc_node_input(node, i));
    const fnc_sizes *s = lost[i] ? &lost[i]->before : &now;
    return s->rank < 0 ? -1 : s->rank < behind ? 1 : s->size[s->rank - behind];
}

/* One matrix that is left of several would be multiplied with all of the other operand's. */
static finnc_status check_mat_mul(finnc_ctx *cx, const finnc_node *node,
                                  const fnc_loss *const *lost)
{
    for (size_t i = 0; i < 2 && i < finnc_node_ninputs(node); i++) {
        if (!lost[i])
            continue;
        const int rank = lost[i]->before.rank;
        for (int axis = 0; axis < rank - 2; axis++)
            if (lost[i]->axes >> axis & 1 && count_matrices(node, lost, !i, rank - axis) != 1)
                return fail_axes(cx, node, i);
    }
    return FINNC_OK;
}

/* ---- all of them ---- */

/* Of two that lose as many channels, are they the same ones? Masks say so, unless one follows. */
static finnc_status check_pairs(finnc_ctx *cx, const finnc_node *node, const fnc_loss *const *lost)
{
    const finnc_value *first = NULL;
    bool is_followed = false;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (!lost[i] || joins_along(node, lost[i]))
            continue;
        is_followed |= lost[i]->is_followed;
        if (first && value != first && is_followed)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "its inputs '%s' and '%s' both lose channels, and no mask says "
                              "whether these are the same",
                              finnc_value_name(first), finnc_value_name(value));
        first = first ? first : value;
    }
    return FINNC_OK;
}

finnc_status fnc_losses_check(finnc_ctx *cx, const finnc_node *node, const fnc_loss *const *lost,
                              const fnc_sizes *made)
{
    FINNC_TRY(check_pairs(cx, node, lost));
    switch (fnc_channel_flow_of(node)) {
    case FNC_CHANNELS_STAY:
        return FINNC_OK;
    case FNC_CHANNELS_MAT_MUL:
        return check_mat_mul(cx, node, lost);
    case FNC_CHANNELS_CONV:
    case FNC_CHANNELS_DW_CONV:
        return check_conv(cx, node, lost);
    case FNC_CHANNELS_END:
        return check_end(cx, node, lost, made);
    }
    return FINNC_OK;
}
