/* A record held against what records are: for those of a program's own, which no test of ours has
 * seen. */
#include <finnc/kernel.h>

#include <jansson.h>
#include <string.h>

static finnc_status check_type(finnc_ctx *cx, const finnc_op *op, const finnc_formal *formal)
{
    if (!formal->type || finnc_elem_find(formal->type))
        return FINNC_OK;
    for (size_t t = 0; t < FINNC_OP_MAX_TYPES && op->types[t].name; t++)
        if (!strcmp(op->types[t].name, formal->type))
            return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "%s is of type %s, which is no element type and none of the op's types",
                      formal->name, formal->type);
}

static finnc_status check_span(finnc_ctx *cx, const char *name, unsigned flags)
{
    const int since = FINNC_SINCE_OF(flags), until = FINNC_UNTIL_OF(flags);
    if (!until || until > since)
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "%s is of versions from %d and before %d, which are none", name, since,
                      until);
}

static finnc_status check_formals(finnc_ctx *cx, const finnc_op *op, const finnc_formal *formals)
{
    const char *optional = NULL, *variadic = NULL;
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && formals[i].name; i++) {
        const finnc_formal *formal = &formals[i];
        if (variadic)
            return finnc_fail(cx, FINNC_BAD_VALUE, "%s comes behind %s, which may repeat",
                              formal->name, variadic);
        if (optional && !(formal->flags & (FINNC_OPTIONAL | FINNC_VARIADIC)))
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "%s is needed, yet comes behind %s, which is not", formal->name,
                              optional);
        if (formal->flags & FINNC_OPTIONAL)
            optional = formal->name;
        if (formal->flags & FINNC_VARIADIC)
            variadic = formal->name;
        else if (formal->flags & FINNC_MIXED)
            return finnc_fail(cx, FINNC_BAD_VALUE, "%s is of mixed types, yet does not repeat",
                              formal->name);
        FINNC_TRY(check_span(cx, formal->name, formal->flags));
        FINNC_TRY(check_type(cx, op, formal));
    }
    return FINNC_OK;
}

/* Is the default's JSON of the attribute's kind? Of those that JSON does not have, anything is. */
static bool is_of_kind(const json_t *value, finnc_attr_kind kind)
{
    switch (kind) {
    case FINNC_ATTR_FLOAT:
        return json_is_number(value);
    case FINNC_ATTR_INT:
        return json_is_integer(value);
    case FINNC_ATTR_STRING:
        return json_is_string(value);
    case FINNC_ATTR_FLOATS:
    case FINNC_ATTR_INTS:
    case FINNC_ATTR_STRINGS:
        return json_is_array(value);
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_TENSOR:
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_TENSORS:
    case FINNC_ATTR_GRAPHS:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        return true;
    }
    return true;
}

static finnc_status check_fallback(finnc_ctx *cx, const finnc_attr_spec *attr)
{
    if (!attr->fallback)
        return FINNC_OK;
    if (attr->flags & FINNC_REQUIRED)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is required, yet has a default",
                          attr->name);
    json_t *value = json_loads(attr->fallback, JSON_DECODE_ANY, NULL);
    bool fits = value && is_of_kind(value, attr->kind);
    json_decref(value);
    if (fits)
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s has the default %s, which is not %s",
                      attr->name, attr->fallback, value ? "of its kind" : "JSON");
}

/* Is there a version that has both? */
static bool overlap(const finnc_attr_spec *a, const finnc_attr_spec *b)
{
    const int until_a = FINNC_UNTIL_OF(a->flags), until_b = FINNC_UNTIL_OF(b->flags);
    return (!until_a || FINNC_SINCE_OF(b->flags) < until_a) &&
           (!until_b || FINNC_SINCE_OF(a->flags) < until_b);
}

static finnc_status check_attrs(finnc_ctx *cx, const finnc_op *op)
{
    const finnc_attr_spec *attr;
    for (size_t i = 0; (attr = finnc_op_attr(op, i)); i++) {
        FINNC_TRY(check_span(cx, attr->name, attr->flags));
        FINNC_TRY(check_fallback(cx, attr));
        for (size_t k = 0; k < i; k++)
            if (!strcmp(attr->name, finnc_op_attr(op, k)->name) &&
                overlap(attr, finnc_op_attr(op, k)))
                return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is there twice", attr->name);
    }
    for (const finnc_choice *choice = op->choices; choice && choice->attr; choice++) {
        bool is_there = false;
        for (size_t i = 0; !is_there && (attr = finnc_op_attr(op, i)); i++)
            is_there = !strcmp(attr->name, choice->attr);
        if (!is_there)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "there are choices for %s, which is no attribute", choice->attr);
    }
    return FINNC_OK;
}

static finnc_status check_versions(finnc_ctx *cx, const finnc_op *op)
{
    if (op->since[0] < 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "it is of no version: since is {1}, say");
    for (size_t i = 1; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        if (op->since[i] <= op->since[i - 1])
            return finnc_fail(cx, FINNC_BAD_VALUE, "version %d comes behind version %d",
                              op->since[i], op->since[i - 1]);
    return FINNC_OK;
}

static finnc_status check(finnc_ctx *cx, const finnc_op *op)
{
    const finnc_op *known = finnc_op_find(op->domain, op->name);
    if (known && known != op)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "finnc has an op of that name, which would be used in its place");
    if (!op->out[0].name)
        return finnc_fail(cx, FINNC_BAD_VALUE, "it has no outputs");
    FINNC_TRY(check_versions(cx, op));
    FINNC_TRY(check_formals(cx, op, op->in));
    FINNC_TRY(check_formals(cx, op, op->out));
    return check_attrs(cx, op);
}

finnc_status finnc_op_check(finnc_ctx *cx, const finnc_op *op)
{
    if (!op->name || !*op->name)
        return finnc_fail(cx, FINNC_BAD_VALUE, "an op without a name");
    int depth = finnc_ctx_enter(cx, "op", op->name, op->domain);
    finnc_status status = check(cx, op);
    finnc_ctx_leave(cx, depth);
    return status;
}
