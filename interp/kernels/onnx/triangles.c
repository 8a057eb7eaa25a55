/* Diagonals and triangles of matrices: EyeLike, Trilu. */
#include "../../kernel.h"

#include <inttypes.h>
#include <string.h>

static finnc_status eye_like(fnc_call *call)
{
    unsigned char *out;
    unsigned char one[16] = {0};
    const double x_one = 1;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    int64_t dtype = finnc_node_int(call->node, "dtype", x->elem), k;
    size_t size = dtype > 0 && dtype < FNC_NELEMS ? fnc_elem_size((finnc_elem)dtype) : 0;
    if (size == 0 || dtype == FINNC_ELEM_STRING || size > sizeof(double))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute dtype is %" PRId64 ", no type for it", dtype);
    if (x->rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "makes matrices, the input has rank %d",
                          x->rank);
    k = finnc_node_attr_int(call->node, "k");
    FINNC_TRY(fnc_out(call, 0, (finnc_elem)dtype, 2, x->dims, &out));
    fnc_convert(FINNC_ELEM_DOUBLE, &x_one, (finnc_elem)dtype, one, 1);
    if (x->nelems > 0)
        memset(out, 0, (size_t)x->nelems * size);
    int64_t rows = x->dims[0], columns = x->dims[1], row = k < 0 ? (k < -rows ? rows : -k) : 0;
    for (; row < rows && k < columns - row; row++)
        memcpy(out + (size_t)(row * columns + row + k) * size, one, size);
    return FINNC_OK;
}

/* ---- Trilu ---- */

/* The columns of a row that are kept: [*begin, *end). */
static void kept(bool is_upper, int64_t k, int64_t row, int64_t columns, int64_t *begin,
                 int64_t *end)
{
    int64_t edge = row + k + !is_upper;
    edge = edge < 0 ? 0 : edge > columns ? columns : edge;
    *begin = is_upper ? edge : 0;
    *end = is_upper ? columns : edge;
}

typedef struct triangle {
    bool is_upper;
    int64_t k, rows, columns;
    size_t size;
    const char *x;
    char *y;
} triangle;

/* Items: rows. */
static void copy_rows(void *user, int64_t from, int64_t to)
{
    const triangle *t = user;
    for (int64_t row = from; row < to; row++) {
        int64_t begin, end;
        size_t at = (size_t)(row * t->columns) * t->size;
        kept(t->is_upper, t->k, row % t->rows, t->columns, &begin, &end);
        size_t first = (size_t)begin * t->size, last = (size_t)end * t->size;
        memset(t->y + at, 0, (size_t)t->columns * t->size);
        memcpy(t->y + at + first, t->x + at + first, last - first);
    }
}

static finnc_status trilu(fnc_call *call)
{
    triangle t = {.is_upper = finnc_node_attr_int(call->node, "upper") != 0};
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    t.size = fnc_elem_size(x->elem);
    if (t.size == 0)
        return fnc_bad_elem(call, 0);
    if (x->rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "takes matrices, the input has rank %d",
                          x->rank);
    t.rows = x->dims[x->rank - 2];
    t.columns = x->dims[x->rank - 1];
    if (fnc_has(call, 1)) {
        const int64_t *given;
        int64_t count;
        FINNC_TRY(fnc_in_ints(call, 1, &given, &count));
        if (count != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "k has %" PRId64 " elements", count);
        t.k = *given < -t.rows ? -t.rows : *given > t.columns ? t.columns : *given;
    }
    t.x = x->data;
    FINNC_TRY(fnc_out_like(call, 0, x, &t.y));
    if (x->nelems > 0)
        fnc_parallel_long(call, x->nelems / t.columns, t.columns, copy_rows, &t);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_eye_like = {.run = eye_like, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_trilu = {.run = trilu, .takes = FNC_TAKES_BYTES};
