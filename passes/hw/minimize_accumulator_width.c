/* Gives sums the narrowest type that holds whatever a layer can add up, and thresholds with them.
 * Thresholds beyond reach come as near as they can without being reached, so that they do not ask
 * for more bits than the sums. */
#include "hw.h"
#include "stream_readers.h"

#include <math.h>

typedef struct range {
    double low, high;
} range;

/* Sums that a layer which joins streams reads, handed on or not. */
typedef struct sums {
    finnc_node *maker;
    finnc_dtype needed; /* what they need, whatever else is joined with them */
} sums;

typedef struct joined {
    fnc_streams streams;
    fnc_value_map sums; /* a value's */
} joined;

typedef struct layer {
    finnc_pass_run *run;
    joined *known;
    finnc_ctx *cx;
    finnc_node *node;
    finnc_constants c;
    const finnc_tensor *weights, *thresholds; /* NULL: none */
    finnc_dtype input;
    range weight; /* of its type, if weights may change while the layer runs */
    bool is_writeable;
    range sums;
} layer;

/* ---- the range of sums ---- */

/* All products of two ranges. */
static range times(range a, range b)
{
    const double x[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    return (range){fmin(fmin(x[0], x[1]), fmin(x[2], x[3])),
                   fmax(fmax(x[0], x[1]), fmax(x[2], x[3]))};
}

static range of_type(finnc_dtype type)
{
    return (range){finnc_dtype_min(type), finnc_dtype_max(type)};
}

/* Of one column, for inputs of the layer's type. */
static range column_range(const layer *l, int64_t column)
{
    const range input = of_type(l->input);
    range sum = {0, 0};
    if (l->c.counts_matches)
        return (range){0, (double)l->c.length};
    if (l->is_writeable) {
        sum = times(l->weight, input);
        return (range){(double)l->c.length * sum.low, (double)l->c.length * sum.high};
    }
    for (int64_t i = 0; i < l->c.length; i++) {
        const double w =
            finnc_tensor_get(l->weights, column * l->c.column_step + i * l->c.weight_step);
        sum.low += w * (w > 0 ? input.low : input.high);
        sum.high += w * (w > 0 ? input.high : input.low);
    }
    return sum;
}

static range all_columns(const layer *l)
{
    range all = column_range(l, 0);
    for (int64_t c = 1; c < l->c.columns; c++) {
        const range one = column_range(l, c);
        all = (range){fmin(all.low, one.low), fmax(all.high, one.high)};
    }
    return all;
}

/* ---- thresholds ---- */

/* Where thresholds of a row are clipped to. Upstream clips to the highest sum of all columns; a
 * column that can have this sum would reach a threshold that it did not reach before. Beyond 2^53
 * the limits, in doubles, are not exact: no clipping there. */
static range limits(const layer *l, int64_t row, int64_t rows)
{
    const double exact = 0x1p53;
    const double high = rows > 1 ? column_range(l, row).high : l->sums.high;
    if (l->sums.low <= -exact || l->sums.high >= exact)
        return (range){-INFINITY, INFINITY};
    return (range){l->sums.low, high < l->sums.high ? l->sums.high : l->sums.high + 1};
}

/* Rows, each with the threshold of `steps`. */
static int64_t rows_of(const layer *l, int64_t *steps)
{
    *steps = finnc_tensor_dim(l->thresholds, 1);
    return finnc_tensor_dim(l->thresholds, 0);
}

static finnc_status check_thresholds(const layer *l)
{
    const finnc_tensor *t = l->thresholds;
    if (finnc_tensor_rank(t) != 2 ||
        (finnc_tensor_dim(t, 0) != 1 && finnc_tensor_dim(t, 0) != l->c.columns))
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "its thresholds are no matrix of 1 or %.0f rows",
                          (double)l->c.columns);
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++) {
        const double x = finnc_tensor_get(t, i);
        if (!isfinite(x) || x != floor(x))
            return finnc_fail(l->cx, FINNC_BAD_VALUE,
                              "threshold %g is no integer; RoundAndClipThresholds rounds", x);
        if (l->c.counts_matches && x < 0)
            return finnc_fail(l->cx, FINNC_BAD_VALUE,
                              "threshold %g is below 0, and a count of agreeing signs never is", x);
    }
    return FINNC_OK;
}

