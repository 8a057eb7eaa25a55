/* Bisection over all floats, of all rows and steps at once: 32 runs of the network's own nodes. */
#include "edges.h"

#include "../support/constants.h"
#include "../support/eval.h"
#include "../support/float_order.h"

#include <base/arena.h>

#include <math.h>

typedef struct search {
    finnc_ctx *cx;
    const fnc_levels *levels;
    int64_t rows, n;   /* n = rows * count, row by row */
    uint32_t *lo, *hi; /* the edge is in lo..hi */
    float *level;      /* that is to be reached */
} search;

/* Data of the network's rank, the rows where the scale has them and the steps along the first axis.
 */
static finnc_status make_points(const search *s, finnc_tensor **points)
{
    const fnc_levels *l = s->levels;
    if (l->axis == FNC_AXIS_NONE)
        return finnc_tensor_create(s->cx, FINNC_ELEM_FLOAT, 1, &s->n, points);
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i < l->rank; i++)
        dims[i] = i == l->axis ? s->rows : 1;
    dims[0] = l->count;
    return finnc_tensor_create(s->cx, FINNC_ELEM_FLOAT, l->rank, dims, points);
}

/* Where step `i` (row by row) lies in the points. */
static int64_t place(const search *s, int64_t i)
{
    const fnc_levels *l = s->levels;
    if (l->axis == FNC_AXIS_NONE)
        return i;
    return i % l->count * s->rows + i / l->count;
}

static finnc_status run(finnc_ctx *cx, const fnc_levels *l, const finnc_tensor *x, finnc_tensor **y)
{
    if (!l->activation)
        return fnc_eval_on(cx, l->quantiser, 0, x, y);
    finnc_tensor *active = NULL;
    FINNC_TRY(fnc_eval_on(cx, l->activation, 0, x, &active));
    const finnc_status status = fnc_eval_on(cx, l->quantiser, 0, active, y);
    finnc_tensor_release(active);
    return status;
}

finnc_status fnc_levels_ends(finnc_ctx *cx, const fnc_levels *levels, double *low, double *high)
{
    const double scale = finnc_tensor_get(levels->scale, 0);
    double *const ends[] = {low, high};
    for (int i = 0; i < 2; i++) {
        finnc_tensor *x, *y = NULL;
        FINNC_TRY(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, i ? INFINITY : -INFINITY, &x));
        const finnc_status status = run(cx, levels, x, &y);
        finnc_tensor_release(x);
        FINNC_TRY(status);
        *ends[i] = nearbyint(finnc_tensor_get(y, 0) / scale);
        finnc_tensor_release(y);
    }
    return FINNC_OK;
}

static finnc_status halve(search *s)
{
    finnc_tensor *x, *y = NULL;
    FINNC_TRY(make_points(s, &x));
    for (int64_t i = 0; i < s->n; i++) {
        const uint32_t middle = s->lo[i] + (s->hi[i] - s->lo[i]) / 2;
        finnc_tensor_set(x, place(s, i), (double)fnc_float_ranked(middle));
    }
    finnc_status status = run(s->cx, s->levels, x, &y);
    finnc_tensor_release(x);
    FINNC_TRY(status);
    if (finnc_tensor_nelems(y) != s->n)
        status = finnc_fail(s->cx, FINNC_BAD_VALUE, "its scale does not fit its data");
    for (int64_t i = 0; status == FINNC_OK && i < s->n; i++) {
        const uint32_t middle = s->lo[i] + (s->hi[i] - s->lo[i]) / 2;
        if (finnc_tensor_get(y, place(s, i)) >= (double)s->level[i])
            s->hi[i] = middle;
        else if (s->lo[i] < s->hi[i])
            s->lo[i] = middle + 1;
    }
    finnc_tensor_release(y);
    return status;
}

/* As the network computes them: an integer times the scale, rounded once. */
static void begin(search *s)
{
    const fnc_levels *l = s->levels;
    for (int64_t i = 0; i < s->n; i++) {
        const float scale = (float)(l->factor * finnc_tensor_get(l->scale, i / l->count));
        s->level[i] = (float)(l->first + (double)(i % l->count + 1)) * scale;
        s->lo[i] = fnc_float_rank(-INFINITY);
        s->hi[i] = fnc_float_rank(INFINITY);
    }
}

static finnc_status finish(const search *s, finnc_tensor **edges)
{
    FINNC_TRY(finnc_tensor_create(s->cx, FINNC_ELEM_FLOAT, 2,
                                  (int64_t[]){s->rows, s->levels->count}, edges));
    for (int64_t i = 0; i < s->n; i++) {
        const float x = fnc_float_ranked(s->hi[i]);
        finnc_tensor_set(*edges, i, x == 0 ? 0 : (double)x); /* not -0 */
    }
    return FINNC_OK;
}

finnc_status fnc_levels_edges(finnc_ctx *cx, const fnc_levels *levels, finnc_tensor **edges)
{
    search s = {.cx = cx, .levels = levels};
    s.rows = levels->axis == FNC_AXIS_NONE ? 1 : finnc_tensor_nelems(levels->scale);
    s.n = s.rows * levels->count;
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    s.lo = FNC_NEW_ARRAY(&scratch, uint32_t, (size_t)s.n);
    s.hi = FNC_NEW_ARRAY(&scratch, uint32_t, (size_t)s.n);
    s.level = FNC_NEW_ARRAY(&scratch, float, (size_t)s.n);
    finnc_status status = FINNC_OK;
    if (!s.lo || !s.hi || !s.level) {
        status = finnc_no_memory(cx);
    } else {
        begin(&s);
        for (int i = 0; status == FINNC_OK && i < 32; i++)
            status = halve(&s);
        if (status == FINNC_OK)
            status = finish(&s, edges);
    }
    fnc_arena_clear(&scratch);
    return status;
}
