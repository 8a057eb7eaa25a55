/* ScatterElements (once called Scatter), ScatterND and TensorScatter: a copy of the data, changed
 * at listed places. */
#include "../move.h"
#include "../places.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct scattering {
    const fnc_places *places;
    size_t size;
    const void *updates;
    void *out;
} scattering;

/* Columns [begin, end) of all runs, in the order of the list: a place may be named twice. */
typedef void scatter_loop(void *user, int64_t begin, int64_t end);

#define LOOP(NAME, T, row, expr)                                                                   \
    static void row##_##NAME(void *user, int64_t begin, int64_t end)                               \
    {                                                                                              \
        const scattering *s = user;                                                                \
        for (int64_t i = 0; i < s->places->count; i++) {                                           \
            T *out = (T *)s->out + s->places->at[i];                                               \
            const T *updates = (const T *)s->updates + i * s->places->width;                       \
            for (int64_t k = begin; k < end; k++) {                                                \
                const T a = out[k], b = updates[k];                                                \
                out[k] = (T)(expr);                                                                \
            }                                                                                      \
        }                                                                                          \
    }
#define ENTRY(NAME, T, row) [FINNC_ELEM_##NAME] = row##_##NAME,

FNC_NUMERIC(LOOP, add, a + b)
FNC_COMPLEX(LOOP, add, a + b)
FNC_BOOL(LOOP, add, a || b)
FNC_NUMERIC(LOOP, mul, a *b)
FNC_COMPLEX(LOOP, mul, a *b)
FNC_BOOL(LOOP, mul, a &&b)
/* A NaN comes through, as in numpy's maximum. */
FNC_FLOATS(LOOP, max, isnan(a) || a > b ? a : b)
FNC_INTEGERS(LOOP, max, a > b ? a : b)
FNC_BOOL(LOOP, max, a || b)
FNC_FLOATS(LOOP, min, isnan(a) || a < b ? a : b)
FNC_INTEGERS(LOOP, min, a < b ? a : b)
FNC_BOOL(LOOP, min, a &&b)

static const struct {
    const char *name;
    scatter_loop *loops[FNC_NELEMS];
} reductions[] = {{"add", {FNC_ANY(ENTRY, add) FNC_COMPLEX(ENTRY, add)}},
                  {"mul", {FNC_ANY(ENTRY, mul) FNC_COMPLEX(ENTRY, mul)}},
                  {"max", {FNC_ANY(ENTRY, max)}},
                  {"min", {FNC_ANY(ENTRY, min)}}};

static void replace(void *user, int64_t begin, int64_t end)
{
    const scattering *s = user;
    size_t nbytes = (size_t)(end - begin) * s->size;
    for (int64_t i = 0; i < s->places->count; i++)
        memcpy((char *)s->out + (size_t)(s->places->at[i] + begin) * s->size,
               (const char *)s->updates + (size_t)(i * s->places->width + begin) * s->size, nbytes);
}

static finnc_status find_loop(fnc_call *call, scatter_loop **loop)
{
    const char *reduction = finnc_node_string(call->node, "reduction", "none");
    finnc_elem elem = call->in[0].elem;
    *loop = fnc_same(reduction, "none") ? replace : NULL;
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++) {
        if (!fnc_same(reduction, reductions[i].name))
            continue;
        *loop = reductions[i].loops[elem];
        if (!*loop)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "reduction %s of %s elements", reduction,
                              finnc_elem_name(elem));
    }
    if (!*loop)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute reduction is '%s', should be none, add, mul, max or min",
                          reduction);
    return FINNC_OK;
}

/* Makes output 0 a copy of input 0. */
static finnc_status copy_first(fnc_call *call, size_t *size, void *place)
{
    const fnc_array *x = &call->in[0];
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, size));
    FINNC_TRY(fnc_out_like(call, 0, x, &out));
    if (x->nelems > 0)
        memcpy(out, x->data, (size_t)x->nelems * *size);
    memcpy(place, &out, sizeof out);
    return FINNC_OK;
}

static finnc_status scatter(fnc_call *call, const fnc_places *places)
{
    scattering s = {.places = places, .updates = call->in[2].data};
    scatter_loop *loop;
    FINNC_TRY(find_loop(call, &loop));
    FINNC_TRY(copy_first(call, &s.size, &s.out));
    fnc_parallel_long(call, places->width, places->count, loop, &s);
    return FINNC_OK;
}

static finnc_status scatter_elements(fnc_call *call)
{
    fnc_places places;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(fnc_need_shape(call, 2, call->in[1].rank, call->in[1].dims));
    FINNC_TRY(fnc_places_along(call, finnc_node_attr_int(call->node, "axis"), &places));
    return scatter(call, &places);
}

