/* A quantiser works element by element, so its data may as well be transposed before, once and for
 * all, if it is a constant. Takes Transposes away, so it ends. */
#include "pass.h"

#include "../support/turn.h"

/* The permutation of a tensor of `rank` axes; without the attribute the axes are reversed. */
static bool find_perm(const finnc_node *transpose, int rank, int64_t *perm)
{
    size_t count;
    const int64_t *axes = finnc_node_ints(transpose, "perm", &count);
    if (axes && count != (size_t)rank)
        return false;
    for (int i = 0; i < rank; i++) {
        perm[i] = axes ? axes[i] : rank - 1 - i;
        if (perm[i] < 0 || perm[i] >= rank)
            return false;
    }
    return true;
}

static finnc_verdict is_permutation(finnc_match *m)
{
    int64_t perm[FINNC_MAX_RANK];
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    if (!find_perm(finnc_match_root(m), rank, perm))
        return finnc_skip(m, "its permutation does not fit a tensor of rank %d", rank);
    static const char *const parameters[] = {"s", "z", "n"};
    for (size_t i = 0; i < 3; i++) {
        const finnc_tensor *tensor = finnc_match_tensor(m, parameters[i]);
        if (tensor && finnc_tensor_rank(tensor) > rank)
            return finnc_skip(m, "a parameter of the quantiser has rank %d, its data rank %d",
                              finnc_tensor_rank(tensor), rank);
    }
    return FINNC_APPLY;
}

/* Parameters of fewer axes than the data line up with its last ones: that has to be spelled out
 * before these axes go elsewhere. One number is the same everywhere. */
static finnc_status transpose(finnc_match *m, const char *name)
{
    if (!finnc_match_value(m, name))
        return FINNC_OK;
    const finnc_tensor *tensor = finnc_match_tensor(m, name);
    if (finnc_tensor_nelems(tensor) == 1 && finnc_tensor_rank(tensor) <= 1)
        return FINNC_OK;
    int64_t perm[FINNC_MAX_RANK];
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    find_perm(finnc_match_node(m, "t"), rank, perm);
    finnc_tensor *turned;
    FINNC_TRY(fnc_turn_tensor(finnc_match_ctx(m), tensor, rank, perm, &turned));
    const finnc_status status = finnc_match_bind(m, name, turned, NULL);
    finnc_tensor_release(turned);
    return status;
}

static finnc_status transpose_all(finnc_match *m)
{
    FINNC_TRY(transpose(m, "s"));
    FINNC_TRY(transpose(m, "z"));
    FINNC_TRY(transpose(m, "n"));
    return transpose(m, "w"); /* last: the others look at its rank */
}

const finnc_pass fnc_pass_fold_transpose_into_quant_init = {
    .name = "FoldTransposeIntoQuantInit",
    .summary = "a Transpose behind quantised constants becomes one of the constants",
    .upstream = "qonnx.transformation.quant_constant_folding",
    .notes = "Not if the quantised constant has other readers, which upstream does not look at. "
             "Parameters that line up with the last axes of the data are turned with them.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{.have = "t:Transpose(q:Quant|IntQuant|BipolarQuant($w, $s, $z?, $n?))",
               .want = "q($w, $s, $z?, $n?)",
               .when = is_permutation,
               .make = transpose_all}},
};
