/* Einsum: operands are contracted in pairs, the pair next that makes the smallest result, each as
 * a batch of matrix products. So the work is that of the products, however many operands there
 * are. */
#include "../elementwise.h"
#include "../matmul.h"
#include "../move.h"

#include <base/einsum.h>

#include <string.h>

/* An operand, or what has been made of some: axes of the full size of their label, each label
 * once. */
typedef struct part {
    int rank;
    uint8_t labels[FNC_EINSUM_LABELS];
    int64_t strides[FNC_EINSUM_LABELS];
    const void *data;
} part;

typedef struct einsum {
    fnc_call *call;
    finnc_elem elem;
    int64_t sizes[FNC_EINSUM_LABELS];
    size_t uses[FNC_EINSUM_LABELS]; /* parts, and the result, that have the label */
    size_t nparts;
    part *parts; /* those that are left */
} einsum;

/* ---- axes ---- */

static bool has(const part *p, int label)
{
    return p->rank > 0 && memchr(p->labels, label, (size_t)p->rank);
}

/* Strides of an operand's axes; axes of one element are left out, equal labels become a diagonal.
 */
static part part_of(const fnc_array *x, const fnc_einsum_term *term)
{
    part p = {.data = x->data};
    int64_t stride[FINNC_MAX_RANK];
    fnc_strides(x->rank, x->dims, stride);
    for (int i = 0; i < x->rank; i++) {
        int label = term->labels[i], at = 0;
        while (at < p.rank && p.labels[at] != label)
            at++;
        if (x->dims[i] == 1)
            continue;
        if (at == p.rank) {
            p.labels[p.rank++] = (uint8_t)label;
            p.strides[at] = 0;
        }
        p.strides[at] += stride[i];
    }
    return p;
}

/* A list of labels, and the number of elements that they span. */
typedef struct axes {
    int rank;
    uint8_t labels[FNC_EINSUM_LABELS];
    int64_t nelems;
} axes;

static finnc_status add_axis(const einsum *e, axes *a, int label)
{
    a->labels[a->rank++] = (uint8_t)label;
    if (!fnc_mul_i64(a->nelems, e->sizes[label], &a->nelems))
        return finnc_no_memory(e->call->cx);
    return FINNC_OK;
}

/* Copies a part so that its axes lie in the order of `lists`. */
static finnc_status arrange(einsum *e, const part *p, const axes *const *lists, size_t nlists,
                            const void **data)
{
    int64_t dims[FINNC_MAX_RANK] = {0}, from[FINNC_MAX_RANK], to[FINNC_MAX_RANK], nelems;
    int rank = 0;
    bool in_place = true;
    for (size_t i = 0; i < nlists; i++)
        for (int k = 0; k < lists[i]->rank; k++) {
            int at = 0;
            while (p->labels[at] != lists[i]->labels[k])
                at++;
            if (rank == FINNC_MAX_RANK)
                return finnc_fail(e->call->cx, FINNC_UNSUPPORTED, "a product of more than %d axes",
                                  FINNC_MAX_RANK);
            dims[rank] = e->sizes[p->labels[at]];
            from[rank++] = p->strides[at];
        }
    FINNC_TRY(finnc_shape_nelems(e->call->cx, rank, dims, &nelems));
    fnc_strides(rank, dims, to);
    for (int i = 0; i < rank; i++)
        in_place &= from[i] == to[i];
    *data = p->data;
    if (in_place)
        return FINNC_OK;
    size_t size = fnc_elem_size(e->elem);
    void *copy = fnc_scratch_array(e->call, size, nelems);
    if (!copy)
        return finnc_no_memory(e->call->cx);
    fnc_copy_block(e->call, size, rank, dims, p->data, from, copy, to);
    *data = copy;
    return FINNC_OK;
}

