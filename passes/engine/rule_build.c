/* Draws `want` where `have` was found.
 *
 *  1. plan: which matched nodes are kept in place, which are copied because others still need them;
 *  2. compute: '=Op(...)', before anything is edited;
 *  3. detach: kept nodes let go of inputs and outputs, nodes that nobody needs go;
 *  4. build: operands before their users, each right before the node that followed the root, so
 * that the order stays topological;
 *  5. tidy: values that nothing makes or uses any more go, new ones get their types. */
#include "../support/build.h"
#include "../support/retype.h"
#include "rule.h"

#include <finnc/op.h>

#include <string.h>

/* What becomes one node of `want`: a matched node, or a copy of one; a new node if neither. */
typedef struct plan {
    finnc_node *kept;
    finnc_node *copied;
} plan;

typedef struct drawing {
    finnc_match *m;
    finnc_ctx *cx;
    finnc_node *anchor;             /* what is made goes before it; NULL: to the end */
    bool stays[FNC_RULE_MAX_NODES]; /* of `have`: somebody outside of the picture needs the node */
    plan plans[FNC_RULE_MAX_NODES];
    finnc_value *outputs[FNC_RULE_MAX_NODES];   /* of `have`: what the node made at first */
    finnc_value *constants[FNC_RULE_MAX_NAMES]; /* that stand for a tensor bound by `make` */
    finnc_value *placed[FNC_RULE_MAX_NAMES + FNC_RULE_MAX_NODES]; /* hold a new tensor already */
    int nplaced;
    finnc_value *fruit; /* what the root makes: keeps name, uses, annotations */
    fnc_touched *touched;
} drawing;

/* ---- before anything is edited ---- */

static bool is_needed(const finnc_value *value)
{
    return finnc_value_nuses(value) > 0 || finnc_value_is_output(value);
}

static const fnc_picture *want_of(const finnc_match *m)
{
    return m->rule->want;
}

static bool keeps_root(const finnc_match *m)
{
    const fnc_picture *want = want_of(m);
    return want->kind == FNC_PIC_NODE && want->node != FNC_RULE_NONE &&
           m->nodes[want->node] == m->root;
}

/* Can the root's value and that of another node become one? One of the two names goes, so not both
 * may be known outside. */
static bool can_join(finnc_match *m, const finnc_value *fruit, const finnc_value *value)
{
    const finnc_node *producer = finnc_value_producer(value);
    if (!finnc_value_is_output(fruit))
        return true;
    if (producer && finnc_node_graph(producer) == m->graph && !finnc_value_is_output(value))
        return true;
    fnc_match_note(m, FNC_MISS_BOUNDARY, want_of(m), m->root, value);
    return false;
}

/* Does it insert nodes whose operands are lined up by their shapes? */
static bool lines_up(const fnc_picture *picture)
{
    if (picture->kind != FNC_PIC_NODE || picture->computed)
        return false;
    const finnc_op *op =
        picture->nops > 0 && !picture->domain ? finnc_op_find("", picture->ops[0]) : NULL;
    if (op && picture->noperands > 1 && (op->traits & FINNC_OP_ELEMENTWISE) != 0)
        return true;
    for (size_t i = 0; i < picture->noperands; i++)
        if (lines_up(picture->operands[i]))
            return true;
    return false;
}

bool fnc_match_can_build(finnc_match *m)
{
    if (lines_up(want_of(m)) && !fnc_broadcasts(m->graph)) {
        fnc_match_note(m, FNC_MISS_OLD, m->rule->have, m->root, NULL);
        return false;
    }
    if (keeps_root(m))
        return true;
    for (size_t i = 1; i < finnc_node_noutputs(m->root); i++) {
        const finnc_value *further = finnc_node_output(m->root, i);
        if (further && is_needed(further)) {
            fnc_match_note(m, FNC_MISS_FURTHER, m->rule->have, m->root, further);
            return false;
        }
    }
    const fnc_picture *want = want_of(m);
    if (want->kind == FNC_PIC_VALUE && m->bound[want->value] && m->values[want->value])
        return can_join(m, finnc_node_output(m->root, 0), m->values[want->value]);
    return true;
}

