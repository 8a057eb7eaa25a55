/* Tensors cut and joined along their first axis. */
#include "source.h"

#include <string.h>

static void release_whole(void *tensor)
{
    finnc_tensor_release(tensor);
}

finnc_status cli_tensor_rows(cli *c, const finnc_tensor *whole, int64_t first, int64_t count,
                             finnc_tensor **rows)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(whole);
    finnc_elem elem = finnc_tensor_elem(whole);
    const void *data;
    if (rank < 1 || rank > FINNC_MAX_RANK || finnc_elem_bits(elem) < 8)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED,
                          "a tensor of %s cannot be cut along its first axis",
                          finnc_tensor_kind(whole) == FINNC_KIND_TENSOR
                              ? finnc_elem_name(elem)
                              : finnc_kind_name(finnc_tensor_kind(whole)));
    if (first == 0 && count == finnc_tensor_dim(whole, 0)) {
        *rows = finnc_tensor_retain(whole);
        return FINNC_OK;
    }
    for (int k = 0; k < rank; k++)
        dims[k] = finnc_tensor_dim(whole, k);
    size_t nbytes = finnc_tensor_nbytes(whole) / (size_t)(dims[0] ? dims[0] : 1);
    dims[0] = count;
    FINNC_TRY(finnc_tensor_need_data(c->cx, whole, &data));
    finnc_tensor *kept = finnc_tensor_retain(whole);
    finnc_status status = finnc_tensor_create_view(c->cx, elem, rank, dims,
                                                   (const char *)data + (size_t)first * nbytes,
                                                   release_whole, kept, rows);
    if (status != FINNC_OK)
        finnc_tensor_release(kept);
    return status;
}

/* The shape of all together. */
static finnc_status joined_dims(cli *c, const finnc_tensor *const *tensors, size_t count, int *rank,
                                int64_t *dims)
{
    const finnc_tensor *first = tensors[0];
    finnc_elem elem = finnc_tensor_elem(first);
    *rank = finnc_tensor_rank(first);
    if (*rank > FINNC_MAX_RANK || finnc_elem_bits(elem) < 8)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED, "samples of %s cannot be put into one array",
                          finnc_tensor_kind(first) == FINNC_KIND_TENSOR
                              ? finnc_elem_name(elem)
                              : finnc_kind_name(finnc_tensor_kind(first)));
    for (int i = 0; i < *rank; i++)
        dims[i] = finnc_tensor_dim(first, i);
    for (size_t s = 1; s < count; s++) {
        const finnc_tensor *t = tensors[s];
        bool is_same = finnc_tensor_rank(t) == *rank && finnc_tensor_elem(t) == elem;
        for (int i = 1; is_same && i < *rank; i++)
            is_same = finnc_tensor_dim(t, i) == dims[i];
        if (!is_same) {
            char a[CLI_SHAPE_MAX], b[CLI_SHAPE_MAX];
            return finnc_fail(c->cx, FINNC_BAD_VALUE,
                              "its shape differs from sample to sample: %s and %s",
                              cli_dims(finnc_tensor_rank(first), finnc_tensor_dims(first), a),
                              cli_dims(finnc_tensor_rank(t), finnc_tensor_dims(t), b));
        }
        if (*rank > 0)
            dims[0] += finnc_tensor_dim(t, 0);
    }
    if (!*rank) {
        *rank = 1;
        dims[0] = (int64_t)count;
    }
    return FINNC_OK;
}

finnc_status cli_tensors_join(cli *c, const finnc_tensor *const *tensors, size_t count,
                              finnc_tensor **joined)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank;
    if (count == 1) {
        *joined = finnc_tensor_retain(tensors[0]);
        return FINNC_OK;
    }
    FINNC_TRY(joined_dims(c, tensors, count, &rank, dims));
    finnc_tensor *all;
    FINNC_TRY(finnc_tensor_create(c->cx, finnc_tensor_elem(tensors[0]), rank, dims, &all));
    char *at = finnc_tensor_edit(all);
    for (size_t s = 0; s < count; s++) {
        const finnc_tensor *t = tensors[s];
        const void *data;
        finnc_status status = finnc_tensor_need_data(c->cx, t, &data);
        if (status != FINNC_OK) {
            finnc_tensor_release(all);
            return status;
        }
        if (finnc_tensor_nbytes(t))
            memcpy(at, data, finnc_tensor_nbytes(t));
        at += finnc_tensor_nbytes(t);
    }
    *joined = all;
    return FINNC_OK;
}
