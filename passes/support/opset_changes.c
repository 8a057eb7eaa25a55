/* Most new versions of an op only take more: element types, attributes whose default is what was
 * before. They are not in the table. Of those that are, most have got an input for what was an
 * attribute; the rest have changed their meaning, and are looked at one by one. */
#include "opset_changes.h"

#include "build.h"
#include "window.h"

#include <finnc/op.h>

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct change change;

typedef struct raise {
    finnc_ctx *cx;
    finnc_node *node;
    const change *row;
} raise;

/* What a new version of some ops asks for. */
struct change {
    const char *ops; /* as fnc_opset_change has them */
    int since;
    finnc_status (*rewrite)(const raise *r);
    const char *attr, *word; /* for `rewrite` */
    size_t input;
};

static bool has_attr(const raise *r)
{
    return finnc_node_find_attr(r->node, r->row->attr) != NULL;
}

/* -1: not known, not there, or more than anybody can mean. */
static int rank_of(const raise *r, size_t i)
{
    const finnc_value *value = finnc_node_input(r->node, i);
    const int rank = value ? finnc_value_rank(value) : -1;
    return rank <= FINNC_MAX_RANK ? rank : -1;
}

static bool has_input(const raise *r)
{
    return finnc_node_input(r->node, r->row->input) != NULL;
}

static finnc_status erase(const raise *r)
{
    finnc_node_erase_attr(r->node, r->row->attr);
    return FINNC_OK;
}

static finnc_status refuse(const raise *r)
{
    return finnc_fail(r->cx, FINNC_UNSUPPORTED, "version %d of the op %s", r->row->since,
                      r->row->word);
}

static finnc_status refuse_words(const raise *r, const char *words)
{
    return finnc_fail(r->cx, FINNC_UNSUPPORTED, "%s, which version %d of the op has no word for",
                      words, r->row->since);
}

/* ---- attributes that have become inputs ---- */

/* Gives the reference to `tensor` back. */
static finnc_status become_input(const raise *r, finnc_tensor *tensor)
{
    finnc_value *value;
    FINNC_TRY(fnc_insert_tensor(r->cx, finnc_node_graph(r->node), r->row->attr, tensor, &value));
    FINNC_TRY(finnc_node_set_input(r->cx, r->node, r->row->input, value));
    return erase(r);
}

static finnc_status move_list(const raise *r)
{
    if (!has_attr(r))
        return FINNC_OK;
    if (has_input(r))
        return refuse_words(r, "it has the list twice, as an attribute and as an input");
    size_t count;
    const int64_t one = finnc_node_int(r->node, r->row->attr, 0);
    const int64_t *list = finnc_node_ints(r->node, r->row->attr, &count);
    const int64_t n = list ? (int64_t)count : 1;
    finnc_tensor *tensor;
    FINNC_TRY(
        finnc_tensor_create_from(r->cx, FINNC_ELEM_INT64, 1, &n, list ? list : &one, &tensor));
    return become_input(r, tensor);
}

/* A number of the data's element type. */
static finnc_status move_number(const raise *r)
{
    if (!has_attr(r))
        return FINNC_OK;
    const finnc_value *x = finnc_node_input(r->node, 0);
    const finnc_elem elem = x ? finnc_value_elem(x) : FINNC_ELEM_UNDEFINED;
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(r->cx, elem ? elem : FINNC_ELEM_FLOAT,
                                         finnc_node_float(r->node, r->row->attr, 0), &tensor));
    return become_input(r, tensor);
}

static finnc_status move_dft_axis(const raise *r)
{
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(
        r->cx, FINNC_ELEM_INT64, (double)finnc_node_int(r->node, r->row->attr, 1), &tensor));
    return become_input(r, tensor);
}

/* ---- defaults that changed ---- */

static finnc_status spell_axis(const raise *r)
{
    return has_attr(r) ? FINNC_OK : finnc_node_set_int(r->cx, r->node, r->row->attr, 1);
}

static finnc_status spell_selu(const raise *r)
{
    if (!finnc_node_find_attr(r->node, "alpha"))
        FINNC_TRY(finnc_node_set_float(r->cx, r->node, "alpha", 1.6732f));
    if (!finnc_node_find_attr(r->node, "gamma"))
        FINNC_TRY(finnc_node_set_float(r->cx, r->node, "gamma", 1.0507f));
    return FINNC_OK;
}

/* A bound that was not there was none, then the largest FLOAT, and is now the largest number of the
 * type. */
