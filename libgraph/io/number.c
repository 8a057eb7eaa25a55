#include "number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

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

static const char *not_finite(double x, char text[FNC_NUMBER_MAX])
{
    snprintf(text, FNC_NUMBER_MAX, "%s%s", signbit(x) ? "-" : "", isnan(x) ? "nan" : "inf");
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
    if (!isfinite(x))
        return not_finite((double)x, text);
    for (int digits = fabsf(x) < FLT_MIN ? 1 : 6; digits <= 9; digits++) {
        print_digits((double)x, digits, text);
        if (fnc_parse_float(text, NULL) == x)
            break;
    }
    return text;
}

const char *fnc_double_text(double x, char text[FNC_NUMBER_MAX])
{
    if (!isfinite(x))
        return not_finite(x, text);
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        print_digits(x, digits, text);
        if (fnc_parse_double(text, NULL) == x)
            break;
    }
    return text;
}
