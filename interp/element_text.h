/* An element in words. */
#ifndef FNC_ELEMENT_TEXT_H
#define FNC_ELEMENT_TEXT_H

#include <finnc/tensor.h>

enum { FNC_ELEMENT_TEXT = 64 };

/* Element `i` of a tensor of numbers: an integer with all its digits, a float with nine, a complex
 * number as 1+2j. Writes into `text` and returns it. */
const char *fnc_element_text(const finnc_tensor *tensor, int64_t i, char text[FNC_ELEMENT_TEXT]);

#endif