static finnc_status spell_bounds(const raise *r)
{
    const finnc_value *x = finnc_node_input(r->node, 0);
    const bool is_first = r->row->since == 6;
    if (finnc_node_ninputs(r->node) > 1 ||
        (!is_first && x && finnc_value_elem(x) == FINNC_ELEM_FLOAT))
        return FINNC_OK;
    const double most = is_first ? INFINITY : FLT_MAX;
    if (!finnc_node_find_attr(r->node, "min"))
        FINNC_TRY(finnc_node_set_float(r->cx, r->node, "min", -most));
    if (!finnc_node_find_attr(r->node, "max"))
        FINNC_TRY(finnc_node_set_float(r->cx, r->node, "max", most));
    return FINNC_OK;
}

static finnc_status count_parts(const raise *r)
{
    if (finnc_node_input(r->node, 1))
        return FINNC_OK;
    return finnc_node_set_int(r->cx, r->node, r->row->attr, (int64_t)finnc_node_noutputs(r->node));
}

static finnc_status set_word(const raise *r)
{
    return finnc_node_set_string(r->cx, r->node, r->row->attr, r->row->word);
}

/* ---- other words for the same ---- */

static finnc_status rename_pads(const raise *r)
{
    size_t count;
    const int64_t *pads = finnc_node_ints(r->node, r->row->attr, &count);
    if (pads)
        FINNC_TRY(finnc_node_set_ints(r->cx, r->node, r->row->word, pads, count));
    return erase(r);
}

static finnc_status rename_mode(const raise *r)
{
    const char *mode = finnc_node_string(r->node, r->row->attr, "");
    if (!strcmp(mode, "bilinear"))
        return finnc_node_set_string(r->cx, r->node, r->row->attr, "linear");
    if (!strcmp(mode, "bicubic"))
        return finnc_node_set_string(r->cx, r->node, r->row->attr, "cubic");
    return FINNC_OK;
}

static finnc_status number_type(const raise *r)
{
    const char *name = finnc_node_string(r->node, r->row->attr, NULL);
    return name ? finnc_node_set_int(r->cx, r->node, r->row->attr, finnc_elem_find(name))
                : FINNC_OK;
}

static finnc_status round_norm(const raise *r)
{
    if (!has_attr(r))
        return FINNC_OK;
    const double p = finnc_node_float(r->node, r->row->attr, 2);
    if (p != nearbyint(p) || fabs(p) > INT32_MAX)
        return finnc_fail(r->cx, FINNC_UNSUPPORTED, "p is %g, a whole number since version 2", p);
    return finnc_node_set_int(r->cx, r->node, r->row->attr, (int64_t)p);
}

static finnc_status rename_op(const raise *r)
{
    return finnc_node_set_op(r->cx, r->node, r->row->word, finnc_node_domain(r->node));
}

/* ---- operands that are lined up ---- */

static bool is_one(const finnc_value *value)
{
    for (int i = 0; i < finnc_value_rank(value); i++)
        if (finnc_value_dim(value, i).size != 1)
            return false;
    return finnc_value_rank(value) >= 0;
}

/* Gives constant input 1 axes of one element behind its own, `rank` in all. */
static finnc_status add_axes(const raise *r, int rank)
{
    const finnc_tensor *old = finnc_value_tensor(finnc_node_input(r->node, 1));
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *tensor;
    for (int i = 0; i < rank; i++)
        dims[i] = i < finnc_tensor_rank(old) ? finnc_tensor_dim(old, i) : 1;
    FINNC_TRY(finnc_tensor_reshape(r->cx, old, rank, dims, &tensor));
    return fnc_set_constant(r->cx, r->node, 1, tensor);
}

/* B lies over A's axes from `axis` on, over the last ones if nothing says so, which is how all
 * operands lie now. */
static finnc_status line_up(const raise *r)
{
    const finnc_value *a = finnc_node_input(r->node, 0), *b = finnc_node_input(r->node, 1);
    const bool says =
        finnc_node_int(r->node, "broadcast", 0) && finnc_node_find_attr(r->node, "axis");
    if (says && a && b && !is_one(b)) {
        const int rank = rank_of(r, 0), own = rank_of(r, 1);
        int64_t axis = finnc_node_int(r->node, "axis", 0);
        axis += axis < 0 && rank >= 0 ? rank : 0;
        const bool is_known = rank >= 0 && own >= 0 && axis >= 0 && axis + own <= rank;
        if (!is_known || (axis + own < rank && !finnc_value_is_constant(b)))
            return finnc_fail(r->cx, FINNC_UNSUPPORTED,
                              "'%s' lies over the axes of '%s' from %" PRId64
                              " on; from version %d on operands end with the same axis",
                              finnc_value_name(b), finnc_value_name(a), axis, r->row->since);
        if (axis + own < rank)
            FINNC_TRY(add_axes(r, rank - (int)axis));
    }
    finnc_node_erase_attr(r->node, "axis");
    finnc_node_erase_attr(r->node, "broadcast");
    return FINNC_OK;
}

