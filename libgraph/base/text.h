/* Small helpers on strings. */
#ifndef FNC_TEXT_H
#define FNC_TEXT_H

#include "compiler.h"

#include <finnc/graph.h>

/* Same text, NULL counting as ""? */
bool fnc_same(const char *a, const char *b);
/* Same letters and digits, whatever the case and whatever stands between: "move-scalar_mul" is
 * "MoveScalarMul". */
bool fnc_same_loosely(const char *a, const char *b);
/* Edit distance (insert, delete, replace, swap neighbours), ignoring case; at most `limit` + 1. */
int fnc_distance(const char *a, const char *b, int limit);

/* Writes a shape like [1,3,N,?] for messages, cut off at `room` bytes; returns `text`. */
const char *fnc_dims_text(int rank, const finnc_dim *dims, char *text, size_t room);
/* The same for sizes, of which a negative one is unknown. */
const char *fnc_sizes_text(int rank, const int64_t *sizes, char *text, size_t room);

/* Picks the name nearest to `wanted` out of candidates offered one by one; start with {0}. The
 * answer is NULL if none is near enough to be a typing mistake. */
typedef struct fnc_nearest {
    const char *wanted;
    const char *best;
    int distance;
} fnc_nearest;
void fnc_nearest_offer(fnc_nearest *nearest, const char *candidate);

#endif
