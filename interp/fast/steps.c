/* Where what sums stand for changes: found in the table; or, if there is none, by halving. What
 * lies between two sums that stand for the same, stands for that too, since nothing in the chain
 * both rises and falls. */
#include "lower.h"

#include <base/float_bits.h>

#include <string.h>

static const char many[] = "its input has more than 256 different values";

/* Room for that many. */
static bool make_room(fnc_lowering *l, fnc_steps *steps, int count)
{
    if (count == 0)
        return true;
    steps->sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)count);
    steps->y = FNC_NEW_ARRAY(&l->scratch, float, (size_t)count);
    return steps->sums && steps->y;
}

static void add_step(fnc_steps *steps, int32_t sum, float y)
{
    steps->sums[steps->count] = sum;
    steps->y[steps->count++] = y;
}

/* Two zeros are two values here: who compares them has to know. */
static bool differs(const fnc_table *t, int64_t i)
{
    return !fnc_float_is_same(t->y[i], t->y[i - t->channels]);
}

static finnc_status scan(fnc_lowering *l, const fnc_table *t, fnc_steps *steps, const char **why)
{
    int *counts = FNC_NEW_ARRAY(&l->scratch, int, (size_t)t->channels);
    if (!counts)
        return finnc_no_memory(l->cx);
    for (int64_t i = t->channels; i < t->n * t->channels; i++)
        counts[i % t->channels] += differs(t, i);
    for (int64_t c = 0; c < t->channels; c++) {
        steps[c].first = t->y[c];
        if (counts[c] > FNC_MAX_CODES)
            *why = many;
        else if (!make_room(l, &steps[c], counts[c]))
            return finnc_no_memory(l->cx);
    }
    for (int64_t i = t->channels; i < t->n * t->channels && !*why; i++)
        if (differs(t, i))
            add_step(&steps[i % t->channels], (int32_t)(t->low + i / t->channels), t->y[i]);
    return FINNC_OK;
}

/* ---- halving ---- */

typedef struct point {
    int32_t sum;
    float y;
} point;

typedef struct channel {
    point *points; /* ascending; the first and the last sum, and those around changes */
    int n, room;
} channel;

/* Two around each change, and both ends; a round has a middle more for each value at most. */
enum { MOST_POINTS = 2 * FNC_MAX_CODES + 2 };

/* Sums of all channels, halved together. */
typedef struct search {
    const fnc_lowered *in;
    channel *channels;
    int64_t n; /* of them */
    bool
        is_for_all; /* all channels are taken to be as the first one, which alone is looked at... */
    bool is_wrong;  /* ...until one is seen to be different */
    point *merged;  /* room for two rounds' points */
    const char **why;
} search;

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
static bool refine(fnc_lowering *l, channel *c, const float *y, int64_t stride, point *merged)
{
    int n = 0, kept = 0;
    for (int i = 0; i < c->n; i++) {
        merged[n++] = c->points[i];
        if (i + 1 < c->n && needs_middle(c, i)) {
            merged[n++] = (point){middle(c, i), *y};
            y += stride;
        }
    }
    for (int i = 0; i < n; i++)
        if (i == 0 || i == n - 1 || merged[i].y != merged[i - 1].y ||
            merged[i].y != merged[i + 1].y)
            merged[kept++] = merged[i];
    if (kept > c->room) {
        c->room = 2 * kept;
        c->points = FNC_NEW_ARRAY(&l->scratch, point, (size_t)c->room);
        if (!c->points)
            return false;
    }
    memcpy(c->points, merged, (size_t)kept * sizeof *merged);
    c->n = kept;
    return true;
}

/* What `rows` sums of each channel stand for; where all channels are taken to be alike, sums of the
 * first one have to stand for the same in all of them. A channel that agrees with another one on
 * both ends of whatever lies between two changes, and cannot rise and fall between them, agrees on
 * all of it. */
static finnc_status ask(fnc_lowering *l, search *s, const int32_t *sums, int rows, float **y)
{
    FINNC_TRY(fnc_lower_try(l, s->in, sums, rows, y, s->why));
    for (int64_t i = 0; s->is_for_all && !*s->why && i < rows * s->n; i++)
        s->is_wrong |= (*y)[i] != (*y)[i / s->n * s->n];
    return FINNC_OK;
}

static int64_t count_searched(const search *s)
{
    return s->is_for_all ? 1 : s->n;
}