/* Slopes, one for each channel, lay along axis 1. */
static finnc_status line_up_slopes(const raise *r)
{
    const finnc_value *x = finnc_node_input(r->node, 0), *slope = finnc_node_input(r->node, 1);
    if (!x || !slope || is_one(slope))
        return FINNC_OK;
    const int rank = rank_of(r, 0), own = rank_of(r, 1);
    const int wanted = rank > 1 ? rank - 1 : 1;
    bool is_same = rank >= 0 && own == rank, lies_so = rank >= 0 && own == wanted;
    for (int i = 0; i < rank && is_same; i++)
        is_same = finnc_value_dim(x, i).size >= 0 &&
                  finnc_value_dim(x, i).size == finnc_value_dim(slope, i).size;
    for (int i = 1; i < wanted && lies_so; i++)
        lies_so = finnc_value_dim(slope, i).size == 1;
    if (is_same || lies_so)
        return FINNC_OK;
    if (rank < 0 || own != 1 || !finnc_value_is_constant(slope))
        return finnc_fail(r->cx, FINNC_UNSUPPORTED,
                          "the slopes '%s' lie along axis 1; from version %d on they end with the "
                          "last axis",
                          finnc_value_name(slope), r->row->since);
    return add_axes(r, wanted);
}

/* ---- other meanings ---- */

/* Once it took all axes from its own on for one. */
static finnc_status keep_softmax(const raise *r)
{
    const int rank = rank_of(r, 0);
    const int64_t axis = finnc_node_int(r->node, "axis", 1);
    if (rank < 1 || (axis != rank - 1 && axis != -1))
        return finnc_fail(r->cx, FINNC_UNSUPPORTED,
                          "over the axes from %" PRId64 " on, which opset %d has no word for", axis,
                          r->row->since);
    return finnc_node_set_int(r->cx, r->node, "axis", axis);
}

/* Is output `o` asked for? */
static bool has_output(const raise *r, size_t o)
{
    const finnc_value *y = finnc_node_output(r->node, o);
    return y && (finnc_value_nuses(y) > 0 || finnc_value_is_output(y));
}

/* A node trained unless it said that it tests. */
static finnc_status stop_training(const raise *r)
{
    if (finnc_node_trains(r->node))
        return refuse_words(r, "it trains (is_test is 0)");
    return erase(r);
}

static bool gives_statistics(const raise *r)
{
    size_t o = 1;
    while (o < finnc_node_noutputs(r->node) && !finnc_node_output(r->node, o))
        o++;
    return o < finnc_node_noutputs(r->node);
}

/* From version 7 on a node trained if it had outputs for statistics. */
static finnc_status raise_batch_norm(const raise *r)
{
    if (gives_statistics(r))
        return refuse_words(r, "it has outputs of training");
    return stop_training(r);
}

/* From version 14 on it trains if it says so. */
static finnc_status say_training(const raise *r)
{
    if (!gives_statistics(r))
        return FINNC_OK;
    if (has_output(r, 3) || has_output(r, 4))
        return refuse_words(r, "it gives the batch's own statistics as well");
    return finnc_node_set_int(r->cx, r->node, r->row->attr, 1);
}

static finnc_status check_spatial(const raise *r)
{
    const int rank = rank_of(r, 0);
    if (!finnc_node_int(r->node, "spatial", 1) && (rank < 0 || rank > 2))
        return refuse_words(r, "each element of an image has figures of its own");
    return erase(r);
}

/* It is of truth values now. */
static finnc_status forget_mask(const raise *r)
{
    finnc_value *mask = finnc_node_output(r->node, 1);
    if (has_output(r, 1))
        return refuse_words(r, "its mask is asked for, of the data's type");
    return mask ? finnc_value_set_type(r->cx, mask, FINNC_ELEM_UNDEFINED, -1, NULL) : FINNC_OK;
}

