/* A node held against its op's record. */
#include "infer.h"

#include "../base/text.h"
#include "../nodes/elem_text.h"

#include <finnc/layer.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- inputs and outputs ---- */

/* How many inputs (outputs) a version of an op allows. */
typedef struct allowed {
    size_t least, most;
    bool is_all; /* is it what any version allows? */
} allowed;

static allowed count_formals(const finnc_formal *formals, int version)
{
    allowed n = {.is_all = true};
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && formals[i].name; i++) {
        if (!fnc_version_has(version, formals[i].flags)) {
            n.is_all = false;
            continue;
        }
        if (!(formals[i].flags & FINNC_OPTIONAL))
            n.least = i + 1;
        n.most = formals[i].flags & FINNC_VARIADIC ? SIZE_MAX : i + 1;
    }
    return n;
}

static finnc_status check_count(finnc_ctx *cx, const finnc_formal *formals, int version,
                                size_t count, const char *verb, const char *noun)
{
    char which[32] = "";
    const allowed n = count_formals(formals, version);
    if (count >= n.least && count <= n.most)
        return FINNC_OK;
    if (!n.is_all)
        snprintf(which, sizeof which, " in version %d", version);
    if (n.most == SIZE_MAX)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s at least %zu %ss%s, has %zu", verb, n.least,
                          noun, which, count);
    if (n.least == n.most)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s %zu %s%s%s, has %zu", verb, n.most, noun,
                          n.most == 1 ? "" : "s", which, count);
    return finnc_fail(cx, FINNC_BAD_VALUE, "%s %zu to %zu %ss%s, has %zu", verb, n.least, n.most,
                      noun, which, count);
}

static finnc_status check_present(finnc_ctx *cx, const finnc_node *node, const finnc_op *op,
                                  int version)
{
    const size_t n = finnc_node_ninputs(node);
    const finnc_formal *formal;
    for (size_t i = 0; (formal = finnc_op_formal(op->in, i)); i++) {
        const bool repeats = formal->flags & FINNC_VARIADIC;
        if (repeats && i >= n)
            break;
        if (!finnc_node_input(node, i) && !(formal->flags & FINNC_OPTIONAL) &&
            fnc_version_has(version, formal->flags))
            return finnc_fail(cx, FINNC_BAD_VALUE, "input %zu (%s) is missing", i, formal->name);
    }
    return FINNC_OK;
}

/* ---- types ---- */

static size_t put(char *text, size_t size, size_t n, const char *word)
{
    int k = n < size ? snprintf(text + n, size - n, "%s", word) : 0;
    return n + (k > 0 ? (size_t)k : 0);
}

char *finnc_types_text(finnc_types types, char *text, size_t size)
{
    size_t n = 0;
    bool is_first = true;
    if (size)
        text[0] = '\0';
    if (types & FINNC_TYPES_NO_TENSOR)
        n = put(text, size, n,
                types & FINNC_TYPES_MAP        ? "maps of "
                : types & FINNC_TYPES_SEQUENCE ? "sequences of "
                                               : "optionals of ");
    if ((types & FINNC_TYPES_ANY) == FINNC_TYPES_ANY)
        n = put(text, size, n, "any");
    else
        for (int e = 1; e < 40; e++)
            if (types >> e & 1 && finnc_elem_name((finnc_elem)e)) {
                n = put(text, size, n, is_first ? "" : ", ");
                n = put(text, size, n, finnc_elem_name((finnc_elem)e));
                is_first = false;
            }
    if (!(types & FINNC_TYPES_NO_TENSOR)) {
        if (types & FINNC_TYPES_SEQUENCE)
            n = put(text, size, n, "; sequences of them");
        if (types & FINNC_TYPES_OPTIONAL)
            n = put(text, size, n, "; optionals of these");
        if (types & FINNC_TYPES_MAP)
            put(text, size, n, "; maps of them");
    }
    return text;
}

