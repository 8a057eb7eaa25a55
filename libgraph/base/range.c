#include "range.h"

#include <math.h>

bool fnc_range_floats(double start, double limit, double delta, int64_t *n)
{
    double count = ceil((limit - start) / delta);
    *n = 0;
    if (isnan(count) || delta == 0 || count >= 0x1p63)
        return false;
    if (count > 0)
        *n = (int64_t)count;
    return true;
}

bool fnc_range_ints(int64_t start, int64_t limit, int64_t delta, int64_t *n)
{
    bool is_down = delta < 0;
    *n = 0;
    if (delta == 0)
        return false;
    if (is_down ? limit >= start : limit <= start)
        return true;
    /* Unsigned: the way may be longer than an int64_t. */
    uint64_t way = is_down ? (uint64_t)start - (uint64_t)limit : (uint64_t)limit - (uint64_t)start;
    uint64_t count = (way - 1) / (is_down ? 0 - (uint64_t)delta : (uint64_t)delta) + 1;
    *n = (int64_t)count;
    return count <= INT64_MAX;
}