/* What a threshold becomes for a layer with weights; others compare their input as it is. */
static double clipped(const layer *l, double t, range r)
{
    return l->weights ? fmin(fmax(t, r.low), r.high) : t;
}

/* The threshold as its tensor holds it. Not every limit is a number of its elements: there are
 * fewer of those the larger they are, floats beyond 2^24. It then goes back towards `t`, which is
 * one of them: a limit that is rounded onto a sum would be reached by it. */
static double set_threshold(finnc_tensor *made, int64_t i, double tight, double t)
{
    finnc_tensor_set(made, i, tight);
    double is = finnc_tensor_get(made, i), step = 1;
    while (t > tight ? is < tight : is > tight) {
        finnc_tensor_set(made, i, t > tight ? fmin(tight + step, t) : fmax(tight - step, t));
        is = finnc_tensor_get(made, i);
        step *= 2;
    }
    return is;
}

/* Clips them into a new tensor, unless all are within reach; `span` becomes their range. */
static finnc_status clip_thresholds(const layer *l, finnc_tensor **clip, range *span)
{
    int64_t steps, beyond = 0;
    const int64_t rows = rows_of(l, &steps);
    finnc_tensor *made;
    FINNC_TRY(finnc_tensor_create(l->cx, finnc_tensor_elem(l->thresholds), 2,
                                  finnc_tensor_dims(l->thresholds), &made));
    *span = (range){INFINITY, -INFINITY};
    for (int64_t row = 0; row < rows && steps; row++) {
        const range r = limits(l, row, rows);
        for (int64_t i = row * steps; i < (row + 1) * steps; i++) {
            const double t = finnc_tensor_get(l->thresholds, i);
            const double is = set_threshold(made, i, clipped(l, t, r), t);
            beyond += is != t;
            *span = (range){fmin(span->low, is), fmax(span->high, is)};
        }
    }
    if (beyond == 0)
        finnc_tensor_release(made);
    *clip = beyond ? made : NULL;
    return FINNC_OK;
}

/* ---- types ---- */

/* Two's complement from -2^(n-1) on, or none below 0; FLOAT32 beyond 64 bits. */
static finnc_dtype type_of_sums(range r)
{
    const bool is_signed = r.low < 0;
    const double most = is_signed ? fmax(-r.low, r.high + 1) : r.high + 1;
    int bits = is_signed ? 1 : 0;
    for (double reach = 1; reach < most && bits <= 64; bits++)
        reach *= 2;
    if (!(most < INFINITY) || bits > 64)
        return finnc_dtype_float32();
    return is_signed ? finnc_dtype_int(bits) : finnc_dtype_uint(bits > 0 ? bits : 1);
}

/* Of thresholds on an input: upstream looks for the number farthest from 0, and finds BIPOLAR for
 * -1, which has no 0. */
static finnc_dtype type_of_thresholds(range r)
{
    finnc_dtype type = finnc_dtype_smallest(r.low >= 0        ? r.high
                                            : -r.low > r.high ? r.low
                                                              : -r.high - 1);
    return type.kind == FINNC_DTYPE_BIPOLAR ? finnc_dtype_holding(r.low, r.high) : type;
}

static bool is_last(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o) && finnc_value_nuses(finnc_node_output(node, o)) > 0)
            return false;
    return true;
}

/* Sums that leave the graph come in whole bytes. */
static finnc_dtype in_bytes(finnc_dtype type)
{
    const int bits = (finnc_dtype_bits(type) + 7) / 8 * 8;
    return finnc_dtype_is_signed(type) ? finnc_dtype_int(bits) : finnc_dtype_uint(bits);
}

/* Sums leave the layer as they are, unless they are joined with others: then those decide, too.
 * With other readers besides, the type that a join asks for would widen what those add up. */
