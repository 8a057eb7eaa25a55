/* Follows qonnx.core.datatype: names are tried in a fixed order and read leniently, FLOAT<e,m> has
 * no codes for infinity or NaN. */
#include "../base/compiler.h"

#include <finnc/dtype.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BITS = 1024 }; /* upstream takes any width; beyond this a name is a mistake */

finnc_dtype finnc_dtype_float32(void)
{
    return (finnc_dtype){.kind = FINNC_DTYPE_FLOAT32};
}

finnc_dtype finnc_dtype_uint(int bits)
{
    return (finnc_dtype){.kind = FINNC_DTYPE_UINT, .bits = bits};
}

finnc_dtype finnc_dtype_int(int bits)
{
    return (finnc_dtype){.kind = FINNC_DTYPE_INT, .bits = bits};
}

finnc_dtype finnc_dtype_bipolar(void)
{
    return (finnc_dtype){.kind = FINNC_DTYPE_BIPOLAR};
}

static const struct {
    const char *name;
    finnc_dtype dtype;
} fixed_names[] = {
    {"BINARY", {.kind = FINNC_DTYPE_UINT, .bits = 1}}, {"BIPOLAR", {.kind = FINNC_DTYPE_BIPOLAR}},
    {"TERNARY", {.kind = FINNC_DTYPE_TERNARY}},        {"FLOAT32", {.kind = FINNC_DTYPE_FLOAT32}},
    {"FLOAT16", {.kind = FINNC_DTYPE_FLOAT16}},
};

/* Reads up to 3 integers between commas out of `text`, in which every '>' counts for nothing.
 * Returns how many, -1 if one is none. */
static int read_numbers(const char *text, long numbers[3])
{
    int count = 0;
    for (;;) {
        char *end;
        errno = 0;
        long x = strtol(text, &end, 10);
        if (end == text || errno || count == 3 || x < -MAX_BITS || x > MAX_BITS)
            return -1;
        numbers[count++] = x;
        while (*end == ' ' || *end == '>')
            end++;
        if (!*end)
            return count;
        if (*end != ',')
            return -1;
        text = end + 1;
    }
}

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The numbers after a prefix, an opening bracket behind it included; true if there are between
 * `least` and `most`. */
static bool numbers_after(const char *name, const char *prefix, bool bracket, int least, int most,
                          long numbers[3])
{
    if (!starts(name, prefix))
        return false;
    const char *rest = name + strlen(prefix);
    if (bracket && *rest++ != '<')
        return false;
    int n = read_numbers(rest, numbers);
    return n >= least && n <= most;
}

static bool parse(const char *name, finnc_dtype *dtype)
{
    for (size_t i = 0; i < sizeof fixed_names / sizeof *fixed_names; i++)
        if (!strcmp(name, fixed_names[i].name)) {
            *dtype = fixed_names[i].dtype;
            return true;
        }
    long n[3] = {0};
    if (numbers_after(name, "UINT", false, 1, 1, n) && n[0] >= 0)
        *dtype = finnc_dtype_uint((int)n[0]);
    else if (numbers_after(name, "INT", false, 1, 1, n) && n[0] >= 0)
        *dtype = finnc_dtype_int((int)n[0]);
    else if (numbers_after(name, "FIXED", true, 2, 2, n) && n[0] > 0 && n[1] < n[0])
        *dtype = (finnc_dtype){.kind = FINNC_DTYPE_FIXED, .bits = (int)n[0], .int_bits = (int)n[1]};
    else if (numbers_after(name, "SCALEDINT", true, 1, 1, n) && n[0] > 0)
        *dtype = (finnc_dtype){.kind = FINNC_DTYPE_SCALEDINT, .bits = (int)n[0]};
    else if (numbers_after(name, "FLOAT", true, 2, 3, n) && n[0] > 0 && n[0] <= 11 && n[1] >= 0 &&
             n[1] <= 52)
        *dtype = (finnc_dtype){.kind = FINNC_DTYPE_MINIFLOAT,
                               .exponent_bits = (int)n[0],
                               .mantissa_bits = (int)n[1],
                               .bias = n[2] ? (int)n[2] : (1 << (n[0] - 1)) - 1};
    else
        return false;
    return true;
}

