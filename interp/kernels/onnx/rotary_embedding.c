#include "../../kernel.h"

#include <inttypes.h>
#include <string.h>

enum { X, COSINES, SINES, POSITIONS };

typedef struct rotary {
    int64_t batch, heads, length, size;
    int64_t pairs;
    bool is_flat; /* three axes: heads lie within the last */
    bool is_interleaved;
    const int64_t *positions; /* (batch, length); NULL: the caches have these axes */
    const float *x, *cosines, *sines;
    float *y;
} rotary;

/* Items: (batch, position, head). */
static void turn(void *user, int64_t begin, int64_t end)
{
    const rotary *r = user;
    for (int64_t item = begin; item < end; item++) {
        int64_t head = item % r->heads, token = item / r->heads, at = item;
        if (!r->is_flat)
            at = (token / r->length * r->heads + head) * r->length + token % r->length;
        const float *x = r->x + at * r->size;
        float *y = r->y + at * r->size;
        int64_t angle = (r->positions ? r->positions[token] : token) * r->pairs;
        for (int64_t i = 0; i < r->pairs; i++) {
            int64_t a = r->is_interleaved ? 2 * i : i;
            int64_t b = r->is_interleaved ? 2 * i + 1 : i + r->pairs;
            float c = r->cosines[angle + i], s = r->sines[angle + i];
            float x1 = x[a], x2 = x[b];
            y[a] = c * x1 - s * x2;
            y[b] = s * x1 + c * x2;
        }
        for (int64_t i = 2 * r->pairs; i < r->size; i++)
            y[i] = x[i];
    }
}

static finnc_status read_shape(fnc_call *call, rotary *r)
{
    const fnc_array *x = &call->in[X];
    int64_t heads = finnc_node_int(call->node, "num_heads", 0);
    int64_t turned = finnc_node_attr_int(call->node, "rotary_embedding_dim");
    if (x->rank != 3 && x->rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "X has rank %d, should have 3 or 4", x->rank);
    r->is_flat = x->rank == 3;
    r->batch = x->dims[0];
    r->heads = r->is_flat ? heads : x->dims[1];
    r->length = x->dims[r->is_flat ? 1 : 2];
    r->size = x->dims[x->rank - 1];
    if (r->is_flat && (heads <= 0 || r->size % heads))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "num_heads is %" PRId64 ", X has %" PRId64 " elements for them", heads,
                          r->size);
    if (r->is_flat)
        r->size /= heads;
    turned = turned ? turned : r->size;
    if (turned < 0 || turned > r->size || turned % 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " of %" PRId64 " elements cannot be turned in pairs", turned,
                          r->size);
    r->pairs = turned / 2;
    return FINNC_OK;
}

static finnc_status read_positions(fnc_call *call, rotary *r)
{
    int64_t count;
    if (!fnc_has(call, POSITIONS)) {
        const int64_t dims[] = {r->batch, r->length, r->pairs};
        FINNC_TRY(fnc_need_shape(call, COSINES, 3, dims));
        return fnc_need_shape(call, SINES, 3, dims);
    }
    FINNC_TRY(fnc_need_shape(call, COSINES, 2, (int64_t[]){-1, r->pairs}));
    int64_t known = call->in[COSINES].dims[0];
    FINNC_TRY(fnc_need_shape(call, SINES, 2, (int64_t[]){known, r->pairs}));
    FINNC_TRY(fnc_need_shape(call, POSITIONS, 2, (int64_t[]){r->batch, r->length}));
    FINNC_TRY(fnc_in_ints(call, POSITIONS, &r->positions, &count));
    for (int64_t i = 0; i < count; i++)
        if (r->positions[i] < 0 || r->positions[i] >= known)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "position %" PRId64 " is outside a cache of %" PRId64,
                              r->positions[i], known);
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    rotary r = {.is_interleaved = finnc_node_attr_int(call->node, "interleaved") != 0};
    FINNC_TRY(fnc_need_inputs(call, 3));
    for (size_t i = X; i <= SINES; i++)
        if (call->in[i].elem != FINNC_ELEM_FLOAT)
            return fnc_bad_elem(call, i);
    FINNC_TRY(read_shape(call, &r));
    FINNC_TRY(read_positions(call, &r));
    r.x = call->in[X].data;
    r.cosines = call->in[COSINES].data;
    r.sines = call->in[SINES].data;
    FINNC_TRY(fnc_out_like(call, 0, &call->in[X], &r.y));
    if (call->in[X].nelems > 0)
        fnc_parallel_long(call, r.batch * r.length * r.heads, r.size * 4, turn, &r);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_rotary_embedding = {.run = run};
