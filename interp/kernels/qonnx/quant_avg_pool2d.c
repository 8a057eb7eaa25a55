/* QuantAvgPool2d: an average whose division is a shift, as hardware has it. Sums are taken as they
 * are; upstream's come from a rounded average, which is the same as long as floats hold them. */
#include "../pool.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>

typedef struct avg_pool {
    const double *x;
    float *y;
    int64_t channels, height, width, out_height, out_width, kernel, stride;
    bool is_last; /* channels */
    int shift;
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
    for (int64_t item = begin; item < end; item++) {
        const double *plane = p->x + item / p->out_height * p->height * row;
        const double *from = plane + item % p->out_height * p->stride * row;
        float *to = p->y + item * p->out_width * inner;
        for (int64_t j = 0; j < p->out_width; j++)
            for (int64_t c = 0; c < inner; c++) {
                double sum = sum_of(p, from + j * p->stride * column + c, row, column);
                to[j * inner + c] = (float)floor(ldexp(sum, -p->shift));
            }
    }
}

static finnc_status read_params(fnc_call *call, avg_pool *p)
{
    int64_t ibits, obits;
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "kernel", &p->kernel));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "stride", &p->stride));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "ibits", &ibits));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "obits", &obits));
    if (p->kernel < 1 || p->kernel > INT16_MAX || p->stride < 1 || p->stride > INT32_MAX ||
        ibits < 1 || ibits > 32 || obits < 1 || obits > 64)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "kernel %" PRId64 ", stride %" PRId64 ", %" PRId64 " bits to %" PRId64,
                          p->kernel, p->stride, ibits, obits);
    p->shift = fnc_pool_shift((int)ibits, (int)obits, p->kernel * p->kernel);
    p->is_last = fnc_same(finnc_node_string(call->node, "data_layout", "NCHW"), "NHWC");
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    fnc_array x;
    avg_pool p;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    FINNC_TRY(read_params(call, &p));
    if (x.rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d, not 4", x.rank);
    int first = p.is_last ? 1 : 2;
    p.channels = x.dims[p.is_last ? 3 : 1];
    p.height = x.dims[first];
    p.width = x.dims[first + 1];
    if (p.height < p.kernel || p.width < p.kernel)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a kernel of %" PRId64 " in a picture of %" PRId64 " by %" PRId64,
                          p.kernel, p.height, p.width);
    p.out_height = (p.height - p.kernel) / p.stride + 1;
    p.out_width = (p.width - p.kernel) / p.stride + 1;
    int64_t dims[] = {x.dims[0], x.dims[1], x.dims[2], x.dims[3]};
    dims[first] = p.out_height;
    dims[first + 1] = p.out_width;
    p.x = x.data;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 4, dims, &p.y));
    int64_t planes = p.is_last ? dims[0] : dims[0] * dims[1];
    int64_t inner = p.is_last ? p.channels : 1;
    fnc_parallel_long(call, planes * p.out_height, p.out_width * inner * p.kernel * p.kernel,
                      pool_rows, &p);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_quant_avg_pool2d = {.run = run, .takes = FNC_TAKES_ALL};