finnc_status finnc_op_check_elem(finnc_ctx *cx, const finnc_op *op, size_t i, finnc_elem elem)
{
    finnc_types types = finnc_op_types(op, op->in, i);
    if (!types || elem == FINNC_ELEM_UNDEFINED ||
        ((unsigned)elem < 40 && types >> elem & 1 && !(types & FINNC_TYPES_NO_TENSOR)))
        return FINNC_OK;
    char takes[400];
    return finnc_fail(cx, FINNC_BAD_VALUE, "input %zu (%s) is %s, it may be %s", i,
                      finnc_op_formal(op->in, i)->name, fnc_elem_text(elem),
                      finnc_types_text(types, takes, sizeof takes));
}

/* What an element of a sequence, optional or map is made of; UNDEFINED if there is none. */
static finnc_elem innermost_elem(const finnc_tensor *tensor)
{
    while (tensor && finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
        tensor = finnc_tensor_item(tensor, finnc_tensor_nelems(tensor) - 1);
    return tensor ? finnc_tensor_elem(tensor) : FINNC_ELEM_UNDEFINED;
}

/* `elem`: of what it is made; UNDEFINED if that is not known. */
static finnc_status check_kind(finnc_ctx *cx, const finnc_op *op, size_t i, finnc_kind kind,
                               finnc_elem elem)
{
    static const finnc_types wanted[] = {[FINNC_KIND_TENSOR] = 0,
                                         [FINNC_KIND_SEQUENCE] = FINNC_TYPES_SEQUENCE,
                                         [FINNC_KIND_OPTIONAL] = FINNC_TYPES_OPTIONAL,
                                         [FINNC_KIND_MAP] = FINNC_TYPES_MAP};
    finnc_types types = finnc_op_types(op, op->in, i);
    if (kind == FINNC_KIND_TENSOR)
        return finnc_op_check_elem(cx, op, i, elem);
    if (!types || (types & wanted[kind] && (!elem || ((unsigned)elem < 40 && types >> elem & 1))))
        return FINNC_OK;
    char takes[400];
    const char *name = finnc_elem_name(elem);
    return finnc_fail(cx, FINNC_BAD_VALUE, "input %zu (%s) is a%s %s of %s, it may be %s", i,
                      finnc_op_formal(op->in, i)->name, kind == FINNC_KIND_OPTIONAL ? "n" : "",
                      finnc_kind_name(kind), name ? name : "an unknown type",
                      finnc_types_text(types, takes, sizeof takes));
}

finnc_status finnc_op_check_input(finnc_ctx *cx, const finnc_op *op, size_t i,
                                  const finnc_tensor *tensor)
{
    return check_kind(cx, op, i, finnc_tensor_kind(tensor), innermost_elem(tensor));
}

static finnc_status check_types(finnc_ctx *cx, const finnc_node *node, const finnc_op *op)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        finnc_kind kind = value ? finnc_value_kind(value) : FINNC_KIND_TENSOR;
        finnc_elem elem = value ? finnc_value_elem(value) : FINNC_ELEM_UNDEFINED;
        finnc_dim dims[FINNC_MAX_RANK];
        int rank;
        if (kind != FINNC_KIND_TENSOR)
            (void)finnc_value_item(value, &elem, &rank, dims);
        FINNC_TRY(check_kind(cx, op, i, kind, elem));
    }
    return FINNC_OK;
}

static bool may_be_mixed(const finnc_op *op, finnc_elem a, finnc_elem b)
{
    return op->traits & (FINNC_OP_ELEMENTWISE | FINNC_OP_LINEAR) &&
           (a == FINNC_ELEM_FLOAT || a == FINNC_ELEM_DOUBLE) &&
           (b == FINNC_ELEM_FLOAT || b == FINNC_ELEM_DOUBLE);
}

