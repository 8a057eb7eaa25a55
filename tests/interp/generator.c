#include "interp/generator.h"

#include <criterion/criterion.h>

#include <math.h>

/* splitmix64's published first numbers from 1234567. */
Test(generator, bits_are_those_of_splitmix64)
{
    static const uint64_t known[] = {6457827717110365317u, 3203168211198807973u,
                                     9817491932198370423u, 4593380528125082431u,
                                     16408922859458223821u};
    uint64_t state = 1234567;
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(fnc_random_at(1234567, i), known[i]);
        cr_expect_eq(fnc_random_next(&state), known[i]);
    }
}

Test(generator, uniform_numbers_fill_the_interval_evenly)
{
    enum { N = 100000, BINS = 20 };
    int bins[BINS] = {0};
    for (int i = 0; i < N; i++) {
        double x = fnc_random_uniform(fnc_random_at(7, i));
        cr_assert(x >= 0 && x < 1);
        bins[(int)(x * BINS)]++;
    }
    for (int b = 0; b < BINS; b++) /* within five deviations */
        cr_expect_lt(abs(bins[b] - N / BINS), 5 * 69, "bin %d: %d", b, bins[b]);
    cr_expect_eq(fnc_random_uniform(0), 0);
    cr_expect_lt(fnc_random_uniform(UINT64_MAX), 1);
}

/* Against the C library's own distribution function. */
Test(generator, normal_numbers_are_quantiles_to_the_last_digits)
{
    for (int i = 1; i < 4096; i++) {
        double p = i / 4096.0, x = fnc_random_normal((uint64_t)i << 52);
        cr_expect_lt(fabs(0.5 * erfc(-x / sqrt(2)) - p), 1e-15, "%g", p);
    }
    double least = fnc_random_normal(0), most = fnc_random_normal(UINT64_MAX);
    cr_expect_float_eq(least, -8.2095, 1e-4); /* a share of 2^-53 is below */
    cr_expect_eq(most, -least);
    cr_expect_float_eq(0.5 * erfc(-least / sqrt(2)) / 0x1p-53, 1, 1e-12);
}

Test(generator, normal_numbers_have_the_moments_of_their_distribution)
{
    enum { N = 200000 };
    double sum = 0, squares = 0, cubes = 0, fourths = 0;
    for (int i = 0; i < N; i++) {
        double x = fnc_random_normal(fnc_random_at(11, i));
        sum += x;
        squares += x * x;
        cubes += x * x * x;
        fourths += x * x * x * x;
    }
    cr_expect_lt(fabs(sum / N), 0.012);
    cr_expect_lt(fabs(squares / N - 1), 0.017);
    cr_expect_lt(fabs(cubes / N), 0.045);
    cr_expect_lt(fabs(fourths / N - 3), 0.12);
}