/* Indices below 0 were outside, and count from the end now. */
static finnc_status check_indices(const raise *r)
{
    const finnc_value *x = finnc_node_input(r->node, 0);
    const finnc_tensor *t = x && finnc_value_is_constant(x) ? finnc_value_tensor(x) : NULL;
    double least = x ? finnc_dtype_min(finnc_value_dtype(x)) : -1;
    if (t)
        least = 0;
    for (int64_t i = 0; t && i < finnc_tensor_nelems(t); i++)
        least = fmin(least, finnc_tensor_get(t, i));
    const finnc_elem elem = x ? finnc_value_elem(x) : FINNC_ELEM_UNDEFINED;
    const bool is_unsigned = finnc_elem_is_integer(elem) && !finnc_elem_is_signed(elem);
    return least >= 0 || is_unsigned ? FINNC_OK : refuse_words(r, "indices below 0 are outside");
}

static finnc_status check_one_input(const raise *r)
{
    return finnc_node_ninputs(r->node) > 1 ? refuse_words(r, "sizes of parts are an input")
                                           : FINNC_OK;
}

/* A mask of one key was stretched over all. */
static finnc_status check_mask(const raise *r)
{
    const finnc_value *mask = finnc_node_input(r->node, r->row->input);
    const int rank = rank_of(r, r->row->input);
    if (!mask || (rank > 0 && finnc_value_dim(mask, rank - 1).size > 1))
        return FINNC_OK;
    return refuse_words(r, "its mask may be stretched over the keys");
}

/* Models have either number of windows where the last one would lie in the padding. */
static finnc_status check_last_window(const raise *r)
{
    fnc_windows w;
    if (!finnc_node_int(r->node, "ceil_mode", 0))
        return FINNC_OK;
    bool is_sure = !fnc_node_windows(r->node, false, &w);
    for (int i = 0; is_sure && i < w.rank; i++)
        is_sure = w.in[i] >= 0 && !w.is_cut[i];
    return is_sure ? FINNC_OK : refuse_words(r, "a window may lie in the padding alone");
}

static finnc_status check_floats(const raise *r)
{
    const finnc_value *x = finnc_node_input(r->node, 0);
    return x && finnc_elem_is_integer(finnc_value_elem(x))
               ? refuse_words(r, "its data are integers")
               : FINNC_OK;
}

/* ---- all of them ---- */

#define OTHER_PIXELS "places pixels otherwise"
#define OLD_REDUCES                                                                                \
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd "    \
    "ReduceSumSquare"

