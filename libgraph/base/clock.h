/* How long things take: a clock that nobody sets, from some moment on. */
#ifndef FNC_CLOCK_H
#define FNC_CLOCK_H

#include <stdint.h>

int64_t fnc_now_ns(void);

static inline double fnc_now_us(void)
{
    return (double)fnc_now_ns() / 1e3;
}

/* In seconds. */
static inline double fnc_now(void)
{
    return (double)fnc_now_ns() / 1e9;
}

#endif
