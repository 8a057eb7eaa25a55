/* Where what sums stand for changes: found in the table; or, if there is none, by halving. What
 * lies between two sums that stand for the same, stands for that too, since nothing in the chain
 * both rises and falls. */
#include "lower.h"

#include <string.h>

static const char many[] = "its input has more than 256 different values";

static bool add_step(fnc_lowering *l, fnc_steps *steps, int32_t sum, float y)
{
    if (!steps->sums) {
        steps->sums = FNC_NEW_ARRAY(&l->scratch, int32_t, FNC_MAX_CODES);
        steps->y = FNC_NEW_ARRAY(&l->scratch, float, FNC_MAX_CODES);
        if (!steps->sums || !steps->y)
            return false;
    }
    steps->sums[steps->count] = sum;
    steps->y[steps->count++] = y;
    return true;
}

/* Two zeros are two values here: who compares them has to know. */
static finnc_status scan(fnc_lowering *l, const fnc_table *t, fnc_steps *steps, const char **why)
{
    for (int64_t c = 0; c < t->channels; c++)
        steps[c].first = t->y[c];
    for (int64_t i = t->channels; i < t->n * t->channels; i++) {
        if (!memcmp(&t->y[i], &t->y[i - t->channels], sizeof *t->y))
            continue;
        fnc_steps *step = &steps[i % t->channels];
        if (step->count == FNC_MAX_CODES) {
            *why = many;
            return FINNC_OK;
        }
        if (!add_step(l, step, (int32_t)(t->low + i / t->channels), t->y[i]))
            return finnc_no_memory(l->cx);
    }
    return FINNC_OK;
}

/* ---- halving ---- */

typedef struct point {
    int32_t sum;
    float y;
} point;

typedef struct channel {
    point *points; /* ascending; the first and the last sum, and those around changes */
    int n;
} channel;

static bool needs_middle(const channel *c, int i)
{
    return c->points[i].y != c->points[i + 1].y &&
           (int64_t)c->points[i + 1].sum - c->points[i].sum > 1;
}

static int32_t middle(const channel *c, int i)
{
    return (int32_t)(((int64_t)c->points[i].sum + c->points[i + 1].sum) / 2);
}

static int count_middles(const channel *c)
{
    int n = 0;
    for (int i = 0; i + 1 < c->n; i++)
        n += needs_middle(c, i);
    return n;
}

/* Puts in the middles, and leaves out points whose neighbours are as they are. `y`: of the middles,
 * `stride` from one to the next. */
static bool refine(fnc_lowering *l, channel *c, const float *y, int64_t stride)
{
    int n = 0, room = 2 * c->n + 2;
    point *points = FNC_NEW_ARRAY(&l->scratch, point, (size_t)room);
    if (!points)
        return false;
    for (int i = 0; i < c->n; i++) {
        points[n++] = c->points[i];
        if (i + 1 < c->n && needs_middle(c, i)) {
            points[n++] = (point){middle(c, i), *y};
            y += stride;
        }
    }
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (i == 0 || i == n - 1 || points[i].y != points[i - 1].y ||
            points[i].y != points[i + 1].y)
            points[kept++] = points[i];
    c->points = points;
    c->n = kept;
    return true;
}

/* One round: the middles of all channels at once. `*is_done`: there were none. */
static finnc_status halve(fnc_lowering *l, const fnc_lowered *in, channel *channels, bool *is_done,
                          const char **why)
{
    const int64_t n = in->table.channels;
    int rows = 0;
    for (int64_t c = 0; c < n; c++) {
        int middles = count_middles(&channels[c]);
        rows = middles > rows ? middles : rows;
    }
    *is_done = rows == 0;
    if (rows > FNC_MAX_CODES)
        *why = many;
    else if (in->numbers_floats && rows * n > FNC_MAX_ROUND)
        *why = "there are too many channels to find out where its results change";
    if (*is_done || *why)
        return FINNC_OK;
    int32_t *sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)(rows * n));
    float *y;
    if (!sums)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < n; c++)
        for (int i = 0, row = 0; row < rows; i++)
            if (i + 1 >= channels[c].n)
                sums[row++ * n + c] = in->table.low;
            else if (needs_middle(&channels[c], i))
                sums[row++ * n + c] = middle(&channels[c], i);
    FINNC_TRY(fnc_lower_try(l, in, sums, rows, &y, why));
    for (int64_t c = 0; c < n && !*why; c++)
        if (!refine(l, &channels[c], y + c, n))
            return finnc_no_memory(l->cx);
    return FINNC_OK;
}

static finnc_status bisect(fnc_lowering *l, const fnc_lowered *in, fnc_steps *steps,
                           const char **why)
{
    const int64_t n = in->table.channels;
    channel *channels = FNC_NEW_ARRAY(&l->scratch, channel, (size_t)n);
    int32_t *sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)(2 * n));
    float *y;
    bool is_done = false;
    if (!channels || !sums)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < n; c++) {
        sums[c] = in->table.low;
        sums[n + c] = (int32_t)(in->table.low + in->table.n - 1);
    }
    FINNC_TRY(fnc_lower_try(l, in, sums, 2, &y, why));
    for (int64_t c = 0; c < n && !*why; c++) {
        channels[c] = (channel){.points = FNC_NEW_ARRAY(&l->scratch, point, 2), .n = 2};
        if (!channels[c].points)
            return finnc_no_memory(l->cx);
        channels[c].points[0] = (point){sums[c], y[c]};
        channels[c].points[1] = (point){sums[n + c], y[n + c]};
    }
    while (!is_done && !*why)
        FINNC_TRY(halve(l, in, channels, &is_done, why));
    for (int64_t c = 0; c < n && !*why; c++) {
        const channel *at = &channels[c];
        steps[c].first = at->points[0].y;
        for (int i = 1; i < at->n; i++)
            if (at->points[i].y != at->points[i - 1].y &&
                !add_step(l, &steps[c], at->points[i].sum, at->points[i].y))
                return finnc_no_memory(l->cx);
    }
    return FINNC_OK;
}

finnc_status fnc_lower_steps(fnc_lowering *l, const fnc_lowered *in, fnc_steps **steps,
                             const char **why)
{
    *steps = FNC_NEW_ARRAY(&l->scratch, fnc_steps, (size_t)in->table.channels);
    if (!*steps)
        return finnc_no_memory(l->cx);
    return in->table.y ? scan(l, &in->table, *steps, why) : bisect(l, in, *steps, why);
}
