#include "fourier.h"

#include <base/compiler.h>

#include <assert.h>
#include <math.h>

/* Prime factors beyond this cost more than Bluestein's three transforms. */
enum { MAX_FACTOR = 61 };

static fnc_complex add(fnc_complex a, fnc_complex b)
{
    return (fnc_complex){a.re + b.re, a.im + b.im};
}

static fnc_complex sub(fnc_complex a, fnc_complex b)
{
    return (fnc_complex){a.re - b.re, a.im - b.im};
}

static fnc_complex mul(fnc_complex a, fnc_complex b)
{
    return (fnc_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* ---- tables ---- */

/* exp(-+ 2 pi i k / n) for 0 <= k < n. Angles are folded into an eighth of the circle, so that
 * quarters are exact and symmetries hold bit for bit. */
static fnc_complex root(int64_t k, int64_t n, bool is_inverse)
{
    const double TURN = 6.28318530717958647693;
    bool is_below = k > n - k; /* the lower half mirrors the upper one */
    k = is_below ? n - k : k;
    bool is_left = 4 * k > n;
    int64_t part = is_left ? 2 * n - 4 * k : 4 * k; /* of 4n in a turn, from the nearer end */
    bool is_steep = 2 * part > n;
    double angle = TURN * (double)(is_steep ? n - part : part) / (4 * (double)n);
    double x = is_steep ? sin(angle) : cos(angle), y = is_steep ? cos(angle) : sin(angle);
    return (fnc_complex){is_left ? -x : x, is_below == is_inverse ? -y : y};
}

static finnc_status make_roots(fnc_call *call, fnc_fourier *f)
{
    fnc_complex *roots = FNC_SCRATCH(call, fnc_complex, f->n);
    if (!roots)
        return finnc_no_memory(call->cx);
    for (int64_t k = 0; k < f->n; k++)
        roots[k] = root(k, f->n, f->is_inverse);
    f->roots = roots;
    return FINNC_OK;
}

/* Fours first: they need the fewest products. False if a large prime is left over. */
static bool find_factors(fnc_fourier *f)
{
    int64_t rest = f->n;
    while (rest % 4 == 0) {
        f->factors[f->nfactors++] = 4;
        rest /= 4;
    }
    for (int p = 2; p <= MAX_FACTOR; p++)
        while (rest % p == 0) {
            f->factors[f->nfactors++] = p;
            rest /= p;
        }
    return rest == 1;
}

/* ---- transforms ---- */

/* n = p * m: the p transforms of length m that lie one behind the other in `to` become one. Root k
 * of n is number k * step of the table. */
static void join_2(const fnc_fourier *f, int64_t m, int64_t step, fnc_complex *to)
{
    for (int64_t k = 0; k < m; k++) {
        fnc_complex a = to[k], b = mul(to[k + m], f->roots[k * step]);
        to[k] = add(a, b);
        to[k + m] = sub(a, b);
    }
}

static void join_4(const fnc_fourier *f, int64_t m, int64_t step, fnc_complex *to)
{
    for (int64_t k = 0; k < m; k++) {
        fnc_complex a = to[k], b = mul(to[k + m], f->roots[k * step]);
        fnc_complex c = mul(to[k + 2 * m], f->roots[2 * k * step]);
        fnc_complex d = mul(to[k + 3 * m], f->roots[3 * k * step]);
        fnc_complex even = add(a, c), odd = add(b, d), less = sub(a, c), turn = sub(b, d);
        turn = f->is_inverse ? (fnc_complex){-turn.im, turn.re} : (fnc_complex){turn.im, -turn.re};
        to[k] = add(even, odd);
        to[k + m] = add(less, turn);
        to[k + 2 * m] = sub(even, odd);
        to[k + 3 * m] = sub(less, turn);
    }
}

static void join_any(const fnc_fourier *f, int p, int64_t m, int64_t step, fnc_complex *to)
{
    fnc_complex part[MAX_FACTOR];
    assert(p > 1);
    int64_t turn = f->n / p; /* root q of p in the table */
    for (int64_t k = 0; k < m; k++) {
        for (int r = 0; r < p; r++)
            part[r] = mul(to[k + r * m], f->roots[r * k * step]);
        for (int q = 0; q < p; q++) {
            double re = part[0].re, im = part[0].im;
            for (int r = 1, at = q; r < p; r++, at = (at + q) % p) {
                const fnc_complex turned = mul(part[r], f->roots[at * turn]);
                re += turned.re;
                im += turned.im;
            }
            to[k + q * m] = (fnc_complex){re, im};
        }
    }
}

/* `n` numbers `step` apart in `from`, as many as the factors from `level` on make. */
static void transform(const fnc_fourier *f, int level, int64_t n, const fnc_complex *from,
                      int64_t step, fnc_complex *to)
{
    if (level == f->nfactors) {
        *to = *from;
        return;
    }
    int p = f->factors[level];
    assert(p > 1);
    int64_t m = n / p;
    for (int r = 0; r < p; r++)
        transform(f, level + 1, m, from + r * step, step * p, to + r * m);
    if (p == 2)
        join_2(f, m, step, to);
    else if (p == 4)
        join_4(f, m, step, to);
    else
        join_any(f, p, m, step, to);
}

static void scale(const fnc_fourier *f, fnc_complex *to)
{
    for (int64_t k = 0; f->is_inverse && k < f->n; k++) {
        to[k].re /= (double)f->n;
        to[k].im /= (double)f->n;
    }
}

/* Of a length that has small factors alone. */
static void run_factors(const fnc_fourier *f, const fnc_complex *from, fnc_complex *to)
{
    transform(f, 0, f->n, from, 1, to);
    scale(f, to);
}

/* ---- lengths with a large prime ---- */

/* With jk = (j^2 + k^2 - (j - k)^2) / 2 the transform is a convolution with a chirp. */
static finnc_status init_bluestein(fnc_call *call, fnc_fourier *f)
{
    int64_t m = 1, n = f->n, square = 0;
    while (m < n || m - n < n - 1)
        if (!fnc_mul_i64(m, 2, &m))
            return finnc_no_memory(call->cx);
    fnc_fourier *there = FNC_SCRATCH(call, fnc_fourier, 1),
                *back = FNC_SCRATCH(call, fnc_fourier, 1);
    fnc_complex *chirp = FNC_SCRATCH(call, fnc_complex, n);
    fnc_complex *filter = FNC_SCRATCH(call, fnc_complex, m), *b = FNC_SCRATCH(call, fnc_complex, m);
    if (!there || !back || !chirp || !filter || !b)
        return finnc_no_memory(call->cx);
    /* A power of two: these have small factors. */
    FINNC_TRY(fnc_fourier_init(call, m, false, there));
    FINNC_TRY(fnc_fourier_init(call, m, true, back));
    for (int64_t k = 0; k < m; k++)
        b[k] = (fnc_complex){0, 0};
    for (int64_t k = 0; k < n; k++) {
        chirp[k] = root(square, 2 * n, f->is_inverse);
        b[k] = b[k ? m - k : 0] = (fnc_complex){chirp[k].re, -chirp[k].im};
        square = (square + (2 * k + 1) % (2 * n)) % (2 * n); /* (k + 1)^2 mod 2n */
    }
    run_factors(there, b, filter);
    f->there = there;
    f->back = back;
    f->chirp = chirp;
    f->filter = filter;
    f->nwork = 2 * m;
    return FINNC_OK;
}

finnc_status fnc_fourier_init(fnc_call *call, int64_t n, bool is_inverse, fnc_fourier *f)
{
    *f = (fnc_fourier){.n = n, .is_inverse = is_inverse};
    if (n > INT64_MAX / 8)
        return finnc_no_memory(call->cx);
    return find_factors(f) ? make_roots(call, f) : init_bluestein(call, f);
}

static void run_bluestein(const fnc_fourier *f, const fnc_complex *from, fnc_complex *to,
                          fnc_complex *work)
{
    int64_t m = f->there->n;
    fnc_complex *a = work, *b = work + m;
    for (int64_t k = 0; k < m; k++)
        a[k] = k < f->n ? mul(from[k], f->chirp[k]) : (fnc_complex){0, 0};
    run_factors(f->there, a, b);
    for (int64_t k = 0; k < m; k++)
        b[k] = mul(b[k], f->filter[k]);
    run_factors(f->back, b, a);
    for (int64_t k = 0; k < f->n; k++)
        to[k] = mul(a[k], f->chirp[k]);
}

void fnc_fourier_run(const fnc_fourier *f, const fnc_complex *from, fnc_complex *to,
                     fnc_complex *work)
{
    if (!f->there) {
        run_factors(f, from, to);
        return;
    }
    run_bluestein(f, from, to, work);
    scale(f, to);
}
