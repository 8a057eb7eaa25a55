/* Takes the channels away that masks name: first out of constants, then out of the shapes of what
 * is computed, and then asks shape inference whether the rest of the graph agrees. */
#include "pass.h"

#include "../support/build.h"
#include "../support/value_map.h"
#include "channels.h"
#include "losses.h"
#include "mask.h"

#include <inttypes.h>
#include <string.h>

typedef struct removal {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch, per_node;
    fnc_value_map changed; /* to fnc_loss */
} removal;

/* ---- one axis ---- */

static finnc_status check_channels(removal *r, const fnc_mask_axis *a, int64_t size)
{
    const int64_t last = a->channels[a->count - 1];
    if (a->channels[0] < 0 || last >= size)
        return finnc_fail(r->cx, FINNC_BAD_VALUE,
                          "channel %" PRId64 " is to go, axis %" PRId64 " has %" PRId64,
                          last >= size ? last : a->channels[0], a->axis, size);
    if ((uint64_t)size == a->count)
        return finnc_fail(r->cx, FINNC_BAD_VALUE,
                          "all %" PRId64 " channels of axis %" PRId64 " are to go", size, a->axis);
    return FINNC_OK;
}

/* Rows of `nbytes` along an axis of `size`; those that stay are copied one after the other. */
static void copy_others(const fnc_mask_axis *a, const char *from, char *to, size_t outer,
                        int64_t size, size_t nbytes)
{
    for (size_t o = 0; o < outer; o++) {
        size_t k = 0;
        for (int64_t i = 0; i < size; i++, from += nbytes) {
            if (k < a->count && a->channels[k] == i) {
                k++;
                continue;
            }
            memcpy(to, from, nbytes);
            to += nbytes;
        }
    }
}

static finnc_status remove_from_tensor(removal *r, const finnc_tensor *from, int axis,
                                       const fnc_mask_axis *a, finnc_tensor **to)
{
    const int rank = finnc_tensor_rank(from);
    const int bits = finnc_elem_bits(finnc_tensor_elem(from));
    const int64_t size = finnc_tensor_dim(from, axis);
    int64_t dims[FINNC_MAX_RANK];
    const void *data;
    FINNC_TRY(check_channels(r, a, size));
    if (bits < 8)
        return finnc_fail(r->cx, FINNC_UNSUPPORTED, "elements of type %s cannot be pruned",
                          finnc_elem_name(finnc_tensor_elem(from)));
    FINNC_TRY(finnc_tensor_need_data(r->cx, from, &data));
    size_t outer = 1, nbytes = (size_t)bits / 8; /* no more than the tensor has */
    for (int i = 0; i < rank; i++) {
        dims[i] = finnc_tensor_dim(from, i);
        if (i < axis)
            outer *= (size_t)dims[i];
        else if (i > axis)
            nbytes *= (size_t)dims[i];
    }
    dims[axis] = size - (int64_t)a->count;
    FINNC_TRY(finnc_tensor_create(r->cx, finnc_tensor_elem(from), rank, dims, to));
    copy_others(a, data, finnc_tensor_edit(*to), outer, size, nbytes);
    return FINNC_OK;
}

/* ---- constants ---- */

/* Constants have several users only if these want the same of it; the first one speaks. */
static finnc_status prune_constant(removal *r, finnc_value *value, const fnc_mask *mask)
{
    const finnc_use *use = finnc_value_first_use(value);
    finnc_tensor *pruned = finnc_tensor_retain(finnc_value_tensor(value));
    finnc_status status = FINNC_OK;
    for (const fnc_mask_axis *a = mask->axes; a && status == FINNC_OK; a = a->next) {
        const int rank = finnc_tensor_rank(pruned);
        const finnc_value *data = use && finnc_tensor_nelems(pruned) > 1
                                      ? fnc_axis_decider(finnc_use_node(use), finnc_use_index(use))
                                      : NULL;
        if (data && finnc_value_rank(data) < 0) {
            status = finnc_fail(r->cx, FINNC_BAD_VALUE,
                                "its mask is on axis %" PRId64 " of '%s', whose rank is not known",
                                a->axis, finnc_value_name(data));
            break;
        }
        const int axis = use ? fnc_own_axis(finnc_use_node(use), finnc_use_index(use), a->axis)
                         : a->axis < rank ? (int)a->axis
                                          : -1;
        if (axis < 0 || axis >= rank || a->count == 0 || finnc_tensor_nelems(pruned) == 1)
            continue;
        finnc_tensor *fewer;
        status = remove_from_tensor(r, pruned, axis, a, &fewer);
        if (status != FINNC_OK)
            break;
        finnc_tensor_release(pruned);
        pruned = fewer;
    }
    if (status == FINNC_OK)
        status = finnc_value_set_tensor(r->cx, value, pruned);
    finnc_tensor_release(pruned);
    return status;
}