finnc_status finnc_dtype_parse(finnc_ctx *cx, const char *name, finnc_dtype *dtype)
{
    if (!parse(name, dtype))
        return finnc_fail(
            cx, FINNC_BAD_VALUE,
            "'%.80s' is no data type (BIPOLAR, BINARY, TERNARY, INT4, UINT8, FIXED<8,3>, SCALEDINT<8>, "
            "FLOAT<4,3,7>, FLOAT16, FLOAT32)",
            name);
    return FINNC_OK;
}

const char *finnc_dtype_name(finnc_dtype t, char name[FINNC_DTYPE_NAME_MAX])
{
    const size_t room = FINNC_DTYPE_NAME_MAX;
    const char *whole = "?";
    switch (t.kind) {
    case FINNC_DTYPE_FLOAT32:
        whole = "FLOAT32";
        break;
    case FINNC_DTYPE_FLOAT16:
        whole = "FLOAT16";
        break;
    case FINNC_DTYPE_BIPOLAR:
        whole = "BIPOLAR";
        break;
    case FINNC_DTYPE_TERNARY:
        whole = "TERNARY";
        break;
    case FINNC_DTYPE_UINT:
        if (t.bits != 1) {
            snprintf(name, room, "UINT%d", t.bits);
            return name;
        }
        whole = "BINARY";
        break;
    case FINNC_DTYPE_INT:
        snprintf(name, room, "INT%d", t.bits);
        return name;
    case FINNC_DTYPE_FIXED:
        snprintf(name, room, "FIXED<%d,%d>", t.bits, t.int_bits);
        return name;
    case FINNC_DTYPE_SCALEDINT:
        snprintf(name, room, "SCALEDINT<%d>", t.bits);
        return name;
    case FINNC_DTYPE_MINIFLOAT:
        snprintf(name, room, "FLOAT<%d,%d,%d>", t.exponent_bits, t.mantissa_bits, t.bias);
        return name;
    }
    snprintf(name, room, "%s", whole);
    return name;
}

bool finnc_dtype_equal(finnc_dtype a, finnc_dtype b)
{
    return a.kind == b.kind && a.bits == b.bits && a.int_bits == b.int_bits &&
           a.exponent_bits == b.exponent_bits && a.mantissa_bits == b.mantissa_bits &&
           a.bias == b.bias;
}

int finnc_dtype_bits(finnc_dtype t)
{
    switch (t.kind) {
    case FINNC_DTYPE_FLOAT32:
        return 32;
    case FINNC_DTYPE_FLOAT16:
        return 16;
    case FINNC_DTYPE_BIPOLAR:
        return 1;
    case FINNC_DTYPE_TERNARY:
        return 2;
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_FIXED:
    case FINNC_DTYPE_SCALEDINT:
        return t.bits;
    case FINNC_DTYPE_MINIFLOAT:
        return 1 + t.exponent_bits + t.mantissa_bits;
    }
    return 0;
}

static double minifloat_max(finnc_dtype t)
{
    return ldexp(2 - ldexp(1, -t.mantissa_bits), (1 << t.exponent_bits) - 1 - t.bias);
}

double finnc_dtype_min(finnc_dtype t)
{
    switch (t.kind) {
    case FINNC_DTYPE_UINT:
        return 0;
    case FINNC_DTYPE_INT:
        return t.bits ? -ldexp(1, t.bits - 1) : 0;
    case FINNC_DTYPE_BIPOLAR:
    case FINNC_DTYPE_TERNARY:
        return -1;
    case FINNC_DTYPE_FIXED:
        return -ldexp(1, t.int_bits - 1);
    case FINNC_DTYPE_SCALEDINT:
        return -INFINITY;
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_MINIFLOAT:
        return -finnc_dtype_max(t);
    }
    return 0;
}

