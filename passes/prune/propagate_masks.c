/* What goes with a channel: a filter with the channel that it makes, a column of weights with the
 * channel that it reads. Masks only grow, and only by channels that somebody named, so this ends.
 */
#include "pass.h"

#include "../support/value_map.h"
#include "channels.h"
#include "mask.h"

typedef struct masked {
    fnc_mask mask;
    finnc_value *value;
    bool is_other; /* annotated with something else: takes no mask, gives none */
    bool is_queued, has_changed;
    struct masked *next_queued, *next;
} masked;

typedef struct propagation {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch;
    fnc_value_map known; /* value -> masked */
    masked *all, **all_end;
    masked *queue, **queue_end; /* whose neighbours do not know yet */
} propagation;

static finnc_status need_masked(propagation *p, finnc_value *value, masked **m)
{
    *m = fnc_value_map_find(&p->known, value);
    if (*m)
        return FINNC_OK;
    *m = FNC_NEW(&p->scratch, masked);
    if (!*m)
        return finnc_no_memory(p->cx);
    (*m)->value = value;
    FNC_AT_TENSOR(p->cx, finnc_value_name(value));
    FINNC_TRY(fnc_mask_of(p->cx, &p->scratch, value, &(*m)->mask, &(*m)->is_other));
    *p->all_end = *m;
    p->all_end = &(*m)->next;
    return fnc_value_map_add(p->cx, &p->known, value, *m);
}

static void enqueue(propagation *p, masked *m)
{
    m->has_changed = true;
    if (m->is_queued)
        return;
    m->is_queued = true;
    m->next_queued = NULL;
    *p->queue_end = m;
    p->queue_end = &m->next_queued;
}

/* Where shapes contradict one another a mask would come around to higher and higher axes. That of a
 * constant speaks of the output's. */
static int end_of_axes(const finnc_value *value)
{
    const int rank = finnc_value_rank(value);
    return rank < 0 || finnc_value_is_constant(value) ? FINNC_MAX_RANK : rank;
}

static finnc_status give(propagation *p, masked *to, int64_t axis, const fnc_mask_axis *channels)
{
    bool grew = false;
    if (to->is_other || axis >= end_of_axes(to->value))
        return FINNC_OK;
    FINNC_TRY(fnc_mask_add(p->cx, &p->scratch, &to->mask, axis,
                           channels ? channels->channels : NULL, channels ? channels->count : 0,
                           &grew));
    if (grew)
        enqueue(p, to);
    return FINNC_OK;
}

/* Axis `i` of `a` and axis `k` of `b` hold the same channels. Upstream notes an axis of channels
 * also where all stay; where there is none of that (`quietly`), we do not either. */
static finnc_status join(propagation *p, finnc_value *a, int i, finnc_value *b, int k, bool quietly)
{
    masked *x, *y;
    if (!a || !b || i < 0 || k < 0)
        return FINNC_OK;
    FINNC_TRY(need_masked(p, a, &x));
    FINNC_TRY(need_masked(p, b, &y));
    const fnc_mask_axis *left = fnc_mask_find(&x->mask, i), *right = fnc_mask_find(&y->mask, k);
    if (quietly && !(left && left->count > 0) && !(right && right->count > 0))
        return FINNC_OK;
    FINNC_TRY(give(p, y, k, left));
    return give(p, x, i, fnc_mask_find(&y->mask, k));
}

/* ---- ops that keep channels at their place ---- */

/* How far the axes of an input lie before those of the output. The mask of a constant speaks of the
 * output's axes anyway. */
static int shift_of(const finnc_value *value, const finnc_value *out)
{
    if (finnc_value_is_constant(value) || finnc_value_rank(value) < 0 || finnc_value_rank(out) < 0)
        return 0;
    return finnc_value_rank(out) - finnc_value_rank(value);
}

/* One channel that serves for all of the output's. */
static bool is_stretched(const finnc_value *value, const finnc_value *out, int64_t axis, int shift)
{
    return !finnc_value_is_constant(value) && axis < finnc_value_rank(value) &&
           axis + shift < finnc_value_rank(out) && finnc_value_dim(value, (int)axis).size == 1 &&
           finnc_value_dim(out, (int)axis + shift).size != 1;
}

static finnc_status gather(propagation *p, const masked *from, masked *out)
{
    const int shift = shift_of(from->value, out->value);
    for (const fnc_mask_axis *a = from->mask.axes; a; a = a->next)
        if (a->axis + shift >= 0)
            FINNC_TRY(give(p, out, a->axis + shift, a));
    return FINNC_OK;
}

static finnc_status scatter(propagation *p, const masked *out, masked *to)
{
    const int shift = shift_of(to->value, out->value);
    for (const fnc_mask_axis *a = out->mask.axes; a; a = a->next) {
        const int64_t axis = a->axis - shift;
        if (axis >= 0 && !is_stretched(to->value, out->value, axis, shift))
            FINNC_TRY(give(p, to, axis, a));
    }
    return FINNC_OK;
}

static finnc_status keep_channels(propagation *p, const finnc_node *node)
{
    masked *out, *m;
    if (!finnc_node_output(node, 0))
        return FINNC_OK;
    FINNC_TRY(need_masked(p, finnc_node_output(node, 0), &out));
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
            if (!finnc_node_input(node, i))
                continue;
            FINNC_TRY(need_masked(p, finnc_node_input(node, i), &m));
            FINNC_TRY(round == 0 ? gather(p, m, out) : scatter(p, out, m));
        }
    for (size_t o = 1; o < finnc_node_noutputs(node); o++) {
        if (!finnc_node_output(node, o) || finnc_node_is_any(node, "BatchNormalization"))
            continue;
        FINNC_TRY(need_masked(p, finnc_node_output(node, o), &m));
        FINNC_TRY(scatter(p, out, m));
    }
    return FINNC_OK;
}

