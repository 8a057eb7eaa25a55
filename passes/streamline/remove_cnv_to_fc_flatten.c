/* Hardware layers are joined by streams of numbers, in which a picture and the vector that it is
 * flattened to are the same; so nothing has to be done between two of them. If a Transpose brings
 * the channels first before it is flattened, the rows of the weights behind are put in the stream's
 * order instead. Takes nodes away, so it ends. */
#include <pass.h>

#include <inttypes.h>

/* Does `flat` hold the elements of `x` as one vector for each entry of the batch? */
static finnc_verdict is_flattened(finnc_match *m, const finnc_value *x, const finnc_value *flat)
{
    int64_t from[FINNC_MAX_RANK], to[2];
    if (!finnc_value_dims(x, -1, from) || finnc_value_rank(flat) < 0)
        return finnc_skip(m, "the shapes around it are not known: InferShapes finds them");
    if (finnc_value_rank(x) < 1 || !finnc_value_dims(flat, 2, to) || from[0] != to[0])
        return finnc_skip(m, "%s is not one vector for each entry of the batch",
                          finnc_value_name(flat));
    return FINNC_APPLY;
}

static finnc_verdict comes_from_layer(finnc_match *m, const finnc_value *x)
{
    const finnc_node *producer = finnc_value_producer(x);
    if (producer && finnc_node_has_trait(producer, FINNC_OP_HARDWARE))
        return FINNC_APPLY;
    return finnc_skip(m, "%s, which is flattened, comes from no hardware layer",
                      finnc_value_name(x));
}

/* A product reads all pixels as one vector. */
static finnc_verdict reads_vectors(finnc_match *m)
{
    const finnc_value *x = finnc_match_value(m, "x");
    const finnc_verdict verdict = is_flattened(m, x, finnc_match_value(m, "f"));
    if (verdict != FINNC_APPLY)
        return verdict;
    if (!finnc_node_find_attr(finnc_match_root(m), "numInputVectors"))
        return finnc_skip(m, "it does not say how many vectors it reads (numInputVectors)");
    return comes_from_layer(m, x);
}

/* Layers that work channel by channel need the channels where they are. */
static finnc_verdict keeps_channels(finnc_match *m)
{
    const finnc_value *x = finnc_match_value(m, "x"), *flat = finnc_match_value(m, "f");
    const finnc_verdict verdict = is_flattened(m, x, flat);
    if (verdict != FINNC_APPLY)
        return verdict;
    const int64_t channels = finnc_value_dim(x, finnc_value_rank(x) - 1).size;
    if (channels != finnc_value_dim(flat, 1).size)
        return finnc_skip(m, "of %" PRId64 " channels it makes %" PRId64, channels,
                          finnc_value_dim(flat, 1).size);
    return comes_from_layer(m, x);
}

static finnc_verdict has_picture_rows(finnc_match *m)
{
    const finnc_value *x = finnc_match_value(m, "x");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    int64_t dims[4];
    if (!finnc_value_dims(x, 4, dims))
        return finnc_skip(m, "%s is not known to be a picture of four axes", finnc_value_name(x));
    const int64_t pixels = dims[1] * dims[2]; /* of a shape that was checked */
    if (finnc_tensor_rank(w) != 2 || finnc_tensor_dim(w, 0) != pixels * dims[3])
        return finnc_skip(m,
                          "its weights have no row for each of %" PRId64 " by %" PRId64
                          " pixels and %" PRId64 " channels",
                          dims[1], dims[2], dims[3]);
    return reads_vectors(m);
}

/* Rows (channel, y, x) become rows (y, x, channel). */
static finnc_status sort_rows(finnc_match *m)
{
    static const int perm[] = {1, 2, 0, 3};
    finnc_ctx *cx = finnc_match_ctx(m);
    const finnc_value *x = finnc_match_value(m, "x");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const int64_t dims[] = {finnc_value_dim(x, 3).size, finnc_value_dim(x, 1).size,
                            finnc_value_dim(x, 2).size, finnc_tensor_dim(w, 1)};
    finnc_tensor *rows = NULL, *turned = NULL, *sorted = NULL;
    finnc_status status = finnc_tensor_reshape(cx, w, 4, dims, &rows);
    if (status == FINNC_OK)
        status = finnc_tensor_transpose(cx, rows, perm, &turned);
    if (status == FINNC_OK)
        status = finnc_tensor_reshape(cx, turned, 2, finnc_tensor_dims(w), &sorted);
    if (status == FINNC_OK)
        status = finnc_match_bind(m, "w", sorted, NULL);
    finnc_tensor_release(sorted);
    finnc_tensor_release(turned);
    finnc_tensor_release(rows);
    return status;
}

#define MVAU        "MVAU|MVAU_hls|MVAU_rtl"
#define CHANNELWISE "Thresholding|Thresholding_hls|Thresholding_rtl|ChannelwiseOp|ChannelwiseOp_hls"

const finnc_pass fnc_pass_remove_cnv_to_fc_flatten = {
    .name = "RemoveCNVtoFCFlatten",
    .summary = "between hardware layers a Flatten goes, and the Transpose before it",
    .upstream = "finn.transformation.move_reshape",
    .notes =
        "The layer behind is a product (MVAU), which reads all pixels as one vector, or, if there "
        "is one pixel only, a Thresholding or ChannelwiseOp. If others read the flattened data it stays; upstream looks at the first reader only. "
        "Weights that others use are copied.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{.have = "m:" MVAU "(f@Flatten|Reshape(Transpose{perm=[0,3,1,2]}(x), $s?), $w, $t?)",
               .want = "m(x, $w, $t?)",
               .when = has_picture_rows,
               .make = sort_rows},
              {.have = "m:" MVAU "(f@Flatten|Reshape(x, $s?), w, $t?)",
               .want = "m(x, w, $t?)",
               .when = reads_vectors},
              {.have = "m:" CHANNELWISE "(f@Flatten|Reshape(x, $s?), w)",
               .want = "m(x, w)",
               .when = keeps_channels}},
};
