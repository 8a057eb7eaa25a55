/* Two tensors, element by element. */
#include "difference.h"

#include <base/limit.h>

#include <math.h>
#include <string.h>

/* What a kind of elements calls different: fills in the two numbers to show and how far they are
 * apart, and says whether that counts. */
typedef struct pair {
    const finnc_tensor *a, *b;
    double slack; /* of floats: what is rounding */
    double x, y, gap;
} pair;

static bool numbers_differ(pair *p, double x, double y)
{
    p->x = x;
    p->y = y;
    p->gap = fabs(x - y);
    return !(p->gap <= p->slack || x == y || (isnan(x) && isnan(y)));
}

static bool floats_differ(pair *p, int64_t i)
{
    return numbers_differ(p, finnc_tensor_get(p->a, i), finnc_tensor_get(p->b, i));
}

static bool complex_differ(pair *p, int64_t i)
{
    return floats_differ(p, i) || numbers_differ(p, finnc_tensor_get_imaginary(p->a, i),
                                                 finnc_tensor_get_imaginary(p->b, i));
}

/* Not as doubles, which skip integers beyond 2^53. */
static bool signed_differ(pair *p, int64_t i)
{
    int64_t x = finnc_tensor_get_int(p->a, i), y = finnc_tensor_get_int(p->b, i);
    p->x = (double)x;
    p->y = (double)y;
    p->gap = (double)(x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x);
    return x != y;
}

static bool unsigned_differ(pair *p, int64_t i)
{
    uint64_t x = finnc_tensor_get_uint(p->a, i), y = finnc_tensor_get_uint(p->b, i);
    p->x = (double)x;
    p->y = (double)y;
    p->gap = (double)(x > y ? x - y : y - x);
    return x != y;
}

static bool strings_differ(pair *p, int64_t i)
{
    finnc_string x = finnc_tensor_get_string(p->a, i), y = finnc_tensor_get_string(p->b, i);
    p->x = p->y = p->gap = NAN;
    return x.length != y.length || (x.length && memcmp(x.data, y.data, x.length) != 0);
}

/* NULL for element types that we do not know. */
static bool (*comparison_of(finnc_elem elem))(pair *p, int64_t i)
{
    if (elem == FINNC_ELEM_STRING)
        return strings_differ;
    if (elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128)
        return complex_differ;
    if (finnc_elem_is_integer(elem))
        return finnc_elem_is_signed(elem) ? signed_differ : unsigned_differ;
    return finnc_elem_bits(elem) ? floats_differ : NULL; /* BOOL too: its numbers are 0 and 1 */
}

static bool same_shape(const finnc_tensor *a, const finnc_tensor *b)
{
    if (finnc_tensor_rank(a) != finnc_tensor_rank(b))
        return false;
    for (int i = 0; i < finnc_tensor_rank(a); i++)
        if (finnc_tensor_dim(a, i) != finnc_tensor_dim(b, i))
            return false;
    return true;
}

static double larger(double largest, double x)
{
    x = fabs(x);
    return isfinite(x) && x > largest ? x : largest;
}

/* Differences up to this are rounding. */
static double slack(const finnc_tensor *a, const finnc_tensor *b, double rtol)
{
    finnc_elem elem = finnc_tensor_elem(a);
    double largest = 0;
    if (finnc_elem_is_integer(elem) || elem == FINNC_ELEM_BOOL || elem == FINNC_ELEM_STRING)
        return 0;
    for (int64_t i = 0, n = finnc_tensor_nelems(a); i < n && rtol > 0; i++) {
        largest = larger(largest, finnc_tensor_get(a, i));
        largest = larger(largest, finnc_tensor_get(b, i));
        largest = larger(largest, finnc_tensor_get_imaginary(a, i));
        largest = larger(largest, finnc_tensor_get_imaginary(b, i));
    }
    return rtol * largest;
}

/* Sequences, optionals and maps part where their first differing items do. */
static void compare_items(const finnc_ctx *cx, const finnc_tensor *a, const finnc_tensor *b,
                          double rtol, const char *name, finnc_difference *difference)
{
    if (finnc_tensor_kind(a) != finnc_tensor_kind(b) ||
        finnc_tensor_nelems(a) != finnc_tensor_nelems(b)) {
        difference->value = name;
        return;
    }
    for (int64_t i = 0; i < finnc_tensor_nelems(a) && !difference->value && !fnc_ctx_is_stopped(cx);
         i++)
        fnc_tensor_compare(cx, finnc_tensor_item(a, i), finnc_tensor_item(b, i), rtol, name,
                           difference);
}

void fnc_tensor_compare(const finnc_ctx *cx, const finnc_tensor *a, const finnc_tensor *b,
                        double rtol, const char *name, finnc_difference *difference)
{
    *difference = (finnc_difference){.index = -1};
    if (a == b)
        return;
    if (finnc_tensor_kind(a) != FINNC_KIND_TENSOR || finnc_tensor_kind(b) != FINNC_KIND_TENSOR) {
        compare_items(cx, a, b, rtol, name, difference);
        return;
    }
    if (finnc_tensor_equal(a, b))
        return;
    bool (*differ)(pair *, int64_t) = comparison_of(finnc_tensor_elem(a));
    if (finnc_tensor_elem(a) != finnc_tensor_elem(b) || !same_shape(a, b) || !differ) {
        difference->value = name;
        return;
    }
    pair p = {.a = a, .b = b, .slack = slack(a, b, rtol)};
    for (int64_t i = 0, n = finnc_tensor_nelems(a); i < n; i++) {
        if (!differ(&p, i))
            continue;
        if (difference->count++ == 0) {
            difference->value = name;
            difference->index = i;
            difference->a = p.x;
            difference->b = p.y;
        }
        if (!(p.gap <= difference->largest)) /* a NaN is the largest of all */
            difference->largest = p.gap;
    }
}

void finnc_tensor_compare(const finnc_tensor *a, const finnc_tensor *b, double rtol,
                          const char *name, finnc_difference *difference)
{
    fnc_tensor_compare(NULL, a, b, rtol, name, difference);
}
