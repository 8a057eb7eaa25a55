/* Element types in C: the one list per kind over which kernels are spread, and conversions.
 *
 * A list calls X(NAME, type, ...) for each of its element types, so that a loop is written once:
 *
 *     #define LOOP(NAME, T, ...) static void twice_##NAME(T *x) { *x = (T)(*x * 2); }
 *     FNC_NUMERIC(LOOP)
 *
 * 16-bit and 8-bit floats and packed integers are not in the lists: the driver hands them to
 * kernels as FLOAT, INT8 and UINT8 (fnc_takes). */
#ifndef FNC_ELEM_H
#define FNC_ELEM_H

#include <base/compiler.h>
#include <finnc/tensor.h>

enum { FNC_NELEMS = FINNC_ELEM_FLOAT6E3M2 + 1 };

#define FNC_FLOATS(X, ...)                                                                         \
    X(FLOAT, float, __VA_ARGS__)                                                                   \
    X(DOUBLE, double, __VA_ARGS__)
#define FNC_SIGNED_INTEGERS(X, ...)                                                                \
    X(INT8, int8_t, __VA_ARGS__)                                                                   \
    X(INT16, int16_t, __VA_ARGS__)                                                                 \
    X(INT32, int32_t, __VA_ARGS__)                                                                 \
    X(INT64, int64_t, __VA_ARGS__)
#define FNC_UNSIGNED(X, ...)                                                                       \
    X(UINT8, uint8_t, __VA_ARGS__)                                                                 \
    X(UINT16, uint16_t, __VA_ARGS__)                                                               \
    X(UINT32, uint32_t, __VA_ARGS__)                                                               \
    X(UINT64, uint64_t, __VA_ARGS__)
#define FNC_BOOL(X, ...) X(BOOL, uint8_t, __VA_ARGS__)
#define FNC_COMPLEX(X, ...)                                                                        \
    X(COMPLEX64, float _Complex, __VA_ARGS__)                                                      \
    X(COMPLEX128, double _Complex, __VA_ARGS__)

#define FNC_INTEGERS(X, ...) FNC_SIGNED_INTEGERS(X, __VA_ARGS__) FNC_UNSIGNED(X, __VA_ARGS__)
#define FNC_SIGNED(X, ...)   FNC_FLOATS(X, __VA_ARGS__) FNC_SIGNED_INTEGERS(X, __VA_ARGS__)
#define FNC_NUMERIC(X, ...)  FNC_FLOATS(X, __VA_ARGS__) FNC_INTEGERS(X, __VA_ARGS__)
#define FNC_ANY(X, ...)      FNC_NUMERIC(X, __VA_ARGS__) FNC_BOOL(X, __VA_ARGS__)

/* The type as which kernels see elements of type `elem`: FLOAT for the small floats, INT8 and UINT8
 * for packed integers, else itself. */
finnc_elem fnc_elem_wide(finnc_elem elem);
/* Bytes of an element that is not packed; 0 for packed ones and types that we do not know. */
size_t fnc_elem_size(finnc_elem elem);

/* Converts `n` elements. Floats become integers by truncation, clamped to the range; integers wrap;
 * anything but 0 is true; floats round to nearest, ties to even. Not for strings and complex
 * numbers. */
void fnc_convert(finnc_elem from, const void *in, finnc_elem to, void *out, int64_t n);
/* To doubles that are to be rounded once more, to a smaller float: what does not fit one is rounded
 * to odd, so that the result is as if it were rounded once. */
void fnc_convert_to_odd(finnc_elem from, const void *in, double *out, int64_t n);

#endif