/* How many inputs of matched nodes that go or change use `value`. */
static size_t uses_inside(const drawing *d, const finnc_value *value)
{
    size_t n = 0;
    for (int i = 0; i < d->m->rule->nhave; i++) {
        const finnc_node *node = d->m->matched[i];
        if (!node || d->stays[i])
            continue;
        for (size_t k = 0; k < finnc_node_ninputs(node); k++)
            n += finnc_node_input(node, k) == value;
    }
    return n;
}

/* A node stays if it is used by somebody outside of the picture or by one that stays. */
static void find_staying(drawing *d)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (int i = 1; i < d->m->rule->nhave; i++) {
            const finnc_value *value = d->outputs[i];
            if (!value || d->stays[i])
                continue;
            d->stays[i] =
                finnc_value_is_output(value) || finnc_value_nuses(value) > uses_inside(d, value);
            changed |= d->stays[i];
        }
    }
}

static bool is_kept(const drawing *d, const finnc_node *node)
{
    for (int i = 0; i < d->m->rule->nwant; i++)
        if (d->plans[i].kept == node)
            return true;
    return false;
}

static bool has_matched(const finnc_match *m, const finnc_node *node)
{
    for (int i = 0; i < m->rule->nhave; i++)
        if (m->matched[i] == node)
            return true;
    return false;
}

static void make_plan(drawing *d, const fnc_picture *picture)
{
    if (picture->kind != FNC_PIC_NODE)
        return;
    int name = picture->node;
    if (name != FNC_RULE_NONE && d->m->rule->names[name].in_have) {
        finnc_node *node = d->m->nodes[name];
        plan *p = &d->plans[picture->index];
        if (node && (d->stays[d->m->rule->names[name].index] || is_kept(d, node)))
            p->copied = node;
        else
            p->kept = node;
    }
    for (size_t i = 0; i < picture->noperands; i++)
        make_plan(d, picture->operands[i]);
}

/* ---- detaching ---- */

/* Takes a node out, and those of its values that nobody needs. */
static void erase_node(finnc_node *node, const finnc_value *but)
{
    finnc_graph_erase_node(node);
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        finnc_value *value = finnc_node_output(node, i);
        if (value && value != but && !is_needed(value))
            finnc_graph_erase_value(value);
    }
}

/* Is the value of this node of `have` an operand in `want`, or reused there? */
static bool is_mentioned(const drawing *d, int index)
{
    const fnc_rule_text *rule = d->m->rule;
    for (int i = 0; i < rule->nnames; i++)
        if (!rule->names[i].is_node && rule->names[i].index == index && rule->names[i].is_operand)
            return true;
    return false;
}

static bool is_unneeded(const drawing *d, int i)
{
    finnc_node *node = d->m->matched[i];
    if (!node || finnc_node_is_erased(node) || d->stays[i] || is_kept(d, node) ||
        is_mentioned(d, i))
        return false;
    return i == 0 || !is_needed(d->outputs[i]);
}

/* The value that a node of `have` made is reused by a node of `want`: it outlives its producer. */
static bool is_reused(const drawing *d, const fnc_picture *picture, const finnc_value *value)
{
    if (picture->kind != FNC_PIC_NODE)
        return false;
    if (picture->value != FNC_RULE_NONE && d->m->values[picture->value] == value)
        return true;
    for (size_t i = 0; i < picture->noperands; i++)
        if (is_reused(d, picture->operands[i], value))
            return true;
    return false;
}

static finnc_status detach_kept(drawing *d)
{
    const fnc_picture *want = want_of(d->m);
    for (int i = 0; i < d->m->rule->nwant; i++) {
        finnc_node *node = d->plans[i].kept;
        if (!node)
            continue;
        finnc_node_trim_inputs(node, 0);
        /* The root that stays the root keeps all of its values. */
        if (!(node == d->m->root && want->kind == FNC_PIC_NODE && i == want->index))
            FINNC_TRY(finnc_node_set_output(d->cx, node, 0, NULL));
    }
    return FINNC_OK;
}

static finnc_status detach(drawing *d)
{
    FINNC_TRY(detach_kept(d));
    bool changed = true;
    while (changed) {
        changed = false;
        for (int i = 0; i < d->m->rule->nhave; i++) {
            if (!is_unneeded(d, i))
                continue;
            finnc_value *value = d->outputs[i];
            bool outlives = i == 0 || is_reused(d, want_of(d->m), value);
            if (!outlives)
                d->outputs[i] = NULL;
            erase_node(d->m->matched[i], outlives ? value : NULL);
            changed = true;
        }
    }
    return FINNC_OK;
}

