/* Which values a session rounds: who foretells what it computes asks the same question. It reads
 * values by the public interface, compiled where it is included: base itself knows no graph. */
#ifndef FNC_BASE_ROUNDING_H
#define FNC_BASE_ROUNDING_H

#include <finnc/graph.h>

/* Is it annotated with a type of integers? */
static inline bool fnc_is_of_integers(const finnc_value *value)
{
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value));
}

/* Is a tensor of such a value, with elements of this type, rounded? Smaller floats are not. */
static inline bool fnc_is_rounded(const finnc_value *value, finnc_elem elem)
{
    return (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_DOUBLE) && fnc_is_of_integers(value);
}

#endif
