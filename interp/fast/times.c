#include "times.h"

#include <base/clock.h>

finnc_status fnc_times_create(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                              fnc_times **times)
{
    fnc_times *t = FNC_NEW(arena, fnc_times);
    if (!t)
        return finnc_no_memory(cx);
    t->n = fnc_stage_write(p) + 1;
    t->now = FNC_NEW_ARRAY(arena, double, t->n);
    t->least = FNC_NEW_ARRAY(arena, double, t->n);
    if (!t->now || !t->least)
        return finnc_no_memory(cx);
    *times = t;
    return FINNC_OK;
}

void fnc_times_begin(fnc_times *t)
{
    if (t)
        t->last = fnc_now_us();
}

void fnc_times_lap(fnc_times *t, size_t stage)
{
    if (!t)
        return;
    double now = fnc_now_us();
    t->now[stage] += now - t->last;
    t->last = now;
}

void fnc_times_end(fnc_times *t, int64_t n)
{
    for (size_t i = 0; t && i < t->n; i++) {
        double each = t->now[i] / (double)n;
        if (each > 0 && (t->least[i] == 0 || each < t->least[i]))
            t->least[i] = each;
        t->now[i] = 0;
    }
}
