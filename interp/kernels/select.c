#include "select.h"

#include <math.h>
#include <string.h>

/* Floats have the order of their bits, read as integers that change sign with them. */
static int64_t key_of(double x)
{
    int64_t bits;
    if (isnan(x))
        return FNC_SELECT_NAN;
    x += 0.0; /* minus zero equals zero */
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

void fnc_select_keys(finnc_elem elem, const void *x, int64_t n, int64_t *keys)
{
    if (!finnc_elem_is_float(elem)) {
        fnc_convert(elem, x, FINNC_ELEM_INT64, keys, n);
        for (int64_t i = 0; elem == FINNC_ELEM_UINT64 && i < n; i++)
            keys[i] ^= INT64_MIN;
        return;
    }
    double block[256];
    const size_t size = fnc_elem_size(elem);
    for (int64_t i = 0; i < n; i += 256) {
        int64_t count = n - i < 256 ? n - i : 256;
        fnc_convert(elem, (const char *)x + (size_t)i * size, FINNC_ELEM_DOUBLE, block, count);
        for (int64_t k = 0; k < count; k++)
            keys[i + k] = key_of(block[k]);
    }
}

/* Is element i to be taken before element j? */
static bool is_before(const int64_t *x, bool largest, int64_t i, int64_t j)
{
    if (x[i] == x[j])
        return i < j;
    return (x[i] > x[j]) == largest;
}

/* A heap of the k best so far, the worst of them at the top. */
static void sift(const int64_t *x, bool largest, int64_t *heap, int64_t k, int64_t at)
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

void fnc_select(const int64_t *x, int64_t n, int64_t k, bool largest, int64_t *indices)
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
