/* Matrix products on BLAS, with results that do not depend on the number of threads, and the choice
 * of a type in which integers stay exact. */
#ifndef FNC_PRODUCT_H
#define FNC_PRODUCT_H

#include "kernel.h"

/* One factor: rows of `stride` elements; `is_transposed`: stored the other way round. */
typedef struct fnc_factor {
    const void *data;
    int64_t stride;
    bool is_transposed;
} fnc_factor;

/* c (m rows of n, `c_stride` apart) = a (m x k) times b (k x n), all of type `elem`: FLOAT or
 * DOUBLE. UNSUPPORTED for sizes beyond what BLAS counts in (2^31). */
FINNC_MUST_USE finnc_status fnc_product(const fnc_call *call, finnc_elem elem, int64_t m, int64_t n,
                                        int64_t k, fnc_factor a, fnc_factor b, void *c,
                                        int64_t c_stride);
/* The same on the calling thread alone, between fnc_blas_begin and fnc_blas_end. */
void fnc_product_here(finnc_elem elem, int64_t m, int64_t n, int64_t k, fnc_factor a, fnc_factor b,
                      void *c, int64_t c_stride);
FINNC_MUST_USE finnc_status fnc_product_check(finnc_ctx *cx, int64_t m, int64_t n, int64_t k);

/* We bring our own threads: between these OpenBLAS uses the calling one. Its setting is one per
 * process, so it is put back when the last of us is done. */
void fnc_blas_begin(void);
void fnc_blas_end(void);

/* The type to multiply float inputs `a` and `b` in, `terms` products to a sum: DOUBLE if both are
 * annotated as integers and a sum could pass 2^24, beyond which floats skip integers. */
finnc_elem fnc_product_elem(const fnc_call *call, size_t a, size_t b, int64_t terms);
/* The same where it is known what types the inputs are of, annotated or not. Fixed-point numbers
 * are integers too, times a step. */
finnc_elem fnc_product_elem_of(const fnc_call *call, size_t a, finnc_dtype a_dtype, size_t b,
                               finnc_dtype b_dtype, int64_t terms);

#endif