/* Of one op in the order of versions. */
static const change changes[] = {
    {"*", 6, erase, "consumed_inputs", NULL, 0}, /* without meaning */
    {"Add Sub Mul Div Pow And Or Xor Equal Greater Less", 7, line_up, NULL, NULL, 0},
    {"Attention", 24, check_mask, NULL, NULL, 3},
    {"Attention", 25, erase, "left_window_size", NULL, 0}, /* which nobody read before */
    {"Attention", 25, erase, "right_window_size", NULL, 0},
    {"BatchNormalization", 7, raise_batch_norm, "is_test", NULL, 0},
    {"BatchNormalization", 9, check_spatial, "spatial", NULL, 0},
    {"BatchNormalization", 14, say_training, "training_mode", NULL, 0},
    {"Cast", 6, number_type, "to", NULL, 0},
    {"Clip", 6, spell_bounds, NULL, NULL, 0},
    {"Clip", 11, spell_bounds, NULL, NULL, 0},
    {"Clip", 11, move_number, "min", NULL, 1},
    {"Clip", 11, move_number, "max", NULL, 2},
    {"Concat", 4, spell_axis, "axis", NULL, 0},
    {"DFT", 20, move_dft_axis, "axis", NULL, 2},
    {"Dropout", 7, stop_training, "is_test", NULL, 0},
    {"Dropout", 10, forget_mask, NULL, NULL, 0},
    {"Dropout", 12, erase, "ratio", NULL, 0}, /* which counts in training only */
    {"Erf", 13, check_floats, NULL, NULL, 0},
    {"GRU LSTM RNN", 7, erase, "output_sequence", NULL, 0},
    {"Gemm", 7, erase, "broadcast", NULL, 0}, /* C ends with the product's axes ever since */
    {"GlobalLpPool LpPool", 2, round_norm, "p", NULL, 0},
    {"GridSample", 20, rename_mode, "mode", NULL, 0},
    {"GroupNormalization", 21, refuse, NULL, "has a scale per channel, not per group", 0},
    {"LabelEncoder", 2, refuse, NULL, "has other tables", 0},
    {"LpPool MaxPool AveragePool", 22, check_last_window, NULL, NULL, 0},
    {"OneHot", 11, check_indices, NULL, NULL, 0},
    {"PRelu", 7, line_up_slopes, NULL, NULL, 0},
    {"Pad", 2, rename_pads, "paddings", "pads", 0},
    {"Pad", 11, move_list, "pads", NULL, 1},
    {"Pad", 11, move_number, "value", NULL, 2},
    {"ReduceSum", 13, move_list, "axes", NULL, 1},
    {OLD_REDUCES, 18, move_list, "axes", NULL, 1},
    {"ReduceLogSum ReduceLogSumExp", 28, check_floats, NULL, NULL, 0},
    {"Reshape", 5, erase, "consumed_inputs", NULL, 0},
    {"Reshape", 5, move_list, "shape", NULL, 1},
    {"Resize", 11, refuse, NULL, OTHER_PIXELS, 0},
    {"RoiAlign", 16, set_word, "coordinate_transformation_mode", "output_half_pixel", 0},
    {"Scan", 9, refuse, NULL, "has no batches", 0},
    {"Scatter", 11, rename_op, NULL, "ScatterElements", 0},
    {"Selu", 6, spell_selu, NULL, NULL, 0},
    {"Slice", 10, move_list, "starts", NULL, 1},
    {"Slice", 10, move_list, "ends", NULL, 2},
    {"Slice", 10, move_list, "axes", NULL, 3},
    {"Softmax LogSoftmax Hardmax", 13, keep_softmax, NULL, NULL, 0},
    {"Split", 2, check_one_input, NULL, NULL, 0},
    {"Split", 13, move_list, "split", NULL, 1},
    {"Split", 18, count_parts, "num_outputs", NULL, 0},
    {"Squeeze Unsqueeze", 13, move_list, "axes", NULL, 1},
    {"Tile", 6, refuse, NULL, "repeats along all axes at once", 0},
    {"TopK", 10, move_list, "k", NULL, 1},
    {"TreeEnsembleClassifier TreeEnsembleRegressor", 5, refuse, NULL, "is gone", 0},
    {"Trunc", 2, refuse, NULL, "has a second scale, and clips", 0},
    {"Upsample", 7, refuse, NULL, "has a scale for each axis", 0},
    {"Upsample", 9, refuse, NULL, "has scales as an input", 0},
    {"Upsample", 10, refuse, NULL, "is gone: Resize " OTHER_PIXELS, 0},
};

bool fnc_opset_change_at(size_t i, fnc_opset_change *is)
{
    if (i >= sizeof changes / sizeof *changes)
        return false;
    const change *row = &changes[i];
    const bool moves =
        row->rewrite == move_list || row->rewrite == move_number || row->rewrite == move_dft_axis;
    *is = (fnc_opset_change){row->ops, row->since, row->attr, row->input, moves};
    return true;
}

/* Is `name` one of those, with blanks between? */
static bool has_name(const char *names, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = names; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!strncmp(at, name, length) && (at[length] == ' ' || !at[length]))
            return true;
    }
    return false;
}

/* Namesakes in QONNX's channels-last domain have fewer versions. */
static bool has_version(const finnc_op *op, int since)
{
    for (size_t i = 0; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        if (op->since[i] == since)
            return true;
    return false;
}

bool fnc_opset_change_is_about(const fnc_opset_change *is, const finnc_op *op)
{
    if (!strcmp(is->ops, "*"))
        return !op->domain;
    return has_name(is->ops, op->name) && has_version(op, is->since);
}

/* Of an op that a program has brought along nobody knows what became of it. */
static finnc_status raise_foreign(finnc_ctx *cx, const finnc_op *op, int64_t from, int64_t to)
{
    for (size_t i = 0; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        if (from < op->since[i] && to >= op->since[i])
            return finnc_fail(cx, FINNC_UNSUPPORTED,
                              "nothing says what version %d of the op has changed", op->since[i]);
    return FINNC_OK;
}

finnc_status fnc_node_raise(finnc_ctx *cx, finnc_node *node, int64_t from, int64_t to)
{
    const finnc_op *op = finnc_node_find_op(node);
    if (!op)
        return FINNC_OK; /* a function's, or nobody's: what it means has no versions */
    if (!finnc_node_is_any(node, op->name))
        return raise_foreign(cx, op, from, to);
    fnc_opset_change is;
    for (size_t i = 0; fnc_opset_change_at(i, &is); i++)
        if (from < is.since && to >= is.since && fnc_opset_change_is_about(&is, op))
            FINNC_TRY(changes[i].rewrite(&(raise){.cx = cx, .node = node, .row = &changes[i]}));
    return FINNC_OK;
}
