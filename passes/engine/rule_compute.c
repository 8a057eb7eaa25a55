/* What `want` says of attributes and of constants: '{key=JSON}' and '=Op(...)'. */
#include "rule.h"

#include <finnc/op.h>
#include <finnc/run.h>

#include <string.h>

/* ---- attributes ---- */

/* JSON's 1 is a float where the op says so. */
static finnc_attr_kind kind_by_schema(const finnc_node *node, const fnc_pic_attr *attr)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_attr_spec *spec =
        op ? finnc_op_find_attr(op, attr->name, finnc_node_version(node)) : NULL;
    if (spec && attr->kind == FINNC_ATTR_INT && spec->kind == FINNC_ATTR_FLOAT)
        return spec->kind;
    if (spec && attr->kind == FINNC_ATTR_INTS &&
        (spec->kind == FINNC_ATTR_FLOATS || attr->count == 0))
        return spec->kind;
    return attr->kind;
}

static finnc_status set_attr(finnc_ctx *cx, finnc_node *node, const fnc_pic_attr *a)
{
    finnc_attr_kind kind = kind_by_schema(node, a);
    if (kind == FINNC_ATTR_INT)
        return finnc_node_set_int(cx, node, a->name, a->ints[0]);
    if (kind == FINNC_ATTR_FLOAT)
        return finnc_node_set_float(cx, node, a->name, (double)a->floats[0]);
    if (kind == FINNC_ATTR_STRING)
        return finnc_node_set_string(cx, node, a->name, a->strings[0]);
    if (kind == FINNC_ATTR_INTS)
        return finnc_node_set_ints(cx, node, a->name, a->ints, a->count);
    if (kind == FINNC_ATTR_FLOATS)
        return finnc_node_set_floats(cx, node, a->name, a->floats, a->count);
    return finnc_node_set_strings(cx, node, a->name, a->strings, a->count);
}

finnc_status fnc_picture_set_attrs(finnc_ctx *cx, const fnc_picture *picture, finnc_node *node)
{
    for (size_t i = 0; i < picture->nattrs; i++)
        FINNC_TRY(set_attr(cx, node, &picture->attrs[i]));
    return FINNC_OK;
}

/* ---- constants ---- */

const finnc_tensor *fnc_match_constant(const finnc_match *m, const fnc_picture *picture)
{
    if (picture->kind == FNC_PIC_NODE)
        return m->computed[picture->index];
    if (m->tensors[picture->value])
        return m->tensors[picture->value];
    const finnc_value *value = m->values[picture->value];
    return value ? finnc_value_tensor(value) : NULL;
}

/* A node with the picture's attributes over constants, in a model that is only for this. */
static finnc_status make_node(finnc_ctx *cx, finnc_model *model, const fnc_picture *picture,
                              const finnc_tensor *const *inputs, finnc_node **node)
{
    finnc_graph *graph = finnc_model_graph(model);
    finnc_value *values[FNC_RULE_MAX_OPERANDS] = {NULL}, *made;
    FINNC_TRY(finnc_model_set_opset(cx, model, "", FINNC_OPSET_VERSION));
    if (picture->domain)
        FINNC_TRY(finnc_model_set_opset(cx, model, picture->domain, 1));
    for (size_t i = 0; i < picture->noperands; i++)
        if (inputs[i])
            FINNC_TRY(finnc_graph_insert_constant(cx, graph, NULL, inputs[i], &values[i]));
    FINNC_TRY(finnc_graph_insert_value(cx, graph, NULL, &made));
    finnc_node_spec spec = {.op_type = picture->ops[0],
                            .domain = picture->domain,
                            .inputs = values,
                            .ninputs = picture->noperands,
                            .outputs = &made,
                            .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(cx, graph, &spec, NULL, node));
    return fnc_picture_set_attrs(cx, picture, *node);
}

static finnc_status eval_node(finnc_ctx *cx, const fnc_picture *picture,
                              const finnc_tensor *const *inputs, finnc_tensor **output)
{
    finnc_model *model;
    finnc_node *node = NULL;
    FINNC_TRY(finnc_model_create(cx, &model));
    finnc_status status = make_node(cx, model, picture, inputs, &node);
    if (status == FINNC_OK)
        status = finnc_node_eval(cx, node, inputs, picture->noperands, output, 1);
    finnc_model_destroy(model);
    return status;
}

finnc_status fnc_match_compute(finnc_match *m, const fnc_picture *picture)
{
    if (picture->kind != FNC_PIC_NODE)
        return FINNC_OK;
    const finnc_tensor *inputs[FNC_RULE_MAX_OPERANDS] = {NULL};
    for (size_t i = 0; i < picture->noperands; i++) {
        FINNC_TRY(fnc_match_compute(m, picture->operands[i]));
        if (picture->computed)
            inputs[i] = fnc_match_constant(m, picture->operands[i]);
    }
    if (!picture->computed)
        return FINNC_OK;
    finnc_ctx *cx = m->run->manager->cx;
    finnc_tensor **output = &m->computed[picture->index];
    FNC_AT(cx, "computing", picture->ops[0], NULL);
    if (picture->nattrs > 0)
        return eval_node(cx, picture, inputs, output);
    return finnc_op_eval(cx, picture->domain, picture->ops[0], 0, inputs, picture->noperands,
                         output);
}

void fnc_match_release(finnc_match *m)
{
    for (int i = 0; i < FNC_RULE_MAX_NODES; i++) {
        finnc_tensor_release(m->computed[i]);
        m->computed[i] = NULL;
    }
    for (int i = 0; i < FNC_RULE_MAX_NAMES; i++) {
        finnc_tensor_release(m->tensors[i]);
        m->tensors[i] = NULL;
        m->hints[i] = NULL;
    }
    fnc_arena_clear(&m->scratch);
}
