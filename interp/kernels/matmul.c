#include "matmul.h"

#include "../product.h"

#include <inttypes.h>

/* Shapes as numpy sees them: a vector is a row on the left, a column on the right. */
static finnc_status fit(fnc_call *call, const fnc_array *a, const fnc_array *b, fnc_matmul *m)
{
    if (a->rank == 0 || b->rank == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "operands of rank %d and %d", a->rank,
                          b->rank);
    m->m = a->rank > 1 ? a->dims[a->rank - 2] : 1;
    m->k = a->dims[a->rank - 1];
    m->n = b->rank > 1 ? b->dims[b->rank - 1] : 1;
    int64_t rows = b->rank > 1 ? b->dims[b->rank - 2] : b->dims[0];
    if (m->k != rows)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " columns on the left, %" PRId64 " rows on the right", m->k,
                          rows);
    return FINNC_OK;
}

static finnc_status batch(fnc_call *call, const fnc_array *a, const fnc_array *b, fnc_matmul *m)
{
    int na = a->rank > 2 ? a->rank - 2 : 0, nb = b->rank > 2 ? b->rank - 2 : 0;
    int64_t a_step = 1, b_step = 1;
    m->batch_rank = na > nb ? na : nb;
    m->batches = 1;
    for (int i = m->batch_rank - 1; i >= 0; i--) {
        int ia = i - (m->batch_rank - na), ib = i - (m->batch_rank - nb);
        int64_t da = ia >= 0 ? a->dims[ia] : 1, db = ib >= 0 ? b->dims[ib] : 1;
        if (da != db && da != 1 && db != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " matrices on the left, %" PRId64 " on the right", da, db);
        m->batch_dims[i] = da == 1 ? db : da;
        m->a_steps[i] = da == 1 ? 0 : a_step;
        m->b_steps[i] = db == 1 ? 0 : b_step;
        a_step *= da;
        b_step *= db;
        if (!fnc_mul_i64(m->batches, m->batch_dims[i], &m->batches))
            return finnc_no_memory(call->cx);
    }
    return FINNC_OK;
}

finnc_status fnc_matmul_init(fnc_call *call, const fnc_array *a, const fnc_array *b,
                             fnc_matmul *matmul)
{
    *matmul = (fnc_matmul){0};
    FINNC_TRY(fit(call, a, b, matmul));
    FINNC_TRY(batch(call, a, b, matmul));
    for (int i = 0; i < matmul->batch_rank; i++)
        matmul->dims[matmul->rank++] = matmul->batch_dims[i];
    if (a->rank > 1)
        matmul->dims[matmul->rank++] = matmul->m;
    if (b->rank > 1)
        matmul->dims[matmul->rank++] = matmul->n;
    /* Many small matrices on the left and one on the right are one tall product. */
    bool is_shared = b->rank <= 2 && a->rank > 1;
    FINNC_TRY(finnc_shape_nelems(call->cx, matmul->rank, matmul->dims, &matmul->nelems));
    if (is_shared && matmul->batches > 0) {
        if (!fnc_mul_i64(matmul->m, matmul->batches, &matmul->m))
            return finnc_no_memory(call->cx);
        matmul->batches = 1;
        matmul->batch_rank = 0;
    }
    return FINNC_OK;
}

/* Integers beyond what floats hold exactly. Items: rows of the product. */
typedef struct int_job {
    int64_t n, k;
    const void *a, *b;
    void *c;
} int_job;

#define INT_PRODUCT(NAME, T, ...)                                                                  \
    static void product_##NAME(void *user, int64_t begin, int64_t end)                             \
    {                                                                                              \
        const int_job *job = user;                                                                 \
        const int64_t n = job->n, k = job->k;                                                      \
        const T *a = job->a, *b = job->b;                                                          \
        T *c = job->c;                                                                             \
        for (int64_t i = begin; i < end; i++) {                                                    \
            for (int64_t j = 0; j < n; j++)                                                        \
                c[i * n + j] = 0;                                                                  \
            for (int64_t l = 0; l < k; l++)                                                        \
                for (int64_t j = 0; j < n; j++)                                                    \
                    c[i * n + j] = (T)(c[i * n + j] + a[i * k + l] * b[l * n + j]);                \
        }                                                                                          \
    }
FNC_INTEGERS(INT_PRODUCT, )

static finnc_status one(fnc_call *call, const fnc_matmul *m, finnc_elem elem, const void *a,
                        const void *b, void *c)
{
    int_job job = {m->n, m->k, a, b, c};
    const int64_t cost = fnc_cost((double)m->n * (double)m->k + 1);
#define INT_CASE(NAME, T, ...)                                                                     \
    case FINNC_ELEM_##NAME:                                                                        \
        fnc_parallel_long(call, m->m, cost, product_##NAME, &job);                                 \
        return FINNC_OK;
    switch ((int)elem) {
        FNC_INTEGERS(INT_CASE, )
    }
    if (elem != FINNC_ELEM_FLOAT && elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    const fnc_factor left = {.data = a, .stride = m->k > 0 ? m->k : 1};
    const fnc_factor right = {.data = b, .stride = m->n > 0 ? m->n : 1};
    return fnc_product(call, elem, m->m, m->n, m->k, left, right, c, m->n > 0 ? m->n : 1);
}

finnc_status fnc_matmul_run(fnc_call *call, const fnc_matmul *matmul, finnc_elem elem,
                            const void *a, const void *b, void *c)
{
    size_t size = fnc_elem_size(elem);
    size_t a_size = (size_t)(matmul->m * matmul->k) * size;
    size_t b_size = (size_t)(matmul->k * matmul->n) * size;
    size_t c_size = (size_t)(matmul->m * matmul->n) * size;
    for (int64_t at = 0; at < matmul->batches; at++) {
        FINNC_TRY(finnc_ctx_check(call->cx));
        int64_t a_at = 0, b_at = 0, rest = at;
        for (int i = matmul->batch_rank - 1; i >= 0; i--) {
            int64_t index = rest % matmul->batch_dims[i];
            rest /= matmul->batch_dims[i];
            a_at += index * matmul->a_steps[i];
            b_at += index * matmul->b_steps[i];
        }
        FINNC_TRY(one(call, matmul, elem, (const char *)a + (size_t)a_at * a_size,
                      (const char *)b + (size_t)b_at * b_size, (char *)c + (size_t)at * c_size));
    }
    return FINNC_OK;
}

static finnc_status multiply(fnc_call *call, const fnc_matmul *matmul, finnc_elem elem,
                             fnc_array *c)
{
    fnc_array a, b;
    FINNC_TRY(fnc_in_as(call, 0, elem, &a));
    FINNC_TRY(fnc_in_as(call, 1, elem, &b));
    void *data = fnc_scratch_array(call, fnc_elem_size(elem), matmul->nelems);
    if (!data)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, matmul, elem, a.data, b.data, data));
    *c = (fnc_array){.elem = elem,
                     .rank = matmul->rank,
                     .nelems = matmul->nelems,
                     .dims = matmul->dims,
                     .data = data};
    return FINNC_OK;
}

finnc_status fnc_matmul_inputs(fnc_call *call, finnc_dtype a_dtype, finnc_dtype b_dtype,
                                  fnc_matmul *matmul, fnc_array *c)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_matmul_init(call, &call->in[0], &call->in[1], matmul));
    return multiply(call, matmul, fnc_product_elem_of(call, 0, a_dtype, 1, b_dtype, matmul->k), c);
}
