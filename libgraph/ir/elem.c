/* Element types: names, widths, and the conversion of single elements. */
#include "../base/compiler.h"

#include <finnc/tensor.h>

#include <math.h>
#include <string.h>

typedef enum { NONE, UNSIGNED, SIGNED, FLOATING, COMPLEX } number_class;

/* How a float format spends its codes on what is no finite number. */
typedef enum {
    IEEE,       /* the largest exponent means infinity and NaN */
    ONE_NAN,    /* all ones is NaN; no infinity (…FN) */
    UNSIGNED_0, /* minus zero's code is the only NaN; no infinity (…FNUZ) */
    FINITE,     /* neither (FLOAT4E2M1, FLOAT6E2M3, FLOAT6E3M2) */
    EXPONENT    /* no sign, no mantissa, all ones is NaN (FLOAT8E8M0) */
} specials;

typedef struct elem_info {
    const char *name;
    int bits;
    number_class number;
    /* FLOATING narrower than 32 bits: */
    int exponent_bits, mantissa_bits, bias;
    specials specials;
} elem_info;

static const elem_info infos[] = {
    [FINNC_ELEM_UNDEFINED] = {"UNDEFINED", 0, NONE, 0, 0, 0, IEEE},
    [FINNC_ELEM_FLOAT] = {"FLOAT", 32, FLOATING, 0, 0, 0, IEEE},
    [FINNC_ELEM_UINT8] = {"UINT8", 8, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT8] = {"INT8", 8, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_UINT16] = {"UINT16", 16, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT16] = {"INT16", 16, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT32] = {"INT32", 32, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT64] = {"INT64", 64, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_STRING] = {"STRING", 0, NONE, 0, 0, 0, IEEE},
    [FINNC_ELEM_BOOL] = {"BOOL", 8, NONE, 0, 0, 0, IEEE},
    [FINNC_ELEM_FLOAT16] = {"FLOAT16", 16, FLOATING, 5, 10, 15, IEEE},
    [FINNC_ELEM_DOUBLE] = {"DOUBLE", 64, FLOATING, 0, 0, 0, IEEE},
    [FINNC_ELEM_UINT32] = {"UINT32", 32, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_UINT64] = {"UINT64", 64, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_COMPLEX64] = {"COMPLEX64", 64, COMPLEX, 0, 0, 0, IEEE},
    [FINNC_ELEM_COMPLEX128] = {"COMPLEX128", 128, COMPLEX, 0, 0, 0, IEEE},
    [FINNC_ELEM_BFLOAT16] = {"BFLOAT16", 16, FLOATING, 8, 7, 127, IEEE},
    [FINNC_ELEM_FLOAT8E4M3FN] = {"FLOAT8E4M3FN", 8, FLOATING, 4, 3, 7, ONE_NAN},
    [FINNC_ELEM_FLOAT8E4M3FNUZ] = {"FLOAT8E4M3FNUZ", 8, FLOATING, 4, 3, 8, UNSIGNED_0},
    [FINNC_ELEM_FLOAT8E5M2] = {"FLOAT8E5M2", 8, FLOATING, 5, 2, 15, IEEE},
    [FINNC_ELEM_FLOAT8E5M2FNUZ] = {"FLOAT8E5M2FNUZ", 8, FLOATING, 5, 2, 16, UNSIGNED_0},
    [FINNC_ELEM_UINT4] = {"UINT4", 4, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT4] = {"INT4", 4, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_FLOAT4E2M1] = {"FLOAT4E2M1", 4, FLOATING, 2, 1, 1, FINITE},
    [FINNC_ELEM_FLOAT8E8M0] = {"FLOAT8E8M0", 8, FLOATING, 8, 0, 127, EXPONENT},
    [FINNC_ELEM_UINT2] = {"UINT2", 2, UNSIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_INT2] = {"INT2", 2, SIGNED, 0, 0, 0, IEEE},
    [FINNC_ELEM_FLOAT6E2M3] = {"FLOAT6E2M3", 6, FLOATING, 2, 3, 1, FINITE},
    [FINNC_ELEM_FLOAT6E3M2] = {"FLOAT6E3M2", 6, FLOATING, 3, 2, 3, FINITE},
};
enum { NINFOS = sizeof infos / sizeof *infos };

