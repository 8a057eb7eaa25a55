#include "pool.h"

#include <math.h>

typedef struct pool_job {
    const finnc_ctx *cx;
    const fnc_windows *w;
    const void *x;
    void *y;
    bool count_pads;
} pool_job;

/* A row of outputs at a time, tap by tap: out[i] = op(out[i], x[i + tap]). A window may lie in the
 * padding wholly, then the result is `start`. Items: rows. */
#define POOL_ROWS(NAME, T, kind, start, op)                                                        \
    static void kind##_row_##NAME(const fnc_windows *w, const T *x, int64_t row, T *out,           \
                                  fnc_patience *patience)                                          \
    {                                                                                              \
        int axis = w->rank - 1;                                                                    \
        int64_t width = w->out[axis], stride = w->stride[axis], low, high;                         \
        fnc_rows rows;                                                                             \
        for (int64_t i = 0; i < width; i++)                                                        \
            out[i] = (T)(start);                                                                   \
        fnc_rows_init(&rows, w, row);                                                              \
        while (fnc_rows_next_tap(&rows))                                                           \
            for (int64_t t = 0; t < w->kernel[axis]; t++) {                                        \
                if (!fnc_patience_lasts(patience, FNC_WINDOWS_STEP + width))                       \
                    return;                                                                        \
                fnc_windows_valid(w, axis, t, &low, &high);                                        \
                const int64_t from = rows.in_row + fnc_windows_at(w, axis, 0, t);                  \
                for (int64_t i = low; i < high; i++) {                                             \
                    const T a = out[i], b = x[from + i * stride];                                  \
                    out[i] = (T)(op);                                                              \
                }                                                                                  \
            }                                                                                      \
    }                                                                                              \
    static void kind##_##NAME(void *user, int64_t begin, int64_t end)                              \
    {                                                                                              \
        const pool_job *job = user;                                                                \
        const fnc_windows *w = job->w;                                                             \
        const int64_t width = w->out[w->rank - 1], rows = w->out_size / width;                     \
        fnc_patience patience = {.cx = job->cx};                                                   \
        const bool is_long = fnc_windows_row_cost(w) > FNC_PATIENCE;                               \
        int64_t plane = begin / rows, row = begin % rows;                                          \
        for (int64_t item = begin; item < end; item++) {                                           \
            const T *x = (const T *)job->x + plane * w->in_size;                                   \
            T *out = (T *)job->y + item * width;                                                   \
            if (is_long)                                                                           \
                kind##_row_##NAME(w, x, row, out, &patience);                                      \
            else                                                                                   \
                kind##_row_##NAME(w, x, row, out, NULL);                                           \
            row = row + 1 < rows ? row + 1 : 0;                                                    \
            plane += row == 0;                                                                     \
        }                                                                                          \
    }

/* The least number of a signed type is its sign bit alone. */
FNC_FLOATS(POOL_ROWS, greatest, -INFINITY, b > a || b != b ? b : a) /* a NaN comes through */
FNC_SIGNED_INTEGERS(POOL_ROWS, greatest, INT64_MIN >> (64 - 8 * sizeof *out), b > a ? b : a)
FNC_UNSIGNED(POOL_ROWS, greatest, 0, b > a ? b : a)
FNC_FLOATS(POOL_ROWS, total, 0, a + b)

finnc_status fnc_max_pool(fnc_call *call, const fnc_windows *w, finnc_elem elem, int64_t planes,
                          const void *x, void *y)
{
#define GREATEST(NAME, T, ...) [FINNC_ELEM_##NAME] = greatest_##NAME,
    static void (*const kinds[FNC_NELEMS])(void *, int64_t, int64_t) = {FNC_NUMERIC(GREATEST, )};
    const fnc_windows trimmed = fnc_windows_trimmed(w);
    pool_job job = {.cx = call->cx, .w = &trimmed, .x = x, .y = y};
    if ((size_t)elem >= FNC_NELEMS || !kinds[elem])
        return fnc_bad_elem(call, 0);
    fnc_parallel_long(call, planes * fnc_windows_rows(w), fnc_windows_row_cost(&trimmed),
                      kinds[elem], &job);
    return FINNC_OK;
}

#define DIVIDE(NAME, T, ...)                                                                       \
    static void divide_##NAME(void *user, int64_t begin, int64_t end)                              \
    {                                                                                              \
        const pool_job *job = user;                                                                \
        const fnc_windows *w = job->w;                                                             \
        for (int64_t at = begin; at < end; at++) {                                                 \
            int64_t rest = at % w->out_size, count = 1;                                            \
            for (int i = w->rank - 1; i >= 0; i--) {                                               \
                int64_t before = job->count_pads ? w->before[i] : 0;                               \
                int64_t after = job->count_pads ? w->after[i] : 0;                                 \
                count *= fnc_windows_covered(w, i, rest % w->out[i], -before, w->in[i] + after);   \
                rest /= w->out[i];                                                                 \
            }                                                                                      \
            ((T *)job->y)[at] /= (T)count;                                                         \
        }                                                                                          \
    }
FNC_FLOATS(DIVIDE, )

finnc_status fnc_average_pool(fnc_call *call, const fnc_windows *w, finnc_elem elem, int64_t planes,
                              bool count_pads, const void *x, void *y)
{
    const fnc_windows trimmed = fnc_windows_trimmed(w);
    pool_job job = {.cx = call->cx, .w = &trimmed, .x = x, .y = y, .count_pads = count_pads};
    if (elem != FINNC_ELEM_FLOAT && elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    bool is_float = elem == FINNC_ELEM_FLOAT;
    fnc_parallel_long(call, planes * fnc_windows_rows(w), fnc_windows_row_cost(&trimmed),
                      is_float ? total_FLOAT : total_DOUBLE, &job);
    job.w = w; /* padding counts in full */
    fnc_parallel_long(call, planes * w->out_size, INT64_C(8) * w->rank,
                      is_float ? divide_FLOAT : divide_DOUBLE, &job);
    return FINNC_OK;
}

static int bit_length(uint64_t x)
{
    int bits = 0;
    for (; x; x >>= 1)
        bits++;
    return bits;
}

/* (2^in_bits - 1) * terms has as many bits as 2^in_bits * terms, one less if terms is a power of
 * two; where that could be untrue, few bits and many terms, the product itself is small. */
int fnc_pool_shift(int in_bits, int out_bits, int64_t terms)
{
    uint64_t n = (uint64_t)terms;
    int bits;
    if (in_bits <= 31 && n < UINT64_C(1) << 32)
        bits = bit_length(((UINT64_C(1) << in_bits) - 1) * n);
    else
        bits = in_bits + bit_length(n) - ((n & (n - 1)) == 0);
    return bits > out_bits ? bits - out_bits : 0;
}
