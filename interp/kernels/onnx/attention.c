/* Attention: a block of queries of one head at a time, so that scores never fill more than
 * BLOCK rows, unless they are an output. 16-bit types are computed in float. */
#include "../attention.h"
#include "../../product.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { Q, K, V, MASK, PAST_KEY, PAST_VALUE, NONPAD };
enum { Y, PRESENT_KEY, PRESENT_VALUE, SCORES };
enum { BLOCK = 64 };

/* ---- shapes ---- */

static finnc_status read_heads(fnc_call *call, size_t i, const char *attr, int64_t batch,
                               int64_t *heads, int64_t *length, int64_t *size)
{
    const fnc_array *x = &call->in[i];
    int64_t given = finnc_node_int(call->node, attr, 0);
    bool is_flat = x->rank == 3;
    if (x->rank != call->in[Q].rank || (!is_flat && x->rank != 4))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "Q, K and V have ranks %d, %d and %d, should all have 3 or 4",
                          call->in[Q].rank, call->in[K].rank, call->in[V].rank);
    if (x->dims[0] != batch)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "batches of %" PRId64 " and %" PRId64, batch,
                          x->dims[0]);
    *heads = is_flat ? given : x->dims[1];
    if (*heads <= 0 || (given && given != *heads))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "input %zu has %" PRId64 " heads, attribute %s is %" PRId64, i, *heads,
                          attr, given);
    if (is_flat && x->dims[2] % *heads)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not make %" PRId64 " heads", x->dims[2], *heads);
    *length = x->dims[is_flat ? 1 : 2];
    *size = is_flat ? x->dims[2] / *heads : x->dims[3];
    return FINNC_OK;
}

static finnc_status read_past(fnc_call *call, fnc_attention *a)
{
    bool has_past = fnc_has(call, PAST_KEY);
    if (has_past != fnc_has(call, PAST_VALUE))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "past_key and past_value belong together");
    if (has_past && fnc_has(call, NONPAD))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "nonpad_kv_seqlen is for a cache kept outside, past_key for one inside");
    if (has_past) {
        const int64_t k[] = {a->batch, a->kv_heads, -1, a->head_size};
        FINNC_TRY(fnc_need_shape(call, PAST_KEY, 4, k));
        a->past = call->in[PAST_KEY].dims[2];
        const int64_t v[] = {a->batch, a->kv_heads, a->past, a->value_size};
        FINNC_TRY(fnc_need_shape(call, PAST_VALUE, 4, v));
    }
    if (!fnc_add_i64(a->past, a->new_keys, &a->keys))
        return finnc_no_memory(call->cx);
    return FINNC_OK;
}

static finnc_status read_shapes(fnc_call *call, fnc_attention *a)
{
    int64_t heads, length;
    FINNC_TRY(fnc_need_inputs(call, 3));
    if (call->in[Q].rank < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "Q has rank 0, should have 3 or 4");
    a->is_flat = call->in[Q].rank == 3;
    a->batch = call->in[Q].dims[0];
    FINNC_TRY(
        read_heads(call, Q, "q_num_heads", a->batch, &a->q_heads, &a->queries, &a->head_size));
    FINNC_TRY(read_heads(call, K, "kv_num_heads", a->batch, &a->kv_heads, &a->new_keys, &length));
    if (length != a->head_size)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "queries of %" PRId64 " elements, keys of %" PRId64, a->head_size,
                          length);
    FINNC_TRY(read_heads(call, V, "kv_num_heads", a->batch, &heads, &length, &a->value_size));
    if (heads != a->kv_heads || length != a->new_keys)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " heads of %" PRId64 " keys, %" PRId64 " of %" PRId64
                          " values",
                          a->kv_heads, a->new_keys, heads, length);
    if (a->q_heads % a->kv_heads)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " heads of queries cannot share %" PRId64 " of keys",
                          a->q_heads, a->kv_heads);
    return read_past(call, a);
}

/* ---- attributes, and what is allowed ---- */