/* A part without gaps whose axes lie in the order of `lists`. */
static part made_of(const einsum *e, const axes *const *lists, size_t nlists, const void *data)
{
    part p = {.data = data};
    int64_t stride = 1;
    for (size_t i = 0; i < nlists; i++)
        for (int k = 0; k < lists[i]->rank; k++)
            p.labels[p.rank++] = lists[i]->labels[k];
    for (int i = p.rank; i-- > 0;) {
        p.strides[i] = stride;
        stride *= e->sizes[p.labels[i]];
    }
    return p;
}

/* ---- loops ---- */

typedef struct job {
    int64_t m, n, k;
    const void *a, *b;
    void *c;
} job;

/* Items: rows of `k` elements, to be summed up. */
#define SUMS(NAME, T, A)                                                                           \
    static void sums_##NAME(void *user, int64_t begin, int64_t end)                                \
    {                                                                                              \
        const job *j = user;                                                                       \
        for (int64_t i = begin; i < end; i++) {                                                    \
            const T *x = (const T *)j->a + i * j->k;                                               \
            A sum = 0;                                                                             \
            for (int64_t l = 0; l < j->k; l++)                                                     \
                sum += (A)x[l];                                                                    \
            ((T *)j->c)[i] = (T)sum;                                                               \
        }                                                                                          \
    }
FNC_FLOATS(SUMS, double)
FNC_INTEGERS(SUMS, uint64_t)

/* Items: rows of a batch of products of m x k and k x n. */
#define PRODUCTS(NAME, T, ...)                                                                     \
    static void products_##NAME(void *user, int64_t begin, int64_t end)                            \
    {                                                                                              \
        const job *j = user;                                                                       \
        for (int64_t i = begin; i < end; i++) {                                                    \
            const T *a = (const T *)j->a + i * j->k;                                               \
            const T *b = (const T *)j->b + i / j->m * j->k * j->n;                                 \
            T *c = (T *)j->c + i * j->n;                                                           \
            for (int64_t o = 0; o < j->n; o++)                                                     \
                c[o] = 0;                                                                          \
            for (int64_t l = 0; l < j->k; l++)                                                     \
                for (int64_t o = 0; o < j->n; o++)                                                 \
                    c[o] = (T)(c[o] + a[l] * b[l * j->n + o]);                                     \
        }                                                                                          \
    }
FNC_NUMERIC(PRODUCTS, )

FNC_NUMERIC(FNC_BINARY_LOOP, times, FNC_SAME_TYPE, a *b)

typedef void range(void *user, int64_t begin, int64_t end);
#define ENTRY(NAME, T, name) [FINNC_ELEM_##NAME] = name##_##NAME,
static range *const sum_ranges[FNC_NELEMS] = {FNC_NUMERIC(ENTRY, sums)};
static range *const product_ranges[FNC_NELEMS] = {FNC_NUMERIC(ENTRY, products)};
static fnc_broadcast_loop *const time_loops[FNC_NELEMS] = {FNC_NUMERIC(ENTRY, times)};

/* BLAS is for matrices of floats that are worth its call. */
static finnc_status multiply(einsum *e, int64_t batches, const job *j)
{
    enum { WORTH_IT = 4096 };
    const int64_t a_dims[] = {batches, j->m, 1}, b_dims[] = {batches, 1, j->n};
    const fnc_array a = {e->elem, 3, batches * j->m, a_dims, j->a};
    const fnc_array b = {e->elem, 3, batches * j->n, b_dims, j->b}, *operands[] = {&a, &b};
    if (j->k == 1) {
        fnc_broadcast shape;
        FINNC_TRY(fnc_broadcast_init(e->call, &shape, 2, operands));
        fnc_broadcast_run(e->call, &shape, operands, j->c, fnc_elem_size(e->elem),
                          time_loops[e->elem], NULL);
        return FINNC_OK;
    }
    double work = (double)j->m * (double)j->n * (double)j->k;
    if (finnc_elem_is_float(e->elem) && work >= WORTH_IT) {
        const fnc_matmul shape = {.m = j->m,
                                  .n = j->n,
                                  .k = j->k,
                                  .batch_rank = 1,
                                  .batch_dims = {batches},
                                  .a_steps = {1},
                                  .b_steps = {1},
                                  .batches = batches};
        return fnc_matmul_run(e->call, &shape, e->elem, j->a, j->b, j->c);
    }
    int64_t cost;
    if (!fnc_mul_i64(j->n, j->k, &cost))
        cost = INT64_MAX;
    job plain = *j;
    fnc_parallel_long(e->call, batches * j->m, cost, product_ranges[e->elem], &plain);
    return FINNC_OK;
}

