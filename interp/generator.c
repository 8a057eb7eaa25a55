#include "generator.h"

#include <math.h>
#include <string.h>

/* 2^64 / golden ratio, odd: adding it again and again visits every number. */
static const uint64_t STEP = 0x9e3779b97f4a7c15u;

static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

uint64_t fnc_random_next(uint64_t *state)
{
    return scramble(*state += STEP);
}

uint64_t fnc_random_at(uint64_t key, int64_t i)
{
    return scramble(key + ((uint64_t)i + 1) * STEP);
}

double fnc_random_uniform(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

/* ---- normal numbers ---- */

/* Natural logarithm of a normal number. The C library's may differ in the last bit from one version
 * to the next. x = m * 2^e with m near 1, and log m = 2 atanh((m - 1) / (m + 1)). */
static double logarithm(double x)
{
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    double z = (m - 1) / (m + 1), square = z * z, sum = 0; /* |z| < 0.172 */
    for (int k = 23; k > 0; k -= 2)
        sum = sum * square + 1.0 / k;
    return 2 * z * sum + exponent * 0.69314718055994531;
}

static double polynomial(const double *c, double x)
{
    double sum = 0;
    for (int i = 0; i < 8; i++)
        sum = sum * x + c[i];
    return sum;
}

/* Wichura: The percentage points of the normal distribution (Applied Statistics, algorithm AS 241,
 * 1988), good to 16 digits: quotients of polynomials, highest power first. */
static const struct {
    double above[8], below[8];
} CENTRE = {{2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
             45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
             133.14166789178437745, 3.3871328727963666080},
            {5226.4952788528545610, 28729.085735721942674, 39307.895800092710610,
             21213.794301586595867, 5394.1960214247511077, 687.18700749205790830,
             42.313330701600911252, 1.0}},
  TAIL = {{7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
           1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
           4.6303378461565452959, 1.42343711074968357734},
          {1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
           0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
           2.05319162663775882187, 1.0}},
  FAR_TAIL = {{2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
               0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
               5.4637849111641143699, 6.6579046435011037772},
              {2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
               7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
               0.59983220655588793769, 1.0}};

/* The number below which a share of `p` lies, for p inside of (0, 1). */
static double normal_quantile(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(CENTRE.above, r) / polynomial(CENTRE.below, r);
    }
    double r = sqrt(-logarithm(q < 0 ? p : 1 - p));
    double x = r <= 5 ? polynomial(TAIL.above, r - 1.6) / polynomial(TAIL.below, r - 1.6)
                      : polynomial(FAR_TAIL.above, r - 5) / polynomial(FAR_TAIL.below, r - 5);
    return q < 0 ? -x : x;
}

double fnc_random_normal(uint64_t bits)
{
    /* 52 bits and a half: neither 0 nor 1, and 1 - p is exact. */
    return normal_quantile(((double)(bits >> 12) + 0.5) * 0x1p-52);
}

/* ---- streams ---- */

uint64_t fnc_random_key(const finnc_node *node)
{
    uint64_t key = 0xcbf29ce484222325u; /* FNV-1a */
    if (finnc_node_find_attr(node, "seed")) {
        double whole = (double)finnc_node_int(node, "seed", 0);    /* Dropout's is an integer */
        double seed = finnc_node_float(node, "seed", whole) + 0.0; /* -0 is 0 */
        memcpy(&key, &seed, sizeof key);
        return scramble(key);
    }
    const finnc_value *value = finnc_node_output(node, 0);
    const char *name = value ? finnc_value_name(value) : finnc_node_name(node);
    for (; *name; name++)
        key = (key ^ (unsigned char)*name) * 0x100000001b3u;
    return scramble(key);
}