static const elem_info *info_of(finnc_elem elem)
{
    return (int)elem >= 0 && (int)elem < NINFOS ? &infos[elem] : NULL;
}

const char *finnc_elem_name(finnc_elem elem)
{
    const elem_info *info = info_of(elem);
    return info ? info->name : NULL;
}

finnc_elem finnc_elem_find(const char *name)
{
    for (int i = 1; i < NINFOS; i++)
        if (!strcmp(infos[i].name, name))
            return (finnc_elem)i;
    return FINNC_ELEM_UNDEFINED;
}

int finnc_elem_bits(finnc_elem elem)
{
    const elem_info *info = info_of(elem);
    return info ? info->bits : 0;
}

static number_class class_of(finnc_elem elem)
{
    const elem_info *info = info_of(elem);
    return info ? info->number : NONE;
}

bool finnc_elem_is_float(finnc_elem elem)
{
    return class_of(elem) == FLOATING;
}

bool finnc_elem_is_integer(finnc_elem elem)
{
    return class_of(elem) == SIGNED || class_of(elem) == UNSIGNED;
}

bool finnc_elem_is_signed(finnc_elem elem)
{
    return class_of(elem) == SIGNED || class_of(elem) == FLOATING || class_of(elem) == COMPLEX;
}

/* ---- small floats: sign, exponent, mantissa, from the high bits down ---- */

static double decode_small(const elem_info *f, uint64_t code)
{
    const uint64_t exponent_ones = (1u << f->exponent_bits) - 1,
                   mantissa_ones = (1u << f->mantissa_bits) - 1;
    if (f->specials == EXPONENT)
        return code == exponent_ones ? NAN : ldexp(1, (int)code - f->bias);
    uint64_t mantissa = code & mantissa_ones;
    uint64_t exponent = (code >> f->mantissa_bits) & exponent_ones;
    bool negative = (code >> (f->bits - 1)) & 1;
    if (f->specials == IEEE && exponent == exponent_ones)
        return mantissa ? NAN : negative ? -INFINITY : INFINITY;
    if (f->specials == ONE_NAN && exponent == exponent_ones && mantissa == mantissa_ones)
        return NAN;
    if (f->specials == UNSIGNED_0 && negative && !exponent && !mantissa)
        return NAN;
    double magnitude = exponent ? ldexp((double)(mantissa + mantissa_ones + 1),
                                        (int)exponent - f->bias - f->mantissa_bits)
                                : ldexp((double)mantissa, 1 - f->bias - f->mantissa_bits);
    return negative ? -magnitude : magnitude;
}

static uint64_t nan_code(const elem_info *f)
{
    const uint64_t sign = UINT64_C(1) << (f->bits - 1), all = sign - 1;
    switch (f->specials) {
    case IEEE:
        return (all & ~((UINT64_C(1) << f->mantissa_bits) - 1)) |
               (UINT64_C(1) << (f->mantissa_bits - 1));
    case ONE_NAN:
        return all;
    case UNSIGNED_0:
        return sign;
    case EXPONENT:
        return sign | all;
    case FINITE:
        break;
    }
    return 0;
}

/* Powers of two from 2^-127 to 2^127. Negative numbers have no meaning here: they become the
 * smallest, as zero does. */
static uint64_t encode_exponent(const elem_info *f, double x, bool saturate,
                                finnc_rounding rounding)
{
    const int largest = 254;
    int e;
    if (isnan(x) || (!saturate && !(x > 0 && x < INFINITY)))
        return nan_code(f);
    if (!(x > 0))
        return 0;
    if (x == INFINITY)
        return (uint64_t)largest;
    double m = frexp(x, &e); /* in [0.5, 1) */
    e += f->bias - 1;
    e += rounding == FINNC_ROUND_UP ? m > 0.5 : rounding == FINNC_ROUND_NEAREST && m >= 0.75;
    if (!saturate && (e > largest || e < 0))
        return nan_code(f);
    return e > largest ? (uint64_t)largest : e < 0 ? 0 : (uint64_t)e;
}

