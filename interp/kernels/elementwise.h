/* Kernels that are one expression: unary and binary families. */
#ifndef FNC_ELEMENTWISE_H
#define FNC_ELEMENTWISE_H

#include "broadcast.h"

/* ---- one operand ---- */

typedef void fnc_unary_loop(const void *x, void *y, int64_t n, const double *p);
/* A float attribute that the expression sees as p[0], p[1], ... in the order of the list. */
typedef struct fnc_unary_param {
    const char *attr;
    double fallback;
} fnc_unary_param;
enum { FNC_UNARY_PARAMS = 4 };

FINNC_MUST_USE finnc_status fnc_unary_run(fnc_call *call, fnc_unary_loop *const *loops,
                                          const fnc_unary_param *params, double *p);

#define FNC_UNARY_LOOP(NAME, T, row, expr)                                                         \
    static void row##_##NAME(const void *from, void *to, int64_t n, const double *p)               \
    {                                                                                              \
        typedef T elem;                                                                            \
        const elem *in = from;                                                                     \
        elem *out = to;                                                                            \
        (void)p;                                                                                   \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const elem x = in[i];                                                                  \
            out[i] = (elem)(expr);                                                                 \
        }                                                                                          \
    }
#define FNC_LOOP_ENTRY(NAME, T, row, ...) [FINNC_ELEM_##NAME] = row##_##NAME,

/* The kernel of `row`: `expr` of `x`, for the element types of LIST; `elem` is the type's name. */
#define FNC_KERNEL_UNARY(row, LIST, expr) FNC_KERNEL_UNARY_WITH(row, LIST, expr, {NULL, 0})
#define FNC_KERNEL_UNARY_WITH(row, LIST, expr, ...)                                                \
    LIST(FNC_UNARY_LOOP, row, expr)                                                                \
    FNC_KERNEL_UNARY_LOOPS(row, LIST(FNC_LOOP_ENTRY, row, ), __VA_ARGS__)
/* The same from loops called `row`_NAME that were made one by one. */
#define FNC_KERNEL_UNARY_LOOPS(row, entries, ...)                                                  \
    static fnc_unary_loop *const row##_loops[FNC_NELEMS] = {entries};                              \
    static finnc_status row##_run(fnc_call *call)                                                  \
    {                                                                                              \
        static const fnc_unary_param params[FNC_UNARY_PARAMS + 1] = {__VA_ARGS__};                 \
        double p[FNC_UNARY_PARAMS];                                                                \
        return fnc_unary_run(call, row##_loops, params, p);                                        \
    }                                                                                              \
    const fnc_kernel fnc_kernel_##row = {.run = row##_run};

/* ---- two operands ---- */

/* `loops` by element type of the operands, which have to agree; `out` UNDEFINED: the result is of
 * that type too. */
FINNC_MUST_USE finnc_status fnc_binary_run(fnc_call *call, fnc_broadcast_loop *const *loops,
                                           finnc_elem out);
/* Two given arrays instead of inputs 0 and 1. */
FINNC_MUST_USE finnc_status fnc_binary_arrays(fnc_call *call, const fnc_array *a,
                                              const fnc_array *b, fnc_broadcast_loop *loop,
                                              finnc_elem out);

/* ONNX's binary ops before version 7: B where the attributes `broadcast` and `axis` stretch it,
 * with axes of one element for those that it lacks. BAD_VALUE if it does not fit; later versions
 * and custom ops leave it as it is. */
FINNC_MUST_USE finnc_status fnc_binary_stretch(fnc_call *call, const fnc_array *a, fnc_array *b);

/* Spelled out for the steps that matter, so that each becomes a vector loop. */
#define FNC_BINARY_LOOP(NAME, T, row, R, expr)                                                     \
    static void row##_##NAME(const void *const *in, const int64_t *step, void *to, int64_t n,      \
                             const void *user)                                                     \
    {                                                                                              \
        typedef T elem;                                                                            \
        const elem *x = in[0], *y = in[1];                                                         \
        R(T) *out = to;                                                                            \
        (void)user;                                                                                \
        if (step[0] && step[1]) {                                                                  \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const elem a = x[i], b = y[i];                                                     \
                out[i] = (R(T))(expr);                                                             \
            }                                                                                      \
        } else if (step[0]) {                                                                      \
            const elem b = *y;                                                                     \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const elem a = x[i];                                                               \
                out[i] = (R(T))(expr);                                                             \
            }                                                                                      \
        } else {                                                                                   \
            const elem a = *x;                                                                     \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const elem b = y[i * step[1]];                                                     \
                out[i] = (R(T))(expr);                                                             \
            }                                                                                      \
        }                                                                                          \
    }
#define FNC_SAME_TYPE(T) T
#define FNC_TRUTH(T)     uint8_t

/* The kernel of `row`: `expr` of `a` and `b`, for the element types of LIST. */
#define FNC_KERNEL_BINARY(row, LIST, expr)                                                         \
    LIST(FNC_BINARY_LOOP, row, FNC_SAME_TYPE, expr)                                                \
    FNC_KERNEL_BINARY_LOOPS(row, LIST(FNC_LOOP_ENTRY, row, ), FINNC_ELEM_UNDEFINED)
/* The same with a BOOL result. */
#define FNC_KERNEL_PREDICATE(row, LIST, expr)                                                      \
    LIST(FNC_BINARY_LOOP, row, FNC_TRUTH, expr)                                                    \
    FNC_KERNEL_BINARY_LOOPS(row, LIST(FNC_LOOP_ENTRY, row, ), FINNC_ELEM_BOOL)
#define FNC_KERNEL_BINARY_LOOPS(row, entries, out)                                                 \
    static fnc_broadcast_loop *const row##_loops[FNC_NELEMS] = {entries};                          \
    static finnc_status row##_run(fnc_call *call)                                                  \
    {                                                                                              \
        return fnc_binary_run(call, row##_loops, out);                                             \
    }                                                                                              \
    const fnc_kernel fnc_kernel_##row = {.run = row##_run};

#endif
