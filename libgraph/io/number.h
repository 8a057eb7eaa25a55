/* Numbers as text, the same whatever locale the program set: always a point, never a comma. */
#ifndef FNC_NUMBER_H
#define FNC_NUMBER_H

#include "../base/compiler.h"

#define FNC_NUMBER_MAX 40

/* The shortest decimal text that reads back as the same float or double: "0.1", "1e-05", "-0",
 * "nan", "-nan", "inf". Writes into `text` and returns it. A NaN's payload is not shown. */
const char *fnc_float_text(float x, char text[FNC_NUMBER_MAX]);
const char *fnc_double_text(double x, char text[FNC_NUMBER_MAX]);

/* What strtof and strtod make of `text` in the C locale; `end` may be NULL. */
float fnc_parse_float(const char *text, const char **end);
double fnc_parse_double(const char *text, const char **end);

#endif