/* ---- what is computed ---- */

static finnc_status prune_shape(removal *r, finnc_value *value, const fnc_mask *mask)
{
    finnc_dim dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(value);
    if (rank < 0 || rank > FINNC_MAX_RANK)
        return FINNC_OK;
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(value, i);
    for (const fnc_mask_axis *a = mask->axes; a; a = a->next) {
        if (a->count == 0)
            continue;
        if (a->axis >= rank)
            return finnc_fail(r->cx, FINNC_BAD_VALUE,
                              "its mask is on axis %" PRId64 ", its rank is %d", a->axis, rank);
        if (dims[a->axis].size < 0)
            continue;
        FINNC_TRY(check_channels(r, a, dims[a->axis].size));
        dims[a->axis].size -= (int64_t)a->count;
    }
    return finnc_value_set_type(r->cx, value, finnc_value_elem(value), rank, dims);
}

static finnc_status mark(removal *r, finnc_value *value, const fnc_sizes *before, uint64_t axes,
                         bool is_followed)
{
    if (fnc_value_map_find(&r->changed, value))
        return FINNC_OK;
    fnc_loss *loss = FNC_NEW(&r->scratch, fnc_loss);
    if (!loss)
        return finnc_no_memory(r->cx);
    *loss = (fnc_loss){.before = *before, .axes = axes, .is_followed = is_followed};
    return fnc_value_map_add(r->cx, &r->changed, value, loss);
}

/* The axes on which two shapes differ; all, if they are not known to be of one rank. */
static uint64_t differences(const fnc_sizes *a, const fnc_sizes *b)
{
    uint64_t axes = 0;
    if (a->rank < 0 || a->rank != b->rank)
        return UINT64_MAX;
    for (int i = 0; i < a->rank; i++)
        if (a->size[i] >= 0 && b->size[i] >= 0 && a->size[i] != b->size[i])
            axes |= UINT64_C(1) << i;
    return axes;
}

/* Along which axes a value that is no constant has lost channels. */
static uint64_t axes_of(const fnc_mask *mask)
{
    uint64_t axes = 0;
    for (const fnc_mask_axis *a = mask->axes; a; a = a->next)
        if (a->count > 0 && a->axis < FINNC_MAX_RANK)
            axes |= UINT64_C(1) << a->axis;
    return axes;
}

/* Constants while shapes are those of before, by which a parameter's axes are found; then shapes.
 * Masks that ask for nothing are wiped away as well, as upstream does. */
static finnc_status prune_values(removal *r, bool constants)
{
    finnc_foreach_value (value, r->graph) {
        fnc_mask mask;
        bool is_other;
        if (!finnc_value_sparsity(value) || finnc_value_is_constant(value) != constants)
            continue;
        FNC_AT_TENSOR(r->cx, finnc_value_name(value));
        FINNC_TRY(fnc_mask_of(r->cx, &r->scratch, value, &mask, &is_other));
        if (is_other || !mask.axes)
            continue;
        if (!fnc_mask_is_empty(&mask)) {
            const finnc_tensor *old = finnc_value_tensor(value);
            const fnc_sizes before = fnc_sizes_of(value);
            FINNC_TRY(constants ? prune_constant(r, value, &mask) : prune_shape(r, value, &mask));
            const fnc_sizes now = fnc_sizes_of(value);
            if (!constants || finnc_value_tensor(value) != old) /* one for all channels stays */
                FINNC_TRY(mark(r, value, &before,
                               constants ? differences(&before, &now) : axes_of(&mask), false));
        }
        FINNC_TRY(finnc_value_set_sparsity(r->cx, value, "{}"));
    }
    return FINNC_OK;
}

