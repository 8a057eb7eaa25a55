#include "turn.h"

#include <base/compiler.h>

finnc_status fnc_turn_tensor(finnc_ctx *cx, const finnc_tensor *tensor, int rank,
                             const int64_t *perm, finnc_tensor **turned)
{
    int axes[FINNC_MAX_RANK];
    int64_t dims[FINNC_MAX_RANK];
    const int missing = rank - finnc_tensor_rank(tensor);
    if (missing < 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a parameter has rank %d, its data rank %d",
                          finnc_tensor_rank(tensor), rank);
    for (int i = 0; i < rank; i++) {
        dims[i] = i < missing ? 1 : finnc_tensor_dim(tensor, i - missing);
        axes[i] = (int)perm[i];
    }
    finnc_tensor *full;
    FINNC_TRY(finnc_tensor_reshape(cx, tensor, rank, dims, &full));
    const finnc_status status = finnc_tensor_transpose(cx, full, axes, turned);
    finnc_tensor_release(full);
    return status;
}
