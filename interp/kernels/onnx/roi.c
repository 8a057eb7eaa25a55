/* RoiAlign and MaxRoiPool: pools over the cells of a grid laid over regions of images. Places are
 * computed in the precision of the input, since a cell's number of points depends on them. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

#include <base/text.h>

typedef struct roi_job {
    const finnc_ctx *cx;
    int64_t images, channels, in_height, in_width, regions, height, width;
    const void *x, *rois;
    const int64_t *image; /* of each region; RoiAlign */
    double scale;
    int64_t points; /* per cell and axis; 0: by the cell's size */
    bool is_half_pixel, is_max;
    void *y;
} roi_job;

static finnc_status read_shapes(fnc_call *call, int64_t columns, roi_job *job)
{
    const fnc_array *x = &call->in[0], *rois = &call->in[1];
    if (x->rank != 4 || rois->rank != 2 || rois->dims[1] != columns)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "needs images of rank 4 and rows of %" PRId64
                          " numbers for the regions, has ranks %d and %d",
                          columns, x->rank, rois->rank);
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    *job = (roi_job){.cx = call->cx,
                     .images = x->dims[0],
                     .channels = x->dims[1],
                     .in_height = x->dims[2],
                     .in_width = x->dims[3],
                     .regions = rois->dims[0],
                     .x = x->data,
                     .rois = rois->data,
                     .scale = finnc_node_attr_float(call->node, "spatial_scale")};
    return FINNC_OK;
}

static finnc_status make_output(fnc_call *call, roi_job *job)
{
    const int64_t dims[] = {job->regions, job->channels, job->height, job->width};
    if (job->height < 1 || job->width < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "pools to %" PRId64 " by %" PRId64,
                          job->height, job->width);
    return fnc_out(call, 0, call->in[0].elem, 4, dims, &job->y);
}

/* ---- RoiAlign ---- */

/* The points of a cell along one axis that lie on the image, [*first, *last): a cell may have any
 * number of points, but only as many as the image has elements, about, lie on it. */
static void points_on_image(double start, double step, double n, int64_t size, int64_t *first,
                            int64_t *last)
{
    double begin = 0, end = isfinite(n) && isfinite(start) ? n : 0;
    if (step > 0 && end >= 64) { /* else each is looked at anyway */
        double low = floor((-1 - start) / step - 2), high = ceil(((double)size - start) / step + 2);
        begin = low > 0 ? fmin(low, n) : 0;
        end = high < n ? fmax(high, begin) : n;
    }
    bool is_told_apart = end <= 0x1p52; /* places further away are not */
    *first = is_told_apart ? (int64_t)begin : 0;
    *last = is_told_apart ? (int64_t)end : 0;
}

/* Where a point lies between two elements of an axis; false if not on it, or if it has none. */
static bool split_point(double at, int64_t size, int64_t *low, int64_t *high, double *part)
{
    if (size < 1 || !(at >= -1 && at <= (double)size))
        return false;
    at = at > 0 ? at : 0;
    *low = (int64_t)at;
    *part = at - (double)*low;
    if (*low >= size - 1) {
        *low = size - 1;
        *part = 0;
    }
    *high = *low < size - 1 ? *low + 1 : *low;
    return true;
}

typedef struct roi_cell {
    double y, x, step_y, step_x; /* of the points: those at y + (i + 1/2) * step_y */
    double rows, columns;        /* points */
} roi_cell;

/* The weighted corners of a point: their sum, or (max) the greatest of them, as the standard's own
 * tests have it. */