static finnc_status set_output(const layer *l, finnc_dtype type)
{
    char name[FINNC_DTYPE_NAME_MAX];
    finnc_value *value = finnc_node_output(l->node, 0);
    const fnc_stream_readers *r = value ? fnc_streams_readers(&l->known->streams, value) : NULL;
    if (!r || !r->is_joined)
        return fnc_hw_attr_dtype(l->cx, l->node, "outputDataType", type);
    if (r->count > 1) {
        finnc_pass_missed(l->run, l->node,
                          "its output stays %s: it has %zu readers, one joins it with others",
                          finnc_dtype_name(finnc_value_dtype(value), name), r->count);
        return FINNC_OK;
    }
    sums *s = FNC_NEW(l->known->sums.arena, sums);
    if (!s)
        return finnc_no_memory(l->cx);
    *s = (sums){.maker = l->node, .needed = type};
    return fnc_value_map_add(l->cx, &l->known->sums, value, s);
}

static finnc_status set_type(const layer *l, finnc_dtype type)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const uint64_t edits = finnc_graph_edits(finnc_node_graph(l->node));
    if (l->weights && l->c.thresholds < 0) {
        if (is_last(l->node))
            type = in_bytes(type);
        FINNC_TRY(set_output(l, type));
    }
    FINNC_TRY(fnc_hw_attr_dtype(l->cx, l->node, l->c.sums_type, type));
    if (finnc_graph_edits(finnc_node_graph(l->node)) != edits)
        finnc_pass_applied(l->run, l->node, "%.0f to %.0f: %s is %s", l->sums.low, l->sums.high,
                           l->c.sums_type, finnc_dtype_name(type, name));
    return FINNC_OK;
}

/* Thresholds on an input are annotated with their type; those on sums keep what they have. */
static finnc_status annotate_thresholds(const layer *l, finnc_dtype type)
{
    const size_t i = (size_t)l->c.thresholds;
    finnc_value *value = finnc_node_input(l->node, i);
    if (l->weights || finnc_dtype_equal(finnc_value_dtype(value), type))
        return FINNC_OK;
    if (finnc_value_nuses(value) > 1) { /* others may want another type */
        FINNC_TRY(fnc_set_constant(l->cx, l->node, i, finnc_tensor_retain(l->thresholds)));
        value = finnc_node_input(l->node, i);
    }
    return finnc_value_set_dtype(l->cx, value, type);
}

/* ---- a layer ---- */

static finnc_status narrow_thresholds(layer *l)
{
    finnc_tensor *clip;
    range span;
    FINNC_TRY(check_thresholds(l));
    FINNC_TRY(clip_thresholds(l, &clip, &span));
    l->sums = (range){fmin(l->sums.low, span.low), fmax(l->sums.high, span.high)};
    return clip ? fnc_set_constant(l->cx, l->node, (size_t)l->c.thresholds, clip) : FINNC_OK;
}

static finnc_status narrow(layer *l)
{
    l->sums = l->weights ? all_columns(l) : of_type(l->input);
    if (l->thresholds)
        FINNC_TRY(narrow_thresholds(l));
    const finnc_dtype type = l->weights ? type_of_sums(l->sums) : type_of_thresholds(l->sums);
    if (!finnc_dtype_is_integer(type)) {
        finnc_pass_missed(l->run, l->node, "no integer type holds %g to %g", l->sums.low,
                          l->sums.high);
        return FINNC_OK;
    }
    if (l->thresholds)
        FINNC_TRY(annotate_thresholds(l, type));
    return set_type(l, type);
}

/* Input `i`, if it is constant; what is missing becomes a remark. */
static bool find_constant(const layer *l, int i, const char *what, const finnc_tensor **tensor)
{
    const finnc_value *value = i >= 0 ? finnc_node_input(l->node, (size_t)i) : NULL;
    *tensor = value ? finnc_value_tensor(value) : NULL;
    if (i >= 0 && !*tensor)
        finnc_pass_missed(l->run, l->node, "its %s are not constant", what);
    return i < 0 || *tensor;
}

static finnc_status attr_dtype(const layer *l, const char *name, finnc_dtype *type)
{
    const char *text;
    FINNC_TRY(finnc_node_need_string(l->cx, l->node, name, &text));
    return finnc_dtype_parse(l->cx, text, type);
}

