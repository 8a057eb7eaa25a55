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

/* In version 1 `tiles` and `axis` are one number each. */
static finnc_status read_repeats(fnc_call *call, int rank, const int64_t **repeats)
{
    const int64_t *given, *axes;
    int64_t n, naxes;
    int axis;
    FINNC_TRY(fnc_in_ints(call, 1, &given, &n));
    if (call->version > 1) {
        if (n != rank)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " repeats for rank %d", n,
                              rank);
        *repeats = given;
        return FINNC_OK;
    }
    FINNC_TRY(fnc_in_ints(call, 2, &axes, &naxes));
    if (n != 1 || naxes != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "tiles and axis have %" PRId64 " and %" PRId64 " numbers, not 1", n,
                          naxes);
    FINNC_TRY(fnc_axis(call, *axes, rank, &axis));
    int64_t *list = FNC_SCRATCH(call, int64_t, rank);
    if (!list)
        return finnc_no_memory(call->cx);
    for (int i = 0; i < rank; i++)
        list[i] = i == axis ? *given : 1;
    *repeats = list;
    return FINNC_OK;
}

static finnc_status tile(fnc_call *call)
{
    const int64_t *repeats = NULL;
    int64_t dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], nelems;
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(read_repeats(call, x->rank, &repeats));
    for (int i = 0; i < x->rank; i++)
        if (repeats[i] < 0 || !fnc_mul_i64(x->dims[i], repeats[i], &dims[i]))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "repeats has %" PRId64 " in it",
                              repeats[i]);
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank, dims, &nelems));
    if (nelems == 0)
        return FINNC_OK;
    /* As a block of axes (repeat, dim, repeat, dim, ...), the repeats of stride 0. Those of one
     * element are left out, so that there are fewer than 64. */
    int64_t from_dims[FINNC_MAX_RANK], from[FINNC_MAX_RANK], to[FINNC_MAX_RANK];
    int rank = 0;
    fnc_strides(x->rank, x->dims, strides);
    for (int i = 0; i < x->rank; i++) {
        const int64_t pair[] = {repeats[i], x->dims[i]}, steps[] = {0, strides[i]};
        for (int k = 0; k < 2; k++)
            if (pair[k] > 1) {
                from_dims[rank] = pair[k];
                from[rank++] = steps[k];
            }
    }
    fnc_strides(rank, from_dims, to);
    fnc_copy_block(call, size, rank, from_dims, x->data, from, out, to);
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
    bool is_padded[FINNC_MAX_RANK] = {false};
    for (int i = 0; i < rank; i++)
        before[i] = after[i] = 0;
    for (int64_t i = 0; i < naxes; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes ? axes[i] : i, rank, &axis));
        if (is_padded[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        is_padded[axis] = true;
        before[axis] = pads[i];
        after[axis] = pads[naxes + i];
    }
    return FINNC_OK;
}

/* An element's bytes: input 2, the attribute of old versions, or zero (the empty string). */
enum { LARGEST_ELEM = 16 };
static finnc_status read_fill(fnc_call *call, size_t size, void *fill)
{
    const fnc_array *x = &call->in[0];
    memset(fill, 0, LARGEST_ELEM);
    if (fnc_has(call, 2)) {
        const fnc_array *value = &call->in[2];
        if (value->nelems != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "constant_value has %" PRId64 " elements, not 1", value->nelems);
        memcpy(fill, value->data, size);
    } else if (finnc_node_find_attr(call->node, "value")) {
        double value = finnc_node_attr_float(call->node, "value");
        if (!finnc_elem_is_float(x->elem) && !finnc_elem_is_integer(x->elem))
            return fnc_bad_elem(call, 0);
        fnc_convert(FINNC_ELEM_DOUBLE, &value, x->elem, fill, 1);
    }
    return FINNC_OK;
}

/* What each padded axis takes from where. */
static finnc_status make_maps(fnc_call *call, const char *mode, const int64_t *before,
                              const int64_t *after, const int64_t *dims, const int64_t **maps)
{
    const fnc_array *x = &call->in[0];
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
    return FINNC_OK;
}

static finnc_status pad(fnc_call *call)
{
    int64_t before[FINNC_MAX_RANK] = {0}, after[FINNC_MAX_RANK] = {0}, dims[FINNC_MAX_RANK] = {0};
    const int64_t *maps[FINNC_MAX_RANK];
    const char *mode = finnc_node_string(call->node, "mode", "constant");
    _Alignas(8) char fill[LARGEST_ELEM];
    size_t size;
    void *out;
    bool is_constant = fnc_same(mode, "constant");
    FINNC_TRY(fnc_move_size(call, 0, &size));
    if (!is_constant && !fnc_same(mode, "reflect") && !fnc_same(mode, "edge") &&
        !fnc_same(mode, "wrap"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "mode is %s", mode);
    const fnc_array *x = &call->in[0];
    FINNC_TRY(read_pads(call, before, after));
    FINNC_TRY(read_fill(call, size, fill));
    for (int i = 0; i < x->rank; i++) {
        if (!fnc_add_i64(x->dims[i], before[i], &dims[i]) ||
            !fnc_add_i64(dims[i], after[i], &dims[i]) || dims[i] < 0 ||
            (x->dims[i] == 0 && dims[i] > 0 && !is_constant))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "pads of %" PRId64 " and %" PRId64 " on an axis of %" PRId64,
                              before[i], after[i], x->dims[i]);
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    FINNC_TRY(make_maps(call, mode, before, after, dims, maps));
    fnc_take(call, size, x->rank, x->dims, x->data, dims, out, maps, fill);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_expand = {.run = expand, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_tile = {.run = tile, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_pad = {.run = pad, .takes = FNC_TAKES_BYTES};
