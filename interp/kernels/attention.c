#include "attention.h"

#include <math.h>
#include <string.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The keys [*low, *high) that a query may see, whatever the mask says of these. Its place among the
 * keys: queries are the last ones that count. */
static void find_range(const fnc_attention *a, int64_t batch, int64_t query, int64_t *low,
                       int64_t *high)
{
    const int64_t unbounded = INT64_MAX / 4;
    int64_t at = query + (a->nonpad ? a->nonpad[batch] - a->queries : a->past);
    *low = a->left >= 0 ? at - least(a->left, unbounded) : 0;
    *low = *low < 0 ? 0 : *low;
    *high = a->mask_keys;
    if (a->nonpad)
        *high = least(*high, a->nonpad[batch]);
    if (a->is_causal)
        *high = least(*high, at + 1);
    if (a->right >= 0)
        *high = least(*high, at + least(a->right, unbounded) + 1);
    if (*high <= *low)
        *low = *high = 0;
}

/* ---- rows of scores ---- */

/* Forbidden scores become -inf, whatever they were. False: all are forbidden. */
#define MASK_ROW(NAME, T, ...)                                                                     \
    static bool mask_row_##NAME(const fnc_attention *a, T *s, const T *mask, int64_t low,          \
                                int64_t high)                                                      \
    {                                                                                              \
        bool any = false;                                                                          \
        for (int64_t j = 0; j < low; j++)                                                          \
            s[j] = -(T)INFINITY;                                                                   \
        for (int64_t j = low; j < high; j++) {                                                     \
            T bias = mask ? mask[j * a->mask_steps[3]] : 0;                                        \
            bool is_allowed = bias != -(T)INFINITY;                                                \
            s[j] = is_allowed ? s[j] + bias : bias;                                                \
            any |= is_allowed;                                                                     \
        }                                                                                          \
        for (int64_t j = high; j < a->keys; j++)                                                   \
            s[j] = -(T)INFINITY;                                                                   \
        return any;                                                                                \
    }                                                                                              \
    static void cap_row_##NAME(const fnc_attention *a, T *s)                                       \
    {                                                                                              \
        for (int64_t j = 0; j < a->keys; j++)                                                      \
            s[j] = (T)(a->softcap * tanh(s[j] / a->softcap));                                      \
    }                                                                                              \
    /* Where nothing is allowed all weights are 0. */                                              \
    static void softmax_row_##NAME(const fnc_attention *a, T *s, bool any)                         \
    {                                                                                              \
        double greatest = -(double)INFINITY, sum = 0;                                              \
        for (int64_t j = 0; j < a->keys; j++)                                                      \
            greatest = s[j] > greatest ? s[j] : greatest;                                          \
        for (int64_t j = 0; any && j < a->keys; j++)                                               \
            sum += exp(s[j] - (isinf(greatest) && greatest < 0 ? 0 : greatest));                   \
        for (int64_t j = 0; j < a->keys; j++)                                                      \
            s[j] = any && sum != 0 ? (T)(exp(s[j] - greatest) / sum) : 0;                          \
    }                                                                                              \
    static void multiply_##NAME(void *x, int64_t n, double factor)                                 \
    {                                                                                              \
        for (int64_t i = 0; i < n; i++)                                                            \
            ((T *)x)[i] *= (T)factor;                                                              \
    }
FNC_FLOATS(MASK_ROW, )

/* As if the numbers had been of the type that softmax_precision names. */
static void round_row(const fnc_attention *a, void *row, void *rounded)
{
    if (a->precision == FINNC_ELEM_UNDEFINED || fnc_elem_size(a->precision) >= a->size)
        return;
    fnc_convert(a->elem, row, a->precision, rounded, a->keys);
    fnc_convert(a->precision, rounded, a->elem, row, a->keys);
}

static void show(const fnc_attention *a, int64_t mode, const void *row, char *shown)
{
    if (shown && a->mode == mode && a->keys > 0)
        memcpy(shown, row, (size_t)a->keys * a->size);
}

void fnc_attention_weigh(const fnc_attention *a, int64_t batch, int64_t head, int64_t query,
                         void *row, void *rounded)
{
    int64_t low, high;
    bool is_float = a->elem == FINNC_ELEM_FLOAT, any;
    char *shown = NULL;
    if (a->scores)
        shown = a->scores + (size_t)fnc_attention_place(false, a->q_heads, a->queries, a->keys,
                                                        batch, head, query) *
                                a->size;
    const void *mask = NULL;
    if (a->mask)
        mask = a->mask + (size_t)(batch * a->mask_steps[0] + head * a->mask_steps[1] +
                                  query * a->mask_steps[2]) *
                             a->size;
    show(a, FNC_ATTENTION_PRODUCTS, row, shown);
    if (a->softcap != 0)
        is_float ? cap_row_FLOAT(a, row) : cap_row_DOUBLE(a, row);
    show(a, FNC_ATTENTION_CAPPED, row, shown);
    find_range(a, batch, query, &low, &high);
    any = is_float ? mask_row_FLOAT(a, row, mask, low, high)
                   : mask_row_DOUBLE(a, row, mask, low, high);
    show(a, FNC_ATTENTION_MASKED, row, shown);
    round_row(a, row, rounded);
    is_float ? softmax_row_FLOAT(a, row, any) : softmax_row_DOUBLE(a, row, any);
    round_row(a, row, rounded);
    show(a, FNC_ATTENTION_WEIGHTS, row, shown);
}

void fnc_attention_scale(const fnc_attention *a, void *x, int64_t n, double factor)
{
    a->elem == FINNC_ELEM_FLOAT ? multiply_FLOAT(x, n, factor) : multiply_DOUBLE(x, n, factor);
}
