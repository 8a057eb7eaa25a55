/* Flattening does not see in which order axes of one element stand. A Transpose that only moves
 * such axes about goes. Each application takes a node away, so it ends. */
#include <pass.h>

#include <inttypes.h>

/* Do the axes that have more than one element keep their order, and does the first stay first? */
static finnc_verdict keeps_order(finnc_match *m)
{
    const finnc_value *x = finnc_match_value(m, "x");
    size_t count;
    const int64_t *perm = finnc_node_ints(finnc_match_node(m, "t"), "perm", &count);
    int64_t dims[FINNC_MAX_RANK];
    if (!finnc_value_dims(x, -1, dims) || (size_t)finnc_value_rank(x) != count)
        return finnc_skip(m, "the shape of %s is not known", finnc_value_name(x));
    if (count == 0 || perm[0] != 0)
        return finnc_skip(m, "the Transpose moves the first axis");
    int64_t last = 0;
    for (size_t i = 0; i < count; i++) {
        if (perm[i] < 0 || (size_t)perm[i] >= count || dims[perm[i]] == 1)
            continue;
        if (perm[i] < last)
            return finnc_skip(m,
                              "the Transpose changes the order of the elements: axes %" PRId64
                              " and %" PRId64 " have %" PRId64 " and %" PRId64,
                              last, perm[i], dims[last], dims[perm[i]]);
        last = perm[i];
    }
    return FINNC_APPLY;
}

static finnc_verdict when_flatten(finnc_match *m)
{
    const int64_t axis = finnc_node_attr_int(finnc_match_root(m), "axis");
    if (axis != 1)
        return finnc_skip(m, "the Flatten is at axis %" PRId64 ", not 1", axis);
    return keeps_order(m);
}

static finnc_verdict when_reshape(finnc_match *m)
{
    const finnc_tensor *shape = finnc_match_tensor(m, "shape");
    if (finnc_tensor_nelems(shape) != 2 || finnc_tensor_get_int(shape, 0) != 1 ||
        finnc_tensor_get_int(shape, 1) != -1)
        return finnc_skip(m, "the Reshape is not to [1,-1]");
    const int64_t batch = finnc_value_dim(finnc_match_value(m, "x"), 0).size;
    if (batch != 1)
        return finnc_skip(m, "the batch is %" PRId64 ", not 1", batch);
    return keeps_order(m);
}

const finnc_pass fnc_pass_absorb_transpose_into_flatten = {
    .name = "AbsorbTransposeIntoFlatten",
    .summary = "a Transpose goes where the Flatten or Reshape behind it does not see it",
    .upstream = "finn.transformation.streamline.absorb",
    .notes =
        "Decided by the shape and the permutation alone. Upstream asks for a layout annotation, "
        "and does not look at the shape where that is neither NCHW nor NHWC.",
    .flags = FINNC_PASS_STABLE,
    .rules =
        {
            {
                .have = "Flatten(t:Transpose(x))",
                .want = "Flatten(x)",
                .when = when_flatten,
            },
            {
                .have = "Reshape(t:Transpose(x), $shape)",
                .want = "Flatten(x)",
                .when = when_reshape,
            },
        },
};