/* Types have been inferred, so inputDataType is what the input is annotated with, unless that would
 * change what the layer computes. */
static bool says_what_comes(const layer *l)
{
    char is[FINNC_DTYPE_NAME_MAX], said[FINNC_DTYPE_NAME_MAX];
    const finnc_value *x = finnc_node_input(l->node, 0);
    const finnc_dtype type = x ? finnc_value_dtype(x) : l->input;
    if (finnc_dtype_is_integer(type) && finnc_dtype_min(type) >= finnc_dtype_min(l->input) &&
        finnc_dtype_max(type) <= finnc_dtype_max(l->input))
        return true;
    finnc_pass_missed(l->run, l->node, "its input is %s, inputDataType is %s",
                      finnc_dtype_name(type, is), finnc_dtype_name(l->input, said));
    return false;
}

static finnc_status read_types(layer *l, bool *fit)
{
    char name[FINNC_DTYPE_NAME_MAX];
    finnc_dtype weight;
    FINNC_TRY(attr_dtype(l, "inputDataType", &l->input));
    *fit = finnc_dtype_is_integer(l->input);
    if (!*fit)
        finnc_pass_missed(l->run, l->node, "its input is %s, not an integer",
                          finnc_dtype_name(l->input, name));
    else
        *fit = says_what_comes(l);
    l->is_writeable = finnc_node_int(l->node, "runtime_writeable_weights", 0) != 0;
    if (l->c.weights < 0)
        return FINNC_OK;
    FINNC_TRY(attr_dtype(l, "weightDataType", &weight));
    l->weight = of_type(weight);
    return FINNC_OK;
}

static finnc_status check_weights(const layer *l)
{
    int64_t n;
    if (!fnc_mul_i64(l->c.columns, l->c.length, &n) || finnc_tensor_nelems(l->weights) != n)
        return finnc_fail(l->cx, FINNC_BAD_VALUE, "has %.0f weights, should have %.0f * %.0f",
                          (double)finnc_tensor_nelems(l->weights), (double)l->c.columns,
                          (double)l->c.length);
    return FINNC_OK;
}

static finnc_status narrow_node(finnc_pass_run *run, joined *known, finnc_node *node,
                                const finnc_constants *c)
{
    layer l = {.run = run, .known = known, .cx = finnc_pass_ctx(run), .node = node, .c = *c};
    bool fit;
    FNC_AT_NODE(l.cx, node);
    FINNC_TRY(read_types(&l, &fit));
    if (!fit || !find_constant(&l, c->weights, "weights", &l.weights) ||
        !find_constant(&l, c->thresholds, "thresholds", &l.thresholds))
        return FINNC_OK;
    if (l.weights)
        FINNC_TRY(check_weights(&l));
    return narrow(&l);
}

/* ---- sums that are joined with others ---- */

static finnc_dtype wider(finnc_dtype a, finnc_dtype b)
{
    if (!finnc_dtype_is_integer(a) || !finnc_dtype_is_integer(b))
        return finnc_dtype_float32();
    return finnc_dtype_equal(a, b)
               ? a
               : finnc_dtype_holding(fmin(finnc_dtype_min(a), finnc_dtype_min(b)),
                                     fmax(finnc_dtype_max(a), finnc_dtype_max(b)));
}

/* The narrowest that holds what arrives at all of the inputs. */
static finnc_dtype type_of_join(const joined *known, const finnc_node *node)
{
    finnc_dtype type = finnc_dtype_float32();
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (!value)
            return finnc_dtype_float32();
        const sums *s = fnc_value_map_find(&known->sums, value);
        const finnc_dtype its = s ? s->needed : finnc_value_dtype(value);
        type = i == 0 ? its : wider(type, its);
    }
    return type;
}

/* Streams that a layer joins are of one type on the FPGA: sums that it reads are as wide as the
 * others need it. `node` is such a layer. */
