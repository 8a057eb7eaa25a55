/* Signs on the output channels of a convolution are signs on its filters, which for weights of one
 * bit, or of a symmetric type, costs nothing. Each application takes a node away, so it ends. */
#include "../support/constants.h"

static finnc_verdict fits(finnc_match *m)
{
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const finnc_dtype bits = finnc_value_dtype(finnc_match_value(m, "s"));
    const finnc_dtype held = finnc_value_dtype(finnc_match_value(m, "w"));
    char name[FINNC_DTYPE_NAME_MAX];
    if (finnc_dtype_bits(bits) != 1)
        return finnc_skip(m, "the factor is %s, not one bit", finnc_dtype_name(bits, name));
    if (finnc_match_value(m, "b"))
        return finnc_skip(m, "the convolution has a bias, whose signs would change, too: "
                             "ExtractBiasFromConv takes it out");
    const int rank = finnc_tensor_rank(w);
    const int64_t nfilters = rank > 0 ? finnc_tensor_dim(w, 0) : 0;
    const finnc_verdict along = fnc_when_along(m, "s", rank, 1, nfilters, "the factor");
    if (along != FINNC_APPLY || nfilters == 0)
        return along;
    const int64_t step = finnc_tensor_nelems(s) > 1 ? 1 : 0;
    const int64_t size = finnc_tensor_nelems(w) / nfilters;
    for (int64_t i = 0; i < finnc_tensor_nelems(w); i++) {
        const double element = finnc_tensor_get(w, i) * finnc_tensor_get(s, i / size * step);
        if (!finnc_dtype_allows(held, element))
            return finnc_skip(m, "a weight would become %g, which %s cannot hold", element,
                              finnc_dtype_name(held, name));
    }
    return FINNC_APPLY;
}

/* Filters are the first axis of the weights. */
static finnc_status filters(finnc_match *m)
{
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    int64_t dims[FINNC_MAX_RANK];
    dims[0] = finnc_match_nelems(m, "s");
    for (int i = 1; i < rank; i++)
        dims[i] = 1;
    finnc_tensor *column;
    FINNC_TRY(
        finnc_tensor_reshape(finnc_match_ctx(m), finnc_match_tensor(m, "s"), rank, dims, &column));
    const finnc_status status = finnc_match_bind(m, "column", column, NULL);
    finnc_tensor_release(column);
    return status;
}

const finnc_pass fnc_pass_absorb_1bit_mul_into_conv = {
    .name = "Absorb1BitMulIntoConv",
    .summary = "signs multiplied onto a Conv's result go into its weights",
    .upstream = "finn.transformation.streamline.absorb",
    .notes =
        "If somebody else uses the convolution's result, or it has a bias, nothing is absorbed; "
        "upstream looks at neither.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "Mul(c:Conv(x, $w, b?), $s)",
        .want = "c(x, w@=Mul($w, $column))",
        .when = fits,
        .make = filters,
    }},
};