/* ---- steps ---- */

/* Sums over the axes that nobody else has. */
static finnc_status sum_own(einsum *e, part *p)
{
    axes kept = {.nelems = 1}, gone = {.nelems = 1};
    const axes *lists[] = {&kept, &gone};
    for (int i = 0; i < p->rank; i++)
        FINNC_TRY(add_axis(e, e->uses[p->labels[i]] > 1 ? &kept : &gone, p->labels[i]));
    if (gone.rank == 0)
        return FINNC_OK;
    job j = {.k = gone.nelems};
    FINNC_TRY(arrange(e, p, lists, 2, &j.a));
    j.c = fnc_scratch_array(e->call, fnc_elem_size(e->elem), kept.nelems);
    if (!j.c)
        return finnc_no_memory(e->call->cx);
    fnc_parallel_long(e->call, kept.nelems, j.k, sum_ranges[e->elem], &j);
    *p = made_of(e, lists, 1, j.c);
    return FINNC_OK;
}

/* What both have and somebody else has too is a batch, what nobody else has is summed over. */
static finnc_status contract(einsum *e, const part *a, const part *b, part *c)
{
    axes batch = {.nelems = 1}, m = batch, n = batch, k = batch;
    const axes *left[] = {&batch, &m, &k}, *right[] = {&batch, &k, &n},
               *result[] = {&batch, &m, &n};
    job j = {0};
    int64_t nelems;
    for (int i = 0; i < a->rank; i++) {
        int label = a->labels[i];
        FINNC_TRY(add_axis(e, !has(b, label) ? &m : e->uses[label] > 2 ? &batch : &k, label));
    }
    for (int i = 0; i < b->rank; i++)
        if (!has(a, b->labels[i]))
            FINNC_TRY(add_axis(e, &n, b->labels[i]));
    j.m = m.nelems;
    j.n = n.nelems;
    j.k = k.nelems;
    if (!fnc_mul_i64(batch.nelems, j.m, &nelems) || !fnc_mul_i64(nelems, j.n, &nelems))
        return finnc_no_memory(e->call->cx);
    FINNC_TRY(arrange(e, a, left, 3, &j.a));
    FINNC_TRY(arrange(e, b, right, 3, &j.b));
    j.c = fnc_scratch_array(e->call, fnc_elem_size(e->elem), nelems);
    if (!j.c)
        return finnc_no_memory(e->call->cx);
    if (nelems > 0)
        FINNC_TRY(multiply(e, batch.nelems, &j));
    *c = made_of(e, result, 3, j.c);
    return FINNC_OK;
}

/* How much larger the product of two parts is than they are. */
static double growth(const einsum *e, const part *a, const part *b)
{
    double size_a = 1, size_b = 1, size_c = 1;
    for (int i = 0; i < a->rank; i++) {
        int label = a->labels[i];
        size_a *= (double)e->sizes[label];
        size_c *= has(b, label) && e->uses[label] <= 2 ? 1 : (double)e->sizes[label];
    }
    for (int i = 0; i < b->rank; i++) {
        size_b *= (double)e->sizes[b->labels[i]];
        size_c *= has(a, b->labels[i]) ? 1 : (double)e->sizes[b->labels[i]];
    }
    return size_c - size_a - size_b;
}