/* ---- building ---- */

/* Does `picture` have the matched value as an operand, as it was? */
static bool is_read(const drawing *d, const fnc_picture *picture, const finnc_value *value)
{
    const finnc_match *m = d->m;
    if (picture->kind != FNC_PIC_NODE)
        return m->values[picture->value] == value && !m->tensors[picture->value];
    for (size_t i = 0; !picture->computed && i < picture->noperands; i++)
        if (is_read(d, picture->operands[i], value))
            return true;
    return false;
}

/* May `old` hold another tensor? One constant can be several names of a picture, as in Sub(c, c):
 * then another operand of `want`, which no node may read yet, still means what it was. */
static bool is_free(const drawing *d, const finnc_value *old)
{
    if (is_needed(old) || finnc_value_is_input(old) || finnc_value_producer(old))
        return false;
    for (int i = 0; i < d->nplaced; i++)
        if (d->placed[i] == old)
            return false;
    return !is_read(d, want_of(d->m), old);
}

/* Puts a tensor where the matched constant `old` (NULL: none) was, with its annotations as far as
 * they are true of it. Whoever else uses `old` keeps it. */
static finnc_status place_constant(drawing *d, finnc_value *old, const char *hint,
                                   const finnc_tensor *tensor, finnc_value **value)
{
    if (!hint)
        hint = old ? finnc_value_name(old) : NULL;
    if (!old)
        return finnc_graph_insert_constant(d->cx, d->m->graph, hint, tensor, value);
    *value = old;
    if (!is_free(d, old)) {
        FINNC_TRY(finnc_graph_insert_value(d->cx, d->m->graph, hint, value));
        FINNC_TRY(finnc_value_copy_type(d->cx, *value, old));
    }
    d->placed[d->nplaced++] = *value;
    FINNC_TRY(
        finnc_value_set_tensor(d->cx, *value, tensor)); /* element type and shape are its own */
    return fnc_value_retype(d->cx, *value);
}

static finnc_status build_named(drawing *d, const fnc_picture *picture, finnc_value **value)
{
    finnc_match *m = d->m;
    int name = picture->value;
    *value = m->values[name];
    if (!m->tensors[name])
        return FINNC_OK;
    if (!d->constants[name]) {
        const char *hint = m->hints[name];
        if (!hint && !m->values[name])
            hint = m->rule->names[name].name;
        FINNC_TRY(place_constant(d, m->values[name], hint, m->tensors[name], &d->constants[name]));
    }
    *value = d->constants[name];
    return FINNC_OK;
}

static finnc_status build_computed(drawing *d, const fnc_picture *picture, finnc_value **value)
{
    finnc_match *m = d->m;
    finnc_value *old = picture->value == FNC_RULE_NONE ? NULL : m->values[picture->value];
    const char *hint = NULL;
    for (size_t i = 0; !hint && i < picture->noperands; i++) {
        int name = picture->operands[i]->value;
        if (name != FNC_RULE_NONE && m->values[name])
            hint = finnc_value_name(m->values[name]);
    }
    FINNC_TRY(place_constant(d, old, old ? NULL : hint, fnc_match_constant(m, picture), value));
    if (picture->value != FNC_RULE_NONE)
        m->values[picture->value] = *value;
    return FINNC_OK;
}

static finnc_status build(drawing *d, const fnc_picture *picture, finnc_value **value);

/* The value that a node of `want` makes: the root's, a reused one, or a new one. */
static finnc_status choose_output(drawing *d, const fnc_picture *picture, finnc_value **value)
{
    finnc_match *m = d->m;
    if (picture == want_of(m)) {
        *value = d->fruit;
        return FINNC_OK;
    }
    bool named = picture->value != FNC_RULE_NONE;
    *value = named && m->rule->names[picture->value].in_have ? m->values[picture->value] : NULL;
    if (*value && !finnc_value_producer(*value) && !finnc_value_is_constant(*value) &&
        !finnc_value_is_input(*value))
        return FINNC_OK;
    return finnc_graph_insert_value(d->cx, m->graph,
                                    named ? m->rule->names[picture->value].name : NULL, value);
}