static finnc_status widen_joined(finnc_pass_run *run, joined *known, finnc_node *node)
{
    char name[FINNC_DTYPE_NAME_MAX];
    finnc_ctx *cx = finnc_pass_ctx(run);
    const finnc_dtype type = type_of_join(known, node);
    for (size_t i = 0; finnc_dtype_is_integer(type) && i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        const sums *s = fnc_value_map_find(&known->sums, value);
        if (!s)
            continue;
        if (!finnc_dtype_equal(s->needed, type))
            finnc_pass_missed(run, s->maker, "its output is %s, as %s joins it with wider streams",
                              finnc_dtype_name(type, name), finnc_node_name(node));
        FINNC_TRY(fnc_hw_attr_dtype(cx, s->maker, "outputDataType", type));
        FINNC_TRY(finnc_node_infer_dtypes(cx, s->maker, false));
    }
    return finnc_node_infer_dtypes(cx, node, false);
}

/* Sums that come in are the same sums when they leave. */
static finnc_status hand_sums_on(finnc_ctx *cx, joined *known, const finnc_node *node)
{
    sums *s = fnc_hands_stream_on(node)
                  ? fnc_value_map_find(&known->sums, finnc_node_input(node, 0))
                  : NULL;
    for (size_t o = 0; s && o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o))
            FINNC_TRY(fnc_value_map_add(cx, &known->sums, finnc_node_output(node, o), s));
    return FINNC_OK;
}

/* ---- the graph ---- */

static finnc_status find_constants(finnc_ctx *cx, const finnc_node *node, finnc_constants *c)
{
    *c = (finnc_constants){.weights = -1, .thresholds = -1};
    return finnc_layer_find(node) ? finnc_layer_constants(cx, node, c) : FINNC_OK;
}

/* A narrower output is a narrower input of the next layer. Upstream infers the types of the whole
 * graph behind each layer: here all at once before the first one, whose input counts as well, and
 * then node by node. */
static finnc_status minimize_in(finnc_pass_run *run, finnc_graph *graph, joined *known)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    bool has_begun = false;
    for (size_t n = 0; n < known->streams.count && finnc_pass_may_rewrite(run); n++) {
        finnc_constants c;
        finnc_node *node = known->streams.nodes[n];
        if (has_begun)
            FINNC_TRY(finnc_node_infer_dtypes(cx, node, false));
        if (has_begun && fnc_joins_streams(node))
            FINNC_TRY(widen_joined(run, known, node));
        FINNC_TRY(hand_sums_on(cx, known, node));
        FINNC_TRY(find_constants(cx, node, &c));
        if (c.weights < 0 && c.thresholds < 0)
            continue;
        if (!has_begun)
            FINNC_TRY(finnc_graph_infer_dtypes(cx, graph, false));
        has_begun = true;
        FINNC_TRY(narrow_node(run, known, node, &c));
        FINNC_TRY(finnc_node_infer_dtypes(cx, node, false));
    }
    /* Layers between sums and the join that widened them. */
    return has_begun ? finnc_graph_infer_dtypes(cx, graph, false) : FINNC_OK;
}

static finnc_status minimize(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    joined known = {.streams.readers.arena = &scratch, .sums.arena = &scratch};
    finnc_status status = fnc_streams_look(cx, graph, &known.streams);
    if (status == FINNC_OK)
        status = minimize_in(run, graph, &known);
    fnc_arena_clear(&scratch);
    return status;
}

const finnc_pass fnc_pass_minimize_accumulator_width = {
    .name = "MinimizeAccumulatorWidth",
    .summary = "gives sums the narrowest type that holds what a layer can add up",
    .upstream = "finn.transformation.fpgadataflow.minimize_accumulator_width",
    .notes =
        "From the weights and the type of the input. Thresholds that no sum reaches, or that "
        "all do, are clipped to the range of the sums, or to one beyond where a column can "
        "have the highest: upstream clips to the highest sum, which such a column then "
        "reaches. In XNOR mode sums count agreeing signs; upstream takes the inputs for 0 "
        "and 1, and clips thresholds that are reached. Sums that an AddStreams or "
        "StreamingConcat joins with wider streams leave the layer as wide as those are, through "
        "FIFOs and copies, too: such a layer has one type for all of its inputs. Where others "
        "read them as well, they keep their type.",
    .flags = FINNC_PASS_STABLE,
    .run = minimize,
};
