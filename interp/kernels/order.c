#include "order.h"

#include <string.h>

static void merge(const int64_t *from, int64_t left, int64_t mid, int64_t right, int64_t *to,
                  fnc_compare *compare, const void *items)
{
    int64_t a = left, b = mid;
    for (int64_t i = left; i < right; i++) {
        bool take_b = a == mid || (b < right && compare(items, from[b], from[a]) < 0);
        to[i] = take_b ? from[b++] : from[a++];
    }
}

void fnc_order(int64_t *order, int64_t *spare, int64_t n, fnc_compare *compare, const void *items)
{
    int64_t *from = order, *to = spare;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t left = 0; left < n; left += 2 * width) {
            int64_t mid = n - left < width ? n : left + width;
            int64_t right = n - mid < width ? n : mid + width;
            merge(from, left, mid, right, to, compare, items);
        }
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, (size_t)n * sizeof *order);
}

int fnc_compare_strings(finnc_string a, finnc_string b)
{
    size_t n = a.length < b.length ? a.length : b.length;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}
