#include "elem.h"

#include <base/bits.h>

#include <math.h>
#include <string.h>

finnc_elem fnc_elem_wide(finnc_elem elem)
{
    int bits = finnc_elem_bits(elem);
    if (finnc_elem_is_float(elem) && bits > 0 && bits <= 16)
        return FINNC_ELEM_FLOAT;
    if (finnc_elem_is_integer(elem) && bits > 0 && bits < 8)
        return finnc_elem_is_signed(elem) ? FINNC_ELEM_INT8 : FINNC_ELEM_UINT8;
    return elem;
}

size_t fnc_elem_size(finnc_elem elem)
{
    if (elem == FINNC_ELEM_STRING)
        return sizeof(finnc_string);
    return (size_t)finnc_elem_bits(elem) / 8;
}

/* Elements pass through a block of doubles, or of int64_t where both sides are integers: every
 * pair of types is two loops, and no pair has its own. */
enum { BLOCK = 256 };

#define LOAD(NAME, T, W)                                                                           \
    static void load_##W##_##NAME(const void *from, W *to, int64_t i, int64_t n)                   \
    {                                                                                              \
        const T *in = (const T *)from + i;                                                         \
        for (int64_t k = 0; k < n; k++)                                                            \
            to[k] = (W)in[k];                                                                      \
    }
#define STORE(NAME, T, W)                                                                          \
    static void store_##W##_##NAME(const W *from, void *to, int64_t i, int64_t n)                  \
    {                                                                                              \
        T *out = (T *)to + i;                                                                      \
        for (int64_t k = 0; k < n; k++)                                                            \
            out[k] = (T)from[k];                                                                   \
    }
FNC_ANY(LOAD, double)
FNC_INTEGERS(LOAD, int64_t)
FNC_BOOL(LOAD, int64_t)
FNC_FLOATS(STORE, double)
FNC_INTEGERS(STORE, int64_t)

/* C leaves a float beyond an integer's range undefined: it is clamped, and a NaN is 0. */
static int64_t to_int(double x, finnc_elem elem)
{
    int bits = finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem);
    double top = ldexp(1.0, is_signed ? bits - 1 : bits), low = is_signed ? -top : 0;
    if (isnan(x))
        return 0;
    if (x >= top)
        return elem == FINNC_ELEM_UINT64 ? -1
               : is_signed               ? (int64_t)(UINT64_MAX >> (65 - bits))
                                         : (int64_t)(UINT64_MAX >> (64 - bits));
    if (x <= low)
        return (int64_t)low;
    return x < 0 ? (int64_t)x : (int64_t)(uint64_t)x;
}

/* Whole bytes of an odd format, or part of a byte. */
static uint64_t load_bits(finnc_elem elem, const void *data, int64_t i)
{
    int bits = finnc_elem_bits(elem);
    const uint8_t *bytes = data;
    if (bits < 8)
        return fnc_bits_load(bytes, (size_t)i, (unsigned)bits);
    if (bits == 16) {
        uint16_t x;
        memcpy(&x, bytes + 2 * i, sizeof x);
        return x;
    }
    return bytes[i];
}

static void store_bits(finnc_elem elem, void *data, int64_t i, uint64_t x)
{
    int bits = finnc_elem_bits(elem);
    uint8_t *bytes = data;
    if (bits < 8) {
        fnc_bits_store(bytes, (size_t)i, (unsigned)bits, (unsigned)x);
    } else if (bits == 16) {
        uint16_t half = (uint16_t)x;
        memcpy(bytes + 2 * i, &half, sizeof half);
    } else {
        bytes[i] = (uint8_t)x;
    }
}

#define LOAD_CASE(NAME, T, W)                                                                      \
    case FINNC_ELEM_##NAME:                                                                        \
        load_##W##_##NAME(in, block, i, n);                                                        \
        return;
#define STORE_CASE(NAME, T, W)                                                                     \
    case FINNC_ELEM_##NAME:                                                                        \
        store_##W##_##NAME(block, out, i, n);                                                      \
        return;

static void load_doubles(finnc_elem elem, const void *in, double *block, int64_t i, int64_t n)
{
    switch ((int)elem) {
        FNC_ANY(LOAD_CASE, double)
    }
    for (int64_t k = 0; k < n; k++)
        block[k] = finnc_elem_decode(elem, load_bits(elem, in, i + k));
}