/* Such a node may stand anywhere, so it may as well stay where it is, as upstream's do. */
static bool needs_no_node(finnc_value *const *inputs, size_t ninputs)
{
    for (size_t i = 0; i < ninputs; i++)
        if (inputs[i] && !finnc_value_is_constant(inputs[i]))
            return false;
    return true;
}

static finnc_status finish_kept(drawing *d, const fnc_picture *picture, finnc_node *node,
                                finnc_value *const *inputs, size_t ninputs, finnc_value *output)
{
    for (size_t i = 0; i < ninputs; i++)
        FINNC_TRY(finnc_node_set_input(d->cx, node, i, inputs[i]));
    if (finnc_node_output(node, 0) != output)
        FINNC_TRY(finnc_node_set_output(d->cx, node, 0, output));
    if (picture->nops > 0) {
        const char *domain = picture->domain ? picture->domain : "";
        FINNC_TRY(finnc_node_set_op(d->cx, node, picture->ops[0], domain));
    }
    if (!needs_no_node(inputs, ninputs))
        finnc_graph_move_node(node, d->anchor);
    return FINNC_OK;
}

static finnc_status make_node(drawing *d, const fnc_picture *picture, finnc_value *const *inputs,
                              size_t ninputs, finnc_value *output, finnc_node **node)
{
    plan *p = &d->plans[picture->index];
    if (picture->nops > 0)
        FINNC_TRY(fnc_import(d->cx, d->m->graph, picture->domain));
    if (p->kept) {
        *node = p->kept;
        return finish_kept(d, picture, p->kept, inputs, ninputs, output);
    }
    if (p->copied) {
        FINNC_TRY(finnc_graph_insert_like(d->cx, p->copied, inputs, ninputs, &output, 1, d->anchor,
                                          node));
        if (picture->nops == 0)
            return FINNC_OK;
        return finnc_node_set_op(d->cx, *node, picture->ops[0],
                                 picture->domain ? picture->domain : "");
    }
    finnc_node_spec spec = {.op_type = picture->ops[0],
                            .domain = picture->domain,
                            .inputs = inputs,
                            .ninputs = ninputs,
                            .outputs = &output,
                            .noutputs = 1};
    return finnc_graph_insert_node(d->cx, d->m->graph, &spec, d->anchor, node);
}

static finnc_status build_node(drawing *d, const fnc_picture *picture, finnc_value **value)
{
    finnc_match *m = d->m;
    finnc_value *inputs[FNC_RULE_MAX_OPERANDS] = {NULL};
    size_t ninputs = 0;
    for (size_t i = 0; i < picture->noperands; i++) {
        FINNC_TRY(build(d, picture->operands[i], &inputs[i]));
        if (inputs[i])
            ninputs = i + 1; /* absent ones at the end are left out */
    }
    FINNC_TRY(choose_output(d, picture, value));
    finnc_node *node;
    FINNC_TRY(make_node(d, picture, inputs, ninputs, *value, &node));
    FINNC_TRY(fnc_picture_set_attrs(d->cx, picture, node));
    d->touched->nodes[d->touched->count++] = node;
    if (picture->value != FNC_RULE_NONE)
        m->values[picture->value] = *value;
    if (picture->node != FNC_RULE_NONE)
        m->nodes[picture->node] = node;
    return FINNC_OK;
}

static finnc_status build(drawing *d, const fnc_picture *picture, finnc_value **value)
{
    if (picture->kind != FNC_PIC_NODE)
        return build_named(d, picture, value);
    if (picture->computed)
        return build_computed(d, picture, value);
    return build_node(d, picture, value);
}

/* ---- `want` is a value alone ---- */

static bool is_typed(const finnc_value *value)
{
    return finnc_value_elem(value) != FINNC_ELEM_UNDEFINED && finnc_value_rank(value) >= 0;
}

static bool is_annotated(const finnc_value *value, const char *key)
{
    const char *have;
    for (size_t i = 0; i < finnc_value_nannotations(value); i++)
        if (finnc_value_annotation(value, i, &have) && !strcmp(have, key))
            return true;
    return false;
}