/* Nearest, ties to even. Too large and not `saturate`: infinity, or NaN where there is none. */
static uint64_t encode_small(const elem_info *f, double x, bool saturate)
{
    const uint64_t sign = UINT64_C(1) << (f->bits - 1);
    const uint64_t all = sign - 1; /* every bit but the sign's */
    const uint64_t infinity = all & ~((UINT64_C(1) << f->mantissa_bits) - 1);
    if (isnan(x))
        return nan_code(f);
    const uint64_t minus = signbit(x) ? sign : 0;
    const uint64_t largest = f->specials == IEEE      ? infinity - 1
                             : f->specials == ONE_NAN ? all - 1
                                                      : all;
    const uint64_t too_large = saturate || f->specials == FINITE ? minus | largest
                               : f->specials == IEEE             ? minus | infinity
                               : f->specials == ONE_NAN          ? minus | all
                                                                 : nan_code(f);
    double magnitude = fabs(x);
    if (isinf(x))
        return too_large;
    int e = magnitude > 0 ? ilogb(magnitude) : 1 - f->bias;
    if (e < 1 - f->bias)
        e = 1 - f->bias;
    if (e + f->bias > 1 << f->exponent_bits)
        return too_large;
    uint64_t steps = (uint64_t)nearbyint(ldexp(magnitude, f->mantissa_bits - e));
    /* `steps` has the implicit bit unless subnormal, so it carries into the exponent by itself. */
    uint64_t code = ((uint64_t)(e + f->bias - 1) << f->mantissa_bits) + steps;
    if (code > largest)
        return too_large;
    if (!code && f->specials == UNSIGNED_0)
        return 0;
    return minus | code;
}

uint64_t finnc_elem_encode_as(finnc_elem elem, double x, bool saturate, finnc_rounding rounding)
{
    const elem_info *info = info_of(elem);
    if (!info || info->number != FLOATING || info->bits > 16)
        return finnc_elem_encode(elem, x);
    return info->specials == EXPONENT ? encode_exponent(info, x, saturate, rounding)
                                      : encode_small(info, x, saturate);
}

double finnc_elem_decode(finnc_elem elem, uint64_t bits)
{
    const elem_info *info = info_of(elem);
    if (!info)
        return 0;
    if (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_COMPLEX64) {
        float x;
        memcpy(&x, &(uint32_t){(uint32_t)bits}, sizeof x);
        return x;
    }
    if (elem == FINNC_ELEM_DOUBLE || elem == FINNC_ELEM_COMPLEX128) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    if (elem == FINNC_ELEM_BOOL)
        return (bits & 0xff) != 0;
    switch (info->number) {
    case FLOATING:
        return decode_small(info, bits & ((UINT64_C(1) << info->bits) - 1));
    case UNSIGNED:
        return (double)(info->bits == 64 ? bits : bits & ((UINT64_C(1) << info->bits) - 1));
    case SIGNED: {
        int unused = 64 - info->bits;
        return (double)((int64_t)(bits << unused) >> unused);
    }
    case NONE:
    case COMPLEX:
        break;
    }
    return 0;
}

uint64_t finnc_elem_encode(finnc_elem elem, double x)
{
    const elem_info *info = info_of(elem);
    if (!info)
        return 0;
    if (elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_COMPLEX64) {
        float y = (float)x;
        uint32_t bits;
        memcpy(&bits, &y, sizeof bits);
        return bits;
    }
    if (elem == FINNC_ELEM_DOUBLE || elem == FINNC_ELEM_COMPLEX128) {
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        return bits;
    }
    if (elem == FINNC_ELEM_BOOL)
        return x != 0;
    if (info->number == FLOATING) /* 16 bits have an infinity for what is too large */
        return finnc_elem_encode_as(elem, x, info->bits < 16, FINNC_ROUND_NEAREST);
    if (info->number != SIGNED && info->number != UNSIGNED)
        return 0;
    /* Integers: nearest, clamped; NaN is 0. */
    double lowest = info->number == SIGNED ? -ldexp(1, info->bits - 1) : 0;
    double beyond = ldexp(1, info->number == SIGNED ? info->bits - 1 : info->bits);
    double y = isnan(x) ? 0 : nearbyint(x);
    if (y <= lowest)
        return info->number == SIGNED ? UINT64_C(1) << (info->bits - 1) : 0;
    if (y >= beyond)
        return info->number == SIGNED ? (UINT64_C(1) << (info->bits - 1)) - 1
                                      : UINT64_MAX >> (64 - info->bits);
    return info->number == SIGNED ? (uint64_t)(int64_t)y & (UINT64_MAX >> (64 - info->bits))
                                  : (uint64_t)y;
}
