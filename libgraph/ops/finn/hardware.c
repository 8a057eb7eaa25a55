/* What the records of FINN's hardware layers share. A layer's data lie (vectors..., channels). */
#include "hardware.h"

#include <inttypes.h>
#include <math.h>

const finnc_attr_spec fnc_hw_common[] = {
    FNC_HW_MAY("backend", STRING, "\"fpgadataflow\"", "marks a hardware layer"),
    FNC_HW_MAY("preferred_impl_style", STRING, "\"\"", "what to specialise it as"),
    FNC_HW_MAY("exec_mode", STRING, "\"\"", "how upstream executes it"),
    FNC_HW_MAY("cycles_rtlsim", INT, "0", "found by simulation"),
    FNC_HW_MAY("cycles_estimate", INT, "0", "found by formula"),
    FNC_HW_MAY("res_estimate", STRING, "\"\"", "resources, found by formula"),
    FNC_HW_MAY("res_synth", STRING, "\"\"", "resources, found by synthesis"),
    FNC_HW_MAY("res_hls", STRING, "\"\"", "resources, found by HLS"),
    FNC_HW_MAY("rtlsim_so", STRING, "\"\"", "the simulator"),
    FNC_HW_MAY("rtlsim_trace", STRING, "\"\"", "where it writes waves"),
    FNC_HW_MAY("slr", INT, "-1", "the die that it is placed on"),
    FNC_HW_MAY("mem_port", STRING, "\"\"", "the memory port that it uses"),
    FNC_HW_MAY("partition_id", INT, "0", "the partition that it goes to"),
    FNC_HW_MAY("device_id", INT, "0", "the device that it goes to"),
    FNC_HW_MAY("output_hook", STRING, "\"\"", "what is put behind it"),
    FNC_HW_MAY("code_gen_dir_ipgen", STRING, "\"\"", "where the block's code lies"),
    FNC_HW_MAY("code_gen_dir_cppsim", STRING, "\"\"", "where the simulator's code lies"),
    FNC_HW_MAY("executable_path", STRING, "\"\"", "the compiled layer"),
    FNC_HW_MAY("gen_top_module", STRING, "\"\"", "the block's module"),
    FNC_HW_MAY("ipgen_path", STRING, "\"\"", "the block's project"),
    FNC_HW_MAY("ip_path", STRING, "\"\"", "the block"),
    FNC_HW_MAY("ip_vlnv", STRING, "\"\"", "the block's name"),
    {"io_chrc_in", FINNC_ATTR_TENSOR, NULL, "when it takes words", 0},
    {"io_chrc_out", FINNC_ATTR_TENSOR, NULL, "when it gives words", 0},
    FNC_HW_MAY("io_chrc_period", INT, "0", "cycles of these"),
    FNC_HW_MAY("io_chrc_pads_in", INTS, "[]", "of these"),
    FNC_HW_MAY("io_chrc_pads_out", INTS, "[]", "of these"),
    {0},
};

const finnc_choice fnc_hw_choices[] = {FNC_HW_CHOICES, {0}};

/* How many vectors of `width` elements make one image, an image being what lies along axis 0. */
static finnc_dim vectors_of_image(const fnc_shape *x, int64_t width)
{
    finnc_dim n = x->rank < 1 ? fnc_unknown_dim() : fnc_known(1);
    for (int i = 1; i < x->rank && n.size >= 0; i++)
        n = x->dims[i].size < 0 ? fnc_unknown_dim() : fnc_dim_mul(n, x->dims[i]);
    return n.size < 0 || width < 1 || n.size % width ? fnc_unknown_dim()
                                                     : fnc_known(n.size / width);
}

/* `y` counts vectors as the attribute does: makes it count the images that there are, which nobody
 * can tell as long as it is open how many vectors make one. */
static finnc_status count_images(const finnc_infer *in, int64_t width, fnc_shape *y)
{
    const fnc_shape x = fnc_shape_of(in, 0);
    const finnc_dim said = vectors_of_image(y, 1), is = vectors_of_image(&x, width);
    if (said.size < 0 || is.size < 0) {
        if (y->rank > 0)
            y->dims[0] = fnc_unknown_dim();
        return FINNC_OK;
    }
    const finnc_dim all = fnc_dim_mul(x.dims[0], is), wanted = fnc_dim_mul(y->dims[0], said);
    if (said.size == is.size)
        y->dims[0] = x.dims[0];
    else if (all.size >= 0 && wanted.size >= 0 && all.size != wanted.size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the input has %" PRId64
                          " vectors, attribute numInputVectors says %" PRId64,
                          all.size, wanted.size);
    return FINNC_OK;
}

static finnc_status read_vectors(const finnc_infer *in, const char *width, fnc_shape *y)
{
    size_t count;
    const int64_t *vectors = finnc_node_ints(in->node, "numInputVectors", &count);
    if (!vectors)
        return FINNC_OK;
    if (count >= FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute numInputVectors has %zu entries",
                          count);
    y->rank = (int)count;
    for (size_t i = 0; i < count; i++) {
        if (vectors[i] < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute numInputVectors holds %" PRId64,
                              vectors[i]);
        y->dims[i] = fnc_known(vectors[i]);
    }
    FINNC_TRY(count_images(in, fnc_infer_int(in, width, 0), y));
    y->rank++;
    return FINNC_OK;
}

finnc_status fnc_hw_set_shape(finnc_infer *in, const char *width, const char *name)
{
    fnc_shape y = fnc_shape_of(in, 0);
    int64_t n;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, name, &n));
    if (n < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s is %" PRId64, name, n);
    if (width)
        FINNC_TRY(read_vectors(in, width, &y));
    y.elem = fnc_container(in, 0);
    if (y.rank > 0)
        y.dims[y.rank - 1] = fnc_known(n);
    return fnc_infer_set(in, 0, &y);
}