/* What is known of one of two values that become one, and not of the other, is true of both. */
static finnc_status learn(drawing *d, finnc_value *value, const finnc_value *from)
{
    if (!is_typed(value) && is_typed(from)) {
        finnc_dim dims[FINNC_MAX_RANK];
        int rank = finnc_value_rank(from);
        for (int i = 0; i < rank; i++)
            dims[i] = finnc_value_dim(from, i);
        FINNC_TRY(finnc_value_set_type(d->cx, value, finnc_value_elem(from), rank, dims));
    }
    for (size_t i = 0; i < finnc_value_nannotations(from); i++) {
        const char *key, *text = finnc_value_annotation(from, i, &key);
        if (!is_annotated(value, key))
            FINNC_TRY(finnc_value_annotate(d->cx, value, key, text));
    }
    return FINNC_OK;
}

/* The root's value and `value` become one, under the root's name where that is possible. */
static finnc_status join(drawing *d, finnc_value *value)
{
    finnc_value *fruit = d->fruit;
    finnc_node *producer = finnc_value_producer(value);
    bool can_rename =
        producer && finnc_node_graph(producer) == d->m->graph && !finnc_value_is_output(value);
    if (can_rename && (finnc_value_is_output(fruit) || finnc_value_nuses(value) == 0)) {
        size_t i = finnc_value_producer_index(value);
        FINNC_TRY(learn(d, fruit, value));
        FINNC_TRY(finnc_node_set_output(d->cx, producer, i, NULL));
        FINNC_TRY(finnc_node_set_output(d->cx, producer, i, fruit));
        finnc_value_replace_uses(value, fruit);
        finnc_graph_erase_value(value);
        d->touched->nodes[d->touched->count++] = producer;
        return FINNC_OK;
    }
    FINNC_TRY(learn(d, value, fruit));
    finnc_value_replace_uses(fruit, value);
    finnc_graph_erase_value(fruit);
    d->fruit = value;
    return FINNC_OK;
}

static finnc_status build_value(drawing *d)
{
    const fnc_picture *want = want_of(d->m);
    if (want->kind == FNC_PIC_NODE || want->kind == FNC_PIC_CONSTANT) {
        const finnc_tensor *tensor = fnc_match_constant(d->m, want);
        return finnc_value_set_tensor(d->cx, d->fruit, tensor);
    }
    return join(d, d->m->values[want->value]);
}

/* ---- afterwards ---- */

static void erase_leftovers(drawing *d)
{
    for (int i = 1; i < d->m->rule->nhave; i++) {
        finnc_value *value = d->outputs[i];
        if (value && value != d->fruit && !finnc_value_producer(value) && !is_needed(value))
            finnc_graph_erase_value(value);
    }
}

static finnc_status infer(drawing *d)
{
    for (size_t i = 0; i < d->touched->count; i++) {
        finnc_node *node = d->touched->nodes[i];
        if (finnc_node_output(node, 0) == d->fruit && is_typed(d->fruit))
            continue;
        FINNC_TRY(finnc_node_infer_shapes(d->cx, node, true));
    }
    return FINNC_OK;
}

static finnc_status draw(drawing *d)
{
    finnc_match *m = d->m;
    const fnc_picture *want = want_of(m);
    FINNC_TRY(fnc_match_compute(m, want));
    FINNC_TRY(detach(d));
    bool is_node = want->kind == FNC_PIC_NODE && !want->computed;
    FINNC_TRY(is_node ? build(d, want, &d->fruit) : build_value(d));
    erase_leftovers(d);
    FINNC_TRY(infer(d));
    for (int i = 0; i < m->rule->nnames; i++)
        if (d->constants[i])
            m->values[i] = d->constants[i];
    m->root = finnc_value_producer(d->fruit);
    return m->rule->rule->then ? m->rule->rule->then(m) : FINNC_OK;
}

finnc_status fnc_match_build(finnc_match *m, fnc_touched *touched)
{
    finnc_ctx *cx = m->run->manager->cx;
    drawing d = {.m = m, .cx = cx, .touched = touched};
    touched->count = 0;
    d.fruit = finnc_node_output(m->root, 0);
    for (int i = 0; i < m->rule->nhave; i++)
        d.outputs[i] = m->matched[i] ? finnc_node_output(m->matched[i], 0) : NULL;
    d.anchor = finnc_node_next(m->root);
    while (d.anchor && has_matched(m, d.anchor))
        d.anchor = finnc_node_next(d.anchor);
    find_staying(&d);
    make_plan(&d, want_of(m));
    finnc_status status = m->rule->rule->make ? m->rule->rule->make(m) : FINNC_OK;
    if (status == FINNC_OK)
        status = draw(&d);
    fnc_match_release(m);
    return status;
}
