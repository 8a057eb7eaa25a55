/* Element types in messages, those that only newer versions of the standard know as well. */
#ifndef FNC_ELEM_TEXT_H
#define FNC_ELEM_TEXT_H

#include <finnc/tensor.h>

static inline const char *fnc_elem_text(finnc_elem elem)
{
    const char *name = finnc_elem_name(elem);
    return name ? name : "of an unknown type";
}

#endif
