/* (x + a) W is x W + a (1 W): one number added to all inputs adds a times each column's sum. The
 * sums are formed in double. Pushes shifts towards the outputs; no pass pushes them back over a
 * product, so it ends. */
#include "../support/constants.h"

static finnc_verdict one_number(finnc_match *m)
{
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const finnc_value *x = finnc_match_value(m, "x");
    if (finnc_tensor_rank(w) == 0)
        return finnc_skip(m, "the matrix has no axes");
    if (!finnc_elem_is_float(finnc_tensor_elem(w)))
        return finnc_skip(m, "the matrix is %s, whose sums may exceed double precision",
                          finnc_elem_name(finnc_tensor_elem(w)));
    if (finnc_tensor_rank(w) > 2 && finnc_value_rank(x) < 0)
        return finnc_skip(m,
                          "the matrices are a stack and the rank of %s is not known: InferShapes "
                          "finds it",
                          finnc_value_name(x));
    return fnc_when_number(m, "a", "x", 0, "the number added");
}

/* a in as many axes as it has, the last of them the rows of W. A vector times a stack of matrices
 * makes a row of each. */
static finnc_status row_of(finnc_match *m, finnc_tensor **row)
{
    const finnc_tensor *a = finnc_match_tensor(m, "a");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const int wrank = finnc_tensor_rank(w);
    const bool is_vector = finnc_value_rank(finnc_match_value(m, "x")) == 1;
    const int least = wrank > 2 && !is_vector ? 2 : 1; /* a stack of matrices, a stack of rows */
    const int rank = finnc_tensor_rank(a) > least ? finnc_tensor_rank(a) : least;
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i < rank; i++)
        dims[i] = 1;
    dims[rank - 1] = finnc_tensor_dim(w, wrank > 1 ? wrank - 2 : 0);
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), FINNC_ELEM_DOUBLE, rank, dims, row));
    for (int64_t i = 0; i < finnc_tensor_nelems(*row); i++)
        finnc_tensor_set(*row, i, finnc_tensor_get(a, 0));
    return FINNC_OK;
}

static finnc_status times_columns(finnc_match *m)
{
    finnc_tensor *x;
    FINNC_TRY(row_of(m, &x));
    return fnc_bind_image(m, "p", x, "w", "a");
}

static finnc_status retype(finnc_match *m)
{
    return fnc_between_retype(m, "v", "x", "y");
}

const finnc_pass fnc_pass_move_scalar_add_past_mat_mul = {
    .name = "MoveScalarAddPastMatMul",
    .summary = "adds one number after a MatMul, as a row, instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@p:MatMul(v@Add(x, $a), $w)",
        .want = "Add(v@p(x, $w), $a)",
        .when = one_number,
        .make = times_columns,
        .then = retype,
    }},
};