static finnc_elem elem_of(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_kind(value) == FINNC_KIND_TENSOR ? finnc_value_elem(value)
                                                                 : FINNC_ELEM_UNDEFINED;
}

static finnc_elem elem_of_tensor(const finnc_tensor *tensor)
{
    return tensor && finnc_tensor_kind(tensor) == FINNC_KIND_TENSOR ? finnc_tensor_elem(tensor)
                                                                    : FINNC_ELEM_UNDEFINED;
}

/* What a type variable stands for in a node, and the input that says so. */
typedef struct known {
    const char *name;
    finnc_elem elem;
    size_t input;
} known;

/* Where `name` is among `count` variables; `count` if it is not. */
static size_t find_known(const known *all, size_t count, const char *name)
{
    size_t k = 0;
    while (k < count && strcmp(all[k].name, name) != 0)
        k++;
    return k;
}

finnc_status finnc_node_check_agreement(finnc_ctx *cx, const finnc_node *node,
                                        const finnc_tensor *const *inputs, size_t n, bool may_mix)
{
    known all[FINNC_OP_MAX_FORMALS];
    size_t count = 0;
    const finnc_op *op = finnc_node_is_custom(node) ? NULL : finnc_node_find_op(node);
    const finnc_formal *formal;
    if (!inputs)
        n = finnc_node_ninputs(node);
    for (size_t i = 0; op && i < n && (formal = finnc_op_formal(op->in, i)); i++) {
        const finnc_elem elem = inputs ? elem_of_tensor(inputs[i]) : elem_of(node, i);
        if (!elem || !formal->type || formal->flags & FINNC_MIXED)
            continue;
        const size_t k = find_known(all, count, formal->type);
        if (k == count) {
            all[count++] = (known){formal->type, elem, i};
            continue;
        }
        const bool is_pair = may_mix && !(formal->flags & FINNC_VARIADIC);
        if (all[k].elem != elem && !(is_pair && may_be_mixed(op, all[k].elem, elem)))
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "input %zu (%s) is %s, input %zu (%s) is %s: they should be of one "
                              "type",
                              all[k].input, finnc_op_formal(op->in, all[k].input)->name,
                              fnc_elem_text(all[k].elem), i, formal->name, fnc_elem_text(elem));
    }
    return FINNC_OK;
}

/* ---- attributes ---- */

static finnc_status check_span(finnc_ctx *cx, const finnc_attr_spec *spec, int version)
{
    const int since = FINNC_SINCE_OF(spec->flags);
    if (fnc_version_has(version, spec->flags))
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "attribute %s is of versions %s %d of the op, this is version %d", spec->name,
                      version < since ? "from" : "before",
                      version < since ? since : FINNC_UNTIL_OF(spec->flags), version);
}

/* Is it one of the words? Nothing always is. */
static bool is_word_of(const char *words, const char *text, size_t length, bool in_any_case)
{
    for (const char *at = words; length > 0;) {
        size_t n = strcspn(at, " ");
        if (n == length && !(in_any_case ? strncasecmp : strncmp)(at, text, n))
            return true;
        if (!at[n])
            return false;
        at += n + 1;
    }
    return true;
}

static finnc_status check_choice(finnc_ctx *cx, const finnc_op *op, const finnc_attr_spec *spec,
                                 const finnc_attr *attr)
{
    for (const finnc_choice *c = op->choices; c && c->attr; c++) {
        if (strcmp(c->attr, spec->name) != 0)
            continue;
        char number[32];
        finnc_string text = {number, 0};
        bool is_int = finnc_attr_get_kind(attr) == FINNC_ATTR_INT;
        if (is_int)
            text.length =
                (size_t)snprintf(number, sizeof number, "%" PRId64, finnc_attr_int(attr, 0));
        else
            text = finnc_attr_string(attr, 0);
        if (!is_word_of(c->words, text.data, text.length, spec->flags & FINNC_IN_ANY_CASE))
            return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is %.*s, may be one of: %s",
                              spec->name, text.length < 40 ? (int)text.length : 40, text.data,
                              c->words);
    }
    return FINNC_OK;
}

