/* NonMaxSuppression. Overlaps are computed in float, step by step as everybody does: whether a box
 * on the threshold stays depends on the last bit. */
#include "../order.h"

#include <inttypes.h>
#include <math.h>

typedef struct suppression {
    const fnc_call *call;
    int64_t nclasses, nboxes, most;
    const float *boxes, *scores;
    bool is_centered, has_least;
    float overlap, least;   /* thresholds */
    int64_t *order, *spare; /* nboxes for each class of each batch; the chosen ones come first */
    int64_t *count;         /* chosen ones per class and batch */
} suppression;

/* An interval along one axis. */
typedef struct side {
    float low, high;
} side;

static side side_of(const suppression *s, const float *box, bool is_x)
{
    if (s->is_centered) {
        float middle = box[is_x ? 0 : 1], half = box[is_x ? 2 : 3] / 2;
        return (side){middle - half, middle + half};
    }
    float a = box[is_x ? 1 : 0], b = box[is_x ? 3 : 2];
    return a < b ? (side){a, b} : (side){b, a};
}

static side common(side a, side b)
{
    return (side){a.low > b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}

static float length(side s)
{
    return s.high - s.low;
}

static bool overlap_too_much(const suppression *s, const float *a, const float *b)
{
    side ax = side_of(s, a, true), bx = side_of(s, b, true), x = common(ax, bx);
    side ay = side_of(s, a, false), by = side_of(s, b, false), y = common(ay, by);
    if (x.high <= x.low || y.high <= y.low)
        return false;
    float both = length(x) * length(y);
    float area_a = length(ax) * length(ay), area_b = length(bx) * length(by);
    float either = area_a + area_b - both;
    if (both <= 0 || area_a <= 0 || area_b <= 0 || either <= 0)
        return false;
    return both / either > s->overlap;
}

/* By falling score; a NaN comes last. */
static int compare_scores(const void *items, int64_t i, int64_t j)
{
    const float *scores = items;
    float a = scores[i], b = scores[j];
    if (isnan(a) || isnan(b))
        return (isnan(a) != 0) - (isnan(b) != 0);
    return (a < b) - (a > b);
}

/* Items: classes of all batches. */
static void choose_range(void *user, int64_t begin, int64_t end)
{
    const suppression *s = user;
    for (int64_t item = begin; item < end; item++) {
        const float *scores = s->scores + item * s->nboxes;
        const float *boxes = s->boxes + item / s->nclasses * s->nboxes * 4;
        int64_t *order = s->order + item * s->nboxes, n = 0, chosen = 0;
        for (int64_t i = 0; i < s->nboxes; i++)
            if (!s->has_least || scores[i] > s->least)
                order[n++] = i;
        fnc_order(order, s->spare + item * s->nboxes, n, compare_scores, scores);
        for (int64_t i = 0; i < n && chosen < s->most; i++) {
            const float *box = boxes + order[i] * 4;
            if (i % 256 == 0 && fnc_is_stopped(s->call))
                return; /* quadratic, and one item */
            int64_t k = 0;
            while (k < chosen && !overlap_too_much(s, box, boxes + order[k] * 4))
                k++;
            if (k == chosen)
                order[chosen++] = order[i];
        }
        s->count[item] = chosen;
    }
}

/* An optional number; an empty tensor is none, too. */
static finnc_status read_number(fnc_call *call, size_t i, double *x, bool *is_there)
{
    *is_there = fnc_has(call, i) && call->in[i].nelems > 0;
    return *is_there ? fnc_in_scalar(call, i, x) : FINNC_OK;
}

static finnc_status init(fnc_call *call, suppression *s)
{
    double most = 0, overlap = 0, least = 0;
    bool is_there;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *boxes = &call->in[0], *scores = &call->in[1];
    FINNC_TRY(fnc_need_shape(call, 0, 3, (const int64_t[]){-1, -1, 4}));
    FINNC_TRY(fnc_need_shape(call, 1, 3, (const int64_t[]){boxes->dims[0], -1, boxes->dims[1]}));
    FINNC_TRY(read_number(call, 2, &most, &is_there));
    FINNC_TRY(read_number(call, 3, &overlap, &is_there));
    FINNC_TRY(read_number(call, 4, &least, &s->has_least));
    int64_t center = finnc_node_attr_int(call->node, "center_point_box");
    if (center != 0 && center != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute center_point_box is %" PRId64 ", should be 0 or 1", center);
    if (!(overlap >= 0 && overlap <= 1))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "iou_threshold is %g, should be 0 to 1",
                          overlap);
    s->is_centered = center == 1;
    s->nclasses = scores->dims[1];
    s->nboxes = boxes->dims[1];
    s->most = most > 0 && most < (double)s->nboxes ? (int64_t)most : most > 0 ? s->nboxes : 0;
    s->overlap = (float)overlap;
    s->least = (float)least;
    s->boxes = boxes->data;
    s->scores = scores->data;
    return FINNC_OK;
}

static finnc_status non_max_suppression(fnc_call *call)
{
    suppression s = {.call = call};
    int64_t total = 0, *out;
    FINNC_TRY(init(call, &s));
    const fnc_array *scores = &call->in[1];
    int64_t nitems = s.most > 0 && s.nclasses > 0 ? scores->nelems / s.nboxes : 0;
    s.order = FNC_SCRATCH(call, int64_t, scores->nelems);
    s.spare = FNC_SCRATCH(call, int64_t, scores->nelems);
    s.count = FNC_SCRATCH(call, int64_t, nitems);
    if (!s.order || !s.spare || !s.count)
        return finnc_no_memory(call->cx);
    fnc_parallel(call, nitems, s.nboxes * 64, choose_range, &s);
    FINNC_TRY(finnc_ctx_check(call->cx)); /* or counts are missing */
    for (int64_t i = 0; i < nitems; i++)
        total += s.count[i];
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 2, ((const int64_t[]){total, 3}), &out));
    for (int64_t i = 0; i < nitems; i++)
        for (int64_t k = 0; k < s.count[i]; k++, out += 3) {
            out[0] = i / s.nclasses;
            out[1] = i % s.nclasses;
            out[2] = s.order[i * s.nboxes + k];
        }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_non_max_suppression = {.run = non_max_suppression};
