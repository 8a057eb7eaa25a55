/* GatherElements and GatherND: a list of places, and what lies there. */
#include "../move.h"
#include "../places.h"

#include <string.h>

typedef struct taking {
    const fnc_places *places;
    size_t size;
    const char *from;
    char *to;
} taking;

#define TAKE(T)                                                                                    \
    for (int64_t i = begin; i < end; i++)                                                          \
    ((T *)(void *)t->to)[i] = ((const T *)(const void *)t->from)[at[i]]

static void take_elements(void *user, int64_t begin, int64_t end)
{
    const taking *t = user;
    const int64_t *at = t->places->at;
    switch (t->size) {
    case 1:
        TAKE(uint8_t);
        return;
    case 2:
        TAKE(uint16_t);
        return;
    case 4:
        TAKE(uint32_t);
        return;
    case 8:
        TAKE(uint64_t);
        return;
    }
    for (int64_t i = begin; i < end; i++)
        memcpy(t->to + (size_t)i * t->size, t->from + (size_t)at[i] * t->size, t->size);
}

static void take_slices(void *user, int64_t begin, int64_t end)
{
    const taking *t = user;
    size_t nbytes = (size_t)t->places->width * t->size;
    for (int64_t i = begin; i < end && nbytes; i++)
        memcpy(t->to + (size_t)i * nbytes, t->from + (size_t)t->places->at[i] * t->size, nbytes);
}

static finnc_status take(fnc_call *call, const fnc_places *places, int rank, const int64_t *dims)
{
    taking t = {.places = places, .from = call->in[0].data};
    FINNC_TRY(fnc_move_size(call, 0, &t.size));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, rank, dims, &t.to));
    fnc_parallel_long(call, places->count, places->width + 4,
                      places->width == 1 ? take_elements : take_slices, &t);
    return FINNC_OK;
}

static finnc_status gather_elements(fnc_call *call)
{
    fnc_places places;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_places_along(call, finnc_node_attr_int(call->node, "axis"), &places));
    return take(call, &places, call->in[1].rank, call->in[1].dims);
}

static finnc_status gather_nd(fnc_call *call)
{
    fnc_places places;
    int64_t dims[2 * FINNC_MAX_RANK], batch = finnc_node_attr_int(call->node, "batch_dims");
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_places_of_tuples(call, batch, &places));
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    int rank = 0, length = (int)index->dims[index->rank - 1];
    if (length == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "tuples of no indices");
    for (int i = 0; i < index->rank - 1; i++)
        dims[rank++] = index->dims[i];
    for (int i = (int)batch + length; i < x->rank; i++)
        dims[rank++] = x->dims[i];
    return take(call, &places, rank, dims);
}

const fnc_kernel fnc_kernel_onnx_gather_elements = {.run = gather_elements,
                                                    .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_gather_nd = {.run = gather_nd, .takes = FNC_TAKES_BYTES};
