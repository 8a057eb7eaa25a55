#include "number.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* strtod and printf follow the program's locale; strtod_l takes another one. Made once, kept for
 * good: a constant, not state. */
static locale_t c_locale;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t plain_locale(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_c_locale);
    return c_locale;
}

float fnc_parse_float(const char *text, const char **end)
{
    char *stop = NULL;
    locale_t plain = plain_locale();
    float x = plain ? strtof_l(text, &stop, plain) : strtof(text, &stop);
    if (end)
        *end = stop;
    return x;
}

double fnc_parse_double(const char *text, const char **end)
{
    char *stop = NULL;
    locale_t plain = plain_locale();
    double x = plain ? strtod_l(text, &stop, plain) : strtod(text, &stop);
    if (end)
        *end = stop;
    return x;
}

/* All bits of a float of either width: NaNs are told from one another by nothing else. */
static uint32_t float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint64_t double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

float fnc_make_nan_float(bool is_negative, uint32_t mantissa)
{
    const uint32_t bits = (uint32_t)is_negative << 31 | UINT32_C(0x7f800000) | mantissa;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double fnc_make_nan_double(bool is_negative, uint64_t mantissa)
{
    const uint64_t bits = (uint64_t)is_negative << 63 | UINT64_C(0x7ff0000000000000) | mantissa;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static const char *not_finite(bool is_negative, uint64_t mantissa, uint64_t usual,
                              char text[FNC_NUMBER_MAX])
{
    int n =
        snprintf(text, FNC_NUMBER_MAX, "%s%s", is_negative ? "-" : "", mantissa ? "nan" : "inf");
    if (mantissa && mantissa != usual)
        snprintf(text + n, FNC_NUMBER_MAX - (size_t)n, "(0x%" PRIx64 ")", mantissa);
    return text;
}

static void print_digits(double x, int digits, char text[FNC_NUMBER_MAX])
{
    locale_t plain = plain_locale();
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    snprintf(text, FNC_NUMBER_MAX, "%.*g", digits, x);
    if (plain)
        uselocale(before);
}

const char *fnc_float_text(float x, char text[FNC_NUMBER_MAX])
{
    const uint32_t bits = float_bits(x);
    if (!isfinite(x))
        return not_finite(bits >> 31, bits & UINT32_C(0x7fffff), UINT32_C(0x400000), text);
    for (int digits = fabsf(x) < FLT_MIN ? 1 : 6; digits <= 9; digits++) {
        print_digits((double)x, digits, text);
        if (fnc_parse_float(text, NULL) == x)
            break;
    }
    return text;
}

const char *fnc_double_text(double x, char text[FNC_NUMBER_MAX])
{
    const uint64_t bits = double_bits(x), mantissa = bits & UINT64_C(0xfffffffffffff);
    if (!isfinite(x))
        return not_finite(bits >> 63, mantissa, UINT64_C(0x8000000000000), text);
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        print_digits(x, digits, text);
        if (fnc_parse_double(text, NULL) == x)
            break;
    }
    return text;
}
