/* Discrete Fourier transforms of any length, in double. */
#ifndef FNC_FOURIER_H
#define FNC_FOURIER_H

#include "../kernel.h"

typedef struct fnc_complex {
    double re, im;
} fnc_complex;

/* What all transforms of one length share. Lengths made of small primes are split by them
 * (Cooley and Tukey); others become a convolution with a power of two as its length (Bluestein). */
enum { FNC_FOURIER_FACTORS = 64 };
typedef struct fnc_fourier {
    int64_t n;
    bool is_inverse; /* +i in the exponent, and a factor of 1 / n */
    int nfactors;
    int factors[FNC_FOURIER_FACTORS];
    const fnc_complex *roots; /* n: exp(-+ 2 pi i k / n) */
    /* Bluestein's: */
    const struct fnc_fourier *there, *back; /* of the convolution's length; NULL: not needed */
    const fnc_complex *chirp;               /* n: exp(-+ pi i k^2 / n) */
    const fnc_complex *filter;              /* the chirp the other way round, transformed */
    int64_t nwork;                          /* numbers that fnc_fourier_run needs in `work` */
} fnc_fourier;

/* Tables live in the kernel's scratch. `n` is at least 1. */
FINNC_MUST_USE finnc_status fnc_fourier_init(fnc_call *call, int64_t n, bool is_inverse,
                                             fnc_fourier *f);
/* `to` = transform of `from`, n numbers each, apart from one another and from `work`. */
void fnc_fourier_run(const fnc_fourier *f, const fnc_complex *from, fnc_complex *to,
                     fnc_complex *work);

#endif