/* ---- nodes ---- */

static bool touches(const removal *r, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        if (finnc_node_input(node, i) && fnc_value_map_find(&r->changed, finnc_node_input(node, i)))
            return true;
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o) &&
            fnc_value_map_find(&r->changed, finnc_node_output(node, o)))
            return true;
    return false;
}

/* A group per channel, as before. */
static finnc_status adjust_group(removal *r, finnc_node *node)
{
    const finnc_value *w = finnc_node_input(node, 1);
    if (!w || finnc_value_rank(w) < 1 || finnc_value_dim(w, 0).size < 0)
        return FINNC_OK;
    return finnc_node_set_int(r->cx, node, "group", finnc_value_dim(w, 0).size);
}

/* Depthwise convolutions: told by their weights, so before these are pruned. */
static finnc_status list_depthwise(removal *r, finnc_node ***convs, size_t *count)
{
    *count = 0;
    finnc_foreach_node (node, r->graph)
        *count += fnc_channel_flow_of(node) == FNC_CHANNELS_DW_CONV;
    *convs = FNC_NEW_ARRAY(&r->scratch, finnc_node *, *count);
    if (!*convs)
        return finnc_no_memory(r->cx);
    size_t n = 0;
    finnc_foreach_node (node, r->graph)
        if (fnc_channel_flow_of(node) == FNC_CHANNELS_DW_CONV)
            (*convs)[n++] = node;
    return FINNC_OK;
}

/* The first axis on which two known shapes differ, their rank if they are of another, or -1. */
static int difference(const fnc_sizes *a, const fnc_sizes *b)
{
    if (a->rank < 0 || b->rank < 0)
        return -1;
    if (a->rank != b->rank)
        return a->rank;
    const uint64_t axes = differences(a, b);
    int axis = 0;
    while (axes && !(axes >> axis & 1))
        axis++;
    return axes ? axis : -1;
}

static bool is_known(const fnc_sizes *s)
{
    for (int i = 0; i < s->rank; i++)
        if (s->size[i] < 0)
            return false;
    return s->rank >= 0;
}

/* One channel that is left of several would be stretched over those of an output that keeps them
 * all, and nothing else would tell. */
static finnc_status check_reach(removal *r, const finnc_node *node)
{
    const finnc_value *y = finnc_node_output(node, 0);
    if (!y || fnc_channel_flow_of(node) != FNC_CHANNELS_STAY || fnc_value_map_find(&r->changed, y))
        return FINNC_OK;
    const fnc_sizes made = fnc_sizes_of(y);
    for (size_t i = 0; is_known(&made) && i < finnc_node_ninputs(node); i++) {
        const finnc_value *x = finnc_node_input(node, i);
        if (x && fnc_value_map_find(&r->changed, x))
            return finnc_fail(r->cx, FINNC_BAD_VALUE,
                              "its input '%s' loses channels, its output '%s' none: the mask of "
                              "the one does not reach the other",
                              finnc_value_name(x), finnc_value_name(y));
    }
    return FINNC_OK;
}

/* What the node makes of its pruned inputs has to be what the masks left of its outputs. An output
 * without a mask follows. */
static finnc_status check_outputs(removal *r, const finnc_node *node, const fnc_sizes *before)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        finnc_value *value = finnc_node_output(node, o);
        if (!value)
            continue;
        const fnc_sizes now = fnc_sizes_of(value);
        const int axis = difference(&before[o], &now);
        const bool is_news = before[o].rank < 0 && now.rank >= 0;
        if (axis < 0 && !is_news)
            continue;
        if (axis >= 0 && fnc_value_map_find(&r->changed, value))
            return finnc_fail(r->cx, FINNC_BAD_VALUE,
                              "its output '%s' is to have %" PRId64 " channels on axis %d, but it "
                              "makes %" PRId64 ": the mask of the one does not reach the other",
                              finnc_value_name(value), before[o].size[axis], axis,
                              axis < now.rank ? now.size[axis] : 0);
        FINNC_TRY(mark(r, value, &before[o], differences(&before[o], &now), true));
    }
    return FINNC_OK;
}