finnc_status fnc_hw_set_dtype(finnc_infer *in, const char *name)
{
    finnc_dtype t;
    FINNC_TRY(fnc_infer_dtype_attr(in, name, &t));
    return finnc_infer_set_dtype(in, 0, t);
}

finnc_status fnc_hw_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    return fnc_hw_set_dtype(in, "outputDataType");
}

finnc_status fnc_hw_dtypes_as_first(finnc_infer *in)
{
    FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    return fnc_dtypes_as_first(in);
}

finnc_status fnc_hw_list(const finnc_infer *in, const char *name, size_t length, const int64_t **x)
{
    size_t count;
    FINNC_TRY(finnc_node_need_ints(in->cx, in->node, name, x, &count));
    if (count != length)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s has %zu entries, should have %zu",
                          name, count, length);
    return FINNC_OK;
}

finnc_status fnc_hw_image(const finnc_infer *in, const fnc_shape *x)
{
    if (x->rank >= 0 && x->rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes (N, H, W, C), the input has rank %d",
                          x->rank);
    return FINNC_OK;
}

finnc_status fnc_hw_need_dim(const finnc_infer *in, size_t i, int axis, const char *name,
                             int64_t size)
{
    int rank = finnc_infer_rank(in, i);
    int at = axis < 0 ? axis + rank : axis;
    int64_t is = at >= 0 && at < rank ? finnc_infer_dim(in, i, at).size : -1;
    if (size < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s is %" PRId64, name, size);
    if (is >= 0 && is != size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "axis %d of input %zu (%s) has %" PRId64
                          " elements, attribute %s says %" PRId64,
                          at, i, finnc_op_formal(in->op->in, i)->name, is, name, size);
    return FINNC_OK;
}

finnc_status fnc_hw_need_windows(const finnc_infer *in, const char *name, const int64_t *sizes,
                                 size_t n)
{
    const fnc_shape x = fnc_shape_of(in, 0);
    int64_t length;
    FINNC_TRY(fnc_hw_image(in, &x));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Channels", &length));
    for (size_t i = 0; i < n; i++)
        if (sizes[i] < 1 || !fnc_mul_i64(length, sizes[i], &length))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s holds %" PRId64, name,
                              sizes[i]);
    if (x.rank == 4 && x.dims[3].size >= 0 && x.dims[3].size != length)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "rows have %" PRId64
                          " elements, attributes Channels and %s make windows of %" PRId64,
                          x.dims[3].size, name, length);
    return FINNC_OK;
}

/* Numbers `step` apart. BIPOLAR has both ends of -1 to 1, and nothing between them. */
static bool holds(finnc_dtype t, double low, double high, double step)
{
    return finnc_dtype_allows(t, low) && finnc_dtype_allows(t, high) &&
           (low == high || finnc_dtype_allows(t, low + step));
}

static finnc_status fail_results(const finnc_infer *in, finnc_dtype t, double low, double high)
{
    char name[FINNC_DTYPE_NAME_MAX];
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "its results reach from %g to %g, attribute outputDataType is %s", low, high,
                      finnc_dtype_name(t, name));
}

finnc_status fnc_hw_need_results(const finnc_infer *in, double low, double high)
{
    finnc_dtype t;
    FINNC_TRY(fnc_infer_dtype_attr(in, "outputDataType", &t));
    return holds(t, low, high, 1) ? FINNC_OK : fail_results(in, t, low, high);
}

bool fnc_hw_holds_counts(const finnc_infer *in, size_t i, double first, finnc_dtype t, double *low,
                         double *high)
{
    const int64_t steps = finnc_infer_rank(in, i) == 2 ? finnc_infer_dim(in, i, 1).size : -1;
    const bool has_signs = t.kind == FINNC_DTYPE_BIPOLAR;
    const double step = has_signs ? 2 : 1;
    *low = has_signs ? 2 * first - 1 : first;
    *high = *low + step * (double)steps;
    return steps < 0 || holds(t, *low, *high, step);
}

finnc_status fnc_hw_need_counts(const finnc_infer *in, size_t i, double first)
{
    finnc_dtype t;
    double low, high;
    FINNC_TRY(fnc_infer_dtype_attr(in, "outputDataType", &t));
    return fnc_hw_holds_counts(in, i, first, t, &low, &high) ? FINNC_OK
                                                             : fail_results(in, t, low, high);
}

finnc_status fnc_hw_range_of_count(finnc_infer *in, size_t i, double least, finnc_range_rule *rule)
{
    finnc_dtype t;
    FINNC_TRY(fnc_infer_dtype_attr(in, "outputDataType", &t));
    int64_t steps = finnc_infer_rank(in, i) == 2 ? finnc_infer_dim(in, i, 1).size : -1;
    bool has_signs = finnc_dtype_equal(t, finnc_dtype_bipolar());
    if (steps < 0 || (has_signs && steps != 1))
        return FINNC_OK;
    rule->kind = FINNC_RANGE_BOUNDED;
    rule->integers = FINNC_INTEGERS_MADE;
    rule->lo = has_signs ? -1 : least;
    rule->hi = has_signs ? 1 : least + (double)steps;
    return FINNC_OK;
}

finnc_status fnc_hw_sums_dtype(finnc_ctx *cx, double low, double high, finnc_dtype *dtype)
{
    const double exact = 9007199254740992; /* 2^53 */
    /* The largest number of a wide type is, as a double, the power of two behind it. */
    *dtype = finnc_dtype_holding(low, high > exact ? nextafter(high, 0) : high);
    if (!finnc_dtype_is_integer(*dtype))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its results reach from %g to %g, which no type of 64 bits holds", low,
                          high);
    return FINNC_OK;
}
