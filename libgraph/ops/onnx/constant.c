/* Constants as nodes. */
#include "../infer.h"

/* The attributes that hold what a Constant says. */
static const char *const spoken[] = {"value",     "sparse_value", "value_float",  "value_floats",
                                     "value_int", "value_ints",   "value_string", "value_strings"};

static finnc_status constant_check(finnc_infer *in)
{
    const char *said = NULL;
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++) {
        if (!finnc_node_find_attr(in->node, spoken[i]))
            continue;
        if (said)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attributes %s and %s are both there", said,
                              spoken[i]);
        said = spoken[i];
    }
    return said ? FINNC_OK : finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute value is missing");
}

static finnc_status constant_shapes(finnc_infer *in)
{
    static const struct {
        const char *name;
        finnc_elem elem;
        int rank;
    } spellings[] = {
        {"value_float", FINNC_ELEM_FLOAT, 0},   {"value_int", FINNC_ELEM_INT64, 0},
        {"value_string", FINNC_ELEM_STRING, 0}, {"value_floats", FINNC_ELEM_FLOAT, 1},
        {"value_ints", FINNC_ELEM_INT64, 1},    {"value_strings", FINNC_ELEM_STRING, 1}};
    const finnc_attr *attr = finnc_node_find_attr(in->node, "value");
    if (!attr)
        attr = finnc_node_find_attr(in->node, "sparse_value"); /* made dense when it was read */
    const finnc_tensor *t = attr ? finnc_attr_tensor(attr, 0) : NULL;
    if (t) {
        fnc_shape y = {.elem = finnc_tensor_elem(t), .rank = finnc_tensor_rank(t)};
        for (int i = 0; i < y.rank; i++)
            y.dims[i] = fnc_known(finnc_tensor_dim(t, i));
        return fnc_infer_set(in, 0, &y);
    }
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if ((attr = finnc_node_find_attr(in->node, spellings[i].name)) != NULL) {
            finnc_dim n = fnc_known((int64_t)finnc_attr_count(attr));
            return finnc_infer_set_type(in, 0, spellings[i].elem, spellings[i].rank, &n);
        }
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_constant = {
    .name = "Constant",
    .summary = "a tensor said in the node itself",
    .since = {1, 9, 11, 12, 13, 19, 21, 23, 24, 25},
    .in = {{0}},
    .out = {{"output", "the tensor", 0, "T"}},
    .attrs = {{"value", FINNC_ATTR_TENSOR, NULL, "the tensor", FINNC_REQUIRED | FINNC_UNTIL(11)},
              {"value", FINNC_ATTR_TENSOR, NULL,
               "the tensor, or one of the others:", FINNC_SINCE(11)},
              {"sparse_value", FINNC_ATTR_SPARSE_TENSOR, NULL, "a sparse one", FINNC_SINCE(11)},
              {"value_float", FINNC_ATTR_FLOAT, NULL, "one number", FINNC_SINCE(12)},
              {"value_floats", FINNC_ATTR_FLOATS, NULL, "a vector", FINNC_SINCE(12)},
              {"value_int", FINNC_ATTR_INT, NULL, "one integer", FINNC_SINCE(12)},
              {"value_ints", FINNC_ATTR_INTS, NULL, "a vector of integers", FINNC_SINCE(12)},
              {"value_string", FINNC_ATTR_STRING, NULL, "one string", FINNC_SINCE(12)},
              {"value_strings", FINNC_ATTR_STRINGS, NULL, "a vector of strings", FINNC_SINCE(12)}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .shapes = constant_shapes,
    .check = constant_check};

static finnc_status constant_of_shape_check(finnc_infer *in)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, "value");
    const finnc_tensor *t = attr ? finnc_attr_tensor(attr, 0) : NULL;
    if (attr && (!t || finnc_tensor_nelems(t) != 1))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute value is not one element");
    if (t && finnc_tensor_elem(t) == FINNC_ELEM_STRING)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute value is a string");
    return FINNC_OK;
}

static finnc_status constant_of_shape_shapes(finnc_infer *in)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, "value");
    const finnc_tensor *t = attr ? finnc_attr_tensor(attr, 0) : NULL;
    fnc_shape y;
    FINNC_TRY(fnc_shape_listed(in, 0, &y));
    y.elem = t ? finnc_tensor_elem(t) : FINNC_ELEM_FLOAT;
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_constant_of_shape = {
    .name = "ConstantOfShape",
    .summary = "one value all over a shape",
    .since = {9, 20, 21, 23, 24, 25},
    .in = {{"input", "the sizes", 0, "T1"}},
    .out = {{"output", "of that shape", 0, "T2"}},
    .attrs = {{"value", FINNC_ATTR_TENSOR, NULL, "one element; FLOAT 0 if absent", 0}},
    .types = {{"T1", FINNC_TYPE(INT64)},
              {"T2", FINNC_TYPES_NUMERIC | FINNC_TYPES_FLOAT8 | FINNC_TYPES_SMALL |
                         FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT8E8M0)}},
    .shapes = constant_of_shape_shapes,
    .check = constant_of_shape_check};
