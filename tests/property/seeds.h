/* Which random graphs a property is tried on: 1 to `count`, or those that the environment asks for
 * (FINNC_SEED=N that one, FINNC_GRAPHS=N as many from there on). */
#ifndef TEST_PROPERTY_SEEDS_H
#define TEST_PROPERTY_SEEDS_H

#include <stdint.h>
#include <stdlib.h>

static inline uint64_t seeds_from_environment(const char *name, uint64_t absent)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : absent;
}

#define seeds_foreach(seed, count)                                                                 \
    for (uint64_t seed = seeds_from_environment("FINNC_SEED", 1),                                  \
                  seeds_end = seed + seeds_from_environment("FINNC_GRAPHS",                        \
                                                            getenv("FINNC_SEED") ? 1 : (count));   \
         seed < seeds_end; seed++)

#endif
