#include "rounding.h"

bool fnc_is_of_integers(const finnc_value *value)
{
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value));
}

bool fnc_is_rounded(const finnc_value *value, finnc_elem elem)
{
    return (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_DOUBLE) && fnc_is_of_integers(value);
}
