/* QuantAvgPool2d: an average whose division is a shift, as hardware has it. Sums are taken as they
 * are; upstream's come from a rounded average, which is the same as long as floats hold them. */
#include "../pool.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>

typedef struct avg_pool {
    const finnc_ctx *cx;
    const double *x;
    float *y;
    int64_t channels, height, width, out_height, out_width, kernel, stride;
    bool is_last; /* channels */
    int shift;
    int64_t cost; /* of a row */
} avg_pool;

static double sum_of(const avg_pool *p, const double *corner, int64_t row, int64_t column)
{
    double sum = 0;
    for (int64_t i = 0; i < p->kernel; i++)
        for (int64_t j = 0; j < p->kernel; j++)
            sum += corner[i * row + j * column];
    return rint(sum);
}

/* Items: rows of the output, of one image and, channels being first, one channel. */
static void pool_rows(void *user, int64_t begin, int64_t end)
{
    const avg_pool *p = user;
    const int64_t column = p->is_last ? p->channels : 1, row = p->width * column;
    const int64_t inner = p->is_last ? p->channels : 1;
    fnc_patience patience = {.cx = p->cx};
    fnc_patience *within = p->cost > FNC_PATIENCE ? &patience : NULL;
    for (int64_t item = begin; item < end; item++) {
        const double *plane = p->x + item / p->out_height * p->height * row;
        const double *from = plane + item % p->out_height * p->stride * row;
        float *to = p->y + item * p->out_width * inner;
        for (int64_t j = 0; j < p->out_width; j++)
            for (int64_t c = 0; c < inner; c++) {
                if (!fnc_patience_lasts(within, 4 * p->kernel * p->kernel))
                    return;
                double sum = sum_of(p, from + j * p->stride * column + c, row, column);
                to[j * inner + c] = (float)floor(ldexp(sum, -p->shift));
            }
    }
}

static finnc_status read_params(fnc_call *call, const fnc_array *x, avg_pool *p)
{
    int64_t ibits, obits;
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of_quant_avg_pool(call->node);
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "ibits", &ibits));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "obits", &obits));
    if (ibits < 1 || ibits > 32 || obits < 1 || obits > 64)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " bits to %" PRId64, ibits, obits);
    p->is_last = finnc_node_attr_is(call->node, "data_layout", "NHWC");
    FINNC_TRY(fnc_windows_need(call, &attrs, 2, x->dims + (p->is_last ? 1 : 2), NULL, &w));
    p->shift = fnc_pool_shift((int)ibits, (int)obits, w.taps);
    p->channels = x->dims[p->is_last ? 3 : 1];
    p->height = w.in[0];
    p->width = w.in[1];
    p->out_height = w.out[0];
    p->out_width = w.out[1];
    p->kernel = w.kernel[0];
    p->stride = w.stride[0];
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    fnc_array x;
    avg_pool p;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    if (x.rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d, not 4", x.rank);
    FINNC_TRY(read_params(call, &x, &p));
    const int first = p.is_last ? 1 : 2;
    int64_t dims[] = {x.dims[0], x.dims[1], x.dims[2], x.dims[3]};
    dims[first] = p.out_height;
    dims[first + 1] = p.out_width;
    p.cx = call->cx;
    p.x = x.data;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 4, dims, &p.y));
    int64_t planes = p.is_last ? dims[0] : dims[0] * dims[1];
    int64_t inner = p.is_last ? p.channels : 1;
    p.cost =
        fnc_cost(4 * (double)p.out_width * (double)inner * (double)p.kernel * (double)p.kernel);
    fnc_parallel_long(call, planes * p.out_height, p.cost, pool_rows, &p);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_quant_avg_pool2d = {.run = run, .takes = FNC_TAKES_ALL};
