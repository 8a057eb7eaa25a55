/* Random tensors. Which numbers come is the interpreter's matter (interp/generator.h): the same in
 * each run of a model, with or without a `seed`. */
#include "../infer.h"

#include <inttypes.h>

/* ---- of a shape that is said ---- */

static finnc_status shaped_check(finnc_infer *in)
{
    finnc_elem elem;
    return fnc_infer_elem_attr(in, "dtype", FINNC_ELEM_FLOAT, &elem);
}

static finnc_status shaped_shapes(finnc_infer *in)
{
    fnc_list shape;
    fnc_shape y = {.rank = 0};
    FINNC_TRY(fnc_infer_elem_attr(in, "dtype", FINNC_ELEM_FLOAT, &y.elem));
    FINNC_TRY(fnc_infer_list(in, "shape", SIZE_MAX, &shape));
    for (size_t i = 0; i < shape.count; i++) {
        if (shape.x[i] < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "dimension %zu of the shape is %" PRId64, i,
                              shape.x[i]);
        y.dims[y.rank++] = fnc_known(shape.x[i]);
    }
    return fnc_infer_set(in, 0, &y);
}

/* ---- of another tensor's shape ---- */

static finnc_status like_elem(finnc_infer *in, finnc_elem *elem)
{
    FINNC_TRY(fnc_infer_elem_attr(in, "dtype", FINNC_ELEM_UNDEFINED, elem));
    if (*elem == FINNC_ELEM_UNDEFINED)
        *elem = finnc_infer_elem(in, 0);
    char text[400];
    finnc_types types = finnc_op_types(in->op, in->op->out, 0);
    if (*elem != FINNC_ELEM_UNDEFINED && !(types >> *elem & 1) && finnc_elem_name(*elem))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "there is no dtype, and as the input '%s' would be %s, but is only %s",
                          in->op->out[0].name, finnc_elem_name(*elem),
                          finnc_types_text(types, text, sizeof text));
    return FINNC_OK;
}

static finnc_status like_check(finnc_infer *in)
{
    finnc_elem elem;
    return like_elem(in, &elem);
}

static finnc_status like_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    FINNC_TRY(like_elem(in, &y.elem));
    return fnc_infer_set(in, 0, &y);
}

/* clang-format off */
#define SEED {"seed", FINNC_ATTR_FLOAT, NULL, "equal seeds draw equal numbers; absent: each node has its own", 0}
#define NORMAL                                                                                     \
    {"mean", FINNC_ATTR_FLOAT, "0.0", "the mean of the distribution", 0},                          \
    {"scale", FINNC_ATTR_FLOAT, "1.0", "its standard deviation", 0}
#define UNIFORM                                                                                    \
    {"low", FINNC_ATTR_FLOAT, "0.0", "lower limit", 0},                                            \
    {"high", FINNC_ATTR_FLOAT, "1.0", "upper limit, which only rounding reaches", 0}
#define SHAPED(symbol, op, text, ...)                                                              \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {1, 22},                                                                          \
        .in = {{0}},                                                                               \
        .out = {{"output", "of that shape", 0, "T"}},                                              \
        .attrs = {{"shape", FINNC_ATTR_INTS, NULL, "of the output", FINNC_REQUIRED},               \
                  {"dtype", FINNC_ATTR_INT, "1", "its element type", 0}, SEED, __VA_ARGS__},       \
        .types = {{"T", FINNC_TYPES_FLOAT}},                                                       \
        .traits = FINNC_OP_RANDOM,                                                                 \
        .shapes = shaped_shapes,                                                                   \
        .check = shaped_check}
#define LIKE(symbol, op, text, ...)                                                                \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {1, 22},                                                                          \
        .in = {{"input", "whose shape is taken", 0, "T1"}},                                        \
        .out = {{"output", "of the input's shape", 0, "T2"}},                                      \
        .attrs = {{"dtype", FINNC_ATTR_INT, NULL, "its element type; absent: the input's", 0},     \
                  SEED, __VA_ARGS__},                                                              \
        .types = {{"T1", FINNC_TYPES_CLASSIC}, {"T2", FINNC_TYPES_FLOAT}},                         \
        .traits = FINNC_OP_RANDOM,                                                                 \
        .shapes = like_shapes,                                                                     \
        .check = like_check}
/* clang-format on */

SHAPED(random_normal, "RandomNormal", "numbers from a normal distribution", NORMAL);
SHAPED(random_uniform, "RandomUniform", "numbers from an interval, all equally likely", UNIFORM);
LIKE(random_normal_like, "RandomNormalLike",
     "numbers from a normal distribution, as many as another tensor has", NORMAL);
LIKE(random_uniform_like, "RandomUniformLike",
     "numbers from an interval, as many as another tensor has", UNIFORM);

/* ---- of given probabilities ---- */

const finnc_op fnc_op_onnx_bernoulli = {
    .name = "Bernoulli",
    .summary = "ones and zeros, by the probability of each one",
    .since = {15, 22},
    .in = {{"input", "probabilities, 0 to 1", 0, "T1"}},
    .out = {{"output", "0 or 1 for each of them", 0, "T2"}},
    .attrs = {{"dtype", FINNC_ATTR_INT, NULL, "element type of the output; absent: the input's", 0},
              SEED},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPES_NUMERIC | FINNC_TYPE(BOOL)}},
    .traits = FINNC_OP_RANDOM,
    .shapes = like_shapes,
    .check = like_check};

static finnc_status multinomial_check(finnc_infer *in)
{
    finnc_elem elem;
    int64_t count = finnc_node_attr_int(in->node, "sample_size");
    if (count < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute sample_size is %" PRId64, count);
    return fnc_infer_elem_attr(in, "dtype", FINNC_ELEM_INT32, &elem);
}

static finnc_status multinomial_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.rank = 2};
    FINNC_TRY(multinomial_check(in));
    FINNC_TRY(fnc_infer_elem_attr(in, "dtype", FINNC_ELEM_INT32, &y.elem));
    if (x.rank >= 0 && x.rank != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the input has rank %d, but is (batch, classes): rank 2", x.rank);
    y.dims[0] = x.rank == 2 ? x.dims[0] : fnc_unknown_dim();
    y.dims[1] = fnc_known(finnc_node_attr_int(in->node, "sample_size"));
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_multinomial = {
    .name = "Multinomial",
    .summary = "classes drawn by the logarithms of their probabilities",
    .since = {7, 22},
    .in = {{"input", "(batch, classes): logarithms, up to a constant in each row", 0, "T1"}},
    .out = {{"output", "(batch, sample_size): numbers of classes", 0, "T2"}},
    .attrs = {{"dtype", FINNC_ATTR_INT, "6", "element type of the output", 0},
              SEED,
              {"sample_size", FINNC_ATTR_INT, "1", "how many are drawn in each row", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_RANDOM,
    .shapes = multinomial_shapes,
    .check = multinomial_check};
