#include "element_text.h"

#include <inttypes.h>
#include <stdio.h>

const char *fnc_element_text(const finnc_tensor *tensor, int64_t i, char text[FNC_ELEMENT_TEXT])
{
    const finnc_elem elem = finnc_tensor_elem(tensor);
    if (elem == FINNC_ELEM_UINT64)
        snprintf(text, FNC_ELEMENT_TEXT, "%" PRIu64, finnc_tensor_get_uint(tensor, i));
    else if (finnc_elem_is_integer(elem))
        snprintf(text, FNC_ELEMENT_TEXT, "%" PRId64, finnc_tensor_get_int(tensor, i));
    else if (elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128)
        snprintf(text, FNC_ELEMENT_TEXT, "%.9g%+.9gj", finnc_tensor_get(tensor, i),
                 finnc_tensor_get_imaginary(tensor, i));
    else
        snprintf(text, FNC_ELEMENT_TEXT, "%.9g", finnc_tensor_get(tensor, i));
    return text;
}