static finnc_status read_attrs(fnc_call *call, fnc_attention *a)
{
    const finnc_node *node = call->node;
    a->scale = finnc_node_float(node, "scale", 1 / sqrt((double)a->head_size));
    a->softcap = finnc_node_attr_float(node, "softcap");
    a->is_causal = finnc_node_attr_int(node, "is_causal") != 0;
    a->mode = finnc_node_int(node, "qk_matmul_output_mode", FNC_ATTENTION_PRODUCTS);
    if (a->mode < FNC_ATTENTION_PRODUCTS || a->mode > FNC_ATTENTION_WEIGHTS)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "qk_matmul_output_mode is %" PRId64 ", it may be 0 to 3", a->mode);
    int64_t precision = finnc_node_int(node, "softmax_precision", FINNC_ELEM_UNDEFINED);
    if (precision != FINNC_ELEM_UNDEFINED && precision != FINNC_ELEM_FLOAT &&
        precision != FINNC_ELEM_FLOAT16 && precision != FINNC_ELEM_DOUBLE &&
        precision != FINNC_ELEM_BFLOAT16)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "softmax_precision is %" PRId64, precision);
    a->precision = (finnc_elem)precision;
    bool has_window = call->version >= 25;
    a->left = has_window ? finnc_node_attr_int(node, "left_window_size") : -1;
    a->right = has_window ? finnc_node_attr_int(node, "right_window_size") : -1;
    if (a->left < -1 || a->right < -1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a window of %" PRId64 " and %" PRId64,
                          a->left, a->right);
    return FINNC_OK;
}

static finnc_status read_nonpad(fnc_call *call, fnc_attention *a)
{
    int64_t count;
    if (!fnc_has(call, NONPAD))
        return FINNC_OK;
    FINNC_TRY(fnc_need_shape(call, NONPAD, 1, &a->batch));
    FINNC_TRY(fnc_in_ints(call, NONPAD, &a->nonpad, &count));
    for (int64_t b = 0; b < count; b++)
        if (a->nonpad[b] < 0 || a->nonpad[b] > a->keys || a->nonpad[b] > a->mask_keys)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "nonpad_kv_seqlen counts %" PRId64 " of %" PRId64
                              " keys, attn_mask covers %" PRId64,
                              a->nonpad[b], a->keys, a->mask_keys);
    return FINNC_OK;
}

/* The last axis of a mask: since version 24 a shorter one forbids the keys that it does not
 * reach. */
static bool fit_mask_keys(const fnc_call *call, fnc_attention *a, int64_t dim)
{
    a->mask_steps[3] = 1;
    a->mask_keys = dim;
    if (call->version < 24 && dim == 1) {
        a->mask_steps[3] = 0;
        a->mask_keys = a->keys;
    }
    return a->mask_keys == a->keys || (call->version >= 24 && dim < a->keys);
}

#define FORBID(NAME, T, ...)                                                                       \
    static void forbid_##NAME(void *mask, const uint8_t *allowed, int64_t n)                       \
    {                                                                                              \
        for (int64_t i = 0; i < n; i++)                                                            \
            ((T *)mask)[i] = allowed[i] ? 0 : -(T)INFINITY;                                        \
    }
FNC_FLOATS(FORBID, )

static finnc_status read_mask(fnc_call *call, fnc_attention *a)
{
    const int64_t full[] = {a->batch, a->q_heads, a->queries, a->keys};
    a->mask_keys = a->keys;
    if (!fnc_has(call, MASK))
        return FINNC_OK;
    fnc_array mask = call->in[MASK];
    int64_t step = 1;
    bool fits = mask.rank <= 4;
    for (int i = 4; fits && i-- > 4 - mask.rank;) {
        int64_t dim = mask.dims[i - (4 - mask.rank)];
        if (i == 3)
            fits = fit_mask_keys(call, a, dim);
        else
            fits = dim == 1 || dim == full[i];
        if (i < 3)
            a->mask_steps[i] = dim == 1 ? 0 : step;
        step *= dim;
    }
    if (!fits)
        return fnc_need_shape(call, MASK, 4, full);
    if (mask.elem == FINNC_ELEM_BOOL) {
        void *data = fnc_scratch_array(call, a->size, mask.nelems);
        if (!data)
            return finnc_no_memory(call->cx);
        (a->elem == FINNC_ELEM_FLOAT ? forbid_FLOAT : forbid_DOUBLE)(data, mask.data, mask.nelems);
        mask.data = data;
    } else {
        FINNC_TRY(fnc_in_as(call, MASK, a->elem, &mask));
    }
    a->mask = mask.data;
    return FINNC_OK;
}

/* ---- blocks of queries ---- */

static int64_t at_least_1(int64_t n)
{
    return n > 0 ? n : 1;
}

/* The block's queries, scaled, in rows without gaps. */
static void load_queries(const fnc_attention *a, int64_t batch, int64_t head, int64_t first,
                         int64_t count, char *block)
{
    size_t nbytes = (size_t)a->head_size * a->size;
    double root = copysign(sqrt(fabs(a->scale)), a->scale);
    for (int64_t i = 0; i < count && nbytes; i++) {
        int64_t from = fnc_attention_place(a->is_flat, a->q_heads, a->queries, a->head_size, batch,
                                           head, first + i);
        memcpy(block + (size_t)i * nbytes, a->q + (size_t)from * a->size, nbytes);
    }
    fnc_attention_scale(a, block, count * a->head_size, root);
}

