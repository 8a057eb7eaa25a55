#include "axes.h"

#include <string.h>

/* Is the layout known, letter by letter? */
static bool is_said(const char *layout, int rank)
{
    return layout && (int)strlen(layout) == rank;
}

/* The order that brings the letters of `from` to those of `to`; false if they are others. */
static bool order_letters(int rank, const char *to, const char *from, int *perm)
{
    for (int i = 0; i < rank; i++) {
        const char *at = strchr(from, to[i]);
        if (!at || strchr(to, to[i]) != to + i)
            return false;
        perm[i] = (int)(at - from);
    }
    return true;
}

static bool agrees(int rank, const int64_t *to, const int64_t *from, const int *perm)
{
    for (int i = 0; i < rank; i++)
        if (to[i] >= 0 && to[i] != from[perm[i]])
            return false;
    return true;
}

bool fnc_axes_differ(int rank, const int64_t *to_dims, const char *to, const int64_t *from_dims,
                     const char *from, int *perm)
{
    int same[FINNC_MAX_RANK], first[FINNC_MAX_RANK];
    if (rank < 2 || rank > FINNC_MAX_RANK)
        return false;
    for (int i = 0; i < rank; i++)
        same[i] = i;
    if (is_said(to, rank) && is_said(from, rank) && strcmp(to, from) != 0 &&
        order_letters(rank, to, from, perm) && agrees(rank, to_dims, from_dims, perm))
        return true;
    if (rank < 3 || agrees(rank, to_dims, from_dims, same))
        return false;
    for (int i = 0; i < rank; i++) {
        perm[i] = i == 0 ? 0 : i == rank - 1 ? 1 : i + 1;  /* channels last */
        first[i] = i == 0 ? 0 : i == 1 ? rank - 1 : i - 1; /* and back */
    }
    if (agrees(rank, to_dims, from_dims, perm))
        return true;
    memcpy(perm, first, (size_t)rank * sizeof *perm);
    return agrees(rank, to_dims, from_dims, perm);
}

finnc_status fnc_axes_align(finnc_ctx *cx, const finnc_value *to, const finnc_tensor *like,
                            const finnc_value *from, const finnc_tensor *tensor,
                            finnc_tensor **aligned)
{
    int perm[FINNC_MAX_RANK], rank = finnc_tensor_rank(tensor);
    bool are_tensors = finnc_tensor_kind(like) == FINNC_KIND_TENSOR &&
                       finnc_tensor_kind(tensor) == FINNC_KIND_TENSOR;
    if (are_tensors && finnc_tensor_rank(like) == rank &&
        fnc_axes_differ(rank, finnc_tensor_dims(like), finnc_value_layout(to),
                        finnc_tensor_dims(tensor), finnc_value_layout(from), perm))
        return finnc_tensor_transpose(cx, tensor, perm, aligned);
    *aligned = finnc_tensor_retain(tensor);
    return FINNC_OK;
}
