/* Random numbers that are the same on every machine and with any number of threads: integer
 * arithmetic first, then operations that IEEE 754 rounds in one way only. No function of the C
 * library takes part.
 *
 * A stream is a key. Its number `i` is found without those before it, so that every element of a
 * tensor can be drawn by whoever comes to it. */
#ifndef FNC_GENERATOR_H
#define FNC_GENERATOR_H

#include <finnc/graph.h>

/* 64 random bits: splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
 * 2014), which counts and scrambles. One by one, and number `i` of a stream. */
uint64_t fnc_random_next(uint64_t *state);
uint64_t fnc_random_at(uint64_t key, int64_t i);

/* Made of 64 bits: a number of [0, 1), of 53 bits, and one of the standard normal distribution. */
double fnc_random_uniform(uint64_t bits);
double fnc_random_normal(uint64_t bits);

/* The stream of a node: that of its attribute `seed`. Without one each node has another, by the
 * name of its first output: a model draws the same numbers in each run, since finnc gives the same
 * bytes for the same input, and two of its nodes draw different ones. */
uint64_t fnc_random_key(const finnc_node *node);

#endif