static finnc_status scatter_nd(fnc_call *call)
{
    fnc_places places;
    int64_t dims[2 * FINNC_MAX_RANK];
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(fnc_places_of_tuples(call, 0, &places));
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    int rank = 0;
    for (int i = 0; i < index->rank - 1; i++)
        dims[rank++] = index->dims[i];
    for (int i = (int)index->dims[index->rank - 1]; i < x->rank; i++)
        dims[rank++] = x->dims[i];
    FINNC_TRY(fnc_need_shape(call, 2, rank, dims));
    return scatter(call, &places);
}

/* ---- TensorScatter ---- */

typedef struct writing {
    int64_t per_batch;     /* sequences of a sample */
    int64_t nsteps, nnew;  /* of the cache, of the update */
    const int64_t *starts; /* per sample; NULL: 0 */
    bool is_circular;
    size_t nbytes; /* of a step */
    const char *update;
    char *out;
} writing;

static void write_sequences(void *user, int64_t begin, int64_t end)
{
    const writing *w = user;
    for (int64_t i = begin; i < end; i++) {
        int64_t start = w->starts && w->nnew > 0 ? w->starts[i / w->per_batch] % w->nsteps : 0;
        if (start < 0)
            start += w->nsteps;
        char *out = w->out + (size_t)(i * w->nsteps) * w->nbytes;
        const char *update = w->update + (size_t)(i * w->nnew) * w->nbytes;
        /* Up to the end, then (if circular) from the beginning. */
        int64_t first = w->nsteps - start < w->nnew ? w->nsteps - start : w->nnew;
        memcpy(out + (size_t)start * w->nbytes, update, (size_t)first * w->nbytes);
        memcpy(out, update + (size_t)first * w->nbytes, (size_t)(w->nnew - first) * w->nbytes);
    }
}

static finnc_status check_writing(fnc_call *call, int axis, writing *w)
{
    const fnc_array *past = &call->in[0], *update = &call->in[1];
    const char *mode = finnc_node_string(call->node, "mode", "linear");
    int64_t dims[FINNC_MAX_RANK], n;
    if (axis == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis 0 is the batch, not the sequence");
    memcpy(dims, past->dims, (size_t)past->rank * sizeof *dims);
    dims[axis] = -1;
    FINNC_TRY(fnc_need_shape(call, 1, past->rank, dims));
    w->nsteps = past->dims[axis];
    w->nnew = update->dims[axis];
    w->is_circular = fnc_same(mode, "circular");
    if (!w->is_circular && !fnc_same(mode, "linear"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute mode is '%s', should be linear or circular", mode);
    if (w->nnew > w->nsteps)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " steps into a cache of %" PRId64,
                          w->nnew, w->nsteps);
    if (!fnc_has(call, 2))
        return FINNC_OK;
    FINNC_TRY(fnc_need_shape(call, 2, 1, dims));
    FINNC_TRY(fnc_in_ints(call, 2, &w->starts, &n));
    for (int64_t i = 0; i < n && !w->is_circular; i++)
        if (w->starts[i] < 0 || w->starts[i] > w->nsteps - w->nnew)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " steps at %" PRId64 " in a cache of %" PRId64, w->nnew,
                              w->starts[i], w->nsteps);
    return FINNC_OK;
}

static finnc_status tensor_scatter(fnc_call *call)
{
    writing w = {.per_batch = 1};
    size_t size;
    int axis;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *past = &call->in[0];
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), past->rank, &axis));
    FINNC_TRY(check_writing(call, axis, &w));
    FINNC_TRY(copy_first(call, &size, &w.out));
    if (past->nelems == 0)
        return FINNC_OK;
    int64_t inner = 1;
    for (int i = 1; i < axis; i++)
        w.per_batch *= past->dims[i];
    for (int i = axis + 1; i < past->rank; i++)
        inner *= past->dims[i];
    w.nbytes = (size_t)inner * size;
    w.update = call->in[1].data;
    if (w.nnew > 0)
        fnc_parallel_long(call, past->dims[0] * w.per_batch, w.nnew * inner, write_sequences, &w);
    return FINNC_OK;
}

/* Widened, so that reductions are exact until the end; moving them costs little more. */
const fnc_kernel fnc_kernel_onnx_scatter = {.run = scatter_elements};
const fnc_kernel fnc_kernel_onnx_scatter_elements = {.run = scatter_elements};
const fnc_kernel fnc_kernel_onnx_scatter_nd = {.run = scatter_nd};
const fnc_kernel fnc_kernel_onnx_tensor_scatter = {.run = tensor_scatter, .takes = FNC_TAKES_BYTES};
