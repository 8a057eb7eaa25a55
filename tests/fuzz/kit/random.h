/* Choices of a mutator: the same for the same seed. */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdint.h>

typedef struct random_source {
    uint64_t state;
} random_source;

static inline random_source random_from(unsigned seed)
{
    return (random_source){seed * UINT64_C(2654435761) + 1};
}

/* A number from 0 to n - 1. Knuth's linear congruential generator; the high bits are good enough
 * here. */
static inline unsigned below(random_source *r, unsigned n)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(r->state >> 33) % n;
}

#endif