/* Items: (batch, head, block). */
static void run_blocks(void *user, int64_t begin, int64_t end)
{
    const fnc_attention *a = user;
    size_t thread = (size_t)fnc_parallel_thread();
    char *q = a->block_q + thread * BLOCK * (size_t)a->head_size * a->size;
    char *scores = a->block_scores + thread * BLOCK * (size_t)a->keys * a->size;
    char *rounded = a->rounded + thread * (size_t)a->keys * a->size;
    int64_t blocks = (a->queries + BLOCK - 1) / BLOCK;
    for (int64_t item = begin; item < end; item++) {
        int64_t head = item / blocks % a->q_heads, batch = item / blocks / a->q_heads;
        int64_t first = item % blocks * BLOCK,
                count = a->queries - first < BLOCK ? a->queries - first : BLOCK;
        int64_t of_kv = batch * a->kv_heads + head / (a->q_heads / a->kv_heads);
        fnc_factor queries = {.data = q, .stride = at_least_1(a->head_size)};
        fnc_factor keys = {.data = (const char *)a->k +
                                   (size_t)(of_kv * a->keys * a->head_size) * a->size,
                           .stride = at_least_1(a->head_size),
                           .is_transposed = true};
        fnc_factor weights = {.data = scores, .stride = at_least_1(a->keys)};
        fnc_factor values = {.data = (const char *)a->v +
                                     (size_t)(of_kv * a->keys * a->value_size) * a->size,
                             .stride = at_least_1(a->value_size)};
        load_queries(a, batch, head, first, count, q);
        fnc_product_here(a->elem, count, a->keys, a->head_size, queries, keys, scores,
                         at_least_1(a->keys));
        for (int64_t i = 0; i < count; i++)
            fnc_attention_weigh(a, batch, head, first + i,
                                scores + (size_t)i * (size_t)a->keys * a->size, rounded);
        /* Padding may hold anything, a NaN too: it is left out, not multiplied by 0. */
        int64_t used = a->nonpad ? a->nonpad[batch] : a->keys;
        int64_t to = fnc_attention_place(a->is_flat, a->q_heads, a->queries, a->value_size, batch,
                                         head, first);
        fnc_product_here(a->elem, count, a->value_size, used, weights, values,
                         a->y + (size_t)to * a->size,
                         at_least_1(a->value_size * (a->is_flat ? a->q_heads : 1)));
    }
}

static finnc_status run_all(fnc_call *call, fnc_attention *a)
{
    int64_t threads = call->threads > 0 ? call->threads : 1, rows = threads * BLOCK;
    int64_t blocks = (a->queries + BLOCK - 1) / BLOCK, cost;
    size_t of_keys, of_head;
    if (!fnc_mul((size_t)a->keys, a->size, &of_keys) ||
        !fnc_mul((size_t)a->head_size, a->size, &of_head))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_product_check(call->cx, a->keys, a->head_size, a->value_size));
    FINNC_TRY(fnc_product_check(call->cx, a->q_heads * a->value_size, 1, 1));
    a->block_q = fnc_scratch_array(call, of_head, rows);
    a->block_scores = fnc_scratch_array(call, of_keys, rows);
    a->rounded = fnc_scratch_array(call, of_keys, threads);
    if (!a->block_q || !a->block_scores || !a->rounded)
        return finnc_no_memory(call->cx);
    if (!fnc_mul_i64(a->keys, BLOCK * (a->head_size + a->value_size + 64) / 4, &cost))
        cost = INT64_MAX;
    fnc_blas_begin();
    fnc_parallel_long(call, a->batch * a->q_heads * blocks, cost, run_blocks, a);
    fnc_blas_end();
    return FINNC_OK;
}

/* ---- inputs and outputs ---- */

/* What was there before and what is new, as (batch, heads, keys, size): present_key and
 * present_value, in the type in which they came. */
