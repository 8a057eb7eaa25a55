#include "every_op.h"

#include "check_pass.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { MOST_INPUTS = 8, ROOM = 2048 };

typedef struct text {
    char at[ROOM];
    size_t n;
} text;

static void add(text *t, const char *a, const char *b)
{
    t->n += (size_t)snprintf(t->at + t->n, ROOM - t->n, "%s%s", a, b);
    cr_assert_lt(t->n, ROOM);
}

/* "float" or "int64"; NULL if the formal takes neither. */
static const char *type_of(const finnc_op *op, size_t i)
{
    const finnc_types types = finnc_op_types(op, op->in, i);
    if (types & FINNC_TYPES_NO_TENSOR)
        return NULL;
    if (!types || types & FINNC_TYPE(FLOAT))
        return "float";
    return types & FINNC_TYPE(INT64) ? "int64" : NULL;
}

/* Inputs of the newest version, variadic ones twice, up to the first that cannot be made; 0 if it
 * is needed. */
static size_t count_inputs(const finnc_op *op)
{
    size_t n = 0;
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && op->in[i].name && n < MOST_INPUTS; i++) {
        const unsigned flags = op->in[i].flags;
        if (!type_of(op, i) || FINNC_UNTIL_OF(flags))
            return flags & FINNC_OPTIONAL ? n : 0;
        n += flags & FINNC_VARIADIC ? 2 : 1;
    }
    return n <= MOST_INPUTS ? n : 0;
}

static void put_model(const finnc_op *op, size_t data, size_t ninputs, const char *constant,
                      const char *attr, const char *behind, text *t)
{
    char name[32];
    add(t,
        "n (float[1,1] x) => (y) "
        "<float[1,1] half = {0.5}, float zero = {0}, float two = {2}",
        "");
    for (size_t i = 0; i < ninputs; i++) {
        snprintf(name, sizeof name, "[1] c%zu = {", i);
        add(t, ", ", type_of(op, i));
        add(t, name, constant);
        add(t, "}", "");
    }
    add(t, "> { t = ", op->domain ? op->domain : "");
    add(t, op->domain ? "." : "", op->name);
    if (attr) {
        add(t, "<", attr);
        add(t, " = -1.0>", "");
    }
    for (size_t i = 0; i < ninputs; i++) {
        snprintf(name, sizeof name, "c%zu", i);
        add(t, i ? ", " : "(", i == data ? "x" : name);
    }
    add(t, ") ", behind);
    add(t, " }", "");
}

static void visit_one(finnc_ctx *cx, const text *t, size_t data, test_op_visitor *visit)
{
    finnc_model *model = test_read_text(cx, t->at);
    finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    visit(cx, model, node, data);
    finnc_ctx_clear(cx);
    finnc_model_destroy(model);
}

static void visit_op(finnc_ctx *cx, const finnc_op *op, const char *behind, test_op_visitor *visit)
{
    const size_t ninputs = count_inputs(op);
    for (size_t data = 0; data < ninputs; data++) {
        if (strcmp(type_of(op, data), "float") != 0)
            continue;
        const finnc_attr_spec *attr = NULL;
        size_t i = 0;
        do {
            for (int sign = 0; sign < 2; sign++) {
                text t = {.n = 0};
                put_model(op, data, ninputs, sign ? "-1" : "1", attr ? attr->name : NULL, behind,
                          &t);
                visit_one(cx, &t, data, visit);
            }
            while ((attr = finnc_op_attr(op, i++)) && attr->kind != FINNC_ATTR_FLOAT)
                ;
        } while (attr);
    }
}

void test_each_op(finnc_ctx *cx, const char *behind, test_op_visitor *visit)
{
    for (size_t i = 0; finnc_op_at(i); i++)
        visit_op(cx, finnc_op_at(i), behind, visit);
}

bool test_is_monotone_by_rule(finnc_ctx *cx, const finnc_node *node, size_t data)
{
    finnc_range_rule rule;
    if (finnc_node_range_rule(cx, node, &rule) != FINNC_OK) {
        finnc_ctx_clear(cx); /* a layer without its attributes */
        return false;
    }
    return (rule.kind == FINNC_RANGE_RISES || rule.kind == FINNC_RANGE_MONOTONE) &&
           rule.varying >> data & 1 && rule.divisor != (int)data;
}

bool test_is_taken_in(finnc_ctx *cx, finnc_model *model, const finnc_node *node, const char *pass)
{
    finnc_pipeline *pipeline = test_pipeline(cx, pass, NULL);
    const bool is_done = finnc_transform(cx, model, pipeline, NULL) == FINNC_OK;
    finnc_pipeline_destroy(pipeline);
    bool is_there = !is_done;
    finnc_foreach_node (n, finnc_model_graph(model))
        is_there |= n == node;
    return !is_there;
}