/* One round: the middles of all channels at once. `*is_done`: there were none. */
static finnc_status halve(fnc_lowering *l, search *s, bool *is_done)
{
    const int64_t n = s->n;
    int rows = 0;
    for (int64_t c = 0; c < count_searched(s); c++) {
        int middles = count_middles(&s->channels[c]);
        rows = middles > rows ? middles : rows;
    }
    *is_done = rows == 0;
    if (rows > FNC_MAX_CODES)
        *s->why = many;
    else if (s->in->numbers_floats && !s->is_for_all && rows * n > FNC_MAX_ROUND)
        *s->why = "there are too many channels to find out where its results change";
    else if (rows * n > FNC_MAX_TABLE)
        *s->why = "there are too many sums to make a table of";
    if (*is_done || *s->why)
        return FINNC_OK;
    int32_t *sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)(rows * n));
    float *y;
    if (!sums)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < n; c++) {
        const channel *at = &s->channels[s->is_for_all ? 0 : c];
        for (int i = 0, row = 0; row < rows; i++)
            if (i + 1 >= at->n)
                sums[row++ * n + c] = s->in->table.low;
            else if (needs_middle(at, i))
                sums[row++ * n + c] = middle(at, i);
    }
    FINNC_TRY(ask(l, s, sums, rows, &y));
    for (int64_t c = 0; c < count_searched(s) && !*s->why; c++) {
        if (!refine(l, &s->channels[c], y + c, n, s->merged))
            return finnc_no_memory(l->cx);
        if (s->channels[c].n > MOST_POINTS)
            *s->why = many;
    }
    return FINNC_OK;
}

static finnc_status begin(fnc_lowering *l, search *s)
{
    enum { ROOM = 16 };
    const fnc_table *t = &s->in->table;
    int32_t *sums = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)(2 * s->n));
    float *y;
    s->channels = FNC_NEW_ARRAY(&l->scratch, channel, (size_t)s->n);
    s->merged = FNC_NEW_ARRAY(&l->scratch, point, MOST_POINTS + FNC_MAX_CODES);
    if (!sums || !s->channels || !s->merged)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < s->n; c++) {
        sums[c] = t->low;
        sums[s->n + c] = (int32_t)(t->low + t->n - 1);
    }
    FINNC_TRY(ask(l, s, sums, 2, &y));
    for (int64_t c = 0; c < count_searched(s) && !*s->why; c++) {
        channel *at = &s->channels[c];
        *at = (channel){.points = FNC_NEW_ARRAY(&l->scratch, point, ROOM), .n = 2, .room = ROOM};
        if (!at->points)
            return finnc_no_memory(l->cx);
        at->points[0] = (point){sums[c], y[c]};
        at->points[1] = (point){sums[s->n + c], y[s->n + c]};
    }
    return FINNC_OK;
}

static bool read_steps(fnc_lowering *l, const channel *at, fnc_steps *steps)
{
    steps->first = at->points[0].y;
    if (!make_room(l, steps, at->n))
        return false;
    for (int i = 1; i < at->n; i++)
        if (at->points[i].y != at->points[i - 1].y)
            add_step(steps, at->points[i].sum, at->points[i].y);
    return true;
}

static finnc_status bisect(fnc_lowering *l, const fnc_lowered *in, bool is_for_all,
                           fnc_steps *steps, bool *is_wrong, const char **why)
{
    search s = {.in = in, .n = in->table.channels, .is_for_all = is_for_all, .why = why};
    bool is_done = false;
    FINNC_TRY(begin(l, &s));
    while (!is_done && !*why && !s.is_wrong)
        FINNC_TRY(halve(l, &s, &is_done));
    *is_wrong = s.is_wrong;
    for (int64_t c = 0; c < s.n && !*why && !s.is_wrong; c++)
        if (c > 0 && is_for_all)
            steps[c] = steps[0];
        else if (!read_steps(l, &s.channels[c], &steps[c]))
            return finnc_no_memory(l->cx);
    return FINNC_OK;
}

/* Floats come into channels that are mostly alike; sums do not. */
static finnc_status search_steps(fnc_lowering *l, const fnc_lowered *in, fnc_steps *steps,
                                 const char **why)
{
    bool is_wrong = true;
    if (in->numbers_floats)
        FINNC_TRY(bisect(l, in, true, steps, &is_wrong, why));
    return *why || !is_wrong ? FINNC_OK : bisect(l, in, false, steps, &is_wrong, why);
}

finnc_status fnc_lower_steps(fnc_lowering *l, const fnc_lowered *in, fnc_steps **steps,
                             const char **why)
{
    *steps = FNC_NEW_ARRAY(&l->scratch, fnc_steps, (size_t)in->table.channels);
    if (!*steps)
        return finnc_no_memory(l->cx);
    return in->table.y ? scan(l, &in->table, *steps, why) : search_steps(l, in, *steps, why);
}