/* ---- products ---- */

static finnc_status pass_product(propagation *p, const finnc_node *node, fnc_channel_flow flow)
{
    finnc_value *x = finnc_node_input(node, 0), *w = finnc_node_input(node, 1);
    finnc_value *bias = finnc_node_input(node, 2), *y = finnc_node_output(node, 0);
    const fnc_product_axes axes = fnc_product_axes_of(node);
    if (flow == FNC_CHANNELS_DW_CONV)
        FINNC_TRY(join(p, x, axes.in, y, axes.out, false));
    else
        FINNC_TRY(join(p, x, axes.in, w, axes.weight_in, false));
    FINNC_TRY(join(p, w, axes.weight_out, y, axes.out, false));
    if (flow == FNC_CHANNELS_MAT_MUL) /* rows, which the product has of the left operand */
        return join(p, x, axes.in - 1, y, axes.weight_out < 0 ? axes.out : axes.out - 1, true);
    return join(p, bias, 0, y, axes.out, true);
}

/* ---- the whole graph ---- */

static finnc_status pass_node(propagation *p, const finnc_node *node)
{
    const fnc_channel_flow flow = fnc_channel_flow_of(node);
    switch (flow) {
    case FNC_CHANNELS_END:
        return FINNC_OK;
    case FNC_CHANNELS_STAY:
        return keep_channels(p, node);
    case FNC_CHANNELS_MAT_MUL:
    case FNC_CHANNELS_CONV:
    case FNC_CHANNELS_DW_CONV:
        return pass_product(p, node, flow);
    }
    return FINNC_OK;
}

static finnc_status pass_neighbours(propagation *p, finnc_value *value)
{
    if (finnc_value_producer(value))
        FINNC_TRY(pass_node(p, finnc_value_producer(value)));
    finnc_foreach_use (use, value) {
        if (finnc_node_graph(finnc_use_node(use)) == p->graph)
            FINNC_TRY(pass_node(p, finnc_use_node(use)));
    }
    return FINNC_OK;
}

static bool is_masked(const propagation *p, const finnc_value *value)
{
    const masked *m = value ? fnc_value_map_find(&p->known, value) : NULL;
    return m && !fnc_mask_is_empty(&m->mask);
}

static void remark_on_ends(propagation *p)
{
    finnc_foreach_node (node, p->graph) {
        bool ends = false;
        if (fnc_channel_flow_of(node) != FNC_CHANNELS_END)
            continue;
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            ends |= is_masked(p, finnc_node_input(node, i));
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            ends |= is_masked(p, finnc_node_output(node, o));
        if (ends)
            finnc_pass_missed(p->run, node, "masks end here: its channels cannot be told apart");
    }
}

static finnc_status annotate(propagation *p)
{
    for (masked *m = p->all; m; m = m->next)
        if (m->has_changed)
            FINNC_TRY(fnc_mask_annotate(p->cx, m->value, &m->mask));
    return FINNC_OK;
}

/* Of shapes that contradict one another the model's own count. */
static finnc_status learn_shapes(propagation *p)
{
    const finnc_status status = fnc_learn_masked_shapes(p->cx, p->graph);
    if (status != FINNC_BAD_VALUE)
        return status;
    finnc_ctx_clear(p->cx);
    return FINNC_OK;
}

static finnc_status propagate(propagation *p)
{
    masked *m;
    FINNC_TRY(learn_shapes(p));
    finnc_foreach_value (value, p->graph)
        if (finnc_value_sparsity(value))
            FINNC_TRY(need_masked(p, value, &m));
    finnc_foreach_node (node, p->graph)
        FINNC_TRY(pass_node(p, node));
    while (p->queue) {
        m = p->queue;
        p->queue = m->next_queued;
        if (!p->queue)
            p->queue_end = &p->queue;
        m->is_queued = false;
        FINNC_TRY(finnc_ctx_check(p->cx));
        FINNC_TRY(pass_neighbours(p, m->value));
    }
    remark_on_ends(p);
    return annotate(p);
}

static finnc_status propagate_masks(finnc_pass_run *run, finnc_graph *graph)
{
    propagation p = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    fnc_arena_init(&p.scratch, p.cx);
    p.known.arena = &p.scratch;
    p.all_end = &p.all;
    p.queue_end = &p.queue;
    const finnc_status status = propagate(&p);
    fnc_arena_clear(&p.scratch);
    return status;
}

const finnc_pass fnc_pass_propagate_masks = {
    .name = "PropagateMasks",
    .summary = "finds all that has to be pruned with the channels that are masked",
    .upstream = "qonnx.transformation.pruning",
    .notes =
        "A mask goes through whatever treats channels one by one, constants included, both ways; "
        "through a MatMul or Conv to the rows, columns and filters of its weights. It ends at "
        "other ops, with a remark. lossy=false is accepted and, as upstream, makes no difference: "
        "a channel that is a constant and not zero is pruned all the same.\n\n"
        "The channels of a MatMul are on the last axis, also of more than two; operands of fewer "
        "axes are lined up as in broadcasting; a bias goes with its filters; a grouped "
        "convolution that is not depthwise ends a mask. Upstream takes axis 1 for all of them, "
        "leaves the bias, and takes any grouped convolution for depthwise.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"lossy", FINNC_PARAM_BOOL, "true", "has no effect"}},
    .run = propagate_masks,
};
