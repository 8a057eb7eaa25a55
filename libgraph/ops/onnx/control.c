/* Ops that run subgraphs. */
#include "../../nodes/elem_text.h"
#include "../infer.h"

#include <string.h>

static fnc_shape shape_of_output(const finnc_graph *body, size_t o)
{
    const finnc_value *v = finnc_graph_output(body, o);
    fnc_shape s = {.elem = v ? finnc_value_elem(v) : FINNC_ELEM_UNDEFINED,
                   .rank = v ? finnc_value_rank(v) : -1};
    for (int i = 0; i < s.rank; i++)
        s.dims[i] = finnc_value_dim(v, i);
    return s;
}

/* Sequences and optionals keep the types that the model declares. */
static bool is_tensor(const finnc_graph *body, size_t o)
{
    const finnc_value *v = finnc_graph_output(body, o);
    return v && finnc_value_kind(v) == FINNC_KIND_TENSOR;
}

static const finnc_graph *find_body(const finnc_infer *in, const char *name)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, name);
    return attr ? finnc_attr_graph(attr, 0) : NULL;
}

static finnc_elem elem_within(const finnc_value *value)
{
    finnc_dim dims[FINNC_MAX_RANK];
    finnc_elem elem = finnc_value_elem(value);
    int rank;
    if (finnc_value_kind(value) != FINNC_KIND_TENSOR)
        (void)finnc_value_item(value, &elem, &rank, dims);
    return elem;
}

/* Branches may differ in shapes, and in nothing else. */
static finnc_status check_branches(const finnc_infer *in, const finnc_graph *a,
                                   const finnc_graph *b, size_t o)
{
    const finnc_value *x = finnc_graph_output(a, o), *y = finnc_graph_output(b, o);
    if (!x || !y || !finnc_value_has_type(x) || !finnc_value_has_type(y))
        return FINNC_OK;
    /* What both are, down to the first level at which they are two things. */
    int depth = 0;
    while (finnc_value_kind_at(x, depth) == finnc_value_kind_at(y, depth) &&
           finnc_value_kind_at(x, depth) != FINNC_KIND_TENSOR)
        depth++;
    const finnc_kind kinds[] = {finnc_value_kind_at(x, depth), finnc_value_kind_at(y, depth)};
    const finnc_elem elems[] = {elem_within(x), elem_within(y)};
    const bool is_kind = kinds[0] != kinds[1];
    const char *words[2];
    const bool is_open = !elems[0] || !elems[1];
    if (is_kind ? depth && is_open : is_open || elems[0] == elems[1])
        return FINNC_OK;
    for (int i = 0; i < 2; i++)
        words[i] = is_kind ? finnc_kind_name(kinds[i]) : fnc_elem_text(elems[i]);
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "output %zu is %s%s%s in then_branch ('%s'), %s%s in else_branch ('%s'): "
                      "they should be of one type",
                      o, is_kind && depth ? "made of " : "", is_kind && !depth ? "a " : "",
                      words[0], finnc_value_name(x), is_kind && !depth ? "a " : "", words[1],
                      finnc_value_name(y));
}

static finnc_status if_shapes(finnc_infer *in)
{
    const finnc_graph *a = find_body(in, "then_branch"), *b = find_body(in, "else_branch");
    for (size_t o = 0; a && b && o < finnc_infer_noutputs(in); o++) {
        FINNC_TRY(check_branches(in, a, b, o));
        fnc_shape x = shape_of_output(a, o), y = shape_of_output(b, o),
                  r = fnc_shape_common(&x, &y);
        if (is_tensor(a, o) && is_tensor(b, o))
            FINNC_TRY(fnc_infer_set(in, o, &r));
    }
    return FINNC_OK;
}

static finnc_status if_check(finnc_infer *in)
{
    const finnc_graph *a = find_body(in, "then_branch"), *b = find_body(in, "else_branch");
    size_t n = finnc_infer_noutputs(in);
    if (a && b && (finnc_graph_noutputs(a) != n || finnc_graph_noutputs(b) != n))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "has %zu outputs, its branches have %zu and %zu",
                          n, finnc_graph_noutputs(a), finnc_graph_noutputs(b));
    for (size_t o = 0; a && b && o < n; o++)
        FINNC_TRY(check_branches(in, a, b, o));
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_if = {
    .name = "If",
    .summary = "runs one of two subgraphs",
    .since = {1, 11, 13, 16, 19, 21, 23, 24, 25},
    .in = {{"cond", "one truth value", 0, "B"}},
    .out = {{"outputs", "what the branch leaves", FINNC_VARIADIC | FINNC_MIXED, "V"}},
    .attrs = {{"then_branch", FINNC_ATTR_GRAPH, NULL, "if true", FINNC_REQUIRED},
              {"else_branch", FINNC_ATTR_GRAPH, NULL, "if false", FINNC_REQUIRED}},
    .types = {{"B", FINNC_TYPE(BOOL)},
              {"V", FINNC_TYPES_ANY | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE}},
    .traits = FINNC_OP_CONTROL,
    .shapes = if_shapes,
    .check = if_check};

/* Loop: the body's outputs are a condition, the carried values, then what each round adds to a
 * scan. */
static finnc_status loop_shapes(finnc_infer *in)
{
    const finnc_graph *body = find_body(in, "body");
    size_t carried = finnc_infer_ninputs(in) > 2 ? finnc_infer_ninputs(in) - 2 : 0;
    for (size_t o = 0; body && o < finnc_infer_noutputs(in); o++) {
        fnc_shape s = shape_of_output(body, o + 1);
        if (o < carried) { /* a carried value may change its shape from round to round */
            s = (fnc_shape){.elem = s.elem, .rank = -1};
        } else if (s.rank >= 0 && s.rank < FINNC_MAX_RANK) {
            memmove(s.dims + 1, s.dims, (size_t)s.rank * sizeof *s.dims);
            s.dims[0] = fnc_unknown_dim();
            s.rank++;
        }
        if (is_tensor(body, o + 1))
            FINNC_TRY(fnc_infer_set(in, o, &s));
    }
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_loop = {
    .name = "Loop",
    .summary = "runs a subgraph again and again",
    .since = {1, 11, 13, 16, 19, 21, 23, 24, 25},
    .in = {{"M", "most rounds", FINNC_OPTIONAL, "I"},
           {"cond", "go on? for the first round", FINNC_OPTIONAL, "B"},
           {"v_initial", "carried values", FINNC_OPTIONAL | FINNC_VARIADIC | FINNC_MIXED, "V"}},
    .out = {{"v_final_and_scan_outputs", "carried values, then scans", FINNC_VARIADIC | FINNC_MIXED,
             "V"}},
    .attrs = {{"body", FINNC_ATTR_GRAPH, NULL, "a round", FINNC_REQUIRED}},
    .types = {{"I", FINNC_TYPE(INT64)},
              {"B", FINNC_TYPE(BOOL)},
              {"V", FINNC_TYPES_ANY | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE}},
    .traits = FINNC_OP_CONTROL,
    .shapes = loop_shapes};