/* Do the elements that are left come out as they did? */
static finnc_status check_losses(removal *r, const finnc_node *node, const fnc_sizes *made)
{
    const size_t n = finnc_node_ninputs(node);
    const fnc_loss **lost = FNC_NEW_ARRAY(&r->per_node, const fnc_loss *, n + 1);
    bool is_any = false;
    if (!lost)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < n; i++) {
        const finnc_value *x = finnc_node_input(node, i);
        lost[i] = x ? fnc_value_map_find(&r->changed, x) : NULL;
        is_any |= lost[i] != NULL;
    }
    return is_any ? fnc_losses_check(r->cx, node, lost, made) : FINNC_OK;
}

static finnc_status check_node(removal *r, finnc_node *node)
{
    const size_t n = finnc_node_noutputs(node);
    fnc_arena_clear(&r->per_node);
    fnc_sizes *before = FNC_NEW_ARRAY(&r->per_node, fnc_sizes, n + 1);
    if (!before)
        return finnc_no_memory(r->cx);
    for (size_t o = 0; o < n; o++)
        before[o] = fnc_sizes_of(finnc_node_output(node, o));
    const finnc_value *y = finnc_node_output(node, 0);
    const fnc_loss *loss = y ? fnc_value_map_find(&r->changed, y) : NULL;
    const fnc_sizes made = loss ? loss->before : fnc_sizes_of(y);
    FINNC_TRY(finnc_node_infer_shapes(r->cx, node, true));
    FNC_AT_NODE(r->cx, node);
    FINNC_TRY(check_outputs(r, node, before));
    FINNC_TRY(check_reach(r, node));
    /* Layers of hardware say in attributes how many channels they have. */
    if (finnc_node_find_op(node))
        FINNC_TRY(finnc_node_check(r->cx, node));
    return check_losses(r, node, &made);
}

static finnc_status remove_all(removal *r)
{
    finnc_node **depthwise;
    size_t n;
    FINNC_TRY(finnc_graph_sort(r->cx, r->graph));
    FINNC_TRY(fnc_learn_masked_shapes(r->cx, r->graph));
    FINNC_TRY(list_depthwise(r, &depthwise, &n));
    FINNC_TRY(prune_values(r, true));
    FINNC_TRY(prune_values(r, false));
    for (size_t i = 0; i < n; i++)
        FINNC_TRY(adjust_group(r, depthwise[i]));
    if (r->changed.count == 0)
        return FINNC_OK;
    finnc_foreach_node (node, r->graph) {
        if (touches(r, node))
            FINNC_TRY(check_node(r, node));
    }
    return FINNC_OK;
}

static finnc_status remove_masked_channels(finnc_pass_run *run, finnc_graph *graph)
{
    removal r = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    fnc_arena_init(&r.scratch, r.cx);
    fnc_arena_init(&r.per_node, r.cx);
    r.changed.arena = &r.scratch;
    const finnc_status status = remove_all(&r);
    fnc_arena_clear(&r.per_node);
    fnc_arena_clear(&r.scratch);
    return status;
}

const finnc_pass fnc_pass_remove_masked_channels = {
    .name = "RemoveMaskedChannels",
    .summary = "takes the masked channels out of weights, parameters and shapes",
    .upstream = "qonnx.transformation.pruning",
    .notes =
        "Masks come from ApplyMasks and PropagateMasks and are gone afterwards. A parameter loses "
        "the numbers that lie along the masked axis of the data, as broadcasting lines them up; "
        "one number for all stays; thresholds lose rows. Upstream takes the axis of the same "
        "number, which removes steps of thresholds and fails on parameters of fewer axes.\n\n"
        "What is left has to fit together: where a mask does not reach all that depends on it the "
        "pass fails and names the node, while upstream leaves a broken graph. Outputs behind it "
        "without a mask follow, where a node only carries elements along or works along other "
        "axes; what counts channels by their place, or all of them together (Gather, a mean, a "
        "grouped convolution), is such a failure. A channel that is not there, or the last one, "
        "cannot go.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .params = {{"lossy", FINNC_PARAM_BOOL, "true", "has no effect"}},
    .run = remove_masked_channels,
};
