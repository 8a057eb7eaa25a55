/* Numbers as text, the same whatever locale the program set: always a point, never a comma. */
#ifndef FNC_NUMBER_H
#define FNC_NUMBER_H

#include "../base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

#define FNC_NUMBER_MAX 40

/* The shortest decimal text that reads back as the same float or double: "0.1", "1e-05", "-0",
 * "nan", "-nan", "inf"; and "nan(0x400001)" of a NaN whose mantissa is another than the usual one,
 * a one and zeros. Writes into `text` and returns it. */
const char *fnc_float_text(float x, char text[FNC_NUMBER_MAX]);
const char *fnc_double_text(double x, char text[FNC_NUMBER_MAX]);

/* What strtof and strtod make of `text` in the C locale; `end` may be NULL. */
float fnc_make_nan_float(bool is_negative, uint32_t mantissa);
double fnc_make_nan_double(bool is_negative, uint64_t mantissa);
float fnc_parse_float(const char *text, const char **end);
double fnc_parse_double(const char *text, const char **end);

#endif
