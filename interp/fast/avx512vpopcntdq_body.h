/* AVX-512 where counting and products of bytes are an instruction each. Whoever includes this is
 * compiled for F, BW, VL, DQ, VNNI, VPOPCNTDQ and BITALG. */
#include "kernels.h"

#include <immintrin.h>
#include <string.h>

enum { PIXELS = 4, HAS_BYTE_PRODUCTS = 1 };

static inline __attribute__((always_inline)) void differing(const uint64_t *w,
                                                            const uint8_t *const *at,
                                                            const int64_t *offsets, int64_t units,
                                                            int n, __m512i *differ)
{
    for (int p = 0; p < n; p++)
        differ[p] = _mm512_setzero_si512();
    for (int64_t u = 0; u < units; u++) {
        const __m512i weights = _mm512_loadu_si512(w + u * FNC_DOT_BITS);
        for (int p = 0; p < n; p++) {
            long long a;
            memcpy(&a, at[p] + offsets[u], sizeof a);
            differ[p] = _mm512_add_epi64(
                differ[p], _mm512_popcnt_epi64(_mm512_xor_si512(weights, _mm512_set1_epi64(a))));
        }
    }
}

static inline __m512i add_products(__m512i sums, __m512i codes, __m512i weights, bool fits)
{
    (void)fits;
    return _mm512_dpbusd_epi32(sums, codes, weights);
}

#include "avx512_body.h"

static void spin_bits(int64_t n)
{
    __m512i sums[8], x = _mm512_setzero_si512(), last = x;
    for (int k = 0; k < 8; k++)
        sums[k] = _mm512_set1_epi64(k);
    for (int64_t i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) {
            __asm__ volatile("" : "+v"(x));
            sums[k] = _mm512_add_epi64(sums[k], _mm512_popcnt_epi64(_mm512_xor_si512(x, last)));
        }
    for (int k = 0; k < 8; k++)
        __asm__ volatile("" : "+v"(sums[k]));
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq") &&
           __builtin_cpu_supports("avx512bitalg");
}