static void load_ints(finnc_elem elem, const void *in, int64_t *block, int64_t i, int64_t n)
{
    switch ((int)elem) {
        FNC_INTEGERS(LOAD_CASE, int64_t)
        FNC_BOOL(LOAD_CASE, int64_t)
    }
    for (int64_t k = 0; k < n; k++)
        block[k] = (int64_t)finnc_elem_decode(elem, load_bits(elem, in, i + k));
}

static void store_ints(finnc_elem elem, const int64_t *block, void *out, int64_t i, int64_t n)
{
    switch ((int)elem) {
        FNC_INTEGERS(STORE_CASE, int64_t)
    case FINNC_ELEM_BOOL:
        for (int64_t k = 0; k < n; k++)
            ((uint8_t *)out)[i + k] = block[k] != 0;
        return;
    }
    for (int64_t k = 0; k < n; k++) /* two's complement: the low bits are the wrapped number */
        store_bits(elem, out, i + k, (uint64_t)block[k]);
}

static void store_doubles(finnc_elem elem, const double *block, void *out, int64_t i, int64_t n)
{
    switch ((int)elem) {
        FNC_FLOATS(STORE_CASE, double)
    case FINNC_ELEM_BOOL:
        for (int64_t k = 0; k < n; k++)
            ((uint8_t *)out)[i + k] = block[k] != 0;
        return;
    }
    if (finnc_elem_is_integer(elem)) {
        int64_t ints[BLOCK];
        for (int64_t k = 0; k < n; k++)
            ints[k] = to_int(block[k], elem);
        store_ints(elem, ints, out, i, n);
        return;
    }
    for (int64_t k = 0; k < n; k++)
        store_bits(elem, out, i + k, finnc_elem_encode(elem, block[k]));
}

/* What does not fit 53 bits, cut off so that the last of them is 1 if anything was lost (rounding
 * to odd): rounding it once more, to the few bits of a smaller float, then is as right as rounding
 * once. (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008.) */
static uint64_t cut_to_odd(uint64_t x)
{
    uint64_t unit = 1;
    while (x / unit >> 53)
        unit *= 2;
    return x % unit ? x / unit * unit | unit : x;
}

static void load_odd_doubles(finnc_elem elem, const void *in, double *block, int64_t i, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        const uint64_t x = ((const uint64_t *)in)[i + k];
        const bool is_negative = elem == FINNC_ELEM_INT64 && x >> 63;
        const double magnitude = (double)cut_to_odd(is_negative ? -x : x);
        block[k] = is_negative ? -magnitude : magnitude;
    }
}

static bool is_wide(finnc_elem elem)
{
    return elem == FINNC_ELEM_INT64 || elem == FINNC_ELEM_UINT64;
}

void fnc_convert_to_odd(finnc_elem from, const void *in, double *out, int64_t n)
{
    if (is_wide(from))
        load_odd_doubles(from, in, out, 0, n);
    else
        fnc_convert(from, in, FINNC_ELEM_DOUBLE, out, n);
}

/* Would doubles round what a target of fewer bits rounds again? */
static bool rounds_twice(finnc_elem from, finnc_elem to)
{
    return is_wide(from) && finnc_elem_is_float(to) && finnc_elem_bits(to) <= 32;
}

void fnc_convert(finnc_elem from, const void *in, finnc_elem to, void *out, int64_t n)
{
    bool ints = !finnc_elem_is_float(from) && !finnc_elem_is_float(to);
    if (from == to && fnc_elem_size(from)) {
        if (n > 0)
            memcpy(out, in, (size_t)n * fnc_elem_size(from));
        return;
    }
    if (n > 0 && !fnc_elem_size(to)) /* so that the bits behind the last element are known */
        memset(out, 0, fnc_bits_nbytes((size_t)n, (unsigned)finnc_elem_bits(to)));
    for (int64_t i = 0; i < n; i += BLOCK) {
        int64_t count = n - i < BLOCK ? n - i : BLOCK;
        if (ints) {
            int64_t block[BLOCK];
            load_ints(from, in, block, i, count);
            store_ints(to, block, out, i, count);
        } else {
            double block[BLOCK];
            if (rounds_twice(from, to))
                load_odd_doubles(from, in, block, i, count);
            else
                load_doubles(from, in, block, i, count);
            store_doubles(to, block, out, i, count);
        }
    }
}