static finnc_status join(fnc_call *call, const fnc_attention *a, size_t i, size_t past_i,
                         int64_t size, size_t o, const void **joined)
{
    const fnc_array *x = &call->in[i];
    const int64_t dims[] = {a->batch, a->kv_heads, a->keys, size};
    char *out;
    if (a->past && call->in[past_i].elem != x->elem)
        return fnc_bad_elem(call, past_i);
    FINNC_TRY(fnc_out(call, o, x->elem, 4, dims, &out));
    *joined = out;
    size_t nbytes = (size_t)size * fnc_elem_size(x->elem);
    int64_t rows = nbytes && a->keys ? a->batch * a->kv_heads : 0;
    for (int64_t row = 0; row < rows; row++) {
        int64_t batch = row / a->kv_heads, head = row % a->kv_heads;
        if (a->past)
            memcpy(out, (const char *)call->in[past_i].data + (size_t)(row * a->past) * nbytes,
                   (size_t)a->past * nbytes);
        out += (size_t)a->past * nbytes;
        for (int64_t j = 0; j < a->new_keys; j++) {
            int64_t from =
                fnc_attention_place(a->is_flat, a->kv_heads, a->new_keys, 1, batch, head, j);
            memcpy(out, (const char *)x->data + (size_t)from * nbytes, nbytes);
            out += nbytes;
        }
    }
    return FINNC_OK;
}

/* `n` elements in the type to compute in: these themselves, or a copy. */
static finnc_status widen(fnc_call *call, const fnc_attention *a, finnc_elem elem, const void *data,
                          int64_t n, bool copies, void **wide)
{
    if (elem == a->elem && !copies) {
        *wide = (void *)data; /* read only */
        return FINNC_OK;
    }
    *wide = fnc_scratch_array(call, a->size, n);
    if (!*wide)
        return finnc_no_memory(call->cx);
    fnc_convert(elem, data, a->elem, *wide, n);
    return FINNC_OK;
}

static finnc_status load(fnc_call *call, fnc_attention *a)
{
    const void *keys = NULL, *values = NULL;
    void *wide = NULL;
    fnc_array q;
    int64_t rows = a->batch * a->kv_heads * a->keys;
    FINNC_TRY(fnc_in_as(call, Q, a->elem, &q));
    a->q = q.data;
    FINNC_TRY(join(call, a, K, PAST_KEY, a->head_size, PRESENT_KEY, &keys));
    FINNC_TRY(join(call, a, V, PAST_VALUE, a->value_size, PRESENT_VALUE, &values));
    FINNC_TRY(widen(call, a, call->in[K].elem, keys, rows * a->head_size, true, &a->k));
    fnc_attention_scale(a, a->k, rows * a->head_size, sqrt(fabs(a->scale)));
    FINNC_TRY(widen(call, a, call->in[V].elem, values, rows * a->value_size, false, &wide));
    a->v = wide;
    return FINNC_OK;
}

/* An output of Q's type, and where it is computed. */
static finnc_status make_output(fnc_call *call, const fnc_attention *a, size_t o, int rank,
                                const int64_t *dims, void **out, char **wide, int64_t *n)
{
    finnc_elem elem = call->in[Q].elem;
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, n));
    FINNC_TRY(fnc_out(call, o, elem, rank, dims, out));
    *wide = elem == a->elem ? *out : fnc_scratch_array(call, a->size, *n);
    return *wide ? FINNC_OK : finnc_no_memory(call->cx);
}

static finnc_status run(fnc_call *call)
{
    fnc_attention a = {0};
    void *y, *scores = NULL;
    int64_t y_nelems, scores_nelems = 0;
    FINNC_TRY(read_shapes(call, &a));
    finnc_elem elem = call->in[Q].elem;
    if (call->in[K].elem != elem)
        return fnc_bad_elem(call, K);
    bool is_double = elem == FINNC_ELEM_DOUBLE || call->in[V].elem == FINNC_ELEM_DOUBLE;
    a.elem = is_double ? FINNC_ELEM_DOUBLE : FINNC_ELEM_FLOAT;
    a.size = fnc_elem_size(a.elem);
    FINNC_TRY(read_attrs(call, &a));
    FINNC_TRY(read_mask(call, &a));
    FINNC_TRY(read_nonpad(call, &a));
    const int64_t full[] = {a.batch, a.q_heads, a.queries, a.value_size};
    const int64_t flat[] = {a.batch, a.queries, a.q_heads * a.value_size};
    FINNC_TRY(
        make_output(call, &a, Y, a.is_flat ? 3 : 4, a.is_flat ? flat : full, &y, &a.y, &y_nelems));
    if (fnc_out_is_wanted(call, SCORES)) {
        const int64_t dims[] = {a.batch, a.q_heads, a.queries, a.keys};
        FINNC_TRY(make_output(call, &a, SCORES, 4, dims, &scores, &a.scores, &scores_nelems));
    }
    FINNC_TRY(load(call, &a));
    if (y_nelems || scores_nelems)
        FINNC_TRY(run_all(call, &a));
    if (a.elem != elem) {
        fnc_convert(a.elem, a.y, elem, y, y_nelems);
        if (scores)
            fnc_convert(a.elem, a.scores, elem, scores, scores_nelems);
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_attention = {.run = run, .takes = FNC_TAKES_BYTES};
