/* Tensors repeated or padded. */
#include "../move.h"

#include <base/text.h>

#include <inttypes.h>
#include <string.h>

/* ---- Expand, Tile ---- */

static finnc_status expand(fnc_call *call)
{
    const int64_t *want;
    int64_t n, dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], own[FINNC_MAX_RANK],
        to[FINNC_MAX_RANK];
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_in_ints(call, 1, &want, &n));
    if (n > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of %" PRId64 " axes", n);
    int rank = n > x->rank ? (int)n : x->rank;
    fnc_strides(x->rank, x->dims, own);
    for (int i = 0; i < rank; i++) {
        int ix = i - (rank - x->rank), iw = i - (rank - (int)n);
        int64_t have = ix >= 0 ? x->dims[ix] : 1, wanted = iw >= 0 ? want[iw] : 1;
        if (have != wanted && have != 1 && wanted != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " elements along axis %d cannot become %" PRId64, have, i,
                              wanted);
        dims[i] = have == 1 ? wanted : have;
        strides[i] = have == 1 ? 0 : own[ix];
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &out));
    fnc_strides(rank, dims, to);
    fnc_copy_block(call, size, rank, dims, x->data, strides, out, to);
    return FINNC_OK;
}

static finnc_status tile(fnc_call *call)
{
    const int64_t *repeats;
    int64_t n, dims[FINNC_MAX_RANK], from_dims[2 * FINNC_MAX_RANK], strides[FINNC_MAX_RANK];
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_in_ints(call, 1, &repeats, &n));
    if (n != x->rank || x->rank > FINNC_MAX_RANK / 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " repeats for rank %d", n, x->rank);
    for (int i = 0; i < x->rank; i++)
        if (repeats[i] < 0 || !fnc_mul_i64(x->dims[i], repeats[i], &dims[i]))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "repeats has %" PRId64 " in it",
                              repeats[i]);
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    /* As a block of axes (repeat, dim, repeat, dim, ...), the repeats of stride 0. */
    int64_t from[2 * FINNC_MAX_RANK], to[2 * FINNC_MAX_RANK];
    fnc_strides(x->rank, x->dims, strides);
    for (int i = 0; i < x->rank; i++) {
        from_dims[2 * i] = repeats[i];
        from_dims[2 * i + 1] = x->dims[i];
        from[2 * i] = 0;
        from[2 * i + 1] = strides[i];
    }
    fnc_strides(2 * x->rank, from_dims, to);
    fnc_copy_block(call, size, 2 * x->rank, from_dims, x->data, from, out, to);
    return FINNC_OK;
}

/* ---- Pad ---- */

/* Where the element at `at` (before or behind [0, n)) comes from; -1: the constant. */
static int64_t source(const char *mode, int64_t at, int64_t n)
{
    if (at >= 0 && at < n)
        return at;
    if (fnc_same(mode, "edge"))
        return at < 0 ? 0 : n - 1;
    if (fnc_same(mode, "wrap"))
        return ((at % n) + n) % n;
    if (!fnc_same(mode, "reflect"))
        return -1;
    if (n == 1)
        return 0;
    int64_t period = 2 * (n - 1);
    at = ((at % period) + period) % period;
    return at < n ? at : period - at;
}

/* Pads per axis, both sides: from the attribute (`paddings` in opset 1), or from input 1 for the
 * axes in input 3. */
static finnc_status read_pads(fnc_call *call, int64_t *before, int64_t *after)
{
    const int64_t *pads, *axes = NULL;
    int64_t n, naxes = 0;
    int rank = call->in[0].rank;
    FINNC_TRY(fnc_attr_or_input(call, call->version == 1 ? "paddings" : "pads", 1, &pads, &n));
    if (fnc_has(call, 3))
        FINNC_TRY(fnc_in_ints(call, 3, &axes, &naxes));
    else
        naxes = rank;
    if (n != 2 * naxes)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " pads for %" PRId64 " axes", n,
                          naxes);
    for (int i = 0; i < rank; i++)
        before[i] = after[i] = 0;
    for (int i = 0; i < naxes; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes ? axes[i] : i, rank, &axis));
        before[axis] = pads[i];
        after[axis] = pads[naxes + i];
    }
    return FINNC_OK;
}

static finnc_status pad(fnc_call *call)
{
    int64_t before[FINNC_MAX_RANK], after[FINNC_MAX_RANK], dims[FINNC_MAX_RANK];
    const int64_t *maps[FINNC_MAX_RANK];
    const char *mode = finnc_node_string(call->node, "mode", "constant");
    uint64_t fill = 0;
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(read_pads(call, before, after));
    if (fnc_has(call, 2) && call->in[2].nelems > 0) {
        fnc_array constant;
        FINNC_TRY(fnc_in_as(call, 2, x->elem, &constant));
        memcpy(&fill, constant.data, size < sizeof fill ? size : sizeof fill);
    } else if (finnc_node_find_attr(call->node, "value")) {
        double value = finnc_node_float(call->node, "value", 0);
        fnc_convert(FINNC_ELEM_DOUBLE, &value, x->elem, &fill, 1);
    }
    for (int i = 0; i < x->rank; i++) {
        if (!fnc_add_i64(x->dims[i], before[i], &dims[i]) ||
            !fnc_add_i64(dims[i], after[i], &dims[i]) || dims[i] < 0 ||
            (x->dims[i] == 0 && dims[i] > 0 && !fnc_same(mode, "constant")))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "pads of %" PRId64 " and %" PRId64 " on an axis of %" PRId64,
                              before[i], after[i], x->dims[i]);
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    for (int i = 0; i < x->rank; i++) {
        maps[i] = NULL;
        if (before[i] == 0 && after[i] == 0)
            continue;
        int64_t *map = FNC_SCRATCH(call, int64_t, dims[i]);
        if (!map)
            return finnc_no_memory(call->cx);
        for (int64_t k = 0; k < dims[i]; k++)
            map[k] = source(mode, k - before[i], x->dims[i]);
        maps[i] = map;
    }
    fnc_take(call, size, x->rank, x->dims, x->data, dims, out, maps, &fill);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_expand = {.run = expand, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_tile = {.run = tile, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_pad = {.run = pad, .takes = FNC_TAKES_BYTES};
