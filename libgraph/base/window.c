#include "window.h"

bool fnc_window_count(const fnc_window_axis *axis, bool ceil, int64_t *count, bool *is_cut)
{
    int64_t reach, inside, padded, room;
    if (!fnc_mul_i64(axis->kernel - 1, axis->dilation, &reach) || !fnc_add_i64(reach, 1, &reach) ||
        !fnc_add_i64(axis->size, axis->before, &inside) ||
        !fnc_add_i64(inside, axis->after, &padded) || !fnc_add_i64(padded, -reach, &room) ||
        room < 0)
        return false;
    *count = room / axis->stride + 1 + (ceil && room % axis->stride);
    *is_cut = ceil && (inside < 1 || *count - 1 > (inside - 1) / axis->stride);
    *count -= *is_cut;
    return true;
}

int64_t fnc_window_count_same(int64_t size, int64_t stride)
{
    return size / stride + (size % stride != 0);
}
