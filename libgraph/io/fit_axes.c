#include "fit_axes.h"

#include <string.h>

typedef struct sizes {
    int rank;
    int64_t dims[FINNC_MAX_RANK];
} sizes;

static bool has_as_many(const sizes *a, const fnc_axes *data)
{
    int64_t n = 1, m = 1;
    for (int i = 0; i < a->rank; i++)
        if (!fnc_mul_i64(n, a->dims[i], &n))
            return false;
    for (int i = 0; i < data->rank; i++)
        m *= data->dims[i];
    return n == m;
}

/* Open axes are of one element where nothing else tells; axes of one are left out if they may. */
static sizes closed(const sizes *a, bool has_ones)
{
    sizes b = {0};
    for (int i = 0; i < a->rank; i++)
        if (has_ones || (a->dims[i] != 1 && a->dims[i] >= 0))
            b.dims[b.rank++] = a->dims[i] < 0 ? 1 : a->dims[i];
    return b;
}

/* ---- data whose axes have no names ---- */

/* Is each size of `whole` the product of neighbours of `parts`, which are all used? `cuts` receives
 * where the next one begins; may be NULL. */
static bool is_merged(const sizes *parts, const sizes *whole, int *cuts)
{
    int at = 0;
    for (int i = 0; i < whole->rank; i++) {
        int64_t product = 1;
        do {
            if (at == parts->rank || !fnc_mul_i64(product, parts->dims[at++], &product))
                return false;
        } while (product < whole->dims[i]);
        if (product != whole->dims[i])
            return false;
        if (cuts)
            cuts[i] = at;
    }
    for (; at < parts->rank; at++)
        if (parts->dims[at] != 1)
            return false;
    return true;
}

static bool place_unnamed(const fnc_axes *data, const sizes *want)
{
    sizes have = {.rank = data->rank}, to = closed(want, false);
    memcpy(have.dims, data->dims, (size_t)data->rank * sizeof *data->dims);
    have = closed(&have, false);
    return is_merged(&have, &to, NULL) || is_merged(&to, &have, NULL);
}

/* ---- data whose axes have ---- */

static int64_t size_of(const fnc_axes *data, char axis)
{
    return data->dims[strchr(data->layout, axis) - data->layout];
}

/* Has the input one axis for all of a sample? */
static bool is_flat(const fnc_axes *data, const sizes *want)
{
    const sizes to = closed(want, false);
    int64_t n = size_of(data, 'N');
    return has_as_many(want, data) &&
           (n == 1 ? to.rank <= 1 : to.rank >= 1 && to.rank <= 2 && to.dims[0] == n);
}

/* One axis for each of the data's, N and C of one element left out: other axes are of one. */
static bool place_apart(const fnc_axes *data, const char *order, sizes *want, fnc_axes_goal *goal)
{
    char axes[5];
    int naxes = 0, at = 0;
    for (const char *axis = order; *axis; axis++)
        if (size_of(data, *axis) != 1 || !strchr("NC", *axis))
            axes[naxes++] = *axis;
    for (int i = 0; i < want->rank; i++) {
        int64_t size = at < naxes ? size_of(data, axes[at]) : -1, *dim = &want->dims[i];
        bool is_its = size >= 0 && (*dim == size || *dim < 0);
        if (!is_its && *dim >= 0 && *dim != 1)
            return false;
        *dim = is_its ? size : 1;
        if (want->rank < (int)sizeof goal->name)
            goal->name[i] = is_its ? axes[at] : i || axes[0] == 'N' ? '1' : 'N';
        at += is_its;
    }
    return at == naxes;
}

/* Neighbours merged, but samples stay apart. */
static bool place_merged(const fnc_axes *data, const char *order, sizes *want, fnc_axes_goal *goal)
{
    sizes have = {.rank = 4};
    int cuts[FINNC_MAX_RANK];
    char *to = goal->name;
    *want = closed(want, true);
    for (int i = 0; i < 4; i++)
        have.dims[i] = size_of(data, order[i]);
    if (want->rank > 3 || !is_merged(&have, want, cuts) || (have.dims[0] != 1 && cuts[0] != 1))
        return false;
    cuts[want->rank - 1] = 4;
    for (int i = 0, at = 0; i < want->rank; i++) {
        if (i)
            *to++ = ',';
        for (; at < cuts[i]; at++)
            if (at || cuts[0] == 1)
                *to++ = order[at];
    }
    return true;
}

static bool place_named(const fnc_axes *data, const finnc_value *value, const sizes *want,
                        sizes *got, fnc_axes_goal *goal)
{
    static const struct {
        const char *order;
        bool (*place)(const fnc_axes *data, const char *order, sizes *want, fnc_axes_goal *goal);
    } ways[] = {{"NCHW", place_apart},
                {"NHWC", place_apart},
                {"NCHW", place_merged},
                {"NHWC", place_merged}};
    const char *said = finnc_value_layout(value), *c = said ? strchr(said, 'C') : NULL;
    goal->layout = data->layout;
    *got = closed(want, true);
    if (is_flat(data, got))
        return true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        bool is_last = ways[i].order[3] == 'C';
        *got = *want;
        *goal = (fnc_axes_goal){.layout = ways[i].order};
        if ((!c || is_last == !c[1]) && ways[i].place(data, ways[i].order, got, goal))
            return true;
    }
    return false;
}

bool fnc_axes_place(const fnc_axes *data, const finnc_value *value, fnc_axes_goal *goal)
{
    sizes want = {.rank = finnc_value_rank(value)}, got;
    for (int i = 0; i < want.rank; i++)
        want.dims[i] = finnc_value_dim(value, i).size;
    const int64_t firsts[] = {data->dims[0], want.dims[0]};
    for (int k = 0; k < 2; k++) {
        want.dims[0] = firsts[k];
        *goal = (fnc_axes_goal){.layout = ""};
        got = closed(&want, true);
        if (data->layout[0] ? !place_named(data, value, &want, &got, goal)
                            : !place_unnamed(data, &want))
            continue;
        memcpy(goal->dims, got.dims, sizeof goal->dims);
        return true;
    }
    return false;
}
