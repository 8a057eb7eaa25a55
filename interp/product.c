#include "product.h"

#include <cblas.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>

/* ---- OpenBLAS's one setting ---- */

static pthread_mutex_t blas_lock = PTHREAD_MUTEX_INITIALIZER;
static int blas_users, blas_threads;

void fnc_blas_begin(void)
{
    pthread_mutex_lock(&blas_lock);
    if (blas_users++ == 0) {
        blas_threads = openblas_get_num_threads();
        if (blas_threads != 1)
            openblas_set_num_threads(1);
    }
    pthread_mutex_unlock(&blas_lock);
}

void fnc_blas_end(void)
{
    pthread_mutex_lock(&blas_lock);
    if (--blas_users == 0 && blas_threads != 1)
        openblas_set_num_threads(blas_threads);
    pthread_mutex_unlock(&blas_lock);
}

/* ---- which type ---- */

static bool is_exact(finnc_dtype t)
{
    return finnc_dtype_is_integer(t) || t.kind == FINNC_DTYPE_FIXED;
}

/* The largest magnitude among an input's elements of type `t`, in steps of it. */
static double largest(const fnc_array *x, finnc_dtype t)
{
    double step = t.kind == FINNC_DTYPE_FIXED ? ldexp(1, t.int_bits - t.bits) : 1, seen = 0;
    double most = fmax(fabs(finnc_dtype_min(t)), fabs(finnc_dtype_max(t))) / step;
    if (most <= 65536 || x->elem != FINNC_ELEM_FLOAT)
        return most;
    const float *data = x->data; /* annotations such as INT32 say little */
    for (int64_t i = 0; i < x->nelems; i++)
        seen = fabsf(data[i]) > seen ? fabsf(data[i]) : seen;
    return seen / step;
}

finnc_elem fnc_product_elem_of(const fnc_call *call, size_t a, finnc_dtype a_dtype, size_t b,
                               finnc_dtype b_dtype, int64_t terms)
{
    if (call->in[a].elem == FINNC_ELEM_DOUBLE || call->in[b].elem == FINNC_ELEM_DOUBLE)
        return FINNC_ELEM_DOUBLE;
    if (!is_exact(a_dtype) || !is_exact(b_dtype))
        return FINNC_ELEM_FLOAT;
    double sum = (double)terms * largest(&call->in[a], a_dtype) * largest(&call->in[b], b_dtype);
    return sum < 16777216.0 ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
}

static finnc_dtype annotated(const fnc_call *call, size_t i)
{
    const finnc_value *value = finnc_node_input(call->node, i);
    return value && finnc_value_has_dtype(value) ? finnc_value_dtype(value) : finnc_dtype_float32();
}

finnc_elem fnc_product_elem(const fnc_call *call, size_t a, size_t b, int64_t terms)
{
    return fnc_product_elem_of(call, a, annotated(call, a), b, annotated(call, b), terms);
}

/* ---- products ---- */

finnc_status fnc_product_check(finnc_ctx *cx, int64_t m, int64_t n, int64_t k)
{
    if (m > INT_MAX || n > INT_MAX || k > INT_MAX)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "a product of %" PRId64 " by %" PRId64 " by %" PRId64 " is too large", m,
                          k, n);
    return FINNC_OK;
}

static void zero(finnc_elem elem, int64_t m, int64_t n, void *c, int64_t c_stride)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            if (elem == FINNC_ELEM_FLOAT)
                ((float *)c)[i * c_stride + j] = 0;
            else
                ((double *)c)[i * c_stride + j] = 0;
        }
}

static enum CBLAS_TRANSPOSE form(fnc_factor f, bool other)
{
    return f.is_transposed != other ? CblasTrans : CblasNoTrans;
}

/* y = x times f for a vector x of k: BLAS reads the matrix once where a product would pack it. */
static void vector_product(finnc_elem elem, int64_t n, int64_t k, const void *x, int64_t x_step,
                           fnc_factor f, void *y, int64_t y_step)
{
    int rows = (int)(f.is_transposed ? n : k), columns = (int)(f.is_transposed ? k : n);
    if (elem == FINNC_ELEM_FLOAT)
        cblas_sgemv(CblasRowMajor, form(f, true), rows, columns, 1, f.data, (int)f.stride, x,
                    (int)x_step, 0, y, (int)y_step);
    else
        cblas_dgemv(CblasRowMajor, form(f, true), rows, columns, 1, f.data, (int)f.stride, x,
                    (int)x_step, 0, y, (int)y_step);
}

