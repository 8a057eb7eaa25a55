/* Random networks as people quantise them, in ONNX's textual syntax: branches and forks, residuals,
 * concatenations, weights and scales that several nodes share, depthwise convolutions, pools, odd
 * layouts, quantisers of all kinds, scales per tensor and per channel.
 *
 * Every number is exact: scales are powers of two, weights and thresholds small multiples of them,
 * and a value that could leave the 24 bits of a float is quantised before it is used. So two models
 * that compute the same in mathematics do so in floats, whatever the order of their sums, and a
 * difference is a wrong rewrite and never a rounding. */
#ifndef TEST_RANDOM_GRAPH_H
#define TEST_RANDOM_GRAPH_H

#include <stdint.h>

/* The same text for the same seed on every machine. The caller frees it. */
char *random_graph(uint64_t seed);
/* A pipeline's steps for it, in turn; NULL after the last one. Known passes that keep what is
 * computed and need no arguments. */
const char *random_pass(uint64_t *state);
/* A number from 0 to n - 1. */
uint64_t random_below(uint64_t *state, uint64_t n);

#endif
