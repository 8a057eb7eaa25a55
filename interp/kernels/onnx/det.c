/* Determinants, by elimination in double with the largest element of each column as its pivot. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

typedef struct job {
    const finnc_ctx *cx;
    int64_t n; /* rows of a matrix, and columns */
    finnc_elem elem;
    const char *x;
    char *y;
    double *work; /* n * n for each thread */
} job;

static void swap_rows(double *a, double *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double x = a[i];
        a[i] = b[i];
        b[i] = x;
    }
}

static double determinant(double *a, int64_t n, fnc_patience *patience)
{
    double product = 1;
    for (int64_t c = 0; c < n; c++) {
        int64_t pivot = c;
        for (int64_t r = c + 1; r < n; r++)
            if (fabs(a[r * n + c]) > fabs(a[pivot * n + c]))
                pivot = r;
        if (pivot != c) {
            swap_rows(a + pivot * n, a + c * n, n);
            product = -product;
        }
        product *= a[c * n + c];
        for (int64_t r = c + 1; r < n && a[c * n + c] != 0; r++) {
            if (!fnc_patience_lasts(patience, n - c))
                return product;
            double factor = a[r * n + c] / a[c * n + c];
            for (int64_t k = c + 1; k < n; k++)
                a[r * n + k] -= factor * a[c * n + k];
        }
    }
    return product;
}

/* Items: matrices. */
static void range(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    int64_t nelems = j->n * j->n;
    double *work = j->work + fnc_parallel_thread() * nelems;
    size_t size = fnc_elem_size(j->elem);
    fnc_patience patience = {.cx = j->cx};
    for (int64_t i = begin; i < end; i++) {
        fnc_convert(j->elem, j->x + (size_t)(i * nelems) * size, FINNC_ELEM_DOUBLE, work, nelems);
        double det = determinant(work, j->n, &patience);
        fnc_convert(FINNC_ELEM_DOUBLE, &det, j->elem, j->y + (size_t)i * size, 1);
    }
}

static finnc_status det(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    int64_t batches, nelems, work;
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    if (x->rank < 2 || x->dims[x->rank - 2] != x->dims[x->rank - 1])
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input (rank %d) is no square matrix",
                          x->rank);
    job j = {.cx = call->cx, .n = x->dims[x->rank - 1], .elem = x->elem, .x = x->data};
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank - 2, x->dims, &batches));
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank - 2, x->dims, &j.y));
    if (!fnc_mul_i64(j.n, j.n, &nelems) || !fnc_mul_i64(nelems, call->threads, &work))
        return finnc_no_memory(call->cx);
    j.work = FNC_SCRATCH(call, double, batches ? work : 0);
    if (!j.work)
        return finnc_no_memory(call->cx);
    fnc_parallel_long(call, batches, nelems * (j.n + 8), range, &j);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_det = {.run = det};