void fnc_product_here(finnc_elem elem, int64_t m, int64_t n, int64_t k, fnc_factor a, fnc_factor b,
                      void *c, int64_t c_stride)
{
    if (m == 0 || n == 0)
        return;
    if (k == 0) {
        zero(elem, m, n, c, c_stride);
    } else if (m == 1) {
        vector_product(elem, n, k, a.data, a.is_transposed ? a.stride : 1, b, c, 1);
    } else if (n == 1) {
        fnc_factor turned = {a.data, a.stride, !a.is_transposed};
        vector_product(elem, m, k, b.data, b.is_transposed ? 1 : b.stride, turned, c, c_stride);
    } else if (elem == FINNC_ELEM_FLOAT) {
        cblas_sgemm(CblasRowMajor, form(a, false), form(b, false), (int)m, (int)n, (int)k, 1,
                    a.data, (int)a.stride, b.data, (int)b.stride, 0, c, (int)c_stride);
    } else {
        cblas_dgemm(CblasRowMajor, form(a, false), form(b, false), (int)m, (int)n, (int)k, 1,
                    a.data, (int)a.stride, b.data, (int)b.stride, 0, c, (int)c_stride);
    }
}

/* Tiles of c, cut by its shape alone: whatever thread computes one, the sums are the same. Small
 * matrices are cut finer, so that there is a tile for each of many threads. */
enum { TILE_ROWS = 256, TILE_COLUMNS = 512, FINE_ROWS = 64, FINE_COLUMNS = 256, FEW_TILES = 16 };

typedef struct product_job {
    finnc_elem elem;
    int64_t m, n, k, c_stride;
    int64_t tile_rows, tile_columns, columns; /* of a tile; tiles side by side */
    fnc_factor a, b;
    char *c;
} product_job;

static fnc_factor skip(fnc_factor f, size_t size, int64_t rows, int64_t columns)
{
    int64_t offset = f.is_transposed ? columns * f.stride + rows : rows * f.stride + columns;
    f.data = (const char *)f.data + (size_t)offset * size;
    return f;
}

static void tiles(void *user, int64_t begin, int64_t end)
{
    const product_job *job = user;
    size_t size = fnc_elem_size(job->elem);
    for (int64_t t = begin; t < end; t++) {
        int64_t i = t / job->columns * job->tile_rows, j = t % job->columns * job->tile_columns;
        int64_t m = job->m - i < job->tile_rows ? job->m - i : job->tile_rows;
        int64_t n = job->n - j < job->tile_columns ? job->n - j : job->tile_columns;
        fnc_product_here(job->elem, m, n, job->k, skip(job->a, size, i, 0),
                         skip(job->b, size, 0, j), job->c + (size_t)(i * job->c_stride + j) * size,
                         job->c_stride);
    }
}

static int64_t tiles_of(int64_t n, int64_t tile)
{
    return (n + tile - 1) / tile;
}

finnc_status fnc_product(const fnc_call *call, finnc_elem elem, int64_t m, int64_t n, int64_t k,
                         fnc_factor a, fnc_factor b, void *c, int64_t c_stride)
{
    product_job job = {.elem = elem,
                       .m = m,
                       .n = n,
                       .k = k,
                       .c_stride = c_stride,
                       .tile_rows = TILE_ROWS,
                       .tile_columns = TILE_COLUMNS,
                       .a = a,
                       .b = b,
                       .c = c};
    FINNC_TRY(fnc_product_check(call->cx, m, n, k));
    if (tiles_of(m, TILE_ROWS) * tiles_of(n, TILE_COLUMNS) < FEW_TILES) {
        job.tile_rows = FINE_ROWS;
        job.tile_columns = FINE_COLUMNS;
    }
    job.columns = tiles_of(n, job.tile_columns);
    /* A vector unit does about sixteen steps of a product in the time of an addition. */
    int64_t rows = m < job.tile_rows ? m : job.tile_rows;
    int64_t width = n < job.tile_columns ? n : job.tile_columns;
    fnc_blas_begin();
    fnc_parallel_long(call, tiles_of(m, job.tile_rows) * job.columns, rows * width * (k / 16 + 1),
                      tiles, &job);
    fnc_blas_end();
    return FINNC_OK;
}