static finnc_status check_attr(finnc_ctx *cx, const finnc_node *node, const finnc_op *op,
                               const finnc_attr *attr)
{
    if (finnc_attr_ref(attr)) /* its value is the calling function's matter */
        return FINNC_OK;
    const char *name = finnc_attr_name(attr);
    const int version = finnc_node_version(node);
    const finnc_attr_spec *spec = fnc_find_spec(op, name, version);
    if (!spec)
        spec = fnc_find_spec(op, name, 0);
    if (!spec)
        return FINNC_OK;
    FINNC_TRY(check_span(cx, spec, version));
    finnc_attr_kind kind = finnc_attr_get_kind(attr);
    if (spec->kind != FINNC_ATTR_UNDEFINED && kind != spec->kind)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is of kind %s, should be %s", name,
                          finnc_attr_kind_name(kind), finnc_attr_kind_name(spec->kind));
    return check_choice(cx, op, spec, attr);
}

bool finnc_node_knows_attr(const finnc_node *node, const char *name, const char **near)
{
    const finnc_op *op = finnc_node_find_op(node);
    fnc_nearest nearest = {.wanted = name};
    *near = NULL;
    if (!op || op->traits & FINNC_OP_HARDWARE || fnc_find_spec(op, name, 0))
        return true;
    for (size_t i = 0; finnc_op_attr(op, i); i++)
        fnc_nearest_offer(&nearest, finnc_op_attr(op, i)->name);
    *near = nearest.best;
    return false;
}

const finnc_attr_spec *finnc_node_attr_spec(const finnc_node *node, const char *name)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_attr_spec *spec = op ? fnc_find_spec(op, name, finnc_node_version(node)) : NULL;
    const unsigned variants = spec ? spec->flags & (FINNC_FOR_HLS | FINNC_FOR_RTL) : 0;
    if (!variants)
        return spec;
    const finnc_style style = finnc_node_style(node);
    const unsigned is = style == FINNC_STYLE_HLS   ? FINNC_FOR_HLS
                        : style == FINNC_STYLE_RTL ? FINNC_FOR_RTL
                                                   : 0;
    return variants & is ? spec : NULL;
}

finnc_status finnc_node_check_attr(finnc_ctx *cx, const finnc_node *node, const char *name)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    FNC_AT_NODE(cx, node);
    return op && attr ? check_attr(cx, node, op, attr) : FINNC_OK;
}

finnc_status finnc_node_check(finnc_ctx *cx, const finnc_node *node)
{
    finnc_infer in;
    fnc_infer_init(&in, cx, node);
    FNC_AT_NODE(cx, node);
    if (!in.op)
        return FINNC_OK;
    FINNC_TRY(check_present(cx, node, in.op, in.version));
    FINNC_TRY(check_count(cx, in.op->in, in.version, finnc_node_ninputs(node), "takes", "input"));
    FINNC_TRY(
        check_count(cx, in.op->out, in.version, finnc_node_noutputs(node), "makes", "output"));
    FINNC_TRY(check_types(cx, node, in.op));
    FINNC_TRY(finnc_node_check_agreement(cx, node, NULL, 0, true));
    for (size_t i = 0; i < finnc_node_nattrs(node); i++)
        FINNC_TRY(check_attr(cx, node, in.op, finnc_node_attr(node, i)));
    const finnc_attr_spec *spec;
    for (size_t i = 0; (spec = finnc_op_attr(in.op, i)); i++)
        if (spec->flags & FINNC_REQUIRED && fnc_version_has(in.version, spec->flags) &&
            !finnc_node_find_attr(node, spec->name))
            return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is missing", spec->name);
    return fnc_infer_end(&in, in.op->check ? in.op->check(&in) : FINNC_OK);
}
