/* Are two graphs the same up to names? */
#ifndef TEST_GRAPH_EQUAL_H
#define TEST_GRAPH_EQUAL_H

#include <finnc/model.h>

#include <stdbool.h>

/* Pairs inputs and outputs by position and walks from the outputs upwards. Op types, domains,
 * attributes, connections, constants (floats within rounding), data types and layouts have to be
 * the same; element types and shapes where `want` says any. `why` receives the first difference. */
bool graph_equal(const finnc_graph *got, const finnc_graph *want, char *why, size_t nwhy);

#endif
