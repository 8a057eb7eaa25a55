/* Signs on the columns of a product are signs on the columns of its weights, which for weights of
 * one bit, or of a symmetric type, costs nothing. Each application takes a node away, so it ends.
 */
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
    const int least = finnc_tensor_rank(w) > 1 ? finnc_tensor_rank(w) - 1 : 0;
    const finnc_verdict verdict = fnc_when_no_new_axes(m, "s", "v", least, "the factor");
    if (verdict != FINNC_APPLY)
        return verdict;

    /* Columns are the last axis, of the weights as of the product; a vector of weights has one. */
    const int64_t ncolumns =
        finnc_tensor_rank(w) > 1 ? finnc_tensor_dim(w, finnc_tensor_rank(w) - 1) : 1;
    const int rank = finnc_tensor_rank(s);
    const finnc_verdict along = fnc_when_along(m, "s", rank, rank - 1, ncolumns, "the factor");
    if (along != FINNC_APPLY)
        return along;
    const int64_t step = finnc_tensor_nelems(s) > 1 ? 1 : 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(w); i++) {
        const double element = finnc_tensor_get(w, i) * finnc_tensor_get(s, i % ncolumns * step);
        if (!finnc_dtype_allows(held, element))
            return finnc_skip(m, "a weight would become %g, which %s cannot hold", element,
                              finnc_dtype_name(held, name));
    }
    return FINNC_APPLY;
}

/* The factor's shape may have more axes than the weights: only its columns count. */
static finnc_status columns(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    const int64_t n = finnc_tensor_nelems(s);
    finnc_tensor *row;
    FINNC_TRY(finnc_tensor_reshape(cx, s, n > 1 ? 1 : 0, &n, &row));
    const finnc_status status = finnc_match_bind(m, "row", row, NULL);
    finnc_tensor_release(row);
    return status;
}

const finnc_pass fnc_pass_absorb_1bit_mul_into_mat_mul = {
    .name = "Absorb1BitMulIntoMatMul",
    .summary = "signs multiplied onto a MatMul's result go into its weights",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "If somebody else uses the product, nothing is absorbed; upstream gives that user the "
             "product with the signs changed. Signs along other axes than the columns, which "
             "upstream absorbs wherever their shape happens to fit the weights, stay.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "Mul(v@p:MatMul(x, $w), $s)",
        .want = "p(x, w@=Mul($w, $row))",
        .when = fits,
        .make = columns,
    }},
};