/* The best pair among the first parts. */
static void choose(const einsum *e, size_t *a, size_t *b)
{
    enum { FIRST = 16 };
    double best = 0;
    *a = *b = 0;
    for (size_t i = 0; i < e->nparts && i < FIRST; i++)
        for (size_t k = i + 1; k < e->nparts && k < FIRST; k++) {
            double by = growth(e, &e->parts[i], &e->parts[k]);
            if (*b > 0 && by >= best)
                continue;
            best = by;
            *a = i;
            *b = k;
        }
}

static void count_uses(einsum *e, const part *p, bool add)
{
    for (int i = 0; i < p->rank; i++)
        e->uses[p->labels[i]] += add ? 1 : (size_t)-1;
}

static finnc_status contract_all(einsum *e)
{
    for (size_t i = 0; i < e->nparts; i++)
        count_uses(e, &e->parts[i], true);
    for (size_t i = 0; i < e->nparts; i++) {
        part summed = e->parts[i];
        FINNC_TRY(sum_own(e, &summed));
        count_uses(e, &e->parts[i], false);
        count_uses(e, &summed, true);
        e->parts[i] = summed;
    }
    while (e->nparts > 1) {
        size_t a, b;
        part c;
        FINNC_TRY(finnc_ctx_check(e->call->cx));
        choose(e, &a, &b);
        FINNC_TRY(contract(e, &e->parts[a], &e->parts[b], &c));
        count_uses(e, &e->parts[a], false);
        count_uses(e, &e->parts[b], false);
        count_uses(e, &c, true);
        e->parts[a] = c;
        /* The few before it move up, not the many behind it. */
        memmove(e->parts + 1, e->parts, b * sizeof *e->parts);
        e->parts++;
        e->nparts--;
    }
    return FINNC_OK;
}

static finnc_status write_result(einsum *e, const fnc_einsum_term *result)
{
    const part *p = e->parts;
    int64_t dims[FINNC_MAX_RANK], from[FINNC_MAX_RANK] = {0}, to[FINNC_MAX_RANK];
    void *out;
    for (int i = 0; i < result->rank; i++) {
        dims[i] = e->sizes[result->labels[i]];
        for (int k = 0; k < p->rank; k++)
            if (p->labels[k] == result->labels[i])
                from[i] = p->strides[k];
    }
    FINNC_TRY(fnc_out(e->call, 0, e->elem, result->rank, dims, &out));
    fnc_strides(result->rank, dims, to);
    fnc_copy_block(e->call, fnc_elem_size(e->elem), result->rank, dims, p->data, from, out, to);
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    const char *equation;
    fnc_einsum_term result;
    size_t n = call->ninputs;
    fnc_einsum_term *terms = FNC_SCRATCH(call, fnc_einsum_term, (int64_t)n);
    einsum e = {.call = call, .nparts = n, .parts = FNC_SCRATCH(call, part, (int64_t)n)};
    if (!terms || !e.parts)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_need_inputs(call, n ? n : 1));
    FINNC_TRY(finnc_node_need_string(call->cx, call->node, "equation", &equation));
    e.elem = call->in[0].elem;
    if ((size_t)e.elem >= FNC_NELEMS || !sum_ranges[e.elem])
        return fnc_bad_elem(call, 0);
    for (size_t i = 0; i < n; i++) {
        if (call->in[i].elem != e.elem)
            return fnc_bad_elem(call, i);
        terms[i].rank = call->in[i].rank;
    }
    FINNC_TRY(fnc_einsum_parse(call->cx, equation, n, terms, &result));
    for (int i = 0; i < FNC_EINSUM_LABELS; i++)
        e.sizes[i] = 1;
    for (size_t i = 0; i < n; i++)
        FINNC_TRY(fnc_einsum_merge(call->cx, &terms[i], call->in[i].dims, e.sizes));
    for (size_t i = 0; i < n; i++)
        e.parts[i] = part_of(&call->in[i], &terms[i]);
    for (int i = 0; i < result.rank; i++)
        e.uses[result.labels[i]]++;
    FINNC_TRY(contract_all(&e));
    return write_result(&e, &result);
}

const fnc_kernel fnc_kernel_onnx_einsum = {.run = run};
