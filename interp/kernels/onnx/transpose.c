/* Axes in another order, and elements of one axis dealt out to others. */
#include "../move.h"

#include <base/text.h>

#include <inttypes.h>

/* The input's axes in the order `perm`, as output 0 of shape `dims` (as many elements). */
static finnc_status permute(fnc_call *call, int rank, const int64_t *from_dims, const int *perm,
                            int out_rank, const int64_t *out_dims)
{
    int64_t from[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], dims[FINNC_MAX_RANK], to[FINNC_MAX_RANK];
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, out_rank, out_dims, &out));
    fnc_strides(rank, from_dims, from);
    for (int i = 0; i < rank; i++) {
        dims[i] = from_dims[perm[i]];
        strides[i] = from[perm[i]];
    }
    fnc_strides(rank, dims, to);
    fnc_copy_block(call, size, rank, dims, call->in[0].data, strides, out, to);
    return FINNC_OK;
}

static finnc_status transpose(fnc_call *call)
{
    size_t n;
    int perm[FINNC_MAX_RANK];
    int64_t dims[FINNC_MAX_RANK];
    bool seen[FINNC_MAX_RANK] = {false};
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    const int64_t *given = finnc_node_ints(call->node, "perm", &n);
    if (given && n != (size_t)x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "perm has %zu axes, the input %d", n, x->rank);
    for (int i = 0; i < x->rank; i++) {
        int64_t axis = given ? given[i] : x->rank - 1 - i;
        if (axis < 0 || axis >= x->rank || seen[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "perm is no permutation: %" PRId64 " at place %d", axis, i);
        seen[axis] = true;
        perm[i] = (int)axis;
        dims[i] = x->dims[axis];
    }
    return permute(call, x->rank, x->dims, perm, x->rank, dims);
}

static finnc_status read_blocks(fnc_call *call, int64_t *block, bool *by_depth)
{
    const char *mode = finnc_node_string(call->node, "mode", "DCR");
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "blocksize", block));
    if (call->in[0].rank != 4 || *block < 1 || *block > INT16_MAX)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "blocksize %" PRId64 " on rank %d", *block,
                          call->in[0].rank);
    *by_depth = fnc_same(mode, "CRD");
    if (!*by_depth && !fnc_same(mode, "DCR"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "mode is %s, not DCR or CRD", mode);
    return FINNC_OK;
}

static finnc_status depth_to_space(fnc_call *call)
{
    int64_t b;
    bool by_depth;
    FINNC_TRY(read_blocks(call, &b, &by_depth));
    const int64_t *d = call->in[0].dims;
    if (d[1] % (b * b))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels cannot make blocks of %" PRId64, d[1], b * b);
    int64_t c = d[1] / (b * b);
    int64_t out[] = {d[0], c, 0, 0};
    if (!fnc_mul_i64(d[2], b, &out[2]) || !fnc_mul_i64(d[3], b, &out[3]))
        return finnc_no_memory(call->cx);
    if (by_depth)
        return permute(call, 6, (const int64_t[]){d[0], c, b, b, d[2], d[3]},
                       (const int[]){0, 1, 4, 2, 5, 3}, 4, out);
    return permute(call, 6, (const int64_t[]){d[0], b, b, c, d[2], d[3]},
                   (const int[]){0, 3, 4, 1, 5, 2}, 4, out);
}

static finnc_status space_to_depth(fnc_call *call)
{
    int64_t b;
    bool by_depth;
    FINNC_TRY(read_blocks(call, &b, &by_depth));
    const int64_t *d = call->in[0].dims;
    if (d[2] % b || d[3] % b)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " by %" PRId64 " cannot be cut into blocks of %" PRId64, d[2],
                          d[3], b);
    int64_t out[] = {d[0], 0, d[2] / b, d[3] / b};
    if (!fnc_mul_i64(d[1], b * b, &out[1]))
        return finnc_no_memory(call->cx);
    return permute(call, 6, (const int64_t[]){d[0], d[1], d[2] / b, b, d[3] / b, b},
                   by_depth ? (const int[]){0, 1, 3, 5, 2, 4} : (const int[]){0, 3, 5, 1, 2, 4}, 4,
                   out);
}

const fnc_kernel fnc_kernel_onnx_transpose = {.run = transpose, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_depth_to_space = {.run = depth_to_space, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_space_to_depth = {.run = space_to_depth, .takes = FNC_TAKES_BYTES};