double finnc_dtype_max(finnc_dtype t)
{
    switch (t.kind) {
    case FINNC_DTYPE_UINT:
        return ldexp(1, t.bits) - 1;
    case FINNC_DTYPE_INT:
        return t.bits ? ldexp(1, t.bits - 1) - 1 : 0;
    case FINNC_DTYPE_BIPOLAR:
    case FINNC_DTYPE_TERNARY:
        return 1;
    case FINNC_DTYPE_FIXED:
        return ldexp(1, t.int_bits - 1) - ldexp(1, t.int_bits - t.bits);
    case FINNC_DTYPE_SCALEDINT:
        return INFINITY;
    case FINNC_DTYPE_FLOAT32:
        return 3.4028234663852886e38;
    case FINNC_DTYPE_FLOAT16:
        return 65504;
    case FINNC_DTYPE_MINIFLOAT:
        return minifloat_max(t);
    }
    return 0;
}

double finnc_dtype_count(finnc_dtype t)
{
    switch (t.kind) {
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_FIXED:
        return ldexp(1, t.bits);
    case FINNC_DTYPE_BIPOLAR:
        return 2;
    case FINNC_DTYPE_TERNARY:
        return 3;
    case FINNC_DTYPE_MINIFLOAT:
        return ldexp(1, finnc_dtype_bits(t));
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_SCALEDINT:
        return INFINITY;
    }
    return 0;
}

bool finnc_dtype_is_integer(finnc_dtype t)
{
    switch (t.kind) {
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_BIPOLAR:
    case FINNC_DTYPE_TERNARY:
        return true;
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_FIXED:
    case FINNC_DTYPE_SCALEDINT:
    case FINNC_DTYPE_MINIFLOAT:
        return false;
    }
    return false;
}

bool finnc_dtype_is_signed(finnc_dtype t)
{
    return t.kind != FINNC_DTYPE_UINT;
}

/* Of UINT and INT. Not by the maximum, which a double cannot hold beyond 53 bits; the power of two
 * above it can. */
static bool in_range(finnc_dtype t, double x)
{
    return x >= finnc_dtype_min(t) && x < ldexp(1, t.kind == FINNC_DTYPE_INT ? t.bits - 1 : t.bits);
}

/* Is x a multiple of 2^exponent? x is finite. */
static bool is_multiple(double x, int exponent)
{
    double y = ldexp(x, -exponent);
    return y == nearbyint(y);
}

bool finnc_dtype_allows(finnc_dtype t, double x)
{
    switch (t.kind) {
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_SCALEDINT:
        return true;
    case FINNC_DTYPE_BIPOLAR:
        return x == -1 || x == 1;
    case FINNC_DTYPE_TERNARY:
        return x == -1 || x == 0 || x == 1;
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
        return in_range(t, x) && is_multiple(x, 0);
    case FINNC_DTYPE_FIXED:
        return x >= finnc_dtype_min(t) && x <= finnc_dtype_max(t) &&
               is_multiple(x, t.int_bits - t.bits);
    case FINNC_DTYPE_MINIFLOAT: {
        if (x == 0)
            return true;
        if (!(fabs(x) <= minifloat_max(t))) /* NaN too */
            return false;
        int e = ilogb(x);
        return is_multiple(x, (e > 1 - t.bias ? e : 1 - t.bias) - t.mantissa_bits);
    }
    }
    return false;
}

finnc_dtype finnc_dtype_smallest(double x)
{
    enum { WIDEST = 64 };
    if (x == nearbyint(x)) { /* false for NaN */
        for (int bits = 1; bits <= WIDEST && x >= 0; bits++)
            if (in_range(finnc_dtype_uint(bits), x))
                return finnc_dtype_uint(bits);
        if (x == -1)
            return finnc_dtype_bipolar();
        for (int bits = 1; bits <= WIDEST && x < 0; bits++)
            if (in_range(finnc_dtype_int(bits), x))
                return finnc_dtype_int(bits);
    }
    return finnc_dtype_float32();
}

finnc_dtype finnc_dtype_holding(double lo, double hi)
{
    enum { WIDEST = 64 };
    for (int bits = lo < 0 ? 2 : 1; bits <= WIDEST; bits++) {
        finnc_dtype dtype = lo < 0 ? finnc_dtype_int(bits) : finnc_dtype_uint(bits);
        if (in_range(dtype, lo) && in_range(dtype, hi))
            return dtype;
    }
    return finnc_dtype_float32();
}
