#include "select.h"

#include <math.h>

/* Is element i to be taken before element j? A NaN is larger than anything, as in numpy's sort. */
static bool is_before(const double *x, bool largest, int64_t i, int64_t j)
{
    double a = x[i], b = x[j];
    if (isnan(a) || isnan(b)) {
        if (isnan(a) && isnan(b))
            return i < j;
        return isnan(a) == largest;
    }
    if (a == b)
        return i < j;
    return (a > b) == largest;
}

/* A heap of the k best so far, the worst of them at the top. */
static void sift(const double *x, bool largest, int64_t *heap, int64_t k, int64_t at)
{
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= k)
            return;
        if (child + 1 < k && is_before(x, largest, heap[child], heap[child + 1]))
            child++;
        if (!is_before(x, largest, heap[at], heap[child]))
            return;
        int64_t moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

void fnc_select(const double *x, int64_t n, int64_t k, bool largest, int64_t *indices)
{
    for (int64_t i = 0; i < k; i++)
        indices[i] = i;
    for (int64_t i = k / 2; i-- > 0;)
        sift(x, largest, indices, k, i);
    for (int64_t i = k; i < n && k > 0; i++)
        if (is_before(x, largest, i, indices[0])) {
            indices[0] = i;
            sift(x, largest, indices, k, 0);
        }
    for (int64_t left = k; left > 1;) { /* heap sort: the worst goes to the end */
        int64_t worst = indices[0];
        indices[0] = indices[--left];
        indices[left] = worst;
        sift(x, largest, indices, left, 0);
    }
}