#define ALIGN(NAME, T, ...)                                                                        \
    static double align_point_##NAME(const roi_job *job, const T *plane, double y, double x)       \
    {                                                                                              \
        int64_t top, bottom, left, right;                                                          \
        double v, h;                                                                               \
        if (!split_point(y, job->in_height, &top, &bottom, &v) ||                                  \
            !split_point(x, job->in_width, &left, &right, &h))                                     \
            return 0;                                                                              \
        const T *upper = plane + top * job->in_width, *lower = plane + bottom * job->in_width;     \
        double a = (1 - v) * (1 - h) * upper[left], b = (1 - v) * h * upper[right];                \
        double c = v * (1 - h) * lower[left], d = v * h * lower[right];                            \
        return job->is_max ? fmax(fmax(a, b), fmax(c, d)) : a + b + c + d;                         \
    }                                                                                              \
    static double align_cell_##NAME(const roi_job *job, const T *plane, const roi_cell *cell,      \
                                    fnc_patience *patience)                                        \
    {                                                                                              \
        double sum = 0, greatest = -INFINITY, count = cell->rows * cell->columns;                  \
        int64_t y0, y1, x0, x1;                                                                    \
        points_on_image(cell->y, cell->step_y, cell->rows, job->in_height, &y0, &y1);              \
        points_on_image(cell->x, cell->step_x, cell->columns, job->in_width, &x0, &x1);            \
        for (int64_t i = y0; i < y1 && fnc_patience_lasts(patience, 32 * (x1 - x0 + 1)); i++)      \
            for (int64_t j = x0; j < x1; j++) {                                                    \
                double y = (double)(T)(cell->y + ((double)i + 0.5) * cell->step_y);                \
                double x = (double)(T)(cell->x + ((double)j + 0.5) * cell->step_x);                \
                double value = align_point_##NAME(job, plane, y, x);                               \
                sum += value;                                                                      \
                greatest = value > greatest ? value : greatest;                                    \
            }                                                                                      \
        if (!job->is_max)                                                                          \
            return sum / fmax(count, 1);                                                           \
        bool is_partial = (double)(y1 - y0) * (double)(x1 - x0) < count; /* the others are 0 */    \
        return count <= 0 ? 0 : is_partial ? fmax(greatest, 0) : greatest;                         \
    }                                                                                              \
    static void align_##NAME(void *user, int64_t begin, int64_t end)                               \
    {                                                                                              \
        const roi_job *job = user;                                                                 \
        fnc_patience patience = {.cx = job->cx};                                                   \
        for (int64_t item = begin; item < end; item++) {                                           \
            int64_t region = item / job->channels, channel = item % job->channels;                 \
            const T *roi = (const T *)job->rois + region * 4, scale = (T)job->scale;               \
            const T shift = job->is_half_pixel ? (T)0.5 : 0;                                       \
            const T *plane = (const T *)job->x + (job->image[region] * job->channels + channel) *  \
                                                     job->in_height * job->in_width;               \
            T x = roi[0] * scale - shift, y = roi[1] * scale - shift;                              \
            T w = roi[2] * scale - shift - x, h = roi[3] * scale - shift - y;                      \
            if (!job->is_half_pixel) { /* no region is smaller than an element */                  \
                w = w > 1 ? w : 1;                                                                 \
                h = h > 1 ? h : 1;                                                                 \
            }                                                                                      \
            T cell_h = h / (T)job->height, cell_w = w / (T)job->width;                             \
            roi_cell cell = {.rows = (double)job->points, .columns = (double)job->points};         \
            if (!job->points) {                                                                    \
                cell.rows = fmax(ceil((double)cell_h), 0);                                         \
                cell.columns = fmax(ceil((double)cell_w), 0);                                      \
            }                                                                                      \
            cell.step_y = (double)cell_h / cell.rows;                                              \
            cell.step_x = (double)cell_w / cell.columns;                                           \
            T *out = (T *)job->y + item * job->height * job->width;                                \
            for (int64_t i = 0; i < job->height * job->width; i++) {                               \
                if (!fnc_patience_lasts(&patience, 64))                                            \
                    return;                                                                        \
                const int64_t row = i / job->width, column = i % job->width;                       \
                cell.y = (double)(y + (T)row * cell_h);                                            \
                cell.x = (double)(x + (T)column * cell_w);                                         \
                out[i] = (T)align_cell_##NAME(job, plane, &cell, &patience);                       \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(ALIGN, )

static finnc_status read_images(fnc_call *call, roi_job *job)
{
    int64_t count;
    FINNC_TRY(fnc_in_ints(call, 2, &job->image, &count));
    if (count != job->regions)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " regions and %" PRId64 " batch indices", job->regions, count);
    for (int64_t i = 0; i < count; i++)
        if (job->image[i] < 0 || job->image[i] >= job->images)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a region is of image %" PRId64 ", there are %" PRId64, job->image[i],
                              job->images);
    return FINNC_OK;
}

static finnc_status roi_align(fnc_call *call)
{
    static const int64_t most_points = 1 << 10;
    roi_job job = {0};
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(read_shapes(call, 4, &job));
    FINNC_TRY(read_images(call, &job));
    const char *mode = finnc_node_string(call->node, "mode", "avg");
    const char *how = finnc_node_string(call->node, "coordinate_transformation_mode", "half_pixel");
    job.is_max = fnc_same(mode, "max");
    if (!job.is_max && !fnc_same(mode, "avg"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "mode is %s, should be avg or max", mode);
    if (!fnc_same(how, "half_pixel") && !fnc_same(how, "output_half_pixel"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "coordinate_transformation_mode is %s, should be half_pixel or "
                          "output_half_pixel",
                          how);
    job.is_half_pixel = call->version >= 16 && fnc_same(how, "half_pixel");
    job.points = finnc_node_attr_int(call->node, "sampling_ratio");
    if (job.points < 0 || job.points > most_points)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "sampling_ratio is %" PRId64 ", should be 0 to %" PRId64, job.points,
                          most_points);
    job.height = finnc_node_attr_int(call->node, "output_height");
    job.width = finnc_node_attr_int(call->node, "output_width");
    FINNC_TRY(make_output(call, &job));
    double points = (double)(job.points + 1);
    fnc_parallel_long(call, job.regions * job.channels,
                      fnc_cost(16 * points * points * (double)job.height * (double)job.width),
                      call->in[0].elem == FINNC_ELEM_FLOAT ? align_FLOAT : align_DOUBLE, &job);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_roi_align = {.run = roi_align};

/* ---- MaxRoiPool ---- */

/* `x` as an index 0 to `size`. */
static int64_t clamp_index(double x, int64_t size)
{
    return !(x > 0) ? 0 : x < (double)size ? (int64_t)x : size;
}

/* Cells begin and end on whole elements, those on a border belong to both; one without elements
 * is 0. */
#define MAX_ROI(NAME, T, ...)                                                                      \
    static void max_roi_##NAME(void *user, int64_t begin, int64_t end)                             \
    {                                                                                              \
        const roi_job *job = user;                                                                 \
        fnc_patience patience = {.cx = job->cx};                                                   \
        for (int64_t item = begin; item < end; item++) {                                           \
            int64_t region = item / job->channels, channel = item % job->channels;                 \
            const T *roi = (const T *)job->rois + region * 5, scale = (T)job->scale;               \
            const T *plane = (const T *)job->x + ((int64_t)roi[0] * job->channels + channel) *     \
                                                     job->in_height * job->in_width;               \
            T x = (T)round((double)(roi[1] * scale)), y = (T)round((double)(roi[2] * scale));      \
            T w = (T)round((double)(roi[3] * scale)) - x + 1;                                      \
            T h = (T)round((double)(roi[4] * scale)) - y + 1;                                      \
            T cell_w = (w > 1 ? w : 1) / (T)job->width, cell_h = (h > 1 ? h : 1) / (T)job->height; \
            T *out = (T *)job->y + item * job->height * job->width;                                \
            for (int64_t i = 0; i < job->height * job->width; i++) {                               \
                if (!fnc_patience_lasts(&patience, 64))                                            \
                    return;                                                                        \
                const int64_t line = i / job->width;                                               \
                T row = (T)line, column = (T)(i % job->width);                                     \
                int64_t y0 = clamp_index(floor((double)(row * cell_h)) + y, job->in_height);       \
                int64_t y1 = clamp_index(ceil((double)((row + 1) * cell_h)) + y, job->in_height);  \
                int64_t x0 = clamp_index(floor((double)(column * cell_w)) + x, job->in_width);     \
                int64_t x1 =                                                                       \
                    clamp_index(ceil((double)((column + 1) * cell_w)) + x, job->in_width);         \
                T greatest = y0 < y1 && x0 < x1 ? plane[y0 * job->in_width + x0] : 0;              \
                for (int64_t v = y0; v < y1 && fnc_patience_lasts(&patience, x1 - x0 + 1); v++)    \
                    for (int64_t u = x0; u < x1; u++) {                                            \
                        const T a = plane[v * job->in_width + u];                                  \
                        greatest = a > greatest ? a : greatest;                                    \
                    }                                                                              \
                out[i] = greatest;                                                                 \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(MAX_ROI, )

static finnc_status max_roi_pool(fnc_call *call)
{
    roi_job job = {0};
    size_t count;
    const int64_t *pooled;
    fnc_array rois;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(read_shapes(call, 5, &job));
    FINNC_TRY(finnc_node_need_ints(call->cx, call->node, "pooled_shape", &pooled, &count));
    if (count != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "pooled_shape has %zu numbers, not 2", count);
    job.height = pooled[0];
    job.width = pooled[1];
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_DOUBLE, &rois));
    for (int64_t i = 0; i < job.regions; i++) {
        double image = ((const double *)rois.data)[i * 5];
        if (!(image >= 0 && image < (double)job.images))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a region is of image %g, there are %" PRId64, image, job.images);
    }
    FINNC_TRY(make_output(call, &job));
    fnc_parallel_long(call, job.regions * job.channels,
                      fnc_cost((double)job.in_height * (double)job.in_width),
                      call->in[0].elem == FINNC_ELEM_FLOAT ? max_roi_FLOAT : max_roi_DOUBLE, &job);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_max_roi_pool = {.run = max_roi_pool};
