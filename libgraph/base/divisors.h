/* What divides whole numbers. */
#ifndef FNC_DIVISORS_H
#define FNC_DIVISORS_H

#include <stdint.h>

/* Of numbers that are not below 0; 0 if both are 0. */
static inline int64_t fnc_gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The smallest number above `d` that divides `n`; n + 1: there is none. By its counterpart where
 * that is faster, so that going through all takes O(sqrt(n)). */
static inline int64_t fnc_next_divisor(int64_t n, int64_t d)
{
    int64_t i = d + 1;
    for (; i <= n / i; i++)
        if (n % i == 0)
            return i;
    for (int64_t q = n / i; q > 0; q--)
        if (n % q == 0 && n / q > d)
            return n / q;
    return n + 1;
}

#endif
