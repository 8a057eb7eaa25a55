/* Which values a session rounds: who foretells what it computes asks the same question. */
#ifndef FNC_NODES_ROUNDING_H
#define FNC_NODES_ROUNDING_H

#include <finnc/graph.h>

/* Is it annotated with a type of integers? */
bool fnc_is_of_integers(const finnc_value *value);
/* Is a tensor of such a value, with elements of this type, rounded? Smaller floats are not. */
bool fnc_is_rounded(const finnc_value *value, finnc_elem elem);

#endif
